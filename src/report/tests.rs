//! Every format over one small report, as golden files, and what must hold in all of them.

use super::*;
use crate::finding::{Certainty, Finding, Line};
use crate::ids::Fingerprint;
use crate::judge::{Prior, Terms, judge};
use crate::model::{Platform, Role, Stamp};
use crate::problem::{Place, Severity};
use crate::rules::ladders;
use crate::rules::meta::{Currency, Exposure, Unit};
use crate::span::Span;
use crate::tally::{AgentKey, Handled};

fn rule(id: &str, title: (&str, &str), level: Level, cost: Option<(u32, u32, Currency, &str)>) -> RuleMeta {
    RuleMeta {
        id: RuleId::new(id),
        family: id.split('-').next().unwrap().into(),
        title: title.0.into(),
        title_en: title.1.into(),
        why: String::new(),
        level,
        platforms: vec![],
        unit: Unit::Order,
        exposure: cost
            .into_iter()
            .map(|(low, high, unit, ladder)| Exposure {
                platforms: vec![],
                low,
                high,
                unit,
                ladder: (unit == Currency::Points).then(|| ladder.into()),
                alternative: Some("6 分 + 一万元保证金".into()),
                source: "S1e".into(),
            })
            .collect(),
        remedy: if level == Level::Violation {
            "亲，可以开发票的，请把抬头发给我哦".into()
        } else {
            String::new()
        },
        sources: vec![],
    }
}

fn line(n: u32, role: Role, text: &str, marked: &str) -> Line {
    let day = chrono::NaiveDate::from_ymd_opt(2024, 3, 2).unwrap().and_hms_opt(10, n, 0).unwrap();
    let spans = text.find(marked).filter(|_| !marked.is_empty()).map(|at| Span::new(at, at + marked.len()));
    Line {
        file: 0,
        line: n,
        role,
        agent: if role == Role::Agent { "小美".into() } else { String::new() },
        at: Some(Stamp::from_shanghai(day)),
        recalled: false,
        text: text.into(),
        spans: spans.into_iter().collect(),
    }
}

fn finding(rule: &str, level: Level, evidence: Vec<Line>, context: Vec<Line>) -> Finding {
    Finding {
        id: Fingerprint::of(&[rule, &evidence[0].text]),
        rule: RuleId::new(rule),
        level,
        certainty: if level == Level::Warning { Certainty::Suspected } else { Certainty::Certain },
        platform: Some(Platform::Tmall),
        shop: "某某旗舰店".into(),
        conversation: "S1".into(),
        buyer: "张三丰".into(),
        agent: "小美".into(),
        order_id: String::new(),
        main: evidence.len() - 1,
        evidence,
        context,
        why: "买家要发票，客服说没有。".into(),
        threat: (rule == "invoice-refusal")
            .then(|| line(7, Role::Buyer, "那我打13812345678投诉", "投诉").into()),
        taught: None,
    }
}

fn book() -> Book {
    Book {
        rules: vec![
            rule(
                "invoice-refusal",
                ("拒绝开具发票", "Refusing an invoice"),
                Level::Violation,
                Some((6, 6, Currency::Points, "commitment")),
            ),
            rule(
                "buyer-leak",
                ("泄露买家信息", "Leaking buyer data"),
                Level::Violation,
                Some((6, 48, Currency::Points, "severe")),
            ),
            rule("tone-cold", ("冷淡生硬", "Cold tone"), Level::Warning, None),
        ],
        ladders: ladders::built_in().into_iter().filter(|l| l.profile.is_none()).collect(),
    }
}

/// Three findings, put away.
fn shelf() -> Shelf {
    let shelf = Shelf::holding(1000);
    let findings = [
        finding("tone-cold", Level::Warning, vec![line(9, Role::Agent, "=嗯\u{1b}[31m", "嗯")], vec![]),
        finding(
            "invoice-refusal",
            Level::Violation,
            vec![
                line(5, Role::Buyer, "ab有没有发票？", "发票"),
                line(6, Role::Agent, "亲，没有发票的哦", "没有发票"),
            ],
            vec![line(4, Role::Buyer, "在吗", ""), line(7, Role::Buyer, "那我打13812345678投诉", "")],
        ),
        finding(
            "buyer-leak",
            Level::Violation,
            vec![line(12, Role::Agent, "她的电话是13987654321", "13987654321")],
            vec![line(11, Role::System, "订单卡片", "")],
        ),
    ];
    findings.iter().for_each(|finding| shelf.keep(finding).unwrap());
    shelf
}

fn sample() -> Report {
    let book = book();
    let key = |agent: &str| AgentKey {
        platform: Some(Platform::Tmall),
        shop: "某某旗舰店".into(),
        agent: agent.into(),
    };
    let handled = |conversations| Handled { conversations, messages: conversations * 3 };
    let tally = Tally {
        conversations: 41,
        messages: 120,
        agents: [(key("小美"), handled(29)), (key("小丽"), handled(12))].into(),
        shops: [((Some(Platform::Tmall), "某某旗舰店".to_owned()), 41)].into(),
        ..Tally::default()
    };
    let prior = |shop: &str, date: Option<&str>| Prior {
        shop: shop.into(),
        ladder: "general".into(),
        points: 6,
        date: date.map(|day| day.parse().unwrap()),
    };
    let priors = vec![prior("某某旗舰店", Some("2024-03-02")), prior("别家店", None)];
    let problem = Problem {
        code: "row-torn",
        severity: Severity::Error,
        place: Place { file: "昨天.csv".into(), line: 17, column: "sent_at".into() },
        what: Say::new("时间“13812345678”读不懂", "the time \"13812345678\" cannot be read"),
        next: Say::new("请改成 2024-03-02 10:00:00", "write 2024-03-02 10:00:00"),
        count: 2,
    };
    let run = RunInfo {
        version: "0.1.0".into(),
        pack: "内置".into(),
        pack_version: "2024.3".into(),
        files: vec!["昨天.csv".into()],
        rules_active: 3,
        profiles: vec![ProfileInfo {
            id: "tmall-seeds".into(),
            platform: Some(Platform::Tmall),
            date: "2024-01".into(),
            source: "S1".into(),
        }],
        min_sample: 30,
        options: [("gap".to_owned(), "30".to_owned())].into(),
    };
    let not_judged = vec![NotJudged {
        rule: RuleId::new("orders-close"),
        reason: Say::new("需要订单数据", "needs order data"),
    }];
    let shelf = shelf();
    let slips = shelf.slips(|_| true).unwrap();
    let judgement = judge(slips, &tally, &book, &Terms { priors, ..Terms::default() });
    Report::new(
        run,
        Read { rows: 122, rejected: 2 },
        &tally,
        (judgement, shelf),
        &book,
        not_judged,
        vec![problem.clone(), problem],
    )
}

fn shown(format: Format, style: &Style) -> String {
    written(&sample(), format, style)
}

fn written(report: &Report, format: Format, style: &Style) -> String {
    let mut out = Vec::new();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    write(report, format, style, &pool, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn more_findings_than_a_batch_keep_their_order() {
    let mut report = sample();
    let first = report.findings[0].clone();
    let finding = report.shelf.get(&first.slip).unwrap();
    report.shelf = Shelf::default();
    for n in 0..rows::BATCH + 7 {
        report.shelf.keep(&Finding { conversation: n.to_string(), ..finding.clone() }).unwrap();
    }
    let slips = report.shelf.slips(|_| true).unwrap().into_iter();
    report.findings = slips.map(|slip| Judged { slip, ..first.clone() }).collect();
    let style = Style::default();
    let lines = written(&report, Format::Ndjson, &style);
    let lines: Vec<serde_json::Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let order: Vec<usize> =
        lines.iter().map(|f| f["conversation"].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(order, (0..report.findings.len()).collect::<Vec<_>>());
    let whole: serde_json::Value = serde_json::from_str(&written(&report, Format::Json, &style)).unwrap();
    assert_eq!(whole["findings"].as_array().unwrap(), &lines);
}

#[test]
fn golden_table() {
    insta::assert_snapshot!(
        "table",
        shown(Format::Table, &Style { seconds: Some(0.25), ..Style::default() })
    );
    insta::assert_snapshot!(
        "table-en",
        shown(Format::Table, &Style { lang: Lang::En, quiet: true, ..Style::default() })
    );
    let narrow = Style { width: 60, color: true, ..Style::default() };
    insta::assert_snapshot!("table-narrow-colour", shown(Format::Table, &narrow));
}

#[test]
fn golden_json() {
    insta::assert_snapshot!("json", shown(Format::Json, &Style::default()));
}

#[test]
fn golden_ndjson() {
    insta::assert_snapshot!("ndjson", shown(Format::Ndjson, &Style::default()));
}

#[test]
fn golden_csv() {
    insta::assert_snapshot!("csv", shown(Format::Csv, &Style::default()).replace("\r\n", "␍␊\n"));
}

#[test]
fn nobody_is_named_unless_revealed() {
    for format in [Format::Table, Format::Json, Format::Ndjson, Format::Csv] {
        let masked = shown(format, &Style::default());
        for secret in ["13812345678", "13987654321", "张三丰"] {
            assert!(!masked.contains(secret), "{format:?} {secret}");
        }
        assert!(masked.contains("张**"), "{format:?}");
        let open = shown(format, &Style { reveal: true, ..Style::default() });
        assert!(open.contains("13987654321") && open.contains("张三丰"), "{format:?}");
    }
}

#[test]
fn the_table_fits_its_width_and_commands_nothing() {
    for width in [60, 80, 140] {
        let text = shown(Format::Table, &Style { width, ..Style::default() });
        assert!(!text.contains('\u{1b}'));
        let tables = text.lines().filter(|l| l.starts_with(['│', '┌', '└', '╞']));
        let widest = tables.map(screen::width).max().unwrap();
        assert!(widest <= usize::from(width), "{widest} > {width}");
    }
}

#[test]
fn no_cell_is_a_formula() {
    let text = shown(Format::Csv, &Style::default());
    let mut reader = ::csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let cells: Vec<String> =
        reader.records().flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(cells.iter().any(|c| c.starts_with("'=嗯")));
    assert!(!cells.iter().any(|c| c.starts_with(['=', '+', '-', '@', '\t', '\r'])));
}
