//! The settings of `investigate` and `explain`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::ArgMatches;

use super::{Color, Packs, Reader};
use crate::cli::faults::fault;
use crate::cli::values;
use crate::ingest::formats::LogFormat;
use crate::investigate::Query;
use crate::judge::Prior;
use crate::model::Platform;
use crate::problem::Problem;
use crate::report::dossier::Format;
use crate::say::{Lang, Say};
use crate::verdict::{Allowance, FailOn};

/// What both commands need.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Files, folders and patterns, as given.
    pub logs: Vec<PathBuf>,
    /// The rules.
    pub packs: Packs,
    /// The page's format.
    pub format: Format,
    /// Where the page goes; the screen when none.
    pub output: Option<PathBuf>,
    /// From which level on findings fail the run.
    pub fail_on: FailOn,
    /// The language.
    pub lang: Lang,
    /// Threads; as many as the machine has when none.
    pub threads: Option<u32>,
    /// Silence in minutes that ends a conversation; the reader's default when none.
    pub gap_minutes: Option<u32>,
    /// The marketplace of rows that name none.
    pub platform: Option<Platform>,
    /// Only this shop, and the shop of rows that name none.
    pub shop: Option<String>,
    /// Canonical column names with the header each stands under.
    pub columns: Vec<(String, String)>,
    /// The format of every log; told by content when none.
    pub input_format: Option<&'static LogFormat>,
    /// Points that shops had before.
    pub priors: Vec<Prior>,
    /// The day to judge points as of; the last day of the case when none.
    pub as_of: Option<NaiveDate>,
    /// The profiles wanted; a platform's default when it has none here.
    pub profiles: Vec<String>,
    /// How many rows may be lost.
    pub allow_bad_rows: Allowance,
    /// Shows everything unmasked.
    pub reveal: bool,
    /// When to use colour.
    pub color: Color,
}

/// What `kefu-audit investigate` was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Investigate {
    /// Logs, rules, output.
    pub look: Look,
    /// What is looked for.
    pub query: Query,
    /// The same as given, for the page: option and value.
    pub asked: Vec<(&'static str, String)>,
    /// What the complaint is about.
    pub complaint: Option<String>,
    /// Where the evidence pack goes.
    pub evidence: Option<PathBuf>,
}

/// What `kefu-audit explain` was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Explain {
    /// Logs, rules, output.
    pub look: Look,
    /// The finding's id or its beginning.
    pub id: String,
}

fn look(r: &mut Reader<'_>, lang: Lang) -> Look {
    let formats =
        [("text", Format::Text), ("md", Format::Md), ("html", Format::Html), ("json", Format::Json)];
    let levels = [
        ("violation", FailOn::Violation),
        ("warning", FailOn::Warning),
        ("notice", FailOn::Notice),
        ("never", FailOn::Never),
    ];
    let colors = [("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)];
    let users = r.many("rules", |_, v| Ok(PathBuf::from(v)));
    Look {
        logs: r.found.get_many::<PathBuf>("logs").into_iter().flatten().cloned().collect(),
        packs: Packs { base: r.text("rule-pack").map(PathBuf::from), users },
        format: r.one("format", |o, v| values::choice(o, v, &formats)).unwrap_or_default(),
        output: r.text("output").map(PathBuf::from),
        fail_on: r.one("fail-on", |o, v| values::choice(o, v, &levels)).unwrap_or_default(),
        lang,
        threads: r.one("threads", |o, v| values::number(o, v, 1, 1024)),
        gap_minutes: r.one("gap", |o, v| values::number(o, v, 1, 10_080)),
        platform: r.one("platform", values::platform),
        shop: r.text("shop"),
        columns: r.many("column", values::column),
        input_format: r.one("input-format", values::input_format),
        priors: r.many("prior", values::prior),
        as_of: r.one("as-of", values::day),
        profiles: r.many("profile", |_, v| Ok(v.to_owned())),
        allow_bad_rows: r.one("allow-bad-rows", values::allowance).unwrap_or_default(),
        reveal: r.found.get_flag("reveal"),
        color: r.one("color", |o, v| values::choice(o, v, &colors)).unwrap_or_default(),
    }
}

/// Makes the settings of `investigate`.
pub(in crate::cli) fn investigate(found: &ArgMatches, lang: Lang) -> Result<Investigate, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let look = look(&mut r, lang);
    let query = Query {
        buyer: r.text("buyer"),
        order: r.text("order"),
        conversation: r.text("conversation"),
        words: r.text("text").map(|text| Query::words(&text)).unwrap_or_default(),
        agent: r.text("agent"),
        shop: look.shop.clone(),
        since: r.one("since", |o, v| values::moment(o, v, false)),
        until: r.one("until", |o, v| values::moment(o, v, true)),
    };
    let is_blank = |text: &Option<String>| text.as_ref().is_none_or(|t| t.trim().is_empty());
    if is_blank(&query.buyer)
        && is_blank(&query.order)
        && is_blank(&query.conversation)
        && query.words.is_empty()
    {
        r.faults.push(*fault(
            Say::new("没有写要找什么", "it is not said what to look for"),
            Say::new(
                "至少写一个：--buyer 买家、--order 订单号、--conversation 会话编号、--text 说过的话",
                "write at least one of --buyer, --order, --conversation, --text",
            ),
        ));
    }
    let options = ["shop", "buyer", "order", "conversation", "text", "agent", "since", "until", "complaint"];
    let asked = options.into_iter().filter_map(|name| Some((name, r.text(name)?))).collect();
    let (complaint, evidence) = (r.text("complaint"), r.text("pack").map(PathBuf::from));
    let investigate = Investigate { look, query, asked, complaint, evidence };
    if r.faults.is_empty() { Ok(investigate) } else { Err(r.faults) }
}

/// Makes the settings of `explain`.
pub(in crate::cli) fn explain(found: &ArgMatches, lang: Lang) -> Result<Explain, Vec<Problem>> {
    let mut r = Reader { found, faults: Vec::new() };
    let look = look(&mut r, lang);
    let id = r.text("id").unwrap_or_default().trim_start_matches('#').to_ascii_lowercase();
    if id.len() < 4 || id.len() > 16 || !id.chars().all(|c| c.is_ascii_hexdigit()) {
        r.faults.push(*fault(
            Say::new(format!("“{id}”不是结果编号"), format!("\"{id}\" is no finding id")),
            Say::new(
                "编号是 16 位的数字和 a-f，至少写前 4 位；报告的 json、csv 里有",
                "an id has 16 digits and letters a-f; write at least the first 4; JSON and CSV reports show it",
            ),
        ));
    }
    if r.faults.is_empty() { Ok(Explain { look, id }) } else { Err(r.faults) }
}
