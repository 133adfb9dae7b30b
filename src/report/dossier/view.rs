//! What formats see of a dossier: plain rows, masked unless told otherwise, long texts shortened. Masking happens here and
//! nowhere else.

use serde::Serialize;

use super::Style;
use super::words;
use crate::finding::{Certainty, Level, Line};
use crate::ids::{Fingerprint, RuleId};
use crate::investigate::dossier::{
    Advice, Alike, Dossier, Entry, Fate, Fired, Nearly, Outcome, Promise, Relation, Room, Sign, Sitting,
};
use crate::judge::{Charge, Cost, Standing, Sums};
use crate::model::{Kind, Platform, Role};
use crate::report::view::{self as common, ProblemView};
use crate::rules::meta::Exposure;
use crate::span::Span;

/// Characters of one message that are shown.
const SHOWN: usize = 1500;
/// Characters kept before the first mark of a message that is shortened.
const BEFORE_MARK: usize = 100;

/// A dossier, masked.
#[derive(Serialize)]
pub(super) struct Page {
    pub(super) schema: &'static str,
    pub(super) version: String,
    pub(super) pack: [String; 3],
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) complaint: Option<(String, Option<RuleId>)>,
    pub(super) platform: Option<Platform>,
    pub(super) shop: String,
    pub(super) buyer: String,
    pub(super) masked: bool,
    pub(super) outcome: &'static str,
    #[serde(skip)]
    pub(super) verdict: Outcome,
    pub(super) reasons: Vec<String>,
    pub(super) answers: Vec<(String, String)>,
    pub(super) sittings: Vec<SittingView>,
    pub(super) fired: Vec<FiredView>,
    pub(super) ladders: Vec<Standing>,
    pub(super) nearly: Vec<NearlyView>,
    pub(super) defence: Vec<Said>,
    pub(super) promises: Vec<PromiseView>,
    pub(super) signs: Vec<SignView>,
    pub(super) alike: Vec<AlikeView>,
    pub(super) advice: AdviceView,
    pub(super) sources: Vec<SourceView>,
    pub(super) searched_lines: u64,
    pub(super) not_judged: Vec<(String, String)>,
    pub(super) problems: Vec<OwnedProblem>,
    /// Only one finding is shown.
    #[serde(skip)]
    pub(super) is_single: bool,
}

#[derive(Serialize)]
pub(super) struct SittingView {
    pub(super) relation: &'static str,
    #[serde(skip)]
    pub(super) related: Relation,
    pub(super) conversation: String,
    pub(super) platform: Option<Platform>,
    pub(super) shop: String,
    pub(super) agents: Vec<String>,
    pub(super) orders: Vec<String>,
    pub(super) lines: Vec<EntryView>,
}

#[derive(Serialize)]
pub(super) struct EntryView {
    #[serde(flatten)]
    pub(super) said: Said,
    pub(super) kind: Kind,
    pub(super) order_id: String,
    pub(super) gap_seconds: Option<i64>,
    pub(super) slow_seconds: Option<i64>,
    pub(super) taken_over_from: Option<String>,
    pub(super) findings: Vec<usize>,
}

/// A line of the log.
#[derive(Clone, Serialize)]
pub(super) struct Said {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) role: Role,
    pub(super) agent: String,
    pub(super) sent_at: Option<String>,
    pub(super) recalled: bool,
    pub(super) text: String,
    /// Characters left out of `text`.
    pub(super) left_out: usize,
    /// Characters, not bytes: half-open positions in `text`.
    pub(super) spans: Vec<Span>,
    #[serde(skip)]
    pub(super) bytes: Vec<Span>,
}

#[derive(Serialize)]
pub(super) struct FiredView {
    pub(super) number: usize,
    pub(super) id: Fingerprint,
    pub(super) rule: RuleId,
    pub(super) title: String,
    pub(super) level: Level,
    pub(super) certainty: Certainty,
    pub(super) asked: bool,
    pub(super) shop: String,
    pub(super) conversation: String,
    pub(super) agent: String,
    pub(super) order_id: String,
    pub(super) why: String,
    pub(super) rule_why: String,
    pub(super) clauses: Vec<String>,
    pub(super) exposures: Vec<Cost>,
    #[serde(skip)]
    pub(super) sums: Sums,
    pub(super) figures: Vec<Exposure>,
    pub(super) charge: &'static str,
    pub(super) counted_as: Option<RuleId>,
    pub(super) steps: Vec<Standing>,
    pub(super) remedy: String,
    pub(super) evidence: Vec<Said>,
}

#[derive(Serialize)]
pub(super) struct NearlyView {
    pub(super) rule: RuleId,
    pub(super) title: String,
    pub(super) level: Level,
    pub(super) asked: bool,
    pub(super) why: String,
    pub(super) defends: bool,
    #[serde(skip)]
    pub(super) room: Room,
    pub(super) said: Vec<Said>,
    pub(super) against: Vec<Said>,
}

#[derive(Serialize)]
pub(super) struct PromiseView {
    pub(super) title: String,
    pub(super) hedged: bool,
    pub(super) due: Option<String>,
    pub(super) fate: &'static str,
    #[serde(skip)]
    pub(super) state: Fate,
    pub(super) look_at: Option<String>,
    pub(super) said: Vec<Said>,
    pub(super) shown: Vec<Said>,
}

#[derive(Serialize)]
pub(super) struct SignView {
    pub(super) title: String,
    pub(super) note: String,
    pub(super) lines: Vec<Said>,
}

#[derive(Serialize)]
pub(super) struct AlikeView {
    pub(super) buyer: String,
    pub(super) difference: String,
    pub(super) shared_orders: Vec<String>,
    /// Shop, conversation, first line.
    pub(super) sittings: Vec<(String, String, Option<Said>)>,
}

#[derive(Serialize)]
pub(super) struct AdviceView {
    pub(super) reply: String,
    pub(super) collect: Vec<String>,
    pub(super) avoid: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct SourceView {
    pub(super) file: String,
    pub(super) rows: u64,
    pub(super) sha256: Option<String>,
}

#[derive(Serialize)]
pub(super) struct OwnedProblem {
    pub(super) code: String,
    pub(super) place: String,
    pub(super) what: String,
}

/// What masking needs.
struct Mask<'d> {
    files: &'d [String],
    reveal: bool,
}

impl Mask<'_> {
    fn text(&self, text: &str) -> String {
        common::shown(text, &[], self.reveal).0
    }

    fn buyer(&self, name: &str) -> String {
        common::buyer(name, self.reveal)
    }

    /// A made-up conversation id begins with the buyer's name.
    fn conversation(&self, id: &str, buyer: &str) -> String {
        match id.strip_prefix(buyer).filter(|rest| !buyer.is_empty() && rest.starts_with('@')) {
            Some(rest) => format!("{}{rest}", self.buyer(buyer)),
            None => id.to_owned(),
        }
    }

    fn file(&self, file: u32) -> String {
        self.files.get(file as usize).cloned().unwrap_or_default()
    }

    fn said(&self, line: &Line) -> Said {
        let (cut, spans, left_out) = shorten(&line.text, &line.spans);
        let (text, bytes) = common::shown(cut, &spans, self.reveal);
        let chars = |at: usize| text.get(..at).map_or(0, |s| s.chars().count());
        Said {
            file: self.file(line.file),
            line: line.line,
            role: line.role,
            agent: line.agent.clone(),
            sent_at: line.at.map(|at| at.to_string()),
            recalled: line.recalled,
            left_out,
            spans: bytes.iter().map(|s| Span::new(chars(s.start), chars(s.end))).collect(),
            bytes,
            text,
        }
    }

    fn lines(&self, lines: &[Line]) -> Vec<Said> {
        lines.iter().map(|line| self.said(line)).collect()
    }
}

/// The part of a long message around its first mark, the marks in it, and how many characters are left out.
fn shorten<'t>(text: &'t str, spans: &[Span]) -> (&'t str, Vec<Span>, usize) {
    let count = text.chars().count();
    if count <= SHOWN {
        return (text, spans.to_vec(), 0);
    }
    let first = spans.first().and_then(|s| text.get(..s.start)).map_or(0, |before| before.chars().count());
    let from = if first < SHOWN - BEFORE_MARK { 0 } else { first - BEFORE_MARK };
    let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    let (start, end) = (at(from), at(from + SHOWN));
    let inside = spans.iter().filter(|s| s.start >= start && s.start < end);
    let moved = inside.map(|s| Span::new(s.start - start, s.end.min(end) - start)).collect();
    (text.get(start..end).unwrap_or_default(), moved, count - SHOWN.min(count - from))
}

/// Makes the page of a dossier.
pub(super) fn page(d: &Dossier, style: &Style) -> Page {
    let mask = Mask { files: &d.files, reveal: style.reveal };
    let is_shown = |n: usize| style.only.is_none_or(|only| only == n);
    let fired: Vec<FiredView> = d
        .fired
        .iter()
        .enumerate()
        .map(|(n, f)| (n + 1, f))
        .filter(|(n, _)| is_shown(*n))
        .map(|(n, f)| self::fired(n, f, &d.buyer, &mask))
        .collect();
    let single = fired.first().filter(|_| style.only.is_some());
    let belongs = |n: &&Nearly| single.is_none_or(|f| same_family(d, &f.rule, &n.rule));
    let nearly = d.nearly.iter().filter(belongs).map(|n| self::nearly(n, &mask)).collect();
    let sittings = d
        .sittings
        .iter()
        .filter(|s| single.is_none_or(|f| mask.conversation(&s.id, &d.buyer) == f.conversation))
        .map(|s| sitting(s, &d.buyer, &mask))
        .collect();
    let personal = |option: &str, value: &str| match option {
        "buyer" => mask.buyer(value),
        "conversation" => mask.conversation(value, &d.buyer),
        _ => mask.text(value),
    };
    let mut page = Page {
        schema: "kefu-audit/dossier/1",
        version: d.version.clone(),
        pack: d.pack.clone(),
        query: d.query.iter().map(|(option, value)| (*option, personal(option, value))).collect(),
        complaint: d.complaint.as_ref().map(|c| (c.title.clone(), c.rule.clone())),
        platform: d.platform,
        shop: d.shop.clone(),
        buyer: mask.buyer(&d.buyer),
        masked: !style.reveal,
        outcome: words::outcome_code(d.outcome),
        verdict: d.outcome,
        reasons: d.reasons.iter().map(|r| mask.text(r)).collect(),
        answers: Vec::new(),
        sittings,
        fired,
        ladders: d.ladders.clone(),
        nearly,
        defence: mask.lines(&d.defence),
        promises: d.promises.iter().map(|p| promise(p, &mask)).collect(),
        signs: d.signs.iter().map(|s| sign(s, &mask)).collect(),
        alike: d.alike.iter().map(|a| alike(a, &mask)).collect(),
        advice: advice(&d.advice),
        sources: d
            .sources
            .iter()
            .map(|s| SourceView { file: mask.file(s.file), rows: s.rows, sha256: s.sha256.clone() })
            .collect(),
        searched_lines: d.searched,
        not_judged: d.unjudged.clone(),
        problems: d.problems.iter().map(|p| problem(&common::problem(p, style.lang, style.reveal))).collect(),
        is_single: style.only.is_some(),
    };
    page.answers = words::answers(&page, style.lang);
    page
}

fn same_family(d: &Dossier, a: &RuleId, b: &RuleId) -> bool {
    let of = |id: &RuleId| d.fired.iter().find(|f| f.rule.id == *id).map(|f| f.rule.family.as_str());
    a == b || d.nearly.iter().any(|n| n.rule == *b && Some(n.family.as_str()) == of(a))
}

fn sitting(s: &Sitting, buyer: &str, mask: &Mask<'_>) -> SittingView {
    SittingView {
        relation: words::relation_code(s.relation),
        related: s.relation,
        conversation: mask.conversation(&s.id, buyer),
        platform: s.platform,
        shop: s.shop.clone(),
        agents: s.agents.clone(),
        orders: s.orders.clone(),
        lines: s.entries.iter().map(|e| entry(e, mask)).collect(),
    }
}

fn entry(e: &Entry, mask: &Mask<'_>) -> EntryView {
    EntryView {
        said: mask.said(&e.line),
        kind: e.kind,
        order_id: e.order.clone(),
        gap_seconds: e.gap,
        slow_seconds: e.slow,
        taken_over_from: e.taken_over_from.clone(),
        findings: e.hits.clone(),
    }
}

fn fired(number: usize, f: &Fired, buyer: &str, mask: &Mask<'_>) -> FiredView {
    let finding = &f.finding;
    FiredView {
        number,
        id: finding.id,
        rule: finding.rule.clone(),
        title: f.rule.title.clone(),
        level: finding.level,
        certainty: finding.certainty,
        asked: f.asked,
        shop: finding.shop.clone(),
        conversation: mask.conversation(&finding.conversation, buyer),
        agent: finding.agent.clone(),
        order_id: finding.order_id.clone(),
        why: mask.text(&finding.why),
        rule_why: f.rule.why.clone(),
        clauses: f.rule.sources.clone(),
        exposures: f.judged.costs.to_vec(),
        sums: f.judged.sums(),
        figures: f.rule.exposure_on(finding.platform).cloned().collect(),
        charge: common::charge(&f.judged.charge),
        counted_as: match &f.judged.charge {
            Charge::SameWords(rule) => Some(rule.clone()),
            _ => None,
        },
        steps: f.steps.clone(),
        remedy: f.rule.remedy.clone(),
        evidence: mask.lines(&finding.evidence),
    }
}

fn nearly(n: &Nearly, mask: &Mask<'_>) -> NearlyView {
    NearlyView {
        rule: n.rule.clone(),
        title: n.title.clone(),
        level: n.level,
        asked: n.asked,
        why: mask.text(&n.why),
        defends: n.defends,
        room: n.room,
        said: mask.lines(&n.said),
        against: mask.lines(&n.against),
    }
}

fn promise(p: &Promise, mask: &Mask<'_>) -> PromiseView {
    PromiseView {
        title: p.title.clone(),
        hedged: p.hedged,
        due: p.due.map(|due| due.to_string()),
        fate: words::fate_code(&p.fate),
        look_at: match &p.fate {
            Fate::Unknown(proof) => Some(proof.clone()),
            _ => None,
        },
        state: p.fate.clone(),
        said: mask.lines(&p.said),
        shown: mask.lines(&p.shown),
    }
}

fn sign(s: &Sign, mask: &Mask<'_>) -> SignView {
    SignView { title: s.title.clone(), note: s.note.clone(), lines: mask.lines(&s.lines) }
}

fn alike(a: &Alike, mask: &Mask<'_>) -> AlikeView {
    let sitting = |(shop, id, line): &(String, String, Option<Line>)| {
        (shop.clone(), mask.conversation(id, &a.buyer), line.as_ref().map(|l| mask.said(l)))
    };
    AlikeView {
        buyer: mask.buyer(&a.buyer),
        difference: a.difference.clone(),
        shared_orders: a.shared_orders.clone(),
        sittings: a.sittings.iter().map(sitting).collect(),
    }
}

fn advice(a: &Advice) -> AdviceView {
    AdviceView { reply: a.reply.clone(), collect: a.collect.clone(), avoid: a.avoid.clone() }
}

fn problem(p: &ProblemView<'_>) -> OwnedProblem {
    let place = match p.line {
        0 => p.file.to_owned(),
        line => format!("{}:{line}", p.file),
    };
    OwnedProblem { code: p.code.to_owned(), place, what: p.what.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_keeps_its_first_mark() {
        let text = format!("{}违规{}", "字".repeat(3000), "尾".repeat(3000));
        let start = 9000;
        let (cut, spans, left_out) = shorten(&text, &[Span::new(start, start + 6)]);
        assert_eq!(cut.chars().count(), SHOWN);
        assert_eq!(spans.first().map(|s| s.of(cut)), Some("违规"));
        assert_eq!(left_out, 6002 - SHOWN);
        assert_eq!(shorten("短", &[]), ("短", Vec::new(), 0));
    }
}
