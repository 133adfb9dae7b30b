//! What the taught models see of a turn: hashed character n-grams and the written signals that fired, in a separate
//! space for each place they stand in. The hash is part of the weights' format: changing it means training again.

use crate::model::Platform;

/// What a turn is judged by: its words.
#[derive(Clone, Copy, Debug)]
pub struct View<'t> {
    /// The shop's turn, normalised.
    pub here: &'t str,
    /// The buyer's turn before it; empty when there is none.
    pub asked: &'t str,
    /// What the buyer said earlier.
    pub buyer_before: &'t [&'t str],
    /// What the shop said earlier.
    pub shop_before: &'t [&'t str],
    /// The marketplace.
    pub platform: Option<Platform>,
}

/// A place that n-grams stand in.
struct Space {
    salt: u64,
    shortest: usize,
    longest: usize,
    weight: f32,
}

const HERE: Space = Space { salt: 0x9E37_79B9_7F4A_7C15, shortest: 1, longest: 3, weight: 1.0 };
const ASKED: Space = Space { salt: 0xC2B2_AE3D_27D4_EB4F, shortest: 1, longest: 2, weight: 0.7 };
const BUYER: Space = Space { salt: 0x1656_67B1_9E37_79F9, shortest: 2, longest: 3, weight: 0.3 };
const SHOP: Space = Space { salt: 0x85EB_CA77_C2B2_AE63, shortest: 2, longest: 3, weight: 0.4 };
const PLATFORM: u64 = 0x27D4_EB2F_1656_67C5;
const PLATFORM_WEIGHT: f32 = 0.2;
/// Salts and weights of the signals by place, and of pairs of a signal asked and one answered.
const SIGN_HERE: (u64, f32) = (0xA24B_AED4_963E_E407, 0.5);
const SIGN_ASKED: (u64, f32) = (0x9FB2_1C65_1E98_DF25, 0.4);
const SIGN_BUYER: (u64, f32) = (0xD6E8_FEB8_6659_FD93, 0.2);
const SIGN_SHOP: (u64, f32) = (0xCF9B_18FB_3C6A_6E5D, 0.2);
const SIGN_PAIR: (u64, f32) = (0xB492_B66F_BE98_F273, 0.3);
/// Earlier words beyond this many characters are not looked at: the latest ones count.
const EARLIER: usize = 240;
/// A turn beyond this many characters is judged by its beginning.
const LONGEST: usize = 600;

/// A feature number and its value.
pub type Feature = (u32, f32);

/// Scratch for making features.
#[derive(Debug, Default)]
pub struct Scratch {
    letters: Letters,
    grams: Vec<u32>,
}

/// Adds features of the shop's turn itself.
pub fn own(here: &str, scratch: &mut Scratch, out: &mut Vec<Feature>) {
    space(&HERE, framed(here), scratch, out);
}

/// Adds features of the buyer's turn before it.
pub fn asked(asked: &str, scratch: &mut Scratch, out: &mut Vec<Feature>) {
    space(&ASKED, asked.chars().take(LONGEST), scratch, out);
}

/// Adds features of what was said before these two, and of the marketplace.
pub fn earlier(view: &View<'_>, scratch: &mut Scratch, out: &mut Vec<Feature>) {
    space(&BUYER, latest(view.buyer_before), scratch, out);
    space(&SHOP, latest(view.shop_before), scratch, out);
    let platform = view.platform.map_or(0, |p| p as u64 + 1);
    out.push((reduce(mix(PLATFORM, platform)), PLATFORM_WEIGHT));
}

/// The last characters of earlier turns, divided by blanks, latest turn last.
fn latest<'t>(turns: &'t [&'t str]) -> impl Iterator<Item = char> + 't {
    let mut from = turns.len();
    let mut length = 0;
    while let Some(turn) = from.checked_sub(1).and_then(|at| turns.get(at)) {
        length += turn.chars().count() + 1;
        if length > EARLIER {
            break;
        }
        from -= 1;
    }
    turns.get(from..).unwrap_or_default().iter().flat_map(|turn| turn.chars().chain([' ']))
}

/// Adds features of the written signals (by their numbers, see [`named`]) that fired in the shop's turn and in the buyer's
/// turn before it, and of each pair of both.
pub fn signs(here: &[u64], asked: &[u64], scratch: &mut Scratch, out: &mut Vec<Feature>) {
    fired(SIGN_HERE, here, scratch, out);
    fired(SIGN_ASKED, asked, scratch, out);
    let (salt, weight) = SIGN_PAIR;
    scratch.grams.clear();
    for here in here {
        let salt = mix(salt, *here);
        scratch.grams.extend(asked.iter().map(|asked| reduce(mix(salt, *asked))));
    }
    add(weight, scratch, out);
}

/// The same of what buyer and shop said earlier.
pub fn signs_before(buyer: &[u64], shop: &[u64], scratch: &mut Scratch, out: &mut Vec<Feature>) {
    fired(SIGN_BUYER, buyer, scratch, out);
    fired(SIGN_SHOP, shop, scratch, out);
}

fn fired((salt, weight): (u64, f32), signs: &[u64], scratch: &mut Scratch, out: &mut Vec<Feature>) {
    scratch.grams.clear();
    scratch.grams.extend(signs.iter().map(|sign| reduce(mix(salt, *sign))));
    add(weight, scratch, out);
}

/// The feature of a signal that fired in the shop's turn, and in the buyer's turn before it; for explanations.
#[must_use]
pub fn sign(sign: u64) -> (u32, u32) {
    (reduce(mix(SIGN_HERE.0, sign)), reduce(mix(SIGN_ASKED.0, sign)))
}

/// The number of a signal: it hangs on its name alone, so that other signals may come and go.
#[must_use]
pub fn named(id: &str) -> u64 {
    id.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| mix(hash, u64::from(byte)))
}

/// The n-grams of the shop's turn with the characters they cover, for explanations: number, start, end (in characters).
#[must_use]
pub fn places(here: &str) -> Vec<(u32, usize, usize)> {
    let length = here.chars().count();
    // The frame signs are no characters of the text.
    let found = covered(&HERE, framed(here)).into_iter();
    found.map(|(gram, start, end)| (gram, start.saturating_sub(1), (end - 1).min(length))).collect()
}

/// The same of the buyer's turn before it.
#[must_use]
pub fn asked_places(asked: &str) -> Vec<(u32, usize, usize)> {
    covered(&ASKED, asked.chars().take(LONGEST))
}

fn framed(here: &str) -> impl Iterator<Item = char> {
    ['\u{2}'].into_iter().chain(here.chars().take(LONGEST)).chain(['\u{3}'])
}

fn covered(space: &Space, chars: impl Iterator<Item = char>) -> Vec<(u32, usize, usize)> {
    let mut letters = Letters::default();
    letters.read(chars);
    let mut places = Vec::new();
    each_gram(space, &letters.chars, |gram, start, end| {
        let from = letters.starts.get(start).copied().unwrap_or_default();
        let to = letters.starts.get(end).copied().unwrap_or(letters.length);
        places.push((gram, from, to));
    });
    places
}

fn space(space: &Space, chars: impl Iterator<Item = char>, scratch: &mut Scratch, out: &mut Vec<Feature>) {
    scratch.letters.read(chars);
    scratch.grams.clear();
    let grams = &mut scratch.grams;
    each_gram(space, &scratch.letters.chars, |gram, _, _| grams.push(gram));
    add(space.weight, scratch, out);
}

/// Adds the features in `scratch.grams`, each once; together they have the length `weight`.
fn add(weight: f32, scratch: &mut Scratch, out: &mut Vec<Feature>) {
    let grams = &mut scratch.grams;
    grams.sort_unstable();
    grams.dedup();
    #[allow(clippy::cast_precision_loss, reason = "a turn has far fewer features than a float has digits")]
    let value = weight / (grams.len().max(1) as f32).sqrt();
    out.extend(grams.iter().map(|gram| (*gram, value)));
}

/// A text as n-grams see it: one number is like another, blanks beside it are nothing, and a line break is a blank.
#[derive(Debug, Default)]
struct Letters {
    chars: Vec<char>,
    /// The character of the text at which each begins.
    starts: Vec<usize>,
    /// Characters of the text.
    length: usize,
}

impl Letters {
    fn read(&mut self, text: impl Iterator<Item = char>) {
        self.chars.clear();
        self.starts.clear();
        self.length = 0;
        for (at, c) in text.enumerate() {
            self.length = at + 1;
            let last = self.chars.last().copied();
            match c {
                '0'..='9' => {
                    if last == Some(' ') {
                        self.chars.pop();
                        self.starts.pop();
                    }
                    if self.chars.last() != Some(&'0') {
                        self.push('0', at);
                    }
                }
                ' ' if last == Some('0') => {}
                ' ' | '\n' => self.push(' ', at),
                c => self.push(c, at),
            }
        }
    }

    fn push(&mut self, c: char, at: usize) {
        self.chars.push(c);
        self.starts.push(at);
    }
}

fn each_gram(space: &Space, chars: &[char], mut found: impl FnMut(u32, usize, usize)) {
    for start in 0..chars.len() {
        let mut hash = space.salt;
        for (n, c) in chars.iter().skip(start).take(space.longest).enumerate() {
            hash = mix(hash, u64::from(u32::from(*c)));
            if n + 1 >= space.shortest {
                found(reduce(hash), start, start + n + 1);
            }
        }
    }
}

fn mix(hash: u64, value: u64) -> u64 {
    (hash ^ value).wrapping_mul(0x0100_0000_01B3).rotate_left(23).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn reduce(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_tell_the_spaces_apart() {
        let mut scratch = Scratch::default();
        let (mut a, mut b) = (Vec::new(), Vec::new());
        signs(&[named("x.refuse")], &[named("x.ask")], &mut scratch, &mut b);
        assert_eq!((b.len(), b[0].0, b[1].0), (3, sign(named("x.refuse")).0, sign(named("x.ask")).1));
        b.clear();
        own("发票", &mut scratch, &mut a);
        asked("发票", &mut scratch, &mut b);
        assert_ne!(a, b);
        assert!(places("不开").iter().all(|(_, start, end)| start <= end && *end <= 2));
    }

    #[test]
    fn numbers_are_alike_and_blanks_beside_them_nothing() {
        let grams = |text: &str| {
            let mut out = Vec::new();
            own(text, &mut Scratch::default(), &mut out);
            out
        };
        assert_eq!(grams("返现 5 元哦"), grams("返现15元哦"));
        assert_ne!(grams("返现 元"), grams("返现元"));
        let number = places("返 15 元").into_iter().map(|(_, from, to)| (from, to)).collect::<Vec<_>>();
        assert!(number.contains(&(2, 5)) && number.contains(&(0, 5)), "{number:?}");
    }
}
