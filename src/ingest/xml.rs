//! Replies of open platforms in XML, made into the JSON that the same interfaces answer with, so that one reader knows
//! both. Elements stay on their lines, so places in messages are right. Pages and other XML are left alone.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::cut::newlines;
use crate::say::Say;

/// What the outermost element of a reply is called at its end: `wangwang_eservice_chatlog_get_response`.
const REPLY: &str = "_response";
/// Elements within one another; more are no reply.
const DEEPEST: usize = 64;

/// Whether a text is a reply in XML: its first element says so.
pub(super) fn is_reply(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => return tag.name().as_ref().ends_with(REPLY),
            Ok(Event::Decl(_) | Event::Comment(_) | Event::PI(_)) => {}
            Ok(Event::Text(text)) if text.trim_ascii().is_empty() => {}
            _ => return false,
        }
    }
}

/// The replies as JSON values, one after the other; with the line and the reason where the XML can be read no further.
/// What was whole up to there is kept.
pub(super) fn to_json(xml: &str) -> (String, Option<(u64, Say)>) {
    let mut reader = Reader::from_str(xml);
    let mut writer = Writer { xml, out: String::with_capacity(xml.len()), open: Vec::new(), counted: 0 };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let written = match reader.read_event() {
            Ok(Event::Start(tag)) => writer.begin(&tag, at),
            Ok(Event::Empty(tag)) => writer.begin(&tag, at).map(|()| writer.end()),
            Ok(Event::End(_)) => {
                writer.end();
                Ok(())
            }
            Ok(Event::Text(text)) => writer.text(&text),
            Ok(Event::CData(text)) => writer.text(&text),
            Ok(Event::GeneralRef(name)) => {
                let known = name.resolve_char_ref().ok().flatten().map(String::from);
                let known = known.or_else(|| resolve_predefined_entity(&name).map(str::to_owned));
                writer.text(&known.unwrap_or_else(|| format!("&{};", &*name)))
            }
            Ok(Event::Eof) if writer.open.is_empty() => return (writer.out, None),
            Ok(Event::Eof) => Err(Say::new("文件结束时还有没关上的标签", "a tag is open when the file ends")),
            Ok(Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_)) => Ok(()),
            Err(error) => Err(Say::new(error.to_string(), error.to_string())),
        };
        if let Err(reason) = written {
            let read = xml.as_bytes().get(..at.min(xml.len())).unwrap_or_default();
            writer.break_off();
            return (writer.out, Some((1 + newlines(read), reason)));
        }
    }
}

/// An element that is not closed yet.
#[derive(Default)]
struct Element {
    /// What is in it has one name, and comes as a list.
    is_list: bool,
    has_elements: bool,
    text: String,
}

struct Writer<'x> {
    xml: &'x str,
    out: String,
    open: Vec<Element>,
    /// Bytes of the XML of which the line ends are written.
    counted: usize,
}

impl Writer<'_> {
    /// Opens an element, unless it lies too deep or among words: only one of the two would come through.
    fn begin(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), Say> {
        let name = tag.name();
        let name = name.as_ref();
        if self.open.len() >= DEEPEST {
            let (zh, en) = (format!("<{name}> 套得太深"), format!("<{name}> lies too deep"));
            return Err(Say::new(zh, en));
        }
        if self.open.last().is_some_and(|outer| !is_blank(&outer.text)) {
            return Err(among_words(name));
        }
        let is_first = self.open.last().is_some_and(|outer| !outer.has_elements);
        match self.open.last().map(|outer| outer.is_list) {
            Some(is_list) if is_first => self.out.push(if is_list { '[' } else { '{' }),
            Some(_) => self.out.push(','),
            None => self.out.push('{'),
        }
        self.lines_up_to(at);
        // A whole reply is an object with its name for a key.
        let is_named = self.open.last_mut().is_none_or(|outer| {
            outer.has_elements = true;
            !outer.is_list
        });
        if is_named {
            self.string(name);
            self.out.push(':');
        }
        let is_list = tag.attributes().flatten().any(|a| a.key.as_ref() == "list" && &*a.value == "true");
        self.open.push(Element { is_list, ..Element::default() });
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match (element.has_elements, element.is_list) {
            (true, true) => self.out.push(']'),
            (true, false) => self.out.push('}'),
            (false, true) => self.out.push_str("[]"),
            (false, false) => self.string(&element.text),
        }
        if self.open.is_empty() {
            self.out.push('}');
        }
    }

    /// Adds to the words of the open element, unless there is none, or elements stand in it.
    fn text(&mut self, text: &str) -> Result<(), Say> {
        match self.open.last_mut() {
            Some(element) if !element.has_elements => element.text.push_str(text),
            _ if is_blank(text) => {}
            Some(_) => return Err(among_words("…")),
            None => return Err(Say::new("标签外面还有别的内容", "something stands outside the tags")),
        }
        Ok(())
    }

    /// Closes what is open. The innermost element is half there and is left empty.
    fn break_off(&mut self) {
        if let Some(inner) = self.open.last_mut() {
            inner.text.clear();
        }
        while !self.open.is_empty() {
            self.end();
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push_str(&serde_json::Value::from(text).to_string());
    }

    /// Writes as many line ends as the XML has up to there.
    fn lines_up_to(&mut self, at: usize) {
        let passed = self.xml.as_bytes().get(self.counted..at).unwrap_or_default();
        (0..newlines(passed)).for_each(|_| self.out.push('\n'));
        self.counted = at;
    }
}

/// Whether there is nothing to lose: blanks, or the mark at the beginning of a file.
fn is_blank(text: &str) -> bool {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty()
}

fn among_words(name: &str) -> Say {
    Say::new(
        format!("文字中间夹着标签 <{name}>，应该写成 &lt; 或 CDATA"),
        format!("a tag <{name}> among words, which should be written with &lt; or as CDATA"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_become_values_on_the_same_lines() {
        let xml = "<?xml version=\"1.0\"?>\n<a_response>\n <n>2</n>\n <list list=\"true\">\n  <m><x>一\n二</x><e/></m>\n  <m><x><![CDATA[<3]]>&amp;&#33;</x></m>\n </list><none list=\"true\"/></a_response>";
        assert!(is_reply(xml));
        let (json, fault) = to_json(xml);
        assert_eq!(fault, None);
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        let wanted =
            serde_json::json!({"n": "2", "list": [{"x": "一\n二", "e": ""}, {"x": "<3&!"}], "none": []});
        assert_eq!(value["a_response"], wanted);
        let line = |of: &str| json.lines().position(|line| line.contains(of)).unwrap() + 1;
        assert_eq!((line("\"n\""), line("一"), line("<3")), (3, 5, 7));
    }

    #[test]
    fn what_is_whole_is_kept_where_it_breaks_off() {
        for xml in
            ["<a_response><b list=\"true\"><m>1</m>\n<m>2", "<a_response><b list=\"true\"><m>1</m>\n<m></b>"]
        {
            let (json, fault) = to_json(xml);
            assert_eq!(fault.map(|(line, _)| line), Some(2), "{xml}");
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(value["a_response"], serde_json::json!({"b": ["1", ""]}), "{xml}");
        }
        for (xml, line) in [
            ("<a_response><m>1</m></a_response>\n在吗", 1),
            ("<a_response><m>1</m>\n<m>好<br/>的</m></a_response>", 2),
            ("<a_response><m>1</m>\n<m><br/>的</m></a_response>", 2),
        ] {
            assert_eq!(to_json(xml).1.map(|(line, _)| line), Some(line), "told, not lost: {xml}");
        }
        assert_eq!(to_json("<a_response/>\n\u{feff}<a_response/> ").1, None);
        let deep = format!("<a_response>{}", "<a>".repeat(100_000));
        assert!(to_json(&deep).1.is_some());
        assert!(!is_reply("<html><body/></html>") && !is_reply("在吗") && !is_reply("<a_response"));
    }
}
