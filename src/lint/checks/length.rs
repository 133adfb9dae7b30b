//! Templates that are longer than one message may be once their placeholders are filled in.

use crate::lint::found::{Desk, Found};
use crate::say::Say;
use crate::span::Span;

pub(super) fn run(desk: &Desk<'_>, out: &mut Vec<Found>) {
    let Some(meta) = desk.lint.check("template-too-long") else { return };
    for (n, template, reading) in desk.each() {
        let platform = desk.platform(template);
        let fits = |p: &&crate::rules::lint::Limit| p.platforms.is_empty() || p.platforms.contains(&platform);
        let Some(limit) = desk.lint.limits.iter().find(fits) else { continue };
        let text = &template.text.text;
        let longest = reading.longest(text);
        if longest <= limit.chars {
            continue;
        }
        let plain = text.chars().count();
        let why = Say::new(
            format!("原文 {plain} 字，变量换成最长的内容后 {longest} 字，上限 {} 字。", limit.chars),
            format!("{plain} characters, {longest} once filled in; at most {} may be sent.", limit.chars),
        );
        // From the first character that is too many, or the last one when only the filling makes it too long.
        let over = text.char_indices().nth(limit.chars).or(text.char_indices().next_back());
        let span = Span::new(over.map_or(0, |(at, _)| at), text.len());
        out.push(Found::new(meta, n, span, why));
    }
}
