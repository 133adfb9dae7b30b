//! The teaching dialogues made ready for training: features of every shop's turn, numbered from the most frequent on,
//! and the part of the examples that each dialogue is held out with.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use crate::detect::case::Side;
use crate::detect::detector::{Detector, Ways};
use crate::detect::memory::Memory;
use crate::detect::taught::{Step, views};
use crate::detect::turn::{Turn, turns};
use crate::model::Conversation;
use crate::rules::dialogue;
use crate::rules::expr::Expr;
use crate::rules::pack::{Body, Pack, RuleIx, SignalIx};
use crate::say::Say;
use crate::taught::corpus::Example;
use crate::taught::features::{self, Feature, Place, named};
use crate::taught::model::Model;
use crate::text::normal::Normaliser;
use crate::train::svm::Value;

/// Parts of the examples that are held out in turn.
pub(super) const FOLDS: u64 = 5;
/// Features of fewer dialogues are left out: they could only be learned by heart.
const FEWEST_DIALOGUES: usize = 3;
/// The same as a share, one in so many: of very many dialogues what a handful of them share is learned by heart too.
const RAREST: usize = 10_000;
/// Buyers' turns of at least this many characters make dialogues with the same one twins.
const TELLING: usize = 6;

/// A dialogue ready for training.
pub(super) struct Lesson {
    /// For each of the shop's turns, its words, its own first.
    pub(super) rows: Vec<Vec<Value>>,
    /// For each of them, the signals that fire.
    pub(super) signs: Vec<Vec<Value>>,
    /// For each row, how many of its features are the turn's own.
    pub(super) own: Vec<usize>,
    /// For each row, whether its words answer no question: neither yes nor no.
    pub(super) evades: Vec<bool>,
    pub(super) broken: Vec<String>,
    pub(super) open: Vec<String>,
    /// It was written as everyday talk, not for a rule.
    pub(super) is_everyday: bool,
    /// Rules whose written words hold, with the rows where they do.
    pub(super) written: Vec<(String, Vec<usize>)>,
    /// The part that it is held out with.
    pub(super) fold: u64,
    /// Between 0 and 1: the dialogue belongs to every share of the examples above this.
    pub(super) share: f64,
}

impl Lesson {
    pub(super) fn breaks(&self, rule: &str) -> bool {
        self.broken.iter().any(|b| b == rule)
    }

    /// The features of the words of a turn themselves.
    pub(super) fn words_of(&self, row: usize) -> &[Value] {
        let own = self.own.get(row).copied().unwrap_or_default();
        self.rows.get(row).and_then(|words| words.get(..own)).unwrap_or_default()
    }

    pub(super) fn is_open(&self, rule: &str) -> bool {
        self.open.iter().any(|o| o == rule)
    }
}

/// A turn of a dialogue with words of another that have nothing to do with what was asked, as talk crosses in real logs.
pub(super) struct Crossed {
    pub(super) words: Vec<Value>,
    /// How many of them are those of the words said there.
    pub(super) own: usize,
    /// For the rule that it was made for.
    pub(super) signs: Box<[Value]>,
}

/// All dialogues.
pub(super) struct Course {
    pub(super) lessons: Vec<Lesson>,
    /// The number of each feature in a model, by its place here.
    pub(super) keys: Vec<u32>,
    /// For each rule, the features of the signals that its cases ask for.
    asked_for: BTreeMap<String, FxHashSet<u32>>,
    /// The features of signals in the shop's turn itself.
    signs_here: FxHashSet<u32>,
    /// For each part held out, the turns of everyday talk that answer no question: dialogue and row.
    evasive: Vec<Vec<(usize, usize)>>,
}

/// A dialogue whose features are not yet numbered anew.
struct Raw {
    rows: Vec<Vec<Feature>>,
    signs: Vec<Vec<Feature>>,
    own: Vec<usize>,
    evades: Vec<bool>,
    written: Vec<(String, Vec<usize>)>,
    asked: Vec<String>,
}

impl Course {
    /// Reads the examples.
    ///
    /// # Errors
    /// Every dialogue that cannot be read: file, line, reason.
    pub(super) fn new(examples: &[Example], pack: &Pack) -> Result<Self, Vec<(String, usize, Say)>> {
        // All are parsed first: a line that cannot be read is told of before the long work begins.
        let (mut conversations, mut wrong) = (Vec::with_capacity(examples.len()), Vec::new());
        for example in examples {
            match dialogue::parse(&example.text, example.platform) {
                Ok(conversation) => conversations.push(conversation),
                Err(say) => wrong.push((example.place.0.clone(), example.place.1, say)),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let nothing = Model::default();
        let detector = Detector::new(pack, &nothing, Ways::Written);
        let wanted: Vec<BTreeSet<SignalIx>> = (0..pack.rules.len()).map(|rule| signals(pack, rule)).collect();
        let taught = pack.rules.iter().zip(&wanted).filter(|(rule, _)| rule.is_taught());
        let heard: FixedBitSet = taught.flat_map(|(_, signals)| signals).copied().collect();
        let read =
            |reader: &mut Reader, conversation: &Conversation| reader.read(conversation, &detector, &heard);
        let raw: Vec<Raw> = conversations.par_iter().map_init(Reader::default, read).collect();
        let keys = keys(&raw);
        let places: FxHashMap<u32, u32> = keys.iter().copied().zip(0u32..).collect();
        let groups = groups(&raw);
        let lessons = examples.iter().zip(raw).zip(groups).map(|((example, raw), group)| {
            let own = raw.rows.iter().zip(&raw.own);
            let known = |f: &&Feature| places.contains_key(&f.0);
            let own = own.map(|(row, own)| row.iter().take(*own).filter(known).count()).collect();
            let numbered = |row: &Vec<Feature>| -> Vec<Value> {
                row.iter().filter_map(|(key, value)| Some((*places.get(key)?, *value))).collect()
            };
            #[allow(clippy::cast_precision_loss, reason = "a share needs no more digits")]
            let share = (group >> 40) as f64 / (1u64 << 24) as f64;
            Lesson {
                rows: raw.rows.iter().map(numbered).collect(),
                signs: raw.signs.iter().map(numbered).collect(),
                own,
                evades: raw.evades,
                broken: example.broken.clone(),
                open: example.open.clone(),
                is_everyday: example.about.is_empty(),
                written: raw.written,
                fold: (group >> 20) % FOLDS,
                share,
            }
        });
        let asked_for = pack.rules.iter().zip(&wanted).map(|(rule, signals)| {
            let signals = signals.iter().filter_map(|ix| pack.signals.get(*ix));
            let features = signals.flat_map(|s| Place::ALL.map(|place| place.sign(named(&s.id)).0));
            (rule.meta.id.to_string(), features.filter_map(|key| places.get(&key).copied()).collect())
        });
        let asked_for = asked_for.collect();
        let signs_here = pack.signals.iter().map(|s| Place::Here.sign(named(&s.id)).0);
        let signs_here = signs_here.filter_map(|key| places.get(&key).copied()).collect();
        let lessons: Vec<Lesson> = lessons.collect();
        let evasive = (0..FOLDS).map(|part| evasive(&lessons, part)).collect();
        Ok(Self { lessons, keys, asked_for, signs_here, evasive })
    }

    /// A turn of a dialogue as if the shop had said something there that answers nothing.
    pub(super) fn crossed(&self, number: usize, row: usize, rule: &str) -> Option<Crossed> {
        let lesson = self.lessons.get(number)?;
        let others = self.evasive.get(usize::try_from(lesson.fold).ok()?)?;
        let (other, its_row) = others.get(number.checked_rem(others.len())?)?;
        let other = self.lessons.get(*other)?;
        let own = other.words_of(*its_row);
        let rest = lesson.rows.get(row)?.get(*lesson.own.get(row)?..)?;
        let is_here = |sign: &&Value| self.signs_here.contains(&sign.0);
        let here = other.signs.get(*its_row)?.iter().filter(is_here);
        let elsewhere = lesson.signs.get(row)?.iter().filter(|sign| !is_here(sign));
        let signs: Vec<Value> = here.chain(elsewhere).copied().collect();
        Some(Crossed {
            words: own.iter().chain(rest).copied().collect(),
            own: own.len(),
            signs: self.signs_for(rule, &signs),
        })
    }

    /// Of the signals that fire at a turn, those that the cases of a rule ask for.
    pub(super) fn signs_for(&self, rule: &str, signs: &[Value]) -> Box<[Value]> {
        let Some(asked_for) = self.asked_for.get(rule) else { return Box::default() };
        signs.iter().filter(|(place, _)| asked_for.contains(place)).copied().collect()
    }
}

/// Characters of words that grant or refuse something; words without any of them answer no question.
const ANSWERS: &[char] = &[
    '不', '没', '无', '别', '未', '非', '勿', '难', '只', '仅', '得', '好', '可', '行', '能', '嗯', '恩',
    '是', '对', '支', '会', '帮', 'o', 'O',
];
/// But for these, which answer thanks.
const THANKS: &[&str] = &["不客气", "别客气", "不用谢", "不谢"];
/// What is shorter is too short to tell.
const FEWEST_CHARACTERS: usize = 3;

/// Whether words answer no question: they neither grant nor refuse.
fn evades(words: &str) -> bool {
    let without_thanks = THANKS.iter().fold(words.to_owned(), |words, thanks| words.replace(thanks, ""));
    !without_thanks.contains(ANSWERS) && words.chars().count() >= FEWEST_CHARACTERS
}

/// The turns of everyday talk, held out with a part, that answer no question.
fn evasive(lessons: &[Lesson], part: u64) -> Vec<(usize, usize)> {
    let everyday = lessons.iter().enumerate().filter(|(_, lesson)| lesson.is_everyday && lesson.fold == part);
    let rows = everyday.flat_map(|(number, lesson)| {
        lesson.evades.iter().enumerate().filter(|(_, evades)| **evades).map(move |(row, _)| (number, row))
    });
    rows.collect()
}

/// The signals that the cases of a rule ask for, and those that these are made of.
fn signals(pack: &Pack, rule: RuleIx) -> BTreeSet<SignalIx> {
    let named_in = |expr: &Expr<SignalIx>| -> Vec<SignalIx> {
        let mut names = Vec::new();
        expr.names(&mut names);
        names.into_iter().map(|(ix, _)| *ix).collect()
    };
    let mut open: Vec<SignalIx> = Vec::new();
    for case in pack.cases.iter().filter(|case| case.rule == rule) {
        let contexts = [Side::Before, Side::After, Side::Around]
            .into_iter()
            .flat_map(|side| case.contexts(side, true).iter().chain(case.contexts(side, false)));
        let said = [&case.here].into_iter().chain(&case.prev);
        open.extend(said.chain(contexts.map(|context| &context.expr)).flat_map(named_in));
    }
    let mut all = BTreeSet::new();
    while let Some(ix) = open.pop() {
        if all.insert(ix)
            && let Some(Body::Is(expr)) = pack.signals.get(ix).map(|signal| &signal.body)
        {
            open.extend(named_in(expr));
        }
    }
    all
}

#[derive(Default)]
struct Reader {
    normaliser: Normaliser,
    memory: Memory,
    scratch: features::Scratch,
}

impl Reader {
    fn read(&mut self, conversation: &Conversation, detector: &Detector<'_>, heard: &FixedBitSet) -> Raw {
        let turns = turns(conversation, &mut self.normaliser);
        let scene = detector.scene(conversation, &turns, self.memory.recall(&turns));
        let mut raw = Raw {
            rows: Vec::new(),
            signs: Vec::new(),
            own: Vec::new(),
            evades: Vec::new(),
            written: Vec::new(),
            asked: Vec::new(),
        };
        let mut row_of = vec![0; turns.len()];
        views(&scene, |seen| {
            let (mut row, mut signs) = (Vec::new(), Vec::new());
            for step in Step::ALL {
                let is_sign = matches!(step, Step::Signs | Step::SignsBefore);
                seen.add(step, heard, &mut self.scratch, if is_sign { &mut signs } else { &mut row });
                if step == Step::Own {
                    raw.own.push(row.len());
                }
            }
            if let Some(number) = row_of.get_mut(seen.turn) {
                *number = raw.rows.len();
            }
            raw.rows.push(row);
            raw.signs.push(signs);
            raw.evades.push(evades(seen.view.here));
        });
        raw.written = detector
            .written(&scene)
            .into_iter()
            .map(|(rule, turns)| (rule, turns.iter().filter_map(|turn| row_of.get(*turn)).copied().collect()))
            .collect();
        let words = |turn: &Turn<'_>| turn.text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        raw.asked = turns.iter().filter(|t| !t.role.is_shop()).map(words).collect();
        raw
    }
}

/// Features of enough dialogues, the most frequent first: what is used together lies together.
fn keys(raw: &[Raw]) -> Vec<u32> {
    let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
    let mut seen = Vec::new();
    for dialogue in raw {
        seen.clear();
        seen.extend(dialogue.rows.iter().chain(&dialogue.signs).flatten().map(|(key, _)| *key));
        seen.sort_unstable();
        seen.dedup();
        for key in &seen {
            *counts.entry(*key).or_default() += 1;
        }
    }
    let fewest = FEWEST_DIALOGUES.max(raw.len() / RAREST);
    let mut keys: Vec<(u32, u32)> = counts
        .into_iter()
        .filter(|(_, n)| *n as usize >= fewest)
        .map(|(key, n)| (u32::MAX - n, key))
        .collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, key)| key).collect()
}

/// For each dialogue a hash of its group: dialogues that share a buyer's opening, or any telling turn of his, are twins
/// and must never stand on both sides.
fn groups(raw: &[Raw]) -> Vec<u64> {
    let mut leader: Vec<usize> = (0..raw.len()).collect();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, dialogue) in raw.iter().enumerate() {
        for (turn, words) in dialogue.asked.iter().enumerate() {
            if turn > 0 && words.chars().count() < TELLING {
                continue;
            }
            let other = *first.entry(words).or_insert(n);
            let (a, b) = (root(&leader, n), root(&leader, other));
            if let Some(leads) = leader.get_mut(a.max(b)) {
                *leads = a.min(b);
            }
        }
    }
    let opening = |n: usize| raw.get(n).and_then(|d| d.asked.first()).map_or("", String::as_str);
    (0..raw.len()).map(|n| hash(opening(root(&leader, n)))).collect()
}

fn root(leader: &[usize], mut n: usize) -> usize {
    while let Some(up) = leader.get(n).filter(|up| **up != n) {
        n = *up;
    }
    n
}

fn hash(words: &str) -> u64 {
    Sha256::digest(words.as_bytes()).first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_grant_or_refuse_answer_a_question() {
        for answer in ["不行哦", "可以的亲", "开票功能没有了", "只收现金", "嗯嗯", "在"]
        {
            assert!(!evades(answer), "{answer}");
        }
        for evasive in ["不客气哦亲", "您刚问的那款还剩八件", "欢迎光临本店"] {
            assert!(evades(evasive), "{evasive}");
        }
    }
}
