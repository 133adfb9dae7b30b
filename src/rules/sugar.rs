//! Turns a pattern as people write it (`不(给|能)~开{票}`) into a regular expression: gaps, word lists, slots, plain
//! groups. It does not compile the expression and does not know where a pattern is used.

use std::collections::BTreeMap;

use crate::say::Say;

/// Characters that end a clause; a `~` gap does not cross them.
const CLAUSE_END: &str = "，。！？；\\n";
/// Longest gap of a bare `~`, in characters.
const GAP: u32 = 8;
/// Longest gap of `…`, in characters.
const LONG_GAP: u32 = 40;
/// How deep word lists may name one another.
const DEPTH: usize = 8;

/// Word lists and slots that patterns may name; each entry is a pattern itself.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Entries by name.
    pub lists: BTreeMap<String, Vec<String>>,
}

/// The regular expression of a pattern.
///
/// # Errors
/// A sentence when the pattern names an unknown list or its braces do not close.
pub fn expand(pattern: &str, words: &Words) -> Result<String, Say> {
    let mut out = String::with_capacity(pattern.len() * 2);
    expand_into(pattern, words, &mut out, 0)?;
    Ok(out)
}

fn expand_into(pattern: &str, words: &Words, out: &mut String, depth: usize) -> Result<(), Say> {
    if depth > DEPTH {
        return Err(Say::new("词表互相引用成环", "word lists refer to one another in a circle"));
    }
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            '[' if !in_class => {
                in_class = true;
                out.push(c);
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
            }
            _ if in_class => out.push(c),
            '(' => {
                out.push_str(if chars.peek() == Some(&'?') { "(" } else { "(?:" });
            }
            '~' => {
                let gap = gap_length(&mut chars);
                out.push_str(&format!("[^{CLAUSE_END}]{{0,{gap}}}?"));
            }
            '…' => out.push_str(&format!("(?s:.){{0,{LONG_GAP}}}?")),
            '{' => {
                let inside: String = chars.by_ref().take_while(|c| *c != '}').collect();
                if inside.starts_with(|c: char| c.is_ascii_digit()) {
                    out.push_str(&format!("{{{inside}}}"));
                } else {
                    expand_name(&inside, words, out, depth)?;
                }
            }
            _ => out.push(c),
        }
    }
    Ok(())
}

/// Reads the `{n}` after a `~`, if it is there.
fn gap_length(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> u32 {
    let mut ahead = chars.clone();
    if ahead.next() != Some('{') {
        return GAP;
    }
    let digits: String = ahead.by_ref().take_while(|c| *c != '}').collect();
    match digits.parse() {
        Ok(n) => {
            *chars = ahead;
            n
        }
        Err(_) => GAP,
    }
}

fn expand_name(name: &str, words: &Words, out: &mut String, depth: usize) -> Result<(), Say> {
    let Some(entries) = words.lists.get(name) else {
        return Err(Say::new(format!("没有叫“{name}”的词表"), format!("there is no word list \"{name}\"")));
    };
    out.push_str("(?:");
    for (i, entry) in entries.iter().enumerate() {
        if i > 0 {
            out.push('|');
        }
        expand_into(entry, words, out, depth + 1)?;
    }
    out.push(')');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let lists = [("票", vec!["发票", "专票"]), ("数字", vec!["[0-9]+"])];
        let owned = |(name, entries): (&str, Vec<&str>)| {
            (name.to_owned(), entries.into_iter().map(str::to_owned).collect())
        };
        Words { lists: lists.into_iter().map(owned).collect() }
    }

    #[test]
    fn expands_sugar() {
        let cases = [
            ("不(给|能)开{票}", "不(?:给|能)开(?:发票|专票)"),
            ("{票}~不", "(?:发票|专票)[^，。！？；\\n]{0,8}?不"),
            ("a~{3}b", "a[^，。！？；\\n]{0,3}?b"),
            ("加\\+[~…]{2,3}{数字}", "加\\+[~…]{2,3}(?:[0-9]+)"),
        ];
        for (from, to) in cases {
            assert_eq!(expand(from, &words()).as_deref(), Ok(to), "{from}");
        }
        assert!(expand("{没有}", &words()).is_err());
    }
}
