//! Cross-validation as a log would be judged: each part of the dialogues is judged by models that the other parts
//! taught, through the whole detector, in one or all ways of recognising.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::detect::detector::{Detector, Scratch, Ways};
use crate::finding::Level;
use crate::rules::dialogue;
use crate::rules::pack::Pack;
use crate::taught::corpus::Example;
use crate::taught::model::Model;
use crate::train::course::{Course, FOLDS};
use crate::train::{Aim, Mistakes, fit, rules};

/// A dialogue that was judged otherwise than its author wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// It breaks the rule, and was not charged; else the reverse.
    pub is_missed: bool,
    /// File and 1-based line; line 0 when it stands in the rule itself.
    pub place: (String, usize),
    /// The dialogue in one line.
    pub text: String,
    /// What the charge was founded on; empty when missed.
    pub why: String,
}

/// How a rule did on dialogues that its model was not taught with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Dialogues that break it.
    pub hits: usize,
    /// Of these, charged.
    pub found: usize,
    /// Others that were charged.
    pub alarms: usize,
    /// Every dialogue that was got wrong, in order of place.
    pub wrong: Vec<Wrong>,
}

impl Score {
    /// Charged rightly, of all charged.
    #[must_use]
    pub fn precision(&self) -> (usize, usize) {
        (self.found, self.found + self.alarms)
    }

    /// Charged rightly, of all that break the rule.
    #[must_use]
    pub fn recall(&self) -> (usize, usize) {
        (self.found, self.hits)
    }

    /// Adds up figures, without the dialogues.
    pub fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.found += other.found;
        self.alarms += other.alarms;
    }
}

/// The 95 % interval of a share by Wilson's method; all there is when nothing was counted.
#[must_use]
pub fn interval((part, whole): (usize, usize)) -> (f64, f64) {
    const Z: f64 = 1.96;
    if whole == 0 {
        return (0.0, 1.0);
    }
    #[allow(clippy::cast_precision_loss, reason = "counts of dialogues are small")]
    let (n, p) = (whole as f64, part as f64 / whole as f64);
    let centre = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0))
}

/// What is cross-validated.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What the thresholds are chosen for.
    pub aim: Aim,
    /// The share of the dialogues that teach, from above 0 to 1.
    pub share: f64,
}

/// Judges every dialogue by what the other parts teach. The result holds, for each of `ways`, a score by rule; rules
/// without a model have one only where written cases count.
///
/// # Errors
/// Every dialogue that cannot be read.
pub fn cross_validate(
    examples: &[Example],
    pack: &Pack,
    plan: Plan,
    ways: &[Ways],
) -> Result<Vec<BTreeMap<String, Score>>, Mistakes> {
    let course = Course::new(examples, pack)?;
    let taught = rules(examples, pack, |_| true);
    let learned: Vec<fit::Learned> =
        taught.par_iter().map(|rule| fit::learn(rule, &course, plan.share, plan.aim)).collect();
    let mut charges: Vec<(usize, usize, String, String)> = Vec::new();
    for part in 0..FOLDS {
        let heads = learned.iter().filter_map(|l| l.parts.get(usize::try_from(part).ok()?).cloned());
        let (heads, weights): (Vec<_>, Vec<_>) = heads.unzip();
        let model = Model::new(heads, "", &weights);
        let held_out: Vec<usize> = (0..examples.len())
            .filter(|n| course.lessons.get(*n).is_some_and(|lesson| lesson.fold == part))
            .collect();
        for (way, number) in ways.iter().zip(0..) {
            let detector = Detector::new(pack, &model, *way);
            charges
                .extend(judge(&detector, examples, &held_out).into_iter().map(|(n, r, w)| (number, n, r, w)));
        }
    }
    charges.sort();
    let mut scores: Vec<BTreeMap<String, Score>> = ways.iter().map(|_| BTreeMap::new()).collect();
    for (way, scores) in scores.iter_mut().enumerate() {
        let ours =
            charges.iter().filter(|c| c.0 == way).map(|(_, n, rule, why)| (*n, rule.as_str(), why.as_str()));
        count(examples, pack, &ours.collect::<Vec<_>>(), scores);
    }
    Ok(scores)
}

/// Dialogue, rule and reason of every charge; a notice counts where the dialogue is about it, since nobody labels notices
/// elsewhere.
fn judge(detector: &Detector<'_>, examples: &[Example], held_out: &[usize]) -> Vec<(usize, String, String)> {
    held_out
        .par_iter()
        .map_init(Scratch::default, |scratch, n| {
            let example = examples.get(*n)?;
            let conversation = dialogue::parse(&example.text, example.platform).ok()?;
            let mut findings = detector.judge(&conversation, scratch);
            findings.retain(|f| f.level > Level::Notice || f.rule.as_str() == example.about);
            Some(findings.into_iter().map(|f| (*n, f.rule.to_string(), f.why)).collect::<Vec<_>>())
        })
        .flatten()
        .flatten()
        .collect()
}

fn count(
    examples: &[Example],
    pack: &Pack,
    charges: &[(usize, &str, &str)],
    scores: &mut BTreeMap<String, Score>,
) {
    let mut charged: BTreeMap<(usize, &str), &str> = BTreeMap::new();
    for (n, rule, why) in charges {
        charged.insert((*n, rule), why);
    }
    let wrong = |example: &Example, is_missed, why: &str| Wrong {
        is_missed,
        place: example.place.clone(),
        text: example.text.clone(),
        why: why.to_owned(),
    };
    for (n, example) in examples.iter().enumerate() {
        // A rule for reply templates judges no log.
        let is_judged = |rule: &&String| pack.rule(rule).is_none_or(|r| !r.templates);
        for rule in example.broken.iter().filter(is_judged) {
            let score = scores.entry(rule.clone()).or_default();
            score.hits += 1;
            if charged.contains_key(&(n, rule.as_str())) {
                score.found += 1;
            } else {
                score.wrong.push(wrong(example, true, ""));
            }
        }
    }
    for ((n, rule), why) in charged {
        let Some(example) = examples.get(n) else { continue };
        let is_named = |list: &[String]| list.iter().any(|r| r == rule);
        if !is_named(&example.broken) && !is_named(&example.open) {
            let score = scores.entry(rule.to_owned()).or_default();
            score.alarms += 1;
            score.wrong.push(wrong(example, false, why));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::flaw::Source;
    use crate::rules::load;
    use crate::taught::corpus;

    /// A notice, a case for the strict and a rule for reply templates: none is what a log is charged with.
    #[test]
    fn only_what_a_log_would_be_charged_with_counts() {
        let rules = r#"
            [pack]
            name = "small"
            [[signal]]
            id = "refuses"
            any = ["不开"]
            guards = []
            [[signal]]
            id = "greets"
            any = ["在的"]
            guards = []
            [[rule]]
            id = "refusal"
            hit = ["客：不开"]
            ok = ["客：开的"]
            [[rule.case]]
            here = "refuses"
            [[rule.case]]
            here = "greets"
            strict = true
            [[rule]]
            id = "greeting"
            level = "notice"
            hit = ["客：在的"]
            ok = ["客：好的"]
            [[rule.case]]
            here = "greets"
            [[rule]]
            id = "template"
            templates = true
            hit = ["客：在的"]
            ok = ["客：好的"]
            [[rule.case]]
            here = "greets"
        "#;
        let source = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned().into() };
        let pack = load::load(vec![source("rules.toml", rules)], Vec::new()).unwrap();
        let bank = "# refusal\n+ 买：票 | 客：不开\n- 买：票 | 客：在的\n# greeting\n+ 买：你好 | 客：在的\n# template\n+ 买：嗨 | 客：在的";
        let examples = corpus::read(&source("bank.txt", bank), &pack).unwrap();
        let plan = Plan { aim: Aim::at(85), share: 1.0 };
        let scores = cross_validate(&examples, &pack, plan, &[Ways::Written]).unwrap();
        let figures = |rule: &str| scores[0].get(rule).map(|s| (s.hits, s.found, s.alarms));
        assert_eq!(figures("refusal"), Some((1, 1, 0)));
        assert_eq!(figures("greeting"), Some((1, 1, 0)));
        assert_eq!(figures("template"), None);
    }

    #[test]
    fn an_interval_holds_the_share_and_narrows_with_more() {
        let (low, high) = interval((45, 50));
        assert!((low - 0.786).abs() < 0.002 && (high - 0.957).abs() < 0.002, "{low} {high}");
        let (lower, higher) = interval((4500, 5000));
        assert!(lower > low && higher < high);
        assert_eq!(interval((0, 0)), (0.0, 1.0));
    }
}
