//! Words of a case that were there and did not count: something in the turn itself was in the way, or the buyer said them.

use super::{Miss, Stage};
use crate::detect::case::Side;
use crate::detect::scene::{Hit, Scene};
use crate::detect::signal::Void;
use crate::model::Role;
use crate::rules::expr::Expr;
use crate::rules::pack::{Body, Case, SignalIx};

/// So many matches of a pattern are tried in one turn: in a message of a megabyte that says the same again and again, each
/// would cost a walk over all of it.
const TRIED: usize = 100;

impl Scene<'_> {
    /// The words are there, yet the turn does not say it: something in the turn itself is in the way.
    pub(super) fn not_here(&self, case: &Case, turn: usize) -> Option<Miss> {
        let mut positive = Vec::new();
        let mut blockers = Vec::new();
        let mut lacking = Vec::new();
        self.parts(turn, &case.here, &mut positive, &mut blockers, &mut lacking);
        let said = self.telling(positive).unwrap_or_default();
        if !said.is_empty() && !blockers.is_empty() && lacking.is_empty() {
            let why = format!(
                "说了{}，但同时说了{}，不算违规。",
                self.quote(turn, &said),
                self.quote(turn, &blockers)
            );
            let mut miss = Miss::new(Stage::Exception, turn, said, why);
            miss.against.push((turn, blockers));
            return Some(miss);
        }
        self.voided(case, turn)
    }

    /// Words of a trigger that do not count.
    fn voided(&self, case: &Case, turn_ix: usize) -> Option<Miss> {
        let turn = self.turns.get(turn_ix)?;
        case.triggers.iter().find_map(|ix| {
            let signal = self.pack.signals.get(*ix).filter(|s| s.speaker.hears(turn.role))?;
            let (hit, void) = self.bare(turn_ix, *ix, true)?;
            let said = vec![hit];
            let quote = self.quote(turn_ix, &said);
            let title = &signal.title;
            let words = |s: usize, e: usize| turn.text.get(s..e).unwrap_or_default().replace('\n', " / ");
            let mut against = vec![(turn_ix, said.clone())];
            let mut stage = Stage::Voided;
            let why = match void? {
                Void::Guard(guard) => {
                    let guard = self.pack.guards.get(guard);
                    let reason = guard.and_then(crate::detect::explain::guard_words);
                    let reason = reason.unwrap_or_else(|| {
                        format!("符合防护条件“{}”", guard.map_or("", |g| g.name.as_str()))
                    });
                    format!("{quote}{reason}，不算“{title}”。")
                }
                Void::Unless(start, end) | Void::Beside(start, end) => {
                    against = vec![(turn_ix, vec![Hit { start, end, signal: *ix }])];
                    format!("{quote}里有“{}”，不算“{title}”。", words(start, end))
                }
                Void::Alone(_) => {
                    against.clear();
                    format!("{quote}旁边没有规则要求同时出现的话，不算“{title}”。")
                }
                Void::Place => {
                    against.clear();
                    stage = Stage::Misplaced;
                    format!("{quote}在句中的位置或句子长短不符，不算“{title}”。")
                }
            };
            Some(Miss { stage, turn: turn_ix, why, said, against })
        })
    }

    /// Words that would count, had the shop said them.
    pub(super) fn said_by_other(&self, case: &Case, turn_ix: usize) -> Option<Miss> {
        let role = self.turns.get(turn_ix).map(|t| t.role).filter(|r| *r == Role::Buyer)?;
        // Where a case needs more than the words themselves, the same words of the buyer mean nothing.
        let is_alone = case.prev.is_none()
            && [Side::Before, Side::After, Side::Around].iter().all(|s| case.contexts(*s, true).is_empty());
        if !is_alone {
            return None;
        }
        case.triggers.iter().find_map(|ix| {
            let signal = self.pack.signals.get(*ix).filter(|s| !s.speaker.hears(role))?;
            let (hit, _) = self.bare(turn_ix, *ix, false)?;
            let hits = self.telling(vec![hit])?;
            let words = self.quote(turn_ix, &hits);
            let why = format!("{words}是买家说的，不是客服；“{}”只看店铺的话。", signal.title);
            Some(Miss {
                stage: Stage::Buyer,
                turn: turn_ix,
                why,
                said: hits.clone(),
                against: vec![(turn_ix, hits)],
            })
        })
    }

    /// The first match of a signal's own words in a turn that is void (or, if not `void`, that is not), whoever speaks.
    fn bare(&self, turn_ix: usize, signal: SignalIx, void: bool) -> Option<(Hit, Option<Void>)> {
        let turn = self.turns.get(turn_ix)?;
        let Body::Words(words) = &self.pack.signals.get(signal)?.body else { return None };
        words.any.iter().find_map(|pattern| {
            if self.pack.patterns.get(*pattern).is_some_and(|p| !p.needs_words()) {
                return None;
            }
            self.matches(turn_ix, *pattern).iter().take(TRIED).find_map(|(start, end)| {
                let why = self.void(turn_ix, turn, words, &(*start..*end));
                (why.is_some() == void).then_some((Hit { start: *start, end: *end, signal }, why))
            })
        })
    }

    /// Splits an expression by what holds: hits of what it wants, hits of what it forbids, and what it wants in vain.
    fn parts(
        &self,
        turn: usize,
        expr: &Expr<SignalIx>,
        positive: &mut Vec<Hit>,
        blockers: &mut Vec<Hit>,
        lacking: &mut Vec<SignalIx>,
    ) {
        match expr {
            Expr::And(parts) => parts.iter().for_each(|p| self.parts(turn, p, positive, blockers, lacking)),
            Expr::Not(part) => blockers.extend(self.holds(turn, part).unwrap_or_default()),
            Expr::Name(_) | Expr::Or(_) => match (self.holds(turn, expr), expr) {
                (Some(hits), _) => positive.extend(hits),
                (None, Expr::Name(ix)) => match self.pack.signals.get(*ix).map(|s| &s.body) {
                    Some(Body::Is(inner)) => self.parts(turn, inner, positive, blockers, lacking),
                    _ => lacking.push(*ix),
                },
                (None, _) => lacking.push(SignalIx::MAX),
            },
        }
    }
}
