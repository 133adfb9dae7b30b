//! A few texts that a pattern matches, made from the pattern itself.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Texts made of one pattern at most.
const MOST: usize = 12;
/// Characters to choose from a class, the likeliest first: what people write.
const LIKELY: [char; 14] = ['好', '的', '1', '5', 'a', 'x', '一', ' ', '，', '。', '：', '.', '-', '6'];

/// Texts that an expression matches, the plainest first.
pub(super) fn of(regex: &str) -> Vec<String> {
    regex_syntax::parse(regex).map_or_else(|_| Vec::new(), |hir| texts(&hir))
}

fn texts(hir: &Hir) -> Vec<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).map(|t| vec![t.to_owned()]).unwrap_or_default()
        }
        HirKind::Class(class) => one_of(class).map(|c| vec![c.to_string()]).unwrap_or_default(),
        HirKind::Capture(capture) => texts(&capture.sub),
        HirKind::Repetition(repetition) => {
            let inner = texts(&repetition.sub);
            let times = |n: u32| inner.iter().map(move |text| text.repeat(n as usize));
            let more = repetition.max.is_none_or(|max| max > repetition.min);
            let mut all: Vec<String> = times(repetition.min).collect();
            if more {
                all.extend(times(repetition.min + 1));
            }
            cut(all)
        }
        HirKind::Concat(parts) => {
            let mut all = vec![String::new()];
            for part in parts {
                let next = texts(part);
                all = cut(all.iter().flat_map(|a| next.iter().map(move |b| format!("{a}{b}"))).collect());
            }
            all
        }
        HirKind::Alternation(parts) => cut(parts.iter().flat_map(texts).collect()),
    }
}

/// Spread over the whole list, so that the last alternatives are tried too.
fn cut(mut all: Vec<String>) -> Vec<String> {
    all.dedup();
    if all.len() <= MOST {
        return all;
    }
    let step = all.len().div_ceil(MOST);
    all.into_iter().step_by(step).collect()
}

fn one_of(class: &Class) -> Option<char> {
    match class {
        Class::Unicode(class) => {
            let holds = |c: char| class.ranges().iter().any(|r| r.start() <= c && c <= r.end());
            LIKELY.into_iter().find(|c| holds(*c)).or_else(|| class.ranges().first().map(|r| r.start()))
        }
        Class::Bytes(class) => class.ranges().first().map(|r| char::from(r.start())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_matches_its_pattern() {
        for pattern in ["不(?:给|能)?开[^，]{0,8}?票", "[0-9]{2,3}元|￥[0-9]+", "^好+$", "(?s:.){0,40}?a"]
        {
            let regex = regex::Regex::new(pattern).unwrap();
            let samples = of(pattern);
            assert!(
                !samples.is_empty() && samples.iter().all(|s| regex.is_match(s)),
                "{pattern} {samples:?}"
            );
        }
    }
}
