//! Cases that somebody has reviewed: the same answer to the same question is charged again only as the reviewer said.
//! It compares words, masked and folded, and knows nothing of who wrote them or when.

use std::collections::BTreeSet;

use crate::detect::turn::{Turn, turns};
use crate::mask::mask;
use crate::model::{Conversation, Kind, Role};
use crate::rules::dialogue;
use crate::taught::corpus::Example;
use crate::text::normal::Normaliser;

/// A question and answer of fewer characters say too little: what was said before them must be the same too.
const TELLING: usize = 16;

/// What reviewers said, by rule and words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviewed {
    wrong: BTreeSet<(String, String)>,
    right: BTreeSet<(String, String)>,
}

impl Reviewed {
    /// What these examples say: each of the shop's turns in one that must not break its rule is harmless there, in one
    /// that must break it is a breach if charged. Dialogues that cannot be read are left out.
    #[must_use]
    pub fn new(examples: &[Example]) -> Self {
        let mut reviewed = Self::default();
        let mut normaliser = Normaliser::default();
        for example in examples.iter().filter(|e| !e.about.is_empty()) {
            let Ok(conversation) = dialogue::parse(&example.text, example.platform) else { continue };
            let turns = turns(&conversation, &mut normaliser);
            let is_right = example.broken.contains(&example.about);
            let list = if is_right { &mut reviewed.right } else { &mut reviewed.wrong };
            for (n, _) in turns.iter().enumerate().filter(|(_, t)| t.role.is_shop()) {
                list.insert((example.about.clone(), words(&conversation, &turns, n, &mut normaliser)));
            }
        }
        reviewed
    }

    /// Whether nothing was reviewed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wrong.is_empty() && self.right.is_empty()
    }

    /// What was said about charging a rule at a turn: `Some(true)` for rightly, `Some(false)` for wrongly.
    pub(super) fn verdict(
        &self,
        rule: &str,
        conversation: &Conversation<'_>,
        turns: &[Turn<'_>],
        turn: usize,
        normaliser: &mut Normaliser,
    ) -> Option<bool> {
        if self.is_empty() {
            return None;
        }
        let key = (rule.to_owned(), words(conversation, turns, turn, normaliser));
        if self.wrong.contains(&key) { Some(false) } else { self.right.contains(&key).then_some(true) }
    }
}

/// The words of a turn and of the buyer's turn before it; of short ones also what was said just before.
fn words(
    conversation: &Conversation<'_>,
    turns: &[Turn<'_>],
    at: usize,
    normaliser: &mut Normaliser,
) -> String {
    let mut said = |turn: &Turn<'_>| -> String {
        let mut words = String::new();
        for message in conversation.messages.get(turn.messages.clone()).unwrap_or_default() {
            if message.kind == Kind::Image {
                words.push('图');
            } else {
                normaliser.append(&mask(message.text, &[]).0, &mut words);
            }
        }
        words
            .chars()
            .filter(|c| c.is_alphanumeric())
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect()
    };
    let mut before = turns.get(..at).unwrap_or_default().iter().rev().filter(|t| t.role != Role::System);
    let mut words = turns.get(at).map(&mut said).unwrap_or_default();
    for turn in before.by_ref() {
        words.push('\n');
        words.push_str(&said(turn));
        if turn.role == Role::Buyer {
            break;
        }
    }
    if words.chars().count() < TELLING {
        for turn in before.take(2) {
            words.push('\n');
            words.push_str(&said(turn));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(text: &str, is_right: bool) -> Example {
        Example {
            place: ("mine".to_owned(), 1),
            text: text.to_owned(),
            platform: None,
            broken: if is_right { vec!["r".to_owned()] } else { Vec::new() },
            open: Vec::new(),
            about: "r".to_owned(),
        }
    }

    fn verdict(reviewed: &Reviewed, rule: &str, text: &str) -> Option<bool> {
        let conversation = dialogue::parse(text, None).unwrap();
        let mut normaliser = Normaliser::default();
        let turns = turns(&conversation, &mut normaliser);
        reviewed.verdict(rule, &conversation, &turns, turns.len() - 1, &mut normaliser)
    }

    #[test]
    fn the_same_words_are_judged_as_reviewed() {
        let reviewed = Reviewed::new(&[
            example("买：你们这个能开专用发票吗 | 客：电子的要等下个月系统升级", false),
            example("买：好的 | 客：嗯 | 买：有吗 | 客：没有", false),
            example("买：电话多少 | 客：打138****5678找我，微信也是这个号", true),
        ]);
        let same =
            "买：在 | 客：在的 | 买：你们这个能开 专用发票吗？ | 客：电子的 | 客：要等下个月系统升级。";
        assert_eq!(verdict(&reviewed, "r", same), Some(false));
        assert_eq!(verdict(&reviewed, "other", same), None);
        assert_eq!(verdict(&reviewed, "r", "买：你们这个能开专用发票吗 | 客：不能"), None);
        assert_eq!(verdict(&reviewed, "r", "买：好的 | 客：嗯 | 买：有吗 | 客：没有"), Some(false));
        assert_eq!(
            verdict(&reviewed, "r", "买：发票 | 客：在 | 买：有吗 | 客：没有"),
            None,
            "short answers need context"
        );
        let phone = "买：电话多少 | 客：打13812345678找我，微信也是这个号";
        assert_eq!(verdict(&reviewed, "r", phone), Some(true));
    }
}
