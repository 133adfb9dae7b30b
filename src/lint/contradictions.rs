//! Templates of one shop that together make a promise and its breach: pairs of signals, and figures that must agree.
//! A template that says both is an exception told in one breath and contradicts nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::found::{Desk, Found, Part};
use crate::lint::judge::Heard;
use crate::model::Platform;
use crate::rules::lint::{Figure, Lint};
use crate::rules::meta::RuleMeta;
use crate::rules::pack::SignalIx;
use crate::say::Say;
use crate::span::Span;

/// The signals that must be listened for.
pub(super) fn wanted(lint: &Lint) -> Vec<SignalIx> {
    let all = lint.contradictions.iter().flat_map(|pair| [pair.says, pair.against]);
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// `heard` is what each template says.
pub(super) fn run(desk: &Desk<'_>, heard: &[Heard]) -> Vec<Found> {
    let Some(meta) = desk.lint.check("template-contradiction") else { return Vec::new() };
    let mut found = signals(desk, heard, meta);
    for figure in &desk.lint.figures {
        found.extend(figures(desk, figure, meta));
    }
    found
}

fn signals(desk: &Desk<'_>, heard: &[Heard], meta: &RuleMeta) -> Vec<Found> {
    let pairs = &desk.lint.contradictions;
    let mut found = Vec::new();
    for pair in pairs {
        let mut promised: BTreeMap<Platform, (usize, Span)> = BTreeMap::new();
        let mut broken: Vec<(usize, Span)> = Vec::new();
        for ((n, template, _), heard) in desk.each().zip(heard) {
            match (heard.get(&pair.says), heard.get(&pair.against)) {
                (Some(span), None) => {
                    promised.entry(desk.platform(template)).or_insert((n, *span));
                }
                (None, Some(span)) => broken.push((n, *span)),
                _ => {}
            }
        }
        for (n, span) in broken {
            let Some(template) = desk.templates.get(n) else { continue };
            let Some((other, words)) = promised.get(&desk.platform(template)) else { continue };
            let why = Say::new(
                format!("{}：另一条短语的说法与这一条相反。", pair.about),
                format!("{}: another template says the opposite.", pair.about),
            );
            found.push(Found { other: Some((*other, Part::Text, *words)), ..Found::new(meta, n, span, why) });
        }
    }
    found
}

/// What most templates say is taken as the shop's rule; each that says otherwise is told, with one that says it.
fn figures(desk: &Desk<'_>, figure: &Figure, meta: &RuleMeta) -> Vec<Found> {
    let mut said: BTreeMap<Platform, Vec<(u32, usize, Span)>> = BTreeMap::new();
    for (n, template, reading) in desk.each() {
        let masked = &reading.masked.text;
        for found in figure.pattern.get(masked).into_iter().flat_map(|finder| finder.find_iter(masked)) {
            let words = masked.get(found.clone());
            let Some(value) = words.and_then(first_number) else { continue };
            let span = reading.masked.origin(Span::new(found.start, found.end));
            said.entry(desk.platform(template)).or_default().push((value, n, span));
        }
    }
    let mut out = Vec::new();
    for all in said.into_values() {
        let count = |value: u32| all.iter().filter(|(v, ..)| *v == value).count();
        // Of values that are said equally often, the one that is said first.
        let Some(most) = all.iter().map(|(v, ..)| count(*v)).max() else { continue };
        let Some((usual, other, words)) = all.iter().find(|(v, ..)| count(*v) == most) else { continue };
        for (value, n, span) in all.iter().filter(|(v, n, _)| v != usual && n != other) {
            let why = Say::new(
                format!("{}：这里是 {value}，别的短语是 {usual}。", figure.about),
                format!("{}: {value} here, {usual} in other templates.", figure.about),
            );
            out.push(Found { other: Some((*other, Part::Text, *words)), ..Found::new(meta, *n, *span, why) });
        }
    }
    out
}

/// The first number of a text, in digits or in Chinese up to 99.
fn first_number(text: &str) -> Option<u32> {
    const NUMERALS: &str = "零一二三四五六七八九";
    let digit = |c: char| {
        let c = if c == '两' { '二' } else { c };
        c.to_digit(10).or_else(|| NUMERALS.chars().zip(0..).find(|(n, _)| *n == c).map(|(_, v)| v))
    };
    let is_part = |c: &char| digit(*c).is_some() || *c == '十';
    let number: Vec<char> = text.chars().skip_while(|c| !is_part(c)).take_while(is_part).collect();
    match number.iter().position(|c| *c == '十') {
        Some(at) => {
            let before = number.get(..at).and_then(<[char]>::last).map_or(Some(1), |c| digit(*c))?;
            let after = number.get(at + 1).map_or(Some(0), |c| digit(*c))?;
            Some(before * 10 + after)
        }
        None => {
            let value = number.iter().try_fold(0u32, |all, c| all.checked_mul(10)?.checked_add(digit(*c)?));
            value.filter(|_| !number.is_empty())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_both_ways() {
        let cases = [
            ("7天", Some(7)),
            ("满十五天", Some(15)),
            ("七日", Some(7)),
            ("二十天", Some(20)),
            ("几天", None),
        ];
        for (text, value) in cases {
            assert_eq!(first_number(text), value, "{text}");
        }
    }
}
