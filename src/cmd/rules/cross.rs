//! `kefu-audit rules test --cross-validate`: how each rule does on dialogues that its taught model has not seen, with
//! the dialogues that it got wrong: the list from which a rule is improved.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::cli::{CrossValidation, RulesTest, output};
use crate::cmd::{FAILED, Streams, bank};
use crate::detect::detector::Ways;
use crate::problem::Problem;
use crate::report::problems;
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};
use crate::taught::corpus::Example;
use crate::train::Aim;
use crate::train::check::{Plan, Score, Wrong, cross_validate, interval};

/// Shares of the dialogues that the learning curve is drawn from.
const CURVE: [f64; 4] = [0.25, 0.5, 0.75, 1.0];

/// Runs the command.
pub(super) fn run(
    settings: &RulesTest,
    cross: &CrossValidation,
    pack: &Pack,
    streams: &mut Streams<'_>,
) -> u8 {
    let lang = settings.lang;
    let text = bank::examples(settings.packs.base.as_deref(), pack).and_then(|examples| {
        if cross.curve {
            curve(&examples, pack, settings, cross)
        } else {
            table(&examples, pack, settings, cross)
        }
    });
    let written = text.and_then(|text| {
        output::write(None, streams.out, |out| out.write_all(text.as_bytes()))
            .map_err(|problem| vec![problem])
    });
    match written {
        Ok(()) => 0,
        Err(problems) => {
            let _ = problems::write(&problems, lang, streams.err);
            FAILED
        }
    }
}

fn plan(cross: &CrossValidation, share: f64) -> Plan {
    Plan { aim: Aim::at(cross.precision), share }
}

fn table(
    examples: &[Example],
    pack: &Pack,
    settings: &RulesTest,
    cross: &CrossValidation,
) -> Result<String, Vec<Problem>> {
    let all = [Ways::Taught, Ways::Written, Ways::Both];
    let scores = cross_validate(examples, pack, plan(cross, 1.0), &all).map_err(bank::problems)?;
    let lang = settings.lang;
    let mut text = String::new();
    let shown = all.iter().position(|way| *way == cross.ways).and_then(|at| scores.get(at));
    for (rule, score) in shown.into_iter().flatten().filter(|(rule, _)| settings.wants(rule)) {
        let _ = writeln!(text, "{rule:32} {}", figures(score, lang));
        for wrong in score.wrong.iter().take(cross.show) {
            complain(&mut text, wrong, lang);
        }
    }
    let names = [("只用学会的", "taught alone"), ("只用写明的", "written alone"), ("两者", "both")];
    let _ = writeln!(text);
    for (name, scores) in names.into_iter().zip(&scores) {
        let name = Say::new(name.0, name.1);
        let _ = writeln!(text, "{}  {}", name.get(lang), figures(&total(scores, settings), lang));
    }
    let note = Say::new(
        "学会的部分：判断每段对话时没有用它和它的同题对话训练过。写明的规则是人看着例子写的，它在这里的数字偏高。",
        "Taught models never saw the dialogue they judge, nor its twins. Written cases were written with the examples in view, so their figures here flatter.",
    );
    let _ = writeln!(text, "{}", note.get(lang));
    Ok(text)
}

/// The figures of a rule in one line.
fn figures(score: &Score, lang: Lang) -> String {
    let share = |counts: (usize, usize)| {
        let (low, high) = interval(counts);
        let (part, whole) = counts;
        #[allow(clippy::cast_precision_loss, reason = "counts of dialogues are small")]
        let value = if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        format!("{value:.2} [{low:.2}, {high:.2}] {:>9}", format!("{part}/{whole}"))
    };
    let say = Say::new("准确率 {p}   召回率 {r}", "precision {p}   recall {r}");
    say.get(lang).replace("{p}", &share(score.precision())).replace("{r}", &share(score.recall()))
}

fn complain(text: &mut String, wrong: &Wrong, lang: Lang) {
    let what = if wrong.is_missed { Say::new("漏报", "missed") } else { Say::new("误报", "false alarm") };
    let place = match &wrong.place {
        (_, 0) => Say::new("规则自带的例子", "the rule's own example"),
        (file, line) => Say::new(format!("{file}:{line}"), format!("{file}:{line}")),
    };
    let _ = writeln!(text, "    {} {}\n        {}", what.get(lang), place.get(lang), wrong.text);
    if !wrong.why.is_empty() {
        let _ = writeln!(text, "        → {}", wrong.why);
    }
}

fn total(scores: &BTreeMap<String, Score>, settings: &RulesTest) -> Score {
    let mut total = Score::default();
    for (_, score) in scores.iter().filter(|(rule, _)| settings.wants(rule)) {
        total.add(score);
    }
    total
}

/// How the taught models do when fewer dialogues teach.
fn curve(
    examples: &[Example],
    pack: &Pack,
    settings: &RulesTest,
    cross: &CrossValidation,
) -> Result<String, Vec<Problem>> {
    let mut text = String::new();
    for share in CURVE {
        let scores =
            cross_validate(examples, pack, plan(cross, share), &[Ways::Taught]).map_err(bank::problems)?;
        let total = scores.first().map(|scores| total(scores, settings)).unwrap_or_default();
        let name = Say::new(
            format!("{:3.0}% 的对话", share * 100.0),
            format!("{:3.0}% of the dialogues", share * 100.0),
        );
        let _ = writeln!(text, "{}  {}", name.get(settings.lang), figures(&total, settings.lang));
    }
    Ok(text)
}
