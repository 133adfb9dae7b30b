//! Says in one or two Chinese sentences why a rule fired: the words, the line that they answer, what would have
//! stopped it.

use crate::detect::case::Fire;
use crate::detect::scene::{Hit, Scene};
use crate::finding::Taught;
use crate::model::Role;
use crate::rules::pack::{Body, Case, Context, Guard};

impl Scene<'_> {
    /// Why a case fired.
    pub fn why(&self, case: &Case, fire: &Fire) -> String {
        let mut text = match self.turns.get(fire.turn).map(|t| t.role) {
            Some(Role::Robot) => "机器人说".to_owned(),
            _ => "客服说".to_owned(),
        };
        if fire.hits.is_empty() {
            text = text.replace("说", "回了这句");
        }
        text.push_str(&self.quote(fire.turn, &fire.hits));
        for (turn, hits) in &fire.support {
            let who = match self.turns.get(*turn).map(|t| t.role) {
                Some(Role::Buyer) => "买家",
                Some(Role::System) => "系统",
                _ => "客服",
            };
            let when = if *turn < fire.turn { "此前" } else { "之后" };
            text.push_str(&format!("；{when}{who}说{}", self.quote(*turn, hits)));
        }
        for context in case.not_after.iter().filter(|context| context.is_expected) {
            text.push_str(&format!("；应该说却没说“{}”", self.named(context)));
        }
        text.push('。');
        if fire.doubted {
            text.push_str("词语成立，整段话却不太像教过的违规，请人看一眼。");
        }
        text.push_str(&self.stoppers(case, fire));
        text
    }

    /// Why a taught model charged a turn: the words that weighed most, the score beside its threshold, the nearest
    /// example.
    pub(super) fn why_taught(&self, reasons: &Taught) -> String {
        let quoted = |words: &[String]| words.iter().map(|w| format!("“{w}”")).collect::<Vec<_>>().join("、");
        let mut text = format!("说法与违规示例相近：{}", quoted(&reasons.words));
        if !reasons.question.is_empty() {
            text.push_str(&format!("；买家问{}", quoted(&reasons.question)));
        }
        if !reasons.answer.is_empty() {
            text.push_str(&format!("；买家接着说{}", quoted(&reasons.answer)));
        }
        if !reasons.signals.is_empty() {
            text.push_str(&format!("；听出{}", reasons.signals.join("、")));
        }
        text.push_str(&format!(
            "（相近度 {}，界线 {}）。",
            decimal(reasons.score),
            decimal(reasons.threshold)
        ));
        if !reasons.nearest.is_empty() {
            text.push_str(&format!("最像的示例：{}。", reasons.nearest));
        }
        text
    }

    /// The words of each signal once: “开不了”（拒绝开票）.
    pub(super) fn quote(&self, turn: usize, hits: &[Hit]) -> String {
        let Some(turn) = self.turns.get(turn) else { return String::new() };
        let mut said: Vec<(usize, String)> = Vec::new();
        for hit in hits {
            if said.iter().any(|(signal, _)| *signal == hit.signal) {
                continue;
            }
            let words = turn.text.get(hit.start..hit.end).unwrap_or_default().replace('\n', " / ");
            said.push((hit.signal, words));
        }
        let parts: Vec<String> = said
            .iter()
            .map(|(signal, words)| match self.pack.signals.get(*signal) {
                Some(s) if s.title != s.id => format!("“{words}”（{}）", s.title),
                _ => format!("“{words}”"),
            })
            .collect();
        parts.join("、")
    }

    /// The titles of a context's signals, or the context as written when they have none.
    fn named(&self, context: &Context) -> String {
        let mut names = Vec::new();
        context.expr.names(&mut names);
        let titled = names.iter().filter_map(|(ix, _)| self.pack.signals.get(**ix));
        let titles: Vec<&str> = titled.filter(|s| s.title != s.id).map(|s| s.title.as_str()).collect();
        if titles.is_empty() { context.written.clone() } else { titles.join("、") }
    }

    /// What would have stopped the case.
    fn stoppers(&self, case: &Case, fire: &Fire) -> String {
        let mut stoppers = Vec::new();
        if let Some(signal) = fire.hits.first().and_then(|hit| self.pack.signals.get(hit.signal))
            && let Body::Words(words) = &signal.body
        {
            let names = words.guards.iter().filter_map(|g| self.pack.guards.get(*g)).filter_map(guard_words);
            stoppers.extend(names);
        }
        let contexts = [(&case.not_before, "此前"), (&case.not_after, "之后"), (&case.not_around, "前后")];
        stoppers.extend(case.except.iter().map(|e| e.reason.clone()));
        for (contexts, when) in contexts {
            for context in contexts.iter().filter(|context| !context.is_expected) {
                let mut names = Vec::new();
                context.expr.names(&mut names);
                let titles: Vec<&str> = names
                    .iter()
                    .filter_map(|(ix, _)| self.pack.signals.get(**ix))
                    .filter(|s| s.title != s.id)
                    .map(|s| s.title.as_str())
                    .collect();
                if !titles.is_empty() {
                    stoppers.push(format!("{when}有“{}”", titles.join("、")));
                }
            }
        }
        if stoppers.is_empty() {
            String::new()
        } else {
            format!("若{}，则不报。", stoppers.join("，或"))
        }
    }
}

pub(crate) fn guard_words(guard: &Guard) -> Option<String> {
    let words = match guard.name.as_str() {
        "negated" => "这话是否定的",
        "quoted" => "是引用对方的话",
        "warned" => "是提醒防骗",
        "question" => "是在反问或询问",
        "conditional" => "只是假设",
        _ => return None,
    };
    Some(words.to_owned())
}

/// Hundredths as a decimal number.
fn decimal(hundredths: i32) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}
