//! Which words must stand in a text for a pattern to match at all. One automaton looks for all such words at once, and
//! a pattern is tried only where its words stand. Works on the parsed pattern; knows nothing of signals.

use regex_syntax::hir::{Class, Hir, HirKind};

/// More alternatives than this in one set are not worth looking for.
const MANY: usize = 160;
/// Sets that multiply beyond this are no longer kept as exact words.
const EXACT: usize = 48;

/// What is known about the words of a pattern part.
struct Parts {
    /// All texts that the part can match, when they are few.
    exact: Option<Vec<String>>,
    /// Sets of words: of each, at least one stands in every match.
    needed: Vec<Vec<String>>,
}

/// Sets of words; in every match of the pattern, at least one word of each set stands. Best set first; empty when
/// nothing is known.
#[must_use]
pub fn needed(hir: &Hir) -> Vec<Vec<String>> {
    let parts = look(hir);
    let mut sets = parts.needed;
    sets.extend(parts.exact);
    sets.retain(|set| !set.is_empty() && set.len() <= MANY && set.iter().all(|word| !word.is_empty()));
    for set in &mut sets {
        set.sort();
        set.dedup();
    }
    sets.sort_by_key(|set| (std::cmp::Reverse(worth(set)), set.len()));
    sets.truncate(3);
    sets
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

fn nothing() -> Parts {
    Parts { exact: None, needed: Vec::new() }
}

fn look(hir: &Hir) -> Parts {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Parts { exact: Some(vec![String::new()]), needed: Vec::new() },
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Parts { exact: Some(vec![text.to_owned()]), needed: Vec::new() },
            Err(_) => nothing(),
        },
        HirKind::Class(class) => look_class(class),
        HirKind::Capture(capture) => look(&capture.sub),
        HirKind::Repetition(repetition) => {
            let inner = look(&repetition.sub);
            match (repetition.min, repetition.max) {
                (0, Some(1)) => {
                    let exact = inner.exact.map(|mut texts| {
                        texts.push(String::new());
                        texts
                    });
                    Parts { exact, needed: Vec::new() }
                }
                (0, _) => nothing(),
                (1, Some(1)) => inner,
                _ => Parts { exact: None, needed: all_needed(inner) },
            }
        }
        HirKind::Concat(parts) => look_concat(parts),
        HirKind::Alternation(parts) => look_alternation(parts),
    }
}

/// What a finished part demands, its exact words included.
fn all_needed(parts: Parts) -> Vec<Vec<String>> {
    let mut needed = parts.needed;
    needed.extend(parts.exact.filter(|texts| texts.iter().all(|t| !t.is_empty())));
    needed
}

fn look_class(class: &Class) -> Parts {
    let Class::Unicode(class) = class else { return nothing() };
    let size: usize = class.ranges().iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
    if size > 24 {
        return nothing();
    }
    let texts = class.ranges().iter().flat_map(|r| r.start()..=r.end()).map(String::from).collect();
    Parts { exact: Some(texts), needed: Vec::new() }
}

fn look_concat(parts: &[Hir]) -> Parts {
    let mut needed = Vec::new();
    let mut whole = true;
    let mut run: Vec<String> = vec![String::new()];
    let mut flush = |run: &mut Vec<String>| {
        if run.iter().all(|t| !t.is_empty()) {
            needed.push(std::mem::take(run));
        }
        *run = vec![String::new()];
    };
    for part in parts {
        let part = look(part);
        match part.exact {
            Some(texts) if run.len() * texts.len() <= EXACT => {
                run = run.iter().flat_map(|a| texts.iter().map(move |b| format!("{a}{b}"))).collect();
            }
            Some(texts) => {
                flush(&mut run);
                run = texts;
                whole = false;
            }
            None => {
                flush(&mut run);
                needed_extend(&mut flush, part.needed);
                whole = false;
            }
        }
    }
    if whole {
        return Parts { exact: Some(run), needed: Vec::new() };
    }
    flush(&mut run);
    Parts { exact: None, needed }
}

/// Hands each set to the collector as if it were a finished run.
fn needed_extend(flush: &mut impl FnMut(&mut Vec<String>), sets: Vec<Vec<String>>) {
    for mut set in sets {
        flush(&mut set);
    }
}

fn look_alternation(parts: &[Hir]) -> Parts {
    let looked: Vec<Parts> = parts.iter().map(look).collect();
    if looked.iter().all(|p| p.exact.is_some()) {
        let texts: Vec<String> = looked.into_iter().filter_map(|p| p.exact).flatten().collect();
        if texts.len() <= MANY {
            return Parts { exact: Some(texts), needed: Vec::new() };
        }
        return nothing();
    }
    let mut union = Vec::new();
    for part in looked {
        let best = all_needed(part).into_iter().max_by_key(|set| worth(set));
        match best {
            Some(set) => union.extend(set),
            None => return nothing(),
        }
    }
    Parts { exact: None, needed: vec![union] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(pattern: &str) -> Vec<Vec<String>> {
        needed(&regex_syntax::parse(pattern).unwrap())
    }

    #[test]
    fn finds_the_words_that_must_stand() {
        assert_eq!(sets("不(?:给|能)开发票"), [["不给开发票", "不能开发票"]]);
        assert_eq!(sets("发票[^，]{0,8}?(?:没有|不开)"), [vec!["发票"], vec!["不开", "没有"]]);
        assert_eq!(sets("(?:a票|.+)"), Vec::<Vec<String>>::new());
        assert_eq!(sets("加?微信"), [["加微信", "微信"]]);
    }
}
