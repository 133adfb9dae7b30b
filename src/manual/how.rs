//! How a rule works, in words: each case with the signals that it wants and forbids, what the words of those signals are,
//! which guards void them, and what excuses the shop.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::detect::explain::guard_words;
use crate::finding::{Certainty, Level};
use crate::manual::facts::platforms;
use crate::manual::{State, native, state, ways};
use crate::model::Stamp;
use crate::report::words::{level, pick};
use crate::rules::expr::{Expr, Reach};
use crate::rules::pack::{Body, Case, Context, Pack, PatternIx, Rule, Signal, SignalIx, Words};
use crate::rules::written::{Edge, Scope, Speaker};
use crate::say::Lang;
use crate::taught::model::Model;

/// Patterns of a signal that are listed; the rest is counted.
const SHOWN: usize = 8;

/// How a rule works.
#[must_use]
pub fn explain(rule: &Rule, pack: &Pack, model: &Model, lang: Lang) -> String {
    let teller = Teller { pack, lang };
    let mut text = format!("{}  {}\n", rule.meta.id, pick(lang, &rule.meta.title, &rule.meta.title_en));
    let of_rule = |c: &&Case| pack.rules.get(c.rule).is_some_and(|r| r.meta.id == rule.meta.id);
    let mut used = BTreeSet::new();
    for (n, case) in pack.cases.iter().filter(of_rule).enumerate() {
        teller.case(n + 1, case, rule.meta.level, &mut used, &mut text);
    }
    if state(rule) == State::Unjudged {
        let reason = rule.unjudged.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{}{reason}", pick(lang, "不判：", "Not judged: "));
    }
    if let Some(native) = &rule.native {
        let lead = pick(lang, "计时计数的判法：", "Counted: ");
        let _ = writeln!(text, "\n{lead}{}", native::words(native, pack, lang));
    }
    if ways(rule, pack, model).taught {
        teller.taught(rule, model, &mut used, &mut text);
    }
    let wider: Vec<&str> =
        rule.covers.iter().filter_map(|ix| pack.rules.get(*ix)).map(|r| r.meta.id.as_str()).collect();
    if !wider.is_empty() {
        let _ = writeln!(
            text,
            "\n{}{}",
            pick(lang, "报了这条，同一句就不再报：", "Where this fires, these are not reported again: "),
            wider.join(pick(lang, "、", ", "))
        );
    }
    if !used.is_empty() {
        let _ = writeln!(text, "\n{}", pick(lang, "用到的信号：", "Signals used:"));
        for ix in used {
            teller.signal(ix, &mut text);
        }
    }
    text
}

struct Teller<'p> {
    pack: &'p Pack,
    lang: Lang,
}

impl Teller<'_> {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, zh, en)
    }

    fn case(&self, n: usize, case: &Case, usual: Level, used: &mut BTreeSet<SignalIx>, text: &mut String) {
        let mut grade = vec![match case.certainty {
            Certainty::Certain => self.t("确定", "certain"),
            Certainty::Suspected => self.t("疑似", "suspected"),
        }];
        if let Some(other) = case.level.filter(|l| *l != usual) {
            grade.push(level(other, self.lang));
        }
        if case.strict {
            grade.push(self.t("只在 --strict-ads 时", "only with --strict-ads"));
        }
        let stop = self.t("，", ", ");
        let _ = writeln!(
            text,
            "\n{} {n}{}{}{}",
            self.t("情形", "Case"),
            self.t("（", " ("),
            grade.join(stop),
            self.t("）", ")")
        );
        let mut line = |words: String| {
            let _ = writeln!(text, "  {words}");
        };
        self.note(&case.here, used);
        let here = self.expr(&case.here);
        line(if here.is_empty() {
            self.t("客服回了任意一句", "the shop says anything").to_owned()
        } else {
            format!("{}{here}", self.t("客服说了 ", "the shop says "))
        });
        if let Some(prev) = &case.prev {
            self.note(prev, used);
            line(format!(
                "{}{}",
                self.t("它回答的那句买家说了 ", "in answer to the buyer's "),
                self.expr(prev)
            ));
        }
        let wanted = [
            (&case.before, self.t("此前说过 ", "earlier ")),
            (&case.after, self.t("之后说了 ", "later ")),
            (&case.around, self.t("前后有 ", "before, after or beside it ")),
            (&case.not_before, self.t("此前没有说过 ", "not earlier ")),
            (&case.not_after, self.t("之后没有说 ", "not later ")),
            (&case.not_around, self.t("前后没有 ", "nowhere around ")),
        ];
        for (contexts, lead) in wanted {
            for context in contexts {
                self.note(&context.expr, used);
                line(format!("{lead}{}", self.context(context)));
            }
        }
        for words in self.limits(case) {
            line(words);
        }
        for exception in &case.except {
            let mut when = Vec::new();
            if let Some(context) = &exception.when {
                self.note(&context.expr, used);
                when.push(self.context(context));
            }
            when.extend(exception.hours.map(|hours| self.hours(hours)));
            line(format!(
                "{}{}{}{}",
                self.t("例外，不报：", "excused: "),
                exception.reason,
                self.t("，即 ", ": "),
                when.join(stop)
            ));
        }
    }

    fn hours(&self, (from, to): (u32, u32)) -> String {
        match self.lang {
            Lang::Zh => format!("{from} 点到 {to} 点之间"),
            Lang::En => format!("between {from}:00 and {to}:00"),
        }
    }

    fn limits(&self, case: &Case) -> Vec<String> {
        let l = &case.limits;
        let day = |at: Stamp| at.to_string().split(' ').next().unwrap_or_default().to_owned();
        let list = |names: &[String]| names.join(self.t("、", ", "));
        let number = |n: Option<usize>, zh: (&str, &str), en: (&str, &str)| {
            n.map(|n| {
                let (lead, tail) = if self.lang == Lang::Zh { zh } else { en };
                format!("{lead}{n}{tail}")
            })
        };
        let seconds = |n: Option<i64>| n.and_then(|n| usize::try_from(n).ok());
        let often = (case.count > 1).then_some(case.count);
        let mut said: Vec<Option<String>> = vec![
            (!case.platforms.is_empty())
                .then(|| format!("{}{}", self.t("只在 ", "only on "), platforms(&case.platforms, self.lang))),
            (!l.shops.is_empty())
                .then(|| format!("{}{}", self.t("只看店铺 ", "only shops "), list(&l.shops))),
            (!l.agents.is_empty())
                .then(|| format!("{}{}", self.t("只看客服 ", "only agents "), list(&l.agents))),
            case.setting
                .as_ref()
                .map(|s| format!("{}{s}", self.t("店铺设置里有 ", "the shop's settings hold "))),
            case.hours.map(|hours| self.hours(hours)),
            l.from.map(|at| format!("{}{}", self.t("生效日 ", "from "), day(at))),
            // The moment stored is the end of the last day.
            l.until.map(|at| format!("{}{}", self.t("有效到 ", "until "), day(Stamp(at.0 - 1)))),
            number(case.first, ("只看客服的前 ", " 轮"), ("only the shop's first ", " turns")),
            number(case.last, ("只看客服的最后 ", " 轮"), ("only the shop's last ", " turns")),
            number(l.first_messages, ("只看会话的前 ", " 条消息"), ("only the first ", " messages")),
            number(l.last_messages, ("只看会话的最后 ", " 条消息"), ("only the last ", " messages")),
            number(
                seconds(l.slower_than),
                ("买家发问 ", " 秒或更久以后才回"),
                ("answered ", " seconds or more after the question"),
            ),
            number(
                seconds(l.faster_than),
                ("买家发问不到 ", " 秒就回"),
                ("answered within ", " seconds of the question"),
            ),
            number(often, ("至少 ", " 次"), ("at least ", " times")),
        ];
        let minutes = case.seconds.and_then(|n| usize::try_from(n / 60).ok()).filter(|_| case.count > 1);
        said.push(number(minutes, ("在 ", " 分钟之内"), ("within ", " minutes")));
        let repeat = (case.repeat > 1).then_some(case.repeat);
        said.push(number(repeat, ("同样的话说了至少 ", " 遍"), ("the same words at least ", " times")));
        let alike = (case.repeat > 1 && case.alike < 100).then_some(case.alike as usize);
        said.push(number(alike, ("相似到 ", "% 就算同样的话"), ("words count as the same when ", "% alike")));
        said.into_iter().flatten().collect()
    }

    fn taught(&self, rule: &Rule, model: &Model, used: &mut BTreeSet<SignalIx>, text: &mut String) {
        let Some(head) = model.heads.iter().find(|h| h.rule == rule.meta.id.as_str()) else { return };
        let _ = match self.lang {
            Lang::Zh => writeln!(
                text,
                "\n学会的识别：整句话与这条规则的违规例子相近（分数到 {:.2} 报疑似，到 {:.2} 报确定）",
                head.suspected, head.certain
            ),
            Lang::En => writeln!(
                text,
                "\nTaught: the whole turn is like this rule's hits (suspected from {:.2}, certain from {:.2})",
                head.suspected, head.certain
            ),
        };
        let conditions = [
            (&rule.taught.needs, self.t("前后要有 ", "needs around it ")),
            (&rule.taught.unless, self.t("前后不能有 ", "nothing around it like ")),
        ];
        for (contexts, lead) in conditions {
            for context in contexts {
                self.note(&context.expr, used);
                let _ = writeln!(text, "  {lead}{}", self.context(context));
            }
        }
    }

    fn note(&self, expr: &Expr<SignalIx>, used: &mut BTreeSet<SignalIx>) {
        let mut names = Vec::new();
        expr.names(&mut names);
        for (ix, _) in names {
            if used.insert(*ix)
                && let Some(Signal { body: Body::Is(inner), .. }) = self.pack.signals.get(*ix)
            {
                self.note(inner, used);
            }
        }
    }

    fn context(&self, context: &Context) -> String {
        let mut text = self.expr(&context.expr);
        if context.times > 1 {
            let _ = match self.lang {
                Lang::Zh => write!(text, "至少 {} 次", context.times),
                Lang::En => write!(text, " {} times", context.times),
            };
        }
        let _ = match (context.reach, self.lang) {
            (Reach::Anywhere, _) => Ok(()),
            (Reach::Turns(n), Lang::Zh) => write!(text, "（{n} 轮之内）"),
            (Reach::Messages(n), Lang::Zh) => write!(text, "（{n} 条消息之内）"),
            (Reach::Minutes(n), Lang::Zh) => write!(text, "（{n} 分钟之内）"),
            (Reach::Turns(n), Lang::En) => write!(text, " (within {n} turns)"),
            (Reach::Messages(n), Lang::En) => write!(text, " (within {n} messages)"),
            (Reach::Minutes(n), Lang::En) => write!(text, " (within {n} minutes)"),
        };
        text
    }

    fn expr(&self, expr: &Expr<SignalIx>) -> String {
        let join = |parts: &[Expr<SignalIx>], word: &str| {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match part {
                    Expr::And(_) | Expr::Or(_) => format!("({})", self.expr(part)),
                    _ => self.expr(part),
                })
                .collect();
            parts.join(word)
        };
        match expr {
            Expr::Name(ix) => {
                format!("“{}”", self.pack.signals.get(*ix).map_or("", |s| s.title.as_str()))
            }
            Expr::Not(part) => format!("{}{}", self.t("没有", "not "), self.expr(part)),
            Expr::And(parts) => join(parts, self.t(" 并且 ", " and ")),
            Expr::Or(parts) => join(parts, self.t(" 或 ", " or ")),
        }
    }

    fn signal(&self, ix: SignalIx, text: &mut String) {
        let Some(signal) = self.pack.signals.get(ix) else { return };
        let who = match signal.speaker {
            Speaker::Buyer => self.t("买家", "buyer"),
            Speaker::Agent => self.t("客服", "agent"),
            Speaker::Robot => self.t("机器人", "robot"),
            Speaker::Shop => self.t("客服或机器人", "agent or robot"),
            Speaker::System => self.t("系统", "system"),
            Speaker::Any => self.t("任何人", "anybody"),
        };
        let _ = writeln!(text, "  “{}”  {}  {who}", signal.title, signal.id);
        match &signal.body {
            Body::Is(expr) => {
                let _ = writeln!(text, "    = {}", self.expr(expr));
            }
            Body::Words(words) => {
                for line in self.words(words) {
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }

    fn words(&self, words: &Words) -> Vec<String> {
        let mut lines = Vec::new();
        let mut list = |lead: &str, patterns: &[PatternIx]| {
            if !patterns.is_empty() {
                lines.push(format!("{lead}{}", self.patterns(patterns)));
            }
        };
        list(self.t("说到 ", "says "), &words.any);
        list(self.t("同时都要有 ", "and all of "), &words.all);
        list(self.t("同时不能有 ", "and none of "), &words.none);
        list(self.t("挨着这些话不算 ", "not beside "), &words.unless);
        if words.at_least > 1 {
            lines.push(format!(
                "{}{}",
                self.t("至少说到几种：", "different ones, at least: "),
                words.at_least
            ));
        }
        if let Some(near) = words.near {
            lines.push(format!("{}{near}", self.t("相隔字数最多 ", "characters apart, at most: ")));
        }
        if !words.all.is_empty() || !words.none.is_empty() {
            let scope = match words.scope {
                Scope::Clause => self.t("看同一小句", "looked for in the same clause"),
                Scope::Message => self.t("看同一条消息", "looked for in the same message"),
                Scope::Turn => self.t("看同一轮话", "looked for in the same turn"),
            };
            lines.push(scope.to_owned());
        }
        let edge = words.edge.map(|edge| match edge {
            Edge::Whole => self.t("整条消息就是这句", "is the whole message"),
            Edge::Start => self.t("消息以它开头", "begins the message"),
            Edge::End => self.t("消息以它结尾", "ends the message"),
        });
        lines.extend(edge.map(str::to_owned));
        if words.max_chars < usize::MAX {
            lines.push(format!(
                "{}{}",
                self.t("消息字数最多 ", "message characters, at most: "),
                words.max_chars
            ));
        }
        if words.min_chars > 0 {
            lines.push(format!(
                "{}{}",
                self.t("消息字数最少 ", "message characters, at least: "),
                words.min_chars
            ));
        }
        let guards: Vec<String> = words
            .guards
            .iter()
            .filter_map(|g| self.pack.guards.get(*g))
            .map(|g| match self.lang {
                Lang::Zh => guard_words(g).unwrap_or_else(|| g.name.clone()),
                Lang::En => g.name.clone(),
            })
            .collect();
        if !guards.is_empty() {
            lines.push(format!(
                "{}{}",
                self.t("不算的情况：", "void when: "),
                guards.join(self.t("，", ", "))
            ));
        }
        lines
    }

    fn patterns(&self, patterns: &[PatternIx]) -> String {
        let written = patterns.iter().filter_map(|p| self.pack.patterns.get(*p)).map(|p| &*p.written);
        let shown: Vec<&str> = written.take(SHOWN).collect();
        let more = patterns.len().saturating_sub(SHOWN);
        let mut text = shown.join("  ");
        if more > 0 {
            let _ = match self.lang {
                Lang::Zh => write!(text, "  …… 共 {} 种", patterns.len()),
                Lang::En => write!(text, "  ... {} in all", patterns.len()),
            };
        }
        text
    }
}
