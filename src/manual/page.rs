//! The reference page of a pack in Markdown: one table of all rules by family, then every rule with why, figures, model
//! answer and examples. The same pack gives the same bytes.

use std::fmt::Write as _;

use crate::manual::facts::{figure_with_source, figures, platforms, state_words};
use crate::manual::{State, state};
use crate::report::words::{self, level};
use crate::rules::form::At;
use crate::rules::pack::{Pack, Rule};
use crate::say::Lang;

/// The page.
#[must_use]
pub fn page(pack: &Pack) -> String {
    let mut text = String::from("# 规则手册\n\n");
    let count = |wanted: State| pack.rules.iter().filter(|r| state(r) == wanted).count();
    let _ = writeln!(
        text,
        "由 `kefu-audit rules doc` 根据规则文件生成，请勿手改。规则包 {} {}（{}）：可以从聊天记录判断的 {} 条，只查快捷短语的 {} 条，\
         光看聊天记录判断不了的 {} 条。扣分和罚款都是买家投诉成立时的估计。",
        pack.name,
        pack.version,
        pack.date,
        count(State::Live),
        count(State::Templates),
        count(State::Unjudged)
    );
    let mut families: Vec<&str> = pack.rules.iter().map(|r| r.meta.family.as_str()).collect();
    families.dedup();
    families.sort_unstable();
    families.dedup();
    for family in families {
        let of_family: Vec<&Rule> = pack.rules.iter().filter(|r| r.meta.family == family).collect();
        let _ = writeln!(text, "\n## {}（{family}）\n", words::family(family, Lang::Zh));
        text.push_str("| 编号 | 名称 | 级别 | 平台 | 估计 |\n|---|---|---|---|---|\n");
        for rule in &of_family {
            let meta = &rule.meta;
            let grade = if state(rule) == State::Unjudged { "不判" } else { level(meta.level, Lang::Zh) };
            let _ = writeln!(
                text,
                "| [{}](#{}) | {} | {grade} | {} | {} |",
                meta.id,
                meta.id,
                cell(&meta.title),
                platforms(&meta.platforms, Lang::Zh),
                cell(&figures(meta, Lang::Zh))
            );
        }
        for rule in of_family {
            section(rule, pack, &mut text);
        }
    }
    text
}

fn section(rule: &Rule, pack: &Pack, text: &mut String) {
    let meta = &rule.meta;
    let _ = writeln!(text, "\n### {}\n\n**{}** {}", meta.id, meta.title, meta.title_en);
    if let Some(words) = state_words(rule, Lang::Zh) {
        let _ = writeln!(text, "\n{words}");
    }
    if !meta.why.is_empty() {
        let _ = writeln!(text, "\n{}", meta.why);
    }
    if !meta.exposure.is_empty() {
        text.push('\n');
        for exposure in &meta.exposure {
            let _ = writeln!(text, "- {}", figure_with_source(exposure, meta, pack, Lang::Zh));
        }
    }
    if !meta.remedy.is_empty() {
        let _ = writeln!(text, "\n应该说：{}", meta.remedy);
    }
    examples("会报", &rule.hit, text);
    examples("不报", &rule.ok, text);
    if !meta.sources.is_empty() {
        let _ = writeln!(text, "\n出处：{}", meta.sources.join("、"));
    }
}

fn examples(name: &str, list: &[At<String>], text: &mut String) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{name}：\n");
    for example in list {
        // A code span with two marks may hold one itself.
        let _ = writeln!(text, "- `` {} ``", example.value);
    }
}

/// A text inside a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
