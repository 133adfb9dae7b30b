//! Drafts a rule from pasted dialogues: the smallest phrases that stand in those that must fire and in none that must
//! not, chosen greedily, each time the one that finds most of what is still missed. Where nothing is shared any more, what
//! is left is taken as it was said. Everyday talk keeps phrases out that everybody uses, and tells where words end. Writing
//! the rule file is not its job.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::detect::turn::turns;
use crate::rules::dialogue;
use crate::say::Say;
use crate::text::normal::Normaliser;

/// Phrases have so many characters.
const SHORTEST: usize = 2;
const LONGEST: usize = 8;
/// A phrase in two parts: so many characters each, and at most so many between them.
const PART: usize = 3;
const GAP: usize = 8;
/// At most this many of a thousand everyday dialogues may hold a phrase.
const COMMON: usize = 3;
/// Two characters belong to one word when everyday talk has them together so often, and so many times as often as chance
/// would.
const TOGETHER: usize = 5;
const BEYOND_CHANCE: usize = 20;

/// A dialogue as the phrases see it: the clauses of the shop's turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// As pasted.
    pub text: String,
    clauses: Vec<Vec<char>>,
}

/// Reads pasted lines: dialogues, or bare sentences of the shop's. Blank lines and lines that begin with # are left out.
///
/// # Errors
/// The number of every line that cannot be read, with the reason.
pub fn samples(text: &str) -> Result<Vec<Sample>, Vec<(usize, Say)>> {
    let mut normaliser = Normaliser::default();
    let mut samples = Vec::new();
    let mut wrong = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches('\u{FEFF}');
        let line = line.strip_prefix("+ ").or_else(|| line.strip_prefix("- ")).unwrap_or(line).trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let begins = |who: &str| line.strip_prefix(who).is_some_and(|rest| rest.starts_with(['：', ':']));
        let is_dialogue = ["平台", "买", "客", "机", "系", "卡", "图"].iter().any(|who| begins(who));
        let text = if is_dialogue { line.to_owned() } else { format!("客：{}", line.replace('|', "｜")) };
        match sample(&text, &mut normaliser) {
            Ok(sample) => samples.push(sample),
            Err(say) => wrong.push((n + 1, say)),
        }
    }
    if wrong.is_empty() { Ok(samples) } else { Err(wrong) }
}

/// One dialogue in one line.
///
/// # Errors
/// Why it cannot be read.
pub fn sample(text: &str, normaliser: &mut Normaliser) -> Result<Sample, Say> {
    let conversation = dialogue::parse(text, None)?;
    let ends = |c: char| matches!(c, '，' | '。' | '！' | '？' | '；' | '\n' | '~');
    let mut clauses = Vec::new();
    for turn in turns(&conversation, normaliser).iter().filter(|t| t.role.is_shop()) {
        clauses
            .extend(turn.text.split(ends).map(|c| c.chars().collect::<Vec<_>>()).filter(|c| !c.is_empty()));
    }
    if clauses.is_empty() {
        return Err(Say::new("里面没有客服说的话", "the shop says nothing in it"));
    }
    Ok(Sample { text: text.to_owned(), clauses })
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Phrases in the language of rule files, most telling first.
    pub phrases: Vec<String>,
    /// Which of the dialogues that must fire hold none of them.
    pub missed: Vec<usize>,
}

/// What the pasted dialogues and everyday talk hold.
pub struct Table {
    /// The phrases of each dialogue that must fire, but for those that stand in one that must not.
    hits: Vec<BTreeSet<String>>,
    /// How many everyday dialogues hold a phrase; those that none holds are not listed.
    common: BTreeMap<String, usize>,
    /// At most so many may.
    most: usize,
}

/// Where words end, by how often everyday talk has two characters together.
#[derive(Default)]
struct Seams {
    alone: BTreeMap<char, usize>,
    together: BTreeMap<(char, char), usize>,
    all: usize,
}

impl Seams {
    fn new(everyday: &[Sample]) -> Self {
        let mut seams = Self::default();
        for clause in everyday.iter().flat_map(|sample| &sample.clauses) {
            for (n, c) in clause.iter().enumerate() {
                *seams.alone.entry(*c).or_default() += 1;
                seams.all += 1;
                if let Some(next) = clause.get(n + 1) {
                    *seams.together.entry((*c, *next)).or_default() += 1;
                }
            }
        }
        seams
    }

    /// Whether a word may end between two characters.
    fn parts(&self, before: Option<&char>, after: Option<&char>) -> bool {
        let (Some(a), Some(b)) = (before, after) else { return true };
        let alone = |c: &char| self.alone.get(c).copied().unwrap_or_default();
        let together = self.together.get(&(*a, *b)).copied().unwrap_or_default();
        let is_word = together >= TOGETHER && together * self.all >= BEYOND_CHANCE * alone(a) * alone(b);
        !(is_word || a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
    }
}

impl Table {
    /// Looks through everything once.
    #[must_use]
    pub fn new(hits: &[Sample], oks: &[Sample], everyday: &[Sample]) -> Self {
        let seams = Seams::new(everyday);
        let whole = |sample: &Sample| phrases(sample, |before, after| seams.parts(before, after));
        let pieces = |sample: &Sample| phrases(sample, |_, _| true);
        let barred: BTreeSet<String> = oks.iter().flat_map(pieces).collect();
        let telling = |s: &Sample| whole(s).difference(&barred).cloned().collect::<BTreeSet<_>>();
        let hits: Vec<_> = hits.iter().map(telling).collect();
        let candidates: BTreeSet<&String> = hits.iter().flatten().collect();
        let mut common: BTreeMap<String, usize> = BTreeMap::new();
        for phrase in everyday.iter().flat_map(pieces).filter(|phrase| candidates.contains(phrase)) {
            *common.entry(phrase).or_default() += 1;
        }
        let most = everyday.len() * COMMON / 1000;
        Self { hits, common, most }
    }

    /// Finds phrases that tell the dialogues that must fire from the others and from everyday talk.
    #[must_use]
    pub fn draft(&self) -> Draft {
        self.draft_without(None)
    }

    /// Of the dialogues that must fire, how many are found by what the others alone would have drafted: an estimate of
    /// how the rule does on wording that nobody pasted.
    #[must_use]
    pub fn found_unseen(&self) -> usize {
        let is_found = |(n, held): &(usize, &BTreeSet<String>)| {
            self.draft_without(Some(*n)).phrases.iter().any(|phrase| held.contains(phrase))
        };
        self.hits.iter().enumerate().filter(is_found).count()
    }

    fn draft_without(&self, left_out: Option<usize>) -> Draft {
        let mut missed: BTreeSet<usize> = (0..self.hits.len()).filter(|n| Some(*n) != left_out).collect();
        let mut holders: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (n, held) in self.hits.iter().enumerate().filter(|(n, _)| missed.contains(n)) {
            for phrase in held.iter().filter(|phrase| self.often(phrase) <= self.most) {
                holders.entry(phrase).or_default().insert(n);
            }
        }
        let mut draft = Draft::default();
        while let Some((phrase, found)) = self.best(&holders, &missed) {
            missed.retain(|n| !found.contains(n));
            draft.phrases.push(phrase.to_owned());
        }
        draft.missed = missed.into_iter().collect();
        draft
    }

    fn often(&self, phrase: &str) -> usize {
        self.common.get(phrase).copied().unwrap_or(0)
    }

    /// The phrase that finds most of what is missed; of equal ones the rarest in everyday talk, then the shortest. Of those
    /// that find a single one the longest, for nothing shows yet what in it tells.
    fn best<'h>(
        &self,
        holders: &'h BTreeMap<&str, BTreeSet<usize>>,
        missed: &BTreeSet<usize>,
    ) -> Option<(&'h str, &'h BTreeSet<usize>)> {
        let gain = |found: &BTreeSet<usize>| found.intersection(missed).count();
        let worth = |phrase: &str, found: &BTreeSet<usize>| {
            // In two parts it costs as much as one character more: the sign between them.
            let length = phrase.chars().count();
            let size = match gain(found) {
                0 | 1 if phrase.contains('~') => SHORTEST,
                0 | 1 => length,
                _ => LONGEST.saturating_sub(length),
            };
            (gain(found), Reverse(self.often(phrase)), size)
        };
        let usable = holders.iter().filter(|(_, found)| gain(found) > 0);
        let best = usable.max_by(|a, b| worth(a.0, a.1).cmp(&worth(b.0, b.1)).then_with(|| b.0.cmp(a.0)));
        best.map(|(phrase, found)| (*phrase, found))
    }
}

/// Every phrase that stands in a dialogue, in one piece or in two, and ends where words may end.
fn phrases(sample: &Sample, ends: impl Fn(Option<&char>, Option<&char>) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for clause in &sample.clauses {
        let at = |n: Option<usize>| n.and_then(|n| clause.get(n));
        let is_seam = |n: usize| ends(at(n.checked_sub(1)), at(Some(n)));
        for start in (0..clause.len()).filter(|start| is_seam(*start)) {
            let word = |from: usize, length: usize| -> Option<String> {
                let chars = clause.get(from..from + length)?;
                let is_whole = is_seam(from) && is_seam(from + length);
                (is_whole && chars.iter().all(|c| c.is_alphanumeric())).then(|| chars.iter().collect())
            };
            found.extend((SHORTEST..=LONGEST).filter_map(|length| word(start, length)));
            for length in 2..=PART {
                let Some(first) = word(start, length) else { continue };
                for from in start + length + 1..=start + length + GAP {
                    let second = (2..=PART).filter_map(|length| word(from, length));
                    found.extend(second.map(|second| format!("{first}~{second}")));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Sample> {
        samples(text).unwrap()
    }

    #[test]
    fn the_smallest_telling_phrases_are_chosen() {
        let hits = read("亲，加我VX聊\n这边加我vx详谈哦\n客：咱们VX上说\n+ 买：在吗 | 客：发我vx号");
        let oks = read("亲，加我好友也没用\n这边详谈哦\n咱们平台上说");
        let everyday = read("在的亲\n好的");
        let table = Table::new(&hits, &oks, &everyday);
        assert_eq!(table.draft(), Draft { phrases: vec!["vx".to_owned()], missed: vec![] });
        assert_eq!(table.found_unseen(), 4);
    }

    #[test]
    fn a_gap_is_used_where_no_piece_tells() {
        let hits = read("发票这个月开不了\n发票我们暂时开不了");
        let oks = read("发票可以的\n这个页面开不了\n我们暂时缺货\n这个月到货");
        let draft = Table::new(&hits, &oks, &[]).draft();
        assert_eq!(draft.phrases, ["发票~不了"]);
    }

    #[test]
    fn what_nothing_else_shares_is_taken_as_it_was_said() {
        let draft = Table::new(&read("早买早享受\n还考虑什么呀"), &[], &[]).draft();
        assert_eq!(draft.phrases, ["还考虑什么呀", "早买早享受"]);
    }

    #[test]
    fn words_are_not_torn_apart() {
        let everyday = read(&"库存还有\n不退\n您好，请问在吗，谢谢您，麻烦快点发给我\n".repeat(5));
        let (hits, oks) = (read("库存不退了\n清库存不退"), read("库存还有，不退的"));
        assert_eq!(Table::new(&hits, &oks, &[]).draft().phrases, ["存不"], "without talk there are no words");
        assert_eq!(Table::new(&hits, &oks, &everyday).draft().phrases, ["库存不退"]);
    }

    #[test]
    fn what_cannot_be_told_apart_is_missed() {
        let draft = Table::new(&read("好的亲"), &read("好的亲"), &[]).draft();
        assert_eq!(draft, Draft { phrases: vec![], missed: vec![0] });
        assert!(samples("买：在吗").is_err());
    }
}
