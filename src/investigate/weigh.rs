//! Puts a dossier together: judges the conversations of a case with the engine of the audit, traces what nearly fired, and
//! asks the other modules for their parts.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{Evidence, advise, decide, is_meant};
use super::dossier::{Complaint, Dossier, Fired, Nearly, Relation, Room, Source};
use super::find::Case;
use super::timeline::{Marks, sitting};
use super::{buyer, promises};
use crate::detect::detector::{Detector, Scratch};
use crate::detect::evidence::seen;
use crate::detect::trace::{Near, Stage};
use crate::finding::{Finding, Level, Line, Slip};
use crate::ids::Fingerprint;
use crate::judge::{self, Book, Charge, Judged, Standing, Terms};
use crate::model::{Conversation, Role};
use crate::problem::Problem;
use crate::rules::pack::Pack;
use crate::tally::Tally;

/// Everything that judging needs.
pub struct Desk<'d> {
    /// The rules.
    pub pack: &'d Pack,
    /// The engine.
    pub detector: &'d Detector<'d>,
    /// Rules and ladders for the judge.
    pub book: &'d Book,
    /// Points that shops had before, and the day to judge.
    pub terms: &'d Terms,
}

/// What is known from the search.
pub struct Context {
    /// What was asked: option and value.
    pub query: Vec<(&'static str, String)>,
    /// What the complaint is about.
    pub complaint: Option<Complaint>,
    /// Names of the inputs.
    pub files: Vec<String>,
    /// Lines that were searched.
    pub searched: u64,
    /// What went wrong with the input.
    pub problems: Vec<Problem>,
}

/// Conversations with how they belong to the complaint.
type Related<'c> = Vec<(&'c Conversation<'c>, Relation)>;

/// Builds the dossier of a case; `None` when nothing in it is asked about.
#[must_use]
pub fn build(case: &Case, desk: &Desk<'_>, context: Context) -> Option<Dossier> {
    let conversations = case.conversations();
    let main = conversations.iter().rfind(|(_, asked)| *asked).map(|(c, _)| c)?;
    let related: Related<'_> =
        conversations.iter().map(|(c, asked)| (c, relation(c, *asked, main))).collect();
    let mut scratch = Scratch::default();
    let complaint = context.complaint.as_ref();

    let findings: Vec<(Vec<Finding>, Relation)> =
        related.iter().map(|(c, relation)| (desk.detector.judge(c, &mut scratch), *relation)).collect();
    let (fired, trapped, ladders) = fired(&findings, &related, main, desk);
    let nearly = nearly(&related, &findings, complaint, desk, &mut scratch);
    let mut marks = Marks::default();
    for (n, f) in fired.iter().enumerate() {
        marks.add(n + 1, &f.finding);
    }
    let casework = &desk.pack.casework;
    let same: Vec<&Conversation<'_>> =
        related.iter().filter(|(_, r)| *r <= Relation::Same).map(|(c, _)| *c).collect();
    let traps = buyer::traps(&trapped);
    let mut signs = traps.clone();
    signs.extend(buyer::threats(&same, casework, desk.detector, &mut scratch));
    signs.extend(buyer::unanswered(&same, casework, desk.detector, &mut scratch));
    let theirs = case.of_alike();
    let alike = buyer::alike(&case.buyer, &case.alike, &theirs, &orders(&same));
    let unjudged = unjudged(complaint, desk.pack);
    let defence = defence(&related, complaint, desk, &mut scratch);
    let evidence = Evidence {
        complaint,
        fired: &fired,
        traps: &traps,
        nearly: &nearly,
        alike: &alike,
        unjudged: &unjudged,
        defence: defence.len(),
        is_topic_said: is_topic_said(&related, complaint, desk, &mut scratch),
        is_answered: related
            .iter()
            .any(|(c, r)| *r == Relation::Asked && c.messages.iter().any(|m| m.role == Role::Agent)),
    };
    let (outcome, reasons) = decide(&evidence);
    let advice = advise(outcome, &evidence, casework);
    Some(Dossier {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pack: [desk.pack.name.clone(), desk.pack.version.clone(), desk.pack.date.clone()],
        platform: main.platform,
        shop: main.shop.to_owned(),
        buyer: case.buyer.clone(),
        outcome,
        reasons,
        sittings: related.iter().map(|(c, r)| sitting(c, *r, &marks, casework)).collect(),
        defence,
        promises: promises::promises(&same, casework, desk.detector, &mut scratch),
        sources: sources(&related),
        signs,
        alike,
        advice,
        fired,
        ladders,
        nearly,
        unjudged,
        query: context.query,
        complaint: context.complaint,
        files: context.files,
        searched: context.searched,
        problems: context.problems,
    })
}

fn relation(c: &Conversation<'_>, asked: bool, main: &Conversation<'_>) -> Relation {
    match (c.platform == main.platform, c.shop == main.shop) {
        (true, true) if asked => Relation::Asked,
        (true, true) => Relation::Same,
        (true, false) => Relation::OtherShop,
        (false, _) => Relation::OtherPlatform,
    }
}

fn orders<'c>(conversations: &[&'c Conversation<'c>]) -> BTreeSet<&'c str> {
    let all = conversations.iter().flat_map(|c| &c.messages).map(|m| m.order_id);
    all.filter(|order| !order.is_empty()).collect()
}

/// What fired, priced; traps apart, for they are warnings; and the ladders of the main shop.
fn fired(
    findings: &[(Vec<Finding>, Relation)],
    related: &Related<'_>,
    main: &Conversation<'_>,
    desk: &Desk<'_>,
) -> (Vec<Fired>, Vec<Fired>, Vec<Standing>) {
    let mut tally = Tally::default();
    for (c, _) in related {
        *tally.shops.entry((c.platform, c.shop.to_owned())).or_default() += 1;
    }
    let asked: BTreeSet<Fingerprint> = findings
        .iter()
        .filter(|(_, r)| *r == Relation::Asked)
        .flat_map(|(list, _)| list)
        .map(|f| f.id)
        .collect();
    let all: Vec<Finding> = findings.iter().flat_map(|(list, _)| list.iter().cloned()).collect();
    let judgement = judge::judge(Slip::all(&all), &tally, desk.book, desk.terms);
    let card = judgement.shops.iter().find(|s| s.platform == main.platform && s.shop == main.shop);
    let ladders = card.map(|s| s.ladders.clone()).unwrap_or_default();
    let mut fired: Vec<Fired> = judgement
        .findings
        .iter()
        .filter_map(|judged| {
            let finding = judged.slip.find_in(&all)?.clone();
            let rule = desk.pack.rule(finding.rule.as_str())?.meta.clone();
            let asked = asked.contains(&finding.id);
            Some(Fired { steps: steps(judged, desk), judged: judged.clone(), finding, rule, asked })
        })
        .collect();
    fired.sort_by_key(|f| !f.asked);
    let is_trap = |f: &Fired| desk.pack.casework.traps.iter().any(|id| id == f.rule.id.as_str());
    let (trapped, fired) = fired.into_iter().partition(is_trap);
    (fired, trapped, ladders)
}

/// Where a counted finding alone leads on the ladders of its shop.
fn steps(judged: &Judged, desk: &Desk<'_>) -> Vec<Standing> {
    if judged.charge != Charge::Counted {
        return Vec::new();
    }
    let alone = judge::judge(vec![judged.slip.clone()], &Tally::default(), desk.book, desk.terms);
    let moved = |s: &Standing| s.high > s.prior;
    alone.shops.into_iter().flat_map(|s| s.ladders).filter(moved).collect()
}

/// What nearly fired in the conversations of the same shop, nearest first; of a rule only the nearest.
fn nearly(
    related: &Related<'_>,
    findings: &[(Vec<Finding>, Relation)],
    complaint: Option<&Complaint>,
    desk: &Desk<'_>,
    scratch: &mut Scratch,
) -> Vec<Nearly> {
    let fired: BTreeSet<&str> = findings
        .iter()
        .filter(|(_, r)| *r == Relation::Asked)
        .flat_map(|(list, _)| list)
        .map(|f| f.rule.as_str())
        .collect();
    let mut best: BTreeMap<usize, Near> = BTreeMap::new();
    for ((conversation, relation), (own, _)) in related.iter().zip(findings) {
        if *relation != Relation::Asked {
            continue;
        }
        for near in desk.detector.trace(conversation, own, scratch) {
            match best.get(&near.rule) {
                Some(known) if known.stage >= near.stage => {}
                _ => {
                    best.insert(near.rule, near);
                }
            }
        }
    }
    let mut nearly: Vec<(Stage, Nearly)> = best
        .into_values()
        .filter_map(|near| Some((near.stage, make_nearly(near, complaint, findings, desk)?)))
        .collect();
    nearly.extend(silent(complaint, &nearly, &fired, desk).map(|n| (Stage::Buyer, n)));
    nearly.sort_by(|(a, x), (b, y)| {
        let named = |n: &Nearly| complaint.and_then(|c| c.rule.as_ref()) == Some(&n.rule);
        (named(y), y.room, y.defends, y.asked, b, y.level, &x.rule).cmp(&(
            named(x),
            x.room,
            x.defends,
            x.asked,
            a,
            x.level,
            &y.rule,
        ))
    });
    nearly.into_iter().map(|(_, n)| n).collect()
}

fn make_nearly(
    near: Near,
    complaint: Option<&Complaint>,
    findings: &[(Vec<Finding>, Relation)],
    desk: &Desk<'_>,
) -> Option<Nearly> {
    // A line that another finding rests on is no defence.
    let charged = |line: &Line| {
        let all = findings.iter().flat_map(|(list, _)| list).flat_map(|f| &f.evidence);
        all.filter(|e| (e.file, e.line) == (line.file, line.line) && e.text == line.text)
            .any(|e| e.spans.iter().any(|a| line.spans.iter().any(|b| a.touches(*b))))
    };
    let meta = &desk.pack.rules.get(near.rule)?.meta;
    let is_meant = is_meant(complaint, &meta.id, &meta.family);
    let defends = matches!(near.stage, Stage::Exception | Stage::Voided | Stage::Buyer)
        && !near.against.is_empty()
        && !near.against.iter().any(charged);
    // Something on a line spoke against it; half a condition that no line holds is told in passing.
    let is_close = near.stage >= Stage::Voided && near.stage != Stage::Context;
    let room = match (complaint.is_some() && is_meant, is_close || defends) {
        (true, true) => Room::Full,
        (true, false) if near.stage > Stage::Misplaced => Room::Brief,
        (false, true) if complaint.is_none() && meta.level >= Level::Warning => Room::Full,
        (false, true) => Room::Brief,
        _ => Room::None,
    };
    Some(Nearly {
        rule: meta.id.clone(),
        title: meta.title.clone(),
        family: meta.family.clone(),
        level: meta.level,
        asked: is_meant,
        why: near.why,
        said: near.said,
        against: near.against,
        defends,
        room,
    })
}

/// The rule that the complaint names, when nothing of it is in the log at all.
fn silent(
    complaint: Option<&Complaint>,
    nearly: &[(Stage, Nearly)],
    fired: &BTreeSet<&str>,
    desk: &Desk<'_>,
) -> Option<Nearly> {
    let id = complaint?.rule.as_ref()?;
    let rule = desk.pack.rule(id.as_str())?;
    if fired.contains(id.as_str()) || nearly.iter().any(|(_, n)| n.rule == *id) {
        return None;
    }
    let why = rule.unjudged.clone().unwrap_or_else(|| "店铺没有说过这条规则要看的话。".to_owned());
    Some(Nearly {
        rule: id.clone(),
        title: rule.meta.title.clone(),
        family: rule.meta.family.clone(),
        level: rule.meta.level,
        asked: true,
        why,
        said: Vec::new(),
        against: Vec::new(),
        defends: false,
        room: Room::Full,
    })
}

/// Rules of the complaint that a log alone cannot show.
fn unjudged(complaint: Option<&Complaint>, pack: &Pack) -> Vec<(String, String)> {
    let Some(complaint) = complaint else { return Vec::new() };
    let meant = |r: &&crate::rules::pack::Rule| match &complaint.rule {
        Some(id) => r.meta.id == *id,
        None => r.meta.family == complaint.family,
    };
    let told = |r: &crate::rules::pack::Rule| Some((r.meta.title.clone(), r.unjudged.clone()?));
    pack.rules.iter().filter(|r| r.enabled).filter(meant).filter_map(told).collect()
}

/// Whether anybody spoke of the complaint's topic in what is asked about.
fn is_topic_said(
    related: &Related<'_>,
    complaint: Option<&Complaint>,
    desk: &Desk<'_>,
    scratch: &mut Scratch,
) -> bool {
    let topic = complaint.and_then(|c| desk.pack.casework.topic(&c.family));
    let Some(said) = topic.and_then(|t| t.said.as_ref()) else { return false };
    related.iter().filter(|(_, r)| *r == Relation::Asked).any(|(c, _)| {
        desk.detector
            .look(c, scratch, |scene, _| (0..scene.turns.len()).any(|t| scene.holds(t, said).is_some()))
    })
}

/// Lines of the shop that speak for it in what is asked about: by the complaint's topic, or by every topic.
fn defence(
    related: &Related<'_>,
    complaint: Option<&Complaint>,
    desk: &Desk<'_>,
    scratch: &mut Scratch,
) -> Vec<Line> {
    let topics = &desk.pack.casework.topics;
    let meant = topics.iter().filter(|t| complaint.is_none_or(|c| c.family == t.family));
    let wanted: Vec<_> = meant.filter_map(|t| t.defence.as_ref()).collect();
    let mut lines = Vec::new();
    for (conversation, _) in related.iter().filter(|(_, r)| *r == Relation::Asked) {
        desk.detector.look(conversation, scratch, |scene, normaliser| {
            let shops = |turn: &usize| scene.turns.get(*turn).is_some_and(|t| t.role.is_shop());
            for turn in (0..scene.turns.len()).filter(shops) {
                let hits: Vec<_> = wanted.iter().filter_map(|e| scene.holds(turn, e)).flatten().collect();
                lines.extend(seen(scene, turn, &hits, normaliser));
            }
        });
    }
    lines
}

fn sources(related: &Related<'_>) -> Vec<Source> {
    let mut rows: BTreeMap<u32, u64> = BTreeMap::new();
    for message in related.iter().flat_map(|(c, _)| &c.messages) {
        *rows.entry(message.file).or_default() += 1;
    }
    rows.into_iter().map(|(file, rows)| Source { file, rows, sha256: None }).collect()
}
