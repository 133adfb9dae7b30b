//! The written form of what breaches cost: exposures, ladders, profiles, calculators. Reads TOML only; what fits
//! together is checked in `ladders` and `profiles`.

use crate::model::Platform;
use crate::rules::form::{At, Fields};
use crate::rules::meta::{Calculator, Currency, Exposure, Figure, Ladder, Node, Profile, Tier};
use crate::rules::written::PLATFORMS;
use crate::say::Say;

const CURRENCIES: &[(&str, Currency)] =
    &[("points", Currency::Points), ("yuan", Currency::Yuan), ("days", Currency::Days)];

/// `[[rule.exposure]]`.
pub(crate) fn exposure(f: &Fields<'_, '_>) -> Exposure {
    let low = f.number("low").unwrap_or(0);
    let form = Exposure {
        platforms: f.choices("platforms", PLATFORMS),
        low,
        high: f.number("high").unwrap_or(low),
        unit: f.choice("unit", CURRENCIES).unwrap_or(Currency::Points),
        ladder: f.text("ladder").map(|t| t.value),
        alternative: f.text("alternative").map(|t| t.value),
        source: f.need("source").value,
    };
    if form.high < form.low {
        f.wrong(
            f.at().range(),
            Say::new("high 比 low 小", "high is less than low"),
            Say::new("把两个数对调", "swap the two figures"),
        );
    }
    f.done();
    form
}

/// `[[ladder]]`.
pub(crate) fn ladder(f: &Fields<'_, '_>) -> (At<()>, Ladder) {
    let form = Ladder {
        id: f.need("id").value,
        platform: platform(f),
        profile: f.text("profile").map(|t| t.value),
        title: f.need("title").value,
        title_en: f.need("title_en").value,
        part_of: f.text("part_of").map(|t| t.value),
        heaviest_only: f.flag("heaviest_only").unwrap_or(false),
        gravest: f.flag("gravest").unwrap_or(false),
        every: f.number("every"),
        carries_from: f.number("carries_from"),
        nodes: f.tables("nodes").iter().map(node).collect(),
        source: f.need("source").value,
    };
    f.done();
    (f.at(), form)
}

fn platform(f: &Fields<'_, '_>) -> Platform {
    f.choice("platform", PLATFORMS).unwrap_or(Platform::Tmall)
}

fn node(f: &Fields<'_, '_>) -> Node {
    let form = Node {
        at: f.number("at").unwrap_or(0),
        consequence: f.need("consequence").value,
        yuan: f.number("yuan"),
        days: f.number("days"),
    };
    f.done();
    form
}

/// `[[profile]]`.
pub(crate) fn profile(f: &Fields<'_, '_>) -> (At<()>, Profile) {
    let platform = platform(f);
    let form = Profile {
        id: f.need("id").value,
        platform,
        title: f.need("title").value,
        title_en: f.need("title_en").value,
        date: f.need("date").value,
        is_default: f.flag("default").unwrap_or(false),
        figures: f.tables("figure").iter().map(|f| figure(f, platform)).collect(),
        source: f.need("source").value,
    };
    f.done();
    (f.at(), form)
}

/// `[[profile.figure]]`: an exposure for several rules.
fn figure(f: &Fields<'_, '_>, platform: Platform) -> Figure {
    let rules = f.texts("rules").into_iter().map(|t| t.value).collect();
    Figure { rules, exposure: Exposure { platforms: vec![platform], ..exposure(f) } }
}

/// `[[estimate]]`.
pub(crate) fn calculator(f: &Fields<'_, '_>) -> (At<()>, Calculator) {
    let form = Calculator {
        id: f.need("id").value,
        platforms: f.choices("platforms", PLATFORMS),
        title: f.need("title").value,
        title_en: f.need("title_en").value,
        ladder: f.need("ladder").value,
        tiers: f.tables("tier").iter().map(tier).collect(),
        source: f.need("source").value,
    };
    f.done();
    (f.at(), form)
}

fn tier(f: &Fields<'_, '_>) -> Tier {
    let form = Tier {
        from: f.number("from").unwrap_or(1),
        to: f.number("to"),
        orders_from: f.number("orders_from").unwrap_or(0),
        orders_below: f.number("orders_below"),
        large_scale: f.flag("large_scale").unwrap_or(false),
        points: f.number("points").unwrap_or(0),
        consequence: f.need("consequence").value,
    };
    f.done();
    form
}
