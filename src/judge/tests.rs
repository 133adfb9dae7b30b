//! The judge at its surface: what is charged once, where ladders stand, and that order never matters.

use proptest::prelude::*;

use super::*;
use crate::finding::{Certainty, Line};
use crate::ids::Fingerprint;
use crate::model::{Role, Stamp};
use crate::rules::ladders::ladders;
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
        ladders: ladders().unwrap(),
    }
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
    }
}

fn judged(findings: Vec<Finding>) -> Judgement {
    judge(findings, &Tally::default(), &book(), &[])
}

fn ladder(j: &Judgement, id: &str) -> Standing {
    j.shops[0].ladders.iter().find(|l| l.ladder == id).cloned().unwrap()
}

fn with_prior(findings: Vec<Finding>, ladder_id: &str, points: u32) -> Standing {
    let prior = Prior { shop: "甲店".into(), ladder: ladder_id.into(), points };
    let j = judge(findings, &Tally::default(), &book(), &[prior]);
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
    let prior = |ladder: &str, points| Prior { shop: "甲店".into(), ladder: ladder.into(), points };
    let total = |priors: &[Prior]| {
        ladder(&judge(vec![finding("refuse", 1)], &Tally::default(), &book(), priors), "general").high
    };
    assert_eq!(total(&[prior("commitment", 6)]), 12);
    assert_eq!(total(&[prior("commitment", 6), prior("general", 8)]), 14);
    let lost = judge(vec![finding("refuse", 1)], &Tally::default(), &book(), &[prior("jd-general", 1)]);
    assert_eq!(lost.unused_priors.len(), 1);
}

#[test]
fn the_same_words_pay_once_within_a_family() {
    let mut late = finding("late", 1);
    late.evidence[0].spans = vec![Span::new(3, 6)];
    let j = judged(vec![late, finding("tax", 1), finding("refuse", 1)]);
    assert_eq!(points(&j, "general"), (6, 6));
    let charges: Vec<_> = j.findings.iter().map(|f| (f.finding.rule.as_str(), f.charge.clone())).collect();
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

#[test]
fn the_year_of_the_message_decides_in_shanghai_time() {
    let new_year = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    let mut f = finding("refuse", 2);
    f.evidence[0].at = Some(Stamp::from_shanghai(new_year));
    let j = judged(vec![finding("refuse", 1), f]);
    let card = &j.shops[0];
    assert_eq!((card.year, card.earlier), (Some(2025), 1));
    assert_eq!(points(&j, "general"), (6, 6));
}

fn tally_of(conversations: u64) -> Tally {
    let key = AgentKey { platform: Some(Platform::Tmall), shop: "甲店".into(), agent: "小美".into() };
    Tally { agents: [(key, Handled { conversations, messages: 90 })].into(), ..Tally::default() }
}

#[test]
fn small_samples_are_shown_but_not_ranked() {
    let ranked = |n| judge(vec![finding("refuse", 1)], &tally_of(n), &book(), &[]).agents[0].ranked;
    assert!(!ranked(29));
    assert!(ranked(30));
}

#[test]
fn a_robot_line_is_the_shops_and_not_the_agents() {
    let mut f = finding("refuse", 1);
    f.evidence[0].role = Role::Robot;
    let j = judge(vec![f, finding("close", 2)], &tally_of(30), &book(), &[]);
    assert_eq!(j.agents[0].points, Range { low: 1, high: 6 });
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
    assert_eq!((t.times, t.conversations, t.agents, t.points.high), (3, 3, 2, 18));
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
    assert!(on(Platform::Pdd).shops[0].ladders.is_empty());
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
        sorted.sort_by(|a, b| a.id.cmp(&b.id));
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
