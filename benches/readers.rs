//! Measures the readers beside bare ones: the same made-up rows as CSV, JSON lines, workbook and text log, each read by a
//! plain loop that keeps nothing (`csv`, `serde_json` into values, `calamine` cell by cell, lines of text) and by the
//! program up to rows dealt into conversations. Nothing is judged. Prints the median of the runs and the ratio; compare the
//! ratios of one run, for machines are noisy.
//!
//! `cargo run --release --example generate_log -- 300000 7 > log.csv`
//! `cargo run --release --example readers -- log.csv [RUNS]`

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use calamine::{Reader, Xlsx};
use kefu_audit::ingest::{self, Input, Options};
use zip::write::SimpleFileOptions;

type Done<T = ()> = Result<T, Box<dyn Error>>;

/// A way of reading a file that tells how many records it saw.
type Bare = fn(&Path) -> Done<u64>;

fn main() -> Done {
    let log = std::env::args_os().nth(1).ok_or("usage: readers LOG.csv [RUNS]")?;
    let runs: usize = std::env::args().nth(2).map_or(Ok(5), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let rows = rows(Path::new(&log))?;
    let kinds: [(&str, PathBuf, Bare); 4] = [
        ("csv", PathBuf::from(&log), bare_csv),
        ("json", json(&rows, &folder.path().join("log.ndjson"))?, bare_json),
        ("xlsx", book(&rows, &folder.path().join("log.xlsx"))?, bare_book),
        ("text", text(&rows, &folder.path().join("log.txt"))?, bare_text),
    ];
    let mut out = io::stdout();
    writeln!(out, "format  MB  bare s  1 thread s  ratio  2 threads s  ratio  rows")?;
    for (name, path, bare) in kinds {
        #[allow(clippy::cast_precision_loss, reason = "sizes for people")]
        let megabytes = std::fs::metadata(&path)?.len() as f64 / 1e6;
        let alone = median(runs, || bare(&path).map(drop))?;
        let mut seen = 0;
        let mut ours = [0.0; 2];
        for (seconds, threads) in ours.iter_mut().zip(1..) {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
            *seconds = median(runs, || {
                seen = pool.install(|| read(&path));
                Ok(())
            })?;
        }
        let [one, two] = ours;
        writeln!(
            out,
            "{name:6} {megabytes:4.0}  {alone:6.2}  {one:10.2}  {:5.2}  {two:11.2}  {:5.2}  {seen}",
            one / alone,
            two / alone
        )?;
    }
    Ok(())
}

/// What the program makes of a file: rows read, less those that it could not use.
fn read(path: &Path) -> u64 {
    let counts = ingest::read(&[Input::Path(path.to_owned())], &Options::default(), &()).counts();
    counts.rows - counts.rejected
}

fn median(runs: usize, mut run: impl FnMut() -> Done) -> Done<f64> {
    let mut seconds = Vec::new();
    for _ in 0..runs.max(1) {
        let begun = Instant::now();
        run()?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds.get(seconds.len() / 2).copied().unwrap_or_default())
}

/// The header and the rows.
fn rows(log: &Path) -> Done<Vec<csv::StringRecord>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(log)?;
    Ok(reader.records().collect::<Result<_, _>>()?)
}

fn json(rows: &[csv::StringRecord], path: &Path) -> Done<PathBuf> {
    let mut out = BufWriter::new(File::create(path)?);
    let (header, rows) = rows.split_first().ok_or("the log is empty")?;
    for row in rows {
        let object: serde_json::Map<String, serde_json::Value> =
            header.iter().map(str::to_owned).zip(row.iter().map(Into::into)).collect();
        serde_json::to_writer(&mut out, &object)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(path.to_owned())
}

/// A workbook as Excel writes it: texts in a table of their own.
fn book(rows: &[csv::StringRecord], path: &Path) -> Done<PathBuf> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut texts: HashMap<&str, usize> = HashMap::new();
    let mut shared = String::new();
    let mut sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
    for (n, row) in rows.iter().enumerate() {
        write!(sheet, "<row r=\"{}\">", n + 1)?;
        for (column, cell) in ('A'..).zip(row) {
            let next = texts.len();
            let number = *texts.entry(cell).or_insert_with(|| {
                let escaped = cell.replace('&', "&amp;").replace('<', "&lt;");
                shared.push_str(&format!("<si><t xml:space=\"preserve\">{escaped}</t></si>"));
                next
            });
            write!(sheet, "<c r=\"{column}{}\" t=\"s\"><v>{number}</v></c>", n + 1)?;
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{LINKS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets><sheet name=\"log\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{LINKS}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{LINKS}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\">{shared}</sst>")),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut zip = zip::ZipWriter::new(BufWriter::new(File::create(path)?));
    for (name, body) in parts {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(body.as_bytes())?;
    }
    zip.finish()?.flush()?;
    Ok(path.to_owned())
}

/// Wangwang's text export: the talks one after the other.
fn text(rows: &[csv::StringRecord], path: &Path) -> Done<PathBuf> {
    let mut talks: BTreeMap<&str, Vec<&csv::StringRecord>> = BTreeMap::new();
    for row in rows.iter().skip(1) {
        talks.entry(row.get(2).unwrap_or_default()).or_default().push(row);
    }
    let mut out = BufWriter::new(File::create(path)?);
    for row in talks.into_values().flatten() {
        let cell = |n: usize| row.get(n).unwrap_or_default();
        let name = if cell(5) == "buyer" { cell(3) } else { cell(4) };
        writeln!(out, "{} {name}: {}", cell(6), cell(8).replace('\n', " "))?;
    }
    out.flush()?;
    Ok(path.to_owned())
}

fn bare_csv(path: &Path) -> Done<u64> {
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 20).from_path(path)?;
    let mut record = csv::ByteRecord::new();
    let mut records = 0;
    while reader.read_byte_record(&mut record)? {
        records += 1;
    }
    Ok(records)
}

fn bare_json(path: &Path) -> Done<u64> {
    let mut records = 0;
    for line in BufReader::with_capacity(1 << 20, File::open(path)?).lines() {
        records += u64::from(serde_json::from_str::<serde_json::Value>(&line?)?.is_object());
    }
    Ok(records)
}

fn bare_book(path: &Path) -> Done<u64> {
    let mut book: Xlsx<_> = calamine::open_workbook(path)?;
    let sheets = book.sheet_names();
    let sheet = sheets.first().ok_or("the workbook has no sheet")?;
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut seen = 0;
    while let Some(cell) = cells.next_cell()? {
        seen += u64::from(cell.get_position().1 == 0);
    }
    Ok(seen)
}

fn bare_text(path: &Path) -> Done<u64> {
    let mut records = 0;
    for line in BufReader::with_capacity(1 << 20, File::open(path)?).lines() {
        records += u64::from(!line?.is_empty());
    }
    Ok(records)
}
