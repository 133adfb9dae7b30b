//! An anonymous temporary file that bytes are put aside in and read back from: it has no name, so nothing is left behind
//! however the program ends. It knows nothing of what the bytes are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::say::Say;

/// The file, made when the first bytes come.
#[derive(Debug, Default)]
pub struct Spill {
    file: Option<File>,
    end: u64,
}

impl Spill {
    /// Puts pieces one after the other at the end; the place of the first byte comes back.
    ///
    /// # Errors
    /// Whatever the system answers; what was put aside before stays readable.
    pub fn put(&mut self, pieces: &[&[u8]]) -> io::Result<u64> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let at = self.end;
        file.seek(SeekFrom::Start(at))?;
        let mut length = 0;
        for piece in pieces {
            file.write_all(piece)?;
            length += piece.len() as u64;
        }
        self.end = at + length;
        Ok(at)
    }

    /// Fills a buffer with the bytes from a place on.
    ///
    /// # Errors
    /// Whatever the system answers, and when there are not so many bytes.
    pub fn read(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(into)
    }
}

/// What is said when nothing more can be put aside.
#[must_use]
pub fn unwritable(error: &io::Error) -> [Say; 2] {
    [
        Say::new(
            format!("临时文件写不下去，改为全部放在内存里：{error}"),
            format!("the temporary file cannot be written, so everything stays in memory: {error}"),
        ),
        Say::new(
            "清理临时目录所在的磁盘，或用 TMPDIR 换一个目录",
            "free the disk of the temporary folder, or set TMPDIR",
        ),
    ]
}

/// What is said when it cannot be read back.
#[must_use]
pub fn unreadable(error: &io::Error) -> [Say; 2] {
    [
        Say::new(
            format!("临时文件读不回来：{error}"),
            format!("the temporary file cannot be read back: {error}"),
        ),
        Say::new("检查临时目录所在的磁盘后再运行", "check the disk of the temporary folder and run again"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_aside_comes_back() {
        let mut spill = Spill::default();
        assert!(spill.read(0, &mut [0]).is_err());
        assert_eq!(spill.put(&[b"ab", b"c"]).unwrap(), 0);
        assert_eq!(spill.put(&[b"de"]).unwrap(), 3);
        let mut both = [0; 3];
        spill.read(2, &mut both).unwrap();
        assert_eq!(&both, b"cde");
        assert!(spill.read(4, &mut both).is_err());
    }
}
