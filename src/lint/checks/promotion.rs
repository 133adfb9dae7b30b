//! Dated promotions that are over: a written date, or the name of a promotion whose last day is known. A day without
//! its year is taken for the nearest such day, and the finding is then suspected.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use crate::finding::Certainty;
use crate::lint::found::{Desk, Found};
use crate::lint::reading::Reading;
use crate::say::Say;
use crate::span::Span;

static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?:(?P<y>20[0-9]{2}) \s* [年./-] \s* (?P<m>[0-9]{1,2}) \s* [月./-] \s* (?P<d>[0-9]{1,2}) [日号]?
          | (?P<m2>[0-9]{1,2}) \s* 月 \s* (?P<d2>[0-9]{1,2}) \s* [日号]?)
        (?: \s* (?:-|~|—|－|～|至|到)+ \s*
            (?: (?:(?P<y3>20[0-9]{2}) \s* [年./-])? \s* (?P<m3>[0-9]{1,2}) \s* [月./-] )? \s* (?P<d3>[0-9]{1,2}) \s* [日号]?)?",
    )
    .ok()
});

/// A day that a text names.
struct Day {
    span: Span,
    date: NaiveDate,
    has_year: bool,
}

pub(super) fn run(desk: &Desk<'_>, out: &mut Vec<Found>) {
    let Some(meta) = desk.lint.check("template-promotion-over") else { return };
    let Some(today) = desk.as_of.shanghai().map(|t| t.date_naive()) else { return };
    let Some(words) = &desk.lint.promotion else { return };
    for (n, template, reading) in desk.each() {
        let text = &template.text.text;
        let mut days = if words.is_in(&reading.masked.text) { dates(text, today) } else { Vec::new() };
        days.extend(events(desk, reading, today));
        days.retain(|day| !reading.placeholders.iter().any(|p| p.span.covers(day.span)));
        // The last day counts: 11月1日预售，11月11日结束.
        let Some(last) = days.into_iter().max_by_key(|day| day.date).filter(|day| day.date < today) else {
            continue;
        };
        let why = Say::new(
            format!("{} 已经过去（按 {today} 算）。", last.date),
            format!("{} is past (as of {today}).", last.date),
        );
        let certainty = if last.has_year { Certainty::Certain } else { Certainty::Suspected };
        out.push(Found { certainty, ..Found::new(meta, n, last.span, why) });
    }
}

fn dates(text: &str, today: NaiveDate) -> Vec<Day> {
    let Some(re) = &*DATE else { return Vec::new() };
    re.captures_iter(text)
        .filter_map(|found| {
            let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
            let month = number("m3").or(number("m")).or(number("m2"))?;
            let day = number("d3").or(number("d")).or(number("d2"))?;
            let year = number("y3").or(number("y"));
            let whole = found.get(0)?;
            let span = Span::new(whole.start(), whole.end());
            let date = match year {
                Some(year) => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?,
                None => nearest(month, day, today)?,
            };
            Some(Day { span, date, has_year: year.is_some() })
        })
        .collect()
}

fn events(desk: &Desk<'_>, reading: &Reading<'_>, today: NaiveDate) -> Vec<Day> {
    let day = |event: &crate::rules::lint::Event| {
        let masked = &reading.masked.text;
        let found = event.pattern.get(masked)?.find_iter(masked).next()?;
        let date = nearest(event.ends.0, event.ends.1, today)?;
        let span = reading.masked.origin(Span::new(found.start, found.end));
        Some(Day { span, date, has_year: false })
    };
    desk.lint.events.iter().filter_map(day).collect()
}

/// The day of this month and day that lies nearest.
fn nearest(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    (-1..=1)
        .filter_map(|n| NaiveDate::from_ymd_opt(today.year() + n, month, day))
        .min_by_key(|date| (*date - today).num_days().abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_with_and_without_a_year() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let read = |text: &str| {
            let days = dates(text, today);
            days.iter().map(|d| format!("{} {}", d.span.of(text), d.date)).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(read("活动到2025年11月11日"), "2025年11月11日 2025-11-11");
        assert_eq!(read("截止 2026-1-5 24点"), "2026-1-5 2026-01-05");
        assert_eq!(read("2月20日-28日满减"), "2月20日-28日 2026-02-28");
        assert_eq!(read("11月1日至11月11日"), "11月1日至11月11日 2025-11-11");
        assert_eq!(read("12月31日前"), "12月31日 2025-12-31");
        assert_eq!(read("8月1日开抢"), "8月1日 2026-08-01");
        assert_eq!(read("一共3.5元，第2页，13月40日"), "");
    }
}
