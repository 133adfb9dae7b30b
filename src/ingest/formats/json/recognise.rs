//! Whether the beginning of a JSON text holds messages of a layout, and in which order they come. The text may break
//! off anywhere: whole objects within it are enough.

use super::reading::Reading;
use super::table::Table;
use super::value::{Object, Path};
use super::{hints, named};
use crate::ingest::columns::Column;
use crate::ingest::{Options, times};

/// How many whole objects are looked at.
const OBJECTS: usize = 400;

/// The first message of the layout in a text, if there is one.
pub(in crate::ingest) fn holds(table: &Table, text: &str) -> bool {
    let quoted = |key: &str| text.contains(&format!("\"{key}\""));
    let marks: Vec<Path> = table.marks.iter().map(|mark| Path::new(mark)).collect();
    if !marks.iter().all(|mark| quoted(mark.head())) {
        return false;
    }
    let codes: Vec<(Path, &[&str])> =
        table.codes.iter().map(|(path, codes)| (Path::new(path), *codes)).collect();
    let never: Vec<Path> = table.never.iter().map(|path| Path::new(path)).collect();
    // Objects around a message may not be whole yet: that their key is there must do.
    whole_objects(text).take(OBJECTS).any(|(object, _)| {
        marks.iter().filter(|mark| !mark.up).all(|mark| mark.is_in(&object, None))
            && never.iter().all(|path| !path.is_in(&object, None))
            && codes
                .iter()
                .all(|(path, codes)| codes.contains(&path.find(&object, None).unwrap_or_default().trim()))
    })
}

/// How a text is to be read.
#[derive(Default)]
pub(in crate::ingest) struct Manner {
    /// The layout that is known by heart; keys go by their names where there is none.
    pub(super) reading: Option<Reading>,
    /// The log begins with what was said last.
    pub(super) newest_first: bool,
    /// Columns that are missing, with the paths that values speak for.
    pub(in crate::ingest) guesses: Vec<(Column, String)>,
}

impl Manner {
    /// For a text that begins so.
    pub(in crate::ingest) fn new(table: Option<&'static Table>, text: &str, options: &Options) -> Self {
        let reading = table.map(|table| Reading::new(table, options));
        let (mut rising, mut falling, mut before) = (0u32, 0u32, None);
        let mut inside = None;
        for (object, around) in whole_objects(text).take(OBJECTS) {
            let time = match &reading {
                Some(reading) => reading.time(&object),
                None => named::time(&object, options),
            };
            let Some(at) = time.and_then(|time| times::parse(time.trim().as_bytes())) else { continue };
            // That of two conversations the later comes first says nothing of the messages in them.
            match before.filter(|_| inside == around) {
                Some(before) if at > before => rising += 1,
                Some(before) if at < before => falling += 1,
                _ => {}
            }
            (before, inside) = (Some(at), around);
        }
        let guesses = match &reading {
            Some(_) => Vec::new(),
            None => hints::guesses(whole_objects(text).take(OBJECTS).map(|(object, _)| object), options),
        };
        Self { reading, newest_first: falling > rising, guesses }
    }
}

/// The objects that begin and end within the text, inner ones before outer ones, with the beginning of the list around
/// each.
fn whole_objects(text: &str) -> impl Iterator<Item = (Object<'_>, Option<usize>)> {
    let bytes = text.as_bytes();
    let (mut at, mut objects, mut lists) = (0, Vec::new(), Vec::new());
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..)?;
            let step = rest.iter().position(|b| matches!(b, b'"' | b'{' | b'}' | b'[' | b']'))?;
            let here = at + step;
            at = here + 1;
            match rest.get(step) {
                Some(b'"') => at = end_of_string(bytes, at)?,
                Some(b'{') => objects.push(here),
                Some(b'[') => lists.push(here),
                Some(b']') => drop(lists.pop()),
                _ => {
                    if let Some(start) = objects.pop()
                        && let Some(whole) = text.get(start..at)
                        && let Ok(object) = Object::parse(whole)
                    {
                        return Some((object, lists.last().copied()));
                    }
                }
            }
        }
    })
}

/// Where a string ends whose first byte is at `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let step = memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        let here = at + step;
        if bytes.get(here) == Some(&b'"') {
            return Some(here + 1);
        }
        at = here + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_a_text_that_breaks_off() {
        let text = r#"{"a":[{"k":"}{\"","n":1},{"m":{"z":0}},{"cut":"#;
        let seen: Vec<(String, Option<usize>)> = whole_objects(text)
            .map(|(object, around)| (object.0.iter().map(|(key, _)| key.as_ref()).collect(), around))
            .collect();
        let expected = [("kn", Some(5)), ("z", Some(5)), ("m", Some(5))];
        assert_eq!(seen, expected.map(|(keys, around)| (keys.to_owned(), around)));
    }
}
