//! Rules that need arithmetic over a conversation: their names and parameters, checked. What they look for is in
//! `detect/native`, one file each; a rule file says `native = "NAME"` and gives the `params`.

use crate::rules::flaw::{Flaw, hint_nearest};
use crate::rules::form::At;
use crate::rules::pack::SignalIx;
use crate::say::Say;

/// A parameter as written: numbers, or names of signals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: At<String>,
    /// Numbers, in the unit that the parameter has.
    pub numbers: Vec<u32>,
    /// Names.
    pub texts: Vec<At<String>>,
}

/// A native rule with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Native {
    /// The first answer of a person comes late.
    SlowFirstReply {
        /// Seconds from which on it is late.
        seconds: u32,
        /// Shorter aims that are told too, in seconds.
        aims: Vec<u32>,
        /// Hours of the day between which a question counts.
        hours: (u32, u32),
    },
    /// A later answer comes late.
    SlowReply {
        /// Seconds from which on it is late.
        seconds: u32,
        /// Hours of the day between which a question counts.
        hours: (u32, u32),
    },
    /// Nobody of the shop answers the buyer's last question.
    Unanswered {
        /// What makes a message a question or a request.
        said: SignalIx,
    },
    /// The shop writes again and again without a word from the buyer.
    HarassSpam {
        /// So many contacts that no question called for.
        contacts: u32,
        /// Messages within so many minutes are one contact.
        apart_minutes: u32,
        /// Contacts within so many hours count together.
        hours: u32,
    },
    /// The shop writes at night without a word from the buyer.
    HarassNight {
        /// So many contacts.
        contacts: u32,
        /// Messages within so many minutes are one contact.
        apart_minutes: u32,
        /// The night's first hour and the first hour after it.
        night: (u32, u32),
        /// A word from the buyer within so many hours before makes it an answer.
        answer_hours: u32,
    },
    /// The buyer falls silent after a question of the agent, who never comes back.
    SilentBuyer {
        /// The buyer wrote at least so many messages.
        messages: u32,
        /// What the agent says last.
        said: SignalIx,
        /// What means that there is nothing left to do.
        unless: Vec<SignalIx>,
    },
    /// Short answers without courtesy, one after the other.
    ToneCold {
        /// So many turns in a row.
        turns: u32,
        /// A turn with at most so many characters is short.
        max_chars: u32,
        /// What makes a short turn friendly.
        courtesy: SignalIx,
    },
    /// The same answer again and again.
    SameAnswer {
        /// So often.
        times: u32,
        /// Shorter turns do not count, in characters.
        min_chars: u32,
        /// Answers that may be repeated.
        unless: Vec<SignalIx>,
    },
    /// The buyer names an account that looks like the own one and is another.
    LookAlike {
        /// Shorter names are not compared.
        min_chars: u32,
    },
}

/// The names, as rule files write them.
const NAMES: [&str; 9] = [
    "slow-first-reply",
    "slow-reply",
    "unanswered",
    "harass-spam",
    "harass-night",
    "silent-buyer",
    "tone-cold",
    "same-answer",
    "look-alike",
];

impl Native {
    /// Whether it rests on the times of messages: it stays silent where they are missing or made up.
    #[must_use]
    pub fn looks_at_the_clock(&self) -> bool {
        match self {
            Self::SlowFirstReply { .. }
            | Self::SlowReply { .. }
            | Self::HarassSpam { .. }
            | Self::HarassNight { .. } => true,
            Self::Unanswered { .. }
            | Self::SilentBuyer { .. }
            | Self::ToneCold { .. }
            | Self::SameAnswer { .. }
            | Self::LookAlike { .. } => false,
        }
    }

    /// The native rule of a name, with its parameters; what is wrong goes to `flaws`.
    pub(crate) fn new(
        name: &At<String>,
        params: &[Param],
        signal: &dyn Fn(&str) -> Option<SignalIx>,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Self> {
        let mut given = Given { at: name, params, signal, flaws, asked: Vec::new() };
        let native = match name.value.as_str() {
            "slow-first-reply" => Self::SlowFirstReply {
                seconds: given.number("seconds"),
                aims: given.numbers("aims"),
                hours: given.pair("hours"),
            },
            "slow-reply" => Self::SlowReply { seconds: given.number("seconds"), hours: given.pair("hours") },
            "unanswered" => Self::Unanswered { said: given.signal("said") },
            "harass-spam" => Self::HarassSpam {
                contacts: given.number("contacts"),
                apart_minutes: given.number("apart_minutes"),
                hours: given.number("hours"),
            },
            "harass-night" => Self::HarassNight {
                contacts: given.number("contacts"),
                apart_minutes: given.number("apart_minutes"),
                night: given.pair("night"),
                answer_hours: given.number("answer_hours"),
            },
            "silent-buyer" => Self::SilentBuyer {
                messages: given.number("messages"),
                said: given.signal("said"),
                unless: given.signals("unless"),
            },
            "tone-cold" => Self::ToneCold {
                turns: given.number("turns"),
                max_chars: given.number("max_chars"),
                courtesy: given.signal("courtesy"),
            },
            "same-answer" => Self::SameAnswer {
                times: given.number("times"),
                min_chars: given.number("min_chars"),
                unless: given.signals("unless"),
            },
            "look-alike" => Self::LookAlike { min_chars: given.number("min_chars") },
            other => {
                let what =
                    Say::new(format!("没有内置的“{other}”"), format!("there is no native rule \"{other}\""));
                given.flaws.push(Flaw::new(
                    name.source,
                    name.range(),
                    what,
                    hint_nearest(other, NAMES.into_iter()),
                ));
                return None;
            }
        };
        given.done();
        Some(native)
    }
}

/// Parameters being read.
struct Given<'g> {
    at: &'g At<String>,
    params: &'g [Param],
    signal: &'g dyn Fn(&str) -> Option<SignalIx>,
    flaws: &'g mut Vec<Flaw>,
    asked: Vec<&'static str>,
}

impl<'g> Given<'g> {
    fn find(&mut self, name: &'static str) -> Option<&'g Param> {
        self.asked.push(name);
        // A later one wins: a user's change stands behind the pack's own.
        self.params.iter().rfind(|p| p.name.value == name)
    }

    fn missing(&mut self, name: &str) {
        let what = Say::new(format!("params 缺少 {name}"), format!("`params` lacks {name}"));
        self.flaws.push(Flaw::new(self.at.source, self.at.range(), what, Say::default()));
    }

    fn number(&mut self, name: &'static str) -> u32 {
        let number = self.find(name).and_then(|p| p.numbers.first().copied());
        number.unwrap_or_else(|| {
            self.missing(name);
            0
        })
    }

    fn numbers(&mut self, name: &'static str) -> Vec<u32> {
        self.find(name).map(|p| p.numbers.clone()).unwrap_or_default()
    }

    fn pair(&mut self, name: &'static str) -> (u32, u32) {
        match self.numbers(name).as_slice() {
            [from, to] => (*from, *to),
            _ => {
                self.missing(name);
                (0, 0)
            }
        }
    }

    fn signals(&mut self, name: &'static str) -> Vec<SignalIx> {
        let Some(param) = self.find(name) else { return Vec::new() };
        let mut found = Vec::new();
        for text in &param.texts {
            match (self.signal)(&text.value) {
                Some(ix) => found.push(ix),
                None => {
                    let what = Say::new(
                        format!("没有叫“{}”的信号", text.value),
                        format!("there is no signal \"{}\"", text.value),
                    );
                    self.flaws.push(Flaw::new(text.source, text.range(), what, Say::default()));
                }
            }
        }
        found
    }

    fn signal(&mut self, name: &'static str) -> SignalIx {
        let found = self.signals(name).first().copied();
        if found.is_none() && !self.params.iter().any(|p| p.name.value == name) {
            self.missing(name);
        }
        found.unwrap_or(SignalIx::MAX)
    }

    fn done(self) {
        for param in self.params {
            let name = &param.name;
            if !self.asked.contains(&name.value.as_str()) {
                let what = Say::new(
                    format!("{} 没有参数 {}", self.at.value, name.value),
                    format!("{} has no parameter {}", self.at.value, name.value),
                );
                let hint = hint_nearest(&name.value, self.asked.iter().copied());
                self.flaws.push(Flaw::new(name.source, name.range(), what, hint));
            }
        }
    }
}
