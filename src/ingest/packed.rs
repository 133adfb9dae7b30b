//! Rows packed into bytes, and unpacked again: most of a log's memory. Which row belongs where is for others.

use crate::model::{Kind, Platform, Role, Stamp};

/// Set in [`Row::seq`] where a file begins with what was said last: of rows sent in one second the later in the file is
/// then the earlier.
pub(super) const NEWEST_FIRST: u64 = 1 << 63;
/// Texts of a row: session, shop, buyer, agent, order, content.
pub(super) const TEXTS: usize = 6;

/// The time of a row in a log without times; it stands before every moment.
pub(super) const UNTIMED: i64 = i64::MIN;

/// A row apart from its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Milliseconds since 1970-01-01 UTC, or [`UNTIMED`].
    pub(super) at: i64,
    pub(super) file: u32,
    pub(super) line: u32,
    pub(super) seq: u64,
    pub(super) role: Role,
    pub(super) kind: Kind,
    pub(super) recalled: bool,
    pub(super) platform: Option<Platform>,
}

impl Row {
    /// When it was sent, to the second.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        (self.at != UNTIMED).then(|| Stamp(self.at.div_euclid(1000)))
    }

    /// Whether a later row of the same buyer is still of one talk with this: no longer silence lies between them, or,
    /// where there are no times, they stand in one file.
    pub(super) fn together(&self, later: &Self, gap_ms: i64) -> bool {
        match (self.at == UNTIMED, later.at == UNTIMED) {
            (false, false) => later.at - self.at <= gap_ms,
            (true, true) => self.file == later.file,
            _ => false,
        }
    }

    /// Orders the rows of one file that were sent at one time.
    pub(super) fn place(&self) -> (u32, u64) {
        if self.seq & NEWEST_FIRST == 0 { (self.line, self.seq) } else { (!self.line, !self.seq) }
    }
}

/// Packed rows: numbers apart from texts, so that the texts of a partition can be checked and borrowed as one.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) head: Vec<u8>,
    pub(super) text: Vec<u8>,
}

const ROLES: [Role; 4] = [Role::Buyer, Role::Agent, Role::Robot, Role::System];
const KINDS: [Kind; 4] = [Kind::Text, Kind::Image, Kind::Card, Kind::System];

impl Part {
    /// Room for rows that took `bytes` in their file.
    pub(super) fn with_room(bytes: usize) -> Self {
        // Numbers take about a sixth; partitions differ, so a little is added against growing.
        Self { head: Vec::with_capacity(bytes / 5), text: Vec::with_capacity(bytes + bytes / 8) }
    }

    /// Packs a row.
    pub(super) fn push(&mut self, row: &Row, texts: &[&str; TEXTS]) {
        let platform = row.platform.map_or(0, |p| 1 + p as u8);
        let flags = row.role as u8 | (row.kind as u8) << 2 | u8::from(row.recalled) << 4 | platform << 5;
        self.head.extend_from_slice(&row.at.to_le_bytes());
        self.head.push(flags);
        for number in [u64::from(row.file), u64::from(row.line), row.seq] {
            put(&mut self.head, number);
        }
        for text in texts {
            put(&mut self.head, u64::try_from(text.len()).unwrap_or_default());
            self.text.extend_from_slice(text.as_bytes());
        }
    }

    /// Bytes packed so far.
    pub(super) fn len(&self) -> usize {
        self.head.len() + self.text.len()
    }
}

/// Seven bits a byte, the lowest first.
fn put(head: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        head.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    head.push(u8::try_from(number).unwrap_or_default());
}

fn get(head: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = head.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Unpacks one row and the lengths of its texts.
pub(super) fn unpack(head: &mut &[u8]) -> Option<(Row, [usize; TEXTS])> {
    let (at, rest) = head.split_first_chunk::<8>()?;
    *head = rest;
    let flags = *head.split_off_first()?;
    let file = u32::try_from(get(head)?).ok()?;
    let line = u32::try_from(get(head)?).ok()?;
    let seq = get(head)?;
    let mut lengths = [0; TEXTS];
    for length in &mut lengths {
        *length = usize::try_from(get(head)?).ok()?;
    }
    let row = Row {
        at: i64::from_le_bytes(*at),
        file,
        line,
        seq,
        role: *ROLES.get(usize::from(flags & 3))?,
        kind: *KINDS.get(usize::from(flags >> 2 & 3))?,
        recalled: flags & 0x10 != 0,
        platform: usize::from(flags >> 5).checked_sub(1).and_then(|i| Platform::ALL.get(i).copied()),
    };
    Some((row, lengths))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_kind_and_platform_survives_packing() {
        for (role, kind) in ROLES.into_iter().zip(KINDS) {
            for platform in Platform::ALL.into_iter().map(Some).chain([None]) {
                let row = Row {
                    at: -5,
                    file: 300,
                    line: u32::MAX,
                    seq: u64::MAX,
                    role,
                    kind,
                    recalled: true,
                    platform,
                };
                let mut part = Part::default();
                part.push(&row, &["", "s", "", "", "", &"x".repeat(200)]);
                let mut head = part.head.as_slice();
                assert_eq!(unpack(&mut head), Some((row, [0, 1, 0, 0, 0, 200])));
                assert!(head.is_empty());
            }
        }
    }
}
