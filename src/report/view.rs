//! What programs see of a report: plain serialisable rows, masked unless told otherwise. Every machine format is
//! made from these, so that masking happens in one place.

use serde::Serialize;

use super::{Phrase, Report};
use crate::finding::{Certainty, Finding, Level, Line, Taught};
use crate::ids::{Fingerprint, RuleId};
use crate::judge::{Charge, Cost, Judged, Sums};
use crate::mask;
use crate::model::{Platform, Role};
use crate::problem::{Problem, Severity};
use crate::rules::meta::Currency;
use crate::say::Lang;
use crate::span::Span;

#[derive(Serialize)]
pub(super) struct FindingView<'a> {
    pub(super) id: &'a Fingerprint,
    pub(super) rule: &'a RuleId,
    pub(super) title: &'a str,
    pub(super) family: &'a str,
    pub(super) level: Level,
    pub(super) certainty: Certainty,
    pub(super) platform: Option<Platform>,
    pub(super) shop: &'a str,
    pub(super) conversation: &'a str,
    pub(super) buyer: String,
    pub(super) agent: &'a str,
    pub(super) order_id: &'a str,
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) sent_at: Option<String>,
    /// The words of the main line.
    #[serde(skip)]
    pub(super) text: String,
    pub(super) why: String,
    /// What a taught model founded it on; null when a written case saw it.
    pub(super) taught: Option<TaughtView>,
    pub(super) evidence: Vec<LineView>,
    pub(super) context: Vec<LineView>,
    /// The first figure of `exposures`: points before yuan.
    pub(super) exposure: Option<ExposureView>,
    pub(super) ladder: Option<&'a str>,
    pub(super) exposures: &'a [Cost],
    /// Whether the figures are counted: `counted`, `same-incident`, `same-words` or `no-figure`.
    pub(super) charge: &'static str,
    /// The rule that is counted for the same words.
    pub(super) counted_as: Option<&'a RuleId>,
    /// An index into the report's templates.
    pub(super) template: Option<u32>,
    /// The buyer's line that makes the conversation a live risk.
    pub(super) threat: Option<LineView>,
    pub(super) remedy: &'a str,
}

#[derive(Serialize)]
pub(super) struct ExposureView {
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) unit: Currency,
}

#[derive(Serialize)]
pub(super) struct TaughtView {
    score: f64,
    threshold: f64,
    words: Vec<String>,
    question: Vec<String>,
    answer: Vec<String>,
    signals: Vec<String>,
    nearest: String,
}

#[derive(Serialize)]
pub(super) struct LineView {
    pub(super) line: u32,
    pub(super) role: Role,
    pub(super) agent: String,
    pub(super) sent_at: Option<String>,
    pub(super) recalled: bool,
    pub(super) text: String,
    /// Characters, not bytes: half-open positions in `text`.
    pub(super) spans: Vec<Span>,
    #[serde(skip)]
    pub(super) bytes: Vec<Span>,
    #[serde(skip)]
    pub(super) evidence: bool,
}

/// Masks a text unless `reveal`; spans follow.
pub(super) fn shown(text: &str, spans: &[Span], reveal: bool) -> (String, Vec<Span>) {
    if reveal { (text.to_owned(), spans.to_vec()) } else { mask::mask(text, spans) }
}

/// A buyer's name as it may be shown.
pub(super) fn buyer(name: &str, reveal: bool) -> String {
    if reveal { name.to_owned() } else { mask::buyer(name) }
}

pub(super) fn line(line: &Line, reveal: bool) -> LineView {
    let (text, bytes) = shown(&line.text, &line.spans, reveal);
    let chars = |at: usize| text.get(..at).map_or(0, |s| s.chars().count());
    LineView {
        line: line.line,
        role: line.role,
        agent: line.agent.clone(),
        sent_at: line.at.map(|at| at.to_string()),
        recalled: line.recalled,
        spans: bytes.iter().map(|s| Span::new(chars(s.start), chars(s.end))).collect(),
        bytes,
        text,
        evidence: false,
    }
}

/// Evidence and context together, in the order of the conversation.
pub(super) fn dialogue(f: &Finding, reveal: bool) -> Vec<LineView> {
    let mut lines: Vec<(&Line, bool)> =
        f.evidence.iter().map(|l| (l, true)).chain(f.context.iter().map(|l| (l, false))).collect();
    lines.sort_by_key(|(l, _)| (l.at, l.file, l.line));
    lines.into_iter().map(|(l, evidence)| LineView { evidence, ..line(l, reveal) }).collect()
}

pub(super) fn finding<'a>(
    (j, f): (&'a Judged, &'a Finding),
    report: &'a Report,
    lang: Lang,
    reveal: bool,
) -> FindingView<'a> {
    let rule = report.rules.get(&f.rule);
    let main = f.main_line();
    let first = j.costs.first();
    let lines = |lines: &[Line]| -> Vec<LineView> { lines.iter().map(|l| line(l, reveal)).collect() };
    let evidence = lines(&f.evidence);
    FindingView {
        id: &f.id,
        rule: &f.rule,
        title: title(report, &f.rule, lang),
        family: rule.map_or("", |r| &r.family),
        level: f.level,
        certainty: f.certainty,
        platform: f.platform,
        shop: &f.shop,
        conversation: &f.conversation,
        buyer: buyer(&f.buyer, reveal),
        agent: &f.agent,
        order_id: &f.order_id,
        file: main.and_then(|l| file(report, l)).unwrap_or_default(),
        line: main.map_or(0, |l| l.line),
        sent_at: main.and_then(|l| l.at).map(|at| at.to_string()),
        text: evidence.get(f.main).map(|l| l.text.clone()).unwrap_or_default(),
        why: shown(&f.why, &[], reveal).0,
        taught: f.taught.as_ref().map(|t| taught(t, reveal)),
        evidence,
        context: lines(&f.context),
        exposure: first.map(|c| ExposureView { low: c.low, high: c.high, unit: c.unit }),
        ladder: first.and_then(|c| c.ladder.as_deref()),
        exposures: &j.costs,
        charge: charge(&j.charge),
        counted_as: match &j.charge {
            Charge::SameWords(rule) => Some(rule),
            _ => None,
        },
        template: j.template,
        threat: f.threat.as_ref().map(|l| line(l, reveal)),
        remedy: rule.map_or("", |r| &r.remedy),
    }
}

fn taught(t: &Taught, reveal: bool) -> TaughtView {
    let words = |list: &[String]| list.iter().map(|w| shown(w, &[], reveal).0).collect();
    TaughtView {
        score: f64::from(t.score) / 100.0,
        threshold: f64::from(t.threshold) / 100.0,
        words: words(&t.words),
        question: words(&t.question),
        answer: words(&t.answer),
        signals: t.signals.clone(),
        nearest: shown(&t.nearest, &[], reveal).0,
    }
}

/// The title of a rule, or its id when the pack does not know it.
pub(super) fn title<'a>(report: &'a Report, id: &'a RuleId, lang: Lang) -> &'a str {
    let known = report.rules.get(id).map(|r| match lang {
        Lang::Zh => r.title.as_str(),
        Lang::En => r.title_en.as_str(),
    });
    known.filter(|t| !t.is_empty()).unwrap_or(id.as_str())
}

/// A ladder's name, from the standings of any shop.
pub(super) fn ladder_title<'a>(id: &'a str, report: &'a Report, lang: Lang) -> &'a str {
    let standing = report.shops.iter().flat_map(|s| &s.ladders).find(|l| l.ladder == id);
    standing.map_or(id, |l| match lang {
        Lang::Zh => &l.title,
        Lang::En => &l.title_en,
    })
}

fn file<'a>(report: &'a Report, line: &Line) -> Option<&'a str> {
    report.run.files.get(usize::try_from(line.file).ok()?).map(String::as_str)
}

pub(super) fn charge(charge: &Charge) -> &'static str {
    match charge {
        Charge::Counted => "counted",
        Charge::SameIncident => "same-incident",
        Charge::SameWords(_) => "same-words",
        Charge::NoFigure => "no-figure",
    }
}

#[derive(Serialize)]
pub(super) struct TemplateView<'a> {
    rule: &'a RuleId,
    platform: Option<Platform>,
    shop: &'a str,
    pub(super) text: String,
    robot: bool,
    times: u64,
    conversations: u64,
    agents: u64,
    #[serde(flatten)]
    sums: Sums,
}

pub(super) fn template(Phrase { template, text }: &Phrase, reveal: bool) -> TemplateView<'_> {
    TemplateView {
        rule: &template.rule,
        platform: template.platform,
        shop: &template.shop,
        text: shown(text, &[], reveal).0,
        robot: template.robot,
        times: template.times,
        conversations: template.conversations,
        agents: template.agents,
        sums: template.sums,
    }
}

#[derive(Serialize)]
pub(super) struct ProblemView<'a> {
    pub(super) code: &'a str,
    severity: &'static str,
    pub(super) file: &'a str,
    pub(super) line: u64,
    column: &'a str,
    pub(super) what: String,
    next: String,
    count: u64,
}

pub(super) fn problem(problem: &Problem, lang: Lang, reveal: bool) -> ProblemView<'_> {
    ProblemView {
        code: problem.code,
        severity: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        file: &problem.place.file,
        line: problem.place.line,
        column: &problem.place.column,
        what: shown(problem.what.get(lang), &[], reveal).0,
        next: shown(problem.next.get(lang), &[], reveal).0,
        count: problem.count,
    }
}
