//! Whether a turn says something: evaluates signals and expressions over signals on one turn.

use std::ops::Range;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use crate::detect::guard;
use crate::detect::scene::{Found, Hit, Scene};
use crate::detect::turn::Turn;
use crate::rules::expr::Expr;
use crate::rules::pack::{Body, PatternIx, SignalIx, Words};
use crate::rules::written::{Edge, Scope};

/// Why a match of a signal's words is no hit. Stretches are bytes of the turn's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Void {
    /// The message is too long or too short, or the words stand at the wrong place in it.
    Place,
    /// Words that void it cover or touch it.
    Unless(usize, usize),
    /// A guard: its number in the pack.
    Guard(usize),
    /// Words that must stand with it are missing: the pattern.
    Alone(PatternIx),
    /// Words that must not stand with it do.
    Beside(usize, usize),
}

impl Scene<'_> {
    /// Evaluates an expression on a turn: the hits of its positive signals, in the order in which they are named;
    /// `None` when it does not hold.
    pub fn holds(&self, turn: usize, expr: &Expr<SignalIx>) -> Option<Vec<Hit>> {
        if self.can_hold(turn, expr) { self.evaluate(turn, expr) } else { None }
    }

    /// Whether an expression can hold by what the gate knows; costs no search.
    pub(super) fn can_hold(&self, turn: usize, expr: &Expr<SignalIx>) -> bool {
        self.facts(turn).is_some_and(|facts| may(expr, facts.signals()))
    }

    fn evaluate(&self, turn: usize, expr: &Expr<SignalIx>) -> Option<Vec<Hit>> {
        match expr {
            Expr::Name(ix) => self.signal(turn, *ix).map(|hits| hits.to_vec()),
            Expr::Not(part) => self.holds(turn, part).is_none().then(Vec::new),
            Expr::And(parts) => {
                let mut hits = Vec::new();
                for part in parts {
                    hits.extend(self.holds(turn, part)?);
                }
                Some(hits)
            }
            Expr::Or(parts) => {
                let mut hits = None;
                for part in parts {
                    if let Some(more) = self.holds(turn, part) {
                        hits.get_or_insert_with(Vec::new).extend(more);
                    }
                }
                hits
            }
        }
    }

    /// Evaluates a signal on a turn.
    pub fn signal(&self, turn: usize, ix: SignalIx) -> Found {
        if !self.facts(turn)?.signals().contains(ix) {
            return None;
        }
        let known = self.known.get(turn)?;
        if let Some(found) = known.signals.borrow().get(&ix) {
            return found.clone();
        }
        let found = self.look(turn, ix);
        known.signals.borrow_mut().insert(ix, found.clone());
        found
    }

    /// Whether a signal holds on a turn. Looks for one hit and not for all of them.
    pub(super) fn fires(&self, turn: usize, ix: SignalIx) -> bool {
        if !self.facts(turn).is_some_and(|facts| facts.signals().contains(ix)) {
            return false;
        }
        let Some(known) = self.known.get(turn) else { return false };
        if let Some(found) = known.signals.borrow().get(&ix) {
            return found.is_some();
        }
        if let Some(fires) = known.fires.borrow().get(&ix) {
            return *fires;
        }
        let fires = self.hits(turn, ix);
        known.fires.borrow_mut().insert(ix, fires);
        fires
    }

    /// Looks for a hit of a signal on a turn.
    fn hits(&self, turn: usize, ix: SignalIx) -> bool {
        match (self.turns.get(turn), self.pack.signals.get(ix).map(|signal| &signal.body)) {
            (Some(said), Some(Body::Words(words))) => {
                let is_hit = |hit: &(usize, usize)| self.void(turn, said, words, &(hit.0..hit.1)).is_none();
                let kinds =
                    self.matches_of_each(turn, &words.any).filter(|matches| matches.iter().any(is_hit));
                kinds.take(words.at_least).count() >= words.at_least
            }
            (_, Some(Body::Is(expr))) => self.is_so(turn, expr),
            _ => false,
        }
    }

    fn is_so(&self, turn: usize, expr: &Expr<SignalIx>) -> bool {
        match expr {
            Expr::Name(ix) => self.fires(turn, *ix),
            Expr::Not(part) => !self.is_so(turn, part),
            Expr::And(parts) => parts.iter().all(|part| self.is_so(turn, part)),
            Expr::Or(parts) => parts.iter().any(|part| self.is_so(turn, part)),
        }
    }

    fn look(&self, turn_ix: usize, ix: SignalIx) -> Found {
        let turn = self.turns.get(turn_ix)?;
        let signal = self.pack.signals.get(ix)?;
        match &signal.body {
            Body::Is(expr) => self.holds(turn_ix, expr).map(Arc::from),
            Body::Words(words) => self.words(turn_ix, turn, ix, words),
        }
    }

    fn words(&self, turn_ix: usize, turn: &Turn<'_>, signal: SignalIx, words: &Words) -> Found {
        let mut hits = Vec::new();
        let mut kinds = 0;
        for matches in self.matches_of_each(turn_ix, &words.any) {
            let before = hits.len();
            for (start, end) in matches.iter() {
                if self.void(turn_ix, turn, words, &(*start..*end)).is_none() {
                    hits.push(Hit { start: *start, end: *end, signal });
                }
            }
            kinds += usize::from(hits.len() > before);
        }
        (kinds >= words.at_least).then(|| {
            hits.sort_unstable();
            hits.dedup();
            Arc::from(hits)
        })
    }

    /// Every match of a signal's own words in a turn, with what keeps it from being a hit if anything does.
    pub fn heard(&self, turn_ix: usize, signal: SignalIx) -> Vec<(Hit, Option<Void>)> {
        let (Some(turn), Some(Body::Words(words))) =
            (self.turns.get(turn_ix), self.pack.signals.get(signal).map(|s| &s.body))
        else {
            return Vec::new();
        };
        let matches = words.any.iter().flat_map(|p| self.matches(turn_ix, *p).to_vec());
        matches
            .map(|(start, end)| (Hit { start, end, signal }, self.void(turn_ix, turn, words, &(start..end))))
            .collect()
    }

    /// Whether a pattern matches exactly there in a turn.
    pub fn stands(&self, turn_ix: usize, pattern: PatternIx, start: usize, end: usize) -> bool {
        self.matches(turn_ix, pattern).contains(&(start, end))
    }

    /// What keeps a match of `any` from being a hit of the signal; `None` when it is one.
    pub(super) fn void(
        &self,
        turn_ix: usize,
        turn: &Turn<'_>,
        words: &Words,
        hit: &Range<usize>,
    ) -> Option<Void> {
        let message = turn.bound(turn.message_at(hit.end));
        if !fits(turn, words, hit, &message) {
            return Some(Void::Place);
        }
        let voids = |s: usize, e: usize| {
            let touches = s <= hit.end && hit.start <= e;
            let is_longer = words.longest && hit.start <= s && e <= hit.end && hit.len() > e - s;
            !is_longer && (touches || words.unless_near > 0 && distance(turn, hit, s, e) <= words.unless_near)
        };
        // No character has more than four bytes.
        let reach = 4 * words.unless_near;
        let near = hit.start.saturating_sub(reach)..hit.end + reach;
        if let Some((start, end)) = self.first(turn_ix, &words.unless, &near, voids) {
            return Some(Void::Unless(start, end));
        }
        let is_void = |g: &&usize| self.pack.guards.get(**g).is_some_and(|g| guard::voids(g, turn, hit));
        if let Some(guard) = words.guards.iter().find(is_void) {
            return Some(Void::Guard(*guard));
        }
        self.company(turn_ix, turn, words, hit, message)
    }

    /// The first match of one of the patterns that touches a stretch and fits.
    fn first(
        &self,
        turn_ix: usize,
        patterns: &[PatternIx],
        near: &Range<usize>,
        fits: impl Fn(usize, usize) -> bool,
    ) -> Option<(usize, usize)> {
        let first = |pattern: &PatternIx| {
            touching(&self.matches(turn_ix, *pattern), near).find(|(start, end)| fits(*start, *end))
        };
        patterns.iter().find_map(first)
    }

    /// Whether `all` stand and `none` stand in the scope around the hit: what is wrong with its company.
    fn company(
        &self,
        turn_ix: usize,
        turn: &Turn<'_>,
        words: &Words,
        hit: &Range<usize>,
        message: Range<usize>,
    ) -> Option<Void> {
        let region = match words.scope {
            Scope::Turn => 0..turn.text.len(),
            Scope::Message => message.start.min(hit.start)..message.end.max(hit.end),
            Scope::Clause => turn.clause(hit.clone()),
        };
        let inside = |s: usize, e: usize| region.start <= s && e <= region.end;
        let stands = |p: &&PatternIx| {
            touching(&self.matches(turn_ix, **p), &region)
                .any(|(s, e)| inside(s, e) && words.near.is_none_or(|n| distance(turn, hit, s, e) <= n))
        };
        if let Some(pattern) = words.all.iter().find(|p| !stands(p)) {
            return Some(Void::Alone(*pattern));
        }
        self.first(turn_ix, &words.none, &region, inside).map(|(start, end)| Void::Beside(start, end))
    }
}

/// Whether an expression can hold where these signals can.
pub(super) fn may(expr: &Expr<SignalIx>, signals: &FixedBitSet) -> bool {
    match expr {
        Expr::Name(ix) => signals.contains(*ix),
        Expr::Not(_) => true,
        Expr::And(parts) => parts.iter().all(|part| may(part, signals)),
        Expr::Or(parts) => parts.iter().any(|part| may(part, signals)),
    }
}

/// The matches that touch a stretch. They come in order and do not overlap.
fn touching(matches: &[(usize, usize)], near: &Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let from = matches.partition_point(|(_, end)| *end < near.start);
    let rest = matches.get(from..).unwrap_or_default().iter().copied();
    let last = near.end;
    rest.take_while(move |(start, _)| *start <= last)
}

/// Characters between two stretches; 0 when they touch or overlap.
fn distance(turn: &Turn<'_>, hit: &Range<usize>, start: usize, end: usize) -> usize {
    let between = if end <= hit.start { end..hit.start } else { hit.end..start.max(hit.end) };
    turn.text.get(between).map_or(0, |words| words.chars().count())
}

/// Whether the hit's message has the right length and the hit stands at the right place in it.
fn fits(turn: &Turn<'_>, words: &Words, hit: &Range<usize>, message: &Range<usize>) -> bool {
    if words.min_chars == 0 && words.max_chars == usize::MAX && words.edge.is_none() {
        return true;
    }
    let text = turn.text.get(message.clone()).unwrap_or_default();
    // Counted no further than it matters.
    let most = if words.max_chars == usize::MAX { words.min_chars } else { words.max_chars + 1 };
    let length = text.chars().filter(|c| c.is_alphanumeric()).take(most).count();
    if length < words.min_chars || length > words.max_chars {
        return false;
    }
    let core = core(text);
    let (start, end) = (message.start + core.start, message.start + core.end);
    match words.edge {
        None => true,
        Some(Edge::Whole) => hit.start <= start && end <= hit.end,
        Some(Edge::Start) => hit.start <= start,
        Some(Edge::End) => end <= hit.end,
    }
}

/// The message without what carries no meaning at its edges: signs, emoticon codes, forms of address.
fn core(text: &str) -> Range<usize> {
    const ADDRESS: [&str; 8] = ["亲爱的", "亲亲", "亲", "您好", "你好", "宝贝", "宝子", "老板"];
    let mut start = 0;
    let mut end = text.len();
    loop {
        let rest = text.get(start..end).unwrap_or_default();
        let mut skip = rest.len() - rest.trim_start_matches(is_sign).len();
        if skip == 0 {
            skip = emoticon_at_start(rest).unwrap_or(0);
        }
        if skip == 0 {
            // An address alone is the message itself.
            skip = ADDRESS.iter().find(|a| rest.starts_with(**a) && rest.len() > a.len()).map_or(0, |a| {
                let after = rest.get(a.len()..).unwrap_or_default();
                if after.starts_with(is_sign) { a.len() } else { 0 }
            });
        }
        let kept = rest.get(skip..).unwrap_or_default();
        let tail = emoticon_at_end(kept).unwrap_or(kept.len() - kept.trim_end_matches(is_sign).len());
        if skip == 0 && tail == 0 {
            return start..end;
        }
        start += skip;
        end -= tail.min(kept.len());
        if start >= end {
            return 0..text.len();
        }
    }
}

fn is_sign(c: char) -> bool {
    !c.is_alphanumeric() && c != '[' && c != ']' && c != '+'
}

/// Bytes of an emoticon code such as `[微笑]` at the start.
fn emoticon_at_start(text: &str) -> Option<usize> {
    let close = text.strip_prefix('[')?.find(']')? + 2;
    (text.get(..close)?.chars().count() <= 6 && !text.starts_with("[图片]") && !text.starts_with("[卡片]"))
        .then_some(close)
}

/// Bytes of an emoticon code at the end.
fn emoticon_at_end(text: &str) -> Option<usize> {
    let open = text.strip_suffix(']')?.rfind('[')?;
    let code = text.get(open..)?;
    (code.chars().count() <= 6 && open > 0).then_some(code.len())
}
