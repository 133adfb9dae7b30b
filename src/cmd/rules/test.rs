//! `kefu-audit rules test`: tries every example of every rule and tells which rules hold what they promise.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::cli::RulesTest;
use crate::cmd::{FAILED, Streams, pack};
use crate::detect::detector::Ways;
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};
use crate::selftest::{self, Outcome, Trial};
use crate::taught::model::Model;

/// Runs the command: 0 when every example holds, 1 when one does not, 2 when the rules do not load.
pub fn run(settings: &RulesTest, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else {
        return FAILED;
    };
    let wanted =
        |trial: &Trial| settings.ids.is_empty() || settings.ids.iter().any(|id| trial.rule.starts_with(id));
    let trials: Vec<Trial> =
        selftest::run(&pack, &Model::default(), Ways::Written).into_iter().filter(wanted).collect();
    let (text, failed) = describe(&trials, &pack, lang);
    match streams.out.write_all(text.as_bytes()) {
        Ok(()) if failed == 0 => 0,
        Ok(()) => 1,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => u8::from(failed > 0),
        Err(_) => FAILED,
    }
}

/// The failed trials one by one, then the state of every rule in one line of figures.
fn describe(trials: &[Trial], pack: &Pack, lang: Lang) -> (String, usize) {
    let mut text = String::new();
    let mut states: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for trial in trials {
        let state = states.entry(&trial.rule).or_default();
        state.0 += 1;
        if let Some(say) = complaint(trial) {
            state.1 += 1;
            let _ = writeln!(text, "{}: {}\n    {}", trial.rule, say.get(lang), trial.example.value);
            if !trial.others.is_empty() {
                let _ = writeln!(text, "    -> {}", trial.others.join(", "));
            }
        }
    }
    let failed: usize = states.values().map(|(_, failed)| failed).sum();
    let broken = states.values().filter(|(_, failed)| *failed > 0).count();
    let end = Say::new(
        format!("{} 条规则，{} 个例子，{broken} 条规则的 {failed} 个例子不对。", states.len(), trials.len()),
        format!(
            "{} rules, {} examples; {failed} examples of {broken} rules do not hold.",
            states.len(),
            trials.len()
        ),
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
        Outcome::Missed => Some(Say::new("漏报：该报没报", "missed: must fire and does not")),
        Outcome::FalseAlarm(why) => Some(Say::new(format!("误报：{why}"), format!("false alarm: {why}"))),
        Outcome::Misplaced => {
            Some(Say::new("报在了不是客服的那一行", "fires on a line that is not the shop's"))
        }
        Outcome::Unreadable(say) => Some(say.clone()),
    }
}
