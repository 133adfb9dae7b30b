//! `kefu-audit rules list`: every rule with level, platforms, figures and ways; with `--all` also those that a log cannot
//! show, each with the reason.

use std::fmt::Write as _;

use comfy_table::{ColumnConstraint, Table};
use serde_json::{Value, json};

use crate::cli::{ListFormat, RulesList};
use crate::cmd::rules::{grid, print};
use crate::cmd::{FAILED, Streams, pack};
use crate::manual::facts::{figures, platforms, state_words, ways_words};
use crate::manual::{State, Ways, state, ways};
use crate::report::screen::plain;
use crate::report::words::{level, pick};
use crate::rules::pack::{Pack, Rule};
use crate::say::{Lang, Say};
use crate::taught::model::Model;

/// Runs the command.
pub fn run(settings: &RulesList, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else { return FAILED };
    let Some(model) = pack::model(settings.packs.base.as_deref(), lang, streams) else { return FAILED };
    let wanted = |rule: &&Rule| {
        let meta = &rule.meta;
        let on = settings.platform.is_none_or(|p| meta.platforms.is_empty() || meta.platforms.contains(&p));
        let family = settings.family.as_ref().is_none_or(|f| *f == meta.family);
        on && family && (settings.all || matches!(state(rule), State::Live | State::Templates))
    };
    let mut rules: Vec<&Rule> = pack.rules.iter().filter(wanted).collect();
    rules.sort_by(|a, b| (&a.meta.family, &a.meta.id).cmp(&(&b.meta.family, &b.meta.id)));
    let text = match settings.format {
        ListFormat::Table => table(&rules, &pack, &model, lang, streams.width),
        ListFormat::Json => as_json(&rules, &pack, &model, lang),
    };
    print(&text, None, 0, lang, streams)
}

fn table(rules: &[&Rule], pack: &Pack, model: &Model, lang: Lang, width: u16) -> String {
    let heads = [
        ("编号", "id"),
        ("名称", "title"),
        ("级别", "level"),
        ("平台", "platforms"),
        ("预估", "estimate"),
        ("识别", "ways"),
    ];
    let mut table = grid(&heads, width, lang);
    let is_judged = |rule: &&&Rule| matches!(state(rule), State::Live | State::Templates);
    for rule in rules.iter().filter(is_judged) {
        let meta = &rule.meta;
        table.add_row([
            plain(meta.id.as_str()),
            plain(pick(lang, &meta.title, &meta.title_en)),
            level(meta.level, lang).to_owned(),
            platforms(&meta.platforms, lang),
            plain(&figures(meta, lang)),
            ways_words(rule, pack, model, lang),
        ]);
    }
    keep_ids_whole(&mut table);
    let mut text = format!("{table}\n");
    let mut rest =
        grid(&[("编号", "id"), ("名称", "title"), ("为什么不判", "why it is not judged")], width, lang);
    for rule in rules.iter().filter(|rule| !is_judged(rule)) {
        let meta = &rule.meta;
        let reason = rule.unjudged.clone().or_else(|| state_words(rule, lang)).unwrap_or_default();
        let title = plain(pick(lang, &meta.title, &meta.title_en));
        rest.add_row([plain(meta.id.as_str()), title, plain(&reason)]);
    }
    if !rest.is_empty() {
        keep_ids_whole(&mut rest);
        let _ = writeln!(text, "{rest}");
    }
    let _ = writeln!(text, "{}", counts(pack, model).get(lang));
    text
}

/// An id is copied into commands, so it is never broken.
fn keep_ids_whole(table: &mut Table) {
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
}

/// How many rules of the whole pack are judged, in which way, and how many are not.
fn counts(pack: &Pack, model: &Model) -> Say {
    let count = |wanted: State| pack.rules.iter().filter(|r| state(r) == wanted).count();
    let (all, live, templates) = (pack.rules.len(), count(State::Live), count(State::Templates));
    let (off, unjudged) = (count(State::Off), count(State::Unjudged));
    let both = pack.rules.iter().filter(|r| state(r) == State::Live && ways(r, pack, model).taught).count();
    Say::new(
        format!(
            "共 {all} 条：能判 {live} 条（其中 {both} 条还有学会的识别），只查快捷短语 {templates} 条，停用 {off} 条，光看聊天记录判断不了 {unjudged} 条（原因见 --all）。"
        ),
        format!(
            "{all} rules: {live} judged ({both} of them taught too), {templates} for reply templates only, {off} switched off, {unjudged} cannot be judged from a log (see --all for the reasons)."
        ),
    )
}

fn as_json(rules: &[&Rule], pack: &Pack, model: &Model, lang: Lang) -> String {
    let rows: Vec<Value> = rules
        .iter()
        .map(|rule| {
            let meta = &rule.meta;
            let Ways { written, taught, native } = ways(rule, pack, model);
            json!({
                "id": meta.id,
                "family": meta.family,
                "title": meta.title,
                "title_en": meta.title_en,
                "level": meta.level,
                "platforms": meta.platforms,
                "unit": meta.unit,
                "state": match state(rule) {
                    State::Live => "live",
                    State::Templates => "templates",
                    State::Off => "off",
                    State::Unjudged => "unjudged",
                },
                "reason": state_words(rule, lang),
                "written": written,
                "taught": taught,
                "native": native,
                "exposure": meta.exposure,
                "sources": meta.sources,
                "examples": { "hit": rule.hit.len(), "ok": rule.ok.len() },
            })
        })
        .collect();
    let all = json!({ "pack": pack.name, "version": pack.version, "date": pack.date, "rules": rows });
    format!("{all:#}\n")
}
