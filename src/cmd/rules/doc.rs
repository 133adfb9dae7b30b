//! `kefu-audit rules doc`: the reference page of the rules in Markdown.

use crate::cli::RulesDoc;
use crate::cmd::rules::print;
use crate::cmd::{FAILED, Streams, pack};
use crate::manual::page;

/// Runs the command.
pub fn run(settings: &RulesDoc, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let Some(pack) = pack::load(&settings.packs, lang, streams) else { return FAILED };
    print(&page::page(&pack), settings.output.as_deref(), 0, lang, streams)
}
