//! Which header a missing column may stand under, guessed from the values of some rows: for advice to the user alone.
//! Nothing is read by such a guess.

use super::columns::Column;
use super::{Options, roles, times};

/// Rows that are looked at.
pub(super) const ROWS: usize = 500;

/// What the values of one header are like.
struct Values<'a> {
    /// Filled ones.
    all: Vec<&'a str>,
    distinct: usize,
    /// How often a value differs from the one before it.
    turns: usize,
    /// Characters of a value on the average.
    mean: usize,
}

impl<'a> Values<'a> {
    fn of(rows: &'a [Vec<String>], field: usize) -> Self {
        let values = rows.iter().filter_map(|row| row.get(field)).map(|v| v.trim());
        let all: Vec<&str> = values.filter(|v| !v.is_empty()).collect();
        let mut distinct = all.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let turns = all.windows(2).filter(|pair| matches!(pair, [a, b] if a != b)).count();
        let characters: usize = all.iter().map(|v| v.chars().count()).sum();
        Self { distinct: distinct.len(), turns, mean: characters / all.len().max(1), all }
    }

    /// Whether at least nine of ten values are such.
    fn mostly(&self, is: impl Fn(&str) -> bool) -> bool {
        let n = self.all.iter().filter(|v| is(v)).count();
        n > 0 && n * 10 >= self.all.len() * 9
    }

    /// How much speaks for a column, 0 for nothing.
    fn fit(&self, column: Column, options: &Options) -> usize {
        match column {
            Column::SentAt => usize::from(self.mostly(|v| times::parse(v.as_bytes()).is_some())),
            Column::Sender => self.speaks(options),
            // Of several texts the longest is what was said.
            Column::Content if self.mean >= 4 && self.distinct * 2 > self.all.len() && self.has_han() => {
                self.mean
            }
            _ => 0,
        }
    }

    fn has_han(&self) -> bool {
        self.all.iter().any(|v| v.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
    }

    /// Words for roles or accounts of staff; else short names that come again and, as people take turns, change often.
    fn speaks(&self, options: &Options) -> usize {
        let known = |v: &str| {
            let time = times::parse(v.as_bytes()).is_some() || v.starts_with("http");
            roles::is_role_word(v) || v.contains([':', '：']) && !time || options.staff.role(v).is_some()
        };
        let named = self.all.iter().filter(|v| known(v)).count();
        if named * 10 >= self.all.len() * 3 && self.mean <= 16 {
            return self.all.len() + named;
        }
        let name = |v: &str| {
            v.chars().count() <= 16
                && v.chars().any(char::is_alphabetic)
                && roles::kind(v).is_none()
                && roles::platform(v).is_none()
        };
        let again = self.distinct >= 2 && self.distinct * 3 <= self.all.len() * 2;
        if again && self.turns * 5 >= self.all.len() && self.mostly(name) { self.turns } else { 0 }
    }
}

/// For each column among `lacking` the header among `unread` that its values speak for, if one does more than all others.
pub(super) fn guess(
    headers: &[String],
    unread: &[String],
    rows: &[Vec<String>],
    lacking: &[Column],
    options: &Options,
) -> Vec<(Column, String)> {
    let rows = rows.get(..rows.len().min(ROWS)).unwrap_or_default();
    let free = headers.iter().enumerate().filter(|(_, h)| unread.iter().any(|u| u == h.trim()));
    let candidates: Vec<(&str, Values<'_>)> =
        free.map(|(field, header)| (header.trim(), Values::of(rows, field))).collect();
    let mut guesses: Vec<(Column, String)> = Vec::new();
    for column in lacking {
        let open = candidates.iter().filter(|(header, _)| !guesses.iter().any(|(_, h)| h == header));
        let mut fits: Vec<(usize, &str)> = open
            .map(|(header, values)| (values.fit(*column, options), *header))
            .filter(|(n, _)| *n > 0)
            .collect();
        fits.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
        match fits.as_slice() {
            [(n, _), (second, _), ..] if n == second => {}
            [(_, header), ..] => guesses.push((*column, (*header).to_owned())),
            [] => {}
        }
    }
    guesses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(table: &[&[&str]]) -> Vec<(Column, String)> {
        let mut rows = table.iter().map(|row| row.iter().map(|v| (*v).to_owned()).collect::<Vec<String>>());
        let headers = rows.next().unwrap();
        let lacking = [Column::Sender, Column::SentAt, Column::Content];
        guess(&headers, &headers, &rows.collect::<Vec<_>>(), &lacking, &Options::default())
    }

    #[test]
    fn values_speak_for_their_column() {
        let found = guessed(&[
            &["流水", "谁", "几时", "说了啥", "客人", "种类"],
            &["1", "客人", "2026/3/12 9:05:03", "在吗 有没有37码", "豆糕", "文本"],
            &["2", "阿穗", "2026/3/12 9:06:30", "有现货的亲", "豆糕", "文本"],
            &["3", "客人", "2026/3/12 9:07:10", "能开发票吗", "豆糕", "文本"],
            &["4", "阿穗", "2026/3/12 9:07:41", "不开发票的哦", "豆糕", "图片"],
            &["5", "客人", "2026/3/12 9:08:41", "好吧那算了", "麦子", "文本"],
            &["6", "阿穗", "2026/3/12 9:09:41", "谢谢您的光临", "麦子", "文本"],
        ]);
        let names: Vec<&str> = found.iter().map(|(_, h)| h.as_str()).collect();
        assert_eq!(names, ["谁", "几时", "说了啥"]);
    }

    #[test]
    fn what_is_no_clearer_than_another_is_not_guessed() {
        let found = guessed(&[
            &["甲", "乙"],
            &["2026-03-12 09:05:03", "2026-03-12 09:05:03"],
            &["2026-03-12 09:06:03", "2026-03-12 09:06:04"],
        ]);
        assert_eq!(found, []);
    }
}
