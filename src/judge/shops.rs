//! One card per shop: how far each ladder of its platform has been climbed by a day, in that day's calendar year.
//! Ladders are never added to one another; a part-of ladder's points count on the wider one too.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::bringers::{Bringers, bringers};
use super::incidents::Incident;
use super::priors::Priors;
use super::standing::{Fall, Standing, standing};
use super::{Book, Cost, Judged, Prior, Range};
use crate::finding::Level;
use crate::model::Platform;
use crate::rules::meta::{Currency, Ladder};
use crate::tally::Tally;

/// What one shop faces.
#[derive(Clone, Debug)]
pub struct ShopCard {
    /// The marketplace.
    pub platform: Option<Platform>,
    /// The shop.
    pub shop: String,
    /// Conversations.
    pub conversations: u64,
    /// The day (Asia/Shanghai) that is judged: points belong to its calendar year. None when nothing has a time.
    pub as_of: Option<NaiveDate>,
    /// Counted incidents of earlier years, which are not in the figures below.
    pub earlier: u64,
    /// Counted incidents after the day, which are not in the figures below.
    pub later: u64,
    /// Incidents that are violations.
    pub violations: u64,
    /// Incidents that are warnings.
    pub warnings: u64,
    /// Incidents that are notices.
    pub notices: u64,
    /// Incidents by robots.
    pub robot: u64,
    /// Incidents in conversations where the buyer threatens.
    pub live: u64,
    /// Yuan of the counted incidents of the year; the sums due at ladder steps are not in it.
    pub yuan: Range,
    /// The rules and agents that bring most of the yuan.
    pub yuan_bringers: Bringers,
    /// Every ladder of the platform, in the book's order.
    pub ladders: Vec<Standing>,
}

type Key<'a> = (Option<Platform>, &'a str);

/// All cards, by platform and name, and the prior points that fitted nowhere.
pub(super) fn cards(
    judged: &[Judged],
    incidents: &[Incident],
    tally: &Tally,
    book: &Book,
    (priors, as_of): (&[Prior], Option<NaiveDate>),
) -> (Vec<ShopCard>, Vec<Prior>) {
    let mut shops: BTreeMap<Key<'_>, Vec<(&Judged, bool)>> =
        tally.shops.keys().map(|(platform, shop)| ((*platform, shop.as_str()), Vec::new())).collect();
    for incident in incidents {
        let Some(head) = incident.head(judged) else { continue };
        let key = (head.slip.who.platform, head.slip.who.shop.as_str());
        shops.entry(key).or_default().push((head, incident.counted));
    }
    let day = as_of.or_else(|| last_day(judged, tally));
    let mut priors = Priors::new(priors, day);
    let cards = shops
        .into_iter()
        .map(|(key, heads)| {
            let conversations = tally.shops.get(&(key.0, key.1.to_owned())).copied().unwrap_or_default();
            card(key, conversations, &heads, book, day, &mut priors)
        })
        .collect();
    (cards, priors.unused())
}

/// The day of the last message: a log is judged as of its own end, for there is no clock here.
fn last_day(judged: &[Judged], tally: &Tally) -> Option<NaiveDate> {
    tally.last.and_then(|at| Some(at.shanghai()?.date_naive())).max(judged.iter().filter_map(day).max())
}

fn card(
    (platform, shop): Key<'_>,
    conversations: u64,
    heads: &[(&Judged, bool)],
    book: &Book,
    as_of: Option<NaiveDate>,
    priors: &mut Priors<'_>,
) -> ShopCard {
    let counted: Vec<&Judged> = heads.iter().filter(|(_, counted)| *counted).map(|(j, _)| *j).collect();
    // An incident without a time may well be of this year: it counts.
    let is_earlier = |j: &Judged| day(j).zip(as_of).is_some_and(|(day, now)| day.year() < now.year());
    let is_later = |j: &Judged| day(j).zip(as_of).is_some_and(|(day, now)| day > now);
    let now: Vec<&Judged> = counted.iter().copied().filter(|j| !is_earlier(j) && !is_later(j)).collect();
    let mut yuan = Range::default();
    now.iter().flat_map(|j| j.costs.iter()).filter(|c| c.unit == Currency::Yuan).for_each(|c| yuan.add(c));
    let ladders = book
        .ladders
        .iter()
        .filter(|l| {
            platform == Some(l.platform) || now.iter().any(|j| j.costs.iter().any(|c| on(c, l, book)))
        })
        .map(|l| {
            let falls = |j: &&Judged| {
                let mut points = Range::default();
                j.costs.iter().filter(|c| on(c, l, book)).for_each(|c| points.add(c));
                (points.high > 0).then_some(Fall { at: j.slip.at, points })
            };
            let before = priors.balance(platform, shop, l, book);
            standing(l, before, now.iter().filter_map(falls).collect(), bringers(&now, |c| on(c, l, book)))
        })
        .collect();
    let count = |holds: &dyn Fn(&Judged) -> bool| heads.iter().filter(|(j, _)| holds(j)).count() as u64;
    ShopCard {
        platform,
        shop: shop.to_owned(),
        conversations,
        as_of,
        earlier: counted.iter().filter(|j| is_earlier(j)).count() as u64,
        later: counted.iter().filter(|j| is_later(j)).count() as u64,
        violations: count(&|j| j.slip.level == Level::Violation),
        warnings: count(&|j| j.slip.level == Level::Warning),
        notices: count(&|j| j.slip.level == Level::Notice),
        robot: count(&|j| j.slip.is_robot),
        live: count(&|j| j.slip.is_live),
        yuan,
        yuan_bringers: bringers(&now, |c| c.unit == Currency::Yuan),
        ladders,
    }
}

/// Whether a cost counts on a ladder: as its own, or as that of a part.
fn on(cost: &Cost, ladder: &Ladder, book: &Book) -> bool {
    let Some(id) = &cost.ladder else { return false };
    let part = || book.ladders.iter().any(|l| l.id == *id && l.part_of.as_ref() == Some(&ladder.id));
    cost.unit != Currency::Yuan && (*id == ladder.id || part())
}

/// The day of the main line in Asia/Shanghai.
fn day(judged: &Judged) -> Option<NaiveDate> {
    Some(judged.slip.at?.shanghai()?.date_naive())
}
