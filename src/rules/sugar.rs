//! Turns a pattern as people write it (`不(给|能)~开{票}`) into a regular expression: gaps, word lists, slots, plain
//! groups. It does not compile the expression and does not know where a pattern is used.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use xxhash_rust::xxh3::Xxh3;

use crate::rules::flaw::nearest;
use crate::say::Say;
use crate::text::check;
use crate::text::fold::{GONE, fold};

/// Characters that end a clause; a `~` gap does not cross them.
pub const CLAUSE_ENDS: [char; 6] = ['，', '。', '！', '？', '；', '\n'];
/// Longest gap of a bare `~`, in characters.
const GAP: u32 = 8;
/// Longest gap of `…`, in characters.
const LONG_GAP: u32 = 40;
/// How deep word lists may name one another.
const DEPTH: usize = 8;
/// How a group begins whose matches are tested.
const TESTED: &str = "(?P<";

/// Word lists and slots that patterns may name; each entry is a pattern itself.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Entries by name.
    pub lists: BTreeMap<String, Vec<String>>,
    /// Lists whose matches are tested for their check digits.
    pub checks: BTreeMap<String, Check>,
    /// The lists without a mistake.
    sound: BTreeMap<String, Sound>,
}

/// A list without a mistake: every list that it names is there, and none names itself.
#[derive(Clone, Debug)]
struct Sound {
    /// Stands for what it says, with the lists that it names.
    digest: u64,
    /// The list as an expression: patterns name the same few again and again. `None` for one whose matches are tested,
    /// because each pattern gives its group another name.
    written_out: OnceLock<Option<String>>,
}

impl Words {
    /// Looks the lists over, once they are all there. One with a mistake is left for the patterns that name it to tell.
    pub fn look_over(&mut self) {
        let mut sound = BTreeMap::new();
        for name in self.lists.keys() {
            self.look_over_list(name, &mut sound, 0);
        }
        self.sound = sound;
    }

    fn look_over_list(&self, name: &str, sound: &mut BTreeMap<String, Sound>, depth: usize) -> Option<u64> {
        if let Some(sound) = sound.get(name) {
            return Some(sound.digest);
        }
        let entries = self.lists.get(name).filter(|_| depth < DEPTH)?;
        let mut digest = Xxh3::new();
        digest.update(self.checks.get(name).map_or("", |check| check.group()).as_bytes());
        for entry in entries {
            digest
                .update(&digest_of(entry, |name| self.look_over_list(name, sound, depth + 1))?.to_le_bytes());
        }
        let digest = digest.digest();
        sound.insert(name.to_owned(), Sound { digest, written_out: OnceLock::new() });
        Some(digest)
    }

    /// Stands for a pattern and everything that the lists that it names say. `None` when one of them has a mistake.
    #[must_use]
    pub fn digest(&self, pattern: &str) -> Option<u64> {
        digest_of(pattern, |name| self.sound.get(name).map(|sound| sound.digest))
    }
}

/// The digest of a pattern, given those of the lists that it names.
fn digest_of(pattern: &str, mut of_list: impl FnMut(&str) -> Option<u64>) -> Option<u64> {
    let mut digest = Xxh3::new();
    digest.update(pattern.as_bytes());
    let after = pattern.split('{').skip(1).map(|after| after.split('}').next().unwrap_or_default());
    for (before, name) in pattern.split('{').zip(after) {
        // Else it is a number of times, or a kind of characters, `\p{Han}`.
        if !name.starts_with(|c: char| c.is_ascii_digit()) && !before.ends_with("\\p") {
            digest.update(&of_list(name)?.to_le_bytes());
        }
    }
    Some(digest.digest())
}

/// A test of check digits. What a pattern matched inside such a slot must pass it, unless it is masked already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Mainland identity numbers.
    MainlandId,
    /// Bank cards.
    Luhn,
}

impl Check {
    /// Names as rule files write them.
    pub const NAMES: &[(&str, Self)] = &[("mainland-id", Self::MainlandId), ("luhn", Self::Luhn)];

    /// How the names of groups begin in a regular expression whose matches are tested.
    fn group(self) -> &'static str {
        match self {
            Self::MainlandId => "mainland_id_",
            Self::Luhn => "luhn_",
        }
    }

    /// The test that a group of a regular expression asks for.
    #[must_use]
    pub fn of_group(name: &str) -> Option<Self> {
        Self::NAMES.iter().map(|(_, check)| *check).find(|check| name.starts_with(check.group()))
    }

    /// Whether a text passes. Masked numbers have nothing to test.
    #[must_use]
    pub fn passes(self, text: &str) -> bool {
        if text.contains(['[', '*']) {
            return true;
        }
        match self {
            Self::MainlandId => check::mainland_id(text),
            Self::Luhn => check::luhn(text),
        }
    }
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
            '(' if chars.peek() == Some(&'?') => {
                // A group's name or flags: kept as they are, up to what ends them.
                out.push(c);
                for c in chars.by_ref() {
                    out.push(c);
                    if matches!(c, ':' | '>' | ')') {
                        break;
                    }
                }
            }
            '[' if !in_class => {
                in_class = true;
                out.push(c);
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
            }
            _ if in_class => push_folded(c, out),
            '(' => out.push_str("(?:"),
            '~' => {
                let gap = gap_length(&mut chars);
                out.push_str(&format!("[^{}]{{0,{gap}}}?", String::from_iter(CLAUSE_ENDS)));
            }
            '…' => out.push_str(&format!("(?s:.){{0,{LONG_GAP}}}?")),
            '{' => {
                if !chars.clone().any(|c| c == '}') {
                    return Err(Say::new("花括号没有合上", "this brace is not closed"));
                }
                let inside: String = chars.by_ref().take_while(|c| *c != '}').collect();
                if inside.starts_with(|c: char| c.is_ascii_digit()) {
                    out.push_str(&format!("{{{inside}}}"));
                } else {
                    expand_name(&inside, words, out, depth)?;
                }
            }
            _ => push_folded(c, out),
        }
    }
    Ok(())
}

/// Writes a character the way the texts show it: whoever writes `V信` or `發票` means what patterns see as `v信` and
/// `发票`. Signs that mean something in an expression are taken as written.
fn push_folded(c: char, out: &mut String) {
    let folded = fold(c);
    match folded {
        _ if c.is_ascii() && !c.is_ascii_uppercase() => out.push(c),
        GONE => {}
        // In a text these depend on their neighbours; Chinese punctuation keeps its form.
        ',' | ':' | '.' => out.push(c),
        sign if regex_syntax::is_meta_character(sign) && sign != c => {
            out.push('\\');
            out.push(sign);
        }
        plain => out.push(plain),
    }
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
    let written_out = words.sound.get(name).and_then(|sound| {
        let text = sound.written_out.get_or_init(|| {
            let mut text = String::new();
            write_list(name, words, &mut text, 0).ok().map(|()| text).filter(|text| !text.contains(TESTED))
        });
        text.as_deref()
    });
    if let Some(text) = written_out {
        out.push_str(text);
        return Ok(());
    }
    write_list(name, words, out, depth)
}

/// Writes the entries of a list as alternatives.
fn write_list(name: &str, words: &Words, out: &mut String, depth: usize) -> Result<(), Say> {
    let Some(entries) = words.lists.get(name) else {
        let (zh, en) = match nearest(name, words.lists.keys().map(String::as_str)) {
            Some(near) => (format!("，是不是“{near}”？"), format!("; did you mean \"{near}\"?")),
            None => (String::new(), String::new()),
        };
        return Err(Say::new(
            format!("没有叫“{name}”的词表{zh}"),
            format!("there is no word list \"{name}\"{en}"),
        ));
    };
    match words.checks.get(name) {
        // Each group of a regular expression needs a name of its own: its place gives it one.
        Some(check) => out.push_str(&format!("{TESTED}{}{}>", check.group(), out.len())),
        None => out.push_str("(?:"),
    }
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
        let lists = [("票", vec!["发票", "专票"]), ("数字", vec!["[0-9]+"]), ("卡", vec!["[0-9]{8}"])];
        let owned = |(name, entries): (&str, Vec<&str>)| {
            (name.to_owned(), entries.into_iter().map(str::to_owned).collect())
        };
        let checks = BTreeMap::from([("卡".to_owned(), Check::Luhn)]);
        Words { lists: lists.into_iter().map(owned).collect(), checks, ..Words::default() }
    }

    #[test]
    fn expands_sugar() {
        let cases = [
            ("不(给|能)开{票}", "不(?:给|能)开(?:发票|专票)"),
            ("{票}~不", "(?:发票|专票)[^，。！？；\n]{0,8}?不"),
            ("a~{3}b", "a[^，。！？；\n]{0,3}?b"),
            ("{卡}", "(?P<luhn_0>[0-9]{8})"),
            ("(?i)V信(?P<x>A)", "(?i)v信(?P<x>a)"),
            ("發Ｖ[Ａ-Ｚ]＋①：，", "发v[a-z]\\+1：，"),
            ("加\\+[~…]{2,3}{数字}", "加\\+[~…]{2,3}(?:[0-9]+)"),
        ];
        for (from, to) in cases {
            assert_eq!(expand(from, &words()).as_deref(), Ok(to), "{from}");
            let mut written_out = words();
            written_out.look_over();
            assert_eq!(expand(from, &written_out).as_deref(), Ok(to), "{from}");
        }
        assert!(expand("{没有}", &words()).is_err());
    }

    #[test]
    fn a_digest_stands_for_all_that_a_pattern_says() {
        let looked_over = |change: &dyn Fn(&mut Words)| {
            let mut words = words();
            words.lists.insert("单据".to_owned(), vec!["{票}".to_owned(), "收据".to_owned()]);
            change(&mut words);
            words.look_over();
            words
        };
        let known = looked_over(&|_| ());
        let of = |words: &Words| words.digest("开{单据}[0-9]{2,3}");
        assert!(of(&known).is_some());
        let longer =
            looked_over(&|words| words.lists.entry("票".to_owned()).or_default().push("普票".to_owned()));
        assert_ne!(of(&longer), of(&known), "a list that a list names says more");
        let other =
            looked_over(&|words| words.lists.entry("数字".to_owned()).or_default().push("[一二]".to_owned()));
        assert_eq!(of(&other), of(&known), "a list that is not named");
        let circle =
            looked_over(&|words| words.lists.entry("票".to_owned()).or_default().push("{单据}".to_owned()));
        assert_eq!(of(&circle), None, "lists that name one another");
        assert!(expand("开{单据}", &circle).is_err());
        assert_eq!(known.digest("{没有}"), None);
        assert!(known.digest("[^\\p{Han}]{2}").is_some());
    }
}
