//! The program's door: the only place that prints and that sets the exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use kefu_audit::cli::{self, Request};
use kefu_audit::cmd::{self, Streams};
use kefu_audit::ingest::WORKBOOK_THREAD;
use kefu_audit::problem::Problem;
use kefu_audit::report::problems;
use kefu_audit::say::Lang;

/// Judging makes and drops many small pieces of memory on all threads; the system's allocator takes a tenth longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Columns of a report that goes to a file or pipe.
const PLAIN_WIDTH: u16 = 120;
/// The job could not be done.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    keep_quiet_about_workbooks();
    let args: Vec<_> = std::env::args_os().collect();
    let settings = match cli::settings(&args, sys_locale::get_locale().as_deref()) {
        Ok(settings) => settings,
        Err((lang, faults)) => return fail(&faults, lang),
    };
    let (mut stdout, mut stderr) = (io::stdout().lock(), io::stderr());
    let out_is_terminal = stdout.is_terminal();
    let err_is_terminal = stderr.is_terminal();
    let mut streams = Streams {
        out: &mut stdout,
        err: &mut stderr,
        out_is_terminal,
        err_is_terminal,
        width: if out_is_terminal { console_width() } else { PLAIN_WIDTH },
        no_color: std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()),
    };
    match settings.request {
        Request::Print(text) => {
            match cli::output::write(None, streams.out, |out| out.write_all(text.as_bytes())) {
                Ok(()) => ExitCode::SUCCESS,
                Err(fault) => fail(&[fault], settings.lang),
            }
        }
        Request::Rules(rules) => ExitCode::from(cmd::rules::run(&rules, &mut streams)),
        Request::Kpi(kpi) => ExitCode::from(cmd::kpi::run(&kpi, &mut streams)),
        Request::Inspect(inspect) => ExitCode::from(cmd::inspect::run(&inspect, &mut streams)),
        Request::Estimate(estimate) => ExitCode::from(cmd::estimate::run(&estimate, &mut streams)),
        Request::Investigate(found) => ExitCode::from(cmd::investigate::run(&found, &mut streams)),
        Request::Explain(found) => ExitCode::from(cmd::explain::run(&found, &mut streams)),
        Request::Lint(lint) => ExitCode::from(cmd::lint::run(&lint, &mut streams)),
        Request::Audit(audit) => ExitCode::from(cmd::audit::run(&audit, &mut streams)),
    }
}

/// The workbook library ends its thread at some spoilt files. That is told as a problem of the file, with its place and
/// what to do; the thread's own last words would only frighten.
fn keep_quiet_about_workbooks() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(WORKBOOK_THREAD) {
            tell(panic);
        }
    }));
}

/// Columns of the terminal.
fn console_width() -> u16 {
    terminal_size::terminal_size().map_or(PLAIN_WIDTH, |(width, _)| width.0)
}

/// Tells the problems on the error stream; should that be closed too, the exit code still says it.
fn fail(faults: &[Problem], lang: Lang) -> ExitCode {
    let mut stderr = io::stderr().lock();
    let _ = problems::write(faults, lang, &mut stderr).and_then(|()| stderr.flush());
    ExitCode::from(FAILED)
}
