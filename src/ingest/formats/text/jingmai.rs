//! The chat log of Jingmai (JD): `a****bc 2026-10-07 10:00:00`, the text on the lines below, and talks ruled off with a
//! comment `以下为一通会话`.

use super::piece::{Composer, Draft, Made, Piece};
use super::stamps;
use crate::ingest::formats::{Fit, Sample, Strength};
use crate::say::Say;

/// The longest name in characters.
const LONGEST: usize = 60;

fn is_begin(line: &str) -> bool {
    line.starts_with("/*") && line.contains("以下为一通会话")
}

fn is_end(line: &str) -> bool {
    line.starts_with("/*") && line.contains("会话结束")
}

/// Whether a session begins here.
pub(super) fn opens(line: &str) -> bool {
    is_begin(line)
}

/// Name and moment of a head. The name stands at the beginning of the line and a blank before the moment.
fn head(line: &str) -> Option<(&str, &str)> {
    let (name, at) = stamps::at_end(line)?;
    let apart = line.get(name.len()..)?.starts_with(|c: char| c.is_whitespace());
    (apart && is_name(name)).then_some((name, at))
}

fn is_name(name: &str) -> bool {
    let signs = |c: char| {
        c.is_whitespace() || matches!(c, '，' | '。' | '！' | '？' | '：' | '“' | ',' | ';' | '|' | '"')
    };
    !name.is_empty() && name.chars().count() <= LONGEST && !name.contains(signs) && !name.contains("-->")
}

/// Whether a message begins here.
pub(super) fn is_head(line: &str) -> bool {
    head(line).is_some()
}

pub(super) fn fits(sample: &Sample<'_>) -> Option<Fit> {
    let lines = || sample.text.lines().map(str::trim);
    let talks = lines().filter(|line| is_begin(line)).count();
    if talks > 0 || lines().any(is_end) {
        return Some(Fit::exact(
            format!("有 {talks} 行“以下为一通会话”"),
            format!("{talks} lines say `以下为一通会话` (a talk begins)"),
        ));
    }
    let heads = lines().filter(|line| is_head(line)).count();
    (heads > 0).then(|| Fit {
        strength: Strength::General,
        why: Say::new(
            format!("有 {heads} 行像“名字 日期 时间”，但没有会话分隔行"),
            format!("{heads} lines read like `name date time`, but no line rules talks off"),
        ),
    })
}

pub(super) fn read<'a>(piece: &Piece<'a>) -> Made<'a> {
    let mut composer = Composer::new(piece);
    for (i, line) in piece.lines.iter().enumerate() {
        if let Some((name, at)) = head(line.text) {
            let draft = Draft { sender: name.into(), at, ..Draft::default() };
            composer.open(draft, i, "", i + 1);
        } else if is_begin(line.text) {
            composer.end_session(i);
            composer.session.is_bounded = true;
        } else if is_end(line.text) {
            composer.end_session(i);
        } else if !composer.is_open() && !line.text.is_empty() {
            composer.stray(i);
        }
    }
    let mut made = composer.finish();
    made.sessions.iter_mut().flat_map(|session| &mut session.drafts).for_each(mark_note);
    made
}

/// Lines of the platform that stand under a speaker's name, and what they carry.
const NOTES: [(&str, &str); 4] = [
    ("用户发起转人工", "system"),
    ("您选择了一个订单进行咨询", "card"),
    ("您选择了一个商品进行咨询", "card"),
    ("【此消息为欢迎卡片", "card"),
];

fn mark_note(draft: &mut Draft<'_>) {
    let Some((_, kind)) = NOTES.iter().find(|(words, _)| draft.body.starts_with(words)) else { return };
    draft.kind = kind;
    if *kind == "system" {
        draft.sender = "系统".into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_names_and_no_sentences() {
        assert_eq!(head("a****bc 2026-10-07 10:00:00"), Some(("a****bc", "2026-10-07 10:00:00")));
        assert!(is_head("XX京东自营-小李 2026-10-07 10:00:21"));
        for none in
            ["好的，明天 2026-10-07 10:00:21", "您的 包裹 2026-10-07 10:00:21", "2026-10-07 10:00:21", "x"]
        {
            assert!(!is_head(none), "{none}");
        }
    }
}
