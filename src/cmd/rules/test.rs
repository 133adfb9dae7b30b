//! `kefu-audit rules test`: tries every example of every rule, and the user's own examples, and tells of each rule whether
//! it holds what it promises.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::cli::RulesTest;
use crate::cmd::rules::{cross, print, show};
use crate::cmd::{FAILED, Streams, bank, own, pack};
use crate::detect::detector::{Detector, Scratch, Ways};
use crate::finding::Level;
use crate::problem::Problem;
use crate::report::problems;
use crate::report::words::pick;
use crate::rules::dialogue;
use crate::rules::flaw::Source;
use crate::rules::form::At;
use crate::rules::load;
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};
use crate::selftest::{self, Outcome, Trial};
use crate::taught::corpus::{self, Example};
use crate::taught::model::Model;

/// Runs the command: 0 when every example holds, 1 when one does not, 2 when rules or examples do not load. Cross-validation
/// measures, and gives 0.
pub fn run(settings: &RulesTest, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else { return FAILED };
    let is_known = |id: &&String| pack.rules.iter().any(|r| r.meta.id.as_str().starts_with(id.as_str()));
    let mut wrong: Vec<Problem> =
        settings.ids.iter().filter(|id| !is_known(id)).map(|id| show::unknown(id, &pack)).collect();
    if let (Some(cross), true) = (&settings.cross, wrong.is_empty()) {
        return cross::run(settings, cross, &pack, streams);
    }
    let own = match own::load(&settings.packs, &pack) {
        Ok(own) => own,
        Err(problems) => {
            let _ = problems::write(&problems, lang, streams.err);
            return FAILED;
        }
    };
    let mut trials = Vec::new();
    if settings.examples.is_empty() || !settings.ids.is_empty() {
        // The pack's own examples prove its written cases; a rule of the user's may rest on its taught model.
        let tried = selftest::run(&pack, &own.model, Ways::Both).into_iter();
        trials.extend(tried.filter(|trial| settings.wants(&trial.rule)).map(|trial| (String::new(), trial)));
    }
    if !settings.examples.is_empty() {
        let Some(model) = pack::model(settings.packs.base.as_deref(), lang, streams) else { return FAILED };
        for path in &settings.examples {
            match read(path, &pack) {
                Ok((source, examples)) => {
                    trials.extend(try_all(&source, &examples, &pack, [&model, &own.model]));
                }
                Err(problems) => wrong.extend(problems),
            }
        }
    }
    if !wrong.is_empty() {
        let _ = problems::write(&wrong, lang, streams.err);
        return FAILED;
    }
    // With a file of one's own, the rules that it does not touch are of no interest.
    let only_users = !settings.packs.users.is_empty() && settings.ids.is_empty();
    if only_users {
        let of_users = |trial: &Trial| pack.rule(&trial.rule).is_some_and(|r| r.is_users);
        trials.retain(|(_, trial)| of_users(trial) || trial.outcome != Outcome::Proved);
    }
    let (text, failed) = describe(&trials, &pack, lang);
    print(&text, None, u8::from(failed > 0), lang, streams)
}

fn read(path: &Path, pack: &Pack) -> Result<(Source, Vec<Example>), Vec<Problem>> {
    let shown = path.display().to_string();
    let source =
        load::file(path).map_err(|_| vec![bank::problem(&shown, 0, Say::new("读不了", "cannot be read"))])?;
    match corpus::read(&source, pack) {
        Ok(examples) => Ok((source, examples)),
        Err(wrong) => Err(wrong.into_iter().map(|(line, what)| bank::problem(&shown, line, what)).collect()),
    }
}

/// Tries a file of examples with written and taught rules: each must break the rules that it names, and, of those that
/// count as a fault, no others.
fn try_all(source: &Source, examples: &[Example], pack: &Pack, models: [&Model; 2]) -> Vec<(String, Trial)> {
    let [model, own] = models;
    let mut detector = Detector::new(pack, model, Ways::Both).with_model(own);
    let mut scratch = Scratch::default();
    let mut trials = Vec::new();
    for example in examples {
        let place = format!("{}:{}", source.name, example.place.1);
        let text = At { value: example.text.clone(), source: 0, span: (0, 0) };
        detector.set_strict(example.text.starts_with(dialogue::STRICT));
        let mut add = |rule: &str, must_fire: bool, outcome: Outcome, others: Vec<String>| {
            let rule = rule.to_owned();
            trials.push((place.clone(), Trial { rule, must_fire, example: text.clone(), outcome, others }));
        };
        let must_fire = example.broken.contains(&example.about);
        if let Some(rule) = pack.rule(&example.about) {
            let trial = selftest::try_one(&detector, &mut scratch, rule, &text, must_fire);
            add(&trial.rule, must_fire, trial.outcome, trial.others);
            continue;
        }
        match dialogue::parse(&example.text, example.platform) {
            Err(say) => add(corpus::ORDINARY, false, Outcome::Unreadable(say), Vec::new()),
            Ok(conversation) => {
                let findings = detector.judge(&conversation, &mut scratch);
                let faults: Vec<_> = findings.into_iter().filter(|f| f.level > Level::Notice).collect();
                match faults.first() {
                    None => add(corpus::ORDINARY, false, Outcome::Proved, Vec::new()),
                    Some(first) => {
                        let others = faults.iter().map(|f| f.rule.to_string()).collect();
                        add(corpus::ORDINARY, false, Outcome::FalseAlarm(first.why.clone()), others);
                    }
                }
            }
        }
    }
    trials
}

/// How a rule stands, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Unreadable,
    Missing,
    Noisy,
    Misplaced,
    Validated,
}

impl Standing {
    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Proved => Self::Validated,
            Outcome::Missed => Self::Missing,
            Outcome::FalseAlarm(_) => Self::Noisy,
            Outcome::Misplaced => Self::Misplaced,
            Outcome::Unreadable(_) => Self::Unreadable,
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Validated => pick(lang, "已验证", "validated"),
            Self::Missing => pick(lang, "漏报", "missing"),
            Self::Noisy => pick(lang, "误报", "noisy"),
            Self::Misplaced => pick(lang, "报错行", "misplaced"),
            Self::Unreadable => pick(lang, "看不懂", "unreadable"),
        }
    }
}

/// Each rule in one line with its failed examples below, then the figures.
fn describe(trials: &[(String, Trial)], pack: &Pack, lang: Lang) -> (String, usize) {
    let mut rules: BTreeMap<&str, Vec<&(String, Trial)>> = BTreeMap::new();
    for trial in trials {
        rules.entry(&trial.1.rule).or_default().push(trial);
    }
    let (mut text, mut failed, mut broken) = (String::new(), 0, 0);
    for (rule, trials) in &rules {
        let standing =
            trials.iter().map(|(_, t)| Standing::of(&t.outcome)).min().unwrap_or(Standing::Validated);
        let hits = trials.iter().filter(|(_, t)| t.must_fire).count();
        let _ = writeln!(text, "{}  {rule}  {hits}+{}", standing.words(lang), trials.len() - hits);
        broken += usize::from(standing != Standing::Validated);
        for (place, trial) in trials {
            if let Some(say) = complaint(trial) {
                failed += 1;
                let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
                let _ = writeln!(text, "    {place}{}\n      {}", say.get(lang), trial.example.value);
                if !trial.others.is_empty() {
                    let _ = writeln!(text, "      -> {}", trial.others.join(", "));
                }
            }
        }
    }
    let (n, tried) = (rules.len(), trials.len());
    let end = Say::new(
        format!("{n} 条规则，{tried} 个例子，{broken} 条规则的 {failed} 个例子不对。"),
        format!("{n} rules, {tried} examples; {failed} examples of {broken} rules do not hold."),
    );
    let unjudged = pack.rules.iter().filter(|r| r.unjudged.is_some()).count();
    let _ = writeln!(text, "{}", end.get(lang));
    if unjudged > 0 {
        let more = Say::new(
            format!("另有 {unjudged} 条规则光看聊天记录判断不了。"),
            format!("{unjudged} more rules cannot be judged from a log alone."),
        );
        let _ = writeln!(text, "{}", more.get(lang));
    }
    (text, failed)
}

fn complaint(trial: &Trial) -> Option<Say> {
    match &trial.outcome {
        Outcome::Proved => None,
        Outcome::Missed => Some(Say::new("漏报：该报没报", "missing: must fire and does not")),
        Outcome::FalseAlarm(why) => Some(Say::new(format!("误报：{why}"), format!("noisy: {why}"))),
        Outcome::Misplaced => {
            Some(Say::new("报在了不是客服的那一行", "misplaced: fires on a line that is not the shop's"))
        }
        Outcome::Unreadable(say) => Some(say.clone()),
    }
}
