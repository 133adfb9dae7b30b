//! Moments as exports write them. A time of day without a zone is Asia/Shanghai time. Pure: no clock.

use chrono::NaiveDate;

/// Milliseconds that Asia/Shanghai is ahead of UTC.
const SHANGHAI_MS: i64 = 8 * 3_600_000;
/// Years outside of this range are taken for a mistake in the log.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// How a moment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Date and time of day without a zone: taken for Asia/Shanghai time.
    Local,
    /// With a zone.
    Zoned,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// Excel's day number.
    Excel,
}

/// How a text that [`parse`] reads is written.
pub(super) fn form(text: &[u8]) -> Form {
    let text = text.trim_ascii();
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = text.get(digits).is_none_or(|b| *b == b'.');
    match digits {
        5 if whole => Form::Excel,
        10 if whole => Form::Seconds,
        13 if whole => Form::Millis,
        _ => {
            let time = text.rsplit(|b| *b == b':').next().unwrap_or_default();
            let zone =
                text.ends_with(b"Z") || text.ends_with(b"z") || time.iter().any(|b| b"+-UG".contains(b));
            // +08:00 ends in a colon and two digits of its own.
            let offset =
                text.len().checked_sub(6).and_then(|at| text.get(at)).is_some_and(|b| b"+-".contains(b));
            if zone || offset && text.contains(&b':') { Form::Zoned } else { Form::Local }
        }
    }
}

/// Milliseconds since 1970-01-01 UTC; `None` when the text is no full moment (date and time of day).
///
/// Reads `YYYY-MM-DD HH:MM[:SS[.fff]]` with `-`, `/`, `.` or `年月日`, padded or not, `T` or blank between, an
/// optional zone; 上午/下午/AM/PM; `YYYYMMDDHHMMSS`; seconds or milliseconds since 1970; Excel's day numbers.
pub(super) fn parse(text: &[u8]) -> Option<i64> {
    if let Some(ms) = canonical(text) {
        return Some(ms);
    }
    let text = std::str::from_utf8(text).ok()?.trim();
    numeric(text).or_else(|| written(text))
}

/// `YYYY-MM-DD HH:MM:SS` exactly: nearly every row of nearly every log.
fn canonical(text: &[u8]) -> Option<i64> {
    let t: &[u8; 19] = text.try_into().ok()?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-' | b'/',
        m1,
        m2,
        b'-' | b'/',
        d1,
        d2,
        b' ' | b'T',
        h1,
        h2,
        b':',
        i1,
        i2,
        b':',
        s1,
        s2,
    ] = *t
    else {
        return None;
    };
    let pair = |a: u8, b: u8| {
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| u32::from(a - b'0') * 10 + u32::from(b - b'0'))
    };
    let year = i32::try_from(pair(y1, y2)? * 100 + pair(y3, y4)?).ok()?;
    moment(
        (year, pair(m1, m2)?, pair(d1, d2)?),
        (pair(h1, h2)?, pair(i1, i2)?, pair(s1, s2)?, 0),
        SHANGHAI_MS,
    )
}

/// A date, a time of day (hour, minute, second, millisecond) and the zone's lead over UTC.
fn moment(date: (i32, u32, u32), time: (u32, u32, u32, u32), ahead_ms: i64) -> Option<i64> {
    if !YEARS.contains(&date.0) || time.0 > 23 || time.1 > 59 || time.2 > 59 {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(date.0, date.1, date.2)?;
    Some(day.and_hms_milli_opt(time.0, time.1, time.2, time.3)?.and_utc().timestamp_millis() - ahead_ms)
}

/// Forms that are one number.
fn numeric(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let milli: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    match whole.len() {
        10 => Some(number * 1000 + milli),
        13 => Some(number),
        14 if fraction.is_empty() => {
            let part = |from: usize, to: usize| whole.get(from..to)?.parse::<u32>().ok();
            let year = i32::try_from(part(0, 4)?).ok()?;
            moment(
                (year, part(4, 6)?, part(6, 8)?),
                (part(8, 10)?, part(10, 12)?, part(12, 14)?, 0),
                SHANGHAI_MS,
            )
        }
        // Excel counts days from 1899-12-30; whole seconds, because the fraction is a rounded one.
        5 if !fraction.is_empty() => {
            let days: f64 = text.parse().ok()?;
            #[expect(clippy::cast_possible_truncation, reason = "five digits of days fit in seconds easily")]
            let seconds = ((days - 25_569.0) * 86_400.0).round() as i64;
            Some(seconds * 1000 - SHANGHAI_MS)
        }
        _ => None,
    }
}

/// Forms with separators.
fn written(text: &str) -> Option<i64> {
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    if text.len() - rest.len() != 4 {
        return None;
    }
    let mark = sign(&mut rest, &['-', '/', '.', '年'])?;
    let month = number(&mut rest, 2)?;
    sign(&mut rest, if mark == '年' { &['月'] } else { std::slice::from_ref(&mark) })?;
    let day = number(&mut rest, 2)?;
    let apart = sign(&mut rest, &['日', '号', 'T', 't', ' ', '\u{3000}', '\u{a0}']).is_some();
    rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == 'T');
    let mut noon = half(&mut rest);
    if !apart && noon.is_none() {
        return None;
    }
    let hour = number(&mut rest, 2)?;
    sign(&mut rest, &[':', '：', '时', '点'])?;
    let minute = number(&mut rest, 2)?;
    let mut second = 0;
    let mut milli = 0;
    if sign(&mut rest, &[':', '：', '分']).is_some() && rest.starts_with(|c: char| c.is_ascii_digit()) {
        second = number(&mut rest, 2)?;
        if sign(&mut rest, &['.', ',']).is_some() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let fraction = rest.get(..digits)?;
            milli = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
            rest = rest.get(digits..)?;
        }
        let _ = sign(&mut rest, &['秒']);
    }
    rest = rest.trim_start();
    noon = noon.or_else(|| half(&mut rest));
    let hour = match noon {
        None => hour,
        Some(_) if hour == 0 || hour > 12 => return None,
        Some(false) => hour % 12,
        Some(true) => hour % 12 + 12,
    };
    let year = i32::try_from(year).ok()?;
    moment((year, month, day), (hour, minute, second, milli), zone(rest.trim())?)
}

/// Up to `most` digits as a number.
fn number(rest: &mut &str, most: usize) -> Option<u32> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let value = rest.get(..digits)?.parse().ok()?;
    *rest = rest.get(digits..)?;
    Some(value)
}

/// One of the signs, taken off.
fn sign(rest: &mut &str, signs: &[char]) -> Option<char> {
    let first = rest.chars().next().filter(|c| signs.contains(c))?;
    *rest = rest.strip_prefix(first)?;
    Some(first)
}

/// Half of the day: `Some(true)` after noon.
fn half(rest: &mut &str) -> Option<bool> {
    const WORDS: [(&str, bool); 6] =
        [("上午", false), ("下午", true), ("AM", false), ("PM", true), ("am", false), ("pm", true)];
    let (after, noon) = WORDS.iter().find_map(|(word, noon)| Some((rest.strip_prefix(word)?, *noon)))?;
    *rest = after.trim_start();
    Some(noon)
}

/// Milliseconds that the zone is ahead of UTC; none written means Asia/Shanghai.
fn zone(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(SHANGHAI_MS);
    }
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let (west, digits) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(d), _) => (1, d),
        (_, Some(d)) => (-1, d),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = if digits.len() == 4 { digits.get(2..)?.parse().ok()? } else { 0 };
    (hours <= 14 && minutes < 60).then_some(west * (hours * 3_600_000 + minutes * 60_000))
}

#[cfg(test)]
mod tests {
    use super::{Form, form, parse};

    /// 2025-09-18 09:05:03 in Shanghai.
    const MOMENT: i64 = 1_758_157_503_000;

    #[test]
    fn every_way_of_writing_one_moment() {
        for text in [
            "2025-09-18 09:05:03",
            "2025/09/18 09:05:03",
            "2025-09-18T09:05:03",
            "2025/9/18 9:05:03",
            "2025.9.18 9:05:03",
            "2025-9-18  9:05:03",
            "2025年9月18日 09:05:03",
            "2025年9月18日9时05分03秒",
            "2025-09-18T09:05:03+08:00",
            "2025-09-18T09:05:03.000+0800",
            "2025-09-18 01:05:03Z",
            "2025-09-18T01:05:03.000Z",
            "2025-09-17 20:05:03 -05:00",
            "2025/9/18 上午 9:05:03",
            "2025/9/18 9:05:03 AM",
            "1758157503",
            "1758157503.0",
            "1758157503000",
            "20250918090503",
            "45918.3785069444",
            " 2025-09-18 09:05:03 ",
        ] {
            assert_eq!(parse(text.as_bytes()), Some(MOMENT), "{text}");
        }
        assert_eq!(parse(b"2025-09-18 09:05"), Some(MOMENT - 3000));
        assert_eq!(parse("2025年9月18日 09:05".as_bytes()), Some(MOMENT - 3000));
        assert_eq!(parse(b"2025-09-18 09:05:03.25"), Some(MOMENT + 250));
        assert_eq!(parse("2025/9/18 下午9:05:03".as_bytes()), Some(MOMENT + 12 * 3_600_000));
        assert_eq!(parse("2025/9/18 12:05:03 AM".as_bytes()), Some(MOMENT - 9 * 3_600_000));
    }

    #[test]
    fn ways_of_writing_are_told_apart() {
        for (text, expected) in [
            ("2025-09-18 09:05:03", Form::Local),
            ("2025-09-18 09:05", Form::Local),
            ("2025-9-8 9:05", Form::Local),
            ("2025年9月18日9时05分03秒", Form::Local),
            ("20250918090503", Form::Local),
            ("2025-09-18T09:05:03+08:00", Form::Zoned),
            ("2025-09-18T09:05:03.000+0800", Form::Zoned),
            ("2025-09-17 20:05:03 -05:00", Form::Zoned),
            ("2025-09-18 01:05:03Z", Form::Zoned),
            ("1758157503", Form::Seconds),
            ("1758157503000", Form::Millis),
            ("45918.3785069444", Form::Excel),
        ] {
            assert!(parse(text.as_bytes()).is_some(), "{text}");
            assert_eq!(form(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_moment() {
        for text in [
            "",
            "明天",
            "2025-09-18",
            "09:05:03",
            "2025-13-18 09:05:03",
            "2025-02-30 09:05:03",
            "2025-09-18 25:05:03",
            "2025-09-18 09:61:03",
            "2025-09-18 09:05:03 后",
            "25-09-18 09:05:03",
            "0000-00-00 00:00:00",
            "12345",
            "2025-09/18 9:05:03",
            "2025-09-1809:05:03",
            "17581575030001",
            "2025-09-18 09:05:03+25:00",
            "1e9",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
