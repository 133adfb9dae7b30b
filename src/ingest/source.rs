//! One open input as a growing buffer of text bytes: UTF-8, or GB18030 where `cut` can work on the raw bytes.
//! UTF-16 (and GB18030 of other formats than CSV, whose signs may be halves of characters) is turned into UTF-8 on the
//! way.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, DecoderResult};

use super::Progress;
use super::sniff::{self, Encoding, NotText};
use super::unpack::Door;

/// How much is looked at before a decision.
const SAMPLE: usize = 256 << 10;
/// How much is read at most before the encoding is judged.
const MOST: usize = 16 << 20;
/// How much is read at a time.
const STEP: usize = 256 << 10;

/// What opening found.
pub(super) enum Opened {
    /// A text.
    Text(Box<Source>),
    /// No bytes, or blanks only.
    Empty,
    /// Something else.
    NotText(NotText, Box<Source>),
}

/// The buffer and what fills it.
pub(super) struct Source {
    reader: Box<dyn Read + Send>,
    /// The file that is read, where it is one.
    path: Option<PathBuf>,
    decoder: Option<Decoder>,
    /// Bytes that were read and not taken yet.
    pub(super) buffer: Vec<u8>,
    /// Nothing more will come.
    pub(super) ended: bool,
    /// The encoding of `buffer`; `None` while it was ASCII only.
    pub(super) encoding: Option<Encoding>,
    /// What the input itself is written in, when it is turned into UTF-8 on the way.
    written: Option<Encoding>,
    /// Lines end in a lone carriage return, as old programs for the Mac write them; they are made newlines.
    carriage: bool,
    /// Raw bytes taken from the input so far, and how many of them were told.
    taken: Arc<AtomicU64>,
    told: u64,
    /// What it is packed with.
    packing: Option<&'static str>,
    /// Why it ended before its end.
    pub(super) broke: Option<io::Error>,
    /// The length of the file when it was opened: what is written to it while it is read belongs to another run.
    length: Option<u64>,
    /// Whether somebody wrote to it while it was read.
    pub(super) grew: bool,
}

/// How long a file is, where it is one and no pipe. Some file systems call every file empty until it is read.
fn length(path: &Path) -> Option<u64> {
    let data = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    Some(data.len()).filter(|length| *length > 0)
}

impl Source {
    /// Opens and looks at the first bytes.
    pub(super) fn open(door: Door) -> io::Result<Opened> {
        let raw = door.open()?.unpacked()?;
        let length = raw.path.as_deref().and_then(length);
        let mut source = Self {
            reader: match length {
                Some(length) => Box::new(raw.reader.take(length)),
                None => raw.reader,
            },
            path: raw.path,
            length,
            grew: false,
            decoder: None,
            buffer: Vec::new(),
            ended: false,
            encoding: None,
            written: None,
            carriage: false,
            taken: raw.taken,
            told: 0,
            packing: raw.packing,
            broke: None,
        };
        source.fill(SAMPLE);
        if source.buffer.is_empty()
            && let Some(error) = source.broke.take()
        {
            return Err(error);
        }
        let sample = &source.buffer;
        let (encoding, skip) = match sniff::mark(sample) {
            Some((encoding, skip)) => (Some(encoding), skip),
            None => (sniff::unmarked_utf16(sample), 0),
        };
        source.buffer.drain(..skip);
        let wide = match encoding {
            Some(Encoding::Utf16Le) => Some(encoding_rs::UTF_16LE),
            Some(Encoding::Utf16Be) => Some(encoding_rs::UTF_16BE),
            _ => None,
        };
        if wide.is_none()
            && let Some(kind) = sniff::not_text(&source.buffer)
        {
            return Ok(Opened::NotText(kind, Box::new(source)));
        }
        if let Some(wide) = wide {
            source.transcode(wide)?;
            source.written = encoding;
            source.encoding = Some(Encoding::Utf8);
        } else {
            source.encoding = encoding.or_else(|| source.judged());
            if source.encoding == Some(Encoding::Big5) {
                source.transcode(encoding_rs::BIG5)?;
                source.written = source.encoding.replace(Encoding::Utf8);
            }
        }
        let has = |byte| memchr::memchr(byte, &source.buffer).is_some();
        source.carriage = has(b'\r') && !has(b'\n');
        source.make_newlines(0);
        if source.ended && source.buffer.trim_ascii().is_empty() {
            return Ok(Opened::Empty);
        }
        Ok(Opened::Text(Box::new(source)))
    }

    /// The input from its beginning as a file that can be read at any place, for formats that are no texts.
    pub(super) fn into_file(mut self) -> io::Result<File> {
        match self.path {
            Some(path) => File::open(path),
            None => {
                let mut file = tempfile::tempfile()?;
                file.write_all(&self.buffer)?;
                io::copy(&mut self.reader, &mut file)?;
                file.rewind()?;
                Ok(file)
            }
        }
    }

    /// The decoded beginning: whole lines, or everything when it is short.
    pub(super) fn sample(&self) -> Cow<'_, str> {
        let mut head = self.buffer.as_slice();
        if !self.ended
            && let Some(newline) = memchr::memrchr(b'\n', head)
        {
            head = head.get(..=newline).unwrap_or_default();
        }
        match self.encoding {
            Some(Encoding::Gb18030) => encoding_rs::GB18030.decode_without_bom_handling(head).0,
            _ => String::from_utf8_lossy(head),
        }
    }

    /// The encoding of a text without a mark. While little speaks for one, more is read.
    fn judged(&mut self) -> Option<Encoding> {
        let mut want = SAMPLE;
        while !self.ended && want < MOST && sniff::is_thin(&self.buffer) {
            want *= 4;
            self.fill(want);
        }
        sniff::legacy_encoding(&self.buffer)
    }

    /// Turns everything into UTF-8, for readers that look at more than line ends and delimiters.
    pub(super) fn force_utf8(&mut self) -> io::Result<()> {
        if self.encoding == Some(Encoding::Gb18030) {
            self.transcode(encoding_rs::GB18030)?;
            self.written = self.encoding.replace(Encoding::Utf8);
        }
        Ok(())
    }

    /// What the input is written in and packed with, as it is told to people.
    pub(super) fn encoding_name(&self) -> String {
        let name = self.written.or(self.encoding).unwrap_or(Encoding::Utf8).name();
        self.packing.map_or_else(|| name.to_owned(), |packing| format!("{name}, {packing}"))
    }

    /// Everything from here on goes through a decoder, what is in the buffer first.
    fn transcode(&mut self, from: &'static encoding_rs::Encoding) -> io::Result<()> {
        self.decoder = Some(from.new_decoder_without_bom_handling());
        let raw = std::mem::take(&mut self.buffer);
        self.decode(&raw)
    }

    fn decode(&mut self, raw: &[u8]) -> io::Result<()> {
        let Some(decoder) = self.decoder.as_mut() else { return Ok(()) };
        let mut rest = raw;
        loop {
            let room = decoder
                .max_utf8_buffer_length_without_replacement(rest.len())
                .ok_or_else(|| io::Error::from(io::ErrorKind::OutOfMemory))?;
            let from = self.buffer.len();
            self.buffer.resize(from + room, 0);
            let space = self.buffer.get_mut(from..).unwrap_or_default();
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, space, self.ended);
            self.buffer.truncate(from + written);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                // A byte that no UTF-8 has: the row parser will locate it as it does in UTF-8 files.
                DecoderResult::Malformed(..) => self.buffer.push(0xff),
            }
        }
    }

    /// Turns the carriage returns from byte `from` on into newlines, where they are line ends.
    fn make_newlines(&mut self, from: usize) {
        if self.carriage {
            let new = self.buffer.get_mut(from..).unwrap_or_default();
            new.iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
        }
    }

    /// Reads until the buffer holds `want` bytes or the input ends. What was read before an error is kept, and the error
    /// with it.
    pub(super) fn fill(&mut self, want: usize) {
        while self.buffer.len() < want && !self.ended {
            let from = self.buffer.len();
            let step = if self.decoder.is_some() {
                let mut raw = Vec::new();
                self.read_into(&mut raw, STEP);
                self.decode(&raw)
            } else {
                let mut buffer = std::mem::take(&mut self.buffer);
                let missing = want - buffer.len();
                self.read_into(&mut buffer, missing);
                self.buffer = buffer;
                Ok(())
            };
            if let Err(error) = step {
                (self.ended, self.broke) = (true, Some(error));
            }
            self.make_newlines(from);
        }
        if self.ended
            && !self.grew
            && self.length.is_some()
            && self.path.as_deref().and_then(length) > self.length
        {
            self.grew = true;
            // The last line may be half written.
            let whole = memchr::memrchr(b'\n', &self.buffer).map_or(self.buffer.len(), |newline| newline + 1);
            self.buffer.truncate(whole);
        }
    }

    /// Appends up to `most` bytes; fewer only where the input ends or breaks off.
    fn read_into(&mut self, buffer: &mut Vec<u8>, most: usize) {
        buffer.reserve_exact(most);
        let limit = u64::try_from(most).unwrap_or(u64::MAX);
        match self.reader.by_ref().take(limit).read_to_end(buffer) {
            Ok(n) => self.ended = n < most,
            Err(error) => (self.ended, self.broke) = (true, Some(error)),
        }
    }

    /// Tells of the bytes that were read since the last call.
    pub(super) fn report(&mut self, progress: &dyn Progress) {
        let taken = self.taken.load(Ordering::Relaxed);
        progress.bytes(taken - std::mem::replace(&mut self.told, taken));
    }

    /// Puts a text, the rest of the input in another form, in its place.
    pub(super) fn replace(&mut self, text: String) {
        self.buffer = text.into_bytes();
    }

    /// Takes the first `n` bytes off.
    pub(super) fn take(&mut self, n: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(n.min(self.buffer.len()));
        std::mem::replace(&mut self.buffer, rest)
    }
}
