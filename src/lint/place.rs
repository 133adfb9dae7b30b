//! From bytes of a file's text to lines and columns. Lines end in `\n`, `\r\n` or a lone `\r`; columns count
//! characters from 1.

/// Where lines begin.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Notes the lines of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let ends = *byte == b'\n' || *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
            if ends {
                starts.push(at + 1);
            }
        }
        Self { starts }
    }

    /// 1-based line of a byte.
    #[must_use]
    pub fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).max(1)
    }

    /// 1-based line and column (in characters) of a byte.
    #[must_use]
    pub fn place(&self, text: &str, at: usize) -> (usize, usize) {
        let line = self.line(at);
        let start = self.start(line);
        let before = text.get(start..at.min(text.len())).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    /// First byte of a line.
    #[must_use]
    pub fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// A line without its end; empty beyond the last.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str, line: usize) -> &'t str {
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        text.get(self.start(line)..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_line_ends_count_once() {
        let text = "甲\r\n乙乙\r丙\nd";
        let lines = Lines::of(text);
        assert_eq!((1..=4).map(|n| lines.text(text, n)).collect::<Vec<_>>(), ["甲", "乙乙", "丙", "d"]);
        assert_eq!(lines.place(text, text.find("丙").unwrap()), (3, 1));
        assert_eq!(lines.place(text, text.find("乙").unwrap() + 3), (2, 2));
        assert_eq!(lines.place(text, text.len()), (4, 2));
    }
}
