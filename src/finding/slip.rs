//! What the judge needs to know of a finding: who, where, when, which words — not the words themselves. A run over millions
//! of rows keeps slips in memory and the findings on the shelf.

use std::num::NonZeroU64;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::{Finding, Level, Line};
use crate::ids::{Fingerprint, RuleId};
use crate::model::{Role, Stamp};
use crate::tally::AgentKey;

/// Shorter lines (没有, 嗯) are people's own words however often they occur; in characters.
const MIN_CHARS: usize = 10;
/// What ends a clause.
const CLAUSE_ENDS: [char; 10] = ['，', ',', '。', '！', '!', '？', '?', '；', ';', '\n'];

/// A finding as the judge sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Where the finding lies: a place on a shelf or in a list, as its keeper numbers them.
    pub number: u64,
    /// The finding's name.
    pub id: Fingerprint,
    /// The rule.
    pub rule: RuleId,
    /// How grave.
    pub level: Level,
    /// The writer of the main line, with shop and marketplace; the name may be empty.
    pub who: Arc<AgentKey>,
    /// The conversation's id.
    pub conversation: Box<str>,
    /// A hash of the buyer's account; none when it is unknown.
    pub buyer: Option<NonZeroU64>,
    /// A hash of the order; none when none is named.
    pub order: Option<NonZeroU64>,
    /// When the main line was written.
    pub at: Option<Stamp>,
    /// Its file: an index into the run's sorted list of input files.
    pub file: u32,
    /// Its 1-based physical line.
    pub line: u32,
    /// The clause of it in which the deciding words begin, counted from 0.
    pub clause: u32,
    /// Whether a robot wrote it.
    pub is_robot: bool,
    /// Whether the buyer threatens in the conversation.
    pub is_live: bool,
    /// A hash of its words, digits and blanks aside; none when it is too short to be a template.
    pub wording: Option<NonZeroU64>,
}

impl Slip {
    /// The slip of a finding that lies at `number`; `who` shares the keys of agents, which repeat.
    #[must_use]
    pub fn of(finding: &Finding, number: u64, who: impl FnOnce(AgentKey) -> Arc<AgentKey>) -> Self {
        let main = finding.main_line();
        let key =
            AgentKey { platform: finding.platform, shop: finding.shop.clone(), agent: finding.agent.clone() };
        Self {
            number,
            id: finding.id,
            rule: finding.rule.clone(),
            level: finding.level,
            who: who(key),
            conversation: finding.conversation.as_str().into(),
            buyer: hash(&finding.buyer),
            order: hash(&finding.order_id),
            at: main.and_then(|line| line.at),
            file: main.map_or(0, |line| line.file),
            line: main.map_or(0, |line| line.line),
            clause: main.map_or(0, clause),
            is_robot: main.is_some_and(|line| line.role == Role::Robot),
            is_live: finding.threat.is_some(),
            wording: main.and_then(wording),
        }
    }

    /// The slips of findings in a list, numbered by their places in it.
    #[must_use]
    pub fn all(findings: &[Finding]) -> Vec<Box<Self>> {
        findings.iter().zip(0..).map(|(finding, n)| Box::new(Self::of(finding, n, Arc::new))).collect()
    }

    /// The finding of this slip in the list that [`Slip::all`] was given.
    #[must_use]
    pub fn find_in<'f>(&self, findings: &'f [Finding]) -> Option<&'f Finding> {
        findings.get(usize::try_from(self.number).ok()?)
    }
}

/// Names a text that is not empty.
fn hash(text: &str) -> Option<NonZeroU64> {
    if text.is_empty() { None } else { NonZeroU64::new(xxh3_64(text.as_bytes()).max(1)) }
}

/// The clause in which the deciding words begin. A clause rather than overlapping spans, because "in the same clause"
/// divides findings cleanly while "overlaps" chains.
fn clause(line: &Line) -> u32 {
    let start = line.spans.first().map_or(0, |span| span.start);
    let before = line.text.get(..start).unwrap_or_default();
    u32::try_from(before.matches(CLAUSE_ENDS).count()).unwrap_or(u32::MAX)
}

/// Names the wording of a line that may be a template.
fn wording(line: &Line) -> Option<NonZeroU64> {
    let folded = fold(&line.text);
    let is_long = line.role == Role::Robot || folded.chars().count() >= MIN_CHARS;
    is_long.then(|| hash(&folded)).flatten()
}

/// A line without blanks, letters in lower case, every run of digits as one `0`: order numbers and prices differ
/// between two uses of one template.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).flat_map(char::to_lowercase) {
        match c.is_numeric() {
            true if out.ends_with('0') => {}
            true => out.push('0'),
            false => out.push(c),
        }
    }
    out
}
