//! Which words must stand in a text for a pattern to match at all, in which order and how far apart. One automaton looks
//! for all such words at once, and a pattern is tried only where its words stand so. Works on the parsed pattern; knows
//! nothing of signals.

use std::cmp::Reverse;
use std::slice;

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::rules::sugar::CLAUSE_ENDS;

/// More alternatives than this in one set are not worth looking for.
const MANY: usize = 600;
/// Sets that multiply beyond this are no longer kept as exact words.
const EXACT: usize = 48;
/// Sets beyond this are not looked for: the most telling ones are kept.
const SETS: usize = 3;
/// A pattern is not taken apart into more shapes than this.
const SHAPES: usize = 12;

/// What may stand between two words of a match, or between a word and an end of the match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// At most so many bytes; [`Self::ANY`] for any number.
    pub most: u16,
    /// Whether it may hold a sign that ends a clause.
    pub crosses: bool,
}

impl Gap {
    /// Any number of bytes, and every number that is too large to be kept.
    pub const ANY: u16 = u16::MAX;
    const NONE: Self = Self { most: 0, crosses: false };

    /// Whatever the expression matches.
    fn of(hir: &Hir) -> Self {
        Self { most: bytes(hir.properties().maximum_len()), crosses: crosses(hir) }
    }

    /// One of the words.
    fn of_words(words: &[String]) -> Self {
        Self {
            most: bytes(words.iter().map(String::len).max()),
            crosses: words.iter().any(|word| word.contains(CLAUSE_ENDS)),
        }
    }

    fn and(self, other: Self) -> Self {
        Self { most: self.most.saturating_add(other.most), crosses: self.crosses || other.crosses }
    }

    /// Whether these words can be what stands there.
    #[must_use]
    pub fn holds(self, between: &str) -> bool {
        (self.most == Self::ANY || between.len() <= usize::from(self.most))
            && (self.crosses || !between.contains(CLAUSE_ENDS))
    }
}

/// A number of bytes as a gap keeps it.
fn bytes(most: Option<usize>) -> u16 {
    most.and_then(|most| u16::try_from(most).ok()).unwrap_or(Gap::ANY)
}

/// Words of which one stands in every match of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need<W = Vec<String>> {
    /// What stands between the words of the need before and these; before the first, what the match begins with.
    pub gap: Gap,
    /// The words, or the number of their set.
    pub words: W,
}

/// As many sets as are looked for, close together.
pub type Needs<W> = SmallVec<[Need<W>; SETS]>;

/// One shape in which a pattern can match: in every such match one word of each set stands, in this order, and between two of
/// them no more than the gap allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(serialize = "W: Serialize", deserialize = "W: Deserialize<'de>"))]
pub struct Shape<W = Vec<String>> {
    /// The match begins where the text does.
    pub begins: bool,
    /// The sets; none when nothing is known.
    pub needs: Needs<W>,
    /// What stands after the last word.
    pub rest: Gap,
    /// The match ends where the text does.
    pub ends: bool,
}

impl<W> Shape<W> {
    /// The same with other sets.
    pub fn map<V>(self, to: impl FnMut(Need<W>) -> Need<V>) -> Shape<V> {
        Shape {
            begins: self.begins,
            needs: self.needs.into_iter().map(to).collect(),
            rest: self.rest,
            ends: self.ends,
        }
    }
}

/// What is known about the words of a pattern part.
struct Parts {
    /// All texts that the part can match, when they are few; then there are no needs.
    exact: Option<Vec<String>>,
    /// Sets of words in the order in which they stand: of each, at least one stands in every match.
    needs: Vec<Need>,
    /// What stands after the last of these words; of a part without needs, all of it.
    rest: Gap,
}

/// The shapes in which a pattern can match: every match is of one of them.
#[must_use]
pub fn shapes(hir: &Hir) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::new();
    for branch in branches(hir, SHAPES) {
        let shape = shape(&branch);
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    shapes
}

/// The alternatives of a pattern as patterns of their own, if they are no more than so many: those that are mere words stay
/// together.
fn branches(hir: &Hir, most: usize) -> Vec<Hir> {
    let whole = || vec![hir.clone()];
    match hir.kind() {
        HirKind::Capture(capture) => branches(&capture.sub, most),
        HirKind::Alternation(parts) if !is_words(hir) => {
            let (words, others): (Vec<&Hir>, Vec<&Hir>) = parts.iter().partition(|part| is_words(part));
            let words = (!words.is_empty()).then(|| Hir::alternation(words.into_iter().cloned().collect()));
            let others = others.into_iter().flat_map(|part| branches(part, most));
            let all: Vec<Hir> = words.into_iter().chain(others).collect();
            if all.len() <= most { all } else { whole() }
        }
        HirKind::Concat(parts) => {
            let mut all: Vec<Vec<Hir>> = vec![Vec::new()];
            for part in parts {
                let mut branches = branches(part, most / all.len());
                if branches.len() * all.len() > most {
                    branches = vec![part.clone()];
                }
                all = all
                    .iter()
                    .flat_map(|begun| {
                        branches.iter().map(|next| [begun.as_slice(), slice::from_ref(next)].concat())
                    })
                    .collect();
            }
            all.into_iter().map(Hir::concat).collect()
        }
        _ => whole(),
    }
}

/// Whether an expression is a choice of few texts, wherever they stand.
fn is_words(hir: &Hir) -> bool {
    hir.properties().look_set().is_empty() && look(hir).exact.is_some()
}

fn shape(hir: &Hir) -> Shape {
    let is = |part: Option<&Hir>, look: Look| part.is_some_and(|part| *part.kind() == HirKind::Look(look));
    let (begins, ends) = match hir.kind() {
        HirKind::Concat(parts) => (is(parts.first(), Look::Start), is(parts.last(), Look::End)),
        _ => (false, false),
    };
    let all = all_needed(look(hir), hir);
    let is_useful = |need: &Need| need.words.len() <= MANY && need.words.iter().all(|word| !word.is_empty());
    let mut best: Vec<usize> =
        (0..).zip(&all.needs).filter(|(_, need)| is_useful(need)).map(|(at, _)| at).collect();
    best.sort_by_key(|at| all.needs.get(*at).map(|need| (Reverse(worth(&need.words)), need.words.len())));
    best.truncate(SETS);
    let mut needs = Needs::new();
    let mut gap = Gap::NONE;
    for (at, mut need) in all.needs.into_iter().enumerate() {
        gap = gap.and(need.gap);
        if best.contains(&at) {
            need.words.sort();
            need.words.dedup();
            needs.push(Need { gap, ..need });
            gap = Gap::NONE;
        } else {
            gap = gap.and(Gap::of_words(&need.words));
        }
    }
    Shape { begins, needs, rest: gap.and(all.rest), ends }
}

/// Every text that a pattern matches, when they are few.
#[must_use]
pub fn exact(hir: &Hir) -> Option<Vec<String>> {
    look(hir).exact
}

/// How telling a set is: its shortest word counts, in characters, ASCII digits hardly at all.
fn worth(set: &[String]) -> usize {
    set.iter()
        .map(|word| word.chars().map(|c| if c.is_ascii_digit() { 1 } else { 2 }).sum::<usize>())
        .min()
        .unwrap_or(0)
}

/// Whether a match can hold a sign that ends a clause.
fn crosses(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).map_or(true, |text| text.contains(CLAUSE_ENDS))
        }
        HirKind::Class(Class::Unicode(class)) => class
            .ranges()
            .iter()
            .any(|range| CLAUSE_ENDS.iter().any(|c| (range.start()..=range.end()).contains(c))),
        HirKind::Class(Class::Bytes(_)) => true,
        HirKind::Repetition(repetition) => crosses(&repetition.sub),
        HirKind::Capture(capture) => crosses(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(crosses),
    }
}

fn nothing(hir: &Hir) -> Parts {
    Parts { exact: None, needs: Vec::new(), rest: Gap::of(hir) }
}

fn exactly(texts: Vec<String>) -> Parts {
    Parts { rest: Gap::of_words(&texts), exact: Some(texts), needs: Vec::new() }
}

fn look(hir: &Hir) -> Parts {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => exactly(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => exactly(vec![text.to_owned()]),
            Err(_) => nothing(hir),
        },
        HirKind::Class(class) => look_class(class).map_or_else(|| nothing(hir), exactly),
        HirKind::Capture(capture) => look(&capture.sub),
        HirKind::Repetition(repetition) => {
            let inner = look(&repetition.sub);
            match (repetition.min, repetition.max) {
                (0, Some(1)) => match inner.exact {
                    Some(mut texts) => {
                        texts.push(String::new());
                        exactly(texts)
                    }
                    None => nothing(hir),
                },
                (0, _) => nothing(hir),
                (1, Some(1)) => inner,
                _ => Parts {
                    exact: None,
                    needs: somewhere(all_needed(inner, &repetition.sub).needs, hir),
                    rest: Gap::of(hir),
                },
            }
        }
        HirKind::Concat(parts) => look_concat(parts),
        HirKind::Alternation(parts) => look_alternation(parts, hir),
    }
}

/// One of the sets, as standing anywhere in what the expression matches.
fn somewhere(needs: Vec<Need>, hir: &Hir) -> Vec<Need> {
    let best = needs.into_iter().max_by_key(|need| worth(&need.words));
    best.into_iter().map(|need| Need { gap: Gap::of(hir), ..need }).collect()
}

/// What a finished part demands, its exact words included.
fn all_needed(parts: Parts, hir: &Hir) -> Parts {
    match parts.exact {
        Some(texts) if texts.iter().all(|text| !text.is_empty()) => {
            Parts { exact: None, needs: vec![Need { gap: Gap::NONE, words: texts }], rest: Gap::NONE }
        }
        Some(_) => nothing(hir),
        None => parts,
    }
}

fn look_class(class: &Class) -> Option<Vec<String>> {
    let Class::Unicode(class) = class else { return None };
    let size: usize = class.ranges().iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
    (size <= 48).then(|| class.ranges().iter().flat_map(|r| r.start()..=r.end()).map(String::from).collect())
}

/// Needs of a sequence, while it is put together.
struct Sequence {
    needs: Vec<Need>,
    /// What stands since the last of them.
    gap: Gap,
    /// The words that stand then, not yet ended.
    run: Vec<String>,
}

impl Sequence {
    /// Ends the words that stand last.
    fn flush(&mut self) {
        let run = std::mem::replace(&mut self.run, vec![String::new()]);
        if run.iter().all(|text| !text.is_empty()) {
            self.needs.push(Need { gap: self.gap, words: run });
            self.gap = Gap::NONE;
        } else {
            self.gap = self.gap.and(Gap::of_words(&run));
        }
    }
}

fn look_concat(parts: &[Hir]) -> Parts {
    let mut sequence = Sequence { needs: Vec::new(), gap: Gap::NONE, run: vec![String::new()] };
    let mut whole = true;
    for part in parts {
        let part = look(part);
        match part.exact {
            Some(texts) if sequence.run.len() * texts.len() <= EXACT => {
                sequence.run =
                    sequence.run.iter().flat_map(|a| texts.iter().map(move |b| format!("{a}{b}"))).collect();
            }
            Some(texts) => {
                sequence.flush();
                sequence.run = texts;
                whole = false;
            }
            None => {
                sequence.flush();
                for need in part.needs {
                    sequence.needs.push(Need { gap: sequence.gap.and(need.gap), ..need });
                    sequence.gap = Gap::NONE;
                }
                sequence.gap = sequence.gap.and(part.rest);
                whole = false;
            }
        }
    }
    if whole {
        return exactly(sequence.run);
    }
    sequence.flush();
    Parts { exact: None, needs: sequence.needs, rest: sequence.gap }
}

fn look_alternation(parts: &[Hir], hir: &Hir) -> Parts {
    let looked: Vec<Parts> = parts.iter().map(look).collect();
    if looked.iter().all(|p| p.exact.is_some()) {
        let texts: Vec<String> = looked.into_iter().filter_map(|p| p.exact).flatten().collect();
        return if texts.len() <= MANY { exactly(texts) } else { nothing(hir) };
    }
    let mut union = Vec::new();
    for (part, hir) in looked.into_iter().zip(parts) {
        match somewhere(all_needed(part, hir).needs, hir).pop() {
            Some(need) => union.extend(need.words),
            None => return nothing(hir),
        }
    }
    Parts { exact: None, needs: vec![Need { gap: Gap::of(hir), words: union }], rest: Gap::of(hir) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pattern: &str) -> Vec<Shape> {
        shapes(&regex_syntax::parse(pattern).unwrap())
    }

    fn needs(pattern: &str) -> Needs<Vec<String>> {
        shape(&regex_syntax::parse(pattern).unwrap()).needs
    }

    fn sets(pattern: &str) -> Vec<Vec<String>> {
        needs(pattern).into_iter().map(|need| need.words).collect()
    }

    fn gaps(pattern: &str) -> Vec<(u16, bool)> {
        needs(pattern).into_iter().map(|need| (need.gap.most, need.gap.crosses)).collect()
    }

    #[test]
    fn finds_the_words_that_must_stand() {
        assert_eq!(sets("不(?:给|能)开发票"), [["不给开发票", "不能开发票"]]);
        assert_eq!(sets("发票[^，]{0,8}?(?:没有|不开)"), [vec!["发票"], vec!["不开", "没有"]]);
        assert_eq!(sets("(?:a票|.+)"), Vec::<Vec<String>>::new());
        assert_eq!(sets("加?微信"), [["加微信", "微信"]]);
    }

    #[test]
    fn knows_how_far_apart_they_stand() {
        assert_eq!(gaps("发票[^，]{0,8}?(?:没有|不开)"), [(0, false), (32, true)]);
        assert_eq!(gaps("发票[^，。！？；\\n]{0,8}?.?(?:没有|不开)"), [(0, false), (36, true)]);
        assert_eq!(gaps("发票[^，。！？；\\n]{0,8}?(?:没有|不开)"), [(0, false), (32, false)]);
        assert_eq!(gaps("(?:a.{0,2}票|b票.)[^，。！？；\\n]*不开"), [(12, true), (Gap::ANY, true)]);
        assert_eq!(gaps("(?:^|，).不开.+钱"), [(7, true), (Gap::ANY, true)]);
    }

    #[test]
    fn alternatives_are_shapes_of_their_own() {
        let sets = |pattern: &str| -> Vec<Vec<Vec<String>>> {
            let words = |shape: Shape| shape.needs.into_iter().map(|need| need.words).collect();
            all(pattern).into_iter().map(words).collect()
        };
        let alternatives = "(?:不.{0,3}开|没.{0,2}给|拒绝|不愿)票";
        assert_eq!(
            sets(alternatives),
            [vec![vec!["不愿票", "拒绝票"]], vec![vec!["不"], vec!["开票"]], vec![vec!["没"], vec!["给票"]]]
        );
        let many = (0..=SHAPES).map(|n| format!("不.{{{n}}}开")).collect::<Vec<_>>().join("|");
        assert_eq!(all(&many).len(), 1, "too many to be taken apart");
    }

    #[test]
    fn a_shape_knows_whether_it_stands_at_an_edge() {
        let edges = |pattern: &str| -> Vec<(bool, bool)> {
            all(pattern).into_iter().map(|shape| (shape.begins, shape.ends)).collect()
        };
        assert_eq!(edges("^(?:亲，)?不行[。！]?$"), [(true, true)]);
        assert_eq!(edges("(?:^|，)快点"), [(false, false), (true, false)]);
        assert_eq!(
            edges("(?:快点|x.)(?:哦|$)"),
            [(false, false), (false, true), (false, false), (false, true)]
        );
        assert_eq!(edges("不行"), [(false, false)]);
        let rest = |pattern: &str| all(pattern).into_iter().map(|shape| shape.rest.most).collect::<Vec<_>>();
        assert_eq!(rest("不行[。！]?$"), [0], "what may follow is among the words");
        assert_eq!(rest("不行.{0,2}$"), [8]);
    }

    #[test]
    fn the_best_sets_are_kept_in_their_order() {
        let pattern = "是..开发票..的..加收税点..好..要不要钱";
        assert_eq!(sets(pattern), [["开发票"], ["加收税点"], ["要不要钱"]]);
        assert_eq!(gaps(pattern), [(11, true), (19, true), (19, true)]);
    }
}
