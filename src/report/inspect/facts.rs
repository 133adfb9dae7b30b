//! What was understood of a file, line by line.

use super::{Fact, Inspected, Inspection, words};
use crate::ingest::{Column, Seen, Survey};
use crate::mask;
use crate::model::Kind;
use crate::report::screen::plain;
use crate::report::{Style, words as common};
use crate::say::Lang;

/// Senders that are listed.
const SENDERS: usize = 12;
/// Characters of a message that are shown.
const TEXT: usize = 60;

/// The facts in order; none when nothing is known.
pub(super) fn of(file: &Inspected<'_>, inspection: &Inspection<'_>, style: &Style) -> Vec<Fact> {
    let Some(survey) = file.survey else { return Vec::new() };
    let pick = |zh, en| words::pick(style, zh, en);
    let mut facts = Vec::new();
    let mut add = |label: &'static str, lines: Vec<String>| {
        if !lines.is_empty() {
            facts.push(Fact { label, lines });
        }
    };
    add(pick("格式", "format"), format(survey, style));
    add(pick("编码", "encoding"), survey.recognised.iter().map(|r| r.encoding.clone()).collect());
    add(pick("行数", "rows"), rows(survey, style));
    if survey.rows > survey.rejected {
        let mut lines = vec![conversations(file, survey, inspection, style)];
        lines.extend((survey.joined > 0).then(|| joined(survey, style)));
        add(pick("会话", "talks"), lines);
    }
    add(pick("栏目", "columns"), columns(survey, style));
    add(pick("发送者", "senders"), senders(survey, style));
    add(pick("时间", "times"), times(survey, style));
    add(pick("类型", "kinds"), kinds(survey, style));
    add(pick("店铺", "shops"), shops(survey, style));
    add(pick("前几条", "first"), survey.first.iter().map(|seen| message(seen, style)).collect());
    facts
}

fn format(survey: &Survey, style: &Style) -> Vec<String> {
    let line = |r: &crate::ingest::Recognised| match style.lang {
        Lang::Zh => format!("{}：{}（{}）", r.format.id, r.format.zh, plain(&r.why.zh)),
        Lang::En => format!("{}: {} ({})", r.format.id, r.format.en, plain(&r.why.en)),
    };
    survey.recognised.iter().map(line).collect()
}

/// A share in percent with one decimal, rounded down: 100 % means all.
fn percent(part: u64, all: u64) -> String {
    let milli = (u128::from(part) * 1000).checked_div(u128::from(all)).unwrap_or_default();
    if milli % 10 == 0 { format!("{}%", milli / 10) } else { format!("{}.{}%", milli / 10, milli % 10) }
}

fn rows(survey: &Survey, style: &Style) -> Vec<String> {
    let (all, good) = (survey.rows, survey.rows - survey.rejected.min(survey.rows));
    if all == 0 {
        return Vec::new();
    }
    let share = percent(good, all);
    vec![match style.lang {
        Lang::Zh => format!("{all} 行，读懂 {good} 行（{share}）"),
        Lang::En => format!("{all} rows, {good} understood ({share})"),
    }]
}

fn conversations(
    file: &Inspected<'_>,
    survey: &Survey,
    inspection: &Inspection<'_>,
    style: &Style,
) -> String {
    let (n, gap) = (file.conversations, inspection.gap_minutes);
    let has = |column| survey.headers().iter().any(|h| h.column == column && h.filled > 0);
    let is_given = survey.headers().iter().any(|h| h.column == Column::SessionId && h.is_given);
    let (zh, en) = if is_given && has(Column::SessionId) {
        ("按文件里的分段分".to_owned(), "as the file parts them".to_owned())
    } else if has(Column::SessionId) {
        ("按会话编号分".to_owned(), "told apart by session id".to_owned())
    } else if has(Column::Buyer) {
        (
            format!("没有会话编号，按买家分，静默超过 {gap} 分钟另起一个"),
            format!("no session ids: told apart by buyer and {gap} minutes of silence"),
        )
    } else {
        (
            format!("没有会话编号也没有买家，只按静默 {gap} 分钟分"),
            format!("neither session ids nor buyers: told apart by {gap} minutes of silence alone"),
        )
    };
    match style.lang {
        Lang::Zh => format!("{n} 个，{zh}"),
        Lang::En => format!("{n}, {en}"),
    }
}

/// Rows that JD's list of talks completed.
fn joined(survey: &Survey, style: &Style) -> String {
    let n = survey.joined;
    match style.lang {
        Lang::Zh => format!("{n} 行按京东会话清单补了会话编号、买家和客服"),
        Lang::En => format!("{n} rows completed from JD's list of talks: id, buyer, agent"),
    }
}

fn columns(survey: &Survey, style: &Style) -> Vec<String> {
    let pick = |zh, en| words::pick(style, zh, en);
    let mut lines = Vec::new();
    for header in survey.headers() {
        let names: Vec<String> = header.names.iter().map(|n| plain(n)).collect();
        let from = if header.is_given {
            pick("这种格式自带", "as the format has it").to_owned()
        } else if names.is_empty() {
            pick("消息之外（会话、文件头）", "outside of the messages (conversation, head of the file)")
                .to_owned()
        } else {
            names.join(pick("、", ", "))
        };
        let what = match style.lang {
            Lang::Zh => header.column.zh(),
            Lang::En => "",
        };
        let filled = match (header.filled, style.lang) {
            (n, Lang::Zh) if n == survey.rows => "每行都有".to_owned(),
            (n, Lang::En) if n == survey.rows => "in every row".to_owned(),
            (0, Lang::Zh) => "都是空的".to_owned(),
            (0, Lang::En) => "empty throughout".to_owned(),
            (n, Lang::Zh) => format!("{n} 行有"),
            (n, Lang::En) => format!("in {n} rows"),
        };
        lines.push(format!("{:<10} {what} ← {from}  {filled}", header.column.name()).replace("  ←", " ←"));
    }
    let own: Vec<String> = survey.exports().into_iter().map(plain).collect();
    if !own.is_empty() {
        lines.push(format!("{}{}", pick("照 [columns]：", "by [columns]: "), own.join(pick("、", ", "))));
    }
    let unread: Vec<String> = survey.unread().into_iter().map(plain).collect();
    if !unread.is_empty() {
        lines.push(format!("{}{}", pick("没用到：", "not read: "), unread.join(pick("、", ", "))));
    }
    lines
}

fn senders(survey: &Survey, style: &Style) -> Vec<String> {
    let pick = |zh, en| words::pick(style, zh, en);
    let (senders, more) = survey.senders();
    let rows = |n: u64| match style.lang {
        Lang::Zh => format!("{n} 行"),
        Lang::En => format!("{n} rows"),
    };
    // What could not be told comes first: it is what must be mended.
    let (known, unknown): (Vec<_>, Vec<_>) = senders.iter().partition(|(sender, _)| sender.taken.is_some());
    let line = |(sender, n): &&(&crate::ingest::Sender, u64)| {
        let name = match sender.name.as_str() {
            "" if sender.taken.is_some() => pick("买家的账号", "the buyer's account").to_owned(),
            "" => pick("（空）", "(empty)").to_owned(),
            // People of the shop are named in every report.
            name if sender.taken.is_some_and(|(role, _)| role.is_shop()) => plain(name),
            name => shown(name),
        };
        match sender.taken {
            Some((role, why)) => {
                let (role, why) = (common::role(role, style.lang), words::ground(why, style));
                format!("{name} → {role}  {}  {}", rows(*n), pick_brackets(why, style))
            }
            None => format!("{name} → {}  {}", pick("看不出是谁", "cannot be told"), rows(*n)),
        }
    };
    let mut lines: Vec<String> = unknown.iter().chain(&known).take(SENDERS).map(line).collect();
    let rest = senders.len().saturating_sub(SENDERS);
    if rest > 0 {
        let at_least = if more { pick("至少", "at least ") } else { "" };
        lines.push(match style.lang {
            Lang::Zh => format!("……还有{at_least} {rest} 个"),
            Lang::En => format!("... and {at_least}{rest} more"),
        });
    }
    lines
}

fn pick_brackets(text: &str, style: &Style) -> String {
    match style.lang {
        Lang::Zh => format!("（{text}）"),
        Lang::En => format!("({text})"),
    }
}

/// A name or word of the sender column: phones and the like masked, as in every message about it.
fn shown(name: &str) -> String {
    let short: String = name.chars().take(TEXT).collect();
    plain(&mask::mask(&short, &[]).0)
}

fn times(survey: &Survey, style: &Style) -> Vec<String> {
    let Some((first, last)) = survey.span() else { return Vec::new() };
    let mut lines = vec![match style.lang {
        Lang::Zh => format!("{first} 至 {last}"),
        Lang::En => format!("{first} to {last}"),
    }];
    let many = survey.times.len() > 1;
    for (form, n) in &survey.times {
        let what = words::form(*form, style);
        lines.push(match style.lang {
            _ if !many => what.to_owned(),
            Lang::Zh => format!("{what}：{n} 行"),
            Lang::En => format!("{what}: {n} rows"),
        });
    }
    lines
}

fn kinds(survey: &Survey, style: &Style) -> Vec<String> {
    let one = |((kind, recalled), n): (&(Kind, bool), &u64)| {
        let recalled = if *recalled { words::pick(style, "（已撤回）", " (withdrawn)") } else { "" };
        format!("{}{recalled} {n}", words::kind(*kind, style))
    };
    let all: Vec<String> = survey.kinds.iter().map(one).collect();
    if all.is_empty() { Vec::new() } else { vec![all.join(words::pick(style, "，", ", "))] }
}

/// Shops and platforms; a log that names none says so.
fn shops(survey: &Survey, style: &Style) -> Vec<String> {
    let pick = |zh, en| words::pick(style, zh, en);
    if survey.platforms.is_empty() {
        return Vec::new();
    }
    let shops = survey.shops();
    let names: Vec<String> = shops.iter().filter(|(n, _)| !n.is_empty()).map(|(n, _)| plain(n)).collect();
    let mut text = names.iter().take(SENDERS).cloned().collect::<Vec<_>>().join(pick("、", ", "));
    if names.len() > SENDERS {
        text.push_str(pick("……", " ..."));
    }
    if names.is_empty() {
        pick("没有写店铺", "no shop named").clone_into(&mut text);
    }
    let platforms = survey.platforms.keys().map(|p| match p {
        Some(_) => common::platform(*p, style.lang),
        None => pick("没有写平台", "no platform named"),
    });
    let platforms: Vec<&str> = platforms.collect();
    vec![format!("{text}  {}", pick_brackets(&platforms.join(pick("、", ", ")), style))]
}

fn message(seen: &Seen, style: &Style) -> String {
    let pick = |zh, en| words::pick(style, zh, en);
    let text = if style.reveal { seen.text.clone() } else { mask::mask(&seen.text, &[]).0 };
    let mut text = plain(&text);
    if text.chars().count() > TEXT {
        text = text.chars().take(TEXT).chain(['…']).collect();
    }
    let name = match seen.role {
        role if role.is_shop() => plain(&seen.agent),
        crate::model::Role::Buyer if style.reveal => plain(&seen.buyer),
        crate::model::Role::Buyer => plain(&mask::buyer(&seen.buyer)),
        _ => String::new(),
    };
    let blank = if name.is_empty() { "" } else { " " };
    let kind =
        if seen.kind == Kind::Text { String::new() } else { format!("[{}] ", words::kind(seen.kind, style)) };
    let recalled = if seen.recalled { pick("（已撤回）", "(withdrawn) ") } else { "" };
    let at = seen.at.map_or_else(|| pick("（没有时间）", "(no time)").to_owned(), |at| at.to_string());
    let role = common::role(seen.role, style.lang);
    let (line, colon) = (seen.line, pick("：", ": "));
    match style.lang {
        Lang::Zh => format!("第 {line} 行  {at}  {role}{blank}{name}{colon}{kind}{recalled}{text}"),
        Lang::En => format!("line {line}  {at}  {role}{blank}{name}{colon}{kind}{recalled}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_hundred_percent_means_all() {
        assert_eq!(
            [percent(3, 3), percent(9999, 10_000), percent(1, 8), percent(0, 0)],
            ["100%", "99.9%", "12.5%", "0%"]
        );
    }
}
