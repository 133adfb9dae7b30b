//! Problems as people read them: what is wrong, where, why it matters, what to do next. Also the problems that the
//! report itself finds.

use std::io;

use super::screen::plain;
use crate::judge::Prior;
use crate::mask;
use crate::problem::{Place, Problem, Severity};
use crate::say::{Lang, Say};

/// Writes each problem in two lines.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(problems: &[Problem], lang: Lang, out: &mut dyn io::Write) -> io::Result<()> {
    for p in problems {
        let grade = match (p.severity, lang) {
            (Severity::Error, Lang::Zh) => "错误",
            (Severity::Error, Lang::En) => "error",
            (Severity::Warning, Lang::Zh) => "注意",
            (Severity::Warning, Lang::En) => "note",
        };
        let times = match (p.count, lang) {
            (0 | 1, _) => String::new(),
            (n, Lang::Zh) => format!("（共 {n} 处，这是第一处）"),
            (n, Lang::En) => format!(" ({n} places, this is the first)"),
        };
        let place = place(&p.place);
        let what = shown(p.what.get(lang));
        writeln!(out, "{grade}[{}] {place}{what}{times}", p.code)?;
        let next = shown(p.next.get(lang));
        if !next.is_empty() {
            writeln!(out, "  → {next}")?;
        }
    }
    Ok(())
}

/// `file:line:column: `, as far as it is known.
fn place(place: &Place) -> String {
    if place.file.is_empty() {
        return String::new();
    }
    let line = if place.line > 0 { format!(":{}", place.line) } else { String::new() };
    let column = if place.column.is_empty() { String::new() } else { format!(":{}", plain(&place.column)) };
    format!("{}{line}{column}: ", plain(&place.file))
}

/// Problems quote what stands in the input, so they are masked and made harmless too, `--reveal` or not.
fn shown(text: &str) -> String {
    plain(&mask::mask(text, &[]).0)
}

/// Rows that two files hold: overlapping exports, or one file under two names.
pub(super) fn repeated(rows: u64) -> Option<Problem> {
    (rows > 0).then(|| Problem {
        code: "rows-repeated",
        severity: Severity::Warning,
        place: Place::default(),
        what: Say::new(
            format!("{rows} 行在另一个文件里有一模一样的，只算了一次"),
            format!("{rows} rows stand word for word in another file and were counted once"),
        ),
        next: Say::new(
            "导出的时间段有重叠，或同一个文件给了两份；结果不受影响",
            "the exports overlap, or one file was given twice; the result is not affected",
        ),
        count: 1,
    })
}

/// Prior points that no shop or ladder of the log takes.
pub(super) fn unused_prior(prior: &Prior) -> Problem {
    let Prior { shop, ladder, points, date } = prior;
    let day = date.map(|d| format!("@{d}")).unwrap_or_default();
    Problem {
        code: "prior-unused",
        severity: Severity::Warning,
        place: Place::default(),
        what: Say::new(
            format!(
                "原有扣分 {shop}:{ladder}={points}{day} 没有用上：记录里没有这家店，或它的平台没有这个阶梯，或余额的日期在要算的那天之后"
            ),
            format!(
                "the prior points {shop}:{ladder}={points}{day} were not used: no such shop in the logs, no such ladder on its platform, or a balance of a later day than the one judged"
            ),
        ),
        next: Say::new(
            "请检查 --prior 里的店铺名和阶梯名（天猫：general、commitment、severe）",
            "check the shop and ladder in --prior (Tmall: general, commitment, severe)",
        ),
        count: 1,
    }
}
