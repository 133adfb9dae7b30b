//! Every example of every built-in rule holds, and every rule has at least three of each kind.

use kefu_audit::detect::detector::Ways;
use kefu_audit::rules::load;
use kefu_audit::selftest::{self, Outcome};
use kefu_audit::taught::model::Model;

#[test]
fn every_example_of_the_built_in_rules_holds() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let trials = selftest::run(&pack, &Model::default(), Ways::Written);
    let failed: Vec<_> = trials.iter().filter(|t| t.outcome != Outcome::Proved).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(trials.len() > 300);
}

#[test]
fn every_built_in_rule_has_three_examples_of_each_kind() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    for rule in pack.rules.iter().filter(|r| r.unjudged.is_none()) {
        assert!(rule.hit.len() >= 3 && rule.ok.len() >= 3, "{}", rule.meta.id);
    }
}
