//! The teaching examples: `rules/examples/*.txt` and the examples of the rules themselves, read into dialogues.
//!
//! A file holds `# rule-id` headings (or `# ordinary`), then one dialogue a line: `+ ` must fire, `- ` must not. A hit
//! that breaks further rules names them at its end: ` # also: rule-id`. A hit that a wider rule may claim too names it
//! with ` # maybe: rule-id`; it then teaches nothing about that rule. ` # note: ...` at the very end is a remark.

use std::borrow::Cow;

use crate::model::Platform;
use crate::rules::dialogue::STRICT;
use crate::rules::flaw::Source;
use crate::rules::pack::Pack;
use crate::say::Say;

/// What stands before a remark at the end of a line.
pub const NOTE: &str = " # note:";
/// The heading of dialogues that break no rule.
pub const ORDINARY: &str = "ordinary";

/// One teaching dialogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Where it stands: file name and 1-based line.
    pub place: (String, usize),
    /// The dialogue in one line.
    pub text: String,
    /// The marketplace when the dialogue names none.
    pub platform: Option<Platform>,
    /// Rules that it breaks.
    pub broken: Vec<String>,
    /// Rules that it may break, so that it teaches nothing about them.
    pub open: Vec<String>,
    /// The rule under whose heading it stands; empty for ordinary dialogues.
    pub about: String,
}

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/examples.rs"));
}

/// The example files that are built in, in order of name.
#[must_use]
pub fn built_in() -> Vec<Source> {
    let source =
        |(name, text): &(&str, &'static str)| Source { name: (*name).to_owned(), text: Cow::Borrowed(text) };
    built_in::FILES.iter().map(source).collect()
}

/// Reads a file of examples.
///
/// # Errors
/// Every line that cannot be used, with its number.
pub fn read(source: &Source, pack: &Pack) -> Result<Vec<Example>, Vec<(usize, Say)>> {
    let mut examples = Vec::new();
    let mut wrong = Vec::new();
    let mut about: Option<String> = None;
    for (n, line) in source.text.lines().enumerate().map(|(n, line)| (n + 1, line.trim())) {
        if line.is_empty() {
            continue;
        }
        if let Some(heading) = line.strip_prefix("# ") {
            let id = heading.split_whitespace().next().unwrap_or_default();
            if id != ORDINARY && pack.rule(id).is_none() {
                wrong.push((n, Say::new(format!("没有规则“{id}”"), format!("there is no rule \"{id}\""))));
            }
            about = Some(id.to_owned());
            continue;
        }
        let must_fire = line.starts_with("+ ");
        let (Some(body), Some(about)) = (line.strip_prefix("+ ").or_else(|| line.strip_prefix("- ")), &about)
        else {
            wrong.push((
                n,
                Say::new(
                    "每行要以 + 或 - 开头，前面要有 # 规则编号",
                    "begin each line with + or -, below a # rule-id heading",
                ),
            ));
            continue;
        };
        examples.push(example(source, n, body, must_fire, about, pack));
    }
    if wrong.is_empty() { Ok(examples) } else { Err(wrong) }
}

fn example(source: &Source, line: usize, body: &str, must_fire: bool, about: &str, pack: &Pack) -> Example {
    let body = body.split_once(NOTE).map_or(body, |(body, _)| body);
    let (body, open) = named(body, " # maybe:");
    let (body, mut broken) = named(body, " # also:");
    if must_fire {
        broken.insert(0, about.to_owned());
    }
    let is_ordinary = about == ORDINARY;
    Example {
        place: (source.name.clone(), line),
        text: body.to_owned(),
        platform: default_platform(about, pack),
        broken,
        open,
        about: if is_ordinary { String::new() } else { about.to_owned() },
    }
}

/// Cuts a list of ids off the end of a line.
fn named<'l>(body: &'l str, mark: &str) -> (&'l str, Vec<String>) {
    match body.split_once(mark) {
        Some((body, ids)) => {
            let ids = ids.split([',', '，', ' ']).map(str::trim).filter(|id| !id.is_empty());
            (body.trim(), ids.map(str::to_owned).collect())
        }
        None => (body.trim(), Vec::new()),
    }
}

/// The first platform of a rule, else Tmall.
fn default_platform(rule: &str, pack: &Pack) -> Option<Platform> {
    pack.rule(rule).and_then(|r| r.meta.platforms.first().copied()).or(Some(Platform::Tmall))
}

/// The examples that stand in the rules themselves.
#[must_use]
pub fn of_rules(pack: &Pack) -> Vec<Example> {
    let mut examples = Vec::new();
    for rule in pack.rules.iter().filter(|r| r.enabled && r.unjudged.is_none()) {
        let id = rule.meta.id.to_string();
        for (list, fires) in [(&rule.hit, true), (&rule.ok, false)] {
            // What only the strict count as a fault teaches nothing.
            for at in list.iter().filter(|at| !at.value.starts_with(STRICT)) {
                examples.push(Example {
                    place: (String::new(), 0),
                    text: at.value.clone(),
                    platform: default_platform(&id, pack),
                    broken: if fires { vec![id.clone()] } else { Vec::new() },
                    open: Vec::new(),
                    about: id.clone(),
                });
            }
        }
    }
    examples
}
