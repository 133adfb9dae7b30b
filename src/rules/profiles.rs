//! Profiles: which figures hold in a run. Checks what rule files say of them, and picks one profile a platform. It
//! prices nothing.

use std::collections::BTreeMap;

use crate::model::Platform;
use crate::rules::flaw::hint_nearest;
use crate::rules::meta::{Ladder, Profile, RuleMeta};
use crate::rules::pack::Pack;
use crate::rules::timing::Kpi;
use crate::say::Say;

/// What holds in a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InForce {
    /// At most one profile a platform, in order of platform.
    pub profiles: Vec<Profile>,
    /// The ladders, each id once.
    pub ladders: Vec<Ladder>,
    /// Every enabled rule with the figures that hold.
    pub rules: Vec<RuleMeta>,
    /// The KPI definitions that hold, each with the platforms where it does.
    pub kpis: Vec<Kpi>,
}

/// What is wrong with a profile, beside others and the pack's rules and ladders.
pub(crate) fn check(profile: &Profile, all: &[Profile], pack: &Pack) -> Vec<(Say, Say)> {
    let id = &profile.id;
    let mut faults = Vec::new();
    if all.iter().filter(|other| other.id == *id).count() > 1 {
        let what = Say::new(format!("口径“{id}”已经有了"), format!("the profile \"{id}\" exists already"));
        faults.push((what, Say::default()));
    }
    let rivals = all.iter().filter(|p| p.platform == profile.platform && p.is_default).count();
    if profile.is_default && rivals > 1 {
        let what = Say::new("一个平台只能有一个默认口径", "a platform has only one default profile");
        faults.push((what, Say::new("去掉一个 default = true", "drop one default = true")));
    }
    for rule in profile.figures.iter().flat_map(|f| &f.rules).filter(|rule| pack.rule(rule).is_none()) {
        let what = Say::new(format!("没有规则“{rule}”"), format!("there is no rule \"{rule}\""));
        faults.push((what, hint_nearest(rule, pack.rules.iter().map(|r| r.meta.id.as_str()))));
    }
    let ladders = profile.figures.iter().filter_map(|f| f.exposure.ladder.as_ref());
    for ladder in ladders.filter(|id| !pack.ladders.iter().any(|l| l.id == **id)) {
        let what = Say::new(format!("没有阶梯“{ladder}”"), format!("there is no ladder \"{ladder}\""));
        faults.push((what, hint_nearest(ladder, pack.ladders.iter().map(|l| l.id.as_str()))));
    }
    faults
}

/// The figures that hold when the user wants these profiles; a platform for which none is wanted keeps its default.
///
/// # Errors
/// An unknown profile, or two of one platform: what is wrong, and what to do.
pub fn in_force(pack: &Pack, wanted: &[String]) -> Result<InForce, (Say, Say)> {
    let mut chosen: BTreeMap<Platform, &Profile> = BTreeMap::new();
    for id in wanted {
        let Some(profile) = pack.profiles.iter().find(|p| p.id == *id) else {
            let what = Say::new(format!("没有口径“{id}”"), format!("there is no profile \"{id}\""));
            return Err((what, hint_nearest(id, pack.profiles.iter().map(|p| p.id.as_str()))));
        };
        if chosen.insert(profile.platform, profile).is_some_and(|other| other.id != *id) {
            let (zh, en) = (profile.platform.zh(), profile.platform.id());
            let what = Say::new(format!("{zh}写了两个口径"), format!("two profiles for {en}"));
            return Err((what, Say::new("每个平台只写一个 --profile", "give one --profile a platform")));
        }
    }
    for profile in pack.profiles.iter().filter(|p| p.is_default) {
        chosen.entry(profile.platform).or_insert(profile);
    }
    let rules = pack.rules.iter().filter(|r| r.enabled).map(|r| priced(&r.meta, &chosen)).collect();
    let ladders = ladders(&pack.ladders, &chosen);
    let kpis = kpis(&pack.kpis, &chosen);
    Ok(InForce { profiles: chosen.into_values().cloned().collect(), ladders, rules, kpis })
}

/// A ladder of a profile in force takes the place of the one of its id.
fn ladders(all: &[Ladder], chosen: &BTreeMap<Platform, &Profile>) -> Vec<Ladder> {
    let own =
        |l: &Ladder| l.profile.as_ref().is_some_and(|p| chosen.get(&l.platform).is_some_and(|c| c.id == *p));
    all.iter()
        .filter(|l| own(l) || l.profile.is_none() && !all.iter().any(|o| o.id == l.id && own(o)))
        .cloned()
        .collect()
}

/// Definitions with the platforms where they hold: one that names a profile in force takes the place of the general
/// one of its id.
fn kpis(all: &[Kpi], chosen: &BTreeMap<Platform, &Profile>) -> Vec<Kpi> {
    let on = |kpi: &Kpi, platform: Platform| kpi.platforms.is_empty() || kpi.platforms.contains(&platform);
    let own = |kpi: &Kpi, platform: Platform| {
        on(kpi, platform) && chosen.get(&platform).is_some_and(|p| kpi.profiles.contains(&p.id))
    };
    let holds = |kpi: &Kpi, platform: Platform| {
        let replaced = || all.iter().any(|other| other.id == kpi.id && own(other, platform));
        own(kpi, platform) || on(kpi, platform) && kpi.profiles.is_empty() && !replaced()
    };
    all.iter()
        .map(|kpi| {
            let platforms = Platform::ALL.into_iter().filter(|p| holds(kpi, *p)).collect();
            Kpi { platforms, ..kpi.clone() }
        })
        .filter(|kpi| !kpi.platforms.is_empty())
        .collect()
}

/// A rule with the figures of the profiles in force: they replace its own of the same platform and unit.
fn priced(meta: &RuleMeta, chosen: &BTreeMap<Platform, &Profile>) -> RuleMeta {
    let mut meta = meta.clone();
    let figures = chosen
        .values()
        .flat_map(|p| &p.figures)
        .filter(|f| f.rules.iter().any(|id| *id == *meta.id.as_str()));
    let figures: Vec<_> = figures.map(|f| f.exposure.clone()).collect();
    let replaced =
        |platform: Platform, unit| figures.iter().any(|f| f.unit == unit && f.platforms.contains(&platform));
    for exposure in &mut meta.exposure {
        if exposure.platforms.is_empty() {
            exposure.platforms = Platform::ALL.to_vec();
        }
        exposure.platforms.retain(|p| !replaced(*p, exposure.unit));
    }
    meta.exposure.retain(|e| !e.platforms.is_empty());
    meta.exposure.extend(figures);
    meta
}
