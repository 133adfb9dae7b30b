//! `kefu-audit rules train`: teaches the models from the examples of a pack and writes the weights, and beside them what
//! patterns need, which spares parsing them at every start. How well the models do is told by `rules test --cross-validate`.

use std::io;

use crate::cli::{Packs, RulesTrain, output};
use crate::cmd::pack::{self, PREPARED, WEIGHTS};
use crate::cmd::{FAILED, Streams, bank};
use crate::report::problems;
use crate::rules::prepared::prepare;
use crate::say::Say;
use crate::train::{Aim, train};

/// Runs the command.
pub fn run(settings: &RulesTrain, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let packs = Packs { base: Some(settings.pack.clone()), users: Vec::new() };
    let Some(pack) = pack::load(&packs, lang, streams) else { return FAILED };
    let taught = bank::examples(Some(&settings.pack), &pack).and_then(|examples| {
        let model = train(&examples, &pack, Aim::at(settings.precision), |_| true);
        model.map(|model| (model, examples.len())).map_err(bank::problems)
    });
    let (model, examples) = match taught {
        Ok(taught) => taught,
        Err(problems) => {
            let _ = problems::write(&problems, lang, streams.err);
            return FAILED;
        }
    };
    let (bytes, prepared) = (model.bytes(), prepare(&pack));
    let file = |name: &str, bytes: &[u8]| {
        output::write(Some(&settings.pack.join(name)), &mut io::sink(), |out| out.write_all(bytes))
    };
    let written = file(WEIGHTS, bytes).and_then(|()| file(PREPARED, &prepared));
    let (rules, size) = (model.heads.len(), bytes.len());
    let text = Say::new(
        format!(
            "用 {examples} 段对话教了 {rules} 条规则，权重 {size} 字节；效果见 rules test --cross-validate。\n"
        ),
        format!(
            "taught {rules} rules from {examples} dialogues; weights {size} bytes; see rules test --cross-validate.\n"
        ),
    );
    let text = text.get(lang);
    match written.and_then(|()| output::write(None, streams.out, |out| out.write_all(text.as_bytes()))) {
        Ok(()) => 0,
        Err(problem) => {
            let _ = problems::write(&[problem], lang, streams.err);
            FAILED
        }
    }
}
