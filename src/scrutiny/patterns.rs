//! Doubts about single patterns: never matched, always matched, a word boundary beside Chinese text, a last sign that
//! changes nothing.

use crate::rules::flaw::Flaw;
use crate::rules::form::At;
use crate::rules::written::File;
use crate::say::Say;
use crate::scrutiny::{Bench, samples};
use crate::text::normal::Normaliser;

/// Messages that have nothing in common. What fits all of them fits everything.
const UNLIKE: [&str; 6] = ["在的", "谢谢亲", "1", "ok", "明天发货，请放心", "？"];

/// Looks at the patterns of a file.
pub(super) fn look(file: &File, bench: &Bench<'_>, doubts: &mut Vec<Flaw>) {
    for signal in &file.signals {
        for pattern in [&signal.any, &signal.all, &signal.none, &signal.unless].into_iter().flatten() {
            one(pattern, bench, doubts);
        }
        for pattern in &signal.any {
            everything(pattern, bench, doubts);
        }
    }
    for form in &file.extends {
        for pattern in form.any.iter().chain(&form.unless) {
            one(pattern, bench, doubts);
        }
        for pattern in &form.any {
            everything(pattern, bench, doubts);
        }
    }
}

fn one(pattern: &At<String>, bench: &Bench<'_>, doubts: &mut Vec<Flaw>) {
    boundary(pattern, doubts);
    last_sign(pattern, doubts);
    never(pattern, bench, doubts);
}

/// `\b` counts Chinese characters as letters, so it fails beside them.
fn boundary(pattern: &At<String>, doubts: &mut Vec<Flaw>) {
    if pattern.value.contains("\\b") && !pattern.value.contains("(?-u") {
        let what = Say::new(
            "\\b 把汉字也当字母，“好的OK哈”里的 OK 不会匹配",
            "\\b takes Chinese characters for letters, so OK in “好的OK哈” is not matched",
        );
        let hint =
            Say::new("要只看英文字母，写成 (?-u:\\b)", "write (?-u:\\b) to look at ASCII letters only");
        doubts.push(Flaw::doubt(pattern.source, pattern.range(), what, hint));
    }
}

/// `吗?` at the end: the last character may be there or not, so it changes nothing.
fn last_sign(pattern: &At<String>, doubts: &mut Vec<Flaw>) {
    let mut backwards = pattern.value.chars().rev();
    let (Some(sign @ ('?' | '*')), Some(before)) = (backwards.next(), backwards.next()) else { return };
    if before.is_alphanumeric() && backwards.next() != Some('\\') {
        let what = Say::new(
            format!("末尾的 {sign} 让“{before}”可有可无，写不写都一样"),
            format!("the {sign} at the end makes \"{before}\" optional, so both change nothing"),
        );
        let hint = Say::new(
            "要匹配问号就写中文的 ？；不要就去掉",
            "write the Chinese ？ to match a question mark, or leave it out",
        );
        doubts.push(Flaw::doubt(pattern.source, pattern.range(), what, hint));
    }
}

/// What a pattern wants looks different once a text is normalised.
fn never(pattern: &At<String>, bench: &Bench<'_>, doubts: &mut Vec<Flaw>) {
    let Some(compiled) =
        bench.patterns.get(pattern.value.as_str()).and_then(|ix| bench.pack.patterns.get(*ix))
    else {
        return;
    };
    let samples = samples::of(compiled.regex.source());
    let seen = |text: &str| {
        let lines: Vec<String> = text
            .split('\n')
            .map(|line| {
                let mut out = String::new();
                Normaliser::default().append(line, &mut out);
                out
            })
            .collect();
        lines.join("\n")
    };
    // What a sign becomes depends on its neighbours, so each text is tried in several places of a message.
    let stands = |text: &String| {
        let places = [("", ""), ("甲", ""), ("", "乙"), ("甲", "乙"), ("x", "x"), ("1", "1")];
        places.iter().any(|(before, after)| compiled.regex.is_in(&seen(&format!("{before}{text}{after}"))))
    };
    if samples.is_empty() || compiled.regex.has_slots() || samples.iter().any(stands) {
        return;
    }
    let sample = samples.first().cloned().unwrap_or_default();
    let mut shown = String::new();
    Normaliser::default().append(&sample, &mut shown);
    let what = Say::new("这个模式什么也匹配不到", "this pattern can match nothing");
    let hint = Say::new(
        format!("检查前会先规整文字：“{sample}”变成“{shown}”"),
        format!("texts are normalised before: \"{sample}\" becomes \"{shown}\""),
    );
    doubts.push(Flaw::doubt(pattern.source, pattern.range(), what, hint));
}

fn everything(pattern: &At<String>, bench: &Bench<'_>, doubts: &mut Vec<Flaw>) {
    let compiled = bench.patterns.get(pattern.value.as_str()).and_then(|ix| bench.pack.patterns.get(*ix));
    if compiled.is_some_and(|compiled| UNLIKE.iter().all(|text| compiled.regex.is_in(text))) {
        let what = Say::new("这个模式几乎每句话都匹配", "this pattern matches nearly every message");
        let hint = Say::new("写上真正要找的词", "write the words that are meant");
        doubts.push(Flaw::doubt(pattern.source, pattern.range(), what, hint));
    }
}
