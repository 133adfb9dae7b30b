//! Response times for programs and spreadsheets: one record a figure, as JSON or CSV. The words for people are in the
//! module above.

use std::io;

use ::csv::{Terminator, WriterBuilder};
use serde::Serialize;

use super::{KpiReport, aim, definition, left, off_words, title};
use crate::kpi::{Aim, Group, Left, Off, Row, Sanction};
use crate::model::Platform;
use crate::report::{ProfileInfo, words};
use crate::rules::timing::{Exempt, Measure};
use crate::say::Lang;

#[derive(Serialize)]
struct RowView<'r> {
    platform: Option<Platform>,
    shop: &'r str,
    group: &'static str,
    key: String,
    kpi: &'r str,
    title: &'r str,
    value: Option<f64>,
    unit: &'static str,
    numerator: u64,
    denominator: u64,
    left_out: std::collections::BTreeMap<String, u64>,
    p50: Option<u32>,
    p90: Option<u32>,
    longest: Option<u32>,
    aim: Option<&'static str>,
    off: Option<&'static str>,
}

fn view<'r>(row: &'r Row<'_>, exempts: &[Exempt], lang: Lang) -> RowView<'r> {
    let (group, key) = match &row.group {
        Group::Shop => ("shop", String::new()),
        Group::Agent(agent) => ("agent", agent.clone()),
        Group::Hour(hour) => ("hour", format!("{hour:02}")),
        Group::Day(day) => ("day", day.to_string()),
    };
    let id = |why: &Left| match why {
        Left::Exempt(ix) => exempts.get(*ix).map_or_else(String::new, |e| e.id.clone()),
        Left::Window => "window".to_owned(),
        Left::Unanswered => "unanswered".to_owned(),
        Left::OtherDay => "other-day".to_owned(),
    };
    RowView {
        platform: row.platform,
        shop: row.shop,
        group,
        key,
        kpi: &row.kpi.id,
        title: title(row.kpi, lang),
        value: row.value,
        unit: match row.kpi.measure {
            Measure::Count => "number",
            Measure::Mean => "seconds",
            Measure::Ratio => "ratio",
            _ => "percent",
        },
        numerator: row.numerator,
        denominator: row.denominator,
        left_out: row.left.iter().map(|(why, n)| (id(why), *n)).collect(),
        p50: row.spread.map(|s| s.0),
        p90: row.spread.map(|s| s.1),
        longest: row.spread.map(|s| s.2),
        aim: row.aim.map(|aim| match aim {
            Aim::Reached => "reached",
            Aim::Missed => "missed",
            Aim::TooFew => "too-few",
        }),
        off: row.off.map(|off| match off {
            Off::MadeUp => "times-made-up",
            Off::ToMinutes => "times-to-the-minute",
        }),
    }
}

#[derive(Serialize)]
struct DefinitionView<'r> {
    id: &'r str,
    title: &'r str,
    date: &'r str,
    platforms: &'r [Platform],
    text: String,
    source: &'r str,
}

#[derive(Serialize)]
struct SanctionView<'r> {
    platform: Option<Platform>,
    shop: &'r str,
    day: String,
    kpi: &'r str,
    numerator: u64,
    denominator: u64,
    yuan: u32,
    consequence: &'r str,
}

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    profiles: &'r [ProfileInfo],
    definitions: Vec<DefinitionView<'r>>,
    figures: Vec<RowView<'r>>,
    sanctions: Vec<SanctionView<'r>>,
}

/// One object: profiles, definitions, figures, sanctions.
pub(super) fn json(
    report: &KpiReport<'_>,
    rows: &[Row<'_>],
    sanctions: &[Sanction<'_>],
    lang: Lang,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let exempts = &report.plan.exempts;
    let document = Document {
        schema: "kefu-audit/kpi/1",
        profiles: &report.profiles,
        definitions: report
            .plan
            .kpis
            .iter()
            .map(|kpi| DefinitionView {
                id: &kpi.id,
                title: title(kpi, lang),
                date: &kpi.date,
                platforms: &kpi.platforms,
                text: definition(kpi, exempts, lang),
                source: &kpi.source,
            })
            .collect(),
        figures: rows.iter().map(|row| view(row, exempts, lang)).collect(),
        sanctions: sanctions
            .iter()
            .map(|s| SanctionView {
                platform: s.platform,
                shop: s.shop,
                day: s.day.to_string(),
                kpi: &s.kpi.id,
                numerator: s.numerator,
                denominator: s.denominator,
                yuan: s.daily.yuan,
                consequence: &s.daily.consequence,
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

const HEADERS: [(&str, &str); 15] = [
    ("平台", "platform"),
    ("店铺", "shop"),
    ("范围", "group"),
    ("名称", "key"),
    ("指标编号", "kpi"),
    ("指标", "title"),
    ("结果", "value"),
    ("单位", "unit"),
    ("分子", "numerator"),
    ("分母", "denominator"),
    ("P50", "p50"),
    ("P90", "p90"),
    ("最长", "longest"),
    ("目标", "aim"),
    ("不计", "left_out"),
];

/// One row a figure, for spreadsheets.
pub(super) fn csv(
    report: &KpiReport<'_>,
    rows: &[Row<'_>],
    lang: Lang,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    csv.write_record(HEADERS.map(|(zh, en)| words::pick(lang, zh, en)))?;
    let exempts = &report.plan.exempts;
    for row in rows {
        let v = view(row, exempts, lang);
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let (group, unit) = match lang {
            Lang::En => (v.group, v.unit),
            Lang::Zh => (zh_group(v.group), zh_unit(v.unit)),
        };
        let shown = match v.off {
            Some(_) => row.off.map(|off| off_words(off, lang)).unwrap_or_default().to_owned(),
            None => v.value.map(|n| n.to_string()).unwrap_or_default(),
        };
        let cells = [
            words::platform(v.platform, lang).to_owned(),
            v.shop.to_owned(),
            group.to_owned(),
            v.key.clone(),
            v.kpi.to_owned(),
            v.title.to_owned(),
            shown,
            unit.to_owned(),
            v.numerator.to_string(),
            v.denominator.to_string(),
            number(v.p50),
            number(v.p90),
            number(v.longest),
            aim(row, lang),
            left(row, exempts, lang),
        ];
        csv.write_record(cells.map(|cell| crate::report::csv::safe(&cell)))?;
    }
    csv.flush()
}

fn zh_group(group: &str) -> &str {
    match group {
        "shop" => "店铺",
        "agent" => "客服",
        "hour" => "钟点",
        "day" => "日期",
        other => other,
    }
}

fn zh_unit(unit: &str) -> &str {
    match unit {
        "number" => "个",
        "seconds" => "秒",
        "ratio" => "比",
        "percent" => "%",
        other => other,
    }
}
