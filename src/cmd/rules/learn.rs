//! `kefu-audit rules learn`: takes a reviewer's verdict on a finding into the user's own examples, masked, and proves at
//! once that the finding is judged accordingly from now on and that nothing else in the conversation changed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use crate::cli::{RulesLearn, output};
use crate::cmd::{FAILED, Streams, bank, logs, own, pack};
use crate::detect::detector::{Detector, Scratch, Ways};
use crate::detect::reviewed::Reviewed;
use crate::finding::{Certainty, Finding};
use crate::ingest::{self, Column, Options, Progress, Store};
use crate::mask::mask;
use crate::model::{Conversation, Kind, Message, Platform, Role};
use crate::problem::{Place, Problem, Severity};
use crate::report::problems;
use crate::rules::pack::Pack;
use crate::say::Say;
use crate::taught::corpus::NOTE;
use crate::taught::model::Model;

/// Turns kept before the first one that is charged.
const BEFORE: usize = 4;

/// Runs the command.
pub fn run(settings: &RulesLearn, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else { return FAILED };
    let Some(model) = pack::model(settings.packs.base.as_deref(), lang, streams) else { return FAILED };
    match learn(settings, &pack, &model) {
        Ok(say) => {
            let text = format!("{}\n", say.get(lang));
            match output::write(None, streams.out, |out| out.write_all(text.as_bytes())) {
                Ok(()) => 0,
                Err(_) => FAILED,
            }
        }
        Err(found) => {
            let _ = problems::write(&found, lang, streams.err);
            FAILED
        }
    }
}

/// What is known of a conversation apart from the log that it was read from.
struct Case {
    rule: String,
    dialogue: String,
    before: Vec<Finding>,
    after: Vec<Finding>,
}

fn learn(settings: &RulesLearn, pack: &Pack, model: &Model) -> Result<Say, Vec<Problem>> {
    let own = own::load(&settings.packs, pack)?;
    let args: Vec<String> = settings.logs.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    let (inputs, mut found) = ingest::expand(&args);
    let store = ingest::read(&inputs, &logs::told_by(pack, options(settings)), &Silent);
    found.extend(store.problems().iter().cloned());
    // What was reviewed before may be reviewed again, so the past verdicts are left aside here.
    let detector = || Detector::new(pack, model, Ways::Both).with_model(&own.model);
    let case = find(&store, settings, pack, detector).ok_or_else(|| {
        found.push(unknown(&settings.finding));
        std::mem::take(&mut found)
    })?;
    let state = keep(&settings.to, &case, settings)?;
    let verdict = prove(&case, settings);
    let file = settings.to.display();
    let (zh, en) = match state {
        State::Added => ("已记入", "added to"),
        State::Known => ("原来就有", "stood already in"),
        State::Turned => ("已改判", "changed in"),
    };
    let (sign, rule, text) = (sign(settings.is_right), &case.rule, &case.dialogue);
    let mine = settings.packs.users.iter().any(|path| bank::beside(path) == settings.to);
    let (next_zh, next_en) = if mine {
        (String::new(), String::new())
    } else {
        (format!("\n以后检查时加上 --rules {file}"), format!("\nadd --rules {file} from now on"))
    };
    match verdict {
        Ok(others) => Ok(Say::new(
            format!(
                "{zh} {file}：{rule}\n  {sign} {text}\n已核对：{}；同一会话的其他 {others} 条结果不变。{next_zh}",
                settled(settings.is_right).zh
            ),
            format!(
                "{en} {file}: {rule}\n  {sign} {text}\nchecked: {}; the {others} other findings of the conversation are as before.{next_en}",
                settled(settings.is_right).en
            ),
        )),
        Err(problem) => Err(vec![*problem]),
    }
}

fn settled(is_right: bool) -> Say {
    if is_right {
        Say::new("再遇到按确定报", "it is charged as certain from now on")
    } else {
        Say::new("再遇到不再报", "it is not charged any more")
    }
}

fn sign(is_right: bool) -> char {
    if is_right { '+' } else { '-' }
}

/// No progress is shown.
struct Silent;

impl Progress for Silent {
    fn bytes(&self, _: u64) {}
}

fn options(settings: &RulesLearn) -> Options {
    let defaults = Options::default();
    let columns =
        settings.columns.iter().filter_map(|(name, header)| Some((Column::parse(name)?, header.clone())));
    Options {
        columns: columns.collect(),
        input_format: settings.input_format,
        gap_seconds: settings.gap_minutes.map_or(defaults.gap_seconds, |m| i64::from(m) * 60),
        platform: settings.platform,
        shop: settings.shop.clone(),
        ..defaults
    }
}

/// The conversation that holds the finding, judged without and with the new verdict.
fn find<'p>(
    store: &Store,
    settings: &RulesLearn,
    pack: &'p Pack,
    make: impl Fn() -> Detector<'p> + Sync,
) -> Option<Case> {
    let detector = make();
    let wanted = |f: &Finding| f.id.to_string() == settings.finding;
    (0..store.partitions()).into_par_iter().find_map_first(|partition| {
        let partition = store.load(partition).ok()?;
        let mut scratch = Scratch::default();
        partition.conversations().iter().find_map(|conversation| {
            let before = detector.judge(conversation, &mut scratch);
            let finding = before.iter().find(|f| wanted(f))?;
            let rule = finding.rule.to_string();
            let dialogue = dialogue(conversation, finding);
            let reviewed = reviewed(&rule, &dialogue, settings.is_right, pack);
            let after = make().with_reviewed(&reviewed).judge(conversation, &mut Scratch::default());
            Some(Case { rule, dialogue, before, after })
        })
    })
}

/// The verdict as it will be read back from the file.
fn reviewed(rule: &str, dialogue: &str, is_right: bool, pack: &Pack) -> Reviewed {
    let text = format!("# {rule}\n{} {dialogue}\n", sign(is_right));
    let source = crate::rules::flaw::Source { name: String::new(), text: text.into() };
    Reviewed::new(&bank::read(&[source], pack).unwrap_or_default())
}

/// The turns that a finding rests on and some before them, in one line, masked.
fn dialogue(conversation: &Conversation<'_>, finding: &Finding) -> String {
    let messages = &conversation.messages;
    let is_evidence = |m: &Message<'_>| {
        m.role.is_shop() && finding.evidence.iter().any(|l| (l.file, l.line) == (m.file, m.line))
    };
    let first = messages.iter().position(is_evidence).unwrap_or(0);
    let last = messages.iter().rposition(is_evidence).unwrap_or(first);
    let same = |a: usize, b: usize| match (messages.get(a), messages.get(b)) {
        (Some(a), Some(b)) => a.role == b.role && (a.role != Role::Agent || a.agent == b.agent),
        _ => false,
    };
    let end = (last..messages.len()).find(|n| !same(*n, n + 1)).unwrap_or(last);
    let mut start = first;
    let mut turns = 0;
    while start > 0 {
        let begins = !same(start - 1, start);
        let is_spoken = messages.get(start).is_some_and(|m| m.role != Role::System);
        turns += usize::from(begins && is_spoken);
        if turns > BEFORE {
            break;
        }
        start -= 1;
    }
    let mut parts: Vec<String> =
        conversation.platform.map(|p: Platform| format!("平台：{}", p.id())).into_iter().collect();
    for n in start..=end {
        // Two agents in a row are two turns; a line of the platform keeps them apart.
        let changes = n > start
            && !same(n - 1, n)
            && messages.get(n - 1).zip(messages.get(n)).is_some_and(|(a, b)| a.role == b.role);
        if changes {
            parts.push("系：换客服".to_owned());
        }
        parts.extend(messages.get(n).map(part));
    }
    parts.join(" | ")
}

fn part(message: &Message<'_>) -> String {
    let who = match (message.role, message.kind) {
        (Role::Buyer, Kind::Card) => "卡",
        (Role::Buyer, Kind::Image) => "图",
        (Role::Buyer, _) => "买",
        (Role::Agent, _) => "客",
        (Role::Robot, _) => "机",
        (Role::System, _) => "系",
    };
    let masked = if message.kind == Kind::Image { "[图片]".to_owned() } else { mask(message.text, &[]).0 };
    let plain = |c: char| match c {
        '|' => '｜',
        '#' => '＃',
        c if c.is_control() => ' ',
        c => c,
    };
    let text: String = masked.chars().map(plain).collect();
    format!("{who}：{}", text.trim())
}

/// What became of the file.
enum State {
    Added,
    Known,
    Turned,
}

/// Appends the case to the file, or turns its verdict round if it stands there already.
fn keep(to: &Path, case: &Case, settings: &RulesLearn) -> Result<State, Vec<Problem>> {
    let old = match fs::read_to_string(to) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
        Err(e) => {
            let say = Say::new(format!("读不了：{e}"), format!("cannot be read: {e}"));
            return Err(vec![problem("examples-unreadable", &to.display().to_string(), say, Say::default())]);
        }
    };
    let mut rule = String::new();
    let mut state = State::Added;
    let mut lines: Vec<String> = Vec::new();
    for line in old.lines() {
        if let Some(heading) = line.trim().strip_prefix("# ") {
            heading.split_whitespace().next().unwrap_or_default().clone_into(&mut rule);
        }
        let body = line.split_once(NOTE).map_or(line, |(body, _)| body).trim();
        let is_same = rule == case.rule && body.get(2..).is_some_and(|text| text == case.dialogue);
        if !is_same {
            lines.push(line.to_owned());
        } else if body.starts_with(sign(settings.is_right)) {
            return Ok(State::Known);
        } else {
            state = State::Turned;
        }
    }
    if rule != case.rule {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("# {}", case.rule));
    }
    let note: String = settings.note.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let note =
        if note.trim().is_empty() { String::new() } else { format!("{NOTE} {}", mask(note.trim(), &[]).0) };
    lines.push(format!("{} {}{note}", sign(settings.is_right), case.dialogue));
    let text = lines.join("\n") + "\n";
    output::write(Some(to), &mut io::sink(), |out| out.write_all(text.as_bytes())).map_err(|p| vec![p])?;
    Ok(state)
}

/// Whether the verdict does what it should: how many other findings there are.
fn prove(case: &Case, settings: &RulesLearn) -> Result<usize, Box<Problem>> {
    let ids = |list: &[Finding]| -> BTreeSet<String> {
        list.iter().map(|f| f.id.to_string()).filter(|id| *id != settings.finding).collect()
    };
    let ours = case.after.iter().find(|f| f.id.to_string() == settings.finding);
    let is_done = match ours {
        Some(finding) => settings.is_right && finding.certainty == Certainty::Certain,
        None => !settings.is_right,
    };
    let others = ids(&case.after);
    if is_done && others == ids(&case.before) {
        return Ok(others.len());
    }
    let say = Say::new(
        "记下了，但这条判决没有生效，或影响了别的结果",
        "it was kept, but has no effect, or changes other findings",
    );
    let next = Say::new("请把这段对话发给规则的作者", "show this dialogue to the author of the rule");
    Err(Box::new(problem("verdict-without-effect", &settings.to.display().to_string(), say, next)))
}

fn unknown(id: &str) -> Problem {
    let say = Say::new(format!("这些记录里没有结果 {id}"), format!("there is no finding {id} in these logs"));
    let next = Say::new(
        "编号在报告里（json 的 id）；--platform、--shop、--rules 要和检查时一样",
        "the id stands in the report (`id` in json); give --platform, --shop, --rules as in the audit",
    );
    problem("finding-unknown", "", say, next)
}

fn problem(code: &'static str, file: &str, what: Say, next: Say) -> Problem {
    let place = Place { file: file.to_owned(), ..Place::default() };
    Problem { code, severity: Severity::Error, place, what, next, count: 1 }
}
