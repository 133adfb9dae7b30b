//! `kefu-audit rules draft`: writes a rule file from pasted dialogues, loads it at once as `--rules` would, and tells
//! what it catches.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::{Packs, RulesDraft, output};
use crate::cmd::{FAILED, Streams, bank, pack};
use crate::detect::detector::Ways;
use crate::problem::{Place, Problem, Severity};
use crate::report::problems;
use crate::rules::flaw::Source;
use crate::rules::load::{self, Failure};
use crate::rules::pack::Pack;
use crate::say::Say;
use crate::selftest::{self, Outcome};
use crate::taught::corpus::Example;
use crate::taught::model::Model;
use crate::text::normal::Normaliser;
use crate::train::FEWEST;
use crate::train::draft::{Draft, Sample, Table, sample, samples};

/// A rule cannot be drafted from fewer dialogues of each kind.
const LEAST: usize = 3;

/// Runs the command.
pub fn run(settings: &RulesDraft, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let packs = Packs { base: settings.base.clone(), users: Vec::new() };
    let Some(pack) = pack::load(&packs, lang, streams) else { return FAILED };
    let written = draft(settings, &pack).and_then(|(rules, summary)| {
        let to = settings.output.as_deref();
        output::write(to, streams.out, |out| out.write_all(rules.as_bytes())).map_err(|p| vec![p])?;
        Ok(summary)
    });
    match written {
        Ok(summary) => {
            // The rule itself may go to a pipe, so what there is to say about it goes beside it.
            let _ = writeln!(streams.err, "{}", summary.get(lang));
            0
        }
        Err(found) => {
            let _ = problems::write(&found, lang, streams.err);
            FAILED
        }
    }
}

/// The rule file and what it catches.
fn draft(settings: &RulesDraft, pack: &Pack) -> Result<(String, Say), Vec<Problem>> {
    let (hits, oks) = (pasted(&settings.hit), pasted(&settings.ok));
    let (hits, oks) = match (hits, oks) {
        (Ok(hits), Ok(oks)) => (hits, oks),
        (hits, oks) => return Err([hits.err(), oks.err()].into_iter().flatten().flatten().collect()),
    };
    let too_few = [(&settings.hit, hits.len()), (&settings.ok, oks.len())];
    let too_few: Vec<Problem> =
        too_few.into_iter().filter(|(_, n)| *n < LEAST).map(|(path, n)| few(path, n)).collect();
    if !too_few.is_empty() {
        return Err(too_few);
    }
    if pack.rule(&settings.id).is_some() {
        let what = Say::new(
            format!("规则“{}”已经有了", settings.id),
            format!("the rule \"{}\" exists already", settings.id),
        );
        let next = Say::new("用 --id 换一个编号", "choose another with --id");
        return Err(vec![problem("rule-exists", "", 0, what, next)]);
    }
    let everyday = bank::read(&bank::sources(settings.base.as_deref())?, pack)?;
    let everyday: Vec<Example> = everyday.into_iter().filter(|e| e.about.is_empty()).collect();
    let mut normaliser = Normaliser::default();
    let talk: Vec<Sample> = everyday.iter().filter_map(|e| sample(&e.text, &mut normaliser).ok()).collect();
    let table = Table::new(&hits, &oks, &talk);
    let draft = table.draft();
    if draft.phrases.is_empty() {
        let what = Say::new("找不到只在违规里出现的说法", "no wording stands only in those that must fire");
        let next = Say::new(
            "两个文件里是不是有一样的话？再多贴几句该报的",
            "do both files hold the same words? paste more that must fire",
        );
        return Err(vec![problem("draft-empty", &settings.hit.display().to_string(), 0, what, next)]);
    }
    let rules = write_rule(settings, &draft, &hits, &oks);
    let tried = try_out(settings, &rules, &everyday)?;
    let unseen = table.found_unseen();
    Ok((rules, describe(settings, &draft, &hits, &tried, unseen)))
}

fn pasted(path: &Path) -> Result<Vec<Sample>, Vec<Problem>> {
    let file = path.display().to_string();
    let source = load::file(path).map_err(|failure| {
        let what = match failure {
            Failure::Unreadable(_, what) => what,
            Failure::Flawed(..) => Say::default(),
        };
        vec![problem("examples-unreadable", &file, 0, what, Say::default())]
    })?;
    let next = Say::new(
        "一行一段对话：买：…… | 客：……；或者一行只写客服的一句话",
        "one dialogue a line: 买：... | 客：...; or one sentence of the agent's alone",
    );
    let tell = |(line, what)| problem("example-unusable", &file, line, what, next.clone());
    samples(&source.text).map_err(|wrong| wrong.into_iter().map(tell).collect())
}

fn few(path: &Path, n: usize) -> Problem {
    let what = Say::new(format!("只有 {n} 条"), format!("only {n} lines"));
    let next = Say::new(
        format!("至少贴 {LEAST} 条；贴到 {FEWEST} 条，规则还能自己学"),
        format!("paste at least {LEAST}; from {FEWEST} on the rule can learn too"),
    );
    problem("examples-too-few", &path.display().to_string(), 0, what, next)
}

fn problem(code: &'static str, file: &str, line: usize, what: Say, next: Say) -> Problem {
    let place = Place { file: file.to_owned(), line: line as u64, column: String::new() };
    Problem { code, severity: Severity::Error, place, what, next, count: 1 }
}

/// Whether there are enough dialogues for a model.
fn is_taught(hits: usize, oks: usize) -> bool {
    hits >= FEWEST && oks >= FEWEST
}

fn write_rule(settings: &RulesDraft, draft: &Draft, hits: &[Sample], oks: &[Sample]) -> String {
    let mut text = String::new();
    let _ =
        writeln!(text, "# 起草的规则：先看 phrases 有没有太宽的，再改 title、level 和 remedy。\n[[rule]]");
    let _ = writeln!(text, "id = {}", quoted(&settings.id));
    let _ = writeln!(text, "title = {}", quoted(settings.title.as_deref().unwrap_or(&settings.id)));
    let _ = writeln!(text, "level = \"warning\"");
    list(&mut text, "phrases", draft.phrases.iter().map(String::as_str));
    if is_taught(hits.len(), oks.len()) {
        let _ = writeln!(text, "# 例子够多，写不全的说法让它自己学。\ntaught = true");
    }
    let is_missed = |n: usize| draft.missed.contains(&n);
    let found = hits.iter().enumerate().filter(|(n, _)| !is_missed(*n)).map(|(_, s)| s.text.as_str());
    list(&mut text, "hit", found);
    list(&mut text, "ok", oks.iter().map(|s| s.text.as_str()));
    if !draft.missed.is_empty() {
        let _ = writeln!(text, "# 下面几条还没抓到，补上说法后移到 hit 里：");
        for sample in draft.missed.iter().filter_map(|n| hits.get(*n)) {
            let _ = writeln!(text, "#   {}", sample.text);
        }
    }
    text
}

fn list<'t>(text: &mut String, key: &str, items: impl Iterator<Item = &'t str>) {
    let _ = writeln!(text, "{key} = [");
    for item in items {
        let _ = writeln!(text, "  {},", quoted(item));
    }
    let _ = writeln!(text, "]");
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// What the drafted rule does.
struct Tried {
    found: usize,
    wrong: usize,
    everyday: usize,
    alarms: usize,
}

/// Loads the rule on top of the pack, tries its examples, and lets it judge everyday talk.
fn try_out(settings: &RulesDraft, rules: &str, everyday: &[Example]) -> Result<Tried, Vec<Problem>> {
    let base = settings.base.as_deref().map_or_else(|| Ok(load::built_in()), load::folder);
    let source = Source { name: "draft.toml".to_owned(), text: rules.to_owned().into() };
    let pack = base.and_then(|base| load::load(base, vec![source])).map_err(|failure| {
        let what = match failure {
            Failure::Unreadable(_, what) => what,
            Failure::Flawed(flaws, _) => flaws.into_iter().next().map(|f| f.what).unwrap_or_default(),
        };
        let next = Say::new(
            "检查 --id：小写字母、数字、汉字和 -",
            "check --id: small letters, digits, Chinese and -",
        );
        vec![problem("draft-unusable", "", 0, what, next)]
    })?;
    let model = Model::default();
    let trials = selftest::run(&pack, &model, Ways::Written);
    let ours: Vec<_> = trials.iter().filter(|t| t.rule == settings.id).collect();
    let count = |must_fire: bool, outcome: fn(&Outcome) -> bool| {
        ours.iter().filter(|t| t.must_fire == must_fire && outcome(&t.outcome)).count()
    };
    Ok(Tried {
        found: count(true, |o| *o == Outcome::Proved),
        wrong: count(false, |o| *o != Outcome::Proved),
        everyday: everyday.len(),
        alarms: selftest::alarms(&pack, &settings.id, everyday),
    })
}

fn describe(settings: &RulesDraft, draft: &Draft, hits: &[Sample], tried: &Tried, unseen: usize) -> Say {
    let Tried { found, wrong, everyday, alarms } = tried;
    let (n, phrases) = (hits.len(), draft.phrases.join("、"));
    let file = settings.output.as_deref().map_or_else(|| "FILE".to_owned(), |p| p.display().to_string());
    Say::new(
        format!(
            "说法 {} 个：{phrases}\n贴来的：该报的抓到 {found}/{n}，不该报的误报 {wrong}；{everyday} 段普通对话里误报 {alarms}。\n没贴过的说法：每次留一条不看，约能抓到 {unseen}/{n}。\n用法：kefu-audit rules test --rules {file} {id}；kefu-audit audit --rules {file} 记录.csv",
            draft.phrases.len(),
            id = settings.id
        ),
        format!(
            "{} phrases: {phrases}\npasted: {found}/{n} that must fire do, {wrong} that must not do; {alarms} of {everyday} everyday dialogues.\nwording not pasted: leaving one out at a time, about {unseen}/{n} would be found.\nuse: kefu-audit rules test --rules {file} {id}; kefu-audit audit --rules {file} LOG.csv",
            draft.phrases.len(),
            id = settings.id
        ),
    )
}
