//! A small file read whole: its text, how it was encoded, and the way back to the same bytes. For files that are shown
//! and mended, not for logs, which are read in pieces.

use encoding_rs::GB18030;

use super::sniff::{self, Encoding, NotText};

/// A decoded file.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The text, without a byte order mark.
    pub text: String,
    encoding: Encoding,
    mark: Vec<u8>,
    /// Whether [`Whole::encode`] gives the very bytes that the text was decoded from.
    pub is_exact: bool,
    /// Byte of the text where the first undecodable bytes stood; they were read as U+FFFD.
    pub broken: Option<usize>,
}

/// Why a file is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// A ZIP archive, which an `.xlsx` workbook is too.
    Zip,
    /// An old Excel workbook.
    Xls,
    /// Anything else.
    Binary,
}

impl Whole {
    /// Decodes a file: UTF-8, UTF-16 and GB18030 (which GBK is part of), told apart by content.
    ///
    /// # Errors
    /// When it is no text.
    pub fn decode(bytes: &[u8]) -> Result<Self, Other> {
        let (encoding, skip) = match sniff::mark(bytes) {
            Some((encoding, skip)) => (Some(encoding), skip),
            None => (sniff::unmarked_utf16(bytes), 0),
        };
        let (mark, body) = bytes.split_at_checked(skip).unwrap_or((&[], bytes));
        let wide = matches!(encoding, Some(Encoding::Utf16Le | Encoding::Utf16Be));
        if !wide && let Some(kind) = sniff::not_text(body) {
            return Err(match kind {
                NotText::Zip => Other::Zip,
                NotText::Xls => Other::Xls,
                NotText::Gzip | NotText::Binary => Other::Binary,
            });
        }
        let encoding = encoding.or_else(|| sniff::legacy_encoding(body)).unwrap_or(Encoding::Utf8);
        let decoder = match encoding {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Gb18030 => GB18030,
            Encoding::Big5 => encoding_rs::BIG5,
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
        };
        let (text, had_errors) = decoder.decode_without_bom_handling(body);
        let broken = if had_errors { text.find('\u{fffd}') } else { None };
        let mut whole =
            Self { text: text.into_owned(), encoding, mark: mark.to_vec(), is_exact: false, broken };
        whole.is_exact = whole.encode(&whole.text).is_some_and(|again| again == bytes);
        Ok(whole)
    }

    /// Another text in the same encoding, with the same byte order mark; `None` when it has a character that the
    /// encoding lacks.
    #[must_use]
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let mut bytes = self.mark.clone();
        match self.encoding {
            Encoding::Utf8 => bytes.extend(text.as_bytes()),
            Encoding::Gb18030 | Encoding::Big5 => {
                let encoding = if self.encoding == Encoding::Big5 { encoding_rs::BIG5 } else { GB18030 };
                let (coded, _, unmappable) = encoding.encode(text);
                if unmappable {
                    return None;
                }
                bytes.extend(coded.iter());
            }
            Encoding::Utf16Le => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Encoding::Utf16Be => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
        }
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_comes_back_as_it_was() {
        let text = "快捷短语编码,快捷短语\r\n1,您好，㙍\r\n";
        let gbk = GB18030.encode(text).0.into_owned();
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
        for bytes in [text.as_bytes().to_vec(), gbk, utf16, marked] {
            let whole = Whole::decode(&bytes).unwrap();
            assert_eq!((whole.text.as_str(), whole.is_exact, whole.broken), (text, true, None));
        }
    }

    #[test]
    fn broken_bytes_are_located_and_the_file_is_not_exact() {
        let whole = Whole::decode(b"text\nabc\xe4\xbd\xa0\xff\n").unwrap();
        assert_eq!((whole.is_exact, whole.broken), (false, Some(11)));
        assert_eq!(Whole::decode(b"PK\x03\x04").unwrap_err(), Other::Zip);
    }
}
