//! An input's bytes as they come: unpacked when they are packed, counted as they stand in the file, and stopped when they
//! grow out of all proportion.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::fault::Fault;

/// Bytes that may always be unpacked.
const FREE: u64 = 64 << 20;
/// How often over a file may be unpacked beyond that. Chat logs pack to a tenth or a thirtieth; what packs better than
/// this repeats itself.
const RATIO: u64 = 300;

/// An input that was opened.
pub(in crate::ingest) struct Raw {
    /// Its bytes, unpacked.
    pub(in crate::ingest) reader: Box<dyn Read + Send>,
    /// The file, where `reader` gives nothing but its bytes.
    pub(in crate::ingest) path: Option<PathBuf>,
    /// Bytes taken from the input so far, as they stand in it.
    pub(in crate::ingest) taken: Arc<AtomicU64>,
    /// What it is packed with.
    pub(in crate::ingest) packing: Option<&'static str>,
}

impl Raw {
    pub(super) fn file(file: File, path: Option<PathBuf>) -> Self {
        Self { path, ..Self::stream(Box::new(file)) }
    }

    pub(super) fn stream(inner: Box<dyn Read + Send>) -> Self {
        let taken = Arc::new(AtomicU64::new(0));
        let reader = Box::new(Counted { inner, taken: Arc::clone(&taken) });
        Self { reader, path: None, taken, packing: None }
    }

    /// Unpacks gzip and Zstandard, one around the other too.
    ///
    /// # Errors
    /// When the first bytes cannot be read or are no such packing after all.
    pub(in crate::ingest) fn unpacked(mut self) -> io::Result<Self> {
        for _ in 0..2 {
            let mut head = Vec::new();
            self.reader.by_ref().take(4).read_to_end(&mut head)?;
            let packing = match head.as_slice() {
                [0x1f, 0x8b, ..] => Some("gzip"),
                [0x28, 0xb5, 0x2f, 0xfd] => Some("zstd"),
                _ => None,
            };
            let whole = BufReader::with_capacity(64 << 10, io::Cursor::new(head).chain(self.reader));
            let taken = Arc::clone(&self.taken);
            let packed = move || taken.load(Ordering::Relaxed);
            self.reader = match packing {
                Some("gzip") => Box::new(Guard::new(MultiGzDecoder::new(whole), packed)),
                Some(_) => {
                    let decoder =
                        StreamingDecoder::new(whole).map_err(|e| io::Error::other(e.to_string()))?;
                    Box::new(Guard::new(decoder, packed))
                }
                None => {
                    self.reader = Box::new(whole);
                    return Ok(self);
                }
            };
            (self.packing, self.path) = (packing, None);
        }
        Ok(self)
    }
}

/// Counts what is read.
struct Counted {
    inner: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.taken.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Stops what unpacks to far more than any log would.
pub(super) struct Guard<R, F> {
    inner: R,
    /// Bytes of the packed form that were taken so far, or that it has in all.
    packed: F,
    unpacked: u64,
}

impl<R, F> Guard<R, F> {
    pub(super) fn new(inner: R, packed: F) -> Self {
        Self { inner, packed, unpacked: 0 }
    }
}

impl<R: Read, F: Fn() -> u64> Read for Guard<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.unpacked += n as u64;
        let packed = (self.packed)();
        if self.unpacked > FREE && self.unpacked / RATIO > packed {
            return Err(io::Error::other(Fault::Bomb { packed, unpacked: self.unpacked, ratio: RATIO }));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_out_of_proportion_is_stopped() {
        let mut guard = Guard::new(io::repeat(b'a').take(2 * FREE), || 1000);
        let error = io::copy(&mut guard, &mut io::sink()).unwrap_err();
        assert!(matches!(Fault::of(&error), Some(Fault::Bomb { packed: 1000, .. })), "{error}");
        let mut guard = Guard::new(io::repeat(b'a').take(2 * FREE), || 2 * FREE / RATIO);
        assert_eq!(io::copy(&mut guard, &mut io::sink()).unwrap(), 2 * FREE);
    }
}
