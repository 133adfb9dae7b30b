//! Reads the value of each option. A wrong value is told with the option, the value, and what may stand there.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::faults::fault;
use crate::ingest::Column;
use crate::ingest::formats::{self, LogFormat};
use crate::judge::Prior;
use crate::model::{Platform, Stamp};
use crate::problem::Problem;
use crate::rules::lint::{FIELDS, Field};
use crate::say::Say;
use crate::verdict::Allowance;

fn wrong(option: &str, value: &str, next: Say) -> Box<Problem> {
    fault(Say::new(format!("{option} 不能是“{value}”"), format!("{option} cannot be \"{value}\"")), next)
}

/// One of a few words.
pub(super) fn choice<T: Copy>(option: &str, value: &str, choices: &[(&str, T)]) -> Result<T, Box<Problem>> {
    let found = choices.iter().find(|(name, _)| *name == value).map(|(_, choice)| *choice);
    found.ok_or_else(|| {
        let all = choices.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let next = Say::new(format!("可以写：{}", all.join("、")), format!("use one of: {}", all.join(", ")));
        wrong(option, value, next)
    })
}

/// A platform by its id or its Chinese name.
pub(super) fn platform(option: &str, value: &str) -> Result<Platform, Box<Problem>> {
    if let Some(platform) = Platform::ALL.into_iter().find(|p| p.zh() == value) {
        return Ok(platform);
    }
    choice(option, value, &Platform::ALL.map(|p| (p.id(), p)))
}

/// The format of a log by its id.
pub(super) fn input_format(option: &str, value: &str) -> Result<&'static LogFormat, Box<Problem>> {
    let all: Vec<(&str, &'static LogFormat)> = formats::LIST.iter().map(|f| (f.id, f)).collect();
    choice(option, value, &all)
}

/// A whole number from `low` to `high`.
pub(super) fn number(option: &str, value: &str, low: u32, high: u32) -> Result<u32, Box<Problem>> {
    value.parse().ok().filter(|n| (low..=high).contains(n)).ok_or_else(|| {
        let next = Say::new(
            format!("请写 {low} 到 {high} 的整数"),
            format!("write a whole number from {low} to {high}"),
        );
        wrong(option, value, next)
    })
}

/// A moment in Asia/Shanghai. A day alone means its beginning, or, at the far end, the beginning of the next day.
pub(super) fn moment(option: &str, value: &str, far_end: bool) -> Result<Stamp, Box<Problem>> {
    let text = value.replace('/', "-").replace('T', " ");
    let day = || {
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
        let day = if far_end { day.checked_add_days(Days::new(1))? } else { day };
        Some(day.and_time(NaiveTime::MIN))
    };
    let time = || {
        let read = |format| NaiveDateTime::parse_from_str(&text, format).ok();
        read("%Y-%m-%d %H:%M:%S").or_else(|| read("%Y-%m-%d %H:%M"))
    };
    day().or_else(time).map(Stamp::from_shanghai).ok_or_else(|| {
        let next = Say::new(
            "请写成 2024-03-01 或 \"2024-03-01 08:00\"（北京时间）",
            "write 2024-03-01 or \"2024-03-01 08:00\" (Beijing time)",
        );
        wrong(option, value, next)
    })
}

/// `FIELD=NAME` of a template file.
pub(super) fn template_column(option: &str, value: &str) -> Result<(Field, String), Box<Problem>> {
    let found = value.split_once('=').filter(|(_, name)| !name.is_empty()).and_then(|(field, name)| {
        let known = FIELDS.iter().find(|(word, _)| *word == field)?;
        Some((known.1, name.to_owned()))
    });
    found.ok_or_else(|| {
        let all = FIELDS.map(|(word, _)| word);
        let next = Say::new(
            format!("请写成 栏=栏名，栏是：{}", all.join("、")),
            format!("write FIELD=NAME, where FIELD is one of: {}", all.join(", ")),
        );
        wrong(option, value, next)
    })
}

/// `NAME=HEADER`.
pub(super) fn column(option: &str, value: &str) -> Result<(String, String), Box<Problem>> {
    let all = Column::ALL.map(Column::name);
    let known = |name: &str| all.contains(&name);
    value
        .split_once('=')
        .filter(|(name, header)| known(name) && !header.is_empty())
        .map(|(name, header)| (name.to_owned(), header.to_owned()))
        .ok_or_else(|| {
            let next = Say::new(
                format!("请写成 栏名=表头，栏名是：{}", all.join("、")),
                format!("write NAME=HEADER, where NAME is one of: {}", all.join(", ")),
            );
            wrong(option, value, next)
        })
}

/// A day, `2024-03-01`.
pub(super) fn day(option: &str, value: &str) -> Result<NaiveDate, Box<Problem>> {
    NaiveDate::parse_from_str(&value.replace('/', "-"), "%Y-%m-%d")
        .map_err(|_| wrong(option, value, Say::new("请写成 2024-03-01", "write it like 2024-03-01")))
}

/// `SHOP:LADDER=N` or `SHOP:LADDER=N@DATE`; the shop's name may hold colons and equal signs itself.
pub(super) fn prior(option: &str, value: &str) -> Result<Prior, Box<Problem>> {
    let read = || {
        let (rest, points) = value.rsplit_once('=')?;
        let (shop, ladder) = rest.rsplit_once([':', '：'])?;
        let (points, date) = match points.split_once('@') {
            Some((points, date)) => (points, Some(day(option, date).ok()?)),
            None => (points, None),
        };
        let points: u32 = points.trim().parse().ok().filter(|n| *n <= 100_000)?;
        let ok = !shop.is_empty() && !ladder.is_empty();
        ok.then(|| Prior { shop: shop.to_owned(), ladder: ladder.to_owned(), points, date })
    };
    read().ok_or_else(|| {
        let next = Say::new(
            "请写成 店铺:阶梯=分数，可加 @日期，例如 某某旗舰店:severe=12@2024-03-01",
            "write SHOP:LADDER=POINTS, or with @DATE, such as SomeShop:severe=12@2024-03-01",
        );
        wrong(option, value, next)
    })
}

/// `N` rows or `P%`, to a thousandth of a percent.
pub(super) fn allowance(option: &str, value: &str) -> Result<Allowance, Box<Problem>> {
    let read = || match value.strip_suffix(['%', '％']) {
        None => value.parse().ok().map(Allowance::Rows),
        Some(percent) => {
            let (whole, part) = percent.split_once('.').unwrap_or((percent, "0"));
            let digits = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit());
            if !digits(whole) || !digits(part) || part.len() > 3 {
                return None;
            }
            let whole: u64 = whole.parse().ok().filter(|n| *n <= 100)?;
            let part: u64 = format!("{part:0<3}").parse().ok()?;
            Some(whole * 1000 + part).filter(|n| *n <= 100_000).map(Allowance::MilliPercent)
        }
    };
    read().ok_or_else(|| {
        let next = Say::new(
            "请写行数，或 0% 到 100%，例如 20 或 0.5%",
            "write a number of rows, or 0% to 100%, such as 20 or 0.5%",
        );
        wrong(option, value, next)
    })
}
