//! `kefu-audit explain`: judges the logs as an audit does, finds the finding of an id, and shows the reasoning for it.

use crate::cli::Explain;
use crate::cmd::investigate::{Office, deliver, fail, inputs, options};
use crate::cmd::{FAILED, Streams, logs};
use crate::engine::{self, Filter};
use crate::finding::Finding;
use crate::ingest;
use crate::investigate::dossier::Complaint;
use crate::investigate::{self, Context, Found, Query};
use crate::problem::{Place, Problem, Severity};
use crate::say::Say;

/// Runs the command; the exit code comes back.
pub fn run(settings: &Explain, streams: &mut Streams<'_>) -> u8 {
    let look = &settings.look;
    let Some(office) = Office::open(look, streams) else { return FAILED };
    let Some((inputs, _spool, found_problems)) = inputs(look, streams) else { return FAILED };
    let detector = office.detector();
    let filter = Filter { shop: look.shop.clone(), ..Filter::default() };
    let bar = logs::Bar::new(&inputs, streams.err_is_terminal);
    let (store, outcome) = office.pool.install(|| {
        let store = ingest::read(&inputs, &options(look, &office.pack), &bar);
        let outcome = engine::run(&store, &detector, &filter);
        (store, outcome)
    });
    bar.finish();
    let mut read_problems = found_problems;
    read_problems.extend(store.problems().iter().cloned());
    read_problems.extend(outcome.problems);
    let finding = match the_one(&outcome.findings, &settings.id) {
        Ok(finding) => finding,
        Err(problem) => {
            read_problems.push(*problem);
            return fail(&read_problems, look, streams);
        }
    };
    let query = Query {
        conversation: Some(finding.conversation.clone()),
        shop: Some(finding.shop.clone()),
        ..Query::default()
    };
    let mut search =
        office.pool.install(|| investigate::find(&inputs, &options(look, &office.pack), &query, &()));
    search.problems = read_problems;
    let Found::One(case) = &search.found else { return fail(&search.problems, look, streams) };
    let title = office.pack.rule(finding.rule.as_str()).map(|r| &r.meta);
    let context = Context {
        query: vec![("finding", finding.id.to_string())],
        complaint: title.map(|meta| Complaint {
            family: meta.family.clone(),
            title: meta.title.clone(),
            rule: Some(meta.id.clone()),
        }),
        files: search.files.clone(),
        searched: search.lines,
        problems: search.problems.clone(),
    };
    let Some(dossier) = investigate::build(case, &office.desk(&detector), context) else {
        return fail(&search.problems, look, streams);
    };
    let only = dossier.fired.iter().position(|f| f.finding.id == finding.id).map(|n| n + 1);
    deliver(&dossier, only, &search, look, Vec::new(), streams)
}

/// The finding whose id is `id` or begins with it.
fn the_one<'f>(findings: &'f [Finding], id: &str) -> Result<&'f Finding, Box<Problem>> {
    let mut fits: Vec<&Finding> = findings.iter().filter(|f| f.id.to_string().starts_with(id)).collect();
    fits.sort_by_key(|f| f.id);
    fits.dedup_by(|a, b| a.id == b.id);
    let (what, next) = match fits.as_slice() {
        [one] => return Ok(one),
        [] => (
            Say::new(
                format!("这些记录里没有编号是 {id} 的结果"),
                format!("no finding of these logs has the id {id}"),
            ),
            Say::new(
                "检查编号和日志是否与报告一致；规则改过之后结果可能不再出现",
                "check that id and logs are those of the report; a changed rule may no longer fire",
            ),
        ),
        many => {
            let ids: Vec<String> = many.iter().take(5).map(|f| f.id.to_string()).collect();
            (
                Say::new(
                    format!("以 {id} 开头的结果有 {} 条：{}", many.len(), ids.join("、")),
                    format!("{} findings begin with {id}: {}", many.len(), ids.join(", ")),
                ),
                Say::new("把编号写长一些", "write more of the id"),
            )
        }
    };
    Err(Box::new(Problem {
        code: "finding-unknown",
        severity: Severity::Error,
        place: Place::default(),
        what,
        next,
        count: 1,
    }))
}
