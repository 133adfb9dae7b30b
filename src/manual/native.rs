//! Native rules in words: what each one counts, with its parameters.

use crate::report::words::pick;
use crate::rules::native::Native;
use crate::rules::pack::{Pack, SignalIx};
use crate::say::Lang;

/// What a native rule looks for.
#[must_use]
pub(super) fn words(native: &Native, pack: &Pack, lang: Lang) -> String {
    let title = |ix: &SignalIx| pack.signals.get(*ix).map_or("", |s| s.title.as_str());
    let titles = |list: &[SignalIx]| list.iter().map(title).collect::<Vec<_>>().join(pick(lang, "、", ", "));
    let hours = |(from, to): &(u32, u32)| format!("{from}:00-{to}:00");
    let (zh, en) = match native {
        Native::SlowFirstReply { seconds, hours: span, .. } => (
            format!("买家在 {} 发问，{seconds} 秒还没有人回第一句", hours(span)),
            format!("no person answers within {seconds} s a first question asked in {}", hours(span)),
        ),
        Native::SlowReply { seconds, hours: span } => (
            format!("买家在 {} 接着问，{seconds} 秒还没有人回", hours(span)),
            format!("no person answers within {seconds} s a later question asked in {}", hours(span)),
        ),
        Native::Unanswered { said } => (
            format!("买家最后说了“{}”，没有人回", title(said)),
            format!("nobody answers the buyer's last \"{}\"", title(said)),
        ),
        Native::HarassSpam { contacts, apart_minutes, hours } => (
            format!(
                "买家没说话，{hours} 小时内主动找了 {contacts} 次（隔 {apart_minutes} 分钟以上算另一次）"
            ),
            format!(
                "{contacts} contacts in {hours} h without a word from the buyer (apart by {apart_minutes} min)"
            ),
        ),
        Native::HarassNight { contacts, apart_minutes, night, answer_hours } => (
            format!(
                "夜里 {} 主动找买家 {contacts} 次（隔 {apart_minutes} 分钟以上算另一次；买家 {answer_hours} 小时内说过话不算）",
                hours(night)
            ),
            format!(
                "{contacts} contacts in {} (apart by {apart_minutes} min) without a word from the buyer in {answer_hours} h",
                hours(night)
            ),
        ),
        Native::SilentBuyer { messages, said, unless } => (
            format!(
                "买家说过至少 {messages} 句，客服最后“{}”后买家不再说话，客服没有再来；“{}”不算",
                title(said),
                titles(unless)
            ),
            format!(
                "after {messages} messages or more the buyer falls silent on \"{}\" and nobody comes back; void after \"{}\"",
                title(said),
                titles(unless)
            ),
        ),
        Native::ToneCold { turns, max_chars, courtesy } => (
            format!("连着 {turns} 轮都不超过 {max_chars} 个字，又没有“{}”", title(courtesy)),
            format!(
                "{turns} turns in a row of at most {max_chars} characters without \"{}\"",
                title(courtesy)
            ),
        ),
        Native::SameAnswer { times, min_chars, unless } => (
            format!("同一句话（{min_chars} 个字以上）说了 {times} 遍；“{}”不算", titles(unless)),
            format!(
                "the same answer of {min_chars} characters or more {times} times; not \"{}\"",
                titles(unless)
            ),
        ),
        Native::LookAlike { min_chars } => (
            format!("买家提到一个和自己账号很像的账号（{min_chars} 个字以上才比）"),
            format!(
                "the buyer names an account that looks like the own one (from {min_chars} characters on)"
            ),
        ),
    };
    if lang == Lang::Zh { zh } else { en }
}
