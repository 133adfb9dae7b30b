//! Findings put away whole until a report is written: in memory while they are few, in a temporary file beyond that. All
//! threads put theirs on one shelf; what comes back does not depend on the order in which they did.

use std::hash::Hash;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashSet;

use super::{Finding, Slip};
use crate::problem::{Place, Problem, Severity};
use crate::say::Say;
use crate::spill::{self, Spill};

/// Bytes that are held in memory before they go to the file.
const HELD: usize = 4 << 20;

/// The findings of a run.
#[derive(Debug)]
pub struct Shelf {
    boards: Mutex<Boards>,
}

#[derive(Debug)]
struct Boards {
    /// The latest findings, one after the other: a length in four bytes, and the finding.
    held: Vec<u8>,
    /// Bytes before them, in the file.
    before: u64,
    /// The lengths of the blocks that these were written in, each of whole findings.
    blocks: Vec<usize>,
    /// Bytes from which on they go to the file.
    limit: usize,
    spill: Spill,
    problem: Option<Problem>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::holding(HELD)
    }
}

impl Shelf {
    /// A shelf that holds so many bytes in memory.
    #[must_use]
    pub fn holding(limit: usize) -> Self {
        let boards = Boards {
            held: Vec::new(),
            before: 0,
            blocks: Vec::new(),
            limit,
            spill: Spill::default(),
            problem: None,
        };
        Self { boards: Mutex::new(boards) }
    }

    fn boards(&self) -> MutexGuard<'_, Boards> {
        self.boards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a finding away.
    ///
    /// # Errors
    /// When it cannot be written as bytes.
    pub fn keep(&self, finding: &Finding) -> Result<(), Problem> {
        let bytes = postcard::to_stdvec(finding).map_err(|e| lost(&io::Error::other(e)))?;
        let length = u32::try_from(bytes.len()).map_err(|e| lost(&io::Error::other(e)))?;
        self.boards().put(length, &bytes);
        Ok(())
    }

    /// What the judge needs of every finding that is wanted, in the order in which they were put away.
    ///
    /// # Errors
    /// When the temporary file cannot be read back.
    pub fn slips(&self, wanted: impl Fn(&Slip) -> bool) -> Result<Vec<Box<Slip>>, Problem> {
        let boards = &mut *self.boards();
        let (mut keys, mut rules) = (FxHashSet::default(), FxHashSet::default());
        let mut slips = Vec::new();
        let mut read = |block: &[u8], at: u64| -> io::Result<()> {
            let mut rest = block;
            while !rest.is_empty() {
                let number = at + (block.len() - rest.len()) as u64;
                let mut finding = first(&mut rest)?;
                finding.rule = shared(&mut rules, finding.rule);
                let slip = Slip::of(&finding, number, |key| shared(&mut keys, Arc::new(key)));
                slips.extend(wanted(&slip).then(|| Box::new(slip)));
            }
            Ok(())
        };
        let (mut at, mut block) = (0, Vec::new());
        for length in &boards.blocks {
            block.resize(*length, 0);
            boards.spill.read(at, &mut block).and_then(|()| read(&block, at)).map_err(|e| lost(&e))?;
            at += *length as u64;
        }
        read(&boards.held, at).map_err(|e| lost(&e))?;
        Ok(slips)
    }

    /// The finding of a slip.
    ///
    /// # Errors
    /// When the temporary file cannot be read back; the error says so, for it comes out where a report is written.
    pub fn get(&self, slip: &Slip) -> io::Result<Finding> {
        let bytes = self.boards().get(slip.number);
        let finding = bytes.and_then(|bytes| postcard::from_bytes(&bytes).map_err(io::Error::other));
        finding.map_err(|error| {
            let [what, _] = spill::unreadable(&error);
            io::Error::other(format!("{} / {}", what.zh, what.en))
        })
    }

    /// What went wrong while findings were put away; none was lost.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        self.boards().problem.clone()
    }
}

impl Boards {
    fn put(&mut self, length: u32, bytes: &[u8]) {
        self.held.extend(length.to_le_bytes());
        self.held.extend_from_slice(bytes);
        if self.held.len() > self.limit {
            match self.spill.put(&[&self.held]) {
                Ok(_) => {
                    self.blocks.push(self.held.len());
                    self.before += self.held.len() as u64;
                    self.held.clear();
                }
                Err(error) => {
                    // Better much memory than a finding lost.
                    self.limit = usize::MAX;
                    self.problem =
                        Some(problem("spill-failed", Severity::Warning, spill::unwritable(&error)));
                }
            }
        }
    }

    fn get(&mut self, number: u64) -> io::Result<Vec<u8>> {
        let mut length = [0; 4];
        self.read(number, &mut length)?;
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        self.read(number + length.len() as u64, &mut bytes)?;
        Ok(bytes)
    }

    fn read(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let Some(at) = at.checked_sub(self.before) else { return self.spill.read(at, into) };
        let missing = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let from = usize::try_from(at).map_err(|_| missing())?;
        let bytes = self.held.get(from..).and_then(|rest| rest.get(..into.len())).ok_or_else(missing)?;
        into.copy_from_slice(bytes);
        Ok(())
    }
}

/// Takes the first finding off a block.
fn first(block: &mut &[u8]) -> io::Result<Finding> {
    let missing = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (length, rest) = block.split_first_chunk().ok_or_else(missing)?;
    let (bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(missing)?;
    *block = rest;
    postcard::from_bytes(bytes).map_err(io::Error::other)
}

/// A key or an id, shared with the slips that had it before: one copy and not one for each finding.
fn shared<T: Clone + Eq + Hash>(known: &mut FxHashSet<T>, new: T) -> T {
    if let Some(known) = known.get(&new) {
        return known.clone();
    }
    known.insert(new.clone());
    new
}

/// What is said of a finding that cannot be fetched.
#[must_use]
pub fn lost(error: &io::Error) -> Problem {
    problem("spill-lost", Severity::Error, spill::unreadable(error))
}

fn problem(code: &'static str, severity: Severity, [what, next]: [Say; 2]) -> Problem {
    Problem { code, severity, place: Place::default(), what, next, count: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Certainty, Level, Line};
    use crate::ids::{Fingerprint, RuleId};
    use crate::model::{Platform, Role, Stamp};
    use crate::span::Span;

    fn finding(n: usize) -> Finding {
        let line = |role, text: &str| Line {
            file: 1,
            line: 7,
            role,
            agent: "小美".into(),
            at: Some(Stamp(1_700_000_000)),
            recalled: true,
            text: text.repeat(n % 5),
            spans: vec![Span::new(0, 3)],
        };
        Finding {
            id: Fingerprint::of(&[&n.to_string()]),
            rule: RuleId::new("invoice-refusal"),
            level: Level::Violation,
            certainty: Certainty::Suspected,
            platform: n.is_multiple_of(2).then_some(Platform::Jd),
            shop: "某店".into(),
            conversation: format!("S{n}"),
            buyer: "买家".into(),
            agent: "小美".into(),
            order_id: String::new(),
            main: 0,
            evidence: vec![line(Role::Agent, "没有发票"), line(Role::Buyer, "啊")],
            context: vec![line(Role::Robot, "您好")],
            why: "买家要发票".into(),
            threat: Some(line(Role::Buyer, "投诉").into()),
            taught: Some(Box::default()),
        }
    }

    #[test]
    fn every_finding_comes_back_whole() {
        for limit in [0, 1000, usize::MAX] {
            let shelf = Shelf::holding(limit);
            (0..50).for_each(|n| shelf.keep(&finding(n)).unwrap());
            let slips = shelf.slips(|_| true).unwrap();
            assert_eq!(slips.len(), 50);
            for (n, slip) in slips.iter().enumerate().rev() {
                assert_eq!(shelf.get(slip).unwrap(), finding(n), "{limit}");
                assert!(Arc::ptr_eq(&slip.who, &slips[n % 2].who));
            }
            assert!(shelf.problem().is_none());
            assert!(shelf.get(&Slip { number: 1 << 40, ..*slips[0].clone() }).is_err());
        }
    }
}
