//! `kefu-audit rules backtest`: judges the same logs by two sets of rules and tells what is added and what is gone, by rule
//! and by agent, with the points. The logs are read once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cli::{ListFormat, Packs, RulesBacktest};
use crate::cmd::rules::{grid, print};
use crate::cmd::{FAILED, Streams, logs, pack};
use crate::detect::detector::{Detector, Ways};
use crate::engine::{self, Filter};
use crate::finding::{Finding, Slip};
use crate::ids::Fingerprint;
use crate::ingest::{self, Options, Store};
use crate::judge::{self, Charge, Judged, Range, Terms};
use crate::mask;
use crate::problem::Severity;
use crate::report::problems;
use crate::report::screen::plain;
use crate::report::words::pick;
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};

/// Runs the command: 0 when both find the same, 1 when they differ, 2 when the job could not be done.
pub fn run(settings: &RulesBacktest, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let (inputs, mut found) = ingest::expand(&settings.logs);
    let (Some(old), Some(new)) =
        (pack::load(&settings.old, lang, streams), pack::load(&settings.new, lang, streams))
    else {
        return FAILED;
    };
    // The log is read once, as the new rules describe it.
    let options = Options { platform: settings.platform, shop: settings.shop.clone(), ..Options::default() };
    let options = logs::told_by(&new, options);
    let store = ingest::read(&inputs, &options, &());
    found.extend(store.problems().iter().cloned());
    let is_lost = found.iter().any(|p| p.severity == Severity::Error);
    let _ = problems::write(&found, lang, streams.err);
    let (Some(old), Some(new)) = (
        judged(&settings.old, &old, &store, lang, streams),
        judged(&settings.new, &new, &store, lang, streams),
    ) else {
        return FAILED;
    };
    let difference = Difference::between(&old, &new);
    let text = match settings.format {
        ListFormat::Table => difference.as_table(&store, settings.show, streams.width, lang),
        ListFormat::Json => difference.as_json(&store),
    };
    let code = if is_lost { FAILED } else { u8::from(!difference.is_empty()) };
    print(&text, None, code, lang, streams)
}

/// What one set of rules finds; `None` when something is wrong, which is told.
fn judged(
    packs: &Packs,
    pack: &Pack,
    store: &Store,
    lang: Lang,
    streams: &mut Streams<'_>,
) -> Option<Vec<Priced>> {
    let model = pack::model(packs.base.as_deref(), lang, streams)?;
    let outcome = engine::run(store, &Detector::new(pack, &model, Ways::Both), &Filter::default());
    let _ = problems::write(&outcome.problems, lang, streams.err);
    let book = pack::figures(pack, &[], lang, streams)?.book;
    if !outcome.problems.is_empty() {
        return None;
    }
    let findings = outcome.findings;
    let judged = judge::judge(Slip::all(&findings), &outcome.tally, &book, &Terms::default()).findings;
    let priced = judged.into_iter().filter_map(|judged| {
        let finding = judged.slip.find_in(&findings)?.clone();
        Some(Priced { finding, judged })
    });
    Some(priced.collect())
}

/// A finding with its price.
struct Priced {
    finding: Finding,
    judged: Judged,
}

/// The points that a finding counts for, all ladders together.
fn points(priced: &Priced) -> Range {
    let judged = &priced.judged;
    if judged.charge == Charge::Counted { judged.sums().points } else { Range::default() }
}

/// One line of a table: how often before and after, what is added and gone, points before and after.
#[derive(Default)]
struct Row {
    old: u64,
    new: u64,
    added: u64,
    gone: u64,
    old_points: Range,
    new_points: Range,
}

struct Difference<'j> {
    added: Vec<&'j Priced>,
    gone: Vec<&'j Priced>,
    /// The same finding at another level, certainty or price.
    changed: Vec<(&'j Priced, &'j Priced)>,
    rules: BTreeMap<String, Row>,
    agents: BTreeMap<String, Row>,
}

impl<'j> Difference<'j> {
    fn between(old: &'j [Priced], new: &'j [Priced]) -> Self {
        let index = |list: &'j [Priced]| -> BTreeMap<Fingerprint, &'j Priced> {
            list.iter().map(|j| (j.finding.id, j)).collect()
        };
        let (before, after) = (index(old), index(new));
        let is_in = |map: &BTreeMap<Fingerprint, &Priced>, j: &Priced| map.contains_key(&j.finding.id);
        let added: Vec<&Priced> = new.iter().filter(|j| !is_in(&before, j)).collect();
        let gone: Vec<&Priced> = old.iter().filter(|j| !is_in(&after, j)).collect();
        let grade = |j: &Priced| (j.finding.level, j.finding.certainty, points(j));
        let pairs = new.iter().filter_map(|j| Some((*before.get(&j.finding.id)?, j)));
        let changed = pairs.filter(|(a, b)| grade(a) != grade(b)).collect();
        let mut difference = Self { added, gone, changed, rules: BTreeMap::new(), agents: BTreeMap::new() };
        for j in old {
            difference.count(j, |row| {
                row.old += 1;
                row.old_points = plus(row.old_points, points(j));
            });
        }
        for j in new {
            difference.count(j, |row| {
                row.new += 1;
                row.new_points = plus(row.new_points, points(j));
            });
        }
        for j in difference.added.clone() {
            difference.count(j, |row| row.added += 1);
        }
        for j in difference.gone.clone() {
            difference.count(j, |row| row.gone += 1);
        }
        let moved = |row: &Row| row.added + row.gone > 0 || row.old_points != row.new_points;
        difference.rules.retain(|_, row| moved(row));
        difference.agents.retain(|_, row| moved(row));
        difference
    }

    fn count(&mut self, j: &Priced, add: impl Fn(&mut Row)) {
        add(self.rules.entry(j.finding.rule.to_string()).or_default());
        add(self.agents.entry(j.finding.agent.clone()).or_default());
    }

    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }

    fn as_table(&self, store: &Store, show: usize, width: u16, lang: Lang) -> String {
        let (added, gone, changed) = (self.added.len(), self.gone.len(), self.changed.len());
        let head = Say::new(
            format!("多报 {added} 处，少报 {gone} 处，级别或分数变了 {changed} 处。"),
            format!("{added} findings added, {gone} gone, {changed} at another level or price."),
        );
        let mut text = format!("{}\n", head.get(lang));
        let by = [(("规则", "rule"), &self.rules), (("客服", "agent"), &self.agents)];
        for (name, rows) in by {
            if rows.is_empty() {
                continue;
            }
            let heads = [
                name,
                ("旧", "old"),
                ("新", "new"),
                ("多报", "added"),
                ("少报", "gone"),
                ("旧分数", "old points"),
                ("新分数", "new points"),
            ];
            let mut table = grid(&heads, width, lang);
            for (key, row) in rows {
                let counts = [row.old, row.new, row.added, row.gone].map(|n| n.to_string());
                let points = [row.old_points, row.new_points].map(range);
                table.add_row([plain(key)].into_iter().chain(counts).chain(points));
            }
            let _ = writeln!(text, "{table}");
        }
        for (sign, list) in [('+', &self.added), ('-', &self.gone)] {
            let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
            for j in list {
                let n = shown.entry(j.finding.rule.as_str()).or_default();
                *n += 1;
                if *n <= show {
                    let _ = writeln!(text, "{sign} {}", line(j, store));
                } else if *n == show + 1 {
                    let _ =
                        writeln!(text, "{sign} {}  {}", j.finding.rule, pick(lang, "……还有", "... and more"));
                }
            }
        }
        for (before, after) in self.changed.iter().take(show) {
            let level = |j: &Priced| crate::report::words::level(j.finding.level, lang);
            let (a, b) = (range(points(before)), range(points(after)));
            let _ = writeln!(text, "~ {}  {} {a} → {} {b}", line(after, store), level(before), level(after));
        }
        text
    }

    fn as_json(&self, store: &Store) -> String {
        let rows = |rows: &BTreeMap<String, Row>| -> Vec<Value> {
            rows.iter()
                .map(|(name, r)| {
                    json!({
                        "name": name, "old": r.old, "new": r.new, "added": r.added, "gone": r.gone,
                        "old_points": r.old_points, "new_points": r.new_points,
                    })
                })
                .collect()
        };
        let list = |list: &[&Priced]| list.iter().map(|j| finding(j, store)).collect::<Vec<_>>();
        let changed: Vec<Value> = self
            .changed
            .iter()
            .map(|(a, b)| json!({ "old": finding(a, store), "new": finding(b, store) }))
            .collect();
        let all = json!({
            "rules": rows(&self.rules),
            "agents": rows(&self.agents),
            "added": list(&self.added),
            "gone": list(&self.gone),
            "changed": changed,
        });
        format!("{all:#}\n")
    }
}

fn plus(a: Range, b: Range) -> Range {
    Range { low: a.low + b.low, high: a.high + b.high }
}

fn range(range: Range) -> String {
    if range.low == range.high { range.high.to_string() } else { format!("{}-{}", range.low, range.high) }
}

/// The file and line of a finding, and its words with numbers of persons masked.
fn place(j: &Priced, store: &Store) -> (String, u32, String) {
    let Some(main) = j.finding.main_line() else { return (String::new(), 0, String::new()) };
    let file = store.files().get(main.file as usize).cloned().unwrap_or_default();
    (file, main.line, mask::mask(&main.text, &[]).0)
}

fn line(j: &Priced, store: &Store) -> String {
    let (file, line, text) = place(j, store);
    format!("{}  {}:{line}  {}  {}", j.finding.rule, plain(&file), plain(&j.finding.agent), plain(&text))
}

fn finding(j: &Priced, store: &Store) -> Value {
    let (file, line, text) = place(j, store);
    let f = &j.finding;
    json!({
        "id": f.id, "rule": f.rule, "level": f.level, "certainty": f.certainty, "shop": f.shop, "agent": f.agent,
        "conversation": f.conversation, "file": file, "line": line, "text": text, "points": points(j),
    })
}
