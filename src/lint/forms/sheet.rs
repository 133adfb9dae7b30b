//! Excel workbooks (`.xlsx`), every sheet a table. A place is a cell: its row as the line, its column as the column.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::table::{self, Row};
use super::{Found, Input, Options};
use crate::lint::piece::{Cell, Piece};
use crate::lint::templates::problem;
use crate::say::Say;

pub(super) fn read(index: usize, name: &str, bytes: &[u8], options: Options<'_>) -> Found {
    let mut found = Found::default();
    let input = Input { index, name, text: "", options };
    let mut failed = |error: &dyn std::fmt::Display| {
        let what =
            Say::new(format!("打不开这个工作簿：{error}"), format!("the workbook cannot be opened: {error}"));
        let next = Say::new(
            "用 Excel 打开后另存为 .xlsx（不要加密）再检查",
            "open it in Excel and save it as .xlsx without a password",
        );
        found.problems.push(problem("workbook-invalid", name, 0, what, next));
    };
    let mut book: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(error) => {
            failed(&error);
            return found;
        }
    };
    let mut sheets = Vec::new();
    for sheet in book.sheet_names() {
        match book.worksheet_range(&sheet) {
            Ok(range) => sheets.push((sheet, range)),
            Err(error) => failed(&error),
        }
    }
    // A cover sheet without a table is no fault as long as another sheet has one.
    let has_table = |range: &calamine::Range<Data>| {
        let first = range.rows().find(|row| row.iter().any(|cell| !cell.to_string().trim().is_empty()));
        first.is_some_and(|row| {
            let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
            table::is_header(options, &cells.iter().map(String::as_str).collect::<Vec<_>>())
        })
    };
    let any = sheets.iter().any(|(_, range)| has_table(range));
    for (sheet, range) in sheets.into_iter().filter(|(_, range)| !any || has_table(range)) {
        table::read(&input, rows(&sheet, &range), &mut found);
    }
    found
}

fn rows(sheet: &str, range: &calamine::Range<Data>) -> Vec<Row> {
    let (top, left) = range.start().unwrap_or((0, 0));
    range
        .rows()
        .enumerate()
        .map(|(n, cells)| {
            let row = top as usize + n + 1;
            let piece = |(m, cell): (usize, &Data)| {
                let mut piece = Piece::verbatim(&cell.to_string(), 0);
                piece.cell = Some(Cell { sheet: sheet.to_owned(), row, column: left as usize + m + 1 });
                piece
            };
            Row { line: row, cells: cells.iter().enumerate().map(piece).collect(), flaw: None }
        })
        .collect()
}
