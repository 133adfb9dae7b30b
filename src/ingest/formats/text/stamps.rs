//! Dates and times of day where text layouts put them: at the end of a line, at its beginning, or alone on it. It finds
//! them and reads nothing; [`crate::ingest::times`] does.

/// Digits at the end, at most `most` of them, taken off.
fn digits_back<'a>(rest: &mut &'a str, most: usize) -> Option<&'a str> {
    let n = rest.bytes().rev().take(most).take_while(u8::is_ascii_digit).count();
    let (before, digits) = rest.split_at_checked(rest.len() - n).filter(|_| n > 0)?;
    *rest = before;
    Some(digits)
}

/// Digits at the beginning, at most `most` of them, taken off.
fn digits<'a>(rest: &mut &'a str, most: usize) -> Option<&'a str> {
    let n = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at_checked(n).filter(|_| n > 0)?;
    *rest = after;
    Some(digits)
}

/// Signs between the parts of a date.
const MARKS: [char; 4] = ['-', '/', '.', '年'];

fn blanks(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace())
}

/// A full moment at the end of the line: what comes before it, and it.
pub(super) fn at_end(line: &str) -> Option<(&str, &str)> {
    if !line.as_bytes().last().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let mut rest = line;
    digits_back(&mut rest, 2)?;
    rest = rest.strip_suffix([':', '：'])?;
    digits_back(&mut rest, 2)?;
    if let Some(before) = rest.strip_suffix([':', '：']) {
        rest = before;
        digits_back(&mut rest, 2)?;
    }
    let apart = blanks(rest.strip_suffix('T').unwrap_or(rest));
    let apart = apart.strip_suffix('日').unwrap_or(apart);
    if apart.len() == rest.len() {
        return None;
    }
    rest = apart;
    digits_back(&mut rest, 2)?;
    rest = rest.strip_suffix(['-', '/', '.', '月'])?;
    digits_back(&mut rest, 2)?;
    rest = rest.strip_suffix(MARKS)?;
    let year = digits_back(&mut rest, 4)?;
    is_year(year).then(|| (blanks(rest), line.get(rest.len()..).unwrap_or_default()))
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("20") || digits.starts_with("19"))
}

/// A full moment at the beginning of the line: it, and what comes after.
pub(super) fn at_start(line: &str) -> Option<(&str, &str)> {
    let mut rest = after_date(line)?;
    let gap = rest.trim_start_matches(|c: char| c.is_whitespace());
    let gap = gap.strip_prefix('T').unwrap_or(gap);
    if gap.len() == rest.len() && !line.get(..line.len() - rest.len()).unwrap_or_default().ends_with('日') {
        return None;
    }
    rest = after_time(gap)?;
    Some(line.split_at(line.len() - rest.len()))
}

/// What follows a date at the beginning.
fn after_date(line: &str) -> Option<&str> {
    let mut rest = line;
    let year = digits(&mut rest, 4)?;
    if !is_year(year) {
        return None;
    }
    rest = rest.strip_prefix(MARKS)?;
    digits(&mut rest, 2)?;
    rest = rest.strip_prefix(['-', '/', '.', '月'])?;
    digits(&mut rest, 2)?;
    Some(rest.strip_prefix('日').unwrap_or(rest))
}

/// What follows a time of day at the beginning.
fn after_time(text: &str) -> Option<&str> {
    let mut rest = text;
    digits(&mut rest, 2)?;
    rest = rest.strip_prefix([':', '：'])?;
    if digits(&mut rest, 2)?.len() < 2 {
        return None;
    }
    let mut seconds = rest;
    if let Some(after) = seconds.strip_prefix([':', '：']) {
        seconds = after;
        if digits(&mut seconds, 2).is_some_and(|s| s.len() == 2) {
            rest = seconds;
        }
    }
    Some(rest)
}

/// Whether the line is a time of day and nothing else.
pub(super) fn is_time(line: &str) -> bool {
    line.len() <= 12 && after_time(line.trim()).is_some_and(str::is_empty)
}

/// The date, when the line is one and nothing else but a day of the week.
pub(super) fn date_alone(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.len() > 40 {
        return None;
    }
    let rest = after_date(line)?;
    let day = line.get(..line.len() - rest.len())?;
    let week = rest.trim().trim_matches(['(', ')', '（', '）']);
    (week.is_empty() || week.starts_with("星期") || week.starts_with('周') || week.starts_with("礼拜"))
        .then_some(day)
}

/// Whether the line is a full moment and nothing else.
pub(super) fn is_moment(line: &str) -> bool {
    at_start(line.trim()).is_some_and(|(_, rest)| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_at_the_end_with_and_without_a_blank() {
        let moment = "2025-9-18 9:05:03";
        assert_eq!(at_end("tb12**99 2025-9-18 9:05:03"), Some(("tb12**99", moment)));
        assert_eq!(at_end("tb12**992025-9-18 9:05:03"), Some(("tb12**99", moment)));
        assert_eq!(at_end("小美 2025年9月18日 9:05"), Some(("小美", "2025年9月18日 9:05")));
        assert_eq!(at_end("a 2026-10-07T10:00:00"), Some(("a", "2026-10-07T10:00:00")));
        for none in ["", "9:05:03", "比分 3-2 9:05", "单号 12345678", "a 0025-9-18 9:05:03", "到 2025-9-18"]
        {
            assert_eq!(at_end(none), None, "{none}");
        }
    }

    #[test]
    fn moments_at_the_beginning_and_alone() {
        assert_eq!(at_start("2017-04-01 10:12:13 a: b"), Some(("2017-04-01 10:12:13", " a: b")));
        assert_eq!(at_start("2017/4/1 9:02 a"), Some(("2017/4/1 9:02", " a")));
        assert_eq!(at_start("2017-04-01"), None);
        assert!(is_moment(" 2017-04-01 10:12:13 ") && !is_moment("2017-04-01 10:12:13 a"));
        assert!(is_time("20:57:11") && is_time("9:05") && !is_time("9:5:1x") && !is_time("20:57:11 a"));
        assert_eq!(date_alone("2017-04-01"), Some("2017-04-01"));
        assert_eq!(date_alone("2025年9月18日 星期四"), Some("2025年9月18日"));
        assert_eq!(date_alone("2017-04-01 到货"), None);
    }
}
