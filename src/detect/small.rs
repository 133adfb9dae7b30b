//! For tests: a pack of one rule, and a model of it that has no weights, so that every turn scores what the test says.

use crate::rules::flaw::Source;
use crate::rules::load;
use crate::rules::pack::Pack;
use crate::taught::alone::Alone;
use crate::taught::model::{Head, Model};

/// The rule `refusal`: charged where the shop says 不开.
pub(super) fn pack() -> Pack {
    of_level("violation")
}

/// The same rule at a level.
pub(super) fn of_level(level: &str) -> Pack {
    let text = r#"
        [pack]
        name = "small"
        unlike = 75
        unlike_warnings = 100
        vague = 30
        [[signal]]
        id = "refuses"
        any = ["不开"]
        guards = []
        [[rule]]
        id = "refusal"
        level = "LEVEL"
        hit = ["客：不开"]
        ok = ["客：开的"]
        [[rule.case]]
        here = "refuses"
    "#;
    let text = text.replace("LEVEL", level);
    load::load(vec![Source { name: "r.toml".into(), text: text.into() }], Vec::new()).unwrap()
}

/// Every turn scores `score`, its words by themselves 0 of the `least` that they need; 0.5 is charged.
pub(super) fn model(score: f32, unlike: f32, least: f32) -> Model {
    let head = Head {
        rule: "refusal".into(),
        bias: score,
        own: -1.0,
        alone: Alone::new(0.0, least, &[]),
        suspected: 0.5,
        certain: 0.9,
        unlike,
        step: 0.0,
    };
    Model::new(vec![head], "", &[Vec::new()])
}
