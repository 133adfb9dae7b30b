//! Whether a case of a rule holds at a turn: the turn itself, and what must stand or must not stand around it.

use std::cmp::Reverse;

use crate::detect::place::is_in_force;
use crate::detect::scene::{Hit, Scene};
use crate::detect::signal::may;
use crate::detect::taught::Sight;
use crate::model::Role;
use crate::rules::expr::{Expr, Reach};
use crate::rules::pack::{Case, Context, SignalIx, Taught};

/// Turns that a case rests on besides the judged one, each with what was seen in it.
pub type Support = Vec<(usize, Vec<Hit>)>;

/// A turn, and what was seen in it.
pub type Shown = (usize, Vec<Hit>);

/// What saw a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// A written case, by its index in the pack.
    Case(usize),
    /// The taught model of the rule.
    Taught(Sight),
}

/// A fault seen at a turn.
#[derive(Clone, Debug)]
pub struct Fire {
    /// What saw it.
    pub by: By,
    /// The shop's turn that is judged.
    pub turn: usize,
    /// What was seen in it, core words first.
    pub hits: Vec<Hit>,
    /// Other turns that the case rests on.
    pub support: Support,
    /// A question that it rests on was not seen but taken for granted.
    pub presumed: bool,
    /// The words hold, but the taught model of the rule would not charge them.
    pub doubted: bool,
}

/// Which side of the judged turn a context lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Earlier.
    Before,
    /// Later.
    After,
    /// Anywhere.
    Around,
}

impl Side {
    /// When, as sentences put it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Before => "此前",
            Self::After => "之后",
            Self::Around => "前后",
        }
    }
}

impl Case {
    /// What must be found on a side (`wanted`), or must not.
    #[must_use]
    pub fn contexts(&self, side: Side, wanted: bool) -> &[Context] {
        match (side, wanted) {
            (Side::Before, true) => &self.before,
            (Side::After, true) => &self.after,
            (Side::Around, true) => &self.around,
            (Side::Before, false) => &self.not_before,
            (Side::After, false) => &self.not_after,
            (Side::Around, false) => &self.not_around,
        }
    }
}

/// The condition at which a case ended, in the order in which conditions are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The case holds on other platforms only.
    Platform,
    /// The turn was written at another hour.
    Hour,
    /// The shop's settings do not say so.
    Setting,
    /// The turn is not among the first or last ones.
    Place,
    /// Another shop, or another agent.
    Person,
    /// The rule did not hold yet, or no longer, when the turn was written.
    Date,
    /// The answer came sooner or later than the case is about.
    Pace,
    /// The turn does not say it.
    Here,
    /// The buyer's turn before does not ask it.
    Unasked,
    /// A context is nowhere in reach: which side, and its number there.
    Missing(Side, usize),
    /// What voids the case was found: which side, its number there, the turn, and what was seen in it.
    Present(Side, usize, usize, Vec<Hit>),
    /// Everything holds, and an exception speaks for the shop: its number, and the turn that shows it if one does.
    Excepted(usize, Option<Shown>),
    /// The case is only judged when the strict rules are asked for.
    Strict,
}

impl Scene<'_> {
    /// Whether a case holds at one turn, not yet counting how often; or the condition that ended it.
    ///
    /// # Errors
    /// The first condition that does not hold.
    pub fn weigh(&self, case_ix: usize, case: &Case, turn_ix: usize) -> Result<Fire, Stop> {
        self.is_in_place(case, turn_ix)?;
        let hits = self.holds(turn_ix, &case.here).ok_or(Stop::Here)?;
        let (mut support, mut presumed) = (Vec::new(), false);
        if let Some(expr) = &case.prev {
            let asked = self.asked_in(turn_ix).and_then(|turn| Some((turn, self.holds(turn, expr)?)));
            presumed |= asked.is_none();
            if asked.is_none() && !self.presumes(expr) {
                return Err(Stop::Unasked);
            }
            support.extend(asked);
        }
        for (contexts, side) in
            [(&case.before, Side::Before), (&case.after, Side::After), (&case.around, Side::Around)]
        {
            for (n, context) in contexts.iter().enumerate() {
                let found = self.find(context, turn_ix, side);
                presumed |= found.is_none();
                if found.is_none() && (side == Side::After || !self.presumes(&context.expr)) {
                    return Err(Stop::Missing(side, n));
                }
                support.extend(found);
            }
        }
        for (contexts, side) in [
            (&case.not_before, Side::Before),
            (&case.not_after, Side::After),
            (&case.not_around, Side::Around),
        ] {
            for (n, context) in contexts.iter().enumerate() {
                if let Some((turn, hits)) = self.find(context, turn_ix, side) {
                    return Err(Stop::Present(side, n, turn, hits));
                }
            }
        }
        if let Some((n, shown)) = self.excused(&case.except, turn_ix) {
            return Err(Stop::Excepted(n, shown));
        }
        support.retain(|(turn, hits)| *turn != turn_ix && !hits.is_empty());
        Ok(Fire { by: By::Case(case_ix), turn: turn_ix, hits, support, presumed, doubted: false })
    }

    /// Whether what an expression asks for may be taken for granted: each of its signals is a question that the pack
    /// lists, and its subject is named somewhere in the conversation.
    fn presumes(&self, expr: &Expr<SignalIx>) -> bool {
        let is_named = |topic: SignalIx| (0..self.turns.len()).any(|turn| self.signal(turn, topic).is_some());
        self.presumes
            && match expr {
                Expr::Name(ix) => {
                    self.pack.asked.iter().any(|(signal, topic)| signal == ix && is_named(*topic))
                }
                Expr::Not(_) => true,
                Expr::And(parts) => parts.iter().all(|part| self.presumes(part)),
                Expr::Or(parts) => parts.iter().any(|part| self.presumes(part)),
            }
    }

    /// Whether what a case asks of the turns around a turn can hold by what the gate knows of them together; tries no
    /// pattern.
    pub fn is_promising(&self, case: &Case, turn_ix: usize) -> bool {
        let anywhere = |side: Side, context: &Context| {
            self.presumes && side != Side::After
                || self.heard_on(side, turn_ix).is_some_and(|signals| may(&context.expr, signals))
        };
        let asked =
            |expr| self.presumes || self.asked_in(turn_ix).is_some_and(|turn| self.can_hold(turn, expr));
        case.prev.as_ref().is_none_or(asked)
            && [Side::Before, Side::After, Side::Around]
                .into_iter()
                .all(|side| case.contexts(side, true).iter().all(|context| anywhere(side, context)))
    }

    /// Whether a taught rule may be charged at a turn: nothing lawful voids it, and what it needs is there.
    pub fn allows(&self, taught: &Taught, turn_ix: usize) -> bool {
        let written = self.turns.get(turn_ix).and_then(|turn| self.written_at(turn));
        !taught.is_off
            && is_in_force(taught.from, taught.until, written)
            && taught.needs.iter().all(|context| self.find(context, turn_ix, Side::Around).is_some())
            && !taught.unless.iter().any(|context| self.find(context, turn_ix, Side::Around).is_some())
    }

    /// The buyer's turn that a turn answers: the nearest one before it.
    pub(super) fn asked_in(&self, turn_ix: usize) -> Option<usize> {
        (0..turn_ix).rev().find(|ix| self.turns.get(*ix).is_some_and(|t| t.role == Role::Buyer))
    }

    /// The nearest turn in reach where the context's expression holds, if it holds in enough turns.
    pub(super) fn find(&self, context: &Context, here: usize, side: Side) -> Option<(usize, Vec<Hit>)> {
        let mut turns: Vec<usize> = match side {
            Side::Before => (0..here).collect(),
            // What should be said may stand in the judged turn itself.
            Side::After => (here + usize::from(!context.is_expected)..self.turns.len()).collect(),
            Side::Around => (0..self.turns.len()).collect(),
        };
        turns.sort_by_key(|ix| (ix.abs_diff(here), Reverse(*ix)));
        let mut found = turns
            .into_iter()
            .filter(|ix| self.is_within(context.reach, here, *ix))
            .filter_map(|ix| self.holds(ix, &context.expr).map(|hits| (ix, hits)));
        let nearest = found.next()?;
        let more = context.times.saturating_sub(1);
        (found.take(more).count() == more).then_some(nearest)
    }

    fn is_within(&self, reach: Reach, here: usize, there: usize) -> bool {
        let (Some(a), Some(b)) = (self.turns.get(here), self.turns.get(there)) else { return false };
        let (early, late) = if there < here { (b, a) } else { (a, b) };
        match reach {
            Reach::Anywhere => true,
            Reach::Turns(n) => a.spoken.abs_diff(b.spoken) <= n as usize,
            Reach::Messages(n) => (late.messages.start + 1).saturating_sub(early.messages.end) <= n as usize,
            Reach::Minutes(n) => {
                let at = |m: usize| self.conversation.messages.get(m).and_then(|m| m.at);
                match (at(early.messages.end.saturating_sub(1)), at(late.messages.start)) {
                    (Some(a), Some(b)) => b.0 - a.0 <= i64::from(n) * 60,
                    _ => false,
                }
            }
        }
    }

    /// Applies `count`, `minutes` and `repeat` to the turns where a case holds: all of them, or none.
    pub fn enough(&self, case: &Case, fires: Vec<Fire>) -> Vec<Fire> {
        if case.count <= 1 && case.repeat <= 1 {
            return fires;
        }
        let messages: usize = fires.iter().map(|f| self.messages_hit(f)).sum();
        let often = if case.count <= 1 {
            true
        } else {
            self.is_often(case, &fires) || (case.seconds.is_none() && messages >= case.count)
        };
        let repeated =
            case.repeat <= 1 || fires.iter().any(|f| self.same_words(case, f, &fires) >= case.repeat);
        if often && repeated { fires } else { Vec::new() }
    }

    /// How many messages of a turn hold a hit.
    fn messages_hit(&self, fire: &Fire) -> usize {
        let Some(turn) = self.turns.get(fire.turn) else { return 0 };
        let mut hit: Vec<usize> = fire.hits.iter().map(|h| turn.message_at(h.end)).collect();
        hit.sort_unstable();
        hit.dedup();
        hit.len()
    }

    /// Whether `count` turns lie within the time window, or anywhere when there is none.
    fn is_often(&self, case: &Case, fires: &[Fire]) -> bool {
        let Some(seconds) = case.seconds else { return fires.len() >= case.count };
        let times: Vec<i64> = fires
            .iter()
            .filter_map(|f| self.turns.get(f.turn))
            .filter_map(|t| self.conversation.messages.get(t.messages.start)?.at.map(|at| at.0))
            .collect();
        times.windows(case.count).any(|w| w.last().zip(w.first()).is_some_and(|(b, a)| b - a <= seconds))
    }

    /// How many turns say the same, or nearly the same if the case allows it.
    fn same_words(&self, case: &Case, fire: &Fire, fires: &[Fire]) -> usize {
        let text = |f: &Fire| self.turns.get(f.turn).map_or("", |t| t.text.as_str());
        let said = text(fire);
        let alike = |other: &&Fire| {
            let other = text(other);
            other == said
                || case.alike < 100
                    && strsim::normalized_levenshtein(other, said) * 100.0 >= f64::from(case.alike)
        };
        fires.iter().filter(alike).count()
    }
}
