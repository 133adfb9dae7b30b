//! Findings as machine formats show them, made in the pool a batch at a time and handed on in the one order. A batch is
//! all that is held beside the report; what a row looks like is the format's business.

use std::io;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::view::{self, FindingView};
use super::{Report, Style};
use crate::judge::Judged;

/// Findings made ready at once: enough to keep every thread busy, a few megabytes of text.
pub(super) const BATCH: usize = 1024;

/// What rows are made of, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) report: &'a Report,
    pub(super) style: &'a Style,
    pub(super) pool: &'a ThreadPool,
}

impl Rows<'_> {
    /// Makes a row of each finding and gives them to `take`, in order.
    ///
    /// # Errors
    /// A finding that cannot be fetched, and the first that `take` gives.
    pub(super) fn each<T: Send>(
        &self,
        make: impl Fn(&FindingView<'_>) -> T + Sync,
        mut take: impl FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        let Self { report, style, pool } = *self;
        let row = |judged: &Judged| {
            let finding = report.shelf.get(&judged.slip)?;
            Ok(make(&view::finding((judged, &finding), report, style.lang, style.reveal)))
        };
        for batch in report.findings.chunks(BATCH) {
            let rows: io::Result<Vec<T>> = pool.install(|| batch.par_iter().map(row).collect());
            rows?.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }
}
