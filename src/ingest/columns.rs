//! Which header is which column. It matches names only; it never looks at values, and where two headers fit one
//! column equally well it refuses to guess.

use std::fmt;
use std::sync::Arc;

use super::Options;
use super::aliases::NAMES;
use super::export::Export;
use super::trouble::{Trouble, list};
use crate::problem::Severity;
use crate::say::Say;
use crate::text::normal::is_han;

/// A column that the program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The marketplace.
    Platform,
    /// The shop's name.
    Shop,
    /// The export's own session id.
    SessionId,
    /// The buyer's account.
    Buyer,
    /// The agent on duty.
    Agent,
    /// Who speaks: a role or an account. Indispensable.
    Sender,
    /// When it was sent. Indispensable.
    SentAt,
    /// What the message carries (`type`).
    Kind,
    /// The words. Indispensable.
    Content,
    /// The order that the row names.
    OrderId,
    /// The date, where the log keeps date and time of day apart.
    Date,
    /// The message's state, read only for "withdrawn".
    Status,
}

impl Column {
    /// Every column, in canonical order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Platform,
        Self::Shop,
        Self::SessionId,
        Self::Buyer,
        Self::Agent,
        Self::Sender,
        Self::SentAt,
        Self::Kind,
        Self::Content,
        Self::OrderId,
        Self::Date,
        Self::Status,
    ];

    /// How many columns there are.
    pub(super) const COUNT: usize = 12;

    /// The canonical name, as in `--column sender=发话者`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Shop => "shop",
            Self::SessionId => "session_id",
            Self::Buyer => "buyer",
            Self::Agent => "agent",
            Self::Sender => "sender",
            Self::SentAt => "sent_at",
            Self::Kind => "type",
            Self::Content => "content",
            Self::OrderId => "order_id",
            Self::Date => "date",
            Self::Status => "status",
        }
    }

    /// The column that a user means by `name`: a canonical name, or any known alias (`role`, `时间`).
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        fit(&fold(name)).map(|(column, _)| column)
    }

    /// The place in an array of [`Column::COUNT`].
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// What the column is called in a Chinese sentence.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Platform => "平台",
            Self::Shop => "店铺",
            Self::SessionId => "会话编号",
            Self::Buyer => "买家",
            Self::Agent => "客服",
            Self::Sender => "发送者（角色）",
            Self::SentAt => "发送时间",
            Self::Kind => "消息类型",
            Self::Content => "消息内容",
            Self::OrderId => "订单号",
            Self::Date => "日期",
            Self::Status => "消息状态",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Without these a row cannot be judged.
const NEEDED: [Column; 3] = [Column::Sender, Column::SentAt, Column::Content];

/// Where each column stands among the fields of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Layout {
    /// How many fields a whole row has.
    pub(super) width: usize,
    /// Field number per column.
    at: [Option<usize>; Column::COUNT],
    /// The header's own wording per column, for messages.
    names: [String; Column::COUNT],
    /// Headers that no column stands under.
    pub(super) unread: Vec<String>,
    /// The user's description of such an export.
    pub(super) export: Option<Arc<Export>>,
    /// The file has no header: the format itself says what stands where.
    pub(super) is_given: bool,
}

impl Layout {
    /// The field number of `column`.
    pub(super) fn field(&self, column: Column) -> Option<usize> {
        self.at.get(column.index()).copied().flatten()
    }

    /// The header as the file words it, or the canonical name.
    pub(super) fn header(&self, column: Column) -> &str {
        match self.names.get(column.index()) {
            Some(name) if !name.is_empty() => name,
            _ => column.name(),
        }
    }

    /// Names a column of a format whose rows have no numbered fields.
    pub(super) fn call(&mut self, column: Column, name: &str) {
        self.put(column, Some(column.index()), name);
    }

    /// Every column in its place, under its canonical name; without those of time unless it is `timed`.
    pub(super) fn canonical(timed: bool) -> Self {
        let mut layout = Self { width: Column::COUNT, is_given: true, ..Self::default() };
        let is_time = |column: &Column| matches!(column, Column::SentAt | Column::Date);
        for column in Column::ALL.into_iter().filter(|column| timed || !is_time(column)) {
            layout.put(column, Some(column.index()), column.name());
        }
        layout
    }

    fn put(&mut self, column: Column, field: Option<usize>, name: &str) {
        if let (Some(at), Some(names)) = (self.at.get_mut(column.index()), self.names.get_mut(column.index()))
        {
            *at = field;
            name.trim().clone_into(names);
        }
    }

    /// The columns among `needed` that the layout lacks.
    pub(super) fn lacks(&self) -> Vec<Column> {
        NEEDED.into_iter().filter(|c| self.field(*c).is_none()).collect()
    }
}

/// A header's wording without what does not matter: case, blanks, `_`, `-`, width, a bracketed remark.
pub(super) fn fold(header: &str) -> String {
    let mut folded = String::with_capacity(header.len());
    for c in header.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        };
        if matches!(c, '(' | '【') && !folded.is_empty() {
            break;
        }
        if !(c.is_whitespace() || c.is_control() || matches!(c, '_' | '-' | '"' | '\u{feff}' | '\u{200b}')) {
            // Looking up that a Chinese character has no case is what would take longest here.
            if is_han(c) { folded.push(c) } else { folded.extend(c.to_lowercase()) }
        }
    }
    folded
}

/// The column that a folded header fits, and how well: 3 canonical, 2 exact alias, 1 loose alias.
fn fit(folded: &str) -> Option<(Column, u8)> {
    if let Some(column) = Column::ALL.into_iter().find(|c| c.name().replace('_', "") == folded) {
        return Some((column, 3));
    }
    NAMES.iter().find_map(|names| {
        if names.exact.contains(&folded) {
            Some((names.column, 2))
        } else {
            names.loose.contains(&folded).then_some((names.column, 1))
        }
    })
}

/// How many of the headers are known; used to tell delimiters apart.
pub(super) fn known(headers: &[String]) -> usize {
    headers.iter().filter(|h| fit(&fold(h)).is_some()).count()
}

/// The same, those included that the user named; a header that a `[columns]` describes is known whole.
pub(super) fn known_to(headers: &[String], options: &Options) -> usize {
    let all: Vec<String> = headers.iter().map(|h| fold(h)).collect();
    if let Ok(Some(export)) = export(&all, options)
        && !export.columns.is_empty()
    {
        return all.len();
    }
    let named = |folded: &str| options.columns.iter().any(|(_, name)| fold(name) == folded);
    headers.iter().map(|h| fold(h)).filter(|h| fit(h).is_some() || named(h)).count()
}

/// The export that a header fits, all of its headers being there: the one that names most columns.
fn export(folded: &[String], options: &Options) -> Result<Option<Arc<Export>>, Box<Trouble>> {
    let fitting = || options.exports.iter().filter(|p| p.lacks(folded).is_empty());
    let most = fitting().map(|p| p.columns.len()).max();
    let best: Vec<&Arc<Export>> = fitting().filter(|p| Some(p.columns.len()) == most).collect();
    match best.as_slice() {
        [] => Ok(None),
        [one, others @ ..] if others.iter().all(|other| other == one) => Ok(Some(Arc::clone(one))),
        many => Err(Box::new(many_exports(&many.iter().map(|p| p.name.as_str()).collect::<Vec<_>>()))),
    }
}

/// Finds the columns. All troubles come at once; a missing indispensable column is left to [`missing`].
pub(super) fn resolve<S: AsRef<str>>(headers: &[S], options: &Options) -> Result<Layout, Vec<Trouble>> {
    let mut layout = Layout { width: headers.len(), ..Layout::default() };
    let mut troubles = Vec::new();
    let folded: Vec<String> = headers.iter().map(|h| fold(h.as_ref())).collect();
    layout.export = export(&folded, options).unwrap_or_else(|trouble| {
        troubles.push(*trouble);
        None
    });
    let by_export = layout.export.clone();
    let given = |column: &Column| options.columns.iter().any(|(c, _)| c == column);
    let by_export = by_export.iter().flat_map(|p| &p.columns).filter(|(column, _)| !given(column));
    let by_user: Vec<&(Column, String)> = options.columns.iter().chain(by_export).collect();
    let named: Vec<Column> = by_user.iter().map(|(c, _)| *c).collect();
    for (column, wanted) in by_user {
        let wanted_folded = fold(wanted);
        match folded.iter().position(|f| *f == wanted_folded) {
            Some(field) => layout.put(*column, Some(field), wanted),
            None => troubles.push(unknown(*column, wanted, headers)),
        }
    }
    let taken: Vec<Option<usize>> = layout.at.to_vec();
    for column in Column::ALL {
        if named.contains(&column) {
            continue;
        }
        let fits: Vec<(usize, u8)> = folded
            .iter()
            .enumerate()
            .filter(|(i, _)| !taken.contains(&Some(*i)))
            .filter_map(|(i, f)| fit(f).filter(|(c, _)| *c == column).map(|(_, rank)| (i, rank)))
            .collect();
        let best = fits.iter().map(|(_, rank)| *rank).max();
        let finest: Vec<usize> = fits.iter().filter(|(_, r)| Some(*r) == best).map(|(i, _)| *i).collect();
        match finest.as_slice() {
            [] => {}
            [one] => layout.put(column, Some(*one), headers.get(*one).map_or("", AsRef::as_ref)),
            // The message's state is a convenience; two of them are no reason to refuse a file.
            _ if column == Column::Status => {}
            many => troubles.push(ambiguous(column, many, headers)),
        }
    }
    if layout.field(Column::SentAt).is_none() && !named.contains(&Column::SentAt) {
        let (field, name) = (layout.field(Column::Date), layout.header(Column::Date).to_owned());
        if field.is_some() {
            layout.put(Column::SentAt, field, &name);
            layout.put(Column::Date, None, "");
        }
    }
    let used: Vec<Option<usize>> = layout.at.to_vec();
    let unread = headers.iter().enumerate().filter(|(i, _)| !used.contains(&Some(*i)));
    layout.unread = unread.map(|(_, name)| name.as_ref().trim().to_owned()).collect();
    if troubles.is_empty() { Ok(layout) } else { Err(troubles) }
}

/// The trouble of each indispensable column that `layout` lacks, with the headers that values speak for.
pub(super) fn missing<S: AsRef<str>>(
    layout: &Layout,
    headers: &[S],
    guesses: &[(Column, String)],
) -> Vec<Trouble> {
    let found = list(headers);
    layout
        .lacks()
        .into_iter()
        .map(|column| Trouble {
            code: "column-missing",
            severity: Severity::Error,
            column: column.name().to_owned(),
            what: Say::new(
                format!("找不到“{}”列（{column}）；表头里有：{found}", column.zh()),
                format!("no column for `{column}`; the header has: {found}"),
            ),
            next: match guesses.iter().find(|(guessed, _)| *guessed == column) {
                Some((_, header)) => Say::new(
                    format!("看内容，“{header}”像是这一列；对的话加上 --column {column}={header}"),
                    format!("its values speak for `{header}`; if that is right, add --column {column}={header}"),
                ),
                None => Say::new(
                    format!("用 --column {column}=表头名 指出是哪一列；若首行不是表头，请先补上表头"),
                    format!(
                        "name it with --column {column}=HEADER; if the first line is no header, add one to the file"
                    ),
                ),
            },
        })
        .collect()
}

fn many_exports(names: &[&str]) -> Trouble {
    let both = list(names);
    Trouble {
        code: "columns-ambiguous",
        severity: Severity::Error,
        column: String::new(),
        what: Say::new(
            format!("表头同样符合几个 [columns]：{both}，不猜"),
            format!("the header fits several [columns] equally well: {both}; refusing to guess"),
        ),
        next: Say::new(
            "给其中一个多写一栏只有它才有的表头，或分开运行",
            "name one more header that only one of the exports has, or run them apart",
        ),
    }
}

fn unknown<S: AsRef<str>>(column: Column, wanted: &str, headers: &[S]) -> Trouble {
    let found = list(headers);
    Trouble {
        code: "column-unknown",
        severity: Severity::Error,
        column: column.name().to_owned(),
        what: Say::new(
            format!("--column {column}={wanted} 指定的列不存在；表头里有：{found}"),
            format!("--column {column}={wanted} names a column that is not there; the header has: {found}"),
        ),
        next: Say::new("把等号右边改成表头里的名字", "put one of the header's names after the equals sign"),
    }
}

fn ambiguous<S: AsRef<str>>(column: Column, fields: &[usize], headers: &[S]) -> Trouble {
    let names: Vec<&str> = fields.iter().filter_map(|i| headers.get(*i)).map(AsRef::as_ref).collect();
    let (both, first) = (list(&names), names.first().copied().unwrap_or_default().trim().to_owned());
    Trouble {
        code: "column-ambiguous",
        severity: Severity::Error,
        column: column.name().to_owned(),
        what: Say::new(
            format!("{both} 都像是“{}”列（{column}），不猜", column.zh()),
            format!("{both} fit `{column}` equally well; refusing to guess"),
        ),
        next: Say::new(
            format!("用 --column 选定一列，例如 --column {column}={first}"),
            format!("choose one with --column, for example --column {column}={first}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(headers: &[&str]) -> Result<Layout, Vec<Trouble>> {
        resolve(headers, &Options::default())
    }

    #[test]
    fn chinese_names_in_any_order_and_width() {
        let l = layout(&["备注", " 消息内容 ", "发送时间（北京时间）", "客户昵称", "发送者"]).unwrap();
        assert_eq!(l.field(Column::Content), Some(1));
        assert_eq!(l.field(Column::SentAt), Some(2));
        assert_eq!(l.field(Column::Buyer), Some(3));
        assert_eq!(l.field(Column::Sender), Some(4));
        assert_eq!(l.field(Column::Shop), None);
        let l = layout(&["Session ID", "sentAt", "ＳＥＮＤＥＲ", "Content"]).unwrap();
        assert_eq!(l.field(Column::SessionId), Some(0));
        assert!(l.lacks().is_empty());
    }

    #[test]
    fn a_canonical_name_beats_an_alias_but_equal_aliases_are_refused() {
        let l = layout(&["role", "sender", "time", "content"]).unwrap();
        assert_eq!(l.field(Column::Sender), Some(1));
        let t = layout(&["对象", "发话者", "时间", "消息"]).unwrap_err();
        assert_eq!(t.len(), 1);
        assert_eq!((t[0].code, t[0].column.as_str()), ("column-ambiguous", "sender"));
        assert!(t[0].what.zh.contains("对象") && t[0].what.zh.contains("发话者"));
    }

    #[test]
    fn the_users_word_decides() {
        let options = Options {
            columns: vec![(Column::parse("role").unwrap(), "发话者".to_owned())],
            ..Options::default()
        };
        let l = resolve(&["对象", "发话者", "时间", "消息"], &options).unwrap();
        assert_eq!(l.field(Column::Sender), Some(1));
        let t = resolve(&["对象", "时间", "消息"], &options).unwrap_err();
        assert_eq!(t[0].code, "column-unknown");
    }

    #[test]
    fn an_export_is_known_where_all_its_headers_are() {
        let export = |name: &str, columns: &[(Column, &str)]| {
            let columns = columns.iter().map(|(c, h)| (*c, (*h).to_owned())).collect();
            Arc::new(Export { name: name.to_owned(), columns, ..Export::default() })
        };
        let short = export("短", &[(Column::Sender, "谁"), (Column::Content, "话")]);
        let long = export("长", &[(Column::Sender, "谁"), (Column::Content, "话"), (Column::SentAt, "几时")]);
        let other = export("别", &[(Column::Sender, "谁"), (Column::Content, "话"), (Column::Buyer, "客")]);
        let options = |exports: &[&Arc<Export>]| Options {
            exports: exports.iter().map(|p| Arc::clone(p)).collect(),
            ..Options::default()
        };
        let l = resolve(&["谁", "话", "几时", "备注"], &options(&[&short, &long, &other])).unwrap();
        assert_eq!(l.export.as_ref().unwrap().name, "长");
        assert_eq!((l.field(Column::SentAt), l.unread.as_slice()), (Some(2), &["备注".to_owned()][..]));
        let l = resolve(&["谁", "时间"], &options(&[&short])).unwrap();
        assert_eq!((l.field(Column::Sender), l.export), (None, None));
        let t = resolve(&["谁", "话", "几时", "客"], &options(&[&long, &other])).unwrap_err();
        assert_eq!(t[0].code, "columns-ambiguous");
        let mut own = options(&[&long]);
        own.columns = vec![(Column::Sender, "备注".to_owned())];
        let l = resolve(&["谁", "话", "几时", "备注"], &own).unwrap();
        assert_eq!(l.field(Column::Sender), Some(3), "the command line goes before `[columns]`");
    }

    #[test]
    fn a_date_beside_a_time_is_kept_and_alone_stands_for_both() {
        let l = layout(&["日期", "时间", "角色", "内容"]).unwrap();
        assert_eq!((l.field(Column::Date), l.field(Column::SentAt)), (Some(0), Some(1)));
        let l = layout(&["日期", "角色", "内容"]).unwrap();
        assert_eq!((l.field(Column::Date), l.field(Column::SentAt)), (None, Some(0)));
    }

    #[test]
    fn what_is_missing_is_named_with_what_was_found() {
        let headers = ["角色", "备注"];
        let t = missing(&layout(&headers).unwrap(), &headers, &[]);
        let columns: Vec<&str> = t.iter().map(|t| t.column.as_str()).collect();
        assert_eq!(columns, ["sent_at", "content"]);
        assert!(t[0].what.zh.contains("备注") && t[0].next.en.contains("--column sent_at="));
    }
}
