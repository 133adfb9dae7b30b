//! Where and when a case is looked for at all, and what excuses it: platform, shop, agent, day, hour, place in the
//! conversation, how long the answer took. It asks no words but those of exceptions.

use crate::detect::case::{Shown, Side, Stop};
use crate::detect::scene::Scene;
use crate::detect::turn::Turn;
use crate::model::{Role, Stamp};
use crate::rules::pack::{Case, Exception, Limits};

impl Scene<'_> {
    /// Whether a case is looked for at a turn.
    ///
    /// # Errors
    /// The first condition that does not hold.
    pub(super) fn is_in_place(&self, case: &Case, turn_ix: usize) -> Result<(), Stop> {
        let Some(turn) = self.turns.get(turn_ix) else { return Err(Stop::Place) };
        let platform = self.conversation.platform;
        if case.strict && !self.strict {
            return Err(Stop::Strict);
        }
        if !case.platforms.is_empty() && platform.is_none_or(|p| !case.platforms.contains(&p)) {
            return Err(Stop::Platform);
        }
        let written = self.written_at(turn);
        if case.hours.is_some_and(|hours| written.is_none_or(|at| !is_between(at, hours))) {
            return Err(Stop::Hour);
        }
        if case.setting.as_ref().is_some_and(|name| !self.is_set(name)) {
            return Err(Stop::Setting);
        }
        let shop_turns = |turns: Option<&[Turn<'_>]>| {
            turns.unwrap_or_default().iter().filter(|t| t.role.is_shop()).count()
        };
        let is_late = case.first.is_some_and(|n| shop_turns(self.turns.get(..turn_ix)) >= n);
        let is_early = case.last.is_some_and(|n| shop_turns(self.turns.get(turn_ix + 1..)) >= n);
        if is_late || is_early {
            return Err(Stop::Place);
        }
        self.is_within_limits(&case.limits, turn_ix, turn, written)
    }

    fn is_within_limits(
        &self,
        limits: &Limits,
        turn_ix: usize,
        turn: &Turn<'_>,
        written: Option<Stamp>,
    ) -> Result<(), Stop> {
        let is_other = |list: &[String], name: &str| !list.is_empty() && !list.iter().any(|one| one == name);
        if is_other(&limits.shops, self.conversation.shop) || is_other(&limits.agents, turn.agent) {
            return Err(Stop::Person);
        }
        if !is_in_force(limits.from, limits.until, written) {
            return Err(Stop::Date);
        }
        let spoken = |messages: std::ops::Range<usize>| {
            let messages = self.conversation.messages.get(messages).unwrap_or_default();
            messages.iter().filter(|m| m.role != Role::System).count()
        };
        let end = self.conversation.messages.len();
        let is_late = limits.first_messages.is_some_and(|n| spoken(0..turn.messages.start) >= n);
        let is_early = limits.last_messages.is_some_and(|n| spoken(turn.messages.end..end) >= n);
        if is_late || is_early {
            return Err(Stop::Place);
        }
        if limits.slower_than.is_none() && limits.faster_than.is_none() {
            return Ok(());
        }
        let took = self.took(turn_ix).ok_or(Stop::Pace)?;
        let is_at_pace =
            limits.slower_than.is_none_or(|n| took >= n) && limits.faster_than.is_none_or(|n| took <= n);
        if is_at_pace { Ok(()) } else { Err(Stop::Pace) }
    }

    /// When a turn was begun.
    pub(super) fn written_at(&self, turn: &Turn<'_>) -> Option<Stamp> {
        self.conversation.messages.get(turn.messages.start).and_then(|m| m.at)
    }

    fn is_set(&self, name: &String) -> bool {
        let shop = self.pack.shops.iter().find(|s| s.name == self.conversation.shop);
        shop.is_some_and(|s| s.settings.contains(name))
    }

    /// Seconds from the first message of the question to this turn; `None` when the turn answers nothing or the log has
    /// no times.
    fn took(&self, turn_ix: usize) -> Option<i64> {
        let asked = self.asked_in(turn_ix)?;
        let between = self.turns.get(asked + 1..turn_ix)?;
        if between.iter().any(|t| t.role.is_shop()) {
            return None;
        }
        let (asked, turn) = (self.turns.get(asked)?, self.turns.get(turn_ix)?);
        Some(self.written_at(turn)?.0 - self.written_at(asked)?.0)
    }

    /// The first exception that speaks for the shop at a turn: its number, and the turn that shows it if one does.
    pub(super) fn excused(&self, except: &[Exception], turn_ix: usize) -> Option<(usize, Option<Shown>)> {
        let written = self.turns.get(turn_ix).and_then(|turn| self.written_at(turn));
        except.iter().enumerate().find_map(|(n, exception)| {
            if exception.hours.is_some_and(|hours| written.is_none_or(|at| !is_between(at, hours))) {
                return None;
            }
            match &exception.when {
                None => Some((n, None)),
                Some(context) => self.find(context, turn_ix, Side::Around).map(|shown| (n, Some(shown))),
            }
        })
    }
}

/// Whether a moment lies between two hours of the day; from 23 to 8 runs over midnight.
fn is_between(at: Stamp, (from, to): (u32, u32)) -> bool {
    if from <= to { (from..to).contains(&at.hour()) } else { at.hour() >= from || at.hour() < to }
}

/// Whether what holds from a day until a day holds at a moment. A message without a time counts as today's: what has
/// begun holds, what has ended does not.
pub(super) fn is_in_force(from: Option<Stamp>, until: Option<Stamp>, at: Option<Stamp>) -> bool {
    match at {
        None => until.is_none(),
        Some(at) => from.is_none_or(|from| at >= from) && until.is_none_or(|until| at < until),
    }
}
