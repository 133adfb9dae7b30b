//! The files of a ZIP archive. The directory is read by the `zip` crate; contents are unpacked here, since a file must go
//! on being read after the archive's directory was left.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use encoding_rs::GB18030;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::fault::{self, Fault};
use super::stream::Guard;
use super::{Archive, Door};
use crate::ingest::{book, expand};

/// How a ZIP archive begins.
pub(super) const SIGNATURE: &[u8] = b"PK\x03\x04";
/// Files of an archive that are read at most.
const MOST: usize = 10_000;
/// The largest archive within an archive in bytes, and the largest workbook.
const LARGEST: u64 = 2 << 30;

/// A file of an archive.
pub(in crate::ingest) struct Member {
    start: u64,
    packed: u64,
    size: u64,
    crc: u32,
    is_deflated: bool,
}

/// Whether a file is a ZIP archive and no workbook.
pub(super) fn is_archive(file: &mut File) -> io::Result<bool> {
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    Read::by_ref(file).take(4).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(start.starts_with(SIGNATURE) && book::kind(file)?.is_none())
}

/// Adds a door for every log in an archive; `depth` is 1 for an archive within another.
pub(super) fn members(name: &str, archive: &Arc<Archive>, depth: usize, doors: &mut Vec<(String, Door)>) {
    let before = doors.len();
    let mut skipped = 0;
    match list(archive) {
        Ok(found) => {
            for (inner, member) in found {
                let full = format!("{name}!{inner}");
                match member {
                    Err(fault) => doors.push((full, Door::Shut(fault.trouble()))),
                    Ok(_) if !expand::may_be_log(&inner) => skipped += 1,
                    Ok(member) => door(full, archive, member, depth, doors),
                }
            }
            if doors.len() == before {
                doors.push((name.to_owned(), Door::Shut(fault::no_logs(skipped))));
            } else if skipped > 0 {
                doors.push((name.to_owned(), Door::Shut(fault::skipped(skipped))));
            }
        }
        Err(fault) => doors.push((name.to_owned(), Door::Shut(fault.trouble()))),
    }
}

/// One file: it is read where it stands, or opened when it is an archive itself.
fn door(name: String, archive: &Arc<Archive>, member: Member, depth: usize, doors: &mut Vec<(String, Door)>) {
    let opened = archive.file().and_then(|file| member.inner_archive(file));
    match opened {
        Ok(None) => doors.push((name, Door::Member(Arc::clone(archive), member))),
        Ok(Some(_)) if depth > 0 => doors.push((name, Door::Shut(Fault::Nested.trouble()))),
        Ok(Some(inner)) => members(&name, &Arc::new(Archive::Held(Arc::new(inner))), depth + 1, doors),
        Err(error) => doors.push((name, Door::Shut(fault::told(&error)))),
    }
}

/// A file of an archive by name, or why it cannot be read.
type Listed = (String, Result<Member, Fault>);

/// The files of an archive and their names, in order of name.
fn list(archive: &Archive) -> Result<Vec<Listed>, Fault> {
    let broken = |error: zip::result::ZipError| Fault::Damaged(error.to_string());
    let file = archive.file().map_err(|error| Fault::Damaged(error.to_string()))?;
    let mut zip = ZipArchive::new(file).map_err(broken)?;
    if zip.len() > MOST {
        return Err(Fault::TooMany { files: zip.len(), most: MOST });
    }
    let mut found = Vec::with_capacity(zip.len());
    for i in 0..zip.len() {
        let Ok(entry) = zip.by_index_raw(i) else {
            found.push((format!("#{}", i + 1), Err(Fault::Damaged("entry".to_owned()))));
            continue;
        };
        let name = decoded(entry.name_raw()).replace('\\', "/");
        // What macOS and editors leave behind.
        let is_hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        if entry.is_dir() || is_hidden {
            continue;
        }
        let method = entry.compression();
        let is_deflated = method == CompressionMethod::Deflated;
        let member = if entry.encrypted() {
            Err(Fault::Encrypted)
        } else if is_deflated || method == CompressionMethod::Stored {
            Ok(Member {
                start: entry.data_start().unwrap_or_default(),
                packed: entry.compressed_size(),
                size: entry.size(),
                crc: entry.crc32(),
                is_deflated,
            })
        } else {
            Err(Fault::Method(method.to_string()))
        };
        found.push((name, member));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Names are UTF-8 or, from Chinese Windows, GBK, whatever the archive says of them.
fn decoded(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => match GB18030.decode_without_bom_handling(raw) {
            (name, false) => name.into_owned(),
            _ => Cow::into_owned(String::from_utf8_lossy(raw)),
        },
    }
}

impl Member {
    /// Its bytes, unpacked and checked.
    pub(super) fn reader(&self, mut file: File) -> io::Result<Box<dyn Read + Send>> {
        file.seek(SeekFrom::Start(self.start))?;
        let packed = file.take(self.packed);
        let plain: Box<dyn Read + Send> =
            if self.is_deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
        let checked = Checked { inner: plain, crc: Crc::new(), wanted: self.crc, size: self.size };
        let packed = self.packed;
        Ok(Box::new(Guard::new(checked, move || packed)))
    }

    /// The archive that it is, when it is one and no workbook.
    fn inner_archive(&self, file: File) -> io::Result<Option<File>> {
        match self.as_zip(file)? {
            Some(mut whole) => Ok(is_archive(&mut whole)?.then_some(whole)),
            None => Ok(None),
        }
    }

    /// It unpacked, when it begins like an archive.
    pub(super) fn as_zip(&self, file: File) -> io::Result<Option<File>> {
        let mut reader = self.reader(file)?;
        let mut head = Vec::new();
        reader.by_ref().take(4).read_to_end(&mut head)?;
        if head != SIGNATURE {
            return Ok(None);
        }
        if self.size > LARGEST {
            return Err(io::Error::other(Fault::TooLarge { size: self.size, most: LARGEST }));
        }
        let mut whole = tempfile::tempfile()?;
        whole.write_all(&head)?;
        let copied = io::copy(&mut reader.take(LARGEST), &mut whole)?;
        if copied >= LARGEST {
            return Err(io::Error::other(Fault::TooLarge { size: copied, most: LARGEST }));
        }
        Ok(Some(whole))
    }
}

/// Compares what was unpacked with the archive's directory.
struct Checked<R> {
    inner: R,
    crc: Crc,
    wanted: u32,
    size: u64,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..n).unwrap_or_default());
        if n == 0 && !buffer.is_empty() {
            let read = u64::from(self.crc.amount());
            // The count wraps at four gibibytes.
            if read != self.size & u64::from(u32::MAX) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.crc.sum() != self.wanted {
                return Err(io::Error::other(Fault::Checksum));
            }
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_encodings() {
        assert_eq!(decoded("聊天.txt".as_bytes()), "聊天.txt");
        assert_eq!(decoded(&GB18030.encode("聊天.txt").0), "聊天.txt");
    }
}
