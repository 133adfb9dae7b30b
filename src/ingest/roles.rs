//! Who speaks and what is carried, from the words that exports use. It sees one row's fields and nothing else.

use super::staff::Staff;
use crate::model::{Kind, Platform, Role};

/// Words for a role, folded as [`super::columns::fold`] does.
const ROLES: &[(&str, Role)] = &[
    ("buyer", Role::Buyer),
    ("agent", Role::Agent),
    ("robot", Role::Robot),
    ("system", Role::System),
    ("买家", Role::Buyer),
    ("顾客", Role::Buyer),
    ("客户", Role::Buyer),
    ("用户", Role::Buyer),
    ("消费者", Role::Buyer),
    ("会员", Role::Buyer),
    ("访客", Role::Buyer),
    ("customer", Role::Buyer),
    ("user", Role::Buyer),
    ("client", Role::Buyer),
    ("visitor", Role::Buyer),
    ("客服", Role::Agent),
    ("人工客服", Role::Agent),
    ("人工", Role::Agent),
    ("商家", Role::Agent),
    ("卖家", Role::Agent),
    ("店家", Role::Agent),
    ("店铺", Role::Agent),
    ("坐席", Role::Agent),
    ("座席", Role::Agent),
    ("员工", Role::Agent),
    ("seller", Role::Agent),
    ("staff", Role::Agent),
    ("waiter", Role::Agent),
    ("assistant", Role::Agent),
    ("service", Role::Agent),
    ("merchant", Role::Agent),
    ("mallcs", Role::Agent),
    ("机器人", Role::Robot),
    ("智能客服", Role::Robot),
    ("机器人客服", Role::Robot),
    ("服务助手", Role::Robot),
    ("客服机器人", Role::Robot),
    ("自动回复", Role::Robot),
    ("自动", Role::Robot),
    ("jimi", Role::Robot),
    ("bot", Role::Robot),
    ("auto", Role::Robot),
    ("系统", Role::System),
    ("系统消息", Role::System),
    ("系统提示", Role::System),
    ("系统提醒", Role::System),
    ("系统通知", Role::System),
    ("平台", Role::System),
    ("sys", Role::System),
    ("notice", Role::System),
];

/// Parts of an account name that only robots carry.
const ROBOT_MARKS: [&str; 5] = ["服务助手", "机器人", "智能客服", "自动回复", "jimi"];

/// What the Wangwang interfaces put before an account.
const SITES: [&str; 3] = ["cntaobao", "cnalichn", "cnhhupan"];

/// Words for what a message carries; `true` means withdrawn.
const KINDS: &[(&str, Kind, bool)] = &[
    ("text", Kind::Text, false),
    ("image", Kind::Image, false),
    ("card", Kind::Card, false),
    ("system", Kind::System, false),
    ("文本", Kind::Text, false),
    ("文字", Kind::Text, false),
    ("文本消息", Kind::Text, false),
    ("txt", Kind::Text, false),
    ("表情", Kind::Text, false),
    ("emoji", Kind::Text, false),
    ("链接", Kind::Text, false),
    ("link", Kind::Text, false),
    ("图片", Kind::Image, false),
    ("视频", Kind::Image, false),
    ("语音", Kind::Image, false),
    ("文件", Kind::Image, false),
    ("图片消息", Kind::Image, false),
    ("img", Kind::Image, false),
    ("picture", Kind::Image, false),
    ("video", Kind::Image, false),
    ("voice", Kind::Image, false),
    ("audio", Kind::Image, false),
    ("file", Kind::Image, false),
    ("卡片", Kind::Card, false),
    ("订单", Kind::Card, false),
    ("商品", Kind::Card, false),
    ("订单卡片", Kind::Card, false),
    ("商品卡片", Kind::Card, false),
    ("order", Kind::Card, false),
    ("goods", Kind::Card, false),
    ("product", Kind::Card, false),
    ("系统", Kind::System, false),
    ("系统消息", Kind::System, false),
    ("系统提示", Kind::System, false),
    ("systemcard", Kind::System, false),
    ("notice", Kind::System, false),
    ("event", Kind::System, false),
    ("撤回", Kind::Text, true),
    ("已撤回", Kind::Text, true),
    ("消息撤回", Kind::Text, true),
    ("撤回消息", Kind::Text, true),
    ("recall", Kind::Text, true),
    ("recalled", Kind::Text, true),
    ("revoke", Kind::Text, true),
    ("revoked", Kind::Text, true),
    ("withdraw", Kind::Text, true),
    ("withdrawn", Kind::Text, true),
];

/// Words for a marketplace.
const PLATFORMS: &[(&str, Platform)] = &[
    ("tmall", Platform::Tmall),
    ("taobao", Platform::Taobao),
    ("jd", Platform::Jd),
    ("pdd", Platform::Pdd),
    ("天猫", Platform::Tmall),
    ("淘宝", Platform::Taobao),
    ("京东", Platform::Jd),
    ("拼多多", Platform::Pdd),
    ("天猫商城", Platform::Tmall),
    ("淘宝网", Platform::Taobao),
    ("京东商城", Platform::Jd),
    ("jingdong", Platform::Jd),
    ("pinduoduo", Platform::Pdd),
];

/// What stands at the end of the line that replaces a withdrawn message.
const RECALL_NOTES: [&str; 2] = ["撤回了一条消息", "撤回一条消息"];

/// Looks a word up as it stands, and folded only when that fails: nearly every row hits at once.
fn look<T: Copy>(table: &[T], word: &str, name: impl Fn(&T) -> &'static str) -> Option<T> {
    if let Some(entry) = table.iter().find(|e| name(e) == word) {
        return Some(*entry);
    }
    let folded = super::columns::fold(word);
    table.iter().find(|e| name(e) == folded).copied()
}

/// Why a sender was taken for what he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// A word for a role that the user's `[columns]` gives.
    OwnWord,
    /// A known word for a role.
    Word,
    /// The account of the row's buyer column.
    BuyerColumn,
    /// A name of the user's list of staff or robots.
    Listed,
    /// An account with a colon, 店铺:员工.
    Colon,
    /// The account of the row's agent column.
    AgentColumn,
    /// The shop's own name.
    ShopName,
    /// A name that only robots carry.
    RobotMark,
    /// The kind of the message: only the platform writes such.
    Kind,
}

/// Who speaks and why, from the sender field and the accounts that the row names. `None` when nothing tells.
pub(super) fn judge(
    sender: &str,
    (buyer, agent, shop): (&str, &str, &str),
    own: &[(String, Role)],
    staff: &Staff,
) -> Option<(Role, Ground)> {
    if let Some((_, role)) = own.iter().find(|(word, _)| word == sender) {
        return Some((*role, Ground::OwnWord));
    }
    if let Some((_, role)) = look(ROLES, sender, |e| e.0) {
        return Some((role, Ground::Word));
    }
    let account = account(sender);
    if account.is_empty() {
        return None;
    }
    if account == buyer {
        return Some((Role::Buyer, Ground::BuyerColumn));
    }
    if let Some(role) = staff.role(account) {
        return Some((role, Ground::Listed));
    }
    let ground = if is_staff_account(account) {
        Some(Ground::Colon)
    } else if account == agent {
        Some(Ground::AgentColumn)
    } else {
        (account == shop).then_some(Ground::ShopName)
    };
    if is_robot_account(account) && (ground.is_some() || account.to_lowercase().starts_with("jimi")) {
        Some((Role::Robot, Ground::RobotMark))
    } else {
        ground.map(|ground| (Role::Agent, ground))
    }
}

/// An account without the site that the Wangwang interfaces put before it.
pub(super) fn account(name: &str) -> &str {
    SITES.iter().find_map(|site| name.strip_prefix(site)).unwrap_or(name)
}

/// Whether the account's form says staff: of all accounts only theirs hold a colon (店铺:员工).
pub(super) fn is_staff_account(account: &str) -> bool {
    account.contains([':', '：'])
}

/// Whether a staff account is a robot's.
pub(super) fn is_robot_account(account: &str) -> bool {
    let lower = account.to_lowercase();
    ROBOT_MARKS.iter().any(|mark| lower.contains(mark))
}

/// Whether the sender field is a role word and so names nobody.
pub(super) fn is_role_word(sender: &str) -> bool {
    look(ROLES, sender, |e| e.0).is_some()
}

/// What the message carries and whether it was withdrawn; an empty word means text.
pub(super) fn kind(word: &str) -> Option<(Kind, bool)> {
    if word.is_empty() {
        return Some((Kind::Text, false));
    }
    look(KINDS, word, |e| e.0).map(|(_, kind, recalled)| (kind, recalled))
}

/// Whether a state column says "withdrawn".
pub(super) fn is_recalled_state(word: &str) -> bool {
    !word.is_empty() && look(KINDS, word, |e| e.0).is_some_and(|(_, _, recalled)| recalled)
}

/// Whether the text is the note that replaces a withdrawn message.
pub(super) fn is_recall_note(text: &[u8]) -> bool {
    text.len() < 200 && RECALL_NOTES.iter().any(|note| text.trim_ascii_end().ends_with(note.as_bytes()))
}

/// Whether a line is the platform's note on a hand-over, whoever it is filed under. Such lines stand under the buyer's or
/// the agent's account in several exports.
pub(super) fn is_platform_note(text: &str) -> bool {
    let text = text.trim_start();
    if text.len() > 400 {
        return false;
    }
    match text.strip_prefix("由 ").or_else(|| text.strip_prefix("由")) {
        Some(rest) => rest.split_once(" 转交给 ").is_some_and(|(from, to)| {
            !from.is_empty() && from.chars().count() <= 40 && !to.trim().is_empty()
        }),
        None => {
            ["系统提示：", "系统提示:", "系统提醒：", "系统提醒:"].iter().any(|mark| text.starts_with(mark))
        }
    }
}

/// Ends of shop names that only Tmall gives.
const TMALL_SHOPS: [&str; 3] = ["旗舰店", "专卖店", "专营店"];

/// Taobao or Tmall, by the shop's name.
pub(super) fn taobao_or_tmall(shop: &str) -> Platform {
    if TMALL_SHOPS.iter().any(|end| shop.ends_with(end)) { Platform::Tmall } else { Platform::Taobao }
}

/// The marketplace that a word names.
pub(super) fn platform(word: &str) -> Option<Platform> {
    look(PLATFORMS, word, |e| e.0).map(|(_, platform)| platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(sender: &str, buyer: &str, agent: &str, shop: &str) -> Option<Role> {
        judge(sender, (buyer, agent, shop), &[], &Staff::default()).map(|(role, _)| role)
    }

    #[test]
    fn words_of_both_languages() {
        for (word, expected) in [
            ("buyer", Role::Buyer),
            (" Customer ", Role::Buyer),
            ("顾客", Role::Buyer),
            ("商家", Role::Agent),
            ("AGENT", Role::Agent),
            ("智能客服", Role::Robot),
            ("Jimi", Role::Robot),
            ("系统", Role::System),
        ] {
            assert_eq!(role(word, "", "", ""), Some(expected), "{word}");
        }
        assert_eq!(role("", "", "", ""), None, "an empty sender must not equal an empty buyer");
        assert_eq!(role("路人", "tb1", "小美", "店"), None);
    }

    #[test]
    fn accounts_are_told_by_the_row() {
        assert_eq!(role("tb1", "tb1", "小美", "店"), Some(Role::Buyer));
        assert_eq!(role("小美", "tb1", "小美", "店"), Some(Role::Agent));
        assert_eq!(role("某某旗舰店:小美", "tb1", "", ""), Some(Role::Agent));
        assert_eq!(role("某某旗舰店：服务助手", "tb1", "", ""), Some(Role::Robot));
        assert_eq!(role("jimi_vender_12", "tb1", "", ""), Some(Role::Robot));
        assert_eq!(role("机器人爱好者", "机器人爱好者", "", ""), Some(Role::Buyer));
    }

    #[test]
    fn the_users_words_and_lists_go_first_but_never_over_the_buyer() {
        let own = [("小二".to_owned(), Role::Agent)];
        let mut staff = Staff::default();
        staff.add("阿穗", Role::Agent);
        staff.add("小蜜", Role::Robot);
        let of = |sender| judge(sender, ("小蜜", "", ""), &own, &staff);
        assert_eq!(of("小二"), Some((Role::Agent, Ground::OwnWord)));
        assert_eq!(of("阿穗"), Some((Role::Agent, Ground::Listed)));
        assert_eq!(of("小蜜"), Some((Role::Buyer, Ground::BuyerColumn)));
        assert_eq!(judge("小蜜", ("tb1", "", ""), &own, &staff), Some((Role::Robot, Ground::Listed)));
    }

    #[test]
    fn kinds_and_recalls() {
        assert_eq!(kind(""), Some((Kind::Text, false)));
        assert_eq!(kind("语音"), Some((Kind::Image, false)));
        assert_eq!(kind("撤回"), Some((Kind::Text, true)));
        assert_eq!(kind("别的"), None);
        assert!(is_recall_note("小美 撤回了一条消息".as_bytes()));
        assert!(!is_recall_note("为什么撤回了一条消息呀".as_bytes()));
    }
}
