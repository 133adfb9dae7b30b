//! One finding as every format tells it: words masked and made harmless, the cost put together, in one language.

use crate::finding::{Certainty, Level};
use crate::judge::Sums;
use crate::lint::outcome::{Excerpt, Flagged, Outcome, Spot};
use crate::mask;
use crate::report::{screen, words};
use crate::rules::meta::{Currency, RuleMeta};
use crate::say::Lang;
use crate::span::Span;

use super::Style;

/// A finding, ready to be shown.
pub(super) struct Shown<'o> {
    pub(super) flagged: &'o Flagged,
    pub(super) spot: &'o Spot,
    pub(super) rule: &'o str,
    pub(super) title: String,
    /// Why such words are a fault.
    pub(super) reason: &'o str,
    /// What was seen.
    pub(super) why: String,
    pub(super) remedy: &'o str,
    /// `6 分 + 200 元`; empty when no source gives a figure.
    pub(super) cost: String,
    pub(super) points: (u64, u64),
    pub(super) words: String,
    pub(super) code: String,
    pub(super) group: String,
}

pub(super) fn shown<'o>(flagged: &'o Flagged, outcome: &'o Outcome, style: &Style) -> Shown<'o> {
    let meta = outcome.rules.get(&flagged.rule);
    let title = meta.map_or(flagged.rule.as_str(), |m| words::pick(style.lang, &m.title, &m.title_en));
    let suspected = match flagged.certainty {
        Certainty::Certain => "",
        Certainty::Suspected => words::pick(style.lang, "（疑似）", " (suspected)"),
    };
    let sums = meta.map(|m| sums(m, flagged)).unwrap_or_default();
    Shown {
        flagged,
        spot: &flagged.spot,
        rule: flagged.rule.as_str(),
        title: format!("{title}{suspected}"),
        reason: meta.map_or("", |m| m.why.as_str()),
        why: harmless(flagged.why.get(style.lang), style.reveal),
        remedy: meta.map_or("", |m| m.remedy.as_str()),
        cost: words::cost(sums, style.lang),
        points: (sums.points.low, sums.points.high),
        words: harmless(&flagged.words, style.reveal),
        code: harmless(&flagged.code, style.reveal),
        group: harmless(&flagged.group, style.reveal),
    }
}

/// What one use of the template exposes on its platform.
fn sums(meta: &RuleMeta, flagged: &Flagged) -> Sums {
    let mut sums = Sums::default();
    for exposure in meta.exposure_on(Some(flagged.platform)) {
        let range = match exposure.unit {
            Currency::Points => &mut sums.points,
            Currency::Yuan => &mut sums.yuan,
            Currency::Days => &mut sums.days,
        };
        range.low += u64::from(exposure.low);
        range.high += u64::from(exposure.high);
    }
    sums
}

/// One line, masked unless `reveal`, without escapes.
fn harmless(text: &str, reveal: bool) -> String {
    screen::plain(&if reveal { text.to_owned() } else { mask::mask(text, &[]).0 })
}

/// The lines of an excerpt, masked and harmless, line ends kept.
pub(super) fn excerpt(excerpt: &Excerpt, reveal: bool) -> (String, Vec<Span>) {
    let (text, marks) = if reveal {
        (excerpt.text.clone(), excerpt.marks.clone())
    } else {
        mask::mask(&excerpt.text, &excerpt.marks)
    };
    let (clean, marks) = screen::clean(&text, &marks);
    // Line ends came back as one sign each.
    mask::replace(&clean, &marks, |_, c| if c == '⏎' { '\n' } else { c })
}

/// The path as links and annotations want it.
pub(super) fn uri(file: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(file.len());
    for byte in file.trim_start_matches("./").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// One sentence or two for formats that have a single message.
pub(super) fn message(shown: &Shown<'_>, lang: Lang) -> String {
    let say = words::pick(lang, "改说：", "Say instead: ");
    let quoted = words::pick(lang, "“", "\"");
    let closed = words::pick(lang, "”", "\"");
    let words: String = shown.words.chars().take(60).collect();
    let mut text = format!("{}：{quoted}{words}{closed}。{}", shown.title, shown.reason);
    if lang == Lang::En {
        text = format!("{}: {quoted}{words}{closed}. {}", shown.title, shown.why);
    }
    if !shown.remedy.is_empty() {
        text.push_str(&format!(" {say}{}", shown.remedy));
    }
    if !shown.cost.is_empty() {
        text.push_str(&format!(" {} {}", words::pick(lang, "可能扣罚：", "May cost:"), shown.cost));
    }
    text
}

/// The grade that CI formats know.
pub(super) fn grade(level: Level, names: [&str; 3]) -> &str {
    let [violation, warning, notice] = names;
    match level {
        Level::Violation => violation,
        Level::Warning => warning,
        Level::Notice => notice,
    }
}
