//! Waivers: findings that somebody took responsibility for, with a reason, an owner and an end. What is expired, unused
//! or names no rule is told, so that the file cannot rot in silence.

use chrono::NaiveDate;
use glob::Pattern;
use toml::de::DeTable;

use crate::lint::outcome::{Flagged, Outcome, State};
use crate::lint::place::Lines;
use crate::lint::templates::problem;
use crate::problem::{Problem, Severity};
use crate::rules::flaw::{Flaw, nearest};
use crate::rules::form::{At, Fields, Gather};
use crate::say::Say;

/// One `[[waiver]]`.
#[derive(Clone, Debug)]
struct Waiver {
    rule: String,
    fingerprint: Option<String>,
    file: Option<Pattern>,
    group: Option<String>,
    code: Option<String>,
    reason: String,
    owner: String,
    until: NaiveDate,
    line: usize,
}

/// A waiver file.
#[derive(Clone, Debug)]
pub struct Waivers {
    name: String,
    list: Vec<Waiver>,
}

impl Waivers {
    /// Reads a waiver file.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn read(name: &str, text: &str) -> Result<Self, Vec<Flaw>> {
        let gather = Gather::new(0);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let what = Say::new(
                format!("不是合法的 TOML：{}", error.message()),
                format!("not valid TOML: {}", error.message()),
            );
            gather.flaw(error.span().unwrap_or(0..0), what, Say::default());
        }
        if !errors.is_empty() {
            return Err(gather.into_flaws());
        }
        let lines = Lines::of(text);
        let fields = Fields::new(table.get_ref(), 0..0, &gather);
        let list: Vec<Waiver> = fields.tables("waiver").iter().filter_map(|f| waiver(f, &lines)).collect();
        fields.done();
        let flaws = gather.into_flaws();
        if flaws.is_empty() { Ok(Self { name: name.to_owned(), list }) } else { Err(flaws) }
    }

    /// Waives the findings that it names, and tells which waivers do nothing.
    pub fn apply(&self, outcome: &mut Outcome, today: NaiveDate) {
        let known: Vec<String> = outcome.rules.keys().map(ToString::to_string).collect();
        for waiver in &self.list {
            let fits = outcome.findings.iter_mut().filter(|f| waiver.fits(f)).collect::<Vec<_>>();
            let told = if !known.contains(&waiver.rule) {
                Some(self.unknown(waiver, &known))
            } else if waiver.until < today {
                Some(self.expired(waiver, fits.len()))
            } else if fits.is_empty() {
                Some(self.unused(waiver))
            } else {
                for finding in fits {
                    finding.state = State::Waived(waiver.reason.clone(), waiver.owner.clone());
                }
                None
            };
            outcome.problems.extend(told);
        }
    }

    fn note(&self, code: &'static str, waiver: &Waiver, what: Say, next: Say) -> Problem {
        Problem { severity: Severity::Warning, ..problem(code, &self.name, waiver.line, what, next) }
    }

    fn unknown(&self, waiver: &Waiver, known: &[String]) -> Problem {
        let rule = &waiver.rule;
        let what = Say::new(format!("没有规则“{rule}”"), format!("there is no rule \"{rule}\""));
        let next = match nearest(rule, known.iter().map(String::as_str)) {
            Some(near) => Say::new(format!("是不是“{near}”？"), format!("did you mean \"{near}\"?")),
            None => Say::new("检查规则编号", "check the rule's id"),
        };
        self.note("waiver-unknown", waiver, what, next)
    }

    fn expired(&self, waiver: &Waiver, findings: usize) -> Problem {
        let until = waiver.until;
        let what = Say::new(
            format!("豁免已于 {until} 到期，{findings} 条又算问题（负责人：{}）", waiver.owner),
            format!("the waiver ended on {until}; {findings} findings count again (owner: {})", waiver.owner),
        );
        let next = Say::new(
            "改掉模板，或重新评估后改 until",
            "mend the template, or decide anew and change `until`",
        );
        self.note("waiver-expired", waiver, what, next)
    }

    fn unused(&self, waiver: &Waiver) -> Problem {
        let what = Say::new(
            format!("对 {} 的豁免没有用上", waiver.rule),
            format!("the waiver for {} is not used", waiver.rule),
        );
        self.note("waiver-unused", waiver, what, Say::new("可以删掉它", "it can be deleted"))
    }
}

impl Waiver {
    fn fits(&self, finding: &Flagged) -> bool {
        let same = |wanted: &Option<String>, has: &str| wanted.as_ref().is_none_or(|w| w == has);
        self.rule == finding.rule.as_str()
            && same(&self.fingerprint, &finding.id.to_string())
            && same(&self.group, &finding.group)
            && same(&self.code, &finding.code)
            && self.file.as_ref().is_none_or(|pattern| pattern.matches(&finding.spot.file))
    }
}

fn waiver(f: &Fields<'_, '_>, lines: &Lines) -> Option<Waiver> {
    let text = |t: Option<At<String>>| t.map(|t| t.value);
    let file = f.text("file").and_then(|t| {
        let pattern = Pattern::new(&t.value);
        if pattern.is_err() {
            let hint = Say::new("例如 \"短语/*.csv\"", "for example \"templates/*.csv\"");
            f.wrong(t.range(), Say::new("通配符写错了", "the pattern is wrong"), hint);
        }
        pattern.ok()
    });
    let (rule, until) = (f.need("rule"), f.need("until"));
    let day = until.value.parse::<NaiveDate>().ok();
    if day.is_none() && f.has("until") {
        let what = Say::new("日期要写成 \"2026-12-31\"", "a day is written \"2026-12-31\"");
        f.wrong(until.range(), what, Say::default());
    }
    let fingerprint = text(f.text("fingerprint"));
    let (group, code) = (text(f.text("group")), text(f.text("code")));
    let (reason, owner) = (f.need("reason").value, f.need("owner").value);
    let named = [&fingerprint, &group, &code].iter().any(|t| t.is_some()) || f.has("file");
    if !named {
        let what = Say::new(
            "要写明豁免哪些：fingerprint、file、group、code 至少一项",
            "say what is waived: at least one of fingerprint, file, group, code",
        );
        f.wrong(f.at().range(), what, Say::default());
    }
    f.done();
    let line = lines.line(f.at().span.0);
    Some(Waiver { rule: rule.value, fingerprint, file, group, code, reason, owner, until: day?, line })
}
