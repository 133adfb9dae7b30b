//! For people: each finding with its lines, carets under the words, the reason, what to say instead and what it may
//! cost; a summary at the end. A clean run says how much was checked.

use std::io;

use annotate_snippets::{AnnotationKind, Group, Level as Rank, Renderer, Snippet};

use super::Style;
use super::view::{self, Shown};
use crate::finding::Level;
use crate::lint::outcome::{Excerpt, Outcome, Spot, State};
use crate::report::{screen, words};

pub(super) fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    if !style.quiet {
        let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
        for flagged in outcome.live() {
            let shown = view::shown(flagged, outcome, style);
            let frame = renderer.render(&[frame(&shown, style)]);
            // The lines may be cut, so the place is told by us and not counted from what is shown.
            let (title, rest) = frame.split_once('\n').unwrap_or((&frame, ""));
            let digits = shown.flagged.excerpt.last_line().to_string().len();
            writeln!(out, "{title}\n{:digits$}--> {}\n{rest}\n", "", place(shown.spot))?;
        }
    }
    summary(outcome, style, out)
}

fn frame<'s>(shown: &'s Shown<'_>, style: &Style) -> Group<'s> {
    let pick = |zh, en| words::pick(style.lang, zh, en);
    let rank = match shown.flagged.level {
        Level::Violation => Rank::ERROR,
        Level::Warning => Rank::WARNING,
        Level::Notice => Rank::INFO,
    };
    let name = words::level(shown.flagged.level, style.lang);
    let mut group = rank.with_name(name).primary_title(shown.title.as_str()).id(shown.rule).element(snippet(
        &shown.flagged.excerpt,
        AnnotationKind::Primary,
        style,
    ));
    if let Some(other) = &shown.flagged.other {
        group = group
            .element(Rank::NOTE.with_name(pick("另一处", "other")).message(place(&other.spot)))
            .element(snippet(&other.excerpt, AnnotationKind::Context, style));
    }
    let template = [(pick("编码", "code"), &shown.code), (pick("分组", "group"), &shown.group)];
    let template: Vec<String> =
        template.iter().filter(|(_, v)| !v.is_empty()).map(|(name, v)| format!("{name} {v}")).collect();
    let facts = [
        (pick("模板", "template"), template.join(" · ")),
        (pick("依据", "seen"), shown.why.clone()),
        (pick("原因", "why"), shown.reason.to_owned()),
        (pick("改说", "say"), shown.remedy.to_owned()),
        (pick("预估", "cost"), cost(shown, style)),
        (pick("指纹", "fingerprint"), shown.flagged.id.to_string()),
    ];
    for (name, text) in facts {
        if !text.is_empty() {
            group = group.element(Rank::NOTE.with_name(name).message(text));
        }
    }
    group
}

fn cost(shown: &Shown<'_>, style: &Style) -> String {
    if shown.cost.is_empty() {
        return String::new();
    }
    let each = words::pick(
        style.lang,
        "（每次被投诉成立，属估算）",
        " (each time a complaint is upheld; an estimate)",
    );
    format!("{}{each}", shown.cost)
}

fn place(spot: &Spot) -> String {
    match &spot.cell {
        Some(cell) => format!("{}:{cell}", screen::plain(&spot.file)),
        None => format!("{}:{}:{}", screen::plain(&spot.file), spot.line, spot.column),
    }
}

fn snippet<'a>(
    excerpt: &Excerpt,
    kind: AnnotationKind,
    style: &Style,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let (text, marks) = view::excerpt(excerpt, style.reveal);
    let end = text.len();
    let marks: Vec<_> = marks.iter().map(|span| kind.span(span.start.min(end)..span.end.min(end))).collect();
    Snippet::source(text).line_start(excerpt.first).annotations(marks)
}

fn summary(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let count = |level| outcome.live().filter(|f| f.level == level).count();
    let (violations, warnings, notices) =
        (count(Level::Violation), count(Level::Warning), count(Level::Notice));
    let (files, templates) = (outcome.files.len(), outcome.templates);
    let en = style.lang == crate::say::Lang::En;
    let checked = if en {
        format!(
            "checked {templates} templates in {files} files with {} rules (pack {}, as of {})",
            outcome.rules_active, outcome.pack, outcome.as_of
        )
    } else {
        format!(
            "检查了 {files} 个文件里的 {templates} 条模板，用了 {} 条规则（规则包 {}，按 {} 算）",
            outcome.rules_active, outcome.pack, outcome.as_of
        )
    };
    let found = if violations + warnings + notices == 0 {
        words::pick(style.lang, "没有发现问题。", "nothing found.").to_owned()
    } else if en {
        format!("{violations} violations, {warnings} warnings, {notices} notices.")
    } else {
        format!("违规 {violations} 条，警告 {warnings} 条，提示 {notices} 条。")
    };
    writeln!(out, "{checked}{}{found}", words::pick(style.lang, "：", ": "))?;
    let known = outcome.count(|s| *s == State::Known);
    let waived = outcome.count(|s| matches!(s, State::Waived(..)));
    let more = [
        (known, "条在基线里，不算", "known from the baseline"),
        (waived, "条已豁免", "waived"),
        (outcome.gone, "条基线里的问题已经没有了，可以更新基线", "of the baseline are gone; write it anew"),
        (outcome.fixed, "处已替换", "replaced"),
        (
            if outcome.fixed == 0 { outcome.fixable } else { 0 },
            "条可以用 --fix 自动替换（--diff 先看一眼）",
            "can be mended with --fix (--diff shows how)",
        ),
    ];
    for (n, zh, en) in more.into_iter().filter(|(n, ..)| *n > 0) {
        writeln!(out, "  {n} {}", words::pick(style.lang, zh, en))?;
    }
    Ok(())
}
