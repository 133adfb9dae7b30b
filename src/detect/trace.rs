//! What nearly fired in a conversation, and which condition was in the way. It asks the same scene the same questions
//! as the detector does and keeps the first answer that was no; it has no matcher of its own. Slower than judging, so it
//! is meant for the few conversations that somebody looks into.

mod words;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::detect::case::{By, Fire, Stop};
use crate::detect::detector::{Detector, Scratch, holds_on};
use crate::detect::evidence::seen;
use crate::detect::scene::{Hit, Scene};
use crate::detect::taught::{self, Sieve};
use crate::detect::turn;
use crate::detect::unlike::Likeness;
use crate::detect::weigh::heavy_words;
use crate::finding::{Certainty, Finding, Line};
use crate::model::{Conversation, Role};
use crate::rules::expr::Expr;
use crate::rules::pack::{Body, Case, Rule, RuleIx, SignalIx};
use crate::text::normal::Normaliser;

/// How far below its threshold a taught model counts as near.
const SLACK: f32 = 0.5;

/// How near a rule came, the farthest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The words were the buyer's.
    Buyer,
    /// The case is for other platforms, hours or shops.
    Elsewhere,
    /// The words stand at the wrong place in their message.
    Misplaced,
    /// A taught model came near its threshold.
    Model,
    /// The words stand there and mean something else.
    Voided,
    /// What must stand around the words is missing.
    Context,
    /// It was not said often enough.
    Seldom,
    /// Everything holds, and an exception speaks for the shop.
    Exception,
    /// The words hold, and the taught model finds them unlike a breach.
    Unlike,
    /// A narrower rule is reported for the same words.
    Covered,
}

/// A rule that nearly fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The rule.
    pub rule: RuleIx,
    /// How near.
    pub stage: Stage,
    /// Which condition was in the way, one Chinese sentence.
    pub why: String,
    /// The words that nearly fired.
    pub said: Vec<Line>,
    /// The lines that were in the way; empty when what was missing stands on no line.
    pub against: Vec<Line>,
}

/// A near miss with its places in the scene.
struct Miss {
    stage: Stage,
    turn: usize,
    why: String,
    said: Vec<Hit>,
    against: Vec<(usize, Vec<Hit>)>,
}

impl Miss {
    fn new(stage: Stage, turn: usize, said: Vec<Hit>, why: String) -> Self {
        Self { stage, turn, why, said, against: Vec::new() }
    }

    /// The nearest miss of a rule counts; the earliest of equals.
    fn rank(&self) -> impl Ord + use<> {
        (self.stage, self.against.len().min(1), self.said.len().min(1), Reverse(self.turn))
    }
}

impl Detector<'_> {
    /// For every rule that did not fire and whose words were there, how near it came; for a rule that is only suspected,
    /// the exception that speaks against it. `fired` are the conversation's own findings.
    pub fn trace(
        &self,
        conversation: &Conversation<'_>,
        fired: &[Finding],
        scratch: &mut Scratch,
    ) -> Vec<Near> {
        let Scratch { normaliser, memory, taught } = scratch;
        let turns = turn::turns(conversation, normaliser);
        let mut scene = Scene::new(conversation, &turns, self.pack, &self.gate, memory.recall(&turns));
        scene.strict = self.strict;
        let mut misses: BTreeMap<RuleIx, Vec<Miss>> = BTreeMap::new();
        for (ix, case) in self.pack.cases.iter().enumerate() {
            let Some(rule) = self.pack.rules.get(case.rule) else { continue };
            let own = fired.iter().filter(|f| f.rule == rule.meta.id).map(|f| f.certainty).max();
            if !self.judges(rule) || own == Some(Certainty::Certain) {
                continue;
            }
            let mut found = if holds_on(rule, conversation) {
                scene.misses(ix, case, fired)
            } else {
                scene.misses_elsewhere(case, &rule.meta.platforms)
            };
            found.retain(|miss| own.is_none() || miss.stage == Stage::Exception);
            misses.entry(case.rule).or_default().extend(found);
        }
        self.found_unlike(&scene, fired, taught, &mut misses);
        self.nearly_seen(&scene, fired, taught, &mut misses);
        let nearest = |list: Vec<Miss>| list.into_iter().max_by_key(Miss::rank);
        let near = |(rule, list)| Some(scene.near(rule, nearest(list)?, normaliser));
        misses.into_iter().filter_map(near).collect()
    }

    /// Rules whose written cases hold and whose taught model speaks against them.
    fn found_unlike(
        &self,
        scene: &Scene<'_>,
        fired: &[Finding],
        scratch: &mut taught::Scratch,
        misses: &mut BTreeMap<RuleIx, Vec<Miss>>,
    ) {
        let fires = self.fires(scene, &self.candidates(scene));
        let unlike = self.likeness(scene, &fires, scratch).into_iter().filter(|(_, found)| found.is_unlike());
        for (ix, Likeness { score, floor, .. }) in unlike {
            let is_other = |rule: &&Rule| !fired.iter().any(|f| f.rule == rule.meta.id);
            let fire = fires.get(&ix).and_then(|list| list.first());
            let (Some(_), Some(fire)) = (self.pack.rules.get(ix).filter(is_other), fire) else { continue };
            let why = format!(
                "说了{}，但整段话不像违规的说法（相近度 {score:.2}，低于 {floor:.2}），不算。",
                scene.quote(fire.turn, &fire.hits)
            );
            misses.insert(ix, vec![Miss::new(Stage::Unlike, fire.turn, fire.hits.clone(), why)]);
        }
    }

    /// Shows a conversation as rules see it, for questions that no rule asks.
    pub fn look<T>(
        &self,
        conversation: &Conversation<'_>,
        scratch: &mut Scratch,
        see: impl FnOnce(&Scene<'_>, &mut Normaliser) -> T,
    ) -> T {
        let Scratch { normaliser, memory, .. } = scratch;
        let turns = turn::turns(conversation, normaliser);
        let scene = Scene::new(conversation, &turns, self.pack, &self.gate, memory.recall(&turns));
        see(&scene, normaliser)
    }

    /// Rules whose taught model came near.
    fn nearly_seen(
        &self,
        scene: &Scene<'_>,
        fired: &[Finding],
        scratch: &mut taught::Scratch,
        misses: &mut BTreeMap<RuleIx, Vec<Miss>>,
    ) {
        let sieve = Sieve { rules: None, slack: SLACK };
        for sight in taught::look(&self.models, scene, &sieve, scratch) {
            let Some((head, ix)) = self.sighted(sight) else { continue };
            let Some(rule) = self.pack.rules.get(ix).filter(|r| self.judges(r) && !r.taught.is_off) else {
                continue;
            };
            if fired.iter().any(|f| f.rule == rule.meta.id) || !holds_on(rule, scene.conversation) {
                continue;
            }
            let Some(turn) = scene.turns.get(sight.turn) else { continue };
            let model = self.models.get(sight.model);
            let words = model.map(|m| heavy_words(m, sight.head, turn)).unwrap_or_default().into_iter();
            let said = words.map(|r| Hit { start: r.start, end: r.end, signal: SignalIx::MAX }).collect();
            let (score, line) = (sight.score, head.suspected);
            let why = if score < line {
                format!("说法与违规示例有些像，但不够（相近度 {score:.2}，界线 {line:.2}）。")
            } else if let Some((alone, floor)) =
                taught::alone(&self.models, scene, &sight, scratch).filter(|(alone, floor)| alone < floor)
            {
                format!(
                    "连同买家的话与违规示例相近，但客服这句话自己不够像（相近度 {alone:.2}，至少 {floor:.2}）。"
                )
            } else if scene.allows(&rule.taught, sight.turn) {
                "说法与违规示例相近，但同一句话已按同类的别的规则判断。".to_owned()
            } else {
                "说法与违规示例相近，但前后文不符合这条规则的条件。".to_owned()
            };
            misses.entry(ix).or_default().push(Miss::new(Stage::Model, sight.turn, said, why));
        }
    }
}

impl Scene<'_> {
    /// Puts a miss into lines of the log.
    fn near(&self, rule: RuleIx, miss: Miss, normaliser: &mut Normaliser) -> Near {
        Near {
            rule,
            stage: miss.stage,
            why: miss.why,
            said: seen(self, miss.turn, &miss.said, normaliser),
            against: miss
                .against
                .iter()
                .flat_map(|(turn, hits)| seen(self, *turn, hits, normaliser))
                .collect(),
        }
    }

    /// How near one case came, at every turn.
    fn misses(&self, ix: usize, case: &Case, fired: &[Finding]) -> Vec<Miss> {
        let mut misses = Vec::new();
        let mut fires = Vec::new();
        for turn in 0..self.turns.len() {
            if !self.turns.get(turn).is_some_and(|t| t.role.is_shop()) {
                misses.extend(self.said_by_other(case, turn));
                continue;
            }
            match self.weigh(ix, case, turn) {
                Ok(fire) => fires.push(fire),
                Err(Stop::Here) => misses.extend(self.not_here(case, turn)),
                Err(stop) => misses.extend(self.stopped(case, turn, stop)),
            }
        }
        if fires.is_empty() {
            return misses;
        }
        if self.enough(case, fires.clone()).is_empty() {
            misses.extend(fires.into_iter().next().map(|fire| self.seldom(case, fire)));
        } else {
            misses.extend(fires.into_iter().next().map(|fire| self.covered(case.rule, fire, fired)));
        }
        misses
    }

    /// The same for a rule that is not judged on the conversation's platform.
    fn misses_elsewhere(&self, case: &Case, platforms: &[crate::model::Platform]) -> Vec<Miss> {
        let names: Vec<&str> = platforms.iter().map(|p| p.zh()).collect();
        (0..self.turns.len())
            .filter(|turn| self.turns.get(*turn).is_some_and(|t| t.role.is_shop()))
            .filter_map(|turn| Some((turn, self.telling(self.holds(turn, &case.here)?)?)))
            .map(|(turn, said)| {
                let why = format!("这条规则只在{}适用。", names.join("、"));
                Miss::new(Stage::Elsewhere, turn, said, why)
            })
            .collect()
    }

    /// Hits that tell something: not those of patterns that any text holds.
    fn telling(&self, hits: Vec<Hit>) -> Option<Vec<Hit>> {
        let tells = |hit: &Hit| match self.pack.signals.get(hit.signal).map(|s| &s.body) {
            Some(Body::Words(words)) => {
                words.any.iter().any(|p| self.pack.patterns.get(*p).is_some_and(|p| p.needs_words()))
            }
            _ => true,
        };
        let hits: Vec<Hit> = hits.into_iter().filter(tells).collect();
        (!hits.is_empty()).then_some(hits)
    }

    /// The turn says it, and something around it ended the case.
    fn stopped(&self, case: &Case, turn: usize, stop: Stop) -> Option<Miss> {
        let said = self.telling(self.holds(turn, &case.here)?)?;
        let quote = self.quote(turn, &said);
        let elsewhere = |why: String| Some(Miss::new(Stage::Elsewhere, turn, said.clone(), why));
        match stop {
            Stop::Here => None,
            Stop::Platform => {
                let names: Vec<&str> = case.platforms.iter().map(|p| p.zh()).collect();
                elsewhere(format!("说了{quote}，但这种情形只在{}算。", names.join("、")))
            }
            Stop::Hour => {
                let (from, to) = case.hours.unwrap_or_default();
                elsewhere(format!("说了{quote}，但不在 {from} 点到 {to} 点之间。"))
            }
            Stop::Setting => elsewhere(format!(
                "说了{quote}，但规则文件没有写这家店有“{}”。",
                case.setting.as_deref().unwrap_or_default()
            )),
            Stop::Strict => elsewhere(format!("说了{quote}，只有加上 --strict-ads 才报。")),
            Stop::Person => elsewhere(format!("说了{quote}，但这一条只看别的店或别的客服。")),
            Stop::Date => elsewhere(format!("说了{quote}，但当时这一条还没生效或已经失效。")),
            Stop::Pace => elsewhere(format!("说了{quote}，但回复快慢不在这一条的范围。")),
            Stop::Excepted(n, shown) => {
                let reason = case.except.get(n).map_or("", |e| e.reason.as_str());
                let why = format!("说了{quote}，但{reason}，按例外不报。");
                let mut miss = Miss::new(Stage::Exception, turn, said, why);
                miss.against.extend(shown);
                Some(miss)
            }
            Stop::Place => elsewhere(format!("说了{quote}，但规则只看客服开头或最后几句。")),
            Stop::Unasked => {
                let asked = case.prev.as_ref().map(|e| self.titles(e)).unwrap_or_default();
                let why = format!("说了{quote}，但前一句买家没有“{asked}”。");
                Some(Miss::new(Stage::Context, turn, said, why))
            }
            Stop::Missing(side, n) => {
                let context = case.contexts(side, true).get(n)?;
                let why = format!("说了{quote}，但{}没有“{}”。", side.words(), self.titles(&context.expr));
                Some(Miss::new(Stage::Context, turn, said, why))
            }
            Stop::Present(side, n, there, hits) => {
                let context = case.contexts(side, false).get(n)?;
                let who = self.who(there);
                let what = if hits.is_empty() {
                    format!("{who}的话符合“{}”", context.written)
                } else {
                    format!("{who}说了{}", self.quote(there, &hits))
                };
                let why = format!("说了{quote}，但{}{what}，不算违规。", side.words());
                let mut miss = Miss::new(Stage::Exception, turn, said, why);
                miss.against.push((there, hits));
                Some(miss)
            }
        }
    }

    fn seldom(&self, case: &Case, fire: Fire) -> Miss {
        let often = case.count.max(case.repeat);
        let why = format!("说了{}，但次数不够：规则要 {often} 次。", self.quote(fire.turn, &fire.hits));
        Miss::new(Stage::Seldom, fire.turn, fire.hits, why)
    }

    fn covered(&self, rule: RuleIx, fire: Fire, fired: &[Finding]) -> Miss {
        let covers = |f: &&Finding| {
            let known = self.pack.rule(f.rule.as_str());
            known.is_some_and(|r| r.covers.contains(&rule))
        };
        let title = fired.iter().find(covers).and_then(|f| self.pack.rule(f.rule.as_str()));
        let why = match title {
            Some(narrower) => format!("同一句话已按更具体的“{}”报出。", narrower.meta.title),
            None => "同一句话已按更具体的规则判断。".to_owned(),
        };
        debug_assert!(matches!(fire.by, By::Case(_)));
        Miss::new(Stage::Covered, fire.turn, fire.hits, why)
    }

    fn who(&self, turn: usize) -> &'static str {
        match self.turns.get(turn).map(|t| t.role) {
            Some(Role::Buyer) => "买家",
            Some(Role::System) => "系统",
            Some(Role::Robot) => "机器人",
            _ => "客服",
        }
    }

    /// The titles of what an expression wants.
    fn titles(&self, expr: &Expr<SignalIx>) -> String {
        let mut names = Vec::new();
        expr.names(&mut names);
        let wanted = names.iter().filter(|(_, negated)| !negated);
        let titles = wanted.filter_map(|(ix, _)| self.pack.signals.get(**ix)).map(|s| s.title.as_str());
        let mut titles: Vec<&str> = titles.collect();
        titles.dedup();
        let joint = if matches!(expr, Expr::Or(_)) { "或" } else { "、" };
        titles.join(joint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::detector::Ways;
    use crate::detect::small;
    use crate::rules::dialogue;

    /// A model that finds every talk like a breach, and every word by itself a little short of one.
    #[test]
    fn words_that_are_too_little_by_themselves_are_named_as_the_reason() {
        let pack = small::pack();
        let reasons = |floor: f32| {
            let model = small::model(1.0, -1.0, floor);
            let detector = Detector::new(&pack, &model, Ways::Both);
            let conversation = dialogue::parse("买：有票吗 | 客：稍等", None).unwrap();
            let mut scratch = Scratch::default();
            let fired = detector.judge(&conversation, &mut scratch);
            let near = detector.trace(&conversation, &fired, &mut scratch);
            (fired.len(), near.into_iter().map(|near| near.why).collect::<Vec<_>>())
        };
        assert_eq!(reasons(-0.1).0, 1, "the words are enough");
        let (charged, why) = reasons(0.2);
        assert_eq!(charged, 0);
        assert!(
            why.iter().any(|why| why.contains("客服这句话自己不够像（相近度 0.00，至少 0.20）")),
            "{why:?}"
        );
    }
}
