//! Measures one conversation by every definition that holds on its platform, and adds the outcomes to the shop, its
//! agents, hours and days.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::figure::{Figure, Left, Out};
use super::{Figures, Plan, ShopFigures};
use crate::detect::talk::{Ask, Talk, answers};
use crate::model::{Conversation, Kind, Message, Role, Stamp};
use crate::rules::timing::{Kpi, Measure, Missing, Unit};

/// One outcome with the groups that it belongs to.
struct Outcome<'c> {
    kpi: usize,
    agent: &'c str,
    hour: u8,
    /// Days since 1970.
    day: Option<i64>,
    out: Out,
}

pub(super) fn conversation(
    conversation: &Conversation<'_>,
    talk: &Talk,
    plan: &Plan,
    shop: &mut ShopFigures,
) {
    let mut outcomes = Vec::new();
    for (ix, kpi) in plan.kpis.iter().enumerate() {
        if kpi.platforms.len() == 4 || conversation.platform.is_some_and(|p| kpi.platforms.contains(&p)) {
            let mut desk = Desk { conversation, talk, plan, kpi, ix, outcomes: &mut outcomes };
            desk.measure();
        }
    }
    let n = plan.kpis.len();
    put(&mut shop.all, n, outcomes.iter());
    let mut agents: Vec<&str> = outcomes.iter().map(|o| o.agent).filter(|a| !a.is_empty()).collect();
    agents.sort_unstable();
    agents.dedup();
    for agent in agents {
        let own = outcomes.iter().filter(|o| o.agent == agent);
        match shop.agents.get_mut(agent) {
            Some(figures) => put(figures, n, own),
            None => put(shop.agents.entry(agent.to_owned()).or_default(), n, own),
        }
    }
    if plan.full {
        group(&mut shop.hours, n, &outcomes, |o| Some(o.hour));
    }
    let by_day = |o: &Outcome<'_>| plan.full || plan.kpis.get(o.kpi).is_some_and(|kpi| kpi.daily.is_some());
    group(&mut shop.days, n, &outcomes, |o| o.day.filter(|_| by_day(o)));
}

fn group<K: Ord + Copy>(
    groups: &mut BTreeMap<K, Figures>,
    n: usize,
    outcomes: &[Outcome<'_>],
    key: impl Fn(&Outcome<'_>) -> Option<K>,
) {
    let mut keys: Vec<K> = outcomes.iter().filter_map(&key).collect();
    keys.sort_unstable();
    keys.dedup();
    for one in keys {
        put(groups.entry(one).or_default(), n, outcomes.iter().filter(|o| key(o) == Some(one)));
    }
}

fn put<'o>(figures: &mut Figures, n: usize, outcomes: impl Iterator<Item = &'o Outcome<'o>>) {
    if figures.len() < n {
        figures.resize_with(n, Figure::default);
    }
    for outcome in outcomes {
        if let Some(figure) = figures.get_mut(outcome.kpi) {
            figure.add(outcome.out);
        }
    }
}

/// One definition at work on one conversation.
struct Desk<'a, 'o> {
    conversation: &'a Conversation<'a>,
    talk: &'a Talk,
    plan: &'a Plan,
    kpi: &'a Kpi,
    ix: usize,
    outcomes: &'o mut Vec<Outcome<'a>>,
}

impl<'a> Desk<'a, '_> {
    fn measure(&mut self) {
        match (self.kpi.measure, self.kpi.unit) {
            (Measure::Count | Measure::Last, _) => self.whole(),
            (Measure::Ratio | Measure::Robot, _) => self.messages(),
            (_, Unit::Message | Unit::BuyerDay) => self.asks(),
            (_, Unit::Round | Unit::First) => self.rounds(),
        }
    }

    /// Figures of the conversation as a whole, laid on the last agent who wrote.
    fn whole(&mut self) {
        let messages: &'a [Message<'a>] = &self.conversation.messages;
        let Some(first) = messages.iter().find(|m| m.role == Role::Buyer) else { return };
        let n = match self.kpi.measure {
            Measure::Last => {
                let last = messages.iter().rfind(|m| m.role != Role::System);
                u64::from(last.is_some_and(|m| m.role.is_shop()))
            }
            _ => 1,
        };
        let agent = messages.iter().rfind(|m| m.role == Role::Agent).map_or(first.agent, |m| m.agent);
        self.push(agent, first.at, Out::Share(n, 1));
    }

    /// Figures of single messages.
    fn messages(&mut self) {
        let messages: &'a [Message<'a>] = &self.conversation.messages;
        for m in messages.iter().filter(|m| m.kind != Kind::System) {
            let out = match (self.kpi.measure, m.role) {
                (Measure::Ratio, Role::Agent) | (Measure::Robot, Role::Robot) => {
                    Out::Share(1, u64::from(m.role == Role::Robot))
                }
                (Measure::Ratio, Role::Buyer) | (Measure::Robot, Role::Agent) => Out::Share(0, 1),
                _ => continue,
            };
            // A robot's account is no agent.
            self.push(if m.role == Role::Robot { "" } else { m.agent }, m.at, out);
        }
    }

    fn asks(&mut self) {
        let mask = mask(self.kpi);
        for ask in &self.talk.asks {
            let exempt = ask.exempt & mask;
            let why = (exempt != 0).then(|| Left::Exempt(exempt.trailing_zeros() as usize));
            self.unit(ask, why);
        }
    }

    fn rounds(&mut self) {
        let (mask, talk) = (mask(self.kpi), self.talk);
        let whole = bits(self.plan.exempts.iter().enumerate().filter(|(_, e)| e.whole).map(|(ix, _)| ix));
        let mut nth = 0;
        for round in talk.rounds(mask, whole) {
            let again = self.kpi.gap.is_some_and(|gap| round.ask.silence.is_some_and(|n| n > i64::from(gap)));
            let is_first = nth == 0 || again;
            nth += usize::from(round.exempt.is_none());
            if self.kpi.unit == Unit::Round || is_first {
                self.unit(round.ask, round.exempt.map(Left::Exempt));
            }
        }
    }

    /// One unit that begins with a message of the buyer.
    fn unit(&mut self, ask: &Ask, exempt: Option<Left>) {
        let is_inside = (self.kpi.window.0..self.kpi.window.1).contains(&(ask.at.second() / 60));
        let other_day = || self.kpi.same_day && ask.reply.is_some_and(|r| r.at.day() != ask.at.day());
        let out = match exempt {
            _ if !is_inside => Out::Left(Left::Window),
            Some(why) => Out::Left(why),
            None if other_day() => Out::Left(Left::OtherDay),
            None => self.outcome(ask),
        };
        let messages: &'a [Message<'a>] = &self.conversation.messages;
        let agent = match ask.reply.and_then(|reply| messages.get(reply.message)) {
            Some(reply) => reply.agent,
            None => self.on_duty(ask),
        };
        self.push(agent, Some(ask.at), out);
    }

    fn outcome(&self, ask: &Ask) -> Out {
        let kpi = self.kpi;
        let waited = ask.waited().map(|n| u32::try_from(n.max(0)).unwrap_or(u32::MAX));
        let in_time = waited.is_some_and(|n| n <= kpi.within);
        match (kpi.measure, waited) {
            (Measure::Unanswered, _) => Out::Share(u64::from(waited.is_none()), 1),
            (Measure::Mean, Some(n)) => Out::Wait(kpi.cap.map_or(n, |cap| n.min(cap))),
            (Measure::Mean, None) => match (kpi.missing, kpi.cap) {
                (Missing::Cap, Some(cap)) => Out::Wait(cap),
                _ => Out::Left(Left::Unanswered),
            },
            (_, None) if kpi.missing == Missing::Skip => Out::Left(Left::Unanswered),
            _ if kpi.unit == Unit::BuyerDay => Out::BuyerDay(self.buyer_day(ask), in_time),
            _ => Out::Share(u64::from(in_time), 1),
        }
    }

    /// A number for the buyer on the day of a message, the same wherever it is counted.
    fn buyer_day(&self, ask: &Ask) -> u64 {
        let mut hasher = DefaultHasher::new();
        let who =
            if self.conversation.buyer.is_empty() { &self.conversation.id } else { self.conversation.buyer };
        (who, ask.at.day()).hash(&mut hasher);
        hasher.finish()
    }

    /// Who should have answered: the agent that the row names, else the last one who wrote before it.
    fn on_duty(&self, ask: &Ask) -> &'a str {
        let messages: &'a [Message<'a>] = &self.conversation.messages;
        let named = messages.get(ask.message).map_or("", |m| m.agent);
        let before = || messages.get(..ask.message)?.iter().rfind(|m| answers(m)).map(|m| m.agent);
        if named.is_empty() { before().unwrap_or("") } else { named }
    }

    fn push(&mut self, agent: &'a str, at: Option<Stamp>, out: Out) {
        let hour = at.map_or(0, |at| u8::try_from(at.hour()).unwrap_or(0));
        let day = at.map(Stamp::day);
        self.outcomes.push(Outcome { kpi: self.ix, agent, hour, day, out });
    }
}

fn mask(kpi: &Kpi) -> u32 {
    bits(kpi.exempt.iter().copied())
}

fn bits(ixs: impl Iterator<Item = usize>) -> u32 {
    ixs.filter(|ix| *ix < 32).fold(0, |bits, ix| bits | 1 << ix)
}
