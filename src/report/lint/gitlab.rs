//! GitLab code quality: a list of issues. Fingerprints must be unique in a report, so a second finding of the same
//! content gets its number.

use std::collections::BTreeMap;
use std::io;

use serde_json::json;

use super::Style;
use super::view;
use crate::ids::Fingerprint;
use crate::lint::outcome::Outcome;

pub(super) fn write(outcome: &Outcome, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut seen: BTreeMap<Fingerprint, usize> = BTreeMap::new();
    let issues: Vec<serde_json::Value> = outcome
        .live()
        .map(|flagged| {
            let shown = view::shown(flagged, outcome, style);
            let times = seen.entry(flagged.id).or_default();
            *times += 1;
            let fingerprint =
                if *times > 1 { format!("{}-{times}", flagged.id) } else { flagged.id.to_string() };
            let spot = &flagged.spot;
            json!({
                "description": view::message(&shown, style.lang),
                "check_name": shown.rule,
                "fingerprint": fingerprint,
                "severity": view::grade(flagged.level, ["major", "minor", "info"]),
                "location": {
                    "path": spot.file.trim_start_matches("./"),
                    "positions": {
                        "begin": {"line": spot.line, "column": spot.column},
                        "end": {"line": spot.end_line, "column": spot.end_column},
                    },
                },
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}
