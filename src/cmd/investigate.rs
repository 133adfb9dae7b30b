//! `kefu-audit investigate`: finds the talk that a complaint is about, writes the page and the evidence pack, and gives the
//! exit code.

use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::cli::{Investigate, Look, output};
use crate::cmd::own::{self, Own};
use crate::cmd::{FAILED, Streams, audit, logs, pack};
use crate::detect::detector::{Detector, Ways};
use crate::ingest::{self, Column, Input, Options};
use crate::investigate::find::Search;
use crate::investigate::{self, Context, Desk, Dossier, Found, complaint};
use crate::judge::{Book, Terms};
use crate::problem::{Place, Problem, Severity};
use crate::report::{dossier, problems};
use crate::rules::pack::Pack;
use crate::say::Say;
use crate::taught::model::Model;
use crate::verdict::{self, Lost};

/// Runs the command; the exit code comes back.
pub fn run(settings: &Investigate, streams: &mut Streams<'_>) -> u8 {
    let look = &settings.look;
    let Some(office) = Office::open(look, streams) else { return FAILED };
    let about = match settings.complaint.as_ref().map(|word| complaint(word, &office.pack)).transpose() {
        Ok(about) => about,
        Err(problem) => return fail(&[*problem], look, streams),
    };
    let Some(desk_inputs) = inputs(look, streams) else { return FAILED };
    let (inputs, _spool, found_problems) = desk_inputs;
    let bar = logs::Bar::new(&inputs, streams.err_is_terminal);
    let mut search = office
        .pool
        .install(|| investigate::find(&inputs, &options(look, &office.pack), &settings.query, &bar));
    bar.finish();
    search.problems.splice(0..0, found_problems);
    let Found::One(case) = &search.found else {
        return tell_candidates(&search, look, streams);
    };
    let context = Context {
        query: settings.asked.clone(),
        complaint: about,
        files: search.files.clone(),
        searched: search.lines,
        problems: search.problems.clone(),
    };
    let detector = office.detector();
    let desk = office.desk(&detector);
    let Some(mut dossier) = investigate::build(case, &desk, context) else {
        return tell_candidates(&search, look, streams);
    };
    let mut lost = Vec::new();
    if let Some(path) = &settings.evidence {
        lost.extend(keep(&mut dossier, path, &inputs, look));
    }
    deliver(&dossier, None, &search, look, lost, streams)
}

/// The rules and what judging needs of them.
pub(super) struct Office {
    pub(super) pack: Pack,
    model: Model,
    own: Own,
    book: Book,
    terms: Terms,
    pub(super) pool: rayon::ThreadPool,
}

impl Office {
    /// Loads everything; `None` when something is wrong, which is told.
    pub(super) fn open(look: &Look, streams: &mut Streams<'_>) -> Option<Self> {
        let pack = pack::load(&look.packs, look.lang, streams)?;
        let model = pack::model(look.packs.base.as_deref(), look.lang, streams)?;
        let mut builder = rayon::ThreadPoolBuilder::new();
        if let Some(n) = look.threads {
            builder = builder.num_threads(n as usize);
        }
        let Ok(pool) = builder.build() else {
            let say =
                Say::new("线程启动不了，请减小 --threads", "threads cannot be started; lower --threads");
            let _ = writeln!(streams.err, "{}", say.get(look.lang));
            return None;
        };
        let book = pack::figures(&pack, &look.profiles, look.lang, streams)?.book;
        let terms =
            Terms { priors: audit::priors(&look.priors, &pack), as_of: look.as_of, ..Terms::default() };
        match own::load(&look.packs, &pack) {
            Ok(own) => Some(Self { pack, model, own, book, terms, pool }),
            Err(found) => {
                let _ = problems::write(&found, look.lang, streams.err);
                None
            }
        }
    }

    /// Judges as an audit does.
    pub(super) fn detector(&self) -> Detector<'_> {
        let detector = Detector::new(&self.pack, &self.model, Ways::Both);
        detector.with_model(&self.own.model).with_reviewed(&self.own.reviewed)
    }

    pub(super) fn desk<'d>(&'d self, detector: &'d Detector<'d>) -> Desk<'d> {
        Desk { pack: &self.pack, detector, book: &self.book, terms: &self.terms }
    }
}

/// Inputs, the file that holds standard input if it was copied, and what was wrong with the arguments.
type Inputs = (Vec<Input>, Option<NamedTempFile>, Vec<Problem>);

/// The inputs; standard input is copied to a file first, for everything is read twice.
pub(super) fn inputs(look: &Look, streams: &mut Streams<'_>) -> Option<Inputs> {
    let args: Vec<String> = look.logs.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    let (mut inputs, problems) = ingest::expand(&args);
    let Some(stdin) = inputs.iter_mut().find(|input| **input == Input::Stdin) else {
        return Some((inputs, None, problems));
    };
    match spool() {
        Ok(file) => {
            *stdin = Input::Spool(file.path().to_owned());
            Some((inputs, Some(file), problems))
        }
        Err(error) => {
            let problem = unreadable("<stdin>", &error);
            fail(&[problem], look, streams);
            None
        }
    }
}

fn spool() -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    file.flush()?;
    Ok(file)
}

pub(super) fn options(look: &Look, pack: &Pack) -> Options {
    let defaults = Options::default();
    let columns =
        look.columns.iter().filter_map(|(name, header)| Some((Column::parse(name)?, header.clone())));
    let options = Options {
        columns: columns.collect(),
        input_format: look.input_format,
        gap_seconds: look.gap_minutes.map_or(defaults.gap_seconds, |m| i64::from(m) * 60),
        platform: look.platform,
        shop: look.shop.clone(),
        ..defaults
    };
    logs::told_by(pack, options)
}

pub(super) fn style(look: &Look, streams: &Streams<'_>) -> dossier::Style {
    dossier::Style {
        lang: look.lang,
        reveal: look.reveal,
        width: streams.width,
        color: streams.paints(look.color, look.output.as_deref()),
        only: None,
    }
}

/// Says what came nearest, or which ones there are to choose from.
fn tell_candidates(search: &Search, look: &Look, streams: &mut Streams<'_>) -> u8 {
    let style = style(look, streams);
    let body = |out: &mut dyn Write| dossier::candidates(&search.found, look.format, &style, out);
    if let Err(problem) = output::write(None, streams.out, body) {
        return fail(&[problem], look, streams);
    }
    fail(&search.problems, look, streams)
}

pub(super) fn fail(faults: &[Problem], look: &Look, streams: &mut Streams<'_>) -> u8 {
    let _ = problems::write(faults, look.lang, streams.err);
    FAILED
}

/// Writes the page and decides the exit code. `only` shows one finding (from 1).
pub(super) fn deliver(
    dossier: &Dossier,
    only: Option<usize>,
    search: &Search,
    look: &Look,
    mut lost: Vec<Problem>,
    streams: &mut Streams<'_>,
) -> u8 {
    let style = dossier::Style { only, ..style(look, streams) };
    let body = |out: &mut dyn Write| dossier::write(dossier, look.format, &style, out);
    lost.extend(output::write(look.output.as_deref(), streams.out, body).err());
    if look.format != dossier::Format::Text || look.output.is_some() {
        let _ = problems::write(&search.problems, look.lang, streams.err);
    }
    if !lost.is_empty() {
        return fail(&lost, look, streams);
    }
    let is_whole = |p: &&Problem| p.severity == Severity::Error && !ingest::is_about_rows(p.code);
    let whole = search.problems.iter().filter(is_whole).count() as u64;
    let lost = Lost { rows: search.rows + search.rejected, rejected: search.rejected, whole };
    let levels = dossier.fired.iter().filter(|f| f.asked).map(|f| f.finding.level);
    verdict::verdict(levels, look.fail_on, lost, look.allow_bad_rows).code()
}

/// Hashes the files of the case and writes the evidence pack.
fn keep(dossier: &mut Dossier, path: &Path, inputs: &[Input], look: &Look) -> Vec<Problem> {
    let mut lost = Vec::new();
    for source in &mut dossier.sources {
        let Some(name) = dossier.files.get(source.file as usize) else { continue };
        // A file in an archive is proved by the archive's hash.
        let is_of = |input: &Input| {
            name.strip_prefix(&input.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with('!'))
        };
        let input = inputs.iter().find(|input| is_of(input));
        let Some(Input::Path(file) | Input::Spool(file)) = input else { continue };
        match hash(file) {
            Ok(hex) => source.sha256 = Some(hex),
            Err(error) => lost.push(unreadable(name, &error)),
        }
    }
    let style = dossier::Style { lang: look.lang, reveal: look.reveal, width: 100, color: false, only: None };
    let body = |out: &mut dyn Write| dossier::pack(dossier, &style, out);
    lost.extend(output::write(Some(path), &mut io::sink(), body).err());
    lost
}

/// The SHA-256 of a file in hexadecimal.
fn hash(path: &Path) -> io::Result<String> {
    use std::fmt::Write as _;
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(buffer.get(..n).unwrap_or_default());
    }
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}

fn unreadable(name: &str, error: &io::Error) -> Problem {
    Problem {
        code: "file-unreadable",
        severity: Severity::Error,
        place: Place { file: name.to_owned(), ..Place::default() },
        what: Say::new(format!("读不了：{error}"), format!("cannot be read: {error}")),
        next: Say::new("检查文件和权限后再运行", "check the file and its permissions and run again"),
        count: 1,
    }
}
