//! Numbers spelt in characters so that no filter sees them: `一三八…`, `1扒衫柳扒武衫漆22`. Only long runs are read, since in
//! short ones the characters mean what they say.

/// Shortest run of numerals alone that is a number.
pub(super) const SHORTEST: usize = 6;
/// Shortest run when characters that merely sound like digits stand in it, and the least number of real digits then.
const SHORTEST_BY_SOUND: (usize, usize) = (7, 3);

/// The digits as written in Chinese, small, large and spoken on the radio.
const WRITTEN: [(&str, char); 10] = [
    ("零〇洞", '0'),
    ("一壹幺", '1'),
    ("二贰两", '2'),
    ("三叁", '3'),
    ("四肆", '4'),
    ("五伍", '5'),
    ("六陆", '6'),
    ("七柒拐", '7'),
    ("八捌", '8'),
    ("九玖勾", '9'),
];
/// Characters that sound like digits, as seen in contact evasions.
const SOUNDING: [(&str, char); 9] = [
    ("灵铃", '0'),
    ("依腰", '1'),
    ("尔", '2'),
    ("衫伞", '3'),
    ("寺", '4'),
    ("武舞", '5'),
    ("柳溜", '6'),
    ("漆棋", '7'),
    ("扒", '8'),
];

/// The digit that a character stands for or sounds like, and whether it is written so.
fn digit(c: char) -> Option<(char, bool)> {
    let find = |table: &[(&str, char)]| table.iter().find(|(signs, _)| signs.contains(c)).map(|(_, d)| *d);
    find(&WRITTEN).map(|d| (d, true)).or_else(|| find(&SOUNDING).map(|d| (d, false)))
}

/// Every character that [`digit`] knows.
pub(super) fn signs() -> impl Iterator<Item = char> {
    WRITTEN.iter().chain(&SOUNDING).flat_map(|(signs, _)| signs.chars())
}

/// The number that a run of digits and numerals spells; `None` when the run means what it says.
pub(super) fn spelt(run: &[char]) -> Option<Vec<char>> {
    let read = |c: &char| if c.is_ascii_digit() { Some((*c, true)) } else { digit(*c) };
    let digits: Vec<(char, bool)> = run.iter().map(read).collect::<Option<_>>()?;
    let real = digits.iter().filter(|(_, is_written)| *is_written).count();
    let by_sound = real < digits.len();
    let (shortest, least) = if by_sound { SHORTEST_BY_SOUND } else { (SHORTEST, 0) };
    // 一二三四五六 counts, 六六六六六六 applauds.
    let value = |at: usize| digits.get(at).and_then(|(d, _)| d.to_digit(10)).unwrap_or(0);
    let steps: Vec<i64> =
        (1..digits.len()).map(|at| i64::from(value(at)) - i64::from(value(at - 1))).collect();
    let is_number =
        steps.iter().any(|step| Some(step) != steps.first()) || !matches!(steps.first(), Some(0 | 1));
    (digits.len() >= shortest && real >= least && is_number).then(|| digits.iter().map(|(d, _)| *d).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_are_numbers_and_short_ones_words() {
        let read = |text: &str| spelt(&text.chars().collect::<Vec<_>>()).map(String::from_iter);
        assert_eq!(read("一三八零零零零八八八八").as_deref(), Some("13800008888"));
        assert_eq!(read("1扒衫柳扒武衫漆22").as_deref(), Some("1836853722"));
        assert_eq!(read("二八五三一六").as_deref(), Some("285316"));
        assert_eq!(read("二零二六"), None);
        assert_eq!(read("一二三四五六七"), None);
        assert_eq!(read("六六六六六六"), None);
        assert_eq!(read("扒衫柳扒武衫漆"), None);
    }
}
