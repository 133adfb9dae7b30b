//! Writes a made-up chat log of any size to standard output, for measuring speed and memory.
//!
//! `cargo run --release --example generate_log -- ROWS SEED > file.csv`
//!
//! The same two numbers give the same bytes on every machine. The talk has the shape of real exports: 40 shops on
//! four platforms, 400 agents, conversations of 6 to 20 messages that run side by side, scripted lines that come
//! back again and again, about one line in a hundred that breaks a rule, and one conversation in fifty that ends without
//! an answer. It says nothing about accuracy: the faults are drawn from a handful of phrases.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::error::Error;
use std::io::{self, BufWriter, Write};

/// Days of each month from March 2026 on; the log begins on 12 March and every time counts seconds from there.
const MONTHS: [u64; 10] = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const FIRST_DAY: u64 = 12;
/// Shops open at 09:00 and start no conversation after 23:30, in seconds of the day.
const OPEN: u64 = 9 * 3600;
const LAST_START: u64 = 23 * 3600 + 1800;
/// Rows that one line of conversations yields on one day, roughly.
const ROWS_A_DAY: u64 = 1_500;
/// More conversations than this do not run at once; a larger log takes more days instead.
const MOST_AT_ONCE: u64 = 800;
/// Of a thousand conversations that would end with a word of the buyer, those that do: the others are answered.
const UNANSWERED: u64 = 40;
/// No message is longer than this, in characters.
const LONGEST: usize = 120;

const PLATFORMS: [&str; 4] = ["tmall", "taobao", "jd", "pdd"];
const SHOP_NAMES: [&str; 10] =
    ["青禾", "山月", "木言", "小满", "北岸", "云朵", "橙子", "栗木", "南坡", "海盐"];
const SHOP_KINDS: [&str; 4] = ["家居旗舰店", "童装店", "个护专营店", "零食铺"];
const AGENT_NAMES: [&str; 10] =
    ["小棠", "阿布", "豆豆", "青青", "木木", "小北", "阿穗", "果果", "小岳", "糖糖"];
const BUYER_NAMES: [&str; 12] =
    ["tb", "小鹿", "晚风", "jd_", "橘子汽水", "momo", "阿北", "西瓜皮", "半糖", "user", "三水", "鱼丸"];

const BUYER: [&str; 40] = [
    "在吗",
    "好的",
    "嗯嗯",
    "谢谢",
    "有货吗",
    "什么时候发货",
    "这个多大尺寸",
    "能便宜点吗",
    "发什么快递",
    "可以开发票吗",
    "包邮吗",
    "送到四川要几天",
    "我昨天下的单怎么还没发",
    "收到了，有一个角磕坏了",
    "颜色拍错了，能换吗",
    "洗了会不会掉色",
    "孩子八岁身高一米三穿多大",
    "可以用信用卡付吗",
    "支持七天无理由吗",
    "退货运费谁出",
    "地址写错了帮我改一下",
    "物流三天没更新了",
    "怎么比昨天贵了",
    "优惠券怎么用不了",
    "那我再看看",
    "行，我拍下了",
    "是正品吗",
    "有没有实拍图",
    "图上那种带盖子的是哪一款",
    "跟图片色差大不大",
    "质量怎么样，用久了会不会坏",
    "能不能今天发，我急用",
    "我同事说他那个是\"加厚\"的",
    "多少钱",
    "还有别的颜色吗",
    "赠品会一起发吗",
    "安装麻烦吗",
    "有说明书吗",
    "怎么还没人回我",
    "明白了",
];

const AGENT: [&str; 40] = [
    "在的亲",
    "好的",
    "您好",
    "有货的",
    "可以的呢",
    "亲，您稍等我看一下",
    "这款是现货，拍下48小时内发出",
    "默认发中通，一般两到三天到",
    "可以开电子发票的，不用另外付钱",
    "已经帮您备注好了",
    "这边给您登记补发",
    "麻烦您拍张照片我看看",
    "非常抱歉给您带来不便",
    "建议您选大一码",
    "手洗的话不容易掉色",
    "收到货有任何问题随时联系我们",
    "快递显示已经到中转站了",
    "我马上帮您催一下",
    "您可以在订单页申请退款",
    "支持七天无理由退换的",
    "运费险会赔付退货的运费",
    "满两百可以减二十",
    "优惠券在店铺首页领取",
    "信用卡、花呗都能用",
    "页面上有尺寸表您可以参考",
    "不同批次会有轻微色差",
    "说明书在包装盒里",
    "大概二十分钟就能装好",
    "仓库那边正在打包",
    "亲，改地址要用下单的账号来联系哦",
    "您看还有什么可以帮您的吗",
    "这款面料是纯棉的",
    "这个尺寸是120*60,高75厘米",
    "赠品会跟商品一起发",
    "我们家是工厂直发",
    "您放心",
    "不客气的",
    "祝您生活愉快",
    "麻烦您核对一下收货信息",
    "稍后给您答复",
];

const SCRIPTS: [&str; 12] = [
    "您好，欢迎光临，请问有什么可以帮您？",
    "亲，在的呢，有什么可以帮到您[微笑]",
    "好的亲，请您稍等，马上为您查询",
    "抱歉让您久等了，咨询的人有点多，正在逐个回复",
    "感谢您的支持，我们会尽快为您安排发货，祝您生活愉快/:^_^",
    "亲，拍下后48小时内发货，默认中通快递，江浙沪一般一到两天，偏远地区一般三到五天，具体以物流信息为准哦",
    "您好，为了保护您的信息安全，请使用下单的账号联系我们核对订单，感谢您的理解与配合",
    "请问还有其他可以帮您的吗？",
    "亲亲，收到商品请先检查外包装再签收，如有破损请拍照联系我们，我们会第一时间为您处理，感谢您的理解，祝您购物愉快",
    "温馨提示：客服不会要求您私下转账，也不会添加您的微信，请勿相信陌生来电，谨防诈骗",
    "好的，已为您记录，稍后会有专人联系您处理",
    "您的订单已经打包完成,快递员今天18点前来揽收,单号晚些时候会更新在订单里",
];

const FAULTS: [&str; 10] = [
    "我们店不开发票的",
    "要发票的话另外补6个点的税",
    "您加我微信 kefu2026abc 细聊",
    "信用卡付款手续费要您自己承担",
    "五星好评截图返5元红包",
    "呵呵",
    "你到底听不听得懂",
    "直接转我银行卡可以便宜20",
    "这个单我帮您关掉了",
    "我们是全网第一的品牌",
];

/// A small generator of even quality (`SplitMix64`): same seed, same numbers, no dependency.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.roll() % (high - low + 1)
    }

    fn chance(&mut self, per_thousand: u64) -> bool {
        self.roll() % 1000 < per_thousand
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        item(list, self.roll())
    }
}

/// The entry that a number falls on, counting round and round.
fn item<'a>(list: &[&'a str], number: u64) -> &'a str {
    let count = list.len() as u64;
    usize::try_from(number % count).ok().and_then(|at| list.get(at)).copied().unwrap_or_default()
}

/// A conversation under way. Ordered by the time of its next message, then by number, so that rows come by time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Talk {
    next: u64,
    number: u64,
    left: u64,
    shop: u64,
    agent: u64,
    buyer: String,
    order: String,
    buyer_speaks: bool,
}

impl Talk {
    fn start(dice: &mut Dice, number: u64, at: u64) -> Self {
        let at = match at % 86_400 {
            second if second > LAST_START => at - second + 86_400 + OPEN + dice.between(0, 1800),
            _ => at,
        };
        let order = match dice.chance(350) {
            true => format!("26{:016}", dice.between(0, 9_999_999_999_999_999)),
            false => String::new(),
        };
        Self {
            next: at,
            number,
            left: dice.between(6, 20),
            shop: dice.between(0, 39),
            agent: dice.between(0, 9),
            buyer: format!("{}{}", dice.pick(&BUYER_NAMES), dice.between(100, 9_999_999)),
            order,
            buyer_speaks: true,
        }
    }

    /// Writes one message and moves on: who speaks next, and when.
    fn say<W: Write>(&mut self, dice: &mut Dice, out: &mut csv::Writer<W>) -> Result<(), Box<dyn Error>> {
        let shop = format!(
            "{}{}",
            item(&SHOP_NAMES, self.shop / PLATFORMS.len() as u64),
            item(&SHOP_KINDS, self.shop)
        );
        let agent = format!("{}:{}", shop, item(&AGENT_NAMES, self.agent));
        let content = if self.buyer_speaks { talk(dice, &BUYER) } else { reply(dice) };
        let time = clock(self.next).ok_or("the log runs beyond the year; ask for fewer rows")?;
        out.write_record([
            item(&PLATFORMS, self.shop),
            &shop,
            &format!("S{:09}", self.number),
            &self.buyer,
            &agent,
            if self.buyer_speaks { "buyer" } else { "agent" },
            &time,
            "text",
            &content,
            &self.order,
        ])?;
        self.left -= 1;
        self.next += dice.between(4, 62);
        if self.left == 0 && self.buyer_speaks && !dice.chance(UNANSWERED) {
            self.left = 1;
            self.buyer_speaks = false;
        } else {
            self.buyer_speaks ^= dice.chance(700);
        }
        Ok(())
    }
}

/// The wall clock after so many seconds; `None` beyond 2026.
fn clock(seconds: u64) -> Option<String> {
    let mut day = FIRST_DAY + seconds / 86_400;
    for (month, days) in (3..).zip(MONTHS) {
        if day <= days {
            let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
            return Some(format!("2026-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"));
        }
        day -= days;
    }
    None
}

/// What an agent writes: a fault now and then, a script often, else loose sentences.
fn reply(dice: &mut Dice) -> String {
    // Agents write about half of the rows, so 20 in a thousand of theirs are 10 in a thousand of all.
    if dice.chance(20) {
        dice.pick(&FAULTS).to_owned()
    } else if dice.chance(250) {
        dice.pick(&SCRIPTS).to_owned()
    } else {
        talk(dice, &AGENT)
    }
}

/// A few sentences out of a list: mostly one or two, seldom enough to fill the longest message.
fn talk(dice: &mut Dice, list: &[&str]) -> String {
    let sentences = match dice.between(1, 100) {
        1..=56 => 1,
        57..=84 => 2,
        85..=95 => 3,
        96..=99 => 5,
        _ => 14,
    };
    let mut text = dice.pick(list).to_owned();
    for _ in 1..sentences {
        text.push_str(if dice.chance(60) { "," } else { "，" });
        text.push_str(dice.pick(list));
    }
    text.chars().take(LONGEST).collect()
}

/// The two numbers of the command line.
fn arguments() -> Option<(u64, u64)> {
    let mut given = std::env::args().skip(1);
    let numbers = (given.next()?.parse().ok()?, given.next()?.parse().ok()?);
    given.next().is_none().then_some(numbers)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (rows, seed) = arguments().ok_or("usage: generate_log ROWS SEED (two whole numbers)")?;
    let mut dice = Dice(seed);
    let mut out = csv::Writer::from_writer(BufWriter::new(io::stdout().lock()));
    out.write_record([
        "platform",
        "shop",
        "session_id",
        "buyer",
        "agent",
        "sender",
        "sent_at",
        "type",
        "content",
        "order_id",
    ])?;
    let at_once = (rows / ROWS_A_DAY + 1).min(MOST_AT_ONCE);
    let mut talks = BinaryHeap::new();
    for number in 1..=at_once {
        let at = OPEN + dice.between(0, 300);
        talks.push(Reverse(Talk::start(&mut dice, number, at)));
    }
    let mut begun = at_once;
    for _ in 0..rows {
        let Some(Reverse(mut talk)) = talks.pop() else { break };
        talk.say(&mut dice, &mut out)?;
        if talk.left == 0 {
            begun += 1;
            let at = talk.next + dice.between(0, 60);
            talk = Talk::start(&mut dice, begun, at);
        }
        talks.push(Reverse(talk));
    }
    out.flush()?;
    Ok(())
}
