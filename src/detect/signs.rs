//! What each written signal weighs for the taught rules, by the place where it fires: read from the models once, so that
//! only signals that can move a rule still open are looked for.

use crate::rules::pack::{Pack, SignalIx};
use crate::taught::features::{Place, named};
use crate::taught::model::Model;

/// What a signal adds to the score of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sign {
    /// The signal.
    pub(super) signal: SignalIx,
    /// What it adds.
    pub(super) weight: f32,
}

/// The weights of all signals.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// For each rule of each model, one list for each place, in the order of the signals.
    of: Vec<[Vec<Sign>; Place::ALL.len()]>,
}

impl Signs {
    /// Looks every signal up in every model.
    pub(super) fn new(models: &[&Model], pack: &Pack) -> Self {
        let mut of = Vec::new();
        for model in models {
            let mut rules = vec![[const { Vec::new() }; Place::ALL.len()]; model.heads.len()];
            for (signal, written) in pack.signals.iter().enumerate() {
                let name = named(&written.id);
                for place in Place::ALL {
                    let (feature, value) = place.sign(name);
                    for (head, weight) in model.weights(feature) {
                        if let Some(list) = rules.get_mut(head).and_then(|of| of.get_mut(place as usize)) {
                            list.push(Sign { signal, weight: weight * value });
                        }
                    }
                }
            }
            of.append(&mut rules);
        }
        Self { of }
    }

    /// The signals that weigh for a rule, by its number among those of all models, where they fire at a place.
    pub(super) fn of(&self, rule: usize, place: Place) -> &[Sign] {
        self.of.get(rule).and_then(|places| places.get(place as usize)).map_or(&[], Vec::as_slice)
    }
}
