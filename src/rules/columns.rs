//! `[columns]`: how a shop's own export is laid out, and who its people are. It reads and checks what is written; which
//! file fits is for `ingest`.

use std::sync::Arc;

use crate::ingest::{Column, Export};
use crate::model::{Platform, Role};
use crate::rules::flaw::Flaw;
use crate::rules::form::{At, Fields};
use crate::rules::pack::Pack;
use crate::rules::written::{File, PLATFORMS};
use crate::say::Say;

/// `[columns]`, as written.
#[derive(Clone, Debug)]
pub struct ColumnsForm {
    /// What the user calls the export.
    name: Option<At<String>>,
    /// Columns and their headers.
    headers: Vec<(Column, At<String>)>,
    platform: Option<Platform>,
    shop: Option<At<String>>,
    /// Words in the sender column, by whom they mean.
    words: Vec<(Role, Vec<At<String>>)>,
    people: People,
}

/// Names of a shop's staff and robots, as written.
#[derive(Clone, Debug)]
pub struct People {
    staff: Vec<At<String>>,
    robots: Vec<At<String>>,
}

/// Reads the lists of names, which `[columns]` and `[[shop]]` may have.
pub(crate) fn people(f: &Fields<'_, '_>) -> People {
    People { staff: f.texts("staff"), robots: f.texts("robots") }
}

/// Reads the table.
pub(crate) fn read(f: &Fields<'_, '_>) -> ColumnsForm {
    let name = f.text("name");
    let headers = Column::ALL.into_iter().filter_map(|c| Some((c, f.text(c.name())?))).collect();
    let (mut platform, mut shop, mut words) = (None, None, Vec::new());
    for fixed in f.tables("fixed") {
        platform = fixed.choice("platform", PLATFORMS);
        shop = fixed.text("shop");
        fixed.done();
    }
    for roles in f.tables("roles") {
        let all = [
            ("buyer", Role::Buyer),
            ("agent", Role::Agent),
            ("robot", Role::Robot),
            ("system", Role::System),
        ];
        words = all.into_iter().map(|(key, role)| (role, roles.texts(key))).collect();
        roles.done();
    }
    let form = ColumnsForm { name, headers, platform, shop, words, people: people(f) };
    f.done();
    form
}

/// Fills the pack's exports and lists of names.
pub(crate) fn compile(files: &[File], pack: &mut Pack, flaws: &mut Vec<Flaw>) {
    for file in files {
        for form in &file.columns {
            pack.exports.push(Arc::new(export(form, &file.family, flaws)));
        }
        let shops = file.shops.iter().map(|shop| &shop.people);
        for people in file.columns.iter().map(|form| &form.people).chain(shops) {
            check_names(people, flaws);
            let names = |list: &[At<String>], role: Role| -> Vec<(String, Role)> {
                list.iter().map(|name| (name.value.trim().to_owned(), role)).collect()
            };
            pack.staff.extend(names(&people.staff, Role::Agent));
            pack.staff.extend(names(&people.robots, Role::Robot));
        }
    }
}

fn export(form: &ColumnsForm, family: &str, flaws: &mut Vec<Flaw>) -> Export {
    let text = |text: &At<String>| text.value.trim().to_owned();
    check_headers(form, flaws);
    check_words(form, flaws);
    Export {
        name: form.name.as_ref().map_or_else(|| family.to_owned(), text),
        columns: form.headers.iter().map(|(column, header)| (*column, text(header))).collect(),
        platform: form.platform,
        shop: form.shop.as_ref().map(text),
        words: form.words.iter().flat_map(|(role, words)| words.iter().map(|w| (text(w), *role))).collect(),
    }
}

fn flaw(at: &At<String>, what: Say, hint: Say) -> Flaw {
    Flaw::new(at.source, at.range(), what, hint)
}

fn check_blank(texts: &[&At<String>], flaws: &mut Vec<Flaw>) {
    for text in texts.iter().filter(|t| t.value.trim().is_empty()) {
        let hint = Say::new("写上名字，或去掉这一项", "write a name, or drop it");
        flaws.push(flaw(text, Say::new("这里是空的", "nothing stands here"), hint));
    }
}

/// One header cannot stand for two columns.
fn check_headers(form: &ColumnsForm, flaws: &mut Vec<Flaw>) {
    check_blank(&form.headers.iter().map(|(_, h)| h).chain(&form.shop).collect::<Vec<_>>(), flaws);
    for (n, (column, header)) in form.headers.iter().enumerate() {
        let earlier = form.headers.iter().take(n).find(|(_, h)| h.value.trim() == header.value.trim());
        if let Some((other, _)) = earlier {
            flaws.push(flaw(
                header,
                Say::new(
                    format!("表头“{}”已经给了 {other}，不能又是 {column}", header.value),
                    format!(
                        "the header \"{}\" stands for {other} already and cannot be {column} too",
                        header.value
                    ),
                ),
                Say::new("一个表头只能是一栏，去掉其中一行", "a header is one column: drop one of the lines"),
            ));
        }
    }
}

/// One word cannot mean two speakers.
fn check_words(form: &ColumnsForm, flaws: &mut Vec<Flaw>) {
    let words: Vec<&At<String>> = form.words.iter().flat_map(|(_, words)| words).collect();
    check_blank(&words, flaws);
    twice(&words, flaws);
}

fn check_names(people: &People, flaws: &mut Vec<Flaw>) {
    let names: Vec<&At<String>> = people.staff.iter().chain(&people.robots).collect();
    check_blank(&names, flaws);
    twice(&names, flaws);
}

fn twice(texts: &[&At<String>], flaws: &mut Vec<Flaw>) {
    for (n, text) in texts.iter().enumerate() {
        if texts.iter().take(n).any(|earlier| earlier.value.trim() == text.value.trim()) {
            flaws.push(flaw(
                text,
                Say::new(
                    format!("“{}”写了两次", text.value),
                    format!("\"{}\" stands here twice", text.value),
                ),
                Say::new("只留在它该在的那一行", "keep it only in the line where it belongs"),
            ));
        }
    }
}
