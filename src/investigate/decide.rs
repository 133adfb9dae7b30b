//! What the log says about the complaint, and what to do: weighs what fired, what nearly fired and why not.

use super::dossier::{Advice, Alike, Complaint, Fired, Nearly, Outcome, Sign};
use crate::finding::{Certainty, Level};
use crate::ids::RuleId;
use crate::problem::{Place, Problem, Severity};
use crate::rules::casework::Casework;
use crate::rules::pack::Pack;
use crate::say::Say;

/// What was found, as far as the decision needs it.
pub(super) struct Evidence<'e> {
    pub(super) complaint: Option<&'e Complaint>,
    pub(super) fired: &'e [Fired],
    pub(super) traps: &'e [Sign],
    pub(super) nearly: &'e [Nearly],
    pub(super) alike: &'e [Alike],
    pub(super) unjudged: &'e [(String, String)],
    /// Lines of the shop that speak for it.
    pub(super) defence: usize,
    /// Somebody spoke of the complaint's topic.
    pub(super) is_topic_said: bool,
    /// A person of the shop wrote something in what is asked about.
    pub(super) is_answered: bool,
}

/// The complaint that a word means: a rule, a family, or a topic by its name.
///
/// # Errors
/// When nothing fits, what may be written.
pub fn complaint(word: &str, pack: &Pack) -> Result<Complaint, Box<Problem>> {
    let named = |r: &&crate::rules::pack::Rule| r.meta.id.as_str() == word || r.meta.title == word;
    if let Some(rule) = pack.rules.iter().find(named) {
        let meta = &rule.meta;
        let (family, title) = (meta.family.clone(), meta.title.clone());
        return Ok(Complaint { family, title, rule: Some(meta.id.clone()) });
    }
    let topics = &pack.casework.topics;
    let exact =
        topics.iter().find(|t| t.family == word || t.title == word || t.words.iter().any(|w| w == word));
    let loose = || {
        topics.iter().find(|t| t.title.contains(word) || t.words.iter().any(|w| word.contains(w.as_str())))
    };
    if let Some(topic) = exact.or_else(loose).filter(|_| !word.is_empty()) {
        return Ok(Complaint { family: topic.family.clone(), title: topic.title.clone(), rule: None });
    }
    let known: Vec<String> = topics.iter().map(|t| format!("{}（{}）", t.title, t.family)).collect();
    Err(Box::new(Problem {
        code: "bad-argument",
        severity: Severity::Error,
        place: Place::default(),
        what: Say::new(
            format!("--complaint 不认识“{word}”"),
            format!("--complaint: nothing is known about \"{word}\""),
        ),
        next: Say::new(
            format!("写规则编号，或下面一种：{}", known.join("、")),
            format!("write a rule id or one of: {}", known.join(", ")),
        ),
        count: 1,
    }))
}

/// Whether a rule belongs to the complaint; every rule does when nothing was said.
pub(super) fn is_meant(complaint: Option<&Complaint>, rule: &RuleId, family: &str) -> bool {
    complaint.is_none_or(|c| c.family == family || c.rule.as_ref() == Some(rule))
}

/// What the log says, and why.
pub(super) fn decide(e: &Evidence<'_>) -> (Outcome, Vec<String>) {
    let counts = |f: &&Fired| {
        let finding = &f.finding;
        // A notice is a hint to the shop and no fault, unless the complaint is about that very rule.
        let is_named = e.complaint.is_some_and(|c| c.rule.as_ref() == Some(&finding.rule));
        f.asked
            && (finding.level >= Level::Warning || is_named)
            && is_meant(e.complaint, &finding.rule, &f.rule.family)
    };
    let meant: Vec<&Fired> = e.fired.iter().filter(counts).collect();
    let titles = |list: &[&Fired]| {
        let mut titles: Vec<&str> = list.iter().map(|f| f.rule.title.as_str()).collect();
        titles.dedup();
        titles.join("、")
    };
    let certain: Vec<&Fired> =
        meant.iter().filter(|f| f.finding.certainty == Certainty::Certain).copied().collect();
    if !certain.is_empty() {
        return (Outcome::AtFault, vec![format!("聊天记录里有：{}。", titles(&certain))]);
    }
    if !meant.is_empty() {
        let mut reasons = vec![format!("疑似：{}；还要人工看原文确认。", titles(&meant))];
        let speaks = |n: &&Nearly| n.defends && meant.iter().any(|f| f.rule.id == n.rule);
        reasons.extend(e.nearly.iter().filter(speaks).map(|n| format!("但{}", n.why)));
        return (Outcome::Doubtful, reasons);
    }
    let shared = e.alike.iter().any(|a| !a.shared_orders.is_empty());
    if !e.traps.is_empty() || shared {
        let mut reasons: Vec<String> =
            e.traps.iter().map(|t| format!("像是给店铺设的局：{}。", t.title)).collect();
        reasons.extend(shared.then(|| "有名字相似的账号提到同一个订单号。".to_owned()));
        return (Outcome::Trap, reasons);
    }
    let defended = e.nearly.iter().filter(|n| n.asked && n.defends).count();
    let named_unjudged = e.complaint.is_some_and(|c| c.rule.is_some()) && !e.unjudged.is_empty();
    if named_unjudged {
        let reasons = e.unjudged.iter().map(|(title, why)| format!("{title}：{why}")).collect();
        return (Outcome::NotEnough, reasons);
    }
    if !e.is_answered {
        return (Outcome::NotEnough, vec!["记录里没有人工客服的话。".to_owned()]);
    }
    match e.complaint {
        Some(c) if defended > 0 || e.defence > 0 => {
            let mut reasons = vec![format!("没有触到{}一类的规则。", c.title)];
            reasons.extend((e.defence > 0).then(|| format!("有 {} 句话为客服说话。", e.defence)));
            reasons.extend(
                (defended > 0).then(|| format!("有 {defended} 条规则差一点成立，但记录里的原话不算违规。")),
            );
            (Outcome::Cleared, reasons)
        }
        Some(c) if e.is_topic_said => {
            (Outcome::Cleared, vec![format!("谈到了{}，客服的话没有触到这一类的任何规则。", c.title)])
        }
        Some(c) => {
            let mut reasons = vec![format!("记录里没有谈到{}，可能在电话、别的账号或别的会话里。", c.title)];
            reasons.extend(e.unjudged.iter().map(|(title, why)| format!("{title}：{why}")));
            (Outcome::NotEnough, reasons)
        }
        None => {
            (Outcome::Cleared, vec!["没有触到任何规则；加上 --complaint 可以按投诉的事由细查。".to_owned()])
        }
    }
}

/// What to do, by what the log says.
pub(super) fn advise(outcome: Outcome, e: &Evidence<'_>, casework: &Casework) -> Advice {
    let first = e.fired.iter().find(|f| f.asked && is_meant(e.complaint, &f.finding.rule, &f.rule.family));
    let family = match (e.complaint, first) {
        (Some(complaint), _) => Some(complaint.family.as_str()),
        (None, Some(fired)) => Some(fired.rule.family.as_str()),
        _ => None,
    };
    let topic = family.and_then(|family| casework.topic(family));
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let replies = &casework.replies;
    let cleared = topic.map_or("", |t| t.cleared.as_str());
    let reply = match outcome {
        Outcome::AtFault | Outcome::Doubtful => or(first.map_or("", |f| &f.rule.remedy), &replies.unknown),
        Outcome::Trap => replies.trap.clone(),
        Outcome::Cleared => or(cleared, &replies.cleared),
        Outcome::NotEnough => replies.unknown.clone(),
    };
    let own = |pick: fn(&crate::rules::casework::Topic) -> &Vec<String>| {
        topic.map(pick).into_iter().flatten().cloned()
    };
    Advice {
        reply,
        collect: own(|t| &t.collect).chain(casework.collect.iter().cloned()).collect(),
        avoid: own(|t| &t.avoid).chain(casework.avoid.iter().cloned()).collect(),
    }
}
