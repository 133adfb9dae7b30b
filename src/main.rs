//! The program's door: the only place that prints and that sets the exit code.

use std::io::{self, Write as _};
use std::process::ExitCode;

use kefu_audit::cli::{self, Request};
use kefu_audit::problem::Problem;
use kefu_audit::report::problems;
use kefu_audit::say::Lang;

/// The job could not be done.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    let settings = match cli::settings(&args, sys_locale::get_locale().as_deref()) {
        Ok(settings) => settings,
        Err((lang, faults)) => return fail(&faults, lang),
    };
    let mut stdout = io::stdout().lock();
    let done = match settings.request {
        Request::Print(text) => cli::output::write(None, &mut stdout, |out| out.write_all(text.as_bytes())),
        // The command is wired here once the engine exists.
        Request::Audit(_) => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(&[fault], settings.lang),
    }
}

/// Tells the problems on the error stream; should that be closed too, the exit code still says it.
fn fail(faults: &[Problem], lang: Lang) -> ExitCode {
    let mut stderr = io::stderr().lock();
    let _ = problems::write(faults, lang, &mut stderr).and_then(|()| stderr.flush());
    ExitCode::from(FAILED)
}
