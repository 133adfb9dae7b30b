//! What to do next about a file, ready to be pasted: the command, or the lines of a rule file.

use super::{Inspected, Inspection, words};
use crate::ingest::{Column, Survey};
use crate::mask;
use crate::problem::Severity;
use crate::report::Style;
use crate::report::screen::plain;

/// Unknown senders that are named.
const NAMED: usize = 8;

/// The lines.
pub(super) fn of(file: &Inspected<'_>, inspection: &Inspection<'_>, style: &Style) -> Vec<String> {
    let pick = |zh, en| words::pick(style, zh, en);
    let lost = file.problems.iter().any(|p| p.severity == Severity::Error);
    let Some(survey) = file.survey.filter(|s| s.rows > 0 || !s.guesses.is_empty()) else {
        if file.survey.is_some_and(|s| s.recognised.as_ref().is_some_and(|r| r.format.id == "jd-talks")) {
            let text = pick(
                "这是会话清单，检查时和聊天记录（LOG）一起传入：",
                "This lists talks: pass it along with the log:",
            );
            return vec![
                text.to_owned(),
                command("audit", "LOG", inspection, std::slice::from_ref(&file.input)),
            ];
        }
        return vec![if lost {
            pick("照问题下面“→”后的话做，再检查一次。", "Do what stands after → above, and inspect again.")
                .to_owned()
        } else {
            pick("没有消息可看。", "There are no messages to look at.").to_owned()
        }];
    };
    if !survey.guesses.is_empty() {
        return guessed(file, survey, inspection, style);
    }
    let unknown = unknown_senders(survey);
    if !unknown.is_empty() {
        return speakers(file, survey, &unknown, style);
    }
    let mut lines = Vec::new();
    if lost {
        lines.push(
            pick(
                "有些行没读懂：照问题下面“→”后的话做；audit 加 --rejects 坏行.csv 可以把它们留下来看。",
                "Some rows were not understood: do what stands after → above; audit with --rejects bad.csv keeps them.",
            )
            .to_owned(),
        );
    }
    lines.extend(unnamed(survey, style));
    let ready = if lost {
        pick("其余的可以检查：", "The rest can be audited:")
    } else {
        pick("都读懂了，可以检查：", "All was understood; audit it:")
    };
    lines.push(ready.to_owned());
    lines.push(command("audit", &file.input, inspection, &[]));
    lines
}

/// Platform and shop, where the log names none.
fn unnamed(survey: &Survey, style: &Style) -> Option<String> {
    let no_platform = survey.platforms.contains_key(&None);
    let no_shop = survey.shops().iter().any(|(name, _)| name.is_empty());
    let (zh, en) = match (no_platform, no_shop) {
        (true, true) => (
            "记录里没有写平台和店铺：加上 --platform tmall --shop 店名（没有平台时只按各平台通用的规则检查）。",
            "The log names neither platform nor shop: add --platform tmall --shop NAME (without a platform only rules of every platform are judged).",
        ),
        (true, false) => (
            "记录里没有写平台：加上 --platform tmall（或 taobao、jd、pdd；没有平台时只按各平台通用的规则检查）。",
            "The log names no platform: add --platform tmall (or taobao, jd, pdd; without one only rules of every platform are judged).",
        ),
        (false, true) => (
            "记录里没有写店铺：加上 --shop 店名，报告里才知道是哪家店。",
            "The log names no shop: add --shop NAME, so that the report can say which it is.",
        ),
        (false, false) => return None,
    };
    Some(words::pick(style, zh, en).to_owned())
}

/// Headers that the values speak for.
fn guessed(file: &Inspected<'_>, survey: &Survey, inspection: &Inspection<'_>, style: &Style) -> Vec<String> {
    let pick = |zh, en| words::pick(style, zh, en);
    let columns: Vec<String> =
        survey.guesses.iter().flat_map(|(c, h)| ["--column".to_owned(), format!("{c}={h}")]).collect();
    let mut lines = vec![
        pick(
            "按内容猜的栏目，对不对请看一眼，再这样检查一次：",
            "Columns guessed from their values; check them, and inspect again:",
        )
        .to_owned(),
        command("inspect", &file.input, inspection, &columns),
        pick("或者写进规则文件，以后加 --rules 就行：", "Or put them into a rule file for --rules:")
            .to_owned(),
    ];
    lines.extend(block(&survey.guesses));
    lines
}

/// `[columns]` with these headers.
fn block(columns: &[(Column, String)]) -> Vec<String> {
    let header = |(column, header): &(Column, String)| format!("    {column} = {}", quoted(header));
    std::iter::once("    [columns]".to_owned()).chain(columns.iter().map(header)).collect()
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text).replace('\\', "\\\\").replace('"', "\\\""))
}

fn unknown_senders(survey: &Survey) -> Vec<(String, u64)> {
    let (senders, _) = survey.senders();
    let unknown = senders.into_iter().filter(|(sender, _)| sender.taken.is_none());
    unknown.map(|(sender, n)| (mask::mask(&sender.name, &[]).0, n)).collect()
}

/// Lines in which the user writes down who is who.
fn speakers(file: &Inspected<'_>, survey: &Survey, unknown: &[(String, u64)], style: &Style) -> Vec<String> {
    let pick = |zh, en| words::pick(style, zh, en);
    let file_name = "own.toml";
    let has_buyers = survey.headers().iter().any(|h| h.column == Column::Buyer && h.filled > 0);
    let mut lines = vec![
        pick(
            "有些发送者看不出是谁。把下面几行存成 own.toml，每个名字写进对的一行：",
            "Some senders cannot be told. Save these lines as own.toml, each name in its line:",
        )
        .to_owned(),
    ];
    let named = survey.headers().into_iter().filter_map(|h| match h.names.as_slice() {
        [one] => Some((h.column, one.clone())),
        _ => None,
    });
    lines.extend(block(&named.collect::<Vec<_>>()));
    let names: Vec<String> = unknown.iter().take(NAMED).map(|(name, _)| quoted(name)).collect();
    let more = if unknown.len() > NAMED { pick(" ……", " ...") } else { "" };
    lines.push(format!("    # {}{}{more}", pick("看不出的：", "not told: "), names.join(", ")));
    lines.push(format!("    staff = []      # {}", pick("客服的名字", "names of people of the shop")));
    lines.push(format!("    robots = []     # {}", pick("机器人的名字", "names of robots")));
    lines.push("    [columns.roles]".to_owned());
    lines.push(format!("    buyer = []      # {}", pick("指买家的词", "words for the buyer")));
    lines.push(format!("    agent = []      # {}", pick("指客服的词", "words for people of the shop")));
    lines.push(format!("    system = []     # {}", pick("指平台的词", "words for the platform")));
    if !has_buyers && unknown.len() > NAMED {
        lines.push(
            pick(
                "名字这么多，多半是买家的账号：若有买家那一栏，用 --column buyer=表头名 指出。",
                "So many names are most likely buyers: if a column holds the buyer, name it with --column buyer=HEADER.",
            )
            .to_owned(),
        );
    }
    lines.push(pick("然后再检查一次：", "Then inspect again:").to_owned());
    lines.push(format!("    kefu-audit inspect {} --rules {file_name}", argument(&file.input)));
    lines
}

/// A command with the options that were given.
fn command(name: &str, file: &str, inspection: &Inspection<'_>, more: &[String]) -> String {
    let words = std::iter::once(file).chain(inspection.options.iter().chain(more).map(String::as_str));
    let words: Vec<String> = words.map(argument).collect();
    format!("    kefu-audit {name} {}", words.join(" "))
}

/// An argument as both kinds of shell take it. What one of them would read as an order is left out.
fn argument(word: &str) -> String {
    let word: String = plain(word).chars().filter(|c| !"\"`$%!^".contains(*c)).collect();
    let bare = |c: char| c.is_alphanumeric() || "-_./:=,\\".contains(c);
    if !word.is_empty() && word.chars().all(bare) { word } else { format!("\"{word}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_pasted_gives_orders() {
        assert_eq!(argument("日志/day 1.csv"), "\"日志/day 1.csv\"");
        assert_eq!(argument("content=a\"; rm -rf $(x) `y` %PATH%\n"), "\"content=a; rm -rf (x) y PATH⏎\"");
        assert_eq!(quoted("a\"b\\\u{1b}"), "\"a\\\"b\\\\\u{fffd}\"");
    }
}
