//! `kefu-audit lint`: reads template files, checks them, weighs baseline and waivers, mends what can be mended, writes
//! the report, and gives the exit code.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::NamedTempFile;

use crate::cli::{Lint, output};
use crate::cmd::{FAILED, Streams, pack};
use crate::detect::detector::{Detector, Ways};
use crate::ingest::{self, Input};
use crate::lint::baseline::{self, Baseline};
use crate::lint::outcome::{Outcome, State};
use crate::lint::waive::Waivers;
use crate::lint::{self, Library, fix};
use crate::model::Stamp;
use crate::problem::{Place, Problem, Severity};
use crate::report::lint::{self as report, Format, Style};
use crate::report::problems;
use crate::rules::flaw::{self, Source};
use crate::rules::meta::RuleMeta;
use crate::rules::pack::Pack;
use crate::say::Say;
use crate::taught::model::Model;
use crate::verdict::{self, Allowance, Lost};

/// A replacement may make room for the next one; more rounds than this are never needed.
const ROUNDS: usize = 5;

/// Runs the command; the exit code comes back.
pub fn run(settings: &Lint, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else { return FAILED };
    let Some(figures) = pack::figures(&pack, &[], lang, streams) else { return FAILED };
    run_with(settings, &pack, &figures.book.rules, &mut io::stdin().lock(), streams)
}

/// The same with a pack that is loaded, what is known about its rules with the figures in force, and what stands for
/// standard input.
pub fn run_with(
    settings: &Lint,
    pack: &Pack,
    metas: &[RuleMeta],
    input: &mut dyn Read,
    streams: &mut Streams<'_>,
) -> u8 {
    let lang = settings.lang;
    let model = if settings.ways == Ways::Written {
        Model::default()
    } else {
        let Some(model) = pack::model(settings.packs.base.as_deref(), lang, streams) else { return FAILED };
        model
    };
    let detector = Detector::new(pack, &model, settings.ways).with_template_rules().presuming();
    let options = lint::Options {
        platform: settings.platform,
        as_of: settings.as_of.unwrap_or_else(today),
        columns: settings.columns.clone(),
    };
    let desk = Desk { settings, pack, metas, detector, options };
    let excuses = match desk.excuses(streams) {
        Ok(excuses) => excuses,
        Err(code) => return code,
    };
    match desk.work(&excuses, input, streams) {
        Ok(code) => code,
        Err(problem) => {
            let _ = problems::write(&[*problem], lang, streams.err);
            FAILED
        }
    }
}

/// What findings are excused by.
struct Excuses {
    baseline: Option<Baseline>,
    waivers: Option<Waivers>,
}

/// Everything that stays the same over one run.
struct Desk<'d> {
    settings: &'d Lint,
    pack: &'d Pack,
    metas: &'d [RuleMeta],
    detector: Detector<'d>,
    options: lint::Options,
}

/// A file with its name, its place on disk (none for standard input), and its bytes.
struct Files {
    paths: Vec<Option<PathBuf>>,
    contents: Vec<(String, Vec<u8>)>,
    problems: Vec<Problem>,
}

impl Desk<'_> {
    fn excuses(&self, streams: &mut Streams<'_>) -> Result<Excuses, u8> {
        let lang = self.settings.lang;
        let mut excuses = Excuses { baseline: None, waivers: None };
        let mut told = Vec::new();
        if let Some(path) = &self.settings.baseline {
            match text(path).and_then(|text| Baseline::read(&name(path), &text)) {
                Ok(baseline) => excuses.baseline = Some(baseline),
                Err(problem) => told.push(*problem),
            }
        }
        if let Some(path) = &self.settings.waivers {
            match text(path) {
                Err(problem) => told.push(*problem),
                Ok(text) => match Waivers::read(&name(path), &text) {
                    Ok(waivers) => excuses.waivers = Some(waivers),
                    Err(flaws) => {
                        let source = Source { name: name(path), text: text.into() };
                        let colour = streams.err_is_terminal && !streams.no_color;
                        let _ = write!(streams.err, "{}", flaw::render(&flaws, &[source], lang, colour));
                        return Err(FAILED);
                    }
                },
            }
        }
        if told.is_empty() {
            return Ok(excuses);
        }
        let _ = problems::write(&told, lang, streams.err);
        Err(FAILED)
    }

    fn work(
        &self,
        excuses: &Excuses,
        input: &mut dyn Read,
        streams: &mut Streams<'_>,
    ) -> Result<u8, Box<Problem>> {
        let mut files = self.files(input);
        let before = files.contents.clone();
        let (mut library, mut outcome) = self.check(&files, excuses);
        if self.settings.fix || self.settings.diff {
            let words = self.mend(&mut files, &mut library, &mut outcome, excuses);
            outcome.fixed = words;
            if self.settings.diff {
                let body = |out: &mut dyn Write| self.show(&before, &files.contents, out);
                output::write(self.settings.output.as_deref(), streams.out, body).map_err(Box::new)?;
                let _ = problems::write(&outcome.problems, self.settings.lang, streams.err);
                return Ok(self.verdict(&outcome));
            }
            self.put_back(&before, &files)?;
        }
        if let Some(path) = &self.settings.write_baseline {
            self.write_baseline(path, &mut outcome)?;
        }
        self.report(&outcome, streams)?;
        Ok(self.verdict(&outcome))
    }

    fn check(&self, files: &Files, excuses: &Excuses) -> (Library, Outcome) {
        let library = lint::read(&files.contents, self.pack, &self.options);
        let mut outcome = lint::check(&library, self.pack, self.metas, &self.detector, &self.options);
        outcome.problems.extend(files.problems.iter().cloned());
        if let Some(waivers) = &excuses.waivers
            && let Some(today) = self.options.as_of.shanghai()
        {
            waivers.apply(&mut outcome, today.date_naive());
        }
        if let Some(baseline) = &excuses.baseline {
            baseline.apply(&mut outcome);
        }
        outcome.problems.sort_by(|a, b| (&a.place, a.code, &a.what).cmp(&(&b.place, b.code, &b.what)));
        outcome.fixable = outcome.live().filter(|f| fix::can_fix(f, self.pack)).count();
        (library, outcome)
    }

    /// Replaces in memory until nothing is left to replace; how many words were. A round that makes anything worse is
    /// undone.
    fn mend(
        &self,
        files: &mut Files,
        library: &mut Library,
        outcome: &mut Outcome,
        excuses: &Excuses,
    ) -> usize {
        let mut words = 0;
        for _ in 0..ROUNDS {
            let rewritten = fix::apply(&library.sources, outcome.live(), self.pack);
            if rewritten.is_empty() {
                break;
            }
            let mut next = Files {
                paths: Vec::new(),
                contents: files.contents.clone(),
                problems: files.problems.clone(),
            };
            for file in &rewritten {
                if let Some((_, bytes)) = next.contents.get_mut(file.source) {
                    bytes.clone_from(&file.bytes);
                }
            }
            let (new_library, new_outcome) = self.check(&next, excuses);
            let is_better = new_library.templates.len() == library.templates.len()
                && new_outcome.problems.len() <= outcome.problems.len()
                && new_outcome.findings.len() < outcome.findings.len();
            if !is_better {
                outcome
                    .problems
                    .push(refused(&rewritten.iter().map(|r| r.source).collect::<Vec<_>>(), files));
                break;
            }
            words += rewritten.iter().map(|file| file.words).sum::<usize>();
            files.contents = next.contents;
            (*library, *outcome) = (new_library, new_outcome);
        }
        words
    }

    fn show(
        &self,
        before: &[(String, Vec<u8>)],
        after: &[(String, Vec<u8>)],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for ((name, old), (_, new)) in before.iter().zip(after).filter(|(a, b)| a.1 != b.1) {
            report::diff(name, old, new, self.settings.reveal, out)?;
        }
        Ok(())
    }

    /// Writes the changed files back, each whole or not at all.
    fn put_back(&self, before: &[(String, Vec<u8>)], files: &Files) -> Result<(), Box<Problem>> {
        for (((name, old), (_, new)), path) in before.iter().zip(&files.contents).zip(&files.paths) {
            let Some(path) = path.as_ref().filter(|_| old != new) else { continue };
            replace(path, new).map_err(|error| {
                let what = Say::new(
                    format!("改好的内容写不回去：{error}"),
                    format!("the mended file cannot be written: {error}"),
                );
                let next = Say::new(
                    "检查写入权限；原文件没有动过",
                    "check the permissions; the file was left as it was",
                );
                Box::new(Problem {
                    code: "fix-unwritable",
                    severity: Severity::Error,
                    place: Place { file: name.clone(), ..Place::default() },
                    what,
                    next,
                    count: 1,
                })
            })?;
        }
        Ok(())
    }

    fn write_baseline(&self, path: &Path, outcome: &mut Outcome) -> Result<(), Box<Problem>> {
        if outcome.problems.iter().any(|p| p.severity == Severity::Error) {
            let what = Say::new(
                "有文件没有读全，基线没有写",
                "not everything could be read, so no baseline was written",
            );
            let next = Say::new("先解决上面的错误", "mend the errors first");
            outcome.problems.push(Problem {
                code: "baseline-unwritten",
                severity: Severity::Error,
                place: Place { file: name(path), ..Place::default() },
                what,
                next,
                count: 1,
            });
            return Ok(());
        }
        let text = baseline::write(outcome).unwrap_or_default();
        output::write(Some(path), &mut io::sink(), |out| out.write_all(text.as_bytes())).map_err(Box::new)?;
        for finding in outcome.findings.iter_mut().filter(|f| f.state == State::New) {
            finding.state = State::Known;
        }
        outcome.gone = 0;
        Ok(())
    }

    fn report(&self, outcome: &Outcome, streams: &mut Streams<'_>) -> Result<(), Box<Problem>> {
        let settings = self.settings;
        let style = Style {
            lang: settings.lang,
            reveal: settings.reveal,
            color: settings.format == Format::Text
                && streams.paints(settings.color, settings.output.as_deref()),
            quiet: settings.quiet,
        };
        let body = |out: &mut dyn Write| report::write(outcome, settings.format, &style, out);
        output::write(settings.output.as_deref(), streams.out, body).map_err(Box::new)?;
        let _ = problems::write(&outcome.problems, settings.lang, streams.err);
        Ok(())
    }

    fn verdict(&self, outcome: &Outcome) -> u8 {
        let whole = outcome.problems.iter().filter(|p| p.severity == Severity::Error).count() as u64;
        let lost = Lost { whole, ..Lost::default() };
        let levels = outcome.live().map(|f| f.level);
        verdict::verdict(levels, self.settings.fail_on, lost, Allowance::default()).code()
    }

    fn files(&self, stdin: &mut dyn Read) -> Files {
        let args: Vec<String> =
            self.settings.templates.iter().map(|p| p.to_string_lossy().into_owned()).collect();
        let (inputs, problems) = ingest::expand_templates(&args);
        let mut files = Files { paths: Vec::new(), contents: Vec::new(), problems };
        for input in inputs {
            let read = match &input {
                Input::Path(path) => fs::read(path),
                // Only logs are spooled.
                Input::Stdin | Input::Spool(_) => {
                    let mut bytes = Vec::new();
                    stdin.read_to_end(&mut bytes).map(|_| bytes)
                }
            };
            let name = match (&input, &self.settings.stdin_name) {
                (Input::Stdin, Some(name)) => name.clone(),
                _ => input.name(),
            };
            match read {
                Ok(bytes) => {
                    files.contents.push((name, bytes));
                    files.paths.push(match input {
                        Input::Path(path) => Some(path),
                        Input::Stdin | Input::Spool(_) => None,
                    });
                }
                Err(error) => files.problems.push(unreadable(&name, &error)),
            }
        }
        if self.settings.fix && !self.settings.diff && files.paths.iter().any(Option::is_none) {
            let what = Say::new("标准输入不能用 --fix 改写", "standard input cannot be mended with --fix");
            let next =
                Say::new("写文件名，或用 --diff 看改法", "name a file, or see the changes with --diff");
            files.problems.push(Problem {
                code: "fix-stdin",
                severity: Severity::Error,
                place: Place::default(),
                what,
                next,
                count: 1,
            });
        }
        files
    }
}

fn refused(sources: &[usize], files: &Files) -> Problem {
    let names: Vec<&str> =
        sources.iter().filter_map(|n| files.contents.get(*n)).map(|(name, _)| name.as_str()).collect();
    Problem {
        code: "fix-refused",
        severity: Severity::Warning,
        place: Place { file: names.join(", "), ..Place::default() },
        what: Say::new(
            "有的替换会引出别的问题，没有做",
            "some replacements would have caused other findings and were not made",
        ),
        next: Say::new("请手工改这些模板", "mend these templates by hand"),
        count: 1,
    }
}

fn unreadable(name: &str, error: &io::Error) -> Problem {
    Problem {
        code: "file-unreadable",
        severity: Severity::Error,
        place: Place { file: name.to_owned(), ..Place::default() },
        what: Say::new(format!("打不开：{error}"), format!("cannot be opened: {error}")),
        next: Say::new("检查路径和权限", "check the path and the permissions"),
        count: 1,
    }
}

fn name(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn text(path: &Path) -> Result<String, Box<Problem>> {
    fs::read_to_string(path).map_err(|error| Box::new(unreadable(&name(path), &error)))
}

/// Writes beside the file and takes its place, with its permissions; a link keeps its target.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut draft = NamedTempFile::new_in(folder)?;
    draft.write_all(bytes)?;
    draft.as_file().set_permissions(path.metadata()?.permissions())?;
    draft.persist(&path).map(drop).map_err(|e| e.error)
}

/// The present day, which decides what has expired; `--as-of` sets another.
fn today() -> Stamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    Stamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}
