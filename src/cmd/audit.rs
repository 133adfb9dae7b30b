//! `kefu-audit audit`: reads logs, judges them, writes the report, and gives the exit code.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use rayon::ThreadPool;

use crate::cli::{Audit, output};
use crate::cmd::pack::Figures;
use crate::cmd::{FAILED, Streams, bank, logs, own, pack};
use crate::detect::detector::Detector;
use crate::detect::nearest::Lore;
use crate::engine;
use crate::finding::shelf::Shelf;
use crate::ingest::{self, Store};
use crate::judge::{self, Judgement, Prior, Terms};
use crate::kpi::Counted;
use crate::problem::{Problem, Severity};
use crate::report::{self, NotJudged, Read, Report, RunInfo, Style, problems};
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};
use crate::tally::Tally;
use crate::verdict::{self, Lost, Verdict};

/// Runs the command; the exit code comes back.
pub fn run(settings: &Audit, streams: &mut Streams<'_>) -> u8 {
    let started = Instant::now();
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else {
        return FAILED;
    };
    let Some(mut figures) = pack::figures(&pack, &settings.profiles, lang, streams) else {
        return FAILED;
    };
    // An audit shows the short block alone; counting the rest is the work of `kpi`.
    figures.plan.kpis.retain(|kpi| kpi.brief);
    let Some(pool) = logs::pool(&settings.reading, lang, streams) else { return FAILED };
    let (inputs, mut found_problems) = logs::inputs(&settings.reading);
    let bar = logs::Bar::new(&inputs, streams.err_is_terminal && !settings.quiet);
    let Some(model) = pack::model(settings.packs.base.as_deref(), lang, streams) else { return FAILED };
    // Examples serve explanations here; a pack without them is judged all the same.
    let sources = bank::sources(settings.packs.base.as_deref()).unwrap_or_default();
    let lore = Lore::new(&pack, sources);
    let own = match own::load(&settings.packs, &pack) {
        Ok(own) => own,
        Err(problems) => {
            let _ = problems::write(&problems, lang, streams.err);
            return FAILED;
        }
    };
    let mut detector = Detector::new(&pack, &model, settings.ways).with_lore(&lore);
    detector = detector.with_model(&own.model).with_reviewed(&own.reviewed);
    detector.set_strict(settings.strict_ads);
    let shelf = Shelf::default();
    let terms = terms(settings, &pack);
    let (store, outcome, judgement) = pool.install(|| {
        let options = logs::options(&settings.reading, &pack, settings.rejects.is_some());
        let store = ingest::read(&inputs, &options, &bar);
        let filter = logs::filter(&settings.reading);
        let outcome = engine::run_once(&store, &detector, &filter, &figures.plan, &shelf);
        // Judged on a thread of the pool, whose memory is free again.
        let slips = engine::slips(&shelf, &detector, &outcome.counted);
        let judgement = slips.map(|slips| judge::judge(slips, &outcome.tally, &figures.book, &terms));
        (store, outcome, judgement)
    });
    bar.finish();
    found_problems.extend(store.problems().iter().cloned());
    found_problems.extend(outcome.problems);
    if let Some(problem) = settings.rejects.as_deref().and_then(|path| keep_rejects(path, &store, lang)) {
        found_problems.push(problem);
    }
    let judgement = match judgement {
        Ok(judgement) => judgement,
        Err(problem) => {
            found_problems.push(problem);
            let _ = problems::write(&found_problems, lang, streams.err);
            return FAILED;
        }
    };
    let counted = (outcome.tally, outcome.counted);
    let judgement = (judgement, shelf);
    let report = assemble(settings, &pack, &store, counted, judgement, &figures, found_problems);
    let verdict = decide(settings, &report);
    let seconds = started.elapsed().as_secs_f64();
    let written = write(settings, &report, seconds, &pool, streams);
    match written {
        Ok(()) => verdict.code(),
        Err(problem) => {
            let _ = problems::write(&[problem], lang, streams.err);
            FAILED
        }
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

fn assemble(
    settings: &Audit,
    pack: &Pack,
    store: &Store,
    (tally, counted): (Tally, Counted),
    judgement: (Judgement, Shelf),
    figures: &Figures,
    found_problems: Vec<Problem>,
) -> Report {
    let judged = |r: &&crate::rules::pack::Rule| r.enabled && r.unjudged.is_none();
    let run = RunInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pack: pack.name.clone(),
        pack_version: pack.version.clone(),
        files: store.files().to_vec(),
        rules_active: pack.rules.iter().filter(judged).count() as u64,
        profiles: figures.infos(),
        min_sample: settings.min_sample.map_or(judge::MIN_SAMPLE, u64::from),
        options: chosen(settings),
    };
    let mut not_judged: Vec<NotJudged> = pack
        .rules
        .iter()
        .filter(|r| r.enabled)
        .filter_map(|r| {
            let reason = r.unjudged.as_ref()?;
            Some(NotJudged { rule: r.meta.id.clone(), reason: Say::new(reason.clone(), reason.clone()) })
        })
        .collect();
    not_judged.extend(without_times(pack, &counted));
    let counts = store.counts();
    let read = Read { rows: counts.rows, rejected: counts.rejected };
    let mut report = Report::new(run, read, &tally, judgement, &figures.book, not_judged, found_problems);
    report.times = (counted, figures.plan.clone());
    report
}

/// Rules that look at the clock, where shops have times that cannot be used.
fn without_times(pack: &Pack, counted: &Counted) -> Vec<NotJudged> {
    let shops = counted.shops.values().filter(|shop| !shop.times.usable()).count();
    if shops == 0 {
        return Vec::new();
    }
    let reason = Say::new(
        format!("{shops} 家店的消息时间不能用（没有时间，或间隔全都一样），这些店不判"),
        format!("not judged in {shops} shops whose times cannot be used (missing, or all steps equal)"),
    );
    let timed = |r: &&crate::rules::pack::Rule| {
        r.enabled && r.native.as_ref().is_some_and(crate::rules::native::Native::looks_at_the_clock)
    };
    let rules = pack.rules.iter().filter(timed);
    rules.map(|r| NotJudged { rule: r.meta.id.clone(), reason: reason.clone() }).collect()
}

/// Options that change what is found.
fn chosen(settings: &Audit) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    let mut add = |name: &str, value: Option<String>| {
        options.extend(value.map(|value| (name.to_owned(), value)));
    };
    add("shop", settings.reading.shop.clone());
    add("agent", settings.reading.agent.clone());
    add("platform", settings.reading.platform.map(|p| p.id().to_owned()));
    add("since", settings.reading.since.map(|at| at.to_string()));
    add("until", settings.reading.until.map(|at| at.to_string()));
    add("strict-ads", settings.strict_ads.then(|| "on".to_owned()));
    add("as-of", settings.as_of.map(|day| day.to_string()));
    add("gap", settings.reading.gap_minutes.map(|m| m.to_string()));
    options
}

fn decide(settings: &Audit, report: &Report) -> Verdict {
    // Lost rows are counted as rows; every other error lost something whole.
    let is_whole = |p: &&Problem| p.severity == Severity::Error && !ingest::is_about_rows(p.code);
    let whole = report.problems.iter().filter(is_whole).count();
    let lost = Lost { rows: report.summary.rows, rejected: report.summary.rejected, whole: whole as u64 };
    let levels = report.findings.iter().map(|j| j.slip.level);
    verdict::verdict(levels, settings.fail_on, lost, settings.allow_bad_rows)
}

fn write(
    settings: &Audit,
    report: &Report,
    seconds: f64,
    pool: &ThreadPool,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    let to_screen = settings.output.is_none();
    let style = Style {
        lang: settings.lang,
        reveal: settings.reveal,
        width: streams.width,
        color: streams.paints(settings.color, settings.output.as_deref()),
        quiet: settings.quiet,
        seconds: Some(seconds),
    };
    let body = |out: &mut dyn Write| report::write(report, settings.format, &style, pool, out);
    output::write(settings.output.as_deref(), streams.out, body)?;
    // Machine formats hold the problems too, but whoever started the run should see them.
    if settings.format != report::Format::Table || !to_screen {
        let _ = problems::write(&report.problems, settings.lang, streams.err);
    }
    Ok(())
}

/// Writes the rows that could not be used where the user wants them.
fn keep_rejects(path: &Path, store: &Store, lang: Lang) -> Option<Problem> {
    let body = |out: &mut dyn Write| report::rejects::write(store.rejects(), store.files(), lang, out);
    output::write(Some(path), &mut io::sink(), body).err()
}
