//! Compiles what stands around the rules: shops with their settings and prior points, ladders, profiles, calculators.
//! Part of `compile`; it matches no text.

use chrono::NaiveDate;

use crate::rules::columns;
use crate::rules::flaw::Flaw;
use crate::rules::form::At;
use crate::rules::ladders;
use crate::rules::meta::{Ladder, Profile};
use crate::rules::pack::{Pack, Shop};
use crate::rules::profiles;
use crate::rules::written::{File, ShopForm};
use crate::say::Say;

/// Fills the pack's shops, ladders, profiles and calculators; its rules must stand already.
pub(crate) fn compile(files: &[File], pack: &mut Pack, flaws: &mut Vec<Flaw>) {
    pack.shops = files.iter().flat_map(|f| &f.shops).map(|form| shop(form, flaws)).collect();
    columns::compile(files, pack, flaws);
    pack.ladders = values(files.iter().flat_map(|f| &f.ladders));
    pack.profiles = values(files.iter().flat_map(|f| &f.profiles));
    pack.calculators = values(files.iter().flat_map(|f| &f.calculators));
    for (at, ladder) in files.iter().flat_map(|f| &f.ladders) {
        let mut faults = ladders::check(ladder, &pack.ladders);
        faults.extend(profile_of(ladder, &pack.profiles));
        flaws.extend(faults.into_iter().map(|what| flaw(at, what, Say::default())));
    }
    for (at, profile) in files.iter().flat_map(|f| &f.profiles) {
        let faults = profiles::check(profile, &pack.profiles, pack);
        flaws.extend(faults.into_iter().map(|(what, hint)| flaw(at, what, hint)));
    }
    for (at, calculator) in files.iter().flat_map(|f| &f.calculators) {
        if !pack.ladders.iter().any(|l| l.id == calculator.ladder) || calculator.tiers.is_empty() {
            let what = Say::new(
                "estimate 要写已有的 ladder 和至少一个 tier",
                "an estimate needs a known `ladder` and a `tier`",
            );
            flaws.push(flaw(at, what, Say::default()));
        }
    }
}

fn values<'a, T: Clone + 'a>(placed: impl Iterator<Item = &'a (At<()>, T)>) -> Vec<T> {
    placed.map(|(_, value)| value.clone()).collect()
}

fn flaw<T>(at: &At<T>, what: Say, hint: Say) -> Flaw {
    Flaw::new(at.source, at.range(), what, hint)
}

/// What is wrong with the profile that a ladder names.
fn profile_of(ladder: &Ladder, profiles: &[Profile]) -> Option<Say> {
    let id = ladder.profile.as_ref()?;
    let known = profiles.iter().any(|p| p.id == *id && p.platform == ladder.platform);
    (!known).then(|| {
        Say::new(
            format!("阶梯 {}：这个平台没有口径“{id}”", ladder.id),
            format!("ladder {}: its platform has no profile \"{id}\"", ladder.id),
        )
    })
}

fn shop(form: &ShopForm, flaws: &mut Vec<Flaw>) -> Shop {
    let mut prior = Vec::new();
    for text in &form.prior {
        let pair =
            text.value.split_once('=').and_then(|(l, n)| Some((l.trim().to_owned(), n.trim().parse().ok()?)));
        match pair {
            Some(pair) => prior.push(pair),
            None => flaws.push(flaw(
                text,
                Say::new("已有扣分要写成“梯级=分数”", "prior points are written ladder=points"),
                Say::new("例如 prior = [\"general=6\"]", "for example prior = [\"general=6\"]"),
            )),
        }
    }
    let prior_date = form.prior_date.as_ref().and_then(|text| {
        let date = NaiveDate::parse_from_str(&text.value, "%Y-%m-%d").ok();
        if date.is_none() {
            flaws.push(flaw(
                text,
                Say::new("日期要写成 2026-03-01 的样子", "a date is written like 2026-03-01"),
                Say::new(
                    "写后台查到这些扣分的那一天",
                    "write the day on which the back office showed these points",
                ),
            ));
        }
        date
    });
    let settings = form.settings.iter().map(|s| s.value.clone()).collect();
    Shop { name: form.name.value.clone(), settings, prior, prior_date }
}
