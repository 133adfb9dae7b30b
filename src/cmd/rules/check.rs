//! `kefu-audit rules check`: every mistake of rule files with its place, and what loads but is probably not meant.

use crate::cli::{Packs, RulesCheck};
use crate::cmd::rules::print;
use crate::cmd::{FAILED, Streams, pack};
use crate::rules::flaw::{self, Flaw, Source};
use crate::rules::load::{self, Failure};
use crate::say::Say;
use crate::scrutiny;

/// Runs the command: 0 without mistakes, 1 with some, 2 when a file cannot be read.
pub fn run(settings: &RulesCheck, streams: &mut Streams<'_>) -> u8 {
    let lang = settings.lang;
    let loaded = pack::sources(&settings.packs).and_then(|(base, users)| load::open(base, users));
    let (flaws, sources) = match loaded {
        Ok(loaded) => {
            // What others wrote is not the writer's to mend: files of the user's are looked at alone.
            let first = if settings.packs.users.is_empty() { 0 } else { loaded.users_from };
            (scrutiny::doubts(&loaded, first), loaded.sources)
        }
        Err(Failure::Flawed(flaws, sources)) => (flaws, sources),
        Err(failure) => {
            pack::tell(&failure, lang, streams);
            return FAILED;
        }
    };
    let mistakes = flaws.iter().filter(|flaw| settings.strict || !flaw.is_doubt).count();
    let colour = streams.out_is_terminal && !streams.no_color;
    let mut text = flaw::render(&flaws, &sources, lang, colour);
    text.push_str(summary(&flaws, &sources, &settings.packs).get(lang));
    text.push('\n');
    print(&text, None, u8::from(mistakes > 0), lang, streams)
}

/// How many mistakes and doubts, and in which files was looked.
fn summary(flaws: &[Flaw], sources: &[Source], packs: &Packs) -> Say {
    let doubts = flaws.iter().filter(|flaw| flaw.is_doubt).count();
    let mistakes = flaws.len() - doubts;
    let users: Vec<String> = packs.users.iter().map(|path| path.display().to_string()).collect();
    let (zh, en) = if users.is_empty() {
        let n = sources.len();
        (format!("规则包的 {n} 个文件"), format!("{n} files of the pack"))
    } else {
        (users.join("、"), users.join(", "))
    };
    Say::new(
        format!("{zh}：错误 {mistakes} 处，可疑 {doubts} 处。"),
        format!("{en}: {mistakes} mistakes, {doubts} doubts."),
    )
}
