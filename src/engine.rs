//! Runs the detector over everything that was read, partition by partition on the current thread pool, and counts what
//! was handled. It neither prices findings nor writes them.

use rayon::prelude::*;

use crate::detect::detector::{Detector, Scratch};
use crate::finding::shelf::Shelf;
use crate::finding::{Finding, Slip};
use crate::ids::RuleId;
use crate::ingest::{Partition, Store};
use crate::kpi::{Counted, Plan};
use crate::model::{Conversation, Platform, Role, Stamp};
use crate::problem::Problem;
use crate::tally::{AgentKey, Tally};

/// Which part of the log is judged; everything by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this shop.
    pub shop: Option<String>,
    /// Only conversations and findings of this agent.
    pub agent: Option<String>,
    /// Only conversations that begin at or after this moment.
    pub since: Option<Stamp>,
    /// Only conversations that begin before this moment.
    pub until: Option<Stamp>,
}

/// What a run found, in no particular order of findings.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Every finding, but for those that were put on a shelf.
    pub findings: Vec<Finding>,
    /// What was handled.
    pub tally: Tally,
    /// Response times and their companions.
    pub counted: Counted,
    /// Partitions that could not be read back, findings that could not be kept.
    pub problems: Vec<Problem>,
}

impl Outcome {
    fn merge(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        self.tally.merge(other.tally);
        self.counted.merge(other.counted);
        self.problems.extend(other.problems);
        self
    }
}

/// How a partition is taken out of the store.
type Open = fn(&Store, usize) -> Result<Partition, Problem>;

/// Judges every conversation of the store that passes the filter; the store can be asked again.
#[must_use]
pub fn run(store: &Store, detector: &Detector<'_>, filter: &Filter) -> Outcome {
    let keep = |findings, outcome: &mut Outcome| outcome.findings.extend(findings);
    let mut outcome = judge(store, Store::load, detector, filter, &Plan::default(), keep);
    let Outcome { findings, counted, .. } = &mut outcome;
    findings.retain(|f| is_timely(detector, counted, &f.rule, (f.platform, &f.shop)));
    outcome
}

/// The same, puts the findings on a shelf, counts response times by a plan, and uses the store up: what was judged takes
/// no memory any more.
#[must_use]
pub fn run_once(
    store: &Store,
    detector: &Detector<'_>,
    filter: &Filter,
    plan: &Plan,
    shelf: &Shelf,
) -> Outcome {
    let keep = |findings: Vec<Finding>, outcome: &mut Outcome| {
        outcome.problems.extend(findings.iter().filter_map(|finding| shelf.keep(finding).err()));
    };
    let mut outcome = judge(store, Store::take, detector, filter, plan, keep);
    outcome.problems.extend(shelf.problem());
    outcome
}

/// The slips of the findings that a run put on a shelf.
///
/// # Errors
/// When the shelf cannot be read back.
pub fn slips(shelf: &Shelf, detector: &Detector<'_>, counted: &Counted) -> Result<Vec<Box<Slip>>, Problem> {
    shelf.slips(|slip| is_timely(detector, counted, &slip.rule, (slip.who.platform, &slip.who.shop)))
}

/// Whether a finding may stand: not when it rests on times that turn out to be made up.
fn is_timely(
    detector: &Detector<'_>,
    counted: &Counted,
    rule: &RuleId,
    (platform, shop): (Option<Platform>, &str),
) -> bool {
    !detector.looks_at_the_clock(rule) || counted.trusts(platform, shop)
}

/// Judges, and gives the findings of each conversation to `keep`.
fn judge(
    store: &Store,
    open: Open,
    detector: &Detector<'_>,
    filter: &Filter,
    plan: &Plan,
    keep: impl Fn(Vec<Finding>, &mut Outcome) + Sync,
) -> Outcome {
    each(store, open, filter, |conversation, scratch, outcome| {
        count(conversation, filter, &mut outcome.tally);
        let (mut findings, talk) = detector.attend(conversation, scratch);
        findings.retain(|f| filter.agent.as_ref().is_none_or(|a| *a == f.agent));
        keep(findings, outcome);
        outcome.counted.add(conversation, &talk, plan);
    })
}

/// Counts response times by a plan, judges nothing, and uses the store up.
#[must_use]
pub fn time(store: &Store, detector: &Detector<'_>, filter: &Filter, plan: &Plan) -> Outcome {
    each(store, Store::take, filter, |conversation, scratch, outcome| {
        count(conversation, filter, &mut outcome.tally);
        let talk = detector.talk(conversation, scratch);
        outcome.counted.add(conversation, &talk, plan);
    })
}

/// Visits every conversation of the store that passes the filter, on the current thread pool.
fn each(
    store: &Store,
    open: Open,
    filter: &Filter,
    visit: impl Fn(&Conversation<'_>, &mut Scratch, &mut Outcome) + Sync,
) -> Outcome {
    // What a thread remembers of repeated lines is lost at each split, so there are few.
    let at_least = store.partitions() / (rayon::current_num_threads() * 4).max(1);
    (0..store.partitions())
        .into_par_iter()
        .with_min_len(at_least.max(1))
        .fold(
            || (Scratch::default(), Outcome::default()),
            |(mut scratch, mut outcome), partition| {
                match open(store, partition) {
                    Ok(partition) => {
                        let conversations = partition.conversations();
                        let kept: usize = conversations.iter().map(|c| c.messages.len()).sum();
                        outcome.tally.repeated += (partition.rows() - kept) as u64;
                        for conversation in conversations.iter().filter(|c| passes(c, filter)) {
                            visit(conversation, &mut scratch, &mut outcome);
                        }
                    }
                    Err(problem) => outcome.problems.push(problem),
                }
                (scratch, outcome)
            },
        )
        .map(|(_, outcome)| outcome)
        .reduce(Outcome::default, Outcome::merge)
}

fn passes(conversation: &Conversation<'_>, filter: &Filter) -> bool {
    let began = conversation.messages.first().and_then(|m| m.at);
    let shop = filter.shop.as_ref().is_none_or(|s| s == conversation.shop);
    let agent = filter.agent.as_ref().is_none_or(|a| conversation.messages.iter().any(|m| m.agent == a));
    let since = filter.since.is_none_or(|since| began.is_some_and(|at| at >= since));
    let until = filter.until.is_none_or(|until| began.is_some_and(|at| at < until));
    shop && agent && since && until
}

fn count(conversation: &Conversation<'_>, filter: &Filter, tally: &mut Tally) {
    tally.conversations += 1;
    tally.messages += conversation.messages.len() as u64;
    tally.last = tally.last.max(conversation.messages.last().and_then(|m| m.at));
    *tally.shops.entry((conversation.platform, conversation.shop.to_owned())).or_default() += 1;
    let mut agents: Vec<(&str, u64)> = Vec::new();
    for message in &conversation.messages {
        match message.role {
            Role::Robot => tally.robot_messages += 1,
            Role::Agent => {
                tally.agent_messages += 1;
                match agents.iter_mut().find(|(agent, _)| *agent == message.agent) {
                    Some((_, n)) => *n += 1,
                    None => agents.push((message.agent, 1)),
                }
            }
            Role::Buyer | Role::System => {}
        }
    }
    for (agent, messages) in agents {
        if filter.agent.as_ref().is_some_and(|only| only != agent) {
            continue;
        }
        let shop = conversation.shop.to_owned();
        let key = AgentKey { platform: conversation.platform, shop, agent: agent.to_owned() };
        let handled = tally.agents.entry(key).or_default();
        handled.conversations += 1;
        handled.messages += messages;
    }
}
