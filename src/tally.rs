//! What a run counted besides findings: how much was read, and how much each agent handled. Every count can be
//! merged with another run's in any order, so partitions may be counted apart.

use std::collections::BTreeMap;

use crate::model::{Platform, Stamp};

/// An agent in a shop; the same account in two shops is two keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentKey {
    /// The marketplace, if the log names one.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: String,
    /// The agent's account.
    pub agent: String,
}

/// What one agent handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handled {
    /// Conversations in which the agent wrote at least one message.
    pub conversations: u64,
    /// Messages that the agent wrote.
    pub messages: u64,
}

/// Counts over all conversations that were judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Conversations.
    pub conversations: u64,
    /// Messages of every role.
    pub messages: u64,
    /// Rows that another file holds word for word, counted once.
    pub repeated: u64,
    /// Messages written by agents.
    pub agent_messages: u64,
    /// Messages written by robots.
    pub robot_messages: u64,
    /// Per agent; ordered, so that reports are stable.
    pub agents: BTreeMap<AgentKey, Handled>,
    /// When the last message was sent.
    pub last: Option<Stamp>,
    /// Conversations per shop.
    pub shops: BTreeMap<(Option<Platform>, String), u64>,
}

impl Tally {
    /// Adds another tally; the order of merging does not matter.
    pub fn merge(&mut self, other: Self) {
        self.conversations += other.conversations;
        self.messages += other.messages;
        self.repeated += other.repeated;
        self.agent_messages += other.agent_messages;
        self.robot_messages += other.robot_messages;
        self.last = self.last.max(other.last);
        for (key, handled) in other.agents {
            let mine = self.agents.entry(key).or_default();
            mine.conversations += handled.conversations;
            mine.messages += handled.messages;
        }
        for (key, n) in other.shops {
            *self.shops.entry(key).or_default() += n;
        }
    }
}
