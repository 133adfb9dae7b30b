//! `kefu-audit kpi`: reads logs, counts response times by the definitions in force, and writes the figures.

use std::io::Write;

use crate::cli::{Kpi, output};
use crate::cmd::{FAILED, Streams, logs, pack};
use crate::detect::detector::{Detector, Ways};
use crate::engine;
use crate::ingest;
use crate::kpi::Plan;
use crate::problem::{Problem, Severity};
use crate::report::kpi::{KpiFormat, KpiReport};
use crate::report::{self, Style, problems};
use crate::taught::model::Model;
use crate::verdict::{Lost, verdict};

/// Runs the command: 0, or 2 when something was lost.
pub fn run(settings: &Kpi, streams: &mut Streams<'_>) -> u8 {
    let (lang, reading) = (settings.lang, &settings.reading);
    let Some(rules) = pack::load(&settings.packs, lang, streams) else { return FAILED };
    let Some(mut figures) = pack::figures(&rules, &settings.profiles, lang, streams) else { return FAILED };
    figures.plan = Plan { full: true, ..figures.plan };
    let Some(pool) = logs::pool(reading, lang, streams) else { return FAILED };
    let (inputs, mut found) = logs::inputs(reading);
    let bar = logs::Bar::new(&inputs, streams.err_is_terminal);
    let model = Model::default();
    let detector = Detector::new(&rules, &model, Ways::Written);
    let (store, outcome) = pool.install(|| {
        let store = ingest::read(&inputs, &logs::options(reading, &rules, false), &bar);
        let outcome = engine::time(&store, &detector, &logs::filter(reading), &figures.plan);
        (store, outcome)
    });
    bar.finish();
    found.extend(store.problems().iter().cloned());
    found.extend(outcome.problems);
    let _ = problems::write(&found, lang, streams.err);
    let report = KpiReport { plan: &figures.plan, counted: &outcome.counted, profiles: figures.infos() };
    let style = Style {
        lang,
        width: streams.width,
        color: streams.paints(settings.color, settings.output.as_deref()),
        ..Style::default()
    };
    let format: KpiFormat = settings.format;
    let body = |out: &mut dyn Write| report::kpi::write(&report, format, &style, out);
    if let Err(problem) = output::write(settings.output.as_deref(), streams.out, body) {
        let _ = problems::write(&[problem], lang, streams.err);
        return FAILED;
    }
    let is_whole = |p: &&Problem| p.severity == Severity::Error && !ingest::is_about_rows(p.code);
    let counts = store.counts();
    let whole = found.iter().filter(is_whole).count() as u64;
    let lost = Lost { rows: counts.rows, rejected: counts.rejected, whole };
    verdict(None, crate::verdict::FailOn::Never, lost, settings.allow_bad_rows).code()
}
