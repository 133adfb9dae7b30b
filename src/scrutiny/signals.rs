//! Doubts about signals: one that can never hold, an exception that never applies, a phrase that another one of the same
//! signal swallows. Each is tried on texts made of the signal's own words.

use crate::detect::signal::Void;
use crate::rules::flaw::Flaw;
use crate::rules::form::At;
use crate::rules::literals;
use crate::rules::pack::{Body, Signal, SignalIx, Words};
use crate::rules::written::{File, SignalForm};
use crate::say::Say;
use crate::scrutiny::{Bench, samples};

/// Looks at the signals of a file.
pub(super) fn look(file: &File, bench: &Bench<'_>, doubts: &mut Vec<Flaw>) {
    for form in &file.signals {
        let Some(ix) = bench.signals.get(form.id.value.as_str()).copied() else { continue };
        let Some(signal) = bench.pack.signals.get(ix) else { continue };
        let Body::Words(words) = &signal.body else { continue };
        if holds(ix, signal, words, bench) {
            idle_exceptions(form, ix, signal, words, bench, doubts);
            swallowed(form, ix, signal, words, bench, doubts);
        } else {
            let what = Say::new(
                format!("信号“{}”永远不会成立：它的词总被自己的条件排除", form.id.value),
                format!(
                    "the signal \"{}\" can never hold: its own conditions rule its words out",
                    form.id.value
                ),
            );
            let hint = Say::new(
                "看看 none、unless、at、max_chars、guards 是否和 any 冲突",
                "see whether none, unless, at, max_chars or guards contradict any",
            );
            doubts.push(Flaw::doubt(form.id.source, form.id.range(), what, hint));
        }
    }
}

/// Texts of the patterns of a list, one each, for those that can be made.
fn first_texts(patterns: &[usize], bench: &Bench<'_>) -> Vec<String> {
    let texts = |p: &usize| samples_of(*p, bench).into_iter().next();
    patterns.iter().filter_map(texts).collect()
}

fn samples_of(pattern: usize, bench: &Bench<'_>) -> Vec<String> {
    bench.pack.patterns.get(pattern).map(|p| samples::of(p.regex.source())).unwrap_or_default()
}

/// Whether a signal can hold at all: some text made of its words satisfies it.
pub(super) fn can_hold(ix: SignalIx, bench: &Bench<'_>) -> bool {
    match bench.pack.signals.get(ix) {
        Some(signal @ Signal { body: Body::Words(words), .. }) => holds(ix, signal, words, bench),
        _ => true,
    }
}

fn holds(ix: SignalIx, signal: &Signal, words: &Words, bench: &Bench<'_>) -> bool {
    let company = first_texts(&words.all, bench);
    let others = first_texts(&words.any, bench);
    let fill = "呢".repeat(words.min_chars);
    let says = |text: &str| bench.ask(text, signal.speaker, |scene| scene.signal(0, ix).is_some());
    words.any.iter().flat_map(|p| samples_of(*p, bench)).any(|text| {
        let together = [&company[..], if words.at_least > 1 { &others } else { &[] }].concat();
        let (close, apart) = (together.concat(), together.join("，"));
        [
            format!("{text}{close}"),
            format!("{close}{text}"),
            format!("{text}，{apart}"),
            format!("{apart}，{text}"),
            format!("甲{text}{close}"),
            format!("{text}{close}{fill}"),
        ]
        .iter()
        .any(|text| says(text))
    })
}

/// Exceptions that void no hit, however near they stand.
fn idle_exceptions(
    form: &SignalForm,
    ix: SignalIx,
    signal: &Signal,
    words: &Words,
    bench: &Bench<'_>,
    doubts: &mut Vec<Flaw>,
) {
    for written in &form.unless {
        let Some(unless) = bench.patterns.get(written.value.as_str()).copied() else { continue };
        let exceptions = samples_of(unless, bench);
        let applies = |text: &str| {
            bench.ask(text, signal.speaker, |scene| {
                let by_it = |void: &Option<Void>| match void {
                    Some(Void::Unless(start, end)) => scene.stands(0, unless, *start, *end),
                    _ => false,
                };
                scene.heard(0, ix).iter().any(|(_, void)| by_it(void))
            })
        };
        let said: Vec<String> = words.any.iter().flat_map(|p| samples_of(*p, bench)).collect();
        let is_used = exceptions.is_empty()
            || exceptions.iter().any(|except| applies(except))
            || said
                .iter()
                .any(|hit| exceptions.iter().any(|except| beside(hit, except).iter().any(|t| applies(t))));
        if !is_used {
            let what = Say::new(
                "这个 unless 永远用不上：它不会盖住或挨着 any 的任何一句",
                "this `unless` can never apply: it cannot cover or touch any of the words of `any`",
            );
            let hint = Say::new(
                "要看整条消息用 none 加 scope = \"message\"；要隔几个字用 unless_near",
                "use `none` with scope = \"message\" for the whole message, `unless_near` for some distance",
            );
            doubts.push(Flaw::doubt(written.source, written.range(), what, hint));
        }
    }
}

/// Two texts beside each other in every order, and joined where the end of one is the beginning of the other.
fn beside(hit: &str, except: &str) -> Vec<String> {
    let mut texts = vec![format!("{hit}{except}"), format!("{except}{hit}")];
    for (first, second) in [(hit, except), (except, hit)] {
        let starts: Vec<usize> = first.char_indices().map(|(at, _)| at).skip(1).collect();
        for at in starts {
            let Some((head, tail)) = first.split_at_checked(at) else { continue };
            if second.starts_with(tail) {
                texts.push(format!("{head}{second}"));
            }
        }
    }
    texts
}

/// Phrases that are never needed: wherever they stand, another one of the list has been seen already.
fn swallowed(
    form: &SignalForm,
    ix: SignalIx,
    signal: &Signal,
    words: &Words,
    bench: &Bench<'_>,
    doubts: &mut Vec<Flaw>,
) {
    if words.at_least > 1 || !words.all.is_empty() {
        return;
    }
    for (n, written) in form.any.iter().enumerate() {
        if let Some(earlier) = form.any.iter().take(n).find(|w| w.value == written.value) {
            doubts.push(swallow(written, earlier));
            continue;
        }
        let Some(own) = bench.patterns.get(written.value.as_str()).copied() else { continue };
        let Some(texts) = bench
            .pack
            .patterns
            .get(own)
            .and_then(|p| regex_syntax::parse(p.regex.source()).ok())
            .and_then(|hir| literals::exact(&hir))
            .filter(|texts| texts.iter().all(|t| !t.is_empty()))
        else {
            continue;
        };
        let sees = |other: &&At<String>| {
            let Some(pattern) = bench.patterns.get(other.value.as_str()).copied() else { return false };
            other.value != written.value
                && texts.iter().all(|text| {
                    // Alone, and within other words: an anchored phrase covers nothing there.
                    [text.clone(), format!("甲{text}乙"), format!("{text}乙"), format!("甲{text}")]
                        .iter()
                        .all(|text| {
                            bench.ask(text, signal.speaker, |scene| {
                                let heard = scene.heard(0, ix);
                                let hits =
                                    heard.iter().filter(|(_, void)| void.is_none()).map(|(hit, _)| hit);
                                let seen_by =
                                    |pattern| hits.clone().any(|h| scene.stands(0, pattern, h.start, h.end));
                                !seen_by(own) || seen_by(pattern)
                            })
                        })
                })
        };
        if let Some(other) = form.any.iter().find(sees) {
            doubts.push(swallow(written, other));
        }
    }
}

fn swallow(written: &At<String>, other: &At<String>) -> Flaw {
    let what = Say::new(
        format!("这一句多余：“{}”已经包含它", other.value),
        format!("this phrase is not needed: \"{}\" sees it already", other.value),
    );
    let hint = Say::new("去掉这一句", "leave this phrase out");
    Flaw::doubt(written.source, written.range(), what, hint)
}
