//! Containers around logs: ZIP archives become one input for each file in them, one archive within another is opened too,
//! and gzip and Zstandard are unpacked while they are read. Nothing is written beside the archive: what must be read at
//! any place goes to an anonymous temporary file. It knows bytes only, no formats.

mod fault;
mod stream;
mod zip;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

pub(super) use self::fault::Fault;
pub(super) use self::stream::Raw;

use self::zip::Member;
use super::Input;
use super::trouble::Trouble;

/// Something that can be opened and read from its beginning.
pub(super) enum Door {
    /// A file.
    Path(PathBuf),
    /// A file without a name. Only one reader at a time may use it, for they share its position.
    Held(Arc<File>),
    /// Standard input, of which these bytes were read already.
    Stdin(Vec<u8>),
    /// A file in an archive.
    Member(Arc<Archive>, Member),
    /// Nothing can be read here, or something is to be told before other files.
    Shut(Trouble),
}

/// An archive that was found.
pub(super) enum Archive {
    Path(PathBuf),
    Held(Arc<File>),
}

impl Archive {
    fn file(&self) -> io::Result<File> {
        match self {
            Self::Path(path) => File::open(path),
            Self::Held(file) => file.try_clone(),
        }
    }
}

impl Door {
    /// Opens it.
    pub(super) fn open(self) -> io::Result<Raw> {
        Ok(match self {
            Self::Path(path) => Raw::file(File::open(&path)?, Some(path)),
            Self::Held(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(0))?;
                Raw::file(file, None)
            }
            Self::Stdin(head) => Raw::stream(Box::new(io::Cursor::new(head).chain(io::stdin()))),
            Self::Member(archive, member) => Raw::stream(member.reader(archive.file()?)?),
            Self::Shut(_) => Raw::stream(Box::new(io::empty())),
        })
    }
}

impl Door {
    /// It as a file that can be read at any place, unless it certainly is no workbook.
    pub(super) fn file(&self) -> io::Result<Option<File>> {
        match self {
            // A pipe would lose what is looked at.
            Self::Path(path) if path.is_file() => Ok(Some(File::open(path)?)),
            Self::Held(file) => Ok(Some(file.try_clone()?)),
            Self::Member(archive, member) => member.as_zip(archive.file()?),
            Self::Path(_) | Self::Stdin(_) | Self::Shut(_) => Ok(None),
        }
    }
}

/// The inputs with archives opened, each with its name, in order of name. A file in an archive is called
/// `archive.zip!file.txt`.
pub(super) fn doors(inputs: &[Input]) -> Vec<(String, Door)> {
    let mut doors = Vec::with_capacity(inputs.len());
    for input in inputs {
        let name = input.name();
        match archive(input) {
            Ok(Found::Plain(door)) => doors.push((name, door)),
            Ok(Found::Archive(archive)) => zip::members(&name, &Arc::new(archive), 0, &mut doors),
            // The reader meets the same error and tells it.
            Err(_) => doors.extend(plain(input).map(|door| (name, door))),
        }
    }
    doors.sort_by(|a, b| a.0.cmp(&b.0));
    doors
}

/// What an input is.
enum Found {
    Plain(Door),
    Archive(Archive),
}

fn plain(input: &Input) -> Option<Door> {
    match input {
        Input::Path(path) | Input::Spool(path) => Some(Door::Path(path.clone())),
        Input::Stdin => Some(Door::Stdin(Vec::new())),
    }
}

fn archive(input: &Input) -> io::Result<Found> {
    match input {
        Input::Path(path) | Input::Spool(path) => {
            // A pipe would lose what is looked at.
            if path.is_file() && zip::is_archive(&mut File::open(path)?)? {
                return Ok(Found::Archive(Archive::Path(path.clone())));
            }
            Ok(Found::Plain(Door::Path(path.clone())))
        }
        Input::Stdin => {
            let mut head = Vec::new();
            io::stdin().take(4).read_to_end(&mut head)?;
            if !head.starts_with(zip::SIGNATURE) {
                return Ok(Found::Plain(Door::Stdin(head)));
            }
            let mut file = tempfile::tempfile()?;
            io::copy(&mut io::Cursor::new(head).chain(io::stdin()), &mut file)?;
            let is_archive = zip::is_archive(&mut file)?;
            let file = Arc::new(file);
            Ok(if is_archive { Found::Archive(Archive::Held(file)) } else { Found::Plain(Door::Held(file)) })
        }
    }
}
