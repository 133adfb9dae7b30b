//! `kefu-audit audit`: reads logs, judges them, writes the report, and gives the exit code.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{Audit, output};
use crate::cmd::{FAILED, Streams, pack};
use crate::detect::detector::Detector;
use crate::engine::{self, Filter};
use crate::ingest::{self, Column, Input, Options, Progress, Store};
use crate::judge::{self, Book, Judgement, Prior, Terms};
use crate::problem::{Problem, Severity};
use crate::report::{self, NotJudged, ProfileInfo, Read, Report, RunInfo, Style, problems};
use crate::rules::meta::Profile;
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};
use crate::verdict::{self, Lost, Verdict};

/// Runs the command; the exit code comes back.
pub fn run(settings: &Audit, streams: &mut Streams<'_>) -> u8 {
    let started = Instant::now();
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else {
        return FAILED;
    };
    let Some((profiles, book)) = pack::figures(&pack, &settings.profiles, lang, streams) else {
        return FAILED;
    };
    let mut builder = rayon::ThreadPoolBuilder::new();
    if let Some(n) = settings.threads {
        builder = builder.num_threads(n as usize);
    }
    let Ok(pool) = builder.build() else {
        let say = Say::new("线程启动不了，请减小 --threads", "threads cannot be started; lower --threads");
        let _ = writeln!(streams.err, "{}", say.get(lang));
        return FAILED;
    };
    let args: Vec<String> = settings.logs.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    let (inputs, mut found_problems) = ingest::expand(&args);
    let bar = Bar::new(&inputs, streams.err_is_terminal && !settings.quiet);
    let Some(model) = pack::model(settings.packs.base.as_deref(), lang, streams) else { return FAILED };
    let mut detector = Detector::new(&pack, &model, settings.ways);
    detector.set_strict(settings.strict_ads);
    let (store, outcome) = pool.install(|| {
        let store = ingest::read(&inputs, &options(settings), &bar);
        let outcome = engine::run(&store, &detector, &filter(settings));
        (store, outcome)
    });
    bar.0.finish_and_clear();
    found_problems.extend(store.problems().iter().cloned());
    found_problems.extend(outcome.problems);
    if let Some(problem) = settings.rejects.as_deref().and_then(|path| keep_rejects(path, &store)) {
        found_problems.push(problem);
    }
    let terms = terms(settings, &pack);
    let judgement = judge::judge(outcome.findings, &outcome.tally, &book, &terms);
    let figures = Figures { book: &book, profiles };
    let report = assemble(settings, &pack, &store, &outcome.tally, judgement, &figures, found_problems);
    let verdict = decide(settings, &report);
    let seconds = started.elapsed().as_secs_f64();
    let written = write(settings, &report, seconds, streams);
    match written {
        Ok(()) => verdict.code(),
        Err(problem) => {
            let _ = problems::write(&[problem], lang, streams.err);
            FAILED
        }
    }
}

fn options(settings: &Audit) -> Options {
    let defaults = Options::default();
    let columns =
        settings.columns.iter().filter_map(|(name, header)| Some((Column::parse(name)?, header.clone())));
    Options {
        columns: columns.collect(),
        gap_seconds: settings.gap_minutes.map_or(defaults.gap_seconds, |m| i64::from(m) * 60),
        platform: settings.platform,
        shop: settings.shop.clone(),
        keep_rejects: settings.rejects.is_some(),
        ..defaults
    }
}

fn filter(settings: &Audit) -> Filter {
    Filter {
        shop: settings.shop.clone(),
        agent: settings.agent.clone(),
        since: settings.since,
        until: settings.until,
    }
}

/// What the judge takes from the settings.
fn terms(settings: &Audit, pack: &Pack) -> Terms {
    let min_sample = settings.min_sample.map_or(judge::MIN_SAMPLE, u64::from);
    Terms { priors: priors(&settings.priors, pack), as_of: settings.as_of, min_sample }
}

/// Balances of rule files, and those given, which win.
pub(super) fn priors(given: &[Prior], pack: &Pack) -> Vec<Prior> {
    let mut priors = given.to_vec();
    for shop in &pack.shops {
        for (ladder, points) in &shop.prior {
            if !given.iter().any(|p| p.shop == shop.name && p.ladder == *ladder) {
                let (shop, ladder, date) = (shop.name.clone(), ladder.clone(), shop.prior_date);
                priors.push(Prior { shop, ladder, points: *points, date });
            }
        }
    }
    priors
}

/// What holds in this run.
struct Figures<'b> {
    book: &'b Book,
    profiles: Vec<Profile>,
}

fn assemble(
    settings: &Audit,
    pack: &Pack,
    store: &Store,
    tally: &crate::tally::Tally,
    judgement: Judgement,
    figures: &Figures<'_>,
    found_problems: Vec<Problem>,
) -> Report {
    let judged = |r: &&crate::rules::pack::Rule| r.enabled && r.unjudged.is_none();
    let run = RunInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pack: pack.name.clone(),
        pack_version: pack.version.clone(),
        files: store.files().to_vec(),
        rules_active: pack.rules.iter().filter(judged).count() as u64,
        profiles: figures.profiles.iter().map(info).collect(),
        min_sample: settings.min_sample.map_or(judge::MIN_SAMPLE, u64::from),
        options: chosen(settings),
    };
    let not_judged = pack
        .rules
        .iter()
        .filter(|r| r.enabled)
        .filter_map(|r| {
            let reason = r.unjudged.as_ref()?;
            Some(NotJudged { rule: r.meta.id.clone(), reason: Say::new(reason.clone(), reason.clone()) })
        })
        .collect();
    let counts = store.counts();
    let read = Read { rows: counts.rows, rejected: counts.rejected };
    Report::new(run, read, tally, judgement, figures.book, not_judged, found_problems)
}

fn info(profile: &Profile) -> ProfileInfo {
    ProfileInfo {
        id: profile.id.clone(),
        platform: Some(profile.platform),
        date: profile.date.clone(),
        source: profile.source.clone(),
    }
}

/// Options that change what is found.
fn chosen(settings: &Audit) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    let mut add = |name: &str, value: Option<String>| {
        options.extend(value.map(|value| (name.to_owned(), value)));
    };
    add("shop", settings.shop.clone());
    add("agent", settings.agent.clone());
    add("platform", settings.platform.map(|p| p.id().to_owned()));
    add("since", settings.since.map(|at| at.to_string()));
    add("until", settings.until.map(|at| at.to_string()));
    add("strict-ads", settings.strict_ads.then(|| "on".to_owned()));
    add("as-of", settings.as_of.map(|day| day.to_string()));
    add("gap", settings.gap_minutes.map(|m| m.to_string()));
    options
}

fn decide(settings: &Audit, report: &Report) -> Verdict {
    // Lost rows are counted as rows; every other error lost something whole.
    let is_whole = |p: &&Problem| p.severity == Severity::Error && !ingest::is_about_rows(p.code);
    let whole = report.problems.iter().filter(is_whole).count();
    let lost = Lost { rows: report.summary.rows, rejected: report.summary.rejected, whole: whole as u64 };
    let levels = report.findings.iter().map(|j| j.finding.level);
    verdict::verdict(levels, settings.fail_on, lost, settings.allow_bad_rows)
}

fn write(settings: &Audit, report: &Report, seconds: f64, streams: &mut Streams<'_>) -> Result<(), Problem> {
    let to_screen = settings.output.is_none();
    let style = Style {
        lang: settings.lang,
        reveal: settings.reveal,
        width: streams.width,
        color: settings.color.on(to_screen && streams.out_is_terminal, streams.no_color),
        quiet: settings.quiet,
        seconds: Some(seconds),
    };
    let body = |out: &mut dyn Write| report::write(report, settings.format, &style, out);
    output::write(settings.output.as_deref(), streams.out, body)?;
    // Machine formats hold the problems too, but whoever started the run should see them.
    if settings.format != report::Format::Table || !to_screen {
        let _ = problems::write(&report.problems, settings.lang, streams.err);
    }
    Ok(())
}

/// Writes the rows that could not be used as CSV: file, line, column, reason, row.
fn keep_rejects(path: &Path, store: &Store) -> Option<Problem> {
    let body = |out: &mut dyn Write| {
        out.write_all("\u{FEFF}".as_bytes())?;
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["file", "line", "column", "code", "reason", "row"])?;
        for reject in store.rejects() {
            let file = store.files().get(reject.file as usize).map_or("", String::as_str);
            let line = reject.line.to_string();
            csv.write_record([
                file,
                &line,
                &reject.column,
                reject.code,
                reject.reason.get(Lang::Zh),
                &reject.raw,
            ])?;
        }
        csv.flush()
    };
    output::write(Some(path), &mut io::sink(), body).err()
}

/// A progress bar over the bytes read; hidden unless errors go to a terminal.
pub(super) struct Bar(pub(super) ProgressBar);

impl Bar {
    pub(super) fn new(inputs: &[Input], shown: bool) -> Self {
        if !shown {
            return Self(ProgressBar::hidden());
        }
        let size = |input: &Input| match input {
            Input::Path(path) | Input::Spool(path) => path.metadata().map_or(0, |m| m.len()),
            Input::Stdin => 0,
        };
        let bar = ProgressBar::new(inputs.iter().map(size).sum());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec}") {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Progress for Bar {
    fn bytes(&self, n: u64) {
        self.0.inc(n);
    }
}
