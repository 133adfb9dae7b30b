//! What the taught models see of a turn: hashed character n-grams and the written signals that fired, in a separate
//! space for each place they stand in. The hash is part of the weights' format: changing it means training again.

use fixedbitset::FixedBitSet;

use crate::model::{Platform, Role};

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
    /// The buyer's turn after it; empty when there is none.
    pub answer: &'t str,
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
const ANSWER: Space = Space { salt: 0x589F_79E3_1E02_9A2D, shortest: 1, longest: 2, weight: 0.3 };
const PLATFORM: u64 = 0x27D4_EB2F_1656_67C5;
const PLATFORM_WEIGHT: f32 = 0.2;
/// Salts and weights of the signals by place.
const SIGN_HERE: (u64, f32) = (0xA24B_AED4_963E_E407, 0.25);
const SIGN_ASKED: (u64, f32) = (0x9FB2_1C65_1E98_DF25, 0.2);
const SIGN_BUYER: (u64, f32) = (0xD6E8_FEB8_6659_FD93, 0.1);
const SIGN_SHOP: (u64, f32) = (0xCF9B_18FB_3C6A_6E5D, 0.1);
/// Earlier words beyond this many characters are not looked at: the latest ones count.
const EARLIER: usize = 240;
/// A turn beyond this many characters is judged by its beginning.
const LONGEST: usize = 600;

/// By so many bits n-grams are told apart before they are compared.
const MET: u32 = 13;

/// A feature number and its value.
pub type Feature = (u32, f32);

/// Scratch for making features.
#[derive(Debug, Default)]
pub struct Scratch {
    letters: Letters,
    grams: Vec<u32>,
    /// The lowest bits of the n-grams so far.
    met: FixedBitSet,
}

/// Features that are all of the same value.
#[derive(Clone, Copy, Debug)]
pub struct Alike<'s> {
    /// Their numbers, each once.
    pub features: &'s [u32],
    /// Their value.
    pub value: f32,
}

impl Alike<'_> {
    /// Each of them with its value.
    pub fn each(self) -> impl Iterator<Item = Feature> {
        self.features.iter().map(move |feature| (*feature, self.value))
    }
}

/// The features of the shop's turn itself; together they have the length of their weight, as in every place.
pub fn own<'s>(here: &str, scratch: &'s mut Scratch) -> Alike<'s> {
    scratch.read(&HERE, framed(here)).alone()
}

/// The features of the buyer's turn before it.
pub fn asked<'s>(asked: &str, scratch: &'s mut Scratch) -> Alike<'s> {
    scratch.read(&ASKED, asked.chars().take(LONGEST)).alone()
}

/// The features of the buyer's turn after it.
pub fn answer<'s>(answer: &str, scratch: &'s mut Scratch) -> Alike<'s> {
    scratch.read(&ANSWER, answer.chars().take(LONGEST)).alone()
}

/// The features of one earlier turn of a speaker, not yet scaled.
pub fn said<'s>(turn: &str, role: Role, scratch: &'s mut Scratch) -> Alike<'s> {
    scratch.read(if role.is_shop() { &SHOP } else { &BUYER }, turn.chars())
}

/// Adds features of what was said before these two, and of the marketplace: those of each turn, as [`said`] gives them,
/// scaled together by [`scale`].
pub fn earlier(view: &View<'_>, scratch: &mut Scratch, out: &mut Vec<Feature>) {
    for (turns, role) in [(view.buyer_before, Role::Buyer), (view.shop_before, Role::Agent)] {
        let mut found = Vec::new();
        for turn in latest(turns) {
            found.extend(said(turn, role, scratch).each());
        }
        let scale = scale(found.len());
        found.sort_unstable_by_key(|(gram, _)| *gram);
        for group in found.chunk_by(|a, b| a.0 == b.0) {
            let value = group.iter().map(|(_, value)| value).sum::<f32>();
            out.extend(group.first().map(|(gram, _)| (*gram, value * scale)));
        }
    }
    out.push(platform(view.platform));
}

/// The feature of a marketplace.
#[must_use]
pub fn platform(platform: Option<Platform>) -> Feature {
    (reduce(mix(PLATFORM, platform.map_or(0, |p| p as u64 + 1))), PLATFORM_WEIGHT)
}

/// What features of earlier turns are multiplied with when there are so many together: the more was said, the less each
/// says.
#[must_use]
pub fn scale(features: usize) -> f32 {
    #[allow(clippy::cast_precision_loss, reason = "turns have far fewer features than a float has digits")]
    let features = features.max(1) as f32;
    features.sqrt().recip()
}

/// The latest of earlier turns, as many as are looked at.
#[must_use]
pub fn latest<'t, 's>(turns: &'t [&'s str]) -> &'t [&'s str] {
    let mut from = turns.len();
    let mut length = 0;
    while let Some(turn) = from.checked_sub(1).and_then(|at| turns.get(at)) {
        length += turn.chars().count() + 1;
        if length > EARLIER {
            break;
        }
        from -= 1;
    }
    turns.get(from..).unwrap_or_default()
}

/// Where a written signal that fired stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the shop's turn.
    Here,
    /// In the buyer's turn before it.
    Asked,
    /// In an earlier turn of the buyer's.
    Buyer,
    /// In an earlier turn of the shop's.
    Shop,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Here, Self::Asked, Self::Buyer, Self::Shop];

    /// The feature of a signal that fires there, by the signal's number (see [`named`]).
    #[must_use]
    pub fn sign(self, signal: u64) -> Feature {
        let (salt, weight) = match self {
            Self::Here => SIGN_HERE,
            Self::Asked => SIGN_ASKED,
            Self::Buyer => SIGN_BUYER,
            Self::Shop => SIGN_SHOP,
        };
        (reduce(mix(salt, signal)), weight)
    }
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

/// The same of the buyer's turn after it.
#[must_use]
pub fn answer_places(answer: &str) -> Vec<(u32, usize, usize)> {
    covered(&ANSWER, answer.chars().take(LONGEST))
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

impl Scratch {
    /// Collects the n-grams of a text, each once.
    fn read(&mut self, space: &Space, chars: impl Iterator<Item = char>) -> Alike<'_> {
        let Self { letters, grams, met } = self;
        letters.read(chars);
        grams.clear();
        met.clear();
        met.grow(1 << MET);
        each_gram(space, &letters.chars, |gram, _, _| {
            // Only an n-gram whose bits were met can be there already.
            if !met.put((gram & ((1 << MET) - 1)) as usize) || !grams.contains(&gram) {
                grams.push(gram);
            }
        });
        Alike { features: grams, value: space.weight }
    }
}

impl<'s> Alike<'s> {
    /// Scaled as features that stand alone.
    fn alone(self) -> Self {
        Self { value: self.value * scale(self.features.len()), ..self }
    }
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
        let signs = Place::ALL.map(|place| place.sign(named("x.refuse")).0);
        assert!(signs.iter().enumerate().all(|(n, sign)| !signs[..n].contains(sign)), "{signs:?}");
        a.extend(own("发票", &mut scratch).each());
        b.extend(asked("发票", &mut scratch).each());
        assert_ne!(a, b);
        let c: Vec<Feature> = answer("发票", &mut scratch).each().collect();
        assert!(c.iter().all(|(gram, _)| a.iter().chain(&b).all(|(other, _)| gram != other)), "{c:?}");
        assert!(places("不开").iter().all(|(_, start, end)| start <= end && *end <= 2));
    }

    #[test]
    fn numbers_are_alike_and_blanks_beside_them_nothing() {
        let grams = |text: &str| own(text, &mut Scratch::default()).each().collect::<Vec<_>>();
        assert_eq!(grams("返现 5 元哦"), grams("返现15元哦"));
        assert_ne!(grams("返现 元"), grams("返现元"));
        let number = places("返 15 元").into_iter().map(|(_, from, to)| (from, to)).collect::<Vec<_>>();
        assert!(number.contains(&(2, 5)) && number.contains(&(0, 5)), "{number:?}");
    }
}
