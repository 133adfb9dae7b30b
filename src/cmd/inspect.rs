//! `kefu-audit inspect`: reads logs as an audit would, judges nothing, and shows what was understood.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use crate::cli::{Inspect, Packs, output};
use crate::cmd::{FAILED, Streams, logs, pack};
use crate::ingest::{self, Input, Options, Store};
use crate::problem::{Problem, Severity};
use crate::report::inspect::{Inspected, Inspection};
use crate::report::{self, Style, problems};
use crate::rules::pack::Pack;

/// Runs the command: 0, or 2 when something was not understood.
pub fn run(settings: &Inspect, streams: &mut Streams<'_>) -> u8 {
    let (lang, reading) = (settings.lang, &settings.reading);
    // Only files of the user's describe exports; the built-in rules need not be made ready for it.
    let rules = if settings.packs == Packs::default() {
        Some(Pack::default())
    } else {
        pack::load(&settings.packs, lang, streams)
    };
    let Some(rules) = rules else { return FAILED };
    let Some(pool) = logs::pool(reading, lang, streams) else { return FAILED };
    let (inputs, mut loose) = logs::inputs(reading);
    let options = Options { survey: true, ..logs::options(reading, &rules, false) };
    let bar = logs::Bar::new(&inputs, streams.err_is_terminal);
    let (store, counted) = pool.install(|| {
        let store = ingest::read(&inputs, &options, &bar);
        let counted = conversations(&store);
        (store, counted)
    });
    bar.finish();
    let mut found: Vec<Problem> = store.problems().to_vec();
    let counts = counted.unwrap_or_else(|problem| {
        found.push(problem);
        BTreeMap::new()
    });
    let is_lost = loose.iter().chain(&found).any(|p| p.severity == Severity::Error);
    let (of_files, others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|p| store.files().contains(&p.place.file));
    loose.extend(others);
    let names: Vec<String> = inputs.iter().map(Input::name).collect();
    let files = store.files().iter().zip(0..).map(|(name, n)| Inspected {
        name,
        input: input(name, &names),
        survey: store.survey(n),
        problems: of_files.iter().filter(|p| p.place.file == *name).cloned().collect(),
        conversations: counts.get(&n).copied().unwrap_or_default(),
    });
    let gap_minutes = options.gap_seconds / 60;
    let inspection = Inspection { files: files.collect(), gap_minutes, options: given(settings) };
    let _ = problems::write(&loose, lang, streams.err);
    let code = if is_lost { FAILED } else { 0 };
    deliver(&inspection, settings, code, streams)
}

fn deliver(inspection: &Inspection<'_>, settings: &Inspect, code: u8, streams: &mut Streams<'_>) -> u8 {
    let style = Style {
        lang: settings.lang,
        reveal: settings.reveal,
        width: streams.width,
        color: streams.paints(settings.color, settings.output.as_deref()),
        ..Style::default()
    };
    let body = |out: &mut dyn Write| report::inspect::write(inspection, &style, out);
    match output::write(settings.output.as_deref(), streams.out, body) {
        Ok(()) => code,
        Err(problem) => {
            let _ = problems::write(&[problem], settings.lang, streams.err);
            FAILED
        }
    }
}

/// The input that a file is, or is a part of (`book.xlsx!sheet`).
fn input(file: &str, inputs: &[String]) -> String {
    let holds = |input: &&String| file.strip_prefix(input.as_str()).is_some_and(|rest| rest.starts_with('!'));
    let whole = inputs.iter().find(|input| *input == file).or_else(|| inputs.iter().find(holds));
    // Standard input is named by a sign.
    whole.map_or(file, String::as_str).replace("<stdin>", "-")
}

/// Conversations by file; one that several files tell of counts in each.
fn conversations(store: &Store) -> Result<BTreeMap<u32, u64>, Problem> {
    let mut counts = BTreeMap::new();
    for i in 0..store.partitions() {
        for conversation in store.load(i)?.conversations() {
            let files: BTreeSet<u32> = conversation.messages.iter().map(|m| m.file).collect();
            for file in files {
                *counts.entry(file).or_default() += 1;
            }
        }
    }
    Ok(counts)
}

/// The options that decide how a log is read, as they were given.
fn given(settings: &Inspect) -> Vec<String> {
    let (reading, mut given) = (&settings.reading, Vec::new());
    let mut add = |name: &str, value: String| given.extend([format!("--{name}"), value]);
    for (column, header) in &reading.columns {
        add("column", format!("{column}={header}"));
    }
    if let Some(format) = reading.input_format {
        add("input-format", format.id.to_owned());
    }
    if let Some(platform) = reading.platform {
        add("platform", platform.id().to_owned());
    }
    if let Some(shop) = &reading.shop {
        add("shop", shop.clone());
    }
    if let Some(minutes) = reading.gap_minutes {
        add("gap", minutes.to_string());
    }
    if let Some(folder) = &settings.packs.base {
        add("pack", folder.to_string_lossy().into_owned());
    }
    for file in &settings.packs.users {
        add("rules", file.to_string_lossy().into_owned());
    }
    given
}
