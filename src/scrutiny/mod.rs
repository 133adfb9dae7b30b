//! What in a rule file loads and is probably not what its writer meant: words that can never be said or are always said,
//! exceptions that never apply, a phrase that another one swallows, a rule that nothing can reach. It tries the rules on
//! texts made from their own patterns; it changes nothing, and whether examples hold is `selftest`'s business.

mod cases;
mod patterns;
mod samples;
mod signals;

use rustc_hash::FxHashMap;

use crate::detect::gate::Gate;
use crate::detect::memory::Memory;
use crate::detect::scene::Scene;
use crate::detect::turn;
use crate::model::{Conversation, Kind, Message, Role};
use crate::rules::flaw::Flaw;
use crate::rules::load::Loaded;
use crate::rules::pack::{Pack, PatternIx, SignalIx};
use crate::rules::written::Speaker;
use crate::text::normal::Normaliser;

/// Every doubt about the files from `first` on, in order of place.
#[must_use]
pub fn doubts(loaded: &Loaded, first: usize) -> Vec<Flaw> {
    let bench = Bench::new(&loaded.pack);
    let files = loaded.files.get(first..).unwrap_or_default();
    let mut doubts = Vec::new();
    for file in files {
        patterns::look(file, &bench, &mut doubts);
        signals::look(file, &bench, &mut doubts);
        cases::look(file, &loaded.sources, &bench, &mut doubts);
    }
    doubts.sort_by(|a, b| (a.source, a.span.start, &a.what).cmp(&(b.source, b.span.start, &b.what)));
    doubts.dedup();
    doubts
}

/// A pack with what is needed to try its signals on made-up texts.
struct Bench<'p> {
    pack: &'p Pack,
    gate: Gate,
    patterns: FxHashMap<&'p str, PatternIx>,
    signals: FxHashMap<&'p str, SignalIx>,
}

impl<'p> Bench<'p> {
    fn new(pack: &'p Pack) -> Self {
        let patterns = pack.patterns.iter().enumerate().map(|(ix, p)| (&*p.written, ix)).collect();
        let signals = pack.signals.iter().enumerate().map(|(ix, s)| (s.id.as_str(), ix)).collect();
        Self { pack, gate: Gate::new(pack), patterns, signals }
    }

    /// Asks about a single turn that says `text`, in the mouth of whom a signal listens to.
    fn ask<T>(&self, text: &str, speaker: Speaker, question: impl FnOnce(&Scene<'_>) -> T) -> T {
        let role = match speaker {
            Speaker::Buyer => Role::Buyer,
            Speaker::Agent | Speaker::Shop | Speaker::Any => Role::Agent,
            Speaker::Robot => Role::Robot,
            Speaker::System => Role::System,
        };
        let message = |text| Message {
            file: 0,
            line: 1,
            role,
            kind: Kind::Text,
            recalled: false,
            at: None,
            agent: "",
            text,
            order_id: "",
        };
        let conversation = Conversation {
            id: String::new(),
            platform: None,
            shop: "",
            buyer: "",
            messages: text.split('\n').map(message).collect(),
        };
        let mut memory = Memory::default();
        let turns = turn::turns(&conversation, &mut Normaliser::default());
        question(&Scene::new(&conversation, &turns, self.pack, &self.gate, memory.recall(&turns)))
    }
}
