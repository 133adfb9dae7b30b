//! When a promise is due, from words such as 48小时内, 明天, 3 天内, 周五, 月底. Reads normalised text; what it cannot read
//! it leaves open.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use regex::Regex;

use crate::model::Stamp;

/// When words said at `at` fall due. A day alone means its end.
#[must_use]
pub(super) fn due(words: &str, at: Stamp) -> Option<Stamp> {
    let said = at.shanghai()?;
    let day = named_day(words, said.date_naive());
    if let Some(day) = day {
        let time = hour(words).unwrap_or(NaiveTime::from_hms_opt(23, 59, 59)?);
        return Some(Stamp::from_shanghai(day.and_time(time)));
    }
    span(words, said)
}

// A pattern that does not compile reads nothing, which the tests below would show.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static SPAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"([0-9]+|[一二两三四五六七八九十]+|半) ?个?(工作日|小时|钟头|分钟|天|日|周|星期|礼拜|月)")
});
static DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"([0-9]{1,2})月([0-9]{1,2})[日号]?|([0-9]{1,2})[号日]"));
static WEEKDAY: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])"));
static HOUR: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(上午|中午|下午|傍晚|晚上|今晚|明晚)?([0-9]{1,2})(?:点|:[0-9]{2})"));

/// A duration counted from the moment; of several the last is meant (2到3天).
fn span(words: &str, said: DateTime<FixedOffset>) -> Option<Stamp> {
    let found = SPAN.as_ref()?.captures_iter(words).last()?;
    let (count, unit) = (found.get(1)?.as_str(), found.get(2)?.as_str());
    if count == "半" {
        let minutes = match unit {
            "天" | "日" => 12 * 60,
            "小时" | "钟头" => 30,
            _ => return None,
        };
        return Some(Stamp(said.timestamp() + minutes * 60));
    }
    let count = number(count)?;
    let end_of = |day: NaiveDate| Some(Stamp::from_shanghai(day.and_hms_opt(23, 59, 59)?));
    let today = said.date_naive();
    match unit {
        "分钟" => Some(Stamp(said.timestamp() + count * 60)),
        "小时" | "钟头" => Some(Stamp(said.timestamp() + count * 3600)),
        "工作日" => end_of(working_days(today, count)?),
        "天" | "日" => end_of(today.checked_add_signed(TimeDelta::try_days(count)?)?),
        "周" | "星期" | "礼拜" => end_of(today.checked_add_signed(TimeDelta::try_weeks(count)?)?),
        _ => end_of(today.checked_add_months(chrono::Months::new(u32::try_from(count).ok()?))?),
    }
}

fn number(text: &str) -> Option<i64> {
    if let Ok(n) = text.parse() {
        return (n <= 400).then_some(n);
    }
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c || (c == '两' && d == '二'));
    let digits: Vec<char> = text.chars().collect();
    let n = match digits.as_slice() {
        ['十'] => 10,
        ['十', one] => 10 + digit(*one)?,
        [ten, '十'] => digit(*ten)? * 10,
        [ten, '十', one] => digit(*ten)? * 10 + digit(*one)?,
        // 两三天: the later of the two.
        [_, one] | [one] => digit(*one)?,
        _ => return None,
    };
    i64::try_from(n).ok()
}

/// Saturdays and Sundays do not count; public holidays are not known.
fn working_days(from: NaiveDate, count: i64) -> Option<NaiveDate> {
    let mut day = from;
    let mut left = count;
    while left > 0 {
        day = day.succ_opt()?;
        left -= i64::from(day.weekday().num_days_from_monday() < 5);
    }
    Some(day)
}

fn named_day(words: &str, today: NaiveDate) -> Option<NaiveDate> {
    let after = |n| today.checked_add_days(Days::new(n));
    for (name, days) in [("大后天", 3), ("后天", 2), ("明", 1), ("今", 0), ("当天", 0)] {
        if words.contains(name) {
            return after(days);
        }
    }
    if words.contains("月底") {
        let next = today.with_day(1)?.checked_add_months(chrono::Months::new(1))?;
        return next.pred_opt();
    }
    if let Some(found) = WEEKDAY.as_ref().and_then(|r| r.captures(words)) {
        let wanted = "一二三四五六日".find(found.get(2)?.as_str().replace('天', "日").as_str())? / 3;
        let now = today.weekday().num_days_from_monday();
        let wanted = u32::try_from(wanted).ok()?;
        let ahead = if found.get(1).is_some() { 7 + wanted - now } else { (wanted + 7 - now) % 7 };
        return after(u64::from(ahead));
    }
    let found = DATE.as_ref()?.captures(words)?;
    let get = |n: usize| found.get(n).and_then(|m| m.as_str().parse::<u32>().ok());
    // 3日内 is a duration, not a date.
    let follows = words.get(found.get(0)?.end()..).unwrap_or_default();
    match (get(1), get(2), get(3)) {
        (Some(month), Some(day), _) => {
            let this = NaiveDate::from_ymd_opt(today.year(), month, day)?;
            if this < today { NaiveDate::from_ymd_opt(today.year() + 1, month, day) } else { Some(this) }
        }
        (_, _, Some(day)) if !follows.starts_with(['内', '之', '以', '左']) => {
            let this = today.with_day(day)?;
            if this < today { this.checked_add_months(chrono::Months::new(1)) } else { Some(this) }
        }
        _ => None,
    }
}

/// The hour that is named beside a day: 下午3点.
fn hour(words: &str) -> Option<NaiveTime> {
    let found = HOUR.as_ref()?.captures(words)?;
    let hour: u32 = found.get(2)?.as_str().parse().ok()?;
    let late = found.get(1).is_some_and(|m| !matches!(m.as_str(), "上午" | "中午"));
    NaiveTime::from_hms_opt(if late && hour < 12 { hour + 12 } else { hour }, 0, 0)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;

    use super::*;

    #[test]
    fn durations_and_days() {
        // A Thursday.
        let said = NaiveDateTime::parse_from_str("2026-03-12 15:00:00", "%Y-%m-%d %H:%M:%S").unwrap();
        let said = Stamp::from_shanghai(said);
        let cases = [
            ("48小时内发货", "2026-03-14 15:00:00"),
            ("3天内发出", "2026-03-15 23:59:59"),
            ("3日内发出", "2026-03-15 23:59:59"),
            ("2-3天到货", "2026-03-15 23:59:59"),
            ("两三天就到", "2026-03-15 23:59:59"),
            ("1个工作日发", "2026-03-13 23:59:59"),
            ("3个工作日内退给您", "2026-03-17 23:59:59"),
            ("今天给您发", "2026-03-12 23:59:59"),
            ("今天下午5点前发", "2026-03-12 17:00:00"),
            ("明天发货", "2026-03-13 23:59:59"),
            ("后天到", "2026-03-14 23:59:59"),
            ("周五前发出", "2026-03-13 23:59:59"),
            ("下周一发", "2026-03-16 23:59:59"),
            ("20号发货", "2026-03-20 23:59:59"),
            ("3月5日发货", "2027-03-05 23:59:59"),
            ("月底前发", "2026-03-31 23:59:59"),
            ("十五天内", "2026-03-27 23:59:59"),
            ("半小时内给您退", "2026-03-12 15:30:00"),
            ("半天内处理", "2026-03-13 03:00:00"),
        ];
        for (words, expected) in cases {
            assert_eq!(due(words, said).map(|d| d.to_string()).as_deref(), Some(expected), "{words}");
        }
        for words in ["尽快发", "给您送个小礼物", "", "99999999999天"] {
            assert_eq!(due(words, said), None, "{words}");
        }
    }
}
