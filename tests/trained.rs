//! The built-in weights fit the rules and examples they were taught from, and the examples are sound.

use std::collections::BTreeMap;
use std::path::Path;

use kefu_audit::cmd::rules::train::examples;
use kefu_audit::rules::load;
use kefu_audit::taught::model::Model;
use kefu_audit::train::digest;

#[test]
fn the_weights_were_made_from_these_examples() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let examples = examples(Path::new("."), &pack).unwrap();
    assert_eq!(Model::built_in().digest, digest(&examples), "run: kefu-audit rules train");
}

#[test]
fn no_teaching_dialogue_stands_twice() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for example in examples(Path::new("."), &pack).unwrap().iter().filter(|e| e.place.1 > 0) {
        let words: String = example.text.chars().filter(|c| c.is_alphanumeric()).collect();
        let place = format!("{}:{}", example.place.0, example.place.1);
        if let Some(other) = seen.insert(words, place.clone()) {
            panic!("{place} says the same as {other}");
        }
    }
}
