//! The lines of a piece of text, the messages that a layout makes of them, and what was learned from the beginning of the
//! file. It decides nothing about speakers; `speakers` does.

use std::borrow::Cow;

use super::stamps;

/// One physical line.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// 1-based number in the file.
    pub(super) number: u64,
    /// Byte of the piece where it begins.
    pub(super) start: usize,
    /// Without blanks and control characters at both ends.
    pub(super) text: &'a str,
    /// With the blanks at its beginning.
    indented: &'a str,
}

/// Whether a character at the end of a line is no part of it: exports leave tabs, control characters and marks there.
fn is_rest(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
}

/// A piece of text.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) lines: Vec<Line<'a>>,
    /// What still holds from the pieces before: a date or a heading, as the layout carries it; empty for nothing.
    pub(super) carried: &'a str,
}

impl<'a> Piece<'a> {
    /// Cuts a text into lines; the first has number `first`.
    pub(super) fn new(text: &'a str, first: u64, carried: &'a str) -> Self {
        let mut lines = Vec::with_capacity(text.len() / 32);
        let (mut start, mut number) = (0, first);
        for whole in text.split_inclusive('\n') {
            let indented = whole.trim_end_matches(is_rest);
            lines.push(Line { number, start, text: indented.trim_start_matches(is_rest), indented });
            start += whole.len();
            number += 1;
        }
        Self { text, lines, carried }
    }

    /// The text of lines `from` to `to` (exclusive) without blank lines at both ends.
    pub(super) fn body(&self, from: usize, to: usize) -> Cow<'a, str> {
        let mut lines = self.lines.get(from..to).unwrap_or_default();
        while let [first, rest @ ..] = lines
            && first.text.is_empty()
        {
            lines = rest;
        }
        while let [rest @ .., last] = lines
            && last.text.is_empty()
        {
            lines = rest;
        }
        match lines {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(one.text),
            [first, rest @ ..] => {
                let mut all = first.text.to_owned();
                for line in rest {
                    all.push('\n');
                    all.push_str(line.indented);
                }
                Cow::Owned(all)
            }
        }
    }

    /// Lines `from` to `to` (exclusive) as they stand in the file.
    pub(super) fn raw(&self, from: usize, to: usize) -> &'a str {
        let at = |i: usize| self.lines.get(i).map_or(self.text.len(), |line| line.start);
        self.text.get(at(from)..at(to)).unwrap_or_default()
    }

    /// The text of line `i`, empty beyond the end.
    pub(super) fn line(&self, i: usize) -> &'a str {
        self.lines.get(i).map_or("", |line| line.text)
    }
}

/// A message as a layout gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft<'a> {
    /// Number of its first line.
    pub(super) number: u64,
    /// It as it stands in the file.
    pub(super) raw: &'a str,
    /// Who wrote it: an account or a word for a role.
    pub(super) sender: Cow<'a, str>,
    /// Whom it was written to, empty when the file does not say.
    pub(super) to: &'a str,
    /// A moment, or a time of day where `date` is given.
    pub(super) at: &'a str,
    pub(super) date: &'a str,
    pub(super) body: Cow<'a, str>,
    /// A word for what it carries, empty for text.
    pub(super) kind: &'static str,
}

/// Messages that belong to one talk as far as the file tells, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Session<'a> {
    pub(super) drafts: Vec<Draft<'a>>,
    /// The buyer's account where the file names it apart from the messages.
    pub(super) buyer: &'a str,
    /// Several people talk, not one buyer with the shop.
    pub(super) is_group: bool,
    /// It begins and ends where the file says so, and is one conversation.
    pub(super) is_bounded: bool,
}

/// Puts a layout's messages together line by line: a head opens a message, other lines continue it.
pub(super) struct Composer<'p, 'a> {
    piece: &'p Piece<'a>,
    /// The open message, its first line and the first line of its body.
    open: Option<(Draft<'a>, usize, usize)>,
    /// Lines of the body that stand on the line of the head.
    inline: &'a str,
    pub(super) session: Session<'a>,
    made: Made<'a>,
}

/// What a layout makes of a piece.
#[derive(Debug, Default)]
pub(super) struct Made<'a> {
    pub(super) sessions: Vec<Session<'a>>,
    /// Lines that belong to no message although they hold something.
    pub(super) stray: Vec<usize>,
}

impl<'p, 'a> Composer<'p, 'a> {
    pub(super) fn new(piece: &'p Piece<'a>) -> Self {
        Self { piece, open: None, inline: "", session: Session::default(), made: Made::default() }
    }

    /// Opens a message whose head begins at line `head`; its body begins with `inline` (the rest of the head's line) and
    /// goes on at line `body`.
    pub(super) fn open(&mut self, draft: Draft<'a>, head: usize, inline: &'a str, body: usize) {
        self.close(head);
        self.inline = inline;
        self.open = Some((draft, head, body));
    }

    /// Whether line `i` would be the first of the open message's text.
    pub(super) fn begins_text(&self, i: usize) -> bool {
        self.inline.is_empty() && self.open.as_ref().is_some_and(|(_, _, body)| *body == i)
    }

    /// Whether a message is open.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Ends the open message before line `end`.
    pub(super) fn close(&mut self, end: usize) {
        self.close_body(end, end);
    }

    /// Ends the open message before line `end`, and its text before line `text_end`.
    pub(super) fn close_body(&mut self, text_end: usize, end: usize) {
        let Some((mut draft, head, body)) = self.open.take() else { return };
        let rest = self.piece.body(body, text_end);
        draft.body = match (self.inline.is_empty(), rest.is_empty()) {
            (true, _) => rest,
            (false, true) => Cow::Borrowed(self.inline),
            (false, false) => Cow::Owned(format!("{}\n{rest}", self.inline)),
        };
        draft.number = self.piece.lines.get(head).map_or(0, |line| line.number);
        draft.raw = self.piece.raw(head, end);
        self.session.drafts.push(draft);
    }

    /// Ends the session before line `end`.
    pub(super) fn end_session(&mut self, end: usize) {
        self.close(end);
        let done = std::mem::take(&mut self.session);
        if !done.drafts.is_empty() {
            self.made.sessions.push(done);
        }
    }

    /// Ends everything.
    pub(super) fn finish(mut self) -> Made<'a> {
        self.end_session(self.piece.lines.len());
        self.made
    }

    /// A line that belongs to no message.
    pub(super) fn stray(&mut self, line: usize) {
        self.made.stray.push(line);
    }
}

/// The date that holds after a text: the last that stands alone on a line.
pub(super) fn carry_date(text: &str, before: &str) -> String {
    let alone = text.lines().rev().find_map(|line| stamps::date_alone(line.trim_matches(is_rest)));
    alone.unwrap_or(before).to_owned()
}

/// Nothing holds beyond a piece.
pub(super) fn carry_nothing(_: &str, _: &str) -> String {
    String::new()
}
