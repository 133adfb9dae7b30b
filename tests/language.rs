//! Every operator of the rule language, one test each: a few lines of rule file, dialogues on which the rule must fire,
//! and dialogues on which it must not. `docs/operators.md` names these tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use kefu_audit::detect::detector::{Detector, Scratch, Ways};
use kefu_audit::model::Platform;
use kefu_audit::rules::dialogue;
use kefu_audit::rules::flaw::Source;
use kefu_audit::rules::load::{self, Failure};
use kefu_audit::rules::pack::Pack;
use kefu_audit::say::Lang;
use kefu_audit::taught::model::Model;

/// The words, slots and guards of the built-in pack without its rules, and the rule under test.
fn pack(rules: &str) -> Pack {
    let source = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned().into() };
    let base = vec![source("rules.toml", include_str!("../rules.toml"))];
    match load::load(base, vec![source("mine.toml", rules)]) {
        Ok(pack) => pack,
        Err(Failure::Flawed(flaws, sources)) => {
            panic!("{}", kefu_audit::rules::flaw::render(&flaws, &sources, Lang::En, false))
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// A rule `t` with one case; what it says of itself is of no account here.
fn rules(signals: &str, case: &str) -> String {
    format!(
        "{signals}\n[[rule]]\nid = \"t\"\nhit = [\"客：甲\"]\nok = [\"客：乙\"]\n{}{case}\n",
        if case.contains("[[") { "" } else { "[[rule.case]]\n" }
    )
}

fn fires(pack: &Pack, line: &str) -> bool {
    let model = Model::default();
    let mut detector = Detector::new(pack, &model, Ways::Written);
    detector.set_strict(line.starts_with(dialogue::STRICT));
    let conversation = dialogue::parse(line, Some(Platform::Tmall)).unwrap();
    !detector.judge(&conversation, &mut Scratch::default()).is_empty()
}

fn check(signals: &str, case: &str, hits: &[&str], misses: &[&str]) {
    let pack = pack(&rules(signals, case));
    for line in hits {
        assert!(fires(&pack, line), "must fire: {line}");
    }
    for line in misses {
        assert!(!fires(&pack, line), "must not fire: {line}");
    }
}

/// One test: signals, case, dialogues that fire, dialogues that do not.
macro_rules! operators {
    ($($name:ident: $signals:literal, $case:literal, [$($hit:literal),*], [$($miss:literal),*];)*) => {
        $(#[test]
        fn $name() {
            check($signals, $case, &[$($hit),*], &[$($miss),*]);
        })*
    };
}

operators! {
    // ---- what one turn says
    any_phrase:
        "[[signal]]\nid = \"s\"\nany = [\"不包邮\", \"邮费自理\"]", "here = \"s\"",
        ["客：亲，不包邮", "客：邮费自理哦"], ["客：包邮的", "买：不包邮吗"];
    all_phrases:
        "[[signal]]\nid = \"s\"\nany = [\"好评\"]\nall = [\"红包\", \"截图\"]", "here = \"s\"",
        ["客：给个好评，截图领红包", "客：红包准备好了 | 客：截图发我 | 客：五星好评"], ["客：好评领红包", "客：好评截图"];
    at_least_n_phrases:
        "[[signal]]\nid = \"s\"\nany = [\"正品\", \"包邮\", \"特价\"]\nat_least = 2", "here = \"s\"",
        ["客：正品特价", "客：包邮 | 客：正品"], ["客：正品正品", "客：特价"];
    none_of_phrases:
        "[[signal]]\nid = \"s\"\nany = [\"没有发票\"]\nnone = [\"电子\"]", "here = \"s\"",
        ["客：没有发票"], ["客：没有发票，给您开电子的"];
    pattern_regular_expression:
        "[[signal]]\nid = \"s\"\nany = [\"(加|补)[一二两]?个?点\"]", "here = \"s\"",
        ["客：开票加两个点", "客：要补点"], ["客：加三个点"];
    wildcard_gap:
        "[[signal]]\nid = \"s\"\nany = [\"转~{4}卡\"]", "here = \"s\"",
        ["客：转到我银行卡", "客：转卡"], ["客：转好了，卡", "客：转账到我的那张银行卡"];
    wide_gap_over_messages:
        "[[signal]]\nid = \"s\"\nany = [\"微信…优惠\"]", "here = \"s\"",
        ["客：加我微信 | 客：给您优惠"], ["客：优惠加微信"];
    word_list:
        "[lists]\n\"果\" = [\"苹果\", \"桃子?\"]\n[[signal]]\nid = \"s\"\nany = [\"烂{果}\"]", "here = \"s\"",
        ["客：烂桃", "客：烂桃子", "客：烂苹果"], ["客：烂梨"];
    writing_of_patterns_is_folded:
        "[[signal]]\nid = \"s\"\nany = [\"加V信\", \"發票\", \"ＱＱ群\"]", "here = \"s\"",
        ["客：加V信", "客：加v信", "客：发票", "客：發票", "客：qq群"], ["客：加信"];
    near_n_characters:
        "[[signal]]\nid = \"s\"\nany = [\"手机\"]\nall = [\"回收\"]\nnear = 3", "here = \"s\"",
        ["客：手机高价回收", "客：回收手机"], ["客：手机屏幕坏了也可以回收"];
    same_clause:
        "[[signal]]\nid = \"s\"\nany = [\"发票\"]\nall = [\"加钱\"]\nscope = \"clause\"", "here = \"s\"",
        ["客：开发票要加钱"], ["客：发票有的，加钱买大杯"];
    same_message:
        "[[signal]]\nid = \"s\"\nany = [\"发票\"]\nall = [\"加钱\"]\nscope = \"message\"", "here = \"s\"",
        ["客：发票有的，加钱开"], ["客：发票有的 | 客：加钱买大杯"];
    whole_turn:
        "[[signal]]\nid = \"s\"\nany = [\"发票\"]\nall = [\"加钱\"]", "here = \"s\"",
        ["客：发票有的 | 客：要加钱"], ["客：发票有的 | 买：嗯 | 客：加钱"];
    whole_message:
        "[[signal]]\nid = \"s\"\nany = [\"嗯\"]\nat = \"whole\"", "here = \"s\"",
        ["客：嗯", "客：亲，嗯。", "客：嗯[微笑]"], ["客：嗯嗯", "客：嗯，可以的"];
    starts_the_message:
        "[[signal]]\nid = \"s\"\nany = [\"不可以\"]\nat = \"start\"\nguards = []", "here = \"s\"",
        ["客：不可以，只能这样", "客：亲，不可以"], ["客：这个不可以"];
    ends_the_message:
        "[[signal]]\nid = \"s\"\nany = [\"自己看\"]\nat = \"end\"", "here = \"s\"",
        ["客：详情页自己看！"], ["客：自己看不明白可以问我"];
    message_length:
        "[[signal]]\nid = \"s\"\nany = [\"没货\"]\nmin_chars = 2\nmax_chars = 4", "here = \"s\"",
        ["客：没货了", "客：没货。。。"], ["客：没货了亲，下周才能补"];
    unless_touching_words:
        "[[signal]]\nid = \"s\"\nany = [\"微信\"]\nunless = [\"微信支付\", \"官方\"]", "here = \"s\"",
        ["客：加微信", "客：官方出品，加微信"], ["客：微信支付也行", "客：官方微信"];
    unless_within_n_characters:
        "[[signal]]\nid = \"s\"\nany = [\"微信\"]\nunless = [\"支付\"]\nunless_near = 4", "here = \"s\"",
        ["客：加微信，这个要到前台去支付"], ["客：微信里面支付", "客：支付用微信"];
    longest_cover_wins:
        "[[signal]]\nid = \"s\"\nany = [\"微信\", \"微信支付码发我\"]\nunless = [\"微信支付\"]\nlongest = true", "here = \"s\"",
        ["客：微信支付码发我"], ["客：微信支付可以的"];
    guard_negation:
        "[[signal]]\nid = \"s\"\nany = [\"收税点\"]", "here = \"s\"",
        ["客：开票要收税点"], ["客：开票不收税点", "客：不会跟您收税点"];
    guard_double_negation:
        "[[signal]]\nid = \"s\"\nany = [\"给您开票\"]", "here = \"s\"",
        ["客：给您开票", "客：不是不给您开票", "客：不会不给您开票"], ["客：不给您开票"];
    guard_question:
        "[[signal]]\nid = \"s\"\nany = [\"今天发货\"]\nguards = [\"question\"]", "here = \"s\"",
        ["客：今天发货"], ["客：是不是今天发货", "客：要今天发货吗？"];
    guard_quotation:
        "[[signal]]\nid = \"s\"\nany = [\"垃圾\"]", "here = \"s\"",
        ["客：真垃圾"], ["客：您说的垃圾是指什么", "客：“垃圾”这个词不太好"];
    guard_warning:
        "[[signal]]\nid = \"s\"\nany = [\"私下转账\"]", "here = \"s\"",
        ["客：私下转账给您便宜"], ["客：请勿私下转账", "客：私下转账的都是骗子"];
    guard_conditional:
        "[[signal]]\nid = \"s\"\nany = [\"全额退款\"]\nguards = [\"conditional\"]", "here = \"s\"",
        ["客：给您全额退款"], ["客：如果质量有问题全额退款"];
    no_guards:
        "[[signal]]\nid = \"s\"\nany = [\"收税点\"]\nguards = []", "here = \"s\"",
        ["客：开票不收税点"], ["客：开票免费"];
    role_buyer_agent_robot_system:
        "[[signal]]\nid = \"b\"\nrole = \"buyer\"\nany = [\"甲\"]\n[[signal]]\nid = \"r\"\nrole = \"robot\"\nany = [\"乙\"]\n[[signal]]\nid = \"y\"\nrole = \"system\"\nany = [\"丙\"]\n[[signal]]\nid = \"a\"\nrole = \"agent\"\nany = [\"丁\"]",
        "here = \"a\"\nbefore = [\"b\", \"r\", \"y\"]",
        ["买：甲 | 机：乙 | 系：丙 | 客：丁"], ["客：甲 | 机：乙 | 系：丙 | 客：丁", "买：甲 | 客：乙 | 系：丙 | 买：嗯 | 客：丁", "买：甲 | 机：乙 | 系：丙 | 机：丁"];

    // ---- slots
    slot_number: "[[signal]]\nid = \"s\"\nany = [\"限购{数字}件\"]", "here = \"s\"", ["客：限购2件", "客：限购两件", "客：限购⑤件"], ["客：限购几十来件"];
    slot_money: "[[signal]]\nid = \"s\"\nany = [\"补{金额}\"]", "here = \"s\"", ["客：补10元", "客：补￥3.5", "客：补五块钱"], ["客：补10件"];
    slot_percent: "[[signal]]\nid = \"s\"\nany = [\"加{百分比}\"]", "here = \"s\"", ["客：加6%", "客：加６％", "客：加3个点", "客：加百分之三"], ["客：加3件"];
    slot_duration: "[[signal]]\nid = \"s\"\nany = [\"{时长}内\"]", "here = \"s\"", ["客：7天内", "客：48小时内", "客：三个工作日内"], ["客：3件内"];
    slot_date: "[[signal]]\nid = \"s\"\nany = [\"{日期}发\"]", "here = \"s\"", ["客：3月5号发", "客：明天发", "客：周五发"], ["客：马上发"];
    slot_hour: "[[signal]]\nid = \"s\"\nany = [\"{钟点}前\"]", "here = \"s\"", ["客：16:30前", "客：下午5点前"], ["客：国庆前"];
    slot_phone: "[[signal]]\nid = \"s\"\nany = [\"{电话}\"]", "here = \"s\"", ["客：13800000000", "客：138 0000 0000", "客：0571-88888888"], ["客：12800000000"];
    slot_mainland_id: "[[signal]]\nid = \"s\"\nany = [\"{身份证}\"]", "here = \"s\"", ["客：11010519491231002X"], ["客：1101051949"];
    slot_mainland_id_check_digit: "[[signal]]\nid = \"s\"\nany = [\"{有效身份证}\"]", "here = \"s\"", ["客：号码11010519491231002X"], ["客：号码110105194912310023"];
    slot_bank_card: "[[signal]]\nid = \"s\"\nany = [\"{银行卡}\"]", "here = \"s\"", ["客：6222020000000000000"], ["客：622202"];
    slot_bank_card_luhn: "[[signal]]\nid = \"s\"\nany = [\"{有效银行卡}\"]", "here = \"s\"", ["客：卡号6228480402564890018"], ["客：卡号6228480402564890019"];
    slot_order_number: "[[signal]]\nid = \"s\"\nany = [\"订单{订单号}\"]", "here = \"s\"", ["客：订单1234567890123456789"], ["客：订单12345"];
    slot_address: "[[signal]]\nid = \"s\"\nany = [\"{地址}\"]", "here = \"s\"", ["客：杭州市西湖区文三路88号"], ["客：在路上了"];
    slot_url: "[[signal]]\nid = \"s\"\nany = [\"{网址}\"]", "here = \"s\"", ["客：https://a.example.com/b?c=1", "客：看www.abc.com"], ["客：3.5元"];
    slot_contact_handle: "[[signal]]\nid = \"s\"\nany = [\"{微信}[：号]*{账号}\"]", "here = \"s\"", ["客：微信：abc_123", "客：VX号tb88888"], ["客：微信：好的"];
    slot_province: "[[signal]]\nid = \"s\"\nany = [\"{省份}~{3}补\"]", "here = \"s\"", ["客：新疆要补运费", "客：偏远地区要补"], ["客：江浙沪皖包邮"];

    // ---- signals in their context
    and_or_not:
        "[[signal]]\nid = \"a\"\nany = [\"甲\"]\n[[signal]]\nid = \"b\"\nany = [\"乙\"]\n[[signal]]\nid = \"c\"\nany = [\"丙\"]\n[[signal]]\nid = \"ab\"\nis = \"a | b\"", "here = \"ab & !c\"",
        ["客：甲", "客：乙"], ["客：甲丙", "客：丁"];
    answers_the_buyer:
        "[[signal]]\nid = \"s\"\nany = [\"没有\"]\nguards = []\n[[signal]]\nid = \"q\"\nrole = \"buyer\"\nany = [\"发票\"]", "here = \"s\"\nprev = \"q\"",
        ["买：有发票吗 | 客：没有", "买：有发票吗 | 客：亲 | 客：没有"], ["买：有现货吗 | 客：没有", "买：有发票吗 | 客：有 | 买：红色呢 | 客：没有"];
    before_within_turns:
        "[[signal]]\nid = \"s\"\nany = [\"补运费\"]\n[[signal]]\nid = \"p\"\nany = [\"包邮\"]", "here = \"s\"\nbefore = [\"p within 2 turns\"]",
        ["客：包邮 | 买：好 | 客：补运费"], ["客：包邮 | 买：好 | 客：在 | 买：嗯 | 客：补运费", "客：补运费 | 买：啊 | 客：包邮"];
    before_within_messages:
        "[[signal]]\nid = \"s\"\nany = [\"补运费\"]\n[[signal]]\nid = \"p\"\nany = [\"包邮\"]", "here = \"s\"\nbefore = [\"p within 2 messages\"]",
        ["客：包邮 | 买：好 | 客：补运费"], ["客：包邮 | 买：好 | 买：嗯 | 买：行 | 客：补运费"];
    before_within_minutes:
        "[[signal]]\nid = \"s\"\nany = [\"补运费\"]\n[[signal]]\nid = \"p\"\nany = [\"包邮\"]", "here = \"s\"\nbefore = [\"p within 5 minutes\"]",
        ["客：包邮 | 买：好 | 客：补运费"], ["客：包邮 | 买：好 | 时间：+9分 | 客：补运费"];
    after_another_signal:
        "[[signal]]\nid = \"s\"\nany = [\"包邮\"]\n[[signal]]\nid = \"p\"\nany = [\"补运费\"]", "here = \"s\"\nafter = [\"p\"]",
        ["客：包邮 | 买：好 | 客：补运费"], ["客：补运费 | 买：好 | 客：包邮"];
    around_another_signal:
        "[[signal]]\nid = \"s\"\nany = [\"转账\"]\n[[signal]]\nid = \"p\"\nrole = \"any\"\nany = [\"便宜\"]", "here = \"s\"\naround = [\"p\"]",
        ["买：便宜点 | 客：转账", "客：转账 | 买：便宜吗", "客：转账便宜"], ["客：转账"];
    not_before_after_around:
        "[[signal]]\nid = \"s\"\nany = [\"加钱\"]\n[[signal]]\nid = \"a\"\nany = [\"甲\"]\n[[signal]]\nid = \"b\"\nany = [\"乙\"]\n[[signal]]\nid = \"c\"\nrole = \"any\"\nany = [\"丙\"]", "here = \"s\"\nnot_before = [\"a\"]\nnot_after = [\"b\"]\nnot_around = [\"c\"]",
        ["客：加钱", "客：乙 | 买：嗯 | 客：加钱 | 买：嗯 | 客：甲"], ["客：甲 | 买：嗯 | 客：加钱", "客：加钱 | 买：嗯 | 客：乙", "客：加钱丙", "客：加钱 | 买：丙"];
    sequence_a_then_b:
        "[[signal]]\nid = \"p\"\nany = [\"送赠品\"]\n[[signal]]\nid = \"s\"\nany = [\"赠品没了\"]", "here = \"s\"\nbefore = [\"p\"]",
        ["客：送赠品 | 买：没收到 | 客：赠品没了"], ["客：赠品没了 | 买：啊 | 客：下次送赠品"];
    nth_time_of_another_signal:
        "[[signal]]\nid = \"s\"\nany = [\"不知道\"]\nguards = []\n[[signal]]\nid = \"q\"\nrole = \"buyer\"\nany = [\"发票\"]", "here = \"s\"\nbefore = [\"q 2 times within 6 turns\"]",
        ["买：发票 | 客：嗯 | 买：发票呢 | 客：不知道"], ["买：发票 | 客：不知道"];
    expect_within_n:
        "[[signal]]\nid = \"q\"\nrole = \"buyer\"\nany = [\"生气\"]\n[[signal]]\nid = \"sorry\"\nany = [\"抱歉\"]", "prev = \"q\"\nexpect = [\"sorry within 2 turns\"]",
        ["买：我很生气 | 客：哦", "买：我很生气 | 客：哦 | 买：。 | 客：说 | 买：。 | 客：抱歉"], ["买：我很生气 | 客：抱歉", "买：我很生气 | 客：在 | 买：。 | 客：抱歉", "买：在吗 | 客：哦"];
    first_n_turns:
        "[[signal]]\nid = \"s\"\nany = [\"转账\"]", "here = \"s\"\nfirst = 1",
        ["买：在吗 | 客：转账"], ["客：在 | 买：嗯 | 客：转账"];
    last_n_turns:
        "[[signal]]\nid = \"s\"\nany = [\"不管\"]", "here = \"s\"\nlast = 1",
        ["客：在 | 买：嗯 | 客：不管"], ["客：不管 | 买：嗯 | 客：在"];
    first_and_last_n_messages:
        "[[signal]]\nid = \"s\"\nany = [\"甲\"]", "[[rule.case]]\nhere = \"s\"\nfirst_messages = 2\nlast_messages = 3",
        ["系：转接 | 买：在吗 | 客：甲", "买：在吗 | 客：甲 | 买：嗯 | 客：好"], ["买：在吗 | 买：有人吗 | 客：甲", "买：在吗 | 客：甲 | 买：嗯 | 客：好 | 客：的 | 客：亲"];
    count_in_the_conversation:
        "[[signal]]\nid = \"s\"\nany = [\"催\"]", "here = \"s\"\ncount = 3",
        ["客：催 | 买：嗯 | 客：催 | 买：嗯 | 客：催", "客：催 | 客：催 | 客：催"], ["客：催 | 买：嗯 | 客：催"];
    count_in_a_time_window:
        "[[signal]]\nid = \"s\"\nany = [\"催\"]", "here = \"s\"\ncount = 2\nminutes = 5",
        ["客：催 | 买：嗯 | 客：催"], ["客：催 | 买：嗯 | 时间：+9分 | 客：催"];
    number_of_turns:
        "", "count = 3",
        ["客：一 | 买：嗯 | 客：二 | 买：嗯 | 客：三"], ["客：一 | 买：嗯 | 客：二"];
    repeat_of_the_same_words:
        "[[signal]]\nid = \"s\"\nany = [\"请稍等\"]", "here = \"s\"\nrepeat = 3",
        ["客：亲请稍等 | 买：。 | 客：亲请稍等 | 买：。 | 客：亲请稍等"], ["客：亲请稍等 | 买：。 | 客：请稍等一下 | 买：。 | 客：亲请稍等"];
    repeat_of_similar_words:
        "[[signal]]\nid = \"s\"\nany = [\"请稍等\"]", "here = \"s\"\nrepeat = 2\nalike = 60",
        ["客：亲亲请稍等一下 | 买：。 | 客：亲请稍等一下哦"], ["客：请稍等 | 买：。 | 客：我去仓库问问同事再告诉您，请稍等"];

    // ---- where and when
    where_platform:
        "[[signal]]\nid = \"s\"\nany = [\"淘宝\"]", "here = \"s\"\nplatforms = [\"pdd\"]",
        ["平台：pdd | 客：去淘宝买"], ["平台：jd | 客：去淘宝买"];
    where_shop_setting:
        "[[shop]]\nname = \"甲店\"\nsettings = [\"cod\"]\n[[signal]]\nid = \"s\"\nany = [\"不支持货到付款\"]\nguards = []", "here = \"s\"\nsetting = \"cod\"",
        ["店铺：甲店 | 客：不支持货到付款"], ["店铺：乙店 | 客：不支持货到付款"];
    where_shop:
        "[[signal]]\nid = \"s\"\nany = [\"自提\"]", "here = \"s\"\nshops = [\"甲店\"]",
        ["店铺：甲店 | 客：自提"], ["店铺：乙店 | 客：自提"];
    where_agent:
        "[[signal]]\nid = \"s\"\nany = [\"自提\"]", "here = \"s\"\nagents = [\"小美\", \"小李\"]",
        ["客服：小李 | 客：自提"], ["客服：小王 | 客：自提"];
    where_hour_of_day:
        "[[signal]]\nid = \"s\"\nany = [\"在吗\"]", "here = \"s\"\nhours = [22, 7]",
        ["时间：23:10 | 客：在吗", "时间：06:59 | 客：在吗"], ["时间：07:00 | 客：在吗", "时间：12:00 | 客：在吗"];
    where_effective_date:
        "[[signal]]\nid = \"s\"\nany = [\"返现\"]", "here = \"s\"\nfrom = \"2024-09-01\"\nuntil = 2025-12-31",
        ["时间：2024-09-01 00:00 | 客：返现", "时间：2025-12-31 23:59 | 客：返现"], ["时间：2024-08-31 23:59 | 客：返现", "时间：2026-01-01 00:00 | 客：返现"];
    slower_than_a_gap:
        "", "slower_than = 180",
        ["买：在吗 | 时间：+3分 | 客：在", "买：在吗 | 时间：+2分 | 买：？ | 时间：+1分 | 客：在"], ["买：在吗 | 时间：+2分 | 客：在", "买：在吗 | 客：在 | 时间：+9分 | 客服：乙 | 客：还在吗"];
    faster_than_a_gap:
        "[[signal]]\nid = \"s\"\nany = [\"给您便宜\"]", "here = \"s\"\nfaster_than = 30",
        ["买：便宜点 | 客：好的给您便宜"], ["买：便宜点 | 时间：+2分 | 客：好的给您便宜"];
    exception_on_timing:
        "[[signal]]\nid = \"wait\"\nrole = \"buyer\"\nany = [\"稍等\"]\n[[signal]]\nid = \"hand\"\nrole = \"system\"\nany = [\"转交\"]",
        "[[rule.case]]\nslower_than = 180\nexcept = [{ when = \"wait within 2 turns\", reason = \"买家让稍等\" }, { when = \"hand\", reason = \"正在转接\" }, { hours = [0, 8], reason = \"不在服务时间\" }]",
        ["买：在吗 | 时间：+5分 | 客：在"], ["买：稍等我看看 | 时间：+5分 | 客：在", "买：在吗 | 系：由甲转交给乙 | 时间：+5分 | 客：在", "时间：03:00 | 买：在吗 | 时间：+5分 | 客：在"];
    only_for_the_strict:
        "[[signal]]\nid = \"s\"\nany = [\"限时\"]", "here = \"s\"\nstrict = true",
        ["严格 | 客：限时特价"], ["客：限时特价"];
}

#[test]
fn the_reason_of_an_exception_is_told() {
    let pack = pack(&rules(
        "[[signal]]\nid = \"wait\"\nrole = \"buyer\"\nany = [\"稍等\"]\n[[signal]]\nid = \"s\"\nany = [\"在\"]",
        "here = \"s\"\nslower_than = 60\nexcept = [{ when = \"wait\", reason = \"买家让稍等\" }]",
    ));
    let model = Model::default();
    let detector = Detector::new(&pack, &model, Ways::Written);
    let excused = dialogue::parse("买：稍等 | 时间：+5分 | 客：在", None).unwrap();
    let near = detector.trace(&excused, &[], &mut Scratch::default());
    assert!(near.iter().any(|n| n.why.contains("买家让稍等")), "{near:?}");
    let late = dialogue::parse("买：在吗 | 时间：+5分 | 客：在", None).unwrap();
    let findings = detector.judge(&late, &mut Scratch::default());
    assert!(findings.iter().all(|f| f.why.contains("买家让稍等，则不报")), "{findings:?}");
    assert_eq!(findings.len(), 1);
}

#[test]
fn what_should_have_been_said_is_told() {
    let pack = pack(&rules(
        "[[signal]]\nid = \"q\"\nrole = \"buyer\"\nany = [\"生气\"]\n[[signal]]\nid = \"sorry\"\ntitle = \"道歉\"\nany = [\"抱歉\"]",
        "prev = \"q\"\nexpect = [\"sorry within 2 turns\"]",
    ));
    let model = Model::default();
    let detector = Detector::new(&pack, &model, Ways::Written);
    let conversation = dialogue::parse("买：生气 | 客：哦", None).unwrap();
    let findings = detector.judge(&conversation, &mut Scratch::default());
    assert!(findings.iter().all(|f| f.why.contains("应该说却没说“道歉”")), "{findings:?}");
    assert_eq!(findings.len(), 1);
}

#[test]
fn a_rule_in_the_short_form_needs_only_words_and_examples() {
    let text = "[[rule]]\nid = \"说死价\"\nphrases = [\"一分不少\", \"爱买不买\"]\nunless = [\"不是爱买不买\"]\nasked = [\"便宜\"]\nhit = [\"买：便宜点 | 客：爱买不买\"]\nok = [\"买：包邮吗 | 客：爱买不买\"]\n";
    let pack = pack(text);
    assert!(fires(&pack, "买：能便宜点吗 | 客：亲，一分不少"));
    assert!(!fires(&pack, "买：能便宜点吗 | 客：我不是爱买不买的意思"));
    assert!(!fires(&pack, "买：几号发货 | 客：爱买不买"));
}

#[test]
fn the_days_of_a_rule_bind_all_its_cases() {
    let text = "[[rule]]\nid = \"t\"\nfrom = 2025-01-01\nphrases = [\"返现\"]\nhit = [\"客：返现\"]\nok = [\"客：不\"]\n";
    let pack = pack(text);
    assert!(fires(&pack, "时间：2025-01-01 00:00 | 客：返现"));
    assert!(!fires(&pack, "时间：2024-12-31 23:59 | 客：返现"));
}

#[test]
fn a_narrower_rule_covers_a_wider_one() {
    let text = "[[rule]]\nid = \"wide\"\nphrases = [\"不开票\"]\nhit = [\"客：不开票\"]\nok = [\"客：开\"]\n[[rule]]\nid = \"narrow\"\ncovers = [\"wide\"]\nphrases = [\"特价不开票\"]\nhit = [\"客：特价不开票\"]\nok = [\"客：开\"]\n";
    let pack = pack(text);
    let model = Model::default();
    let detector = Detector::new(&pack, &model, Ways::Written);
    let conversation = dialogue::parse("客：特价不开票", None).unwrap();
    let found = detector.judge(&conversation, &mut Scratch::default());
    assert_eq!(found.iter().map(|f| f.rule.as_str()).collect::<Vec<_>>(), ["narrow"]);
}

#[test]
fn similar_sentences_by_a_taught_model() {
    let pack = load::load(load::built_in(), Vec::new()).unwrap();
    let model = Model::built_in();
    let detector = Detector::new(&pack, &model, Ways::Taught);
    let found = |line: &str| {
        let conversation = dialogue::parse(line, Some(Platform::Tmall)).unwrap();
        let findings = detector.judge(&conversation, &mut Scratch::default());
        findings.iter().any(|f| f.rule.as_str() == "invoice-refusal")
    };
    assert!(found("买：能给开个发票吗，单位要报销 | 客：亲，发票这块小店实在是办不到的呢，开不出来的"));
    assert!(!found("买：能给开个发票吗，单位要报销 | 客：可以的亲，抬头和税号发我，三天内开好"));
}
