//! Where the thresholds of a rule lie: chosen by what was held out, so that what is charged is right as often as was aimed
//! at, and talk that nobody taught is left alone. It does not fit weights.

/// Thresholds lie between these scores: below the first nothing is like the examples, and above the second everything is.
const FLOOR: f32 = -0.3;
const CEILING: f32 = 0.6;

/// Real logs hold far more everyday talk than the examples do, so a false alarm there counts as so many.
const EVERYDAY: u32 = 5;

/// The written words were fitted to these examples, so a wrong charge that is left stands for several in real logs: it counts as so
/// many right ones that are lost, and in everyday talk as [`EVERYDAY`].
const FITTED: u32 = 3;

/// Nor is there crossed talk among the examples, though logs are full of it: a charge of it counts as so many missed hits.
const CROSSED: i32 = 3;

/// So much room is left beside a score that a threshold is set by.
const ROOM: f32 = 0.05;

/// A dialogue judged by weights that it did not teach.
pub(super) struct Tried {
    pub(super) score: f32,
    /// What the words of the charged turn add.
    pub(super) own: f32,
    /// How they are judged alone.
    pub(super) alone: f32,
    pub(super) is_hit: bool,
    pub(super) is_everyday: bool,
    pub(super) lesson: usize,
    /// The best score among the turns where written words of the rule hold.
    pub(super) written: Option<f32>,
}

/// A turn of a hit with words that have nothing to do with it, judged by weights that it did not teach.
pub(super) struct Stray {
    pub(super) score: f32,
    /// How the words are judged alone.
    pub(super) alone: f32,
}

/// How the words of a turn must be judged alone for a charge when a log is judged: where crossed talk that would be charged most
/// outnumbers hits, and never under the least of a charged hit, but for a little room.
pub(super) fn alone_floor(tried: &[Tried], crossed: &[Stray], suspected: f32) -> f32 {
    let hits = tried.iter().filter(|t| t.is_hit).map(|t| (t.score, t.alone, true));
    let crossed = crossed.iter().map(|stray| (stray.score, stray.alone, false));
    let charged = hits.chain(crossed).filter(|(score, ..)| *score >= suspected);
    let mut charged: Vec<(f32, bool)> = charged.map(|(_, alone, is_hit)| (alone, is_hit)).collect();
    charged.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let least = least(charged.iter().filter(|(_, is_hit)| *is_hit).map(|(alone, _)| *alone));
    let (mut gain, mut best) = (0, (0, least));
    for (at, (alone, is_hit)) in charged.iter().enumerate() {
        gain += if *is_hit { -1 } else { CROSSED };
        let next = charged.get(at + 1).map_or(1.0, |(next, _)| *next);
        if gain > best.0 {
            best = (gain, f32::midpoint(*alone, next).max(least));
        }
    }
    best.1
}

/// The least of what charged hits bring, and some room.
pub(super) fn least(of: impl Iterator<Item = f32>) -> f32 {
    of.fold(1.0, f32::min) - ROOM
}

/// The score below which charges of written words are best taken back: where those that were wrong, by what they count, most
/// outweigh those that were right.
pub(super) fn unlike(tried: &[Tried], suspected: f32) -> f32 {
    let weight = |one: &Tried| match one {
        Tried { is_hit: true, .. } => -1,
        Tried { is_everyday: true, .. } => i64::from(EVERYDAY),
        Tried { .. } => i64::from(FITTED),
    };
    let mut written: Vec<(f32, i64)> = tried.iter().filter_map(|t| Some((t.written?, weight(t)))).collect();
    written.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut gain, mut best) = (0, (0, f32::MIN));
    for (at, (score, weight)) in written.iter().enumerate() {
        gain += weight;
        let next = written.get(at + 1).map_or(suspected, |(next, _)| *next);
        if gain > best.0 {
            best = (gain, f32::midpoint(*score, next).min(suspected));
        }
    }
    best.1
}

/// The lowest score at which the precision over everything above it is still `aim`. Where too few hits were tried to prove
/// that, what scores higher than everything that is no hit.
pub(super) fn threshold(tried: &[Tried], aim: f64) -> f32 {
    let (mut right, mut wrong) = (0u32, 0u32);
    let highest = tried.iter().find(|one| !one.is_hit).map_or(CEILING, |one| one.score + ROOM);
    let mut best = highest.max(FLOOR);
    for one in tried.iter().take_while(|one| one.score >= FLOOR) {
        right += u32::from(one.is_hit);
        wrong += match one {
            Tried { is_hit: true, .. } => 0,
            Tried { is_everyday: true, .. } => EVERYDAY,
            Tried { .. } => 1,
        };
        // One imagined false alarm: a few lucky hits alone prove nothing.
        if f64::from(right) / f64::from(right + wrong + 1) >= aim {
            best = one.score;
        }
    }
    best.min(CEILING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(score: f32, alone: f32) -> Tried {
        Tried { score, own: 0.0, alone, is_hit: true, is_everyday: false, lesson: 0, written: None }
    }

    #[test]
    fn few_hits_are_charged_above_everything_else() {
        let other = |score: f32| Tried { is_hit: false, ..hit(score, 0.0) };
        let few = [hit(0.2, 0.0), other(-0.1), hit(-0.2, 0.0), other(-0.4)];
        assert!((threshold(&few, 0.9) + 0.1 - ROOM).abs() < 0.001, "two hits prove nothing");
        let mut many: Vec<Tried> = (0..20).map(|_| hit(0.2, 0.0)).collect();
        many.extend(few);
        assert!((threshold(&many, 0.9) + 0.2).abs() < 0.001, "enough to prove a precision");
        assert!((threshold(&[hit(0.2, 0.0)], 0.9) - CEILING).abs() < 0.001, "nothing to be told from");
    }

    #[test]
    fn own_words_must_bring_more_than_crossed_talk_does() {
        let hits = [-0.2, 0.4, 0.5, 0.6, 0.7, 0.8].map(|alone| hit(0.3, alone));
        let quiet = alone_floor(&hits, &[], 0.0);
        assert!((quiet + 0.25).abs() < 0.001, "the least of a hit, and some room: {quiet}");
        let crossed = [-0.3, -0.1, 0.0, 0.1].map(|alone| Stray { score: 0.2, alone });
        let floor = alone_floor(&hits, &crossed, 0.0);
        assert!((floor - 0.25).abs() < 0.001, "between crossed talk and the hits, but for one: {floor}");
        let uncharged = alone_floor(&hits, &crossed, 0.25);
        assert!((uncharged - quiet).abs() < 0.001, "what is not charged anyway says nothing");
    }

    #[test]
    fn a_wrong_charge_of_written_words_outweighs_right_ones() {
        let written = |score: f32, is_hit: bool, is_everyday: bool| Tried {
            score,
            own: score,
            alone: score,
            is_hit,
            is_everyday,
            lesson: 0,
            written: Some(score),
        };
        let tried = |is_everyday: bool| {
            let wrong = written(-0.2, false, is_everyday);
            let right = [-0.5, -0.4, -0.3, 0.1].map(|score| written(score, true, false));
            [wrong].into_iter().chain(right).collect::<Vec<_>>()
        };
        assert!(
            (unlike(&tried(true), 0.4) + 0.05).abs() < 0.001,
            "between the wrong one and the next right one"
        );
        assert!(unlike(&tried(false), 0.4) < -1.0, "three right ones below it are worth as much");
    }

    #[test]
    fn crossed_talk_that_says_what_hits_say_is_no_reason() {
        let hits = [0.1, 0.1, 0.1, 0.1].map(|alone| hit(0.3, alone));
        assert!((alone_floor(&hits, &[Stray { score: 0.3, alone: 0.9 }], 0.0) - 0.05).abs() < 0.001);
    }
}
