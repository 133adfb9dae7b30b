//! What each written signal weighs for the taught rules, by the place where it fires: read from the models once, so that
//! only signals that can move a rule still open are looked for.

use crate::rules::pack::{Pack, SignalIx};
use crate::taught::features::{Place, named};
use crate::taught::model::Model;

/// What a signal adds to the score of one rule of one model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sign {
    /// Number of the model.
    pub(super) model: usize,
    /// Number of the rule in the model.
    pub(super) head: usize,
    /// What it adds.
    pub(super) weight: f32,
}

/// The weights of all signals.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// For each signal, one list for each place.
    of: Vec<[Box<[Sign]>; Place::ALL.len()]>,
}

impl Signs {
    /// Looks every signal up in every model.
    pub(super) fn new(models: &[&Model], pack: &Pack) -> Self {
        let ids = pack.signals.iter().map(|signal| named(&signal.id));
        let all = |signal: u64, place: Place| -> Box<[Sign]> {
            let (feature, value) = place.sign(signal);
            let in_model = |(number, model): (usize, &&Model)| -> Vec<Sign> {
                let weights = model.weights(feature);
                weights.map(|(head, weight)| Sign { model: number, head, weight: weight * value }).collect()
            };
            models.iter().enumerate().flat_map(in_model).collect()
        };
        Self { of: ids.map(|signal| Place::ALL.map(|place| all(signal, place))).collect() }
    }

    /// What a signal adds where it fires at a place.
    pub(super) fn of(&self, signal: SignalIx, place: Place) -> &[Sign] {
        self.of.get(signal).and_then(|places| places.get(place as usize)).map_or(&[], |list| list)
    }
}
