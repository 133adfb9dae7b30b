//! Response times as people read them: tables per shop, agent and hour with numerators, denominators and what was left
//! out, then the definitions. What programs and spreadsheets read is in `records`. Counts nothing itself.

mod records;

use std::io;

use crate::kpi::{Aim, Counted, Group, Left, Off, Plan, Row, Sanction, rows, sanctions};
use crate::report::screen::plain;
use crate::report::table::{grid, section};
use crate::report::{ProfileInfo, Style, words};
use crate::rules::timing::{Exempt, Kpi, Measure, Missing};
use crate::say::Lang;

/// What `kefu-audit kpi` has to say.
pub struct KpiReport<'r> {
    /// The definitions.
    pub plan: &'r Plan,
    /// What was counted.
    pub counted: &'r Counted,
    /// The profiles in force.
    pub profiles: Vec<ProfileInfo>,
}

/// An output format of response times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KpiFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON document, schema `kefu-audit/kpi/1`.
    Json,
    /// One row a figure.
    Csv,
}

/// Writes the figures.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(
    report: &KpiReport<'_>,
    format: KpiFormat,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let rows = rows(report.counted, report.plan);
    let sanctions = sanctions(report.counted, report.plan);
    match format {
        KpiFormat::Table => table(report, &rows, &sanctions, style, out),
        KpiFormat::Json => records::json(report, &rows, &sanctions, style.lang, out),
        KpiFormat::Csv => records::csv(report, &rows, style.lang, out),
    }
}

fn pick<'a>(style: &Style, zh: &'a str, en: &'a str) -> &'a str {
    words::pick(style.lang, zh, en)
}

fn table(
    report: &KpiReport<'_>,
    rows: &[Row<'_>],
    sanctions: &[Sanction<'_>],
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let name = |p: &ProfileInfo| format!("{}（{}）", plain(&p.id), plain(&p.date));
    let profiles: Vec<String> = report.profiles.iter().map(name).collect();
    writeln!(
        out,
        "{}{}",
        pick(style, "指标的口径：", "figures of: "),
        profiles.join(pick(style, "，", ", "))
    )?;
    for shop in rows.chunk_by(|a, b| (a.platform, a.shop) == (b.platform, b.shop)) {
        shop_tables(shop, &report.plan.exempts, style, out)?;
    }
    for s in sanctions {
        writeln!(out)?;
        sanction(s, style, out)?;
    }
    definitions(report.plan, style, out)
}

fn shop_tables(
    rows: &[Row<'_>],
    exempts: &[Exempt],
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let platform = words::platform(first.platform, style.lang);
    let platform = if platform.is_empty() { String::new() } else { format!("（{platform}）") };
    section(&format!("{}{platform}", plain(first.shop)), style, out)?;
    let own: Vec<&Row<'_>> = rows.iter().filter(|r| r.group == Group::Shop).collect();
    if let Some(off) = own.iter().find_map(|r| r.off) {
        writeln!(out, "{}", off_words(off, style.lang))?;
    }
    let mut table = grid(
        style,
        &[
            ("指标", "figure"),
            ("结果", "result"),
            ("分子", "numerator"),
            ("分母", "denominator"),
            ("P50 / P90 / 最长", "P50 / P90 / longest"),
            ("目标", "aim"),
            ("不计", "left out"),
        ],
    );
    for row in &own {
        let spread = row.spread.map(|(a, b, c)| format!("{a} / {b} / {c}")).unwrap_or_default();
        table.add_row(vec![
            title(row.kpi, style.lang).to_owned(),
            value(row),
            row.numerator.to_string(),
            row.denominator.to_string(),
            spread,
            aim(row, style.lang),
            left(row, exempts, style.lang),
        ]);
    }
    writeln!(out, "{table}")?;
    let agents = |g: &Group| match g {
        Group::Agent(agent) => Some(plain(agent)),
        _ => None,
    };
    matrix(pick(style, "客服", "agent"), rows, &agents, style, out)?;
    let hours = |g: &Group| match g {
        Group::Hour(hour) => Some(format!("{hour:02}:00")),
        _ => None,
    };
    matrix(pick(style, "钟点", "hour"), rows, &hours, style, out)
}

/// Groups down, definitions across: the values alone, and in brackets of how many.
fn matrix(
    head: &str,
    rows: &[Row<'_>],
    name: &dyn Fn(&Group) -> Option<String>,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let wanted: Vec<&Row<'_>> =
        rows.iter().filter(|r| r.kpi.short.is_some() && name(&r.group).is_some()).collect();
    let Some(first) = wanted.first() else { return Ok(()) };
    let across = wanted.iter().take_while(|r| r.group == first.group);
    let mut header = vec![(head.to_owned(), head.to_owned())];
    header.extend(across.filter_map(|r| r.kpi.short.clone()));
    let header: Vec<(&str, &str)> = header.iter().map(|(zh, en)| (zh.as_str(), en.as_str())).collect();
    let mut table = grid(style, &header);
    for group in wanted.chunk_by(|a, b| a.group == b.group) {
        let mut cells = vec![group.first().and_then(|r| name(&r.group)).unwrap_or_default()];
        cells.extend(group.iter().map(|r| match r.kpi.measure {
            Measure::Count => value(r),
            _ if r.value.is_none() => "-".to_owned(),
            _ => format!("{} ({})", value(r), r.denominator),
        }));
        table.add_row(cells);
    }
    writeln!(out, "{table}")
}

fn title(kpi: &Kpi, lang: Lang) -> &str {
    words::pick(lang, &kpi.title, &kpi.title_en)
}

/// `85.7%`, `12.3`, `0.95`, `148`, `-`.
fn value(row: &Row<'_>) -> String {
    match (row.value, row.kpi.measure) {
        (None, _) => "-".to_owned(),
        (Some(n), Measure::Count) => format!("{n:.0}"),
        (Some(n), Measure::Ratio) => format!("{n:.2}"),
        (Some(n), Measure::Mean) => format!("{n:.1}"),
        (Some(n), _) => format!("{n:.1}%"),
    }
}

fn aim(row: &Row<'_>, lang: Lang) -> String {
    let wanted = match (row.kpi.at_least, row.kpi.at_most) {
        (Some(n), _) => format!("≥{n}%"),
        (None, Some(n)) => format!("≤{n}"),
        (None, None) => return String::new(),
    };
    let state = match row.aim {
        Some(Aim::Reached) => words::pick(lang, " 达到", " reached"),
        Some(Aim::Missed) => words::pick(lang, " 没达到", " missed"),
        Some(Aim::TooFew) => words::pick(lang, " 样本不足，不考核", " too few to be judged"),
        None => "",
    };
    format!("{wanted}{state}")
}

fn left(row: &Row<'_>, exempts: &[Exempt], lang: Lang) -> String {
    let parts = row.left.iter().map(|(why, n)| format!("{} {n}", why_left(*why, exempts, lang)));
    parts.collect::<Vec<_>>().join(words::pick(lang, "，", ", "))
}

fn why_left(why: Left, exempts: &[Exempt], lang: Lang) -> &str {
    match why {
        Left::Exempt(ix) => exempts.get(ix).map_or("?", |e| words::pick(lang, &e.short, &e.title_en)),
        Left::Window => words::pick(lang, "时段外", "outside of the window"),
        Left::Unanswered => words::pick(lang, "没有回复", "unanswered"),
        Left::OtherDay => words::pick(lang, "隔天才回", "answered on another day"),
    }
}

fn off_words(off: Off, lang: Lang) -> &'static str {
    match off {
        Off::MadeUp => words::pick(
            lang,
            "这家店的消息时间不能用（没有时间，或间隔全都一样），响应时间的指标不算。",
            "the times of this shop cannot be used (missing, or all steps equal): response times are off.",
        ),
        Off::ToMinutes => words::pick(
            lang,
            "这家店的消息时间只到分钟，要看秒的指标不算。",
            "the times of this shop are to the minute: figures that need seconds are off.",
        ),
    }
}

/// A day that the platform sanctions, in one line.
pub(super) fn sanction(s: &Sanction<'_>, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let percent = (s.numerator * 1000).checked_div(s.denominator).unwrap_or(0);
    let (whole, tenth) = (percent / 10, percent % 10);
    let (shop, day) = (plain(s.shop), s.day);
    match style.lang {
        Lang::Zh => writeln!(
            out,
            "{shop} {day}：{} {whole}.{tenth}%（{} / {} 人）。{}（出处 {}）",
            s.kpi.title, s.numerator, s.denominator, s.daily.consequence, s.kpi.source
        ),
        Lang::En => writeln!(
            out,
            "{shop} {day}: {} {whole}.{tenth}% ({} of {}): up to {} yuan ({})",
            s.kpi.title_en, s.numerator, s.denominator, s.daily.yuan, s.kpi.source
        ),
    }
}

fn definitions(plan: &Plan, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    section(pick(style, "指标怎么算", "How the figures are counted"), style, out)?;
    plan.kpis.iter().try_for_each(|kpi| writeln!(out, "  {}", definition(kpi, &plan.exempts, style.lang)))
}

/// One definition in one sentence.
fn definition(kpi: &Kpi, exempts: &[Exempt], lang: Lang) -> String {
    let clock = |m: u32| format!("{:02}:{:02}", m / 60, m % 60);
    let pick = |zh: &'static str, en: &'static str| words::pick(lang, zh, en);
    let mut parts: Vec<String> = Vec::new();
    let is_timed = matches!(kpi.measure, Measure::Rate | Measure::Mean | Measure::Unanswered);
    if is_timed {
        let unit = kpi.unit.words();
        parts.push(words::pick(lang, unit.0, unit.1).to_owned());
        parts.push(
            format!("{} 到 {}", clock(kpi.window.0), clock(kpi.window.1))
                .replace(" 到 ", pick(" 到 ", " to ")),
        );
        parts.push(pick("只算人工回复", "answers of persons only").to_owned());
    }
    if kpi.within > 0 {
        parts.push(format!("{} {} {}", pick("", "within"), kpi.within, pick("秒内", "s")).trim().to_owned());
    }
    if let Some(cap) = kpi.cap {
        parts.push(format!("{} {cap} {}", pick("封顶", "capped at"), pick("秒", "s")));
    }
    if is_timed && kpi.measure != Measure::Unanswered {
        parts.push(
            match kpi.missing {
                Missing::Fail => pick("没回算没达到", "unanswered fails"),
                Missing::Skip => pick("没回的不算", "unanswered left out"),
                Missing::Cap => pick("没回按封顶算", "unanswered counts as the cap"),
            }
            .to_owned(),
        );
    }
    if kpi.same_day {
        parts.push(pick("隔天才回的不算", "answers on another day left out").to_owned());
    }
    if let Some(gap) = kpi.gap {
        parts.push(match lang {
            Lang::Zh => format!("静默 {gap} 秒后算新会话"),
            Lang::En => format!("a new talk after {gap} s of silence"),
        });
    }
    let reasons: Vec<&str> = kpi
        .exempt
        .iter()
        .filter_map(|ix| exempts.get(*ix))
        .map(|e| words::pick(lang, &e.title, &e.title_en))
        .collect();
    if !reasons.is_empty() {
        parts.push(format!("{}{}", pick("不计：", "not counted: "), reasons.join(pick("、", ", "))));
    }
    parts.push(format!("{}{}", pick("出处 ", "source "), kpi.source));
    let stop = pick("；", "; ");
    format!("{}（{}，{}）{}{}", title(kpi, lang), kpi.id, kpi.date, pick("：", ": "), parts.join(stop))
}

/// The short block of an audit: the figures of each shop that the pack calls brief.
pub(super) fn brief(
    counted: &Counted,
    plan: &Plan,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let all = rows(counted, plan);
    let wanted: Vec<&Row<'_>> = all.iter().filter(|r| r.kpi.brief && r.group == Group::Shop).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    section(pick(style, "响应（详见 kefu-audit kpi）", "Response times (see kefu-audit kpi)"), style, out)?;
    for shop in wanted.chunk_by(|a, b| (a.platform, a.shop) == (b.platform, b.shop)) {
        let Some(first) = shop.first() else { continue };
        let of = |r: &&Row<'_>| {
            let state = match r.aim {
                Some(Aim::Missed) => pick(style, "，没达到", ", missed"),
                _ => "",
            };
            format!("{} {}（{}{state}）", title(r.kpi, style.lang), value(r), r.denominator)
        };
        let said = match shop.iter().find_map(|r| r.off) {
            Some(off) => off_words(off, style.lang).to_owned(),
            None => shop.iter().map(of).collect::<Vec<_>>().join(pick(style, "；", "; ")),
        };
        writeln!(out, "  {}{}{said}", plain(first.shop), pick(style, "：", ": "))?;
    }
    sanctions(counted, plan).iter().try_for_each(|s| sanction(s, style, out))
}
