//! The five lines that an audit ends with: what a lead should do first. It chooses from what the report says and adds
//! nothing of its own.

use std::collections::BTreeSet;

use super::screen::plain;
use super::{Phrase, Report, Style, view, words};
use crate::judge::{AgentCard, Judged, ShopCard, Standing, Template};
use crate::say::Lang;

/// Characters of a quoted line that are shown at most.
const QUOTED: usize = 30;

/// Exactly five lines, in the style's language; texts of the log are masked as everywhere.
pub(super) fn lines(report: &Report, style: &Style) -> [String; 5] {
    [
        nearest(report, style),
        agent(report, style),
        template(report, style),
        live(report, style),
        not_judged(report, style),
    ]
}

/// The shop and ladder with the fewest points to the next step, among those with any points.
fn nearest(report: &Report, style: &Style) -> String {
    let climbed = |card: &'_ ShopCard| -> Vec<(u64, usize)> {
        let ladders = card.ladders.iter().enumerate();
        ladders.filter(|(_, s)| s.high > 0).filter_map(|(n, s)| Some((s.left?, n))).collect()
    };
    let shops = report.shops.iter().enumerate();
    let found =
        shops.flat_map(|(shop, card)| climbed(card).into_iter().map(move |(left, n)| (left, shop, n))).min();
    let standing = found.and_then(|(_, shop, n)| {
        let card = report.shops.get(shop)?;
        Some((card, card.ladders.get(n)?))
    });
    let lang = style.lang;
    match standing {
        Some((card, s)) => near(card, s, report, lang),
        None => words::pick(lang, "节点：没有店铺有扣分", "Nodes: no shop has points").to_owned(),
    }
}

fn near(card: &ShopCard, s: &Standing, report: &Report, lang: Lang) -> String {
    let (shop, high) = (plain(&card.shop), s.high);
    let (next, left) = (s.next.unwrap_or_default(), s.left.unwrap_or_default());
    let until = s.until.as_ref().map(|u| {
        let rule = plain(view::title(report, &u.rule, lang));
        match lang {
            Lang::Zh => format!("，再有 {} 次 {rule} 就到", u.times),
            Lang::En => format!(", {} more of {rule}", u.times),
        }
    });
    let until = until.unwrap_or_default();
    match lang {
        Lang::Zh => {
            format!("离节点最近：{shop}，{} 估到 {high} 分，距 {next} 分还差 {left} 分{until}", s.title)
        }
        Lang::En => {
            format!("Nearest its next node: {shop}, {} at {high}, {left} points to {next}{until}", s.title_en)
        }
    }
}

/// The worst agent with enough conversations; the worst of all when none has.
fn agent(report: &Report, style: &Style) -> String {
    let lang = style.lang;
    let worst = report.agents.iter().find(|c| c.incidents() > 0);
    let Some(card) = worst else {
        return words::pick(lang, "客服：没有发现问题", "Agents: no findings").to_owned();
    };
    let said = agent_words(card, report, lang);
    let n = report.run.min_sample;
    match (card.ranked, lang) {
        (true, Lang::Zh) => format!("先辅导的客服：{said}"),
        (true, Lang::En) => format!("Coach first: {said}"),
        (false, Lang::Zh) => {
            format!("先辅导的客服：没有人会话满 {n} 个且有问题，不排名；问题最重的是 {said}")
        }
        (false, Lang::En) => {
            format!("Coach first: no agent with findings has {n} conversations; the gravest are with {said}")
        }
    }
}

fn agent_words(card: &AgentCard, report: &Report, lang: Lang) -> String {
    let cost = words::cost(card.sums, lang);
    let worst = card
        .worst
        .and_then(|n| report.findings.get(n))
        .map(|j| plain(view::title(report, &j.slip.rule, lang)));
    let (agent, n, worst) = (plain(&card.key.agent), card.incidents(), worst.unwrap_or_default());
    match (lang, cost.is_empty()) {
        (Lang::Zh, false) => format!("{agent}，{n} 次，预估 {cost}，最重的是 {worst}"),
        (Lang::Zh, true) => format!("{agent}，{n} 次，最重的是 {worst}"),
        (Lang::En, false) => format!("{agent}, {n} incidents, estimated {cost}, the worst {worst}"),
        (Lang::En, true) => format!("{agent}, {n} incidents, the worst {worst}"),
    }
}

fn template(report: &Report, style: &Style) -> String {
    let lang = style.lang;
    let Some(Phrase { template: t, text }) = report.templates.first() else {
        return words::pick(lang, "话术：没有发现要改的", "Templates: none to mend").to_owned();
    };
    let rule = plain(view::title(report, &t.rule, lang));
    let text = short(&plain(&view::shown(text, &[], style.reveal).0));
    let reach = reach(t, lang);
    match lang {
        Lang::Zh => format!("先改的话术：“{text}”（{rule}，{reach}）"),
        Lang::En => format!("Template to mend first: \"{text}\" ({rule}, {reach})"),
    }
}

/// `发了 412 次，37 名客服`.
pub(super) fn reach(t: &Template, lang: Lang) -> String {
    match (lang, t.robot) {
        (Lang::Zh, true) => format!("发了 {} 次，机器人", t.times),
        (Lang::Zh, false) => format!("发了 {} 次，{} 名客服", t.times, t.agents),
        (Lang::En, true) => format!("sent {} times by a robot", t.times),
        (Lang::En, false) => format!("sent {} times by {} agents", t.times, t.agents),
    }
}

fn live(report: &Report, style: &Style) -> String {
    let lang = style.lang;
    let threatened: Vec<&Judged> = report.findings.iter().filter(|j| j.slip.is_live).collect();
    let talks: BTreeSet<(&str, &str)> =
        threatened.iter().map(|j| (&*j.slip.who.shop, &*j.slip.conversation)).collect();
    let Some(first) = threatened.first().map(|j| &j.slip) else {
        return words::pick(lang, "现场风险：没有买家在有问题的会话里扬言投诉", "Live risks: none")
            .to_owned();
    };
    let (n, talk, agent) = (talks.len(), plain(&first.conversation), plain(&first.who.agent));
    let rule = plain(view::title(report, &first.rule, lang));
    match lang {
        Lang::Zh => format!(
            "现场风险：{n} 个有问题的会话里买家扬言投诉、差评或曝光，先处理 {talk}（{agent}，{rule}）"
        ),
        Lang::En => format!(
            "Live risks: buyers threaten in {n} faulty conversations; first see {talk} ({agent}, {rule})"
        ),
    }
}

fn not_judged(report: &Report, style: &Style) -> String {
    let lang = style.lang;
    let rules = report.not_judged.len();
    let blind = report.times.0.shops.values().filter(|shop| !shop.times.usable()).count();
    let reason = report.not_judged.first().map(|n| short(&plain(n.reason.get(lang)))).unwrap_or_default();
    let lost = report.summary.rejected;
    match lang {
        _ if rules == 0 && blind == 0 && lost == 0 => {
            words::pick(lang, "没判断的：没有", "Not judged: nothing").to_owned()
        }
        Lang::Zh => {
            let mut said = format!("没判断的：{rules} 条规则缺订单、页面等数据（如：{reason}）");
            if blind > 0 {
                said.push_str(&format!("；{blind} 家店的时间不能用，不判响应快慢"));
            }
            if lost > 0 {
                said.push_str(&format!("；{lost} 行读不了"));
            }
            said
        }
        Lang::En => format!(
            "Not judged: {rules} rules lack order or page data (such as: {reason}); {blind} shops without usable times; {lost} rows lost"
        ),
    }
}

/// At most so many characters, with a mark where something is left out.
fn short(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
