//! Tags and texts of an HTML page, one after the other. It builds no tree and believes nothing: what is no tag is text.

use std::borrow::Cow;

/// A part of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// `<p class="...">`.
    Opens(Tag<'a>),
    /// `</p>`: its name.
    Closes(&'a str),
    /// What stands between tags, as it is written.
    Text(&'a str),
}

/// An opening tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    /// The byte that it begins at.
    pub(super) at: usize,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The value of an attribute.
    pub(super) fn get(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_whitespace() || c == '=')?;
            let (name, after) = rest.split_at_checked(end)?;
            let Some(value) = after.trim_start().strip_prefix('=') else {
                rest = after;
                continue;
            };
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => value.get(1..)?.split_once(quote)?,
                None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = after;
        }
    }

    /// Whether nothing is to be closed.
    pub(super) fn is_empty(&self) -> bool {
        self.attributes.ends_with('/') || ["br", "img", "hr", "input", "meta", "link"].contains(&self.name)
    }
}

/// The parts of a page. Comments, scripts and styles are left out.
pub(super) fn parts(page: &str) -> impl Iterator<Item = Part<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = page.get(at..).filter(|rest| !rest.is_empty())?;
            let Some(inner) = rest.strip_prefix('<') else {
                let end = rest.find('<').unwrap_or(rest.len());
                at += end;
                return rest.get(..end).map(Part::Text);
            };
            if inner.starts_with("!--") {
                at += rest.find("-->").map_or(rest.len(), |end| end + 3);
                continue;
            }
            let is_tag = inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
            let Some(end) = end_of_tag(inner).filter(|_| is_tag) else {
                at += 1;
                return rest.get(..1).map(Part::Text);
            };
            let (start, tag) = (at, inner.get(..end)?);
            at += end + 2;
            if let Some(name) = tag.strip_prefix('/') {
                return Some(Part::Closes(name.trim()));
            }
            let split = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
            let (name, attributes) = tag.split_at_checked(split)?;
            if ["script", "style"].contains(&name) {
                let close = format!("</{name}");
                let rest = page.get(at..).unwrap_or_default();
                at += rest.find(&close).unwrap_or(rest.len());
                continue;
            }
            return Some(Part::Opens(Tag { name, at: start, attributes }));
        }
    })
}

/// Where `>` stands that no quote holds.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// A text with its entities as characters.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, after)| Some((character(name)?, after))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn character(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#');
    let code = number.and_then(|n| match n.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "yen" => Some('¥'),
        _ => char::from_u32(code?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_careless_page() {
        let page = "<!-- <p> --><div title='a>b' class=\"x y\">1 < 2 &amp; 好<br/></div><script>if (a<b) {}</script>末";
        let seen: Vec<String> = parts(page)
            .map(|part| match part {
                Part::Opens(tag) => format!("+{} {:?} {}", tag.name, tag.get("class"), tag.is_empty()),
                Part::Closes(name) => format!("-{name}"),
                Part::Text(text) => plain(text).into_owned(),
            })
            .collect();
        assert_eq!(
            seen,
            ["+div Some(\"x y\") false", "1 ", "<", " 2 & 好", "+br None true", "-div", "-script", "末"]
        );
        assert_eq!(plain("&#22909;&#x4f60;&nosuch;&&lt"), "好你&nosuch;&&lt");
    }
}
