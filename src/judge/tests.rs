//! The judge at its surface: what is charged once, where ladders stand, and that order never matters.

use proptest::prelude::*;

use super::*;
use crate::finding::{Certainty, Finding, Line};
use crate::ids::Fingerprint;
use crate::model::{Role, Stamp};
use crate::rules::ladders;
use crate::rules::meta::{Exposure, Unit};
use crate::span::Span;
use crate::tally::{AgentKey, Handled};

fn rule(id: &str, family: &str, figures: (u32, u32), ladder: &str, unit: Unit) -> RuleMeta {
    RuleMeta {
        id: RuleId::new(id),
        family: family.into(),
        title: id.into(),
        title_en: id.into(),
        why: String::new(),
        level: Level::Violation,
        platforms: vec![],
        unit,
        exposure: vec![Exposure {
            platforms: vec![],
            low: figures.0,
            high: figures.1,
            unit: Currency::Points,
            ladder: Some(ladder.into()),
            alternative: None,
            source: "S1e".into(),
        }],
        remedy: String::new(),
        sources: vec![],
    }
}

fn book() -> Book {
    let order = Unit::Order;
    Book {
        rules: vec![
            rule("refuse", "invoice", (6, 6), "commitment", order),
            rule("tax", "invoice", (4, 6), "commitment", order),
            rule("late", "invoice", (1, 1), "general", Unit::Conversation),
            rule("close", "orders", (1, 6), "general", order),
            rule("leak", "buyer-data", (6, 48), "severe", Unit::BuyerDay),
            rule("spam", "advert", (12, 12), "commitment", Unit::Conversation),
        ],
        ladders: of_profile(None),
    }
}

/// The built-in ladders as they hold in a profile, else by default.
fn of_profile(profile: Option<&str>) -> Vec<Ladder> {
    let all = ladders::built_in();
    let own = |l: &Ladder| l.profile.is_some() && l.profile.as_deref() == profile;
    let is_in = |l: &&Ladder| own(l) || l.profile.is_none() && !all.iter().any(|o| o.id == l.id && own(o));
    all.iter().filter(is_in).cloned().collect()
}

/// A finding on Tmall in 2024; `n` makes it a conversation of its own.
fn finding(rule: &str, n: u32) -> Finding {
    let at = chrono::NaiveDate::from_ymd_opt(2024, 3, 2).unwrap().and_hms_opt(10, 0, 0).unwrap();
    Finding {
        id: Fingerprint::of(&[rule, &n.to_string()]),
        rule: RuleId::new(rule),
        level: Level::Violation,
        certainty: Certainty::Certain,
        platform: Some(Platform::Tmall),
        shop: "甲店".into(),
        conversation: format!("S{n}"),
        buyer: format!("买家{n}"),
        agent: "小美".into(),
        order_id: String::new(),
        main: 0,
        evidence: vec![Line {
            file: 0,
            line: n,
            role: Role::Agent,
            agent: "小美".into(),
            at: Some(Stamp::from_shanghai(at)),
            recalled: false,
            text: "没有，开不了".into(),
            spans: vec![Span::new(0, 6)],
        }],
        context: vec![],
        why: String::new(),
        threat: None,
        taught: None,
    }
}

/// Judges findings whose keeper numbers them all alike, so that judgements can be compared.
fn judge(findings: Vec<Finding>, tally: &Tally, book: &Book, terms: &Terms) -> Judgement {
    let slip = |finding: Finding| Box::new(Slip::of(&finding, 0, Arc::new));
    super::judge(findings.into_iter().map(slip).collect(), tally, book, terms)
}

fn judged(findings: Vec<Finding>) -> Judgement {
    judge(findings, &Tally::default(), &book(), &Terms::default())
}

fn ladder(j: &Judgement, id: &str) -> Standing {
    j.shops[0].ladders.iter().find(|l| l.ladder == id).cloned().unwrap()
}

/// Terms with balances of 甲店: ladder, points, day (of 2023 to 2025).
fn before(priors: &[(&str, u32, Option<&str>)]) -> Terms {
    let prior = |(ladder, points, day): &(&str, u32, Option<&str>)| Prior {
        shop: "甲店".into(),
        ladder: (*ladder).into(),
        points: *points,
        date: day.map(|day| day.parse().unwrap()),
    };
    Terms { priors: priors.iter().map(prior).collect(), ..Terms::default() }
}

fn with_prior(findings: Vec<Finding>, ladder_id: &str, points: u32) -> Standing {
    let j = judge(findings, &Tally::default(), &book(), &before(&[(ladder_id, points, None)]));
    assert!(j.unused_priors.is_empty());
    ladder(&j, ladder_id)
}

/// Low and high points on a ladder.
fn points(j: &Judgement, id: &str) -> (u64, u64) {
    let l = ladder(j, id);
    (l.low, l.high)
}

#[test]
fn a_ladder_below_on_and_above_a_node() {
    let ats = |steps: &[Step]| steps.iter().map(|s| (s.at, s.times)).collect::<Vec<_>>();
    let cases = [
        // prior, own findings of 6 points, due, next, left
        (5, 1, vec![], 12, 1),
        (6, 1, vec![(12, 1)], 24, 12),
        (7, 1, vec![(12, 1)], 24, 11),
        (12, 1, vec![], 24, 6),
        (0, 4, vec![(24, 2)], 36, 12),
        (11, 1, vec![(12, 1)], 24, 7),
    ];
    for (prior, own, due, next, left) in cases {
        let l = with_prior((1..=own).map(|n| finding("refuse", n)).collect(), "general", prior);
        assert_eq!((ats(&l.due_high), l.next, l.left), (due, Some(next), Some(left)), "prior {prior}");
    }
}

#[test]
fn only_the_heaviest_of_several_severe_nodes_falls_due() {
    let l = with_prior(vec![finding("leak", 1)], "severe", 10);
    assert_eq!((l.low, l.high), (16, 58));
    assert_eq!(l.due_low.iter().map(|s| s.at).collect::<Vec<_>>(), [12]);
    assert_eq!(l.due_high.iter().map(|s| s.at).collect::<Vec<_>>(), [48]);
    assert_eq!(l.due_low[0].yuan, Some(20_000));
    assert_eq!((l.next, l.left), (None, None));
}

#[test]
fn a_node_reached_before_the_log_is_not_due_again() {
    let l = with_prior(vec![finding("leak", 1)], "severe", 12);
    assert!(l.due_low.is_empty());
    assert_eq!(l.reached_low.unwrap().at, 12);
}

#[test]
fn promises_count_on_both_ladders_and_severe_stands_apart() {
    let j = judged(vec![finding("refuse", 1), finding("close", 2), finding("leak", 3)]);
    assert_eq!(points(&j, "commitment"), (6, 6));
    assert_eq!(points(&j, "general"), (7, 12));
    assert_eq!(points(&j, "severe"), (6, 48));
}

#[test]
fn a_prior_on_a_part_is_a_prior_of_the_whole() {
    let total = |priors: &[(&str, u32, Option<&str>)]| {
        let j = judge(vec![finding("refuse", 1)], &Tally::default(), &book(), &before(priors));
        ladder(&j, "general").high
    };
    assert_eq!(total(&[("commitment", 6, None)]), 12);
    assert_eq!(total(&[("commitment", 6, None), ("general", 8, None)]), 14);
    let lost =
        judge(vec![finding("refuse", 1)], &Tally::default(), &book(), &before(&[("jd-general", 1, None)]));
    assert_eq!(lost.unused_priors.len(), 1);
}

/// The finding's day is 2024-03-02.
#[test]
fn a_balance_holds_for_its_year_and_not_before_its_day() {
    let general = |priors: &[(&str, u32, Option<&str>)]| {
        let j = judge(vec![finding("refuse", 1)], &Tally::default(), &book(), &before(priors));
        let s = ladder(&j, "general");
        (s.prior, s.lapsed, s.overlap, j.unused_priors.len())
    };
    assert_eq!(general(&[("general", 6, Some("2024-01-01"))]), (6, 0, 0, 0));
    assert_eq!(general(&[("general", 6, Some("2023-12-31"))]), (0, 6, 0, 0));
    // Of the very day: the incident may be in the balance already.
    assert_eq!(general(&[("general", 6, Some("2024-03-02"))]), (6, 0, 1, 0));
    // Of a later day: no balance for the day that is judged.
    assert_eq!(general(&[("general", 6, Some("2024-03-03"))]), (0, 0, 0, 1));
    // The latest day that is not too late counts; balances of several days do not add up.
    let several = [("general", 3, Some("2024-02-01")), ("general", 6, Some("2024-03-01"))];
    assert_eq!(general(&several), (6, 0, 0, 0));
}

#[test]
fn severe_points_stay_from_48_on() {
    let severe = |points| {
        let terms = before(&[("severe", points, Some("2023-12-31"))]);
        ladder(&judge(vec![finding("leak", 1)], &Tally::default(), &book(), &terms), "severe")
    };
    assert_eq!((severe(47).prior, severe(47).lapsed), (0, 47));
    assert_eq!((severe(48).prior, severe(48).lapsed), (48, 0));
}

#[test]
fn the_same_words_pay_once_within_a_family() {
    let mut late = finding("late", 1);
    late.evidence[0].spans = vec![Span::new(3, 6)];
    let j = judged(vec![late, finding("tax", 1), finding("refuse", 1)]);
    assert_eq!(points(&j, "general"), (6, 6));
    let charges: Vec<_> = j.findings.iter().map(|f| (f.slip.rule.as_str(), f.charge.clone())).collect();
    let covered = || Charge::SameWords(RuleId::new("refuse"));
    assert_eq!(charges, [("refuse", Charge::Counted), ("tax", covered()), ("late", covered())]);

    let mut elsewhere = finding("tax", 1);
    elsewhere.evidence[0].spans = vec![Span::new(9, 18)];
    assert_eq!(points(&judged(vec![elsewhere, finding("refuse", 1)]), "general"), (10, 12));
    assert_eq!(points(&judged(vec![finding("close", 1), finding("refuse", 1)]), "general"), (7, 12));
}

#[test]
fn an_incident_is_a_rule_in_an_order_a_conversation_or_a_day() {
    let on = |rule: &str, line: u32, order: &str| {
        let mut f = finding(rule, 1);
        f.order_id = order.into();
        f.evidence[0].line = line;
        f
    };
    assert_eq!(points(&judged(vec![on("refuse", 1, ""), on("refuse", 2, "")]), "general").1, 6);
    assert_eq!(points(&judged(vec![on("refuse", 1, "A"), on("refuse", 2, "B")]), "general").1, 12);
    assert_eq!(points(&judged(vec![on("spam", 1, "A"), on("spam", 2, "B")]), "general").1, 12);
    let day = |n: u32, hours: i64| {
        let mut f = finding("leak", n);
        f.buyer = "同一人".into();
        f.evidence[0].at = f.evidence[0].at.map(|t| Stamp(t.0 + hours * 3600));
        f
    };
    assert_eq!(points(&judged(vec![day(1, 0), day(2, 13)]), "severe").0, 6);
    assert_eq!(points(&judged(vec![day(1, 0), day(2, 14)]), "severe").0, 12);
}

#[test]
fn only_violations_cost() {
    let mut f = finding("refuse", 1);
    f.level = Level::Warning;
    let j = judged(vec![f]);
    assert_eq!(points(&j, "general"), (0, 0));
    assert_eq!(j.findings[0].charge, Charge::NoFigure);
    assert_eq!((j.shops[0].violations, j.shops[0].warnings), (0, 1));
}

/// A finding at a moment, `n` apart from the others.
fn at(rule: &str, n: u32, moment: &str) -> Finding {
    let mut f = finding(rule, n);
    let time = chrono::NaiveDateTime::parse_from_str(moment, "%Y-%m-%d %H:%M:%S").unwrap();
    f.evidence[0].at = Some(Stamp::from_shanghai(time));
    f
}

#[test]
fn the_year_ends_by_a_second_in_shanghai() {
    let both = || vec![at("refuse", 1, "2024-12-31 23:59:59"), at("refuse", 2, "2025-01-01 00:00:00")];
    let j = judged(both());
    assert_eq!((j.shops[0].as_of.unwrap().to_string(), j.shops[0].earlier), ("2025-01-01".into(), 1));
    assert_eq!(points(&j, "general"), (6, 6));

    let past = Terms { as_of: "2024-12-31".parse().ok(), ..Terms::default() };
    let j = judge(both(), &Tally::default(), &book(), &past);
    assert_eq!((j.shops[0].earlier, j.shops[0].later), (0, 1));
    assert_eq!(points(&j, "general"), (6, 6));

    // A log that goes on into the new year is judged in the new year, though nothing was found there.
    let end = at("refuse", 2, "2025-01-01 00:00:00").evidence[0].at;
    let tally = Tally { last: end, ..Tally::default() };
    let j = judge(vec![at("refuse", 1, "2024-12-31 23:59:59")], &tally, &book(), &Terms::default());
    assert_eq!((points(&j, "general"), j.shops[0].earlier), ((0, 0), 1));
}

/// R47, S1i: what falls due while a lighter step runs takes its place; after its days both are executed.
#[test]
fn an_overlapping_period_executes_the_heaviest_only() {
    let due = |second: &str| {
        let found = vec![at("leak", 1, "2024-03-01 10:00:00"), at("leak", 2, second)];
        let s = ladder(&judge(found, &Tally::default(), &book(), &before(&[("severe", 6, None)])), "severe");
        s.due_low.iter().map(|s| s.at).collect::<Vec<_>>()
    };
    // 6 + 6 = 12 on 1 March: 7 days. 18 is no step.
    assert_eq!(due("2024-03-02 10:00:00"), [12]);
    let due = |third: &str| {
        let found = vec![at("leak", 1, "2024-03-01 10:00:00"), at("leak", 2, third)];
        let s = ladder(&judge(found, &Tally::default(), &book(), &before(&[("severe", 17, None)])), "severe");
        (s.due_low.iter().map(|s| s.at).collect::<Vec<_>>(), s.money.low)
    };
    // 17 + 6 = 23, + 6 = 29: 24 alone.
    assert_eq!(due("2024-03-20 10:00:00"), (vec![24], 30_000));
    let due = |third: &str| {
        let found =
            (1..=3).map(|n| at("leak", n, if n < 3 { "2024-03-01 10:00:00" } else { third })).collect();
        let s = ladder(&judge(found, &Tally::default(), &book(), &before(&[("severe", 6, None)])), "severe");
        (s.due_low.iter().map(|s| s.at).collect::<Vec<_>>(), s.money.low)
    };
    // 6 + 12 = 18 passes 12 on 1 March at 10:00, for seven days; the third makes 24.
    assert_eq!(due("2024-03-08 09:59:59"), (vec![24], 30_000));
    assert_eq!(due("2024-03-08 10:00:00"), (vec![12, 24], 50_000));
}

#[test]
fn every_twelve_points_are_charged_literally_and_once_as_the_other_reading() {
    let found = (1..=6).map(|n| finding("refuse", n)).collect();
    let s = ladder(&judged(found), "general");
    assert_eq!((s.high, s.money), (36, StepMoney { low: 30_000, high: 30_000, once: 10_000 }));
    let until = s.until.unwrap();
    assert_eq!((until.rule.as_str(), until.each, until.times, s.left), ("refuse", 6, 2, Some(12)));
}

#[test]
fn a_shop_knows_which_rules_and_agents_bring_most() {
    let mut findings: Vec<Finding> = (1..=3).map(|n| finding("refuse", n)).collect();
    findings.extend([finding("close", 4), finding("spam", 5), finding("late", 6)]);
    findings[4].agent = "小丽".into();
    findings[3].evidence[0].role = Role::Robot;
    let s = ladder(&judged(findings), "general");
    let rules: Vec<_> =
        s.bringers.rules.iter().map(|r| (r.rule.as_str(), r.incidents, r.amount.high)).collect();
    assert_eq!(rules, [("refuse", 3, 18), ("spam", 1, 12), ("close", 1, 6)]);
    let agents: Vec<_> = s.bringers.agents.iter().map(|a| (a.agent.as_str(), a.amount.high)).collect();
    assert_eq!(agents, [("小美", 19), ("小丽", 12), ("", 6)]);
}

#[test]
fn a_threat_puts_a_conversation_first() {
    let mut live = finding("late", 2);
    let threat = Line { role: Role::Buyer, text: "我要投诉".into(), ..live.evidence[0].clone() };
    live.threat = Some(threat.into());
    live.agent = "小丽".into();
    let j = judged(vec![finding("refuse", 1), live]);
    assert_eq!(j.findings[0].slip.rule.as_str(), "late");
    assert_eq!((j.agents[0].key.agent.as_str(), j.agents[0].live, j.shops[0].live), ("小丽", 1, 1));
}

#[test]
fn a_card_counts_clean_conversations_and_the_rate_of_its_own_messages() {
    let two_in_one = vec![finding("refuse", 1), finding("close", 1), finding("refuse", 2)];
    let card = judge(two_in_one, &tally_of(30), &book(), &Terms::default()).agents.remove(0);
    assert_eq!((card.incidents(), card.clean()), (3, 28));
    // 3 in 90 messages: 33.33 per thousand; 0.62 and 8.77 are Poisson's bounds of 3.
    let rate = card.rate.unwrap();
    assert_eq!((rate.per_1000, rate.low, rate.high), (33.33, 6.89, 97.44));
}

#[test]
fn days_do_not_add_up_and_weak_findings_cost_nothing() {
    let mut book = book();
    let days = |id: &str, n: u32| {
        let mut rule = rule(id, id, (n, n), "pdd-conduct", Unit::Conversation);
        rule.exposure[0].unit = Currency::Days;
        rule
    };
    book.rules = vec![days("rude", 3), days("threat", 7)];
    let on_pdd = |rule: &str, n: u32| {
        let mut f = finding(rule, n);
        f.platform = Some(Platform::Pdd);
        f
    };
    let of = |found: Vec<Finding>| {
        let j = judge(found, &Tally::default(), &book, &Terms::default());
        let s = j.shops[0].ladders[0].clone();
        (s.high, s.due_high.iter().map(|s| s.at).collect::<Vec<_>>())
    };
    assert_eq!(of(vec![on_pdd("rude", 1), on_pdd("rude", 2)]), (3, vec![3]));
    assert_eq!(of(vec![on_pdd("rude", 1), on_pdd("threat", 2), on_pdd("rude", 3)]), (7, vec![7]));
}

/// Every step of every ladder: one point below, on it, one above; then over two steps at once.
#[test]
fn golden_ladder_edges() {
    let mut text = String::new();
    for profile in [None, Some("tmall-2023")] {
        let wanted = |l: &&Ladder| profile.is_none() || l.profile.is_some();
        for l in of_profile(profile).iter().filter(wanted) {
            let mut edges: Vec<u32> = l.nodes.iter().map(|n| n.at).collect();
            edges.extend(l.every.iter().flat_map(|every| [every * 2, every * 3, every * 4]));
            let name = profile.unwrap_or("default");
            for at in edges.iter().flat_map(|at| [at - 1, *at, at + 1]) {
                text.push_str(&edge(name, l, 0, at));
            }
            for (from, to) in edges.iter().zip(edges.iter().skip(1)) {
                text.push_str(&edge(name, l, from - 1, to - from + 1));
            }
        }
    }
    insta::assert_snapshot!("ladder-edges", text);
}

fn edge(profile: &str, ladder: &Ladder, prior: u32, points: u32) -> String {
    let s = jump(ladder, prior.into(), points.into());
    let due: Vec<String> = s.due_high.iter().map(|d| format!("{}x{}", d.at, d.times)).collect();
    let next =
        s.next.zip(s.left).map_or_else(|| "top".to_owned(), |(next, left)| format!("{left} to {next}"));
    let money = s.money;
    format!(
        "{profile} {} {prior}+{points}={}: due [{}], {} yuan ({} once), {next}\n",
        ladder.id,
        s.high,
        due.join(" "),
        money.high,
        money.once
    )
}

fn tally_of(conversations: u64) -> Tally {
    let key = AgentKey { platform: Some(Platform::Tmall), shop: "甲店".into(), agent: "小美".into() };
    Tally { agents: [(key, Handled { conversations, messages: 90 })].into(), ..Tally::default() }
}

#[test]
fn small_samples_are_shown_but_not_ranked() {
    let ranked =
        |n| judge(vec![finding("refuse", 1)], &tally_of(n), &book(), &Terms::default()).agents[0].ranked;
    assert!(!ranked(29));
    assert!(ranked(30));
    let few = Terms { min_sample: 5, ..Terms::default() };
    assert!(judge(vec![finding("refuse", 1)], &tally_of(5), &book(), &few).agents[0].ranked);
}

#[test]
fn a_robot_line_is_the_shops_and_not_the_agents() {
    let mut f = finding("refuse", 1);
    f.evidence[0].role = Role::Robot;
    let j = judge(vec![f, finding("close", 2)], &tally_of(30), &book(), &Terms::default());
    assert_eq!(j.agents[0].sums.points, Range { low: 1, high: 6 });
    assert_eq!(points(&j, "general"), (7, 12));
    assert_eq!(j.shops[0].robot, 1);
}

#[test]
fn one_line_of_several_agents_is_one_template() {
    let said = |n: u32, agent: &str, text: &str| {
        let mut f = finding("refuse", n);
        f.agent = agent.into();
        f.evidence[0].text = text.into();
        f
    };
    let lines = |last: &str| {
        vec![
            said(1, "小美", "亲，订单10号不开发票的哦"),
            said(2, "小丽", "亲，订单2号不开发票的哦"),
            said(3, last, "亲，订单333号不开发票的 哦"),
        ]
    };
    let j = judged(lines("小美"));
    let t = &j.templates[0];
    assert_eq!((t.times, t.conversations, t.agents, t.sums.points.high), (3, 3, 2, 18));
    assert!(j.agents.is_empty());
    assert_eq!(points(&j, "general").1, 18);

    let mut alone = lines("小美");
    alone.iter_mut().for_each(|f| f.agent = "小美".into());
    assert!(judged(alone).templates.is_empty());
    let short = (1..=3).map(|n| said(n, if n == 1 { "小丽" } else { "小美" }, "没有")).collect();
    assert!(judged(short).templates.is_empty());
}

#[test]
fn taobao_and_jd_climb_their_own_ladders() {
    let on = |platform| {
        let mut f = finding("close", 1);
        f.platform = Some(platform);
        judged(vec![f])
    };
    assert_eq!(points(&on(Platform::Taobao), "taobao-general"), (1, 6));
    assert_eq!(points(&on(Platform::Jd), "jd-general"), (1, 6));
    let pdd = on(Platform::Pdd);
    assert_eq!((pdd.shops[0].ladders.len(), points(&pdd, "pdd-conduct")), (1, (0, 0)));
}

/// Findings as a log may yield them: several rules on few lines, two orders, few conversations.
fn any_finding() -> impl Strategy<Value = Finding> {
    let rules = prop::sample::select(vec!["refuse", "tax", "late", "close", "leak", "spam"]);
    (rules, 1u32..4, 1u32..4, 0usize..2, 0u8..3, any::<bool>()).prop_map(
        |(rule, n, line, clause, order, warn)| {
            let mut f = finding(rule, n);
            f.evidence[0].line = line;
            f.evidence[0].spans = vec![Span::new(clause * 9, clause * 9 + 6)];
            f.order_id = ["", "A", "B"][usize::from(order)].into();
            f.level = if warn { Level::Warning } else { Level::Violation };
            f.id = Fingerprint::of(&[rule, &format!("{n} {line} {clause} {order} {warn}")]);
            f
        },
    )
}

fn total(j: &Judgement) -> u64 {
    let of = |id| j.shops.first().map_or(0, |_| points(j, id).1);
    of("general") + of("severe")
}

proptest! {
    #[test]
    fn order_never_matters(findings in prop::collection::vec(any_finding(), 0..14).prop_shuffle()) {
        let mut sorted = findings.clone();
        sorted.sort_by_key(|f| f.id);
        let show = |j: &Judgement| format!("{:?} {:?} {:?} {:?}", j.findings, j.shops, j.agents, j.templates);
        prop_assert_eq!(show(&judged(findings)), show(&judged(sorted)));
    }

    #[test]
    fn one_more_finding_never_lowers_the_estimate(
        findings in prop::collection::vec(any_finding(), 0..14),
        more in any_finding(),
    ) {
        let before = total(&judged(findings.clone()));
        let mut findings = findings;
        findings.push(more);
        prop_assert!(total(&judged(findings)) >= before);
    }
}
