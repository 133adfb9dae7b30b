//! Replies of open platforms in XML, made into the JSON that the same interfaces answer with, so that one reader knows
//! both. Elements stay on their lines, so places in messages are right. Pages and other XML are left alone.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::cut::newlines;

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

/// The replies as JSON values, one after the other; with the line and the reason where the XML breaks off. What was
/// whole up to there is kept.
pub(super) fn to_json(xml: &str) -> (String, Option<(u64, String)>) {
    let mut reader = Reader::from_str(xml);
    let mut writer =
        Writer { xml, out: String::with_capacity(xml.len()), open: Vec::new(), counted: 0, due: 0 };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let mut fault = None;
        match reader.read_event() {
            Ok(Event::Start(tag)) => fault = writer.begin(&tag, at).err(),
            Ok(Event::Empty(tag)) => match writer.begin(&tag, at) {
                Ok(()) => writer.end(),
                Err(too_deep) => fault = Some(too_deep),
            },
            Ok(Event::End(_)) => writer.end(),
            Ok(Event::Text(text)) => writer.text(&text),
            Ok(Event::CData(text)) => writer.text(&text),
            Ok(Event::GeneralRef(name)) => {
                let known = name.resolve_char_ref().ok().flatten().map(String::from);
                let known = known.or_else(|| resolve_predefined_entity(&name).map(str::to_owned));
                writer.text(&known.unwrap_or_else(|| format!("&{};", &*name)));
            }
            Ok(Event::Eof) if writer.open.is_empty() => return (writer.out, None),
            Ok(Event::Eof) => fault = Some("</".to_owned()),
            Ok(Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_)) => {}
            Err(error) => fault = Some(error.to_string()),
        }
        if let Some(reason) = fault {
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
    /// Bytes of the XML of which the line ends were counted.
    counted: usize,
    /// Line ends of them that are not written yet.
    due: u64,
}

impl Writer<'_> {
    /// Opens an element; its name when it lies too deep.
    fn begin(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(format!("<{}>", tag.name().as_ref()));
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
            self.string(tag.name().as_ref());
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

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
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
        self.due += newlines(passed);
        self.counted = self.counted.max(at);
        (0..std::mem::take(&mut self.due)).for_each(|_| self.out.push('\n'));
    }
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
        let deep = format!("<a_response>{}", "<a>".repeat(100_000));
        assert!(to_json(&deep).1.is_some());
        assert!(!is_reply("<html><body/></html>") && !is_reply("在吗") && !is_reply("<a_response"));
    }
}
