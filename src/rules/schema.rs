//! A JSON schema of rule files, for editors that complete and check TOML. Fields and values come from the readers
//! themselves; only the sentences stand here.

use serde_json::{Map, Value, json};

use crate::rules::outline::{Kind, Known, Outline};
use crate::rules::read::outline;

/// What each field means; shown by the editor. Fields of the same name mean the same in every table unless the table is
/// named.
const MEANINGS: &[(&str, &str)] = &[
    ("signal", "信号：客服或买家的一轮话说了什么"),
    ("rule", "规则：信号在什么前后文里算错，附例子"),
    ("override", "改已有的规则：停用、改级别、改分数、改话术"),
    ("extend", "给已有的信号加词"),
    ("shop", "店铺的设置和已有扣分"),
    ("lists", "词表：名字 = [词……]，模式里写 {名字}"),
    ("slots", "槽：和词表一样，后写的代替先写的"),
    ("checks", "要验校验位的槽：mainland-id 或 luhn"),
    ("guards", "防护：看前后的话，让命中不算"),
    ("rule.id", "规则编号：小写字母、数字、汉字和 -"),
    ("rule.title", "中文名；不写就用编号"),
    ("rule.title_en", "英文名；不写就用中文名"),
    ("rule.why", "为什么是错，一两句话"),
    ("rule.level", "违规 violation、警告 warning（默认）、提示 notice"),
    ("rule.platforms", "适用平台；不写就是所有平台"),
    ("rule.unit", "什么只算一次：order 每笔订单（默认）、conversation 每次会话、buyer-day 每个买家每天"),
    ("rule.remedy", "应该怎么说"),
    ("rule.sources", "出处"),
    ("rule.covers", "更宽的规则：报了这条，同一句就不再报它们"),
    ("rule.hit", "必须报的对话，至少一个：“买：…… | 客：……”"),
    ("rule.ok", "不能报的对话，至少一个"),
    ("rule.phrases", "最短的写法：客服说了其中一句就报"),
    ("rule.unless", "配合 phrases：挨着这些话就不算"),
    ("rule.asked", "配合 phrases：买家上一句说了其中之一才算"),
    ("rule.from", "从这天起生效"),
    ("rule.until", "到这天为止有效"),
    ("rule.unjudged", "光看聊天记录判断不了的原因；写了就没有情形"),
    ("rule.taught", "false：不用学会的识别"),
    ("rule.taught_needs", "学会的识别只在前后有这些时才算"),
    ("rule.taught_unless", "学会的识别在前后有这些时不算"),
    ("rule.exposure", "预估的扣分或罚款"),
    ("rule.case", "一种报的情形；有一种成立就报"),
    ("rule.templates", "只用来检查快捷短语"),
    ("rule.replace", "可以放心替换的词"),
    ("rule.replace.from", "原来的词"),
    ("rule.replace.to", "换成的词"),
    ("rule.exposure.low", "低的数"),
    ("rule.exposure.high", "高的数；不写就和低的一样"),
    ("rule.exposure.unit", "points 分、yuan 元"),
    ("rule.exposure.ladder", "计入哪个阶梯"),
    ("rule.exposure.alternative", "别的出处给的另一个数"),
    ("rule.exposure.source", "出处"),
    ("rule.exposure.platforms", "哪些平台；不写就是规则的平台"),
    ("rule.case.here", "客服这一轮说了什么：信号，可用 & | ! 和括号；不写就是任意一句"),
    ("rule.case.prev", "它回答的那轮买家的话"),
    ("rule.case.before", "此前要有，可加 2 times、within 4 turns（messages、minutes）"),
    ("rule.case.not_before", "此前不能有"),
    ("rule.case.after", "之后要有"),
    ("rule.case.not_after", "之后不能有"),
    ("rule.case.expect", "这一轮或之后应该有，没有才报"),
    ("rule.case.around", "前后要有"),
    ("rule.case.not_around", "前后不能有"),
    ("rule.case.first", "只看客服的前几轮"),
    ("rule.case.last", "只看客服的最后几轮"),
    ("rule.case.first_messages", "只看会话的前几条消息"),
    ("rule.case.last_messages", "只看会话的最后几条消息"),
    ("rule.case.count", "至少几次"),
    ("rule.case.minutes", "count 要在几分钟之内"),
    ("rule.case.repeat", "同样的话至少几遍"),
    ("rule.case.alike", "相似到百分之几就算同样的话，默认 100"),
    ("rule.case.platforms", "这一情形只在这些平台"),
    ("rule.case.hours", "钟点范围，如 [22, 7]"),
    ("rule.case.setting", "店铺设置里要有"),
    ("rule.case.shops", "只看这些店铺"),
    ("rule.case.agents", "只看这些客服"),
    ("rule.case.from", "从这天起"),
    ("rule.case.until", "到这天为止"),
    ("rule.case.slower_than", "买家发问这么多秒或更久以后才回"),
    ("rule.case.faster_than", "买家发问后这么多秒之内就回"),
    ("rule.case.except", "例外：成立就不报，并说明原因"),
    ("rule.case.strict", "true：只在 --strict-ads 时报"),
    ("rule.case.certainty", "certain 确定（默认）、suspected 疑似"),
    ("rule.case.level", "这一情形的级别；不写就用规则的"),
    ("rule.case.except.when", "前后有它"),
    ("rule.case.except.hours", "在这些钟点"),
    ("rule.case.except.reason", "为什么不算，会显示给人看"),
    ("rule.native", "内置的判法，如 slow-reply；参数写在 params"),
    ("rule.params", "内置判法的参数"),
    ("signal.id", "类别.名字"),
    ("signal.title", "中文名，用来解释"),
    ("signal.role", "谁说的；默认 shop（客服和机器人）"),
    ("signal.is", "由别的信号组成，不写词"),
    ("signal.any", "说到其中之一"),
    ("signal.all", "还要都说到"),
    ("signal.none", "不能说到"),
    ("signal.unless", "命中盖住或挨着这些话就不算"),
    ("signal.unless_near", "unless 隔几个字以内也不算"),
    ("signal.longest", "true：命中比 unless 长并盖住它，就算"),
    ("signal.at_least", "any 里至少说到几种"),
    ("signal.near", "all 离命中最多几个字"),
    ("signal.scope", "all、none 在哪里找：clause 小句、message 消息、turn 一轮（默认）"),
    ("signal.at", "命中的位置：whole 整条、start 开头、end 结尾"),
    ("signal.max_chars", "消息最多几个字"),
    ("signal.min_chars", "消息最少几个字"),
    ("signal.guards", "防护；默认 negated、quoted、warned，[] 是都不要"),
    ("override.id", "要改的规则"),
    ("override.enabled", "false：停用"),
    ("override.level", "新的级别"),
    ("override.low", "新的低数"),
    ("override.high", "新的高数"),
    ("override.remedy", "新的话术"),
    ("override.params", "改内置判法的参数，如 { seconds = 120 }"),
    ("extend.signal", "要加词的信号，如 invoice.refuse"),
    ("extend.any", "加的说法"),
    ("extend.unless", "加的例外"),
    ("shop.name", "店铺名，和聊天记录里一样"),
    ("shop.settings", "店铺的设置"),
    ("shop.prior_date", "已有扣分是哪天查到的"),
    ("shop.staff", "客服的名字，记录里看不出谁是客服时用"),
    ("shop.robots", "机器人的名字"),
    ("columns", "自家导出的栏目：哪个表头是哪一栏，谁是客服"),
    ("columns.name", "给这种导出起的名字；不写就用文件名"),
    ("columns.platform", "平台那一栏的表头"),
    ("columns.shop", "店铺那一栏的表头"),
    ("columns.session_id", "会话编号那一栏的表头"),
    ("columns.buyer", "买家那一栏的表头"),
    ("columns.agent", "客服那一栏的表头"),
    ("columns.sender", "发送者那一栏的表头"),
    ("columns.sent_at", "发送时间那一栏的表头"),
    ("columns.type", "消息类型那一栏的表头"),
    ("columns.content", "消息内容那一栏的表头"),
    ("columns.order_id", "订单号那一栏的表头"),
    ("columns.date", "日期单独一栏时，它的表头"),
    ("columns.status", "消息状态（已撤回）那一栏的表头"),
    ("columns.staff", "客服的名字"),
    ("columns.robots", "机器人的名字"),
    ("columns.fixed", "整个文件都一样、没有单独一栏的"),
    ("columns.fixed.platform", "平台：tmall、taobao、jd、pdd"),
    ("columns.fixed.shop", "店铺名"),
    ("columns.roles", "发送者那一栏里的词指谁"),
    ("columns.roles.buyer", "指买家的词"),
    ("columns.roles.agent", "指客服的词"),
    ("columns.roles.robot", "指机器人的词"),
    ("columns.roles.system", "指系统的词"),
    ("shop.prior", "已有扣分：\"general=6\""),
];

/// What a field means; `None` when no sentence stands here.
#[must_use]
pub fn meaning(path: &str) -> Option<&'static str> {
    MEANINGS.iter().find(|(known, _)| *known == path).map(|(_, words)| *words)
}

/// The schema (draft 2020-12).
#[must_use]
pub fn schema() -> Value {
    let outline = outline();
    let mut root = object(&outline, "");
    if let Value::Object(map) = &mut root {
        map.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        map.insert("title".to_owned(), json!("kefu-audit rules"));
    }
    root
}

/// One table.
fn object(outline: &Outline, path: &str) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for ((_, key), known) in outline.iter().filter(|((table, _), _)| table == path) {
        let full = if path.is_empty() { (*key).to_owned() } else { format!("{path}.{key}") };
        let mut value = field(outline, &full, known);
        if let (Value::Object(map), Some(words)) = (&mut value, meaning(&full)) {
            map.insert("description".to_owned(), json!(words));
        }
        properties.insert((*key).to_owned(), value);
        if known.required {
            required.push(*key);
        }
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn field(outline: &Outline, path: &str, known: &Known) -> Value {
    let one_or_more = |one: Value| json!({ "anyOf": [one.clone(), { "type": "array", "items": one }] });
    let text = || json!({ "type": "string" });
    let number = || json!({ "type": "integer", "minimum": 0 });
    match &known.kind {
        Kind::Text => text(),
        Kind::Texts => one_or_more(text()),
        Kind::Number => number(),
        Kind::Numbers => one_or_more(number()),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Day => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Kind::Choice(choices) => json!({ "type": "string", "enum": choices }),
        Kind::Choices(choices) => one_or_more(json!({ "type": "string", "enum": choices })),
        Kind::Tables => one_or_more(object(outline, path)),
        Kind::Free => json!({ "type": "object", "additionalProperties": one_or_more(text()) }),
        Kind::Params => {
            let value = json!({ "anyOf": [text(), number()] });
            json!({ "type": "object", "additionalProperties": one_or_more(value) })
        }
        Kind::Named => {
            json!({ "type": "object", "additionalProperties": object(outline, &format!("{path}.*")) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_users_write_has_a_meaning_and_every_meaning_a_field() {
        let outline = outline();
        let full = |(path, key): &(String, &str)| {
            if path.is_empty() { (*key).to_owned() } else { format!("{path}.{key}") }
        };
        let fields: Vec<String> = outline.keys().map(full).collect();
        let written = ["rule.", "signal.", "override.", "extend.", "shop."];
        let silent: Vec<&String> = fields
            .iter()
            .filter(|f| written.iter().any(|w| f.starts_with(w)) && meaning(f).is_none())
            .collect();
        assert!(silent.is_empty(), "say in schema.rs what these mean: {silent:?}");
        let stale: Vec<&str> =
            MEANINGS.iter().map(|(path, _)| *path).filter(|p| !fields.iter().any(|f| f == p)).collect();
        assert!(stale.is_empty(), "these fields are read no more: {stale:?}");
        assert!(fields.contains(&"rule.case.except.reason".to_owned()));
        assert!(fields.contains(&"guards.*.just_before".to_owned()), "{fields:?}");
    }
}
