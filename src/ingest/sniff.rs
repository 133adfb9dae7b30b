//! Tells what a file is from its first bytes: not a text at all, its encoding, JSON or not, the delimiter.
//! It reads nothing and changes nothing.

use encoding_rs::GB18030;

use super::{columns, hint};

/// How the bytes stand for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Gb18030,
    /// Traditional characters as Taiwan and Hong Kong write them.
    Big5,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Big5 => "Big5",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }
}

/// Why a file cannot be a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotText {
    /// A ZIP archive, which an `.xlsx` workbook is too.
    Zip,
    /// An old Excel workbook.
    Xls,
    /// A gzip file.
    Gzip,
    /// Anything else.
    Binary,
}

/// The byte order mark's meaning and length.
pub(super) fn mark(sample: &[u8]) -> Option<(Encoding, usize)> {
    if sample.starts_with(&[0xef, 0xbb, 0xbf]) {
        Some((Encoding::Utf8, 3))
    } else if sample.starts_with(&[0xff, 0xfe]) {
        Some((Encoding::Utf16Le, 2))
    } else if sample.starts_with(&[0xfe, 0xff]) {
        Some((Encoding::Utf16Be, 2))
    } else {
        None
    }
}

/// UTF-16 without a mark: commas, digits and line ends put a zero in every other byte, always on the same side.
pub(super) fn unmarked_utf16(sample: &[u8]) -> Option<Encoding> {
    let pairs = sample.len() / 2;
    let (mut high, mut low) = (0, 0);
    for pair in sample.chunks_exact(2) {
        match pair {
            [0, 0] => return None,
            [0, _] => high += 1,
            [_, 0] => low += 1,
            _ => {}
        }
    }
    let (encoding, decoder, zeros, wrong) = if low > high {
        (Encoding::Utf16Le, encoding_rs::UTF_16LE, low, high)
    } else {
        (Encoding::Utf16Be, encoding_rs::UTF_16BE, high, low)
    };
    // Characters such as 一 (4E00) end in a zero byte too, so the other side need not be quite empty.
    if zeros * 10 < pairs || wrong * 3 > zeros {
        return None;
    }
    let (text, _) = decoder.decode_without_bom_handling(sample.get(..pairs * 2)?);
    let odd = text.chars().filter(|c| is_odd_control(*c)).count();
    (odd * 20 <= pairs).then_some(encoding)
}

fn is_odd_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// What the bytes are, when they are no text. Call it after UTF-16 was ruled out.
pub(super) fn not_text(sample: &[u8]) -> Option<NotText> {
    if sample.starts_with(b"PK\x03\x04") {
        return Some(NotText::Zip);
    }
    if sample.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Some(NotText::Xls);
    }
    if sample.starts_with(&[0x1f, 0x8b]) {
        return Some(NotText::Gzip);
    }
    let odd = sample.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r')).count();
    let zeros = memchr::memchr_iter(0, sample).count();
    // Chat texts hold a stray control character now and then, a zero byte among them; a program or picture holds many.
    (zeros * 100 > sample.len() || odd * 20 > sample.len()).then_some(NotText::Binary)
}

/// UTF-8 or GB18030; `None` while all bytes are ASCII and both fit.
pub(super) fn byte_encoding(bytes: &[u8]) -> Option<Encoding> {
    if bytes.is_ascii() {
        return None;
    }
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // A piece may end inside a character; Chinese GB18030 read as UTF-8 is wrong nearly everywhere.
    if bad == 0 || good > bad {
        return Some(Encoding::Utf8);
    }
    let (text, _) = GB18030.decode_without_bom_handling(bytes);
    let wrong = text.chars().filter(|c| *c == '\u{fffd}').count();
    let right = text.chars().filter(|c| !c.is_ascii()).count().saturating_sub(wrong);
    Some(if right > wrong || good == 0 { Encoding::Gb18030 } else { Encoding::Utf8 })
}

/// How many characters beyond ASCII make a judgement of the encoding safe. Fewer may fit two encodings by chance.
const ENOUGH: usize = 64;

/// Whether there are so few characters beyond ASCII that more of the file should be read before its encoding is judged.
pub(super) fn is_thin(bytes: &[u8]) -> bool {
    bytes.iter().filter(|b| !b.is_ascii()).take(ENOUGH * 2).count() < ENOUGH * 2
}

/// How much is looked at to tell Big5 from GB18030, from the first character beyond ASCII on.
const BIG5_SAMPLE: usize = 128 << 10;

/// UTF-8, GB18030 or Big5, when there is enough to tell Big5 by: most of its byte pairs are characters of GB18030 too,
/// and only how common they are tells the two apart.
pub(super) fn legacy_encoding(bytes: &[u8]) -> Option<Encoding> {
    let encoding = byte_encoding(bytes)?;
    let from = bytes.iter().position(|b| !b.is_ascii()).unwrap_or_default();
    let sample = bytes.get(from..bytes.len().min(from + BIG5_SAMPLE)).unwrap_or_default();
    // The last line may end inside a character.
    let whole = memchr::memrchr(b'\n', sample).map_or(sample, |end| sample.get(..end).unwrap_or_default());
    if encoding != Encoding::Gb18030 || encoding_rs::BIG5.decode_without_bom_handling(whole).1 {
        return Some(encoding);
    }
    if !are_common_in_big5(whole) {
        return Some(encoding);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(whole, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    Some(if guess == encoding_rs::BIG5 { Encoding::Big5 } else { encoding })
}

/// Whether bytes, read as Big5, are enough characters to judge by and nearly all of them signs or common characters:
/// its first level, lead bytes A1 to C6. Names and rare words written in GB18030 lie all over both levels, and a guess
/// from a handful of them is no better than chance.
fn are_common_in_big5(bytes: &[u8]) -> bool {
    const FEWEST: usize = 8;
    let (mut common, mut rare) = (0usize, 0usize);
    let mut rest = bytes.iter();
    while let Some(lead) = rest.next() {
        match lead {
            0xa1..=0xc6 => common += 1,
            0x81.. => rare += 1,
            _ => continue,
        }
        rest.next();
    }
    common >= FEWEST && rare * 10 <= common
}

/// Whether a text begins as JSON: with an object, or with an array of values. A chat log may well begin with `[图片]`
/// or a time in brackets.
pub(super) fn is_json(sample: &str) -> bool {
    let text = sample.trim_start();
    match text.strip_prefix('[') {
        None => text.starts_with('{'),
        Some(inner) => {
            let inner = inner.trim_start();
            inner.is_empty() || inner.starts_with(['{', '[', '"', ']'])
        }
    }
}

/// The delimiter whose fields are best known, and the fields.
pub(super) fn delimiter(header: &str) -> (u8, Vec<String>) {
    let mut best = (b',', Vec::new(), 0);
    for delimiter in [b',', b'\t', b';'] {
        let fields = header_fields(header, delimiter);
        let known = columns::known(&fields);
        if best.1.is_empty() || (known, fields.len()) > (best.2, best.1.len()) {
            best = (delimiter, fields, known);
        }
    }
    (best.0, best.1)
}

/// The first rows of a table, for a look at its values.
pub(super) fn rows(bytes: &[u8], delimiter: u8, encoding: Option<Encoding>) -> Vec<Vec<String>> {
    let text = match encoding {
        Some(Encoding::Gb18030) => GB18030.decode_without_bom_handling(bytes).0,
        _ => String::from_utf8_lossy(bytes),
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let rows = reader.records().flatten().take(hint::ROWS);
    rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
}

fn header_fields(header: &str, delimiter: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(header.as_bytes());
    reader.records().flatten().next().map(|r| r.iter().map(str::to_owned).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    }

    #[test]
    fn encodings_are_told_by_content() {
        let text = "时间,角色,内容\r\n2025-01-01 10:00:00,买家,一 在吗一下，一起一共\r\n";
        assert_eq!(unmarked_utf16(&utf16(text, true)), Some(Encoding::Utf16Le));
        assert_eq!(unmarked_utf16(&utf16(text, false)), Some(Encoding::Utf16Be));
        assert_eq!(unmarked_utf16(text.as_bytes()), None);
        assert_eq!(byte_encoding(text.as_bytes()), Some(Encoding::Utf8));
        assert_eq!(byte_encoding(&GB18030.encode(text).0), Some(Encoding::Gb18030));
        assert_eq!(byte_encoding(b"a,b"), None);
        let mut torn = text.as_bytes().to_vec();
        torn.push(0xff);
        assert_eq!(byte_encoding(&torn), Some(Encoding::Utf8), "one bad byte does not make it GB18030");
    }

    #[test]
    fn big5_is_told_from_gb18030_by_what_is_common() {
        let big5 = "客戶：請問這個杯子還有貨嗎，什麼時候可以出貨\n客服：親，現貨，今天下單今天就出貨喔\n";
        assert_eq!(legacy_encoding(&encoding_rs::BIG5.encode(big5).0), Some(Encoding::Big5));
        assert_eq!(legacy_encoding(big5.as_bytes()), Some(Encoding::Utf8));
        for text in [
            "在吗",
            "客户：请问这个杯子还有货吗，什么时候可以发货\n",
            "亲亲，您好呢，欢迎光临本店，有什么可以帮到您的吗\n",
            "客戶：請問這個杯子還有貨嗎\n",
            "开不了发票的哦，要开得加税点\n2025-01-01 10:00:00 好的\n",
        ] {
            assert_eq!(legacy_encoding(&GB18030.encode(text).0), Some(Encoding::Gb18030), "{text}");
        }
    }

    #[test]
    fn rare_characters_of_gb18030_are_no_big5() {
        for text in ["{\"a\": \"亲，嘆玗卞好\"}", "嘆玗", "龘靐齉爩麤灪龖厵滟爨癵籱饢驫鲡鹂鸾\n"]
        {
            assert_eq!(legacy_encoding(&GB18030.encode(text).0), Some(Encoding::Gb18030), "{text}");
        }
    }

    #[test]
    fn no_line_of_a_mainland_log_is_taken_for_big5() {
        let log = std::fs::read_to_string("fixtures/logs/day.csv").unwrap();
        let wrong: Vec<&str> = log
            .lines()
            .filter(|line| legacy_encoding(&GB18030.encode(&format!("{line}\n")).0) == Some(Encoding::Big5))
            .collect();
        assert_eq!(wrong, [""; 0]);
    }

    #[test]
    fn binaries_are_seen_and_stray_controls_forgiven() {
        assert_eq!(not_text(b"PK\x03\x04rest"), Some(NotText::Zip));
        assert_eq!(not_text(b"abc\0def"), Some(NotText::Binary));
        assert_eq!(not_text(b"sender,content,sent_at\nbuyer,hi\x03 there,2025-01-01"), None);
    }
}
