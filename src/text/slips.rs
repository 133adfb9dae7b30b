//! Common typing slips in the words of the trade, set right so that patterns need not list them. Only slips that make no
//! word of their own, even across a word boundary, are here; variants that do are for word lists of rules, in their context.

/// Slip and word, of the same length in characters.
const SLIPS: [(&str, &str); 18] = [
    ("法票", "发票"),
    ("发瓢", "发票"),
    ("发剽", "发票"),
    ("运废", "运费"),
    ("邮废", "邮费"),
    ("邮非", "邮费"),
    ("苞邮", "包邮"),
    ("褒邮", "包邮"),
    ("退歀", "退款"),
    ("退获", "退货"),
    ("快弟", "快递"),
    ("差介", "差价"),
    ("好坪", "好评"),
    ("支附宝", "支付宝"),
    ("吱付宝", "支付宝"),
    ("信用咔", "信用卡"),
    ("陶宝", "淘宝"),
    ("拚多多", "拼多多"),
];

/// The characters that a slip is told by: those that its word lacks.
pub(super) fn marks() -> impl Iterator<Item = char> {
    SLIPS.iter().flat_map(|(slip, word)| slip.chars().filter(|c| !word.contains(*c)))
}

/// The slip that holds the character at `at` of a text given by position: where it begins, and the word meant.
pub(super) fn find(at: usize, text: impl Fn(usize) -> char) -> Option<(usize, &'static str)> {
    SLIPS.iter().find_map(|(slip, word)| {
        let place = slip.chars().position(|c| c == text(at))?;
        let start = at.checked_sub(place)?;
        slip.chars().enumerate().all(|(n, c)| text(start + n) == c).then_some((start, *word))
    })
}
