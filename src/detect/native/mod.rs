//! Rules that need arithmetic over a conversation: reply times, repeated contacts, runs of short answers, account names.
//! One file each, all behind `look`; names and parameters are data of the rule files. Each names every message that it
//! rests on, and stays silent where the times that it needs are made up.

mod contacts;
mod look_alike;
mod night;
mod same_answer;
mod silent_buyer;
mod slow;
mod spam;
mod tone_cold;
mod unanswered;

use std::cell::OnceCell;

use crate::detect::scene::Scene;
use crate::detect::talk::{Round, Talk};
use crate::finding::Certainty;
use crate::model::{Message, Stamp};
use crate::rules::native::Native;
use crate::rules::pack::SignalIx;

/// A conversation as native rules see it.
pub struct Stage<'a> {
    scene: &'a Scene<'a>,
    talk: &'a Talk,
    rounds: OnceCell<Vec<Round<'a>>>,
}

/// What a native rule saw.
pub struct Seen {
    /// The message that shows the fault best.
    pub main: usize,
    /// Every message that it rests on, in order, the main one among them.
    pub evidence: Vec<usize>,
    /// Why, in Chinese.
    pub why: String,
    /// How sure.
    pub certainty: Certainty,
}

impl<'a> Stage<'a> {
    /// Sets the stage.
    #[must_use]
    pub fn new(scene: &'a Scene<'a>, talk: &'a Talk) -> Self {
        Self { scene, talk, rounds: OnceCell::new() }
    }

    fn messages(&self) -> &'a [Message<'a>] {
        &self.scene.conversation.messages
    }

    /// Whether the times are there and not in equal steps.
    fn has_clock(&self) -> bool {
        self.talk.clock.even != Some(true) && self.messages().iter().all(|m| m.at.is_some())
    }

    /// The rounds that ask for an answer, with every exemption of the pack.
    fn rounds(&self) -> &[Round<'a>] {
        self.rounds.get_or_init(|| {
            let exempts = self.scene.pack.exempts.iter().enumerate();
            let whole = exempts.filter(|(_, e)| e.whole).fold(0, |bits, (ix, _)| bits | 1u32 << (ix % 32));
            self.talk.rounds(u32::MAX, whole).collect()
        })
    }

    /// Why a question may wait, for the sentence that says what would have stopped a rule.
    fn exemptions(&self) -> String {
        let titles: Vec<&str> = self.scene.pack.exempts.iter().map(|e| e.title.as_str()).collect();
        titles.join("、")
    }

    fn says(&self, turn: usize, signal: SignalIx) -> bool {
        self.scene.fires(turn, signal)
    }

    /// Whether any turn says one of these.
    fn anyone_says(&self, signals: &[SignalIx]) -> bool {
        (0..self.scene.turns.len()).any(|turn| signals.iter().any(|signal| self.says(turn, *signal)))
    }

    fn finding(main: usize, mut evidence: Vec<usize>, why: String) -> Seen {
        evidence.push(main);
        evidence.sort_unstable();
        evidence.dedup();
        Seen { main, evidence, why, certainty: Certainty::Certain }
    }
}

/// What a native rule sees in a conversation, all its faults together.
#[must_use]
pub fn look(native: &Native, stage: &Stage<'_>) -> Option<Seen> {
    if native.looks_at_the_clock() && !stage.has_clock() {
        return None;
    }
    match native {
        Native::SlowFirstReply { seconds, aims, hours } => slow::first(stage, *seconds, aims, *hours),
        Native::SlowReply { seconds, hours } => slow::later(stage, *seconds, *hours),
        Native::Unanswered { said } => unanswered::look(stage, *said),
        Native::HarassSpam { contacts, apart_minutes, hours } => {
            spam::look(stage, *contacts as usize, *apart_minutes, *hours)
        }
        Native::HarassNight { contacts, apart_minutes, night, answer_hours } => {
            night::look(stage, *contacts as usize, *apart_minutes, *night, *answer_hours)
        }
        Native::SilentBuyer { messages, said, unless } => {
            silent_buyer::look(stage, *messages as usize, *said, unless)
        }
        Native::ToneCold { turns, max_chars, courtesy } => {
            tone_cold::look(stage, *turns as usize, *max_chars as usize, *courtesy)
        }
        Native::SameAnswer { times, min_chars, unless } => {
            same_answer::look(stage, *times as usize, *min_chars as usize, unless)
        }
        Native::LookAlike { min_chars } => look_alike::look(stage, *min_chars as usize),
    }
}

/// `4 分 40 秒`.
fn spell(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let part = |n: i64, unit: &str| (n > 0).then(|| format!("{n} {unit}"));
    let parts: Vec<String> =
        [part(hours, "小时"), part(minutes, "分"), part(rest, "秒")].into_iter().flatten().collect();
    if parts.is_empty() { "0 秒".to_owned() } else { parts.join(" ") }
}

/// `10:00:05`.
fn clock(at: Stamp) -> String {
    let second = at.second();
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// Whether an hour lies between two, which may span midnight.
fn is_between(hour: u32, (from, to): (u32, u32)) -> bool {
    if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to }
}
