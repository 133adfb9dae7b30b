//! Who is who in a session of a text layout: which account is the buyer's, which are staff, and what the shop is called.
//! It fills the columns that the text does not have; whether an account is a robot's is for `roles`.

use std::collections::BTreeMap;

use super::piece::{Draft, Session};
use crate::ingest::{Options, roles};
use crate::model::Role;

/// How a layout tells staff from buyers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Staffing {
    /// Staff accounts hold a colon (`店铺:员工`).
    Colon,
    /// Nothing but the names tells.
    Names,
}

/// What the beginning of a file tells about its speakers.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Known {
    /// The shop of sessions in which no staff account speaks.
    pub(super) shop: String,
    /// In how many sessions an account speaks; staff speak in many.
    pub(super) sessions: BTreeMap<String, usize>,
}

/// Parts of a name that shops give to their staff's accounts.
const STAFF_MARKS: [&str; 9] = ["自营", "客服", "旗舰店", "专卖店", "专营店", "官方", "店铺", "售后", "售前"];

/// Why an account was taken for staff's or the buyer's where the file does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// It speaks in more sessions than the other.
    Often,
    /// The other one spoke first.
    Second,
}

/// The columns of a session's messages.
#[derive(Debug, Default)]
pub(super) struct Cast {
    pub(super) shop: String,
    /// The buyer of each message.
    pub(super) buyers: Vec<String>,
    /// The staff account of each message, empty where the buyer or the platform speaks.
    pub(super) agents: Vec<String>,
    /// Accounts that were taken for staff's by a guess.
    pub(super) guessed: Vec<(String, Guess)>,
}

/// An account without the prefix that the platform's interfaces put before it.
fn bare(account: &str) -> &str {
    account.strip_prefix("cntaobao").unwrap_or(account)
}

/// The shop's part of a staff account.
pub(super) fn shop_of(account: &str) -> Option<&str> {
    let (shop, _) = bare(account).split_once([':', '：'])?;
    (!shop.is_empty()).then_some(shop)
}

/// What is known when only the names count.
fn named_role(account: &str, options: &Options) -> Option<Role> {
    if options.shop.as_deref().is_some_and(|shop| !shop.is_empty() && account.starts_with(shop)) {
        return Some(Role::Agent);
    }
    match roles::judge(account, ("", "", ""), &[], &options.staff).map(|(role, _)| role) {
        None if is_masked(account) => Some(Role::Buyer),
        None if STAFF_MARKS.iter().any(|mark| account.contains(mark)) => Some(Role::Agent),
        role => role,
    }
}

/// Platforms mask the names of buyers and not those of staff: `a****bc`.
fn is_masked(account: &str) -> bool {
    account.contains("**")
}

/// Finds out who is who.
pub(super) fn cast(session: &Session<'_>, staffing: Staffing, known: &Known, options: &Options) -> Cast {
    match staffing {
        Staffing::Colon => by_colon(session, known, options),
        Staffing::Names => by_names(session, known, options),
    }
}

fn by_colon(session: &Session<'_>, known: &Known, options: &Options) -> Cast {
    let mut cast = Cast::default();
    let shop = session.drafts.iter().find_map(|d| shop_of(&d.sender).or_else(|| shop_of(d.to)));
    cast.shop = shop.map_or_else(|| known.shop.clone(), str::to_owned);
    for draft in &session.drafts {
        let (sender, to) = (bare(&draft.sender), bare(draft.to));
        let is_staff = |account: &str| {
            account.contains([':', '：'])
                || account == cast.shop
                || options.shop.as_deref() == Some(account)
                || options.staff.role(account).is_some()
        };
        let is_word = roles::is_role_word(sender);
        let buyer = match (is_staff(sender), is_word) {
            (true, _) if !to.is_empty() && !is_staff(to) => to,
            (false, false) => sender,
            _ => session.buyer,
        };
        cast.buyers.push(buyer.to_owned());
        cast.agents.push(if is_staff(sender) && !is_word { sender.to_owned() } else { String::new() });
    }
    fill(&mut cast.buyers);
    cast
}

/// Gives each message without a buyer the one before it, and the first ones the one after them.
fn fill(buyers: &mut [String]) {
    let mut last = buyers.iter().find(|b| !b.is_empty()).cloned().unwrap_or_default();
    for buyer in buyers {
        if buyer.is_empty() {
            buyer.clone_from(&last);
        } else {
            last.clone_from(buyer);
        }
    }
}

fn by_names(session: &Session<'_>, known: &Known, options: &Options) -> Cast {
    let mut cast = Cast::default();
    let mut open: Vec<&str> = Vec::new();
    let mut roles: BTreeMap<&str, Option<Role>> = BTreeMap::new();
    for draft in &session.drafts {
        let sender: &str = &draft.sender;
        let role = *roles.entry(sender).or_insert_with(|| named_role(sender, options));
        if role.is_none() && !open.contains(&sender) {
            open.push(sender);
        }
    }
    let masked = roles.iter().find(|(_, role)| **role == Some(Role::Buyer)).map(|(name, _)| *name);
    let buyer = if session.buyer.is_empty() {
        masked.or_else(|| likely_buyer(&open, known))
    } else {
        Some(session.buyer)
    };
    let has_staff = roles.values().any(|role| role.is_some_and(Role::is_shop));
    for other in open.iter().filter(|name| Some(**name) != buyer) {
        let often = sessions(known, other) > buyer.map_or(0, |b| sessions(known, b));
        if masked.is_none() || has_staff {
            cast.guessed.push(((*other).to_owned(), if often { Guess::Often } else { Guess::Second }));
        }
    }
    let buyer = buyer.unwrap_or_default();
    for draft in &session.drafts {
        let sender: &str = &draft.sender;
        let is_staff = match roles.get(sender).copied().flatten() {
            Some(role) => role.is_shop(),
            None => sender != buyer,
        };
        let is_word = roles::is_role_word(sender);
        cast.agents.push(if is_staff && !is_word { sender.to_owned() } else { String::new() });
        cast.buyers.push(buyer.to_owned());
    }
    let staff = cast.agents.iter().find(|name| STAFF_MARKS.iter().any(|mark| name.contains(mark)));
    cast.shop = staff
        .and_then(|name| Some(name.rsplit_once(['-', '－'])?.0.to_owned()))
        .unwrap_or_else(|| known.shop.clone());
    cast
}

fn sessions(known: &Known, name: &str) -> usize {
    known.sessions.get(name).copied().unwrap_or_default()
}

/// Among accounts that nothing tells apart, the one that speaks in the fewest sessions; the first to speak among equals.
fn likely_buyer<'a>(open: &[&'a str], known: &Known) -> Option<&'a str> {
    open.iter().copied().min_by_key(|name| sessions(known, name))
}

/// What a number of sessions tells about their speakers.
pub(super) fn learn(sessions: &[Session<'_>], staffing: Staffing) -> Known {
    let mut shops: BTreeMap<&str, usize> = BTreeMap::new();
    let mut known = Known::default();
    for session in sessions {
        let mut names: Vec<&str> = session.drafts.iter().map(|d: &Draft<'_>| d.sender.as_ref()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let shop = match staffing {
                Staffing::Colon => shop_of(name),
                Staffing::Names => STAFF_MARKS
                    .iter()
                    .any(|mark| name.contains(mark))
                    .then(|| name.rsplit_once(['-', '－']).map(|(shop, _)| shop))
                    .flatten(),
            };
            if let Some(shop) = shop {
                *shops.entry(shop).or_default() += 1;
            }
            *known.sessions.entry(name.to_owned()).or_default() += 1;
        }
    }
    // The commonest; the first in order of name among equals.
    let best = shops.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
    known.shop = best.map_or_else(String::new, |(shop, _)| shop.to_owned());
    known
}
