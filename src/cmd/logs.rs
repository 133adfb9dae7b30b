//! Reading logs, the same for every command that does: which files, how, which conversations, on how many threads.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Reading;
use crate::cmd::Streams;
use crate::engine::Filter;
use crate::ingest::{self, Column, Input, Options, Progress, Staff};
use crate::problem::Problem;
use crate::rules::pack::Pack;
use crate::say::{Lang, Say};

/// The files that the arguments mean, and what is wrong with them.
#[must_use]
pub fn inputs(reading: &Reading) -> (Vec<Input>, Vec<Problem>) {
    let args: Vec<String> = reading.logs.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    ingest::expand(&args)
}

/// The same options with what the rule files tell of exports and of the shops' people.
#[must_use]
pub fn told_by(pack: &Pack, options: Options) -> Options {
    let mut staff = Staff::default();
    for (name, role) in &pack.staff {
        staff.add(name, *role);
    }
    Options { exports: pack.exports.clone(), staff: Arc::new(staff), ..options }
}

/// How they are read.
#[must_use]
pub fn options(reading: &Reading, pack: &Pack, keep_rejects: bool) -> Options {
    let defaults = Options::default();
    let columns =
        reading.columns.iter().filter_map(|(name, header)| Some((Column::parse(name)?, header.clone())));
    let options = Options {
        columns: columns.collect(),
        input_format: reading.input_format,
        gap_seconds: reading.gap_minutes.map_or(defaults.gap_seconds, |m| i64::from(m) * 60),
        platform: reading.platform,
        shop: reading.shop.clone(),
        keep_rejects,
        ..defaults
    };
    told_by(pack, options)
}

/// Which conversations count.
#[must_use]
pub fn filter(reading: &Reading) -> Filter {
    Filter {
        shop: reading.shop.clone(),
        agent: reading.agent.clone(),
        since: reading.since,
        until: reading.until,
    }
}

/// The threads; `None` when they cannot be started, which is told.
pub fn pool(reading: &Reading, lang: Lang, streams: &mut Streams<'_>) -> Option<rayon::ThreadPool> {
    let mut builder = rayon::ThreadPoolBuilder::new();
    if let Some(n) = reading.threads {
        builder = builder.num_threads(n as usize);
    }
    let pool = builder.build().ok();
    if pool.is_none() {
        let say = Say::new("线程启动不了，请减小 --threads", "threads cannot be started; lower --threads");
        let _ = writeln!(streams.err, "{}", say.get(lang));
    }
    pool
}

/// A progress bar over the bytes read; hidden unless errors go to a terminal.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar for these inputs.
    #[must_use]
    pub fn new(inputs: &[Input], shown: bool) -> Self {
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

    /// Takes it off the screen.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn bytes(&self, n: u64) {
        self.0.inc(n);
    }
}
