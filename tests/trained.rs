//! The built-in weights fit the rules and examples they were taught from, and the examples are sound.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kefu_audit::cmd::bank::examples;
use kefu_audit::rules::load;
use kefu_audit::rules::prepared::{Prepared, prepare};
use kefu_audit::taught::model::Model;
use kefu_audit::train::digest;

#[test]
fn the_weights_were_made_from_these_examples() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let examples = examples(Some(Path::new(".")), &pack).unwrap();
    assert_eq!(Model::built_in().digest, digest(&examples, &pack), "run: kefu-audit rules train");
}

#[test]
fn what_patterns_need_was_found_out_from_these_rules() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let kept = std::fs::read("rules/words.bin").unwrap();
    assert!(kept == prepare(&pack), "run: kefu-audit rules train");
    let known = Prepared::read(&kept);
    assert!(pack.literals.iter().eq(known.words()), "the automaton that is kept is used");
}

#[test]
fn no_teaching_dialogue_stands_twice() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for example in examples(Some(Path::new(".")), &pack).unwrap().iter().filter(|e| e.place.1 > 0) {
        let words: String = example.text.chars().filter(|c| c.is_alphanumeric()).collect();
        let place = format!("{}:{}", example.place.0, example.place.1);
        if let Some(other) = seen.insert(words, place.clone()) {
            panic!("{place} says the same as {other}");
        }
    }
}

/// Stretches of five characters of what was said.
fn stretches(text: &str) -> BTreeSet<[char; 5]> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(5).filter_map(|w| w.try_into().ok()).collect()
}

/// A dialogue that says again what another of the same kind says teaches nothing, and lets cross-validation flatter.
#[test]
fn no_two_teaching_dialogues_are_nearly_the_same() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let examples: Vec<_> =
        examples(Some(Path::new(".")), &pack).unwrap().into_iter().filter(|e| e.place.1 > 0).collect();
    let sets: Vec<_> = examples.iter().map(|e| stretches(&e.text)).collect();
    let mut holders: BTreeMap<[char; 5], Vec<usize>> = BTreeMap::new();
    for (n, set) in sets.iter().enumerate() {
        for stretch in set {
            holders.entry(*stretch).or_default().push(n);
        }
    }
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    // What everybody says tells nothing about two dialogues.
    for list in holders.values().filter(|list| list.len() <= 20) {
        for (at, a) in list.iter().enumerate() {
            for b in &list[at + 1..] {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let kind = |n: usize| (&examples[n].about, examples[n].broken.contains(&examples[n].about));
    let mut alike: Vec<String> = shared
        .into_iter()
        .filter(|((a, b), _)| kind(*a) == kind(*b))
        .filter(|((a, b), both)| *both * 10 >= sets[*a].union(&sets[*b]).count() * 6)
        .map(|((a, b), _)| format!("{:?} {:?}", examples[a].place, examples[b].place))
        .collect();
    alike.sort();
    assert!(alike.is_empty(), "nearly the same:\n{}", alike.join("\n"));
}

/// The shop's sentences of one kind of example, of ten characters and more, each once.
#[test]
fn no_sentence_is_taught_twice() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let mut seen: BTreeMap<(String, bool, String), String> = BTreeMap::new();
    let mut twice = Vec::new();
    for example in examples(Some(Path::new(".")), &pack).unwrap().iter().filter(|e| e.place.1 > 0) {
        let place = format!("{}:{}", example.place.0, example.place.1);
        let is_hit = example.broken.contains(&example.about);
        let shop =
            example.text.split(" | ").filter_map(|p| p.strip_prefix("客：").or(p.strip_prefix("机：")));
        for sentence in shop {
            let words: String = sentence.chars().filter(|c| c.is_alphanumeric()).collect();
            if words.chars().count() < 10 {
                continue;
            }
            match seen.insert((example.about.clone(), is_hit, words), place.clone()) {
                Some(other) if other != place => {
                    twice.push(format!("{place} says what {other} says: {sentence}"));
                }
                _ => {}
            }
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}
