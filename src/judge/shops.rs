//! One card per shop: how far each ladder of its platform has been climbed in the latest year that the findings
//! name. Ladders are never added to one another; a part-of ladder's points count on the wider one too.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use super::incidents::Incident;
use super::standing::{Standing, standing};
use super::{Book, Judged, Prior, Range};
use crate::finding::Level;
use crate::model::{Platform, Role};
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
    /// The calendar year (Asia/Shanghai) that the points belong to; none when no finding has a time.
    pub year: Option<i32>,
    /// Counted incidents of earlier years, which are not in the figures below.
    pub earlier: u64,
    /// Incidents that are violations.
    pub violations: u64,
    /// Incidents that are warnings.
    pub warnings: u64,
    /// Incidents that are notices.
    pub notices: u64,
    /// Incidents by robots.
    pub robot: u64,
    /// Yuan of the counted incidents of the year; the sums due at ladder steps are not in it.
    pub yuan: Range,
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
    priors: &[Prior],
) -> (Vec<ShopCard>, Vec<Prior>) {
    let mut shops: BTreeMap<Key<'_>, Vec<(&Judged, bool)>> =
        tally.shops.keys().map(|(platform, shop)| ((*platform, shop.as_str()), Vec::new())).collect();
    for incident in incidents {
        let Some(head) = judged.get(incident.head) else { continue };
        let key = (head.finding.platform, head.finding.shop.as_str());
        shops.entry(key).or_default().push((head, incident.counted));
    }
    let mut used = BTreeSet::new();
    let cards = shops
        .into_iter()
        .map(|(key, heads)| {
            let conversations = tally.shops.get(&(key.0, key.1.to_owned())).copied().unwrap_or_default();
            card(key, conversations, &heads, book, priors, &mut used)
        })
        .collect();
    let unused =
        priors.iter().enumerate().filter(|(i, _)| !used.contains(i)).map(|(_, p)| p.clone()).collect();
    (cards, unused)
}

fn card(
    (platform, shop): Key<'_>,
    conversations: u64,
    heads: &[(&Judged, bool)],
    book: &Book,
    priors: &[Prior],
    used: &mut BTreeSet<usize>,
) -> ShopCard {
    let year = heads.iter().filter_map(|(j, _)| year(j)).max();
    // An incident without a time may well be of this year: it counts.
    let (now, earlier): (Vec<&Judged>, Vec<&Judged>) = heads
        .iter()
        .filter(|(_, counted)| *counted)
        .map(|(j, _)| *j)
        .partition(|j| self::year(j).is_none_or(|y| Some(y) == year));
    let mut yuan = Range::default();
    let mut own: BTreeMap<&str, Range> = BTreeMap::new();
    for cost in now.iter().flat_map(|j| &j.costs) {
        match (cost.unit, &cost.ladder) {
            (Currency::Yuan, _) => yuan.add(cost),
            (Currency::Points, None) => {}
            (Currency::Points, Some(id)) => {
                own.entry(id).or_default().add(cost);
                if let Some(wider) = book.ladder(platform, id).and_then(|l| l.part_of.as_ref()) {
                    own.entry(wider).or_default().add(cost);
                }
            }
        }
    }
    let before = balances(platform, shop, book, priors, used);
    let ladders = book
        .ladders
        .iter()
        .filter(|l| platform == Some(l.platform) || own.contains_key(l.id.as_str()))
        .map(|l| {
            let of = |id: &str| before.get(id).copied().unwrap_or_default();
            let parts =
                book.ladders.iter().filter(|p| p.part_of.as_deref() == Some(&l.id)).map(|p| of(&p.id));
            // The back office's general balance holds its parts; told only a part, it is at least that.
            let prior = of(&l.id).max(parts.sum());
            standing(l, prior, own.get(l.id.as_str()).copied().unwrap_or_default())
        })
        .collect();
    let count = |level: Level| heads.iter().filter(|(j, _)| j.finding.level == level).count() as u64;
    ShopCard {
        platform,
        shop: shop.to_owned(),
        conversations,
        year,
        earlier: earlier.len() as u64,
        violations: count(Level::Violation),
        warnings: count(Level::Warning),
        notices: count(Level::Notice),
        robot: heads
            .iter()
            .filter(|(j, _)| j.finding.main_line().is_some_and(|l| l.role == Role::Robot))
            .count() as u64,
        yuan,
        ladders,
    }
}

/// Prior points of a shop per ladder; priors of the same shop and ladder add up.
fn balances<'a>(
    platform: Option<Platform>,
    shop: &str,
    book: &'a Book,
    priors: &[Prior],
    used: &mut BTreeSet<usize>,
) -> BTreeMap<&'a str, u64> {
    let mut balances: BTreeMap<&str, u64> = BTreeMap::new();
    for (i, prior) in priors.iter().enumerate().filter(|(_, p)| p.shop == shop) {
        let ladder: Option<&Ladder> = book.ladder(platform, &prior.ladder);
        if let Some(ladder) = ladder {
            used.insert(i);
            *balances.entry(&ladder.id).or_default() += u64::from(prior.points);
        }
    }
    balances
}

/// The calendar year of the main line in Asia/Shanghai.
fn year(judged: &Judged) -> Option<i32> {
    Some(judged.finding.main_line()?.at?.shanghai()?.year())
}
