//! Whether the beginning of a JSON text holds messages of a layout, and in which order they come. The text may break
//! off anywhere: whole objects within it are enough.

use super::table::{Reading, Table};
use super::value::{Object, Path};
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
    let never: Vec<Path> = table.never.iter().map(|path| Path::new(path)).collect();
    // Objects around a message may not be whole yet: that their key is there must do.
    whole_objects(text).take(OBJECTS).any(|object| {
        marks.iter().filter(|mark| !mark.up).all(|mark| mark.find(&object, None).is_some())
            && never.iter().all(|path| path.find(&object, None).is_none())
    })
}

/// A table ready for reading this text.
pub(in crate::ingest) fn reading(table: &'static Table, text: &str, options: &Options) -> Reading {
    let mut reading = Reading::new(table, options);
    let own: Vec<Path> = table.marks.iter().map(|m| Path::new(m)).filter(|m| !m.up).collect();
    let (mut rising, mut falling, mut before) = (0u32, 0u32, None);
    for object in whole_objects(text).take(OBJECTS) {
        if !own.iter().all(|mark| mark.find(&object, None).is_some()) {
            continue;
        }
        let at = times::parse(reading.first_look(Column::SentAt, &object).trim().as_bytes());
        match (before, at) {
            (Some(before), Some(at)) if at > before => rising += 1,
            (Some(before), Some(at)) if at < before => falling += 1,
            _ => {}
        }
        before = at.or(before);
    }
    reading.newest_first = falling > rising;
    reading
}

/// The objects that begin and end within the text, inner ones before outer ones.
fn whole_objects(text: &str) -> impl Iterator<Item = Object<'_>> {
    let bytes = text.as_bytes();
    let (mut at, mut open) = (0, Vec::new());
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..)?;
            let step = rest.iter().position(|b| matches!(b, b'"' | b'{' | b'}'))?;
            let here = at + step;
            at = here + 1;
            match rest.get(step) {
                Some(b'"') => at = end_of_string(bytes, at)?,
                Some(b'{') => open.push(here),
                _ => {
                    if let Some(start) = open.pop()
                        && let Some(whole) = text.get(start..at)
                        && let Ok(object) = Object::parse(whole)
                    {
                        return Some(object);
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
        let keys: Vec<String> =
            whole_objects(text).map(|o| o.0.iter().map(|(k, _)| k.as_ref()).collect()).collect();
        assert_eq!(keys, ["kn", "z", "m"]);
    }
}
