//! Rule files as written: one struct per kind of table, read from TOML with every flaw noted. Names are not looked up
//! here and patterns are not parsed; `compile` does that over all files together.

use toml::de::DeTable;

use crate::finding::{Certainty, Level};
use crate::model::Platform;
use crate::rules::flaw::Flaw;
use crate::rules::form::{At, Fields, Gather};
use crate::rules::meta::{Currency, Exposure, Ladder, Node, Unit};
use crate::say::Say;

/// Platform names as rule files write them.
pub const PLATFORMS: &[(&str, Platform)] =
    &[("tmall", Platform::Tmall), ("taobao", Platform::Taobao), ("jd", Platform::Jd), ("pdd", Platform::Pdd)];
/// Levels as rule files write them.
pub const LEVELS: &[(&str, Level)] =
    &[("violation", Level::Violation), ("warning", Level::Warning), ("notice", Level::Notice)];
const CERTAINTIES: &[(&str, Certainty)] =
    &[("certain", Certainty::Certain), ("suspected", Certainty::Suspected)];
const UNITS: &[(&str, Unit)] =
    &[("order", Unit::Order), ("conversation", Unit::Conversation), ("buyer-day", Unit::BuyerDay)];
const CURRENCIES: &[(&str, Currency)] = &[("points", Currency::Points), ("yuan", Currency::Yuan)];
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

/// Whose turns a signal is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The customer.
    Buyer,
    /// A person of the shop.
    Agent,
    /// The shop's automatic reply.
    Robot,
    /// Agent or robot.
    Shop,
    /// The platform.
    System,
    /// Everybody.
    Any,
}

/// How far from a hit its companions are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Up to the next punctuation.
    Clause,
    /// One message.
    Message,
    /// The whole turn.
    Turn,
}

/// Where in its message a hit must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// It is the message.
    Whole,
    /// It begins the message.
    Start,
    /// It ends the message.
    End,
}

/// `[guards.NAME]`: what voids a hit by the words around it.
#[derive(Clone, Debug)]
pub struct GuardForm {
    /// Its name.
    pub name: At<String>,
    /// Patterns that end where the hit begins.
    pub just_before: Vec<At<String>>,
    /// Patterns in the clause before the hit.
    pub before: Vec<At<String>>,
    /// Patterns in the clause after the hit.
    pub after: Vec<At<String>>,
    /// Patterns in the hit's message, outside the hit itself.
    pub message: Vec<At<String>>,
    /// Pairs of opening and closing marks.
    pub enclosed: Vec<At<String>>,
    /// Patterns that, ending where the hit begins, take the guard back (double negation).
    pub except: Vec<At<String>>,
}

/// `[[signal]]`.
#[derive(Clone, Debug)]
pub struct SignalForm {
    /// `family.name`.
    pub id: At<String>,
    /// What it means, for explanations.
    pub title: Option<At<String>>,
    /// Whose turns.
    pub speaker: Speaker,
    /// Made of other signals instead of words.
    pub is: Option<At<String>>,
    /// One of these.
    pub any: Vec<At<String>>,
    /// Each of these.
    pub all: Vec<At<String>>,
    /// None of these.
    pub none: Vec<At<String>>,
    /// Voids hits that it overlaps or touches.
    pub unless: Vec<At<String>>,
    /// How many different entries of `any`.
    pub at_least: u32,
    /// Longest distance of `all` from the hit, in characters.
    pub near: Option<u32>,
    /// Where `all` and `none` are looked for.
    pub scope: Scope,
    /// Where the hit stands.
    pub edge: Option<Edge>,
    /// Longest message, in characters without punctuation.
    pub max_chars: Option<u32>,
    /// Shortest message.
    pub min_chars: Option<u32>,
    /// Names of guards; `None` for the default ones.
    pub guards: Option<Vec<At<String>>>,
}

/// `[[rule.case]]`.
#[derive(Clone, Debug)]
pub struct CaseForm {
    /// The table itself.
    pub at: At<()>,
    /// What the shop's turn says.
    pub here: At<String>,
    /// What the buyer's turn before it says.
    pub prev: Option<At<String>>,
    /// Earlier turns.
    pub before: Vec<At<String>>,
    /// Not in earlier turns.
    pub not_before: Vec<At<String>>,
    /// Later turns.
    pub after: Vec<At<String>>,
    /// Not in later turns.
    pub not_after: Vec<At<String>>,
    /// Earlier, later or the same turn.
    pub around: Vec<At<String>>,
    /// Not earlier, later or in the same turn.
    pub not_around: Vec<At<String>>,
    /// Only in the shop's first so many turns.
    pub first: Option<u32>,
    /// Only in the shop's last so many turns.
    pub last: Option<u32>,
    /// At least so many turns.
    pub count: Option<u32>,
    /// Within so many minutes.
    pub minutes: Option<u32>,
    /// The same words so often.
    pub repeat: Option<u32>,
    /// Only on these platforms.
    pub platforms: Vec<Platform>,
    /// From hour, to hour.
    pub hours: Vec<u32>,
    /// A shop setting that must be on.
    pub setting: Option<At<String>>,
    /// How sure.
    pub certainty: Certainty,
    /// Instead of the rule's level.
    pub level: Option<Level>,
}

/// `[[rule]]`.
#[derive(Clone, Debug)]
pub struct RuleForm {
    /// Its id.
    pub id: At<String>,
    /// Chinese title.
    pub title: At<String>,
    /// English title.
    pub title_en: At<String>,
    /// Why it is a fault.
    pub why: At<String>,
    /// How grave.
    pub level: Level,
    /// Where it holds.
    pub platforms: Vec<Platform>,
    /// What is charged once.
    pub unit: Unit,
    /// Model answer.
    pub remedy: String,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// Wider rules.
    pub covers: Vec<At<String>>,
    /// Dialogues that must fire.
    pub hit: Vec<At<String>>,
    /// Dialogues that must not.
    pub ok: Vec<At<String>>,
    /// What it may cost.
    pub exposure: Vec<Exposure>,
    /// When it fires.
    pub cases: Vec<CaseForm>,
    /// Why a log alone cannot show it; then it has no cases.
    pub unjudged: Option<At<String>>,
    /// Whether a taught model is used beside the written cases.
    pub taught: Option<bool>,
    /// What must be found around a turn that the taught model charges.
    pub taught_needs: Vec<At<String>>,
    /// What voids a charge of the taught model.
    pub taught_unless: Vec<At<String>>,
}

/// `[[override]]`: a user's change to a rule.
#[derive(Clone, Debug)]
pub struct OverrideForm {
    /// Which rule.
    pub id: At<String>,
    /// On or off.
    pub enabled: Option<bool>,
    /// Another level.
    pub level: Option<Level>,
    /// Another low figure.
    pub low: Option<u32>,
    /// Another high figure.
    pub high: Option<u32>,
    /// Another model answer.
    pub remedy: Option<At<String>>,
}

/// `[[extend]]`: more words for a signal that exists.
#[derive(Clone, Debug)]
pub struct ExtendForm {
    /// Which signal.
    pub signal: At<String>,
    /// More alternatives.
    pub any: Vec<At<String>>,
    /// More exceptions.
    pub unless: Vec<At<String>>,
}

/// `[[shop]]`: what a shop has agreed with its platform.
#[derive(Clone, Debug)]
pub struct ShopForm {
    /// Its name as in the log.
    pub name: At<String>,
    /// Settings that are on, for `setting = ` in cases.
    pub settings: Vec<At<String>>,
    /// Points it has already: `ladder=points`.
    pub prior: Vec<At<String>>,
}

/// One rule file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The family: the file's name without folder and ending.
    pub family: String,
    /// Pack name, if this file has a `[pack]`.
    pub name: Option<At<String>>,
    /// Pack version.
    pub version: Option<At<String>>,
    /// Date of the pack.
    pub date: Option<At<String>>,
    /// Guards that signals have when they name none.
    pub default_guards: Vec<At<String>>,
    /// `[lists]`.
    pub lists: Vec<(At<String>, Vec<At<String>>)>,
    /// `[slots]`.
    pub slots: Vec<(At<String>, Vec<At<String>>)>,
    /// `[guards.*]`.
    pub guards: Vec<GuardForm>,
    /// `[[signal]]`.
    pub signals: Vec<SignalForm>,
    /// `[[rule]]`.
    pub rules: Vec<RuleForm>,
    /// `[[override]]`.
    pub overrides: Vec<OverrideForm>,
    /// `[[extend]]`.
    pub extends: Vec<ExtendForm>,
    /// `[[shop]]`.
    pub shops: Vec<ShopForm>,
    /// `[[ladder]]`.
    pub ladders: Vec<(At<()>, Ladder)>,
}

/// Reads one file; flaws come back beside whatever could be read.
#[must_use]
pub fn read(source: usize, family: &str, text: &str) -> (File, Vec<Flaw>) {
    let gather = Gather::new(source);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let is_key =
            text.get(span.clone()).is_some_and(|words| !words.is_ascii()) && error.message().contains("key");
        let hint = if is_key {
            Say::new(
                "中文名字要加引号：\"票\" = [\"发票\"]",
                "put a Chinese name in quotes: \"票\" = [\"发票\"]",
            )
        } else {
            Say::new("检查引号、括号和逗号是否成对", "check that quotes, brackets and commas match")
        };
        gather.flaw(
            span,
            Say::new(
                format!("不是合法的 TOML：{}", error.message()),
                format!("{NOT_TOML}: {}", error.message()),
            ),
            hint,
        );
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

fn read_file(fields: &Fields<'_, '_>, family: &str) -> File {
    let mut file = File { family: family.to_owned(), ..File::default() };
    for pack in fields.tables("pack") {
        file.name = pack.text("name");
        file.version = pack.text("version");
        file.date = pack.text("date");
        file.default_guards = pack.texts("default_guards");
        pack.done();
    }
    file.lists = fields.free("lists");
    file.slots = fields.free("slots");
    file.guards = fields.named_tables("guards").into_iter().map(|(name, f)| guard(name, &f)).collect();
    file.signals = fields.tables("signal").iter().map(signal).collect();
    file.rules = fields.tables("rule").iter().map(rule).collect();
    file.overrides = fields.tables("override").iter().map(override_form).collect();
    file.extends = fields.tables("extend").iter().map(extend).collect();
    file.shops = fields.tables("shop").iter().map(shop).collect();
    file.ladders = fields.tables("ladder").iter().map(ladder).collect();
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
    f.has("guards").then(|| f.texts("guards"))
}

fn case(f: &Fields<'_, '_>) -> CaseForm {
    let form = CaseForm {
        at: f.at(),
        here: f.need("here"),
        prev: f.text("prev"),
        before: f.texts("before"),
        not_before: f.texts("not_before"),
        after: f.texts("after"),
        not_after: f.texts("not_after"),
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
        certainty: f.choice("certainty", CERTAINTIES).unwrap_or(Certainty::Certain),
        level: f.choice("level", LEVELS),
    };
    f.done();
    form
}

fn rule(f: &Fields<'_, '_>) -> RuleForm {
    let form = RuleForm {
        id: f.need("id"),
        title: f.need("title"),
        title_en: f.need("title_en"),
        why: f.need("why"),
        level: f.choice("level", LEVELS).unwrap_or(Level::Warning),
        platforms: f.choices("platforms", PLATFORMS),
        unit: f.choice("unit", UNITS).unwrap_or_default(),
        remedy: f.text("remedy").map(|t| t.value).unwrap_or_default(),
        sources: f.texts("sources").into_iter().map(|t| t.value).collect(),
        covers: f.texts("covers"),
        hit: f.texts("hit"),
        ok: f.texts("ok"),
        exposure: f.tables("exposure").iter().map(exposure).collect(),
        cases: f.tables("case").iter().map(case).collect(),
        unjudged: f.text("unjudged"),
        taught: f.flag("taught"),
        taught_needs: f.texts("taught_needs"),
        taught_unless: f.texts("taught_unless"),
    };
    f.done();
    form
}

fn exposure(f: &Fields<'_, '_>) -> Exposure {
    let low = f.number("low").unwrap_or(0);
    let form = Exposure {
        platforms: f.choices("platforms", PLATFORMS),
        low,
        high: f.number("high").unwrap_or(low),
        unit: f.choice("unit", CURRENCIES).unwrap_or(Currency::Points),
        ladder: f.text("ladder").map(|t| t.value),
        alternative: f.text("alternative").map(|t| t.value),
        source: f.need("source").value,
    };
    if form.high < form.low {
        f.wrong(
            f.at().range(),
            Say::new("high 比 low 小", "high is less than low"),
            Say::new("把两个数对调", "swap the two figures"),
        );
    }
    f.done();
    form
}

fn override_form(f: &Fields<'_, '_>) -> OverrideForm {
    let form = OverrideForm {
        id: f.need("id"),
        enabled: f.flag("enabled"),
        level: f.choice("level", LEVELS),
        low: f.number("low"),
        high: f.number("high"),
        remedy: f.text("remedy"),
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
    let form = ShopForm { name: f.need("name"), settings: f.texts("settings"), prior: f.texts("prior") };
    f.done();
    form
}

fn ladder(f: &Fields<'_, '_>) -> (At<()>, Ladder) {
    let form = Ladder {
        id: f.need("id").value,
        platform: f.choice("platform", PLATFORMS).unwrap_or(Platform::Tmall),
        title: f.need("title").value,
        title_en: f.need("title_en").value,
        part_of: f.text("part_of").map(|t| t.value),
        heaviest_only: f.flag("heaviest_only").unwrap_or(false),
        every: f.number("every"),
        nodes: f.tables("nodes").iter().map(node).collect(),
        source: f.need("source").value,
    };
    f.done();
    (f.at(), form)
}

fn node(f: &Fields<'_, '_>) -> Node {
    let form = Node {
        at: f.number("at").unwrap_or(0),
        consequence: f.need("consequence").value,
        yuan: f.number("yuan"),
        days: f.number("days"),
    };
    f.done();
    form
}
