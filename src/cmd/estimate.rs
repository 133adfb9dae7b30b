//! `kefu-audit estimate`: what a breach costs that only order data show, by a calculator of the pack, and where it
//! brings the shop on the ladder.

use std::fmt::Write as _;

use crate::cli::{Estimate, output};
use crate::cmd::{FAILED, Streams, pack};
use crate::judge::{Standing, jump};
use crate::problem::{Place, Problem, Severity};
use crate::report::problems;
use crate::rules::flaw::hint_nearest;
use crate::rules::meta::{Calculator, Tier};
use crate::say::{Lang, Say};

/// Runs the command: 0 when a figure was found, 2 when not.
pub fn run(settings: &Estimate, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else { return FAILED };
    let Some(holds) = pack::figures(&pack, &settings.profiles, lang, streams) else {
        return FAILED;
    };
    let calculator = pack.calculators.iter().find(|c| c.id == settings.id);
    let Some(calculator) = calculator else {
        let (zh, en) =
            (format!("没有“{}”这个估算", settings.id), format!("there is no estimate \"{}\"", settings.id));
        let known = pack.calculators.iter().map(|c| c.id.as_str());
        return fail(Say::new(zh, en), hint_nearest(&settings.id, known), lang, streams);
    };
    let ladder = holds.book.ladder(Some(settings.platform), &calculator.ladder);
    let Some(ladder) = ladder.filter(|_| calculator.platforms.contains(&settings.platform)) else {
        let what = Say::new(
            format!("{}没有这项扣分", settings.platform.zh()),
            format!("{} has no such figure", settings.platform.id()),
        );
        let known = calculator.platforms.iter().map(|p| p.id()).collect::<Vec<_>>().join(", ");
        return fail(
            what,
            Say::new(format!("可以写：{known}"), format!("use one of: {known}")),
            lang,
            streams,
        );
    };
    let Some(tier) = calculator.tiers.iter().find(|t| fits(t, settings)) else {
        let what = Say::new("没有对得上的档次", "no tier fits");
        return fail(
            what,
            Say::new("看看 --occurrence 和 --orders", "look at --occurrence and --orders"),
            lang,
            streams,
        );
    };
    let standing = jump(ladder, settings.prior.into(), tier.points.into());
    let profile = holds.profiles.iter().find(|p| p.platform == settings.platform);
    let figures = profile.map(|p| format!("{}（{}）", p.id, p.date)).unwrap_or_default();
    let text = describe(settings, calculator, tier, &standing, &figures);
    match output::write(None, streams.out, |out| out.write_all(text.as_bytes())) {
        Ok(()) => 0,
        Err(problem) => {
            let _ = problems::write(&[problem], lang, streams.err);
            FAILED
        }
    }
}

fn fail(what: Say, next: Say, lang: Lang, streams: &mut Streams<'_>) -> u8 {
    let problem = Problem {
        code: "estimate-impossible",
        severity: Severity::Error,
        place: Place::default(),
        what,
        next,
        count: 1,
    };
    let _ = problems::write(&[problem], lang, streams.err);
    FAILED
}

fn fits(tier: &Tier, settings: &Estimate) -> bool {
    let time = tier.from <= settings.occurrence && tier.to.is_none_or(|to| settings.occurrence <= to);
    let orders = tier.orders_from <= settings.orders && tier.orders_below.is_none_or(|n| settings.orders < n);
    if tier.large_scale { settings.large_scale } else { time && orders }
}

fn describe(s: &Estimate, c: &Calculator, tier: &Tier, standing: &Standing, figures: &str) -> String {
    let mut text = String::new();
    let sum = standing.money.high;
    let points = tier.points;
    match s.lang {
        Lang::Zh => {
            let case = if s.large_scale {
                "短时间大规模".to_owned()
            } else {
                format!("第 {} 次，{} 笔", s.occurrence, s.orders)
            };
            let _ = writeln!(text, "{}（{}）：{case}", c.title, s.platform.zh());
            let _ = writeln!(text, "预估扣 {points} 分（{}）：{}", standing.title, tier.consequence);
            let _ = writeln!(text, "原有 {} 分，合计 {} 分", standing.prior, standing.high);
            for step in &standing.due_high {
                let _ = writeln!(text, "到 {} 分：{}", step.at, step.consequence);
            }
            if sum > 0 {
                let once = standing.money.once;
                let _ = writeln!(text, "违约金 {sum} 元（只罚一次则 {once} 元）");
            }
            if let (Some(next), Some(left)) = (standing.next, standing.left) {
                let _ = writeln!(text, "距下一节点 {next} 分还差 {left} 分");
            }
            let _ = writeln!(text, "口径 {figures}；出处 {}。这是估算，以平台通知为准。", c.source);
        }
        Lang::En => {
            let case = if s.large_scale {
                "on a large scale in a short time".to_owned()
            } else {
                format!("time {}, {} orders", s.occurrence, s.orders)
            };
            let _ = writeln!(text, "{} ({}): {case}", c.title_en, s.platform.id());
            let _ = writeln!(text, "estimated {points} points ({}): {}", standing.title_en, tier.consequence);
            let _ = writeln!(text, "{} before, {} in all", standing.prior, standing.high);
            for step in &standing.due_high {
                let _ = writeln!(text, "at {}: {}", step.at, step.consequence);
            }
            if sum > 0 {
                let _ = writeln!(text, "{sum} yuan due ({} if charged once)", standing.money.once);
            }
            if let (Some(next), Some(left)) = (standing.next, standing.left) {
                let _ = writeln!(text, "{left} points to the next step at {next}");
            }
            let _ = writeln!(
                text,
                "figures of {figures}; source {}. An estimate: the platform decides.",
                c.source
            );
        }
    }
    text
}
