//! Where a report goes: a file that is written whole or not at all, or a stream whose reader may leave early.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::problem::{Place, Problem, Severity};
use crate::say::Say;

/// Writes to the file, or to `stream` when there is none. A reader that closes the pipe has seen enough: that is
/// no fault.
///
/// # Errors
/// A problem that names the file and the reason.
pub fn write(
    file: Option<&Path>,
    stream: &mut dyn Write,
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Problem> {
    match file {
        Some(path) => whole(path, body).map_err(|e| unwritable(&path.display().to_string(), &e)),
        None => {
            let mut out = BufWriter::new(stream);
            match body(&mut out).and_then(|()| out.flush()) {
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                    // What is still in the buffer has no reader.
                    drop(out.into_parts());
                    Ok(())
                }
                result => result.map_err(|e| unwritable("", &e)),
            }
        }
    }
}

/// Writes beside the file first, then takes its place. A link keeps its target, and what is no file (a device, a
/// named pipe) is written to, not replaced.
fn whole(path: &Path, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if path.exists() && !path.is_file() {
        let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
        body(&mut out)?;
        return out.flush();
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = NamedTempFile::new_in(folder)?;
    let mut out = BufWriter::new(&mut draft);
    body(&mut out)?;
    out.flush()?;
    drop(out);
    share(&draft)?;
    draft.persist(path).map(drop).map_err(|e| e.error)
}

/// A draft is its owner's alone. A report names people, so it is opened to the owner's group and no further.
#[cfg(unix)]
fn share(draft: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    draft.as_file().set_permissions(std::fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn share(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

fn unwritable(file: &str, error: &io::Error) -> Problem {
    let (zh, en) = match error.kind() {
        io::ErrorKind::NotFound => ("目录不存在", "the folder does not exist"),
        io::ErrorKind::PermissionDenied => ("没有写入权限", "permission denied"),
        io::ErrorKind::IsADirectory => ("这是一个目录", "it is a folder"),
        io::ErrorKind::StorageFull => ("磁盘满了", "the disk is full"),
        _ => ("系统报错", "the system refused"),
    };
    Problem {
        code: "output-unwritable",
        severity: Severity::Error,
        place: Place { file: file.to_owned(), ..Place::default() },
        what: Say::new(
            format!("报告写不进去：{zh}（{error}）"),
            format!("the report cannot be written: {en} ({error})"),
        ),
        next: Say::new(
            "请用 --output 换一个能写的地方；原有的文件没有动过",
            "choose another place with --output; an existing file was left as it was",
        ),
        count: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("报告.json");
        write(Some(&path), &mut io::sink(), |out| out.write_all(b"old")).unwrap();
        let failed = write(Some(&path), &mut io::sink(), |out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.unwrap_err().what.en.contains("the disk is full"));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_unwritable_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none").join("r.csv");
        let problem = write(Some(&path), &mut io::sink(), |_| Ok(())).unwrap_err();
        assert!(
            problem.place.file.ends_with("r.csv") && problem.what.zh.contains("目录不存在"),
            "{problem:?}"
        );
        let problem = write(Some(folder.path()), &mut io::sink(), |_| Ok(())).unwrap_err();
        assert!(problem.what.en.contains("it is a folder"), "{problem:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("link"), folder.path().join("target"));
        std::fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write(Some(&link), &mut io::sink(), |out| out.write_all(b"new")).unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"new");
        assert!(link.is_symlink());
    }

    #[test]
    fn a_closed_pipe_is_no_fault() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        assert!(write(None, &mut Closed, |out| out.write_all(&[b'x'; 99_999])).is_ok());
        assert!(write(None, &mut Closed, |out| out.write_all(b"x")).is_ok());
    }
}
