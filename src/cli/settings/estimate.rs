//! The settings of `estimate`.

use clap::ArgMatches;

use super::{Packs, Reader, packs};
use crate::cli::faults::fault;
use crate::cli::values;
use crate::model::Platform;
use crate::problem::Problem;
use crate::say::{Lang, Say};

/// What `kefu-audit estimate` was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The calculator.
    pub id: String,
    /// Which time the breach is found, from 1.
    pub occurrence: u32,
    /// How many orders are concerned.
    pub orders: u32,
    /// On a large scale in a short time.
    pub large_scale: bool,
    /// The marketplace.
    pub platform: Platform,
    /// Points that the shop has already.
    pub prior: u32,
    /// The profiles wanted.
    pub profiles: Vec<String>,
    /// The rules.
    pub packs: Packs,
    /// The language.
    pub lang: Lang,
}

/// Makes the settings.
pub(crate) fn estimate(found: &ArgMatches, lang: Lang) -> Result<Estimate, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let large_scale = found.get_flag("large-scale");
    let orders = r.one("orders", |o, v| values::number(o, v, 0, 100_000_000));
    if orders.is_none() && !large_scale && r.faults.is_empty() {
        let next = Say::new("请写 --orders 笔数，或 --large-scale", "give --orders N or --large-scale");
        r.faults.push(*fault(Say::new("缺少订单笔数", "the number of orders is missing"), next));
    }
    let estimate = Estimate {
        id: r.text("id").unwrap_or_default(),
        occurrence: r.one("occurrence", |o, v| values::number(o, v, 1, 1000)).unwrap_or(1),
        orders: orders.unwrap_or(0),
        large_scale,
        platform: r.one("platform", values::platform).unwrap_or(Platform::Tmall),
        prior: r.one("prior", |o, v| values::number(o, v, 0, 100_000)).unwrap_or(0),
        profiles: r.many("profile", |_, v| Ok(v.to_owned())),
        packs: packs(found),
        lang,
    };
    if r.faults.is_empty() { Ok(estimate) } else { Err(r.faults) }
}
