//! `kefu-audit rules schema`: a JSON schema of rule files.

use crate::cli::RulesSchema;
use crate::cmd::Streams;
use crate::cmd::rules::print;
use crate::rules::schema::schema;

/// Runs the command.
pub fn run(settings: &RulesSchema, streams: &mut Streams<'_>) -> u8 {
    print(&format!("{:#}\n", schema()), settings.output.as_deref(), 0, settings.lang, streams)
}
