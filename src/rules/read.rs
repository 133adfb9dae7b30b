//! Reads a rule file from TOML into its written form, with every flaw noted. Names are not looked up here and patterns
//! are not parsed; `compile` does that over all files together.

use toml::de::{DeTable, Error};

use crate::finding::{Certainty, Level};
use crate::rules::casework;
use crate::rules::columns;
use crate::rules::flaw::Flaw;
use crate::rules::form::{At, Fields, Gather};
use crate::rules::lint;
use crate::rules::meta::Unit;
use crate::rules::money;
use crate::rules::outline::{Kind, Outline};
use crate::rules::short;
use crate::rules::timing;
use crate::rules::written::{
    CaseForm, Days, Edge, ExceptForm, ExtendForm, File, GuardForm, LEVELS, OverrideForm, PLATFORMS, RuleForm,
    Scope, ShopForm, SignalForm, Speaker,
};
use crate::say::Say;

const CERTAINTIES: &[(&str, Certainty)] =
    &[("certain", Certainty::Certain), ("suspected", Certainty::Suspected)];
const UNITS: &[(&str, Unit)] =
    &[("order", Unit::Order), ("conversation", Unit::Conversation), ("buyer-day", Unit::BuyerDay)];
const SPEAKERS: &[(&str, Speaker)] = &[
    ("buyer", Speaker::Buyer),
    ("agent", Speaker::Agent),
    ("robot", Speaker::Robot),
    ("shop", Speaker::Shop),
    ("system", Speaker::System),
    ("any", Speaker::Any),
];
const SCOPES: &[(&str, Scope)] =
    &[("clause", Scope::Clause), ("message", Scope::Message), ("turn", Scope::Turn)];
const EDGES: &[(&str, Edge)] = &[("whole", Edge::Whole), ("start", Edge::Start), ("end", Edge::End)];

/// How the flaw of a file that is no TOML at all begins.
pub(crate) const NOT_TOML: &str = "not valid TOML";

/// Reads one file; flaws come back beside whatever could be read.
#[must_use]
pub fn read(source: usize, family: &str, text: &str) -> (File, Vec<Flaw>) {
    let gather = Gather::new(source);
    let (table, errors) = DeTable::parse_recoverable(text);
    // Everything behind a quote that is not closed is read wrongly.
    let start = |error: &Error| error.span().map_or(0, |span| span.start);
    let open = errors.iter().filter(|e| e.message().contains("basic string")).map(start).min();
    for error in
        errors.iter().filter(|e| open.is_none_or(|open| start(e) <= open && !e.message().contains("array")))
    {
        let span = error.span().unwrap_or(0..0);
        let (zh, hint) = in_words(error.message(), text.get(span.clone()).unwrap_or_default());
        let what = Say::new(format!("不是合法的 TOML：{zh}"), format!("{NOT_TOML}: {}", error.message()));
        gather.flaw(span, what, hint);
    }
    if !errors.is_empty() {
        // What could be recovered is too little to judge names and fields by.
        return (File::default(), gather.into_flaws());
    }
    let fields = Fields::new(table.get_ref(), 0..0, &gather);
    let file = read_file(&fields, family);
    fields.done();
    (file, gather.into_flaws())
}

/// What the TOML reader complains of, in Chinese, and what to do about it.
fn in_words(message: &str, at: &str) -> (String, Say) {
    if message.contains("key") && !at.is_ascii() {
        let hint = Say::new(
            "中文名字要加引号：\"票\" = [\"发票\"]",
            "put a Chinese name in quotes: \"票\" = [\"发票\"]",
        );
        return ("名字没有加引号".to_owned(), hint);
    }
    let zh = match message {
        m if m.contains("basic string") => "引号没有合上".to_owned(),
        m if m.contains("unclosed array") => "方括号没有合上".to_owned(),
        m if m.contains("duplicate key") => "同一个名字写了两次".to_owned(),
        m => m.to_owned(),
    };
    (zh, Say::new("检查引号、括号和逗号是否成对", "check that quotes, brackets and commas match"))
}

/// Every field that is asked for in any table of a rule file. Reading begins with an empty file; tables that are asked
/// for are added until none is new.
pub(crate) fn outline() -> Outline {
    let mut skeleton = String::new();
    loop {
        let gather = Gather::outlining();
        let (table, _) = DeTable::parse_recoverable(&skeleton);
        read_file(&Fields::new(table.get_ref(), 0..0, &gather), "");
        drop(table);
        let outline = gather.into_outline();
        let tables = outline.iter().filter_map(|((path, key), known)| {
            let name = if path.is_empty() { (*key).to_owned() } else { format!("{path}.{key}") };
            match known.kind {
                Kind::Tables => Some(format!("[[{name}]]\n")),
                Kind::Named => Some(format!("[{name}.\"*\"]\n")),
                _ => None,
            }
        });
        let mut tables: Vec<String> = tables.collect();
        tables.sort();
        let next = tables.concat().replace(".*.", ".\"*\".");
        if next == skeleton {
            return outline;
        }
        skeleton = next;
    }
}

fn read_file(fields: &Fields<'_, '_>, family: &str) -> File {
    let mut file = File { family: family.to_owned(), ..File::default() };
    for pack in fields.tables("pack") {
        file.name = pack.text("name");
        file.version = pack.text("version");
        file.date = pack.text("date");
        file.default_guards = pack.texts("default_guards");
        file.unlike = pack.number("unlike");
        file.unlike_warnings = pack.number("unlike_warnings");
        file.vague = pack.number("vague");
        pack.done();
    }
    file.lists = fields.free("lists");
    file.slots = fields.free("slots");
    file.checks = fields.free("checks");
    file.guards = fields.named_tables("guards").into_iter().map(|(name, f)| guard(name, &f)).collect();
    file.signals = fields.tables("signal").iter().map(signal).collect();
    file.rules = fields.tables("rule").iter().map(rule).collect();
    short::expand(&mut file);
    file.overrides = fields.tables("override").iter().map(override_form).collect();
    file.extends = fields.tables("extend").iter().map(extend).collect();
    file.shops = fields.tables("shop").iter().map(shop).collect();
    file.columns = fields.tables("columns").iter().map(columns::read).collect();
    file.ladders = fields.tables("ladder").iter().map(money::ladder).collect();
    file.exempts = fields.tables("exempt").iter().map(timing::exempt).collect();
    file.kpis = fields.tables("kpi").iter().map(timing::kpi).collect();
    file.profiles = fields.tables("profile").iter().map(money::profile).collect();
    file.calculators = fields.tables("estimate").iter().map(money::calculator).collect();
    file.casework = fields.tables("casework").iter().map(casework::general).collect();
    file.promises = fields.tables("promise").iter().map(casework::promise).collect();
    file.threats = fields.tables("threat").iter().map(casework::threat).collect();
    file.topics = fields.tables("topic").iter().map(casework::topic).collect();
    file.asked = fields.tables("asked").iter().map(|f| pair(f, "signal", "topic")).collect();
    file.lint = lint::read(fields, family);
    file
}

fn guard(name: At<String>, f: &Fields<'_, '_>) -> GuardForm {
    let form = GuardForm {
        name,
        just_before: f.texts("just_before"),
        before: f.texts("before"),
        after: f.texts("after"),
        message: f.texts("message"),
        enclosed: f.texts("enclosed"),
        except: f.texts("except"),
    };
    f.done();
    form
}

fn signal(f: &Fields<'_, '_>) -> SignalForm {
    let form = SignalForm {
        id: f.need("id"),
        title: f.text("title"),
        speaker: f.choice("role", SPEAKERS).unwrap_or(Speaker::Shop),
        is: f.text("is"),
        any: f.texts("any"),
        all: f.texts("all"),
        none: f.texts("none"),
        unless: f.texts("unless"),
        unless_near: f.number("unless_near"),
        longest: f.flag("longest").unwrap_or(false),
        at_least: f.number("at_least").unwrap_or(1).max(1),
        near: f.number("near"),
        scope: f.choice("scope", SCOPES).unwrap_or(Scope::Turn),
        edge: f.choice("at", EDGES),
        max_chars: f.number("max_chars"),
        min_chars: f.number("min_chars"),
        guards: guard_names(f),
    };
    f.done();
    form
}

/// `guards = []` means none; no line means the default ones.
fn guard_names(f: &Fields<'_, '_>) -> Option<Vec<At<String>>> {
    // Asked for in any case, so that a misspelt name is told the right one.
    let names = f.texts("guards");
    f.has("guards").then_some(names)
}

fn case(f: &Fields<'_, '_>) -> CaseForm {
    let form = CaseForm {
        at: f.at(),
        here: f.text("here"),
        prev: f.text("prev"),
        before: f.texts("before"),
        not_before: f.texts("not_before"),
        after: f.texts("after"),
        not_after: f.texts("not_after"),
        expect: f.texts("expect"),
        around: f.texts("around"),
        not_around: f.texts("not_around"),
        first: f.number("first"),
        last: f.number("last"),
        count: f.number("count"),
        minutes: f.number("minutes"),
        repeat: f.number("repeat"),
        platforms: f.choices("platforms", PLATFORMS),
        hours: f.numbers("hours"),
        setting: f.text("setting"),
        shops: f.texts("shops"),
        agents: f.texts("agents"),
        days: days(f),
        first_messages: f.number("first_messages"),
        last_messages: f.number("last_messages"),
        slower_than: f.number("slower_than"),
        faster_than: f.number("faster_than"),
        except: f.tables("except").iter().map(except).collect(),
        alike: f.number("alike"),
        strict: f.flag("strict").unwrap_or(false),
        certainty: f.choice("certainty", CERTAINTIES).unwrap_or(Certainty::Certain),
        level: f.choice("level", LEVELS),
    };
    f.done();
    form
}

fn days(f: &Fields<'_, '_>) -> Days {
    let days = Days { from: f.day("from", false), until: f.day("until", true) };
    if let (Some(from), Some(until)) = (days.from, days.until)
        && from >= until
    {
        f.wrong(
            f.at().range(),
            Say::new("until 比 from 早，永远不生效", "`until` is before `from`: it never holds"),
            Say::new("把两个日期对调", "swap the two dates"),
        );
    }
    days
}

fn except(f: &Fields<'_, '_>) -> ExceptForm {
    let form =
        ExceptForm { at: f.at(), when: f.text("when"), hours: f.numbers("hours"), reason: f.need("reason") };
    f.done();
    form
}

fn rule(f: &Fields<'_, '_>) -> RuleForm {
    let id = f.need("id");
    let title = f.text("title").unwrap_or_else(|| id.clone());
    let form = RuleForm {
        title_en: f.text("title_en").unwrap_or_else(|| title.clone()),
        why: f.text("why").map(|t| t.value).unwrap_or_default(),
        id,
        title,
        level: f.choice("level", LEVELS).unwrap_or(Level::Warning),
        platforms: f.choices("platforms", PLATFORMS),
        unit: f.choice("unit", UNITS).unwrap_or_default(),
        remedy: f.text("remedy").map(|t| t.value).unwrap_or_default(),
        sources: f.texts("sources").into_iter().map(|t| t.value).collect(),
        covers: f.texts("covers"),
        hit: f.texts("hit"),
        ok: f.texts("ok"),
        exposure: f.tables("exposure").iter().map(money::exposure).collect(),
        cases: f.tables("case").iter().map(case).collect(),
        native: f.text("native"),
        params: f.params("params"),
        phrases: f.texts("phrases"),
        unless: f.texts("unless"),
        asked: f.texts("asked"),
        days: days(f),
        unjudged: f.text("unjudged"),
        templates: f.flag("templates").unwrap_or(false),
        replace: f.tables("replace").iter().map(|f| pair(f, "from", "to")).collect(),
        taught: f.flag("taught"),
        taught_needs: f.texts("taught_needs"),
        taught_unless: f.texts("taught_unless"),
    };
    f.done();
    form
}

/// A table of two texts that must both be there.
fn pair(f: &Fields<'_, '_>, one: &'static str, other: &'static str) -> (At<String>, At<String>) {
    let pair = (f.need(one), f.need(other));
    f.done();
    pair
}

fn override_form(f: &Fields<'_, '_>) -> OverrideForm {
    let form = OverrideForm {
        id: f.need("id"),
        enabled: f.flag("enabled"),
        level: f.choice("level", LEVELS),
        low: f.number("low"),
        high: f.number("high"),
        remedy: f.text("remedy"),
        params: f.params("params"),
    };
    f.done();
    form
}

fn extend(f: &Fields<'_, '_>) -> ExtendForm {
    let form = ExtendForm { signal: f.need("signal"), any: f.texts("any"), unless: f.texts("unless") };
    f.done();
    form
}

fn shop(f: &Fields<'_, '_>) -> ShopForm {
    let form = ShopForm {
        name: f.need("name"),
        settings: f.texts("settings"),
        prior: f.texts("prior"),
        prior_date: f.text("prior_date"),
        people: columns::people(f),
    };
    f.done();
    form
}
