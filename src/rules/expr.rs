//! Expressions over signals: `a & (b | !c)`, with an optional `n times` and `within n turns|messages|minutes` behind.
//! Parses them into a tree of names; what the names mean is looked up elsewhere.

use std::ops::Range;

use crate::say::Say;

/// An expression over names of type `N`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr<N> {
    /// A signal.
    Name(N),
    /// All hold.
    And(Vec<Expr<N>>),
    /// One holds.
    Or(Vec<Expr<N>>),
    /// Does not hold.
    Not(Box<Expr<N>>),
}

impl<N> Expr<N> {
    /// The same tree over other names.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<M, E>(&self, f: &mut impl FnMut(&N) -> Result<M, E>) -> Result<Expr<M>, E> {
        Ok(match self {
            Self::Name(name) => Expr::Name(f(name)?),
            Self::And(parts) => Expr::And(parts.iter().map(|p| p.map(f)).collect::<Result<_, E>>()?),
            Self::Or(parts) => Expr::Or(parts.iter().map(|p| p.map(f)).collect::<Result<_, E>>()?),
            Self::Not(part) => Expr::Not(Box::new(part.map(f)?)),
        })
    }

    /// Names that are not under a negation, each with whether it stands under one.
    pub fn names<'e>(&'e self, out: &mut Vec<(&'e N, bool)>) {
        self.collect(false, out);
    }

    fn collect<'e>(&'e self, negated: bool, out: &mut Vec<(&'e N, bool)>) {
        match self {
            Self::Name(name) => out.push((name, negated)),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|p| p.collect(negated, out)),
            Self::Not(part) => part.collect(!negated, out),
        }
    }
}

/// How far away a context may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere in the conversation.
    Anywhere,
    /// So many turns of both sides away.
    Turns(u32),
    /// So many messages away.
    Messages(u32),
    /// So many minutes away.
    Minutes(u32),
}

/// A mistake with its place in the expression, in bytes.
pub type Mistake = (Range<usize>, Say);

/// A name with its place in the text.
pub type Named = (String, Range<usize>);

/// An expression with how often and how near it must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// What.
    pub expr: Expr<Named>,
    /// In at least so many turns; 1 when the text does not say.
    pub times: u32,
    /// How far away.
    pub reach: Reach,
}

/// Parses an expression that may end in `n times` and `within n unit`.
///
/// # Errors
/// The first mistake.
pub fn parse(text: &str) -> Result<Phrase, Mistake> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.len() };
    let expr = parser.any_of()?;
    let times = parser.times()?;
    let reach = parser.reach()?;
    match parser.next() {
        None => Ok(Phrase { expr, times, reach }),
        Some((token, span)) => Err((
            span,
            Say::new(
                format!("这里不该有“{token}”，两个信号之间要写 & 或 |"),
                format!("unexpected \"{token}\"; join signals with & or |"),
            ),
        )),
    }
}

fn tokens(text: &str) -> Result<Vec<Named>, Mistake> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        if "&|!()".contains(c) {
            tokens.push((c.to_string(), start..start + 1));
            continue;
        }
        let word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !word(c) {
            return Err((
                start..start + c.len_utf8(),
                Say::new(format!("不认识的符号“{c}”"), format!("unknown sign \"{c}\"")),
            ));
        }
        let mut end = start + c.len_utf8();
        while let Some((at, next)) = chars.peek().copied() {
            if !word(next) {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        tokens.push((text.get(start..end).unwrap_or_default().to_owned(), start..end));
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Named>,
    at: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(|(token, _)| token.as_str())
    }

    fn next(&mut self) -> Option<Named> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn any_of(&mut self) -> Result<Expr<Named>, Mistake> {
        let mut parts = vec![self.all_of()?];
        while self.peek() == Some("|") {
            self.at += 1;
            parts.push(self.all_of()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Or(parts) })
    }

    fn all_of(&mut self) -> Result<Expr<Named>, Mistake> {
        let mut parts = vec![self.single()?];
        while self.peek() == Some("&") {
            self.at += 1;
            parts.push(self.single()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::And(parts) })
    }

    fn single(&mut self) -> Result<Expr<Named>, Mistake> {
        let missing = Say::new("这里缺一个信号名", "a signal name is missing here");
        let Some((token, span)) = self.next() else { return Err((self.end..self.end, missing)) };
        match token.as_str() {
            "!" => Ok(Expr::Not(Box::new(self.single()?))),
            "(" => {
                let inner = self.any_of()?;
                match self.next() {
                    Some((close, _)) if close == ")" => Ok(inner),
                    _ => Err((span, Say::new("括号没有合上", "this bracket is not closed"))),
                }
            }
            "&" | "|" | ")" => Err((span, missing)),
            _ => Ok(Expr::Name((token, span))),
        }
    }

    /// `3 times`; a name never begins with a digit.
    fn times(&mut self) -> Result<u32, Mistake> {
        let Some(number) = self.peek().filter(|t| t.starts_with(|c: char| c.is_ascii_digit())) else {
            return Ok(1);
        };
        let number = number.parse::<u32>().ok().filter(|n| *n > 0);
        let start = self.next().map_or(self.end, |(_, span)| span.start);
        match (number, self.next()) {
            (Some(n), Some((word, _))) if word == "times" || word == "time" => Ok(n),
            _ => Err((start..self.end, Say::new("次数要写成 2 times", "write how often as: 2 times"))),
        }
    }

    fn reach(&mut self) -> Result<Reach, Mistake> {
        if self.peek() != Some("within") {
            return Ok(Reach::Anywhere);
        }
        let start = self.next().map_or(self.end, |(_, span)| span.start);
        let number = self.next().and_then(|(token, _)| token.parse::<u32>().ok());
        let unit = self.next().map(|(token, _)| token).unwrap_or_default();
        match (number, unit.as_str()) {
            (Some(n), "turns" | "turn") => Ok(Reach::Turns(n)),
            (Some(n), "messages" | "message") => Ok(Reach::Messages(n)),
            (Some(n), "minutes" | "minute") => Ok(Reach::Minutes(n)),
            _ => Err((
                start..self.end,
                Say::new(
                    "范围要写成 within 3 turns（或 messages、minutes）",
                    "write the reach as: within 3 turns (or messages, minutes)",
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        fn show(e: &Expr<Named>) -> String {
            let join = |parts: &[Expr<Named>], sign: &str| {
                format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(sign))
            };
            match e {
                Expr::Name((name, _)) => name.clone(),
                Expr::And(parts) => join(parts, "&"),
                Expr::Or(parts) => join(parts, "|"),
                Expr::Not(part) => format!("!{}", show(part)),
            }
        }
        match parse(text) {
            Ok(p) => format!("{} {} {:?}", show(&p.expr), p.times, p.reach),
            Err((span, say)) => format!("{span:?} {}", say.en),
        }
    }

    #[test]
    fn parses_and_says_where_it_fails() {
        let cases = [
            ("a.b & !c | d", "((a.b&!c)|d) 1 Anywhere"),
            ("a & (b | c) within 3 turns", "(a&(b|c)) 1 Turns(3)"),
            ("a 2 times within 3 minutes", "a 2 Minutes(3)"),
            ("a 2 turns", "2..9 write how often as: 2 times"),
            ("a b", "2..3 unexpected \"b\"; join signals with & or |"),
            ("a & ", "4..4 a signal name is missing here"),
            ("(a | b", "0..1 this bracket is not closed"),
        ];
        for (from, to) in cases {
            assert_eq!(shape(from), to, "{from}");
        }
    }
}
