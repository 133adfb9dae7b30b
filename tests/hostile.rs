//! Content that means harm, in every format of an investigation: markup, terminal commands, signs that turn text round,
//! formulas, a message of a megabyte, a file name with quotes. Nothing runs, nothing breaks. Where Chromium is installed the
//! page is opened and printed; elsewhere that test says so and passes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise, and must say when it is skipped"
)]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use assert_cmd::Command;
use serde_json::Value;

const SCRIPT: &str = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
const MARKDOWN: &str = "[x](javascript:alert(1)) ![y](http://example.invalid/z.png) | `a` | # **b** \\";
const TERMINAL: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m";
const TURNED: &str = "\u{202e}txt.exe\u{2066}\u{200f}";
const FORMULA: &str = "=HYPERLINK(\"http://example.invalid\",\"x\")";

/// A folder with a log of one conversation whose every field means harm, in a file whose name does too.
fn log() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let name = if cfg!(windows) { "it's.csv" } else { "\"it's\" <b>&amp;|=1.csv" };
    let path = folder.path().join(name);
    let mut csv = csv::Writer::from_path(&path).unwrap();
    csv.write_record(["platform", "shop", "session_id", "buyer", "agent", "sender", "sent_at", "content"])
        .unwrap();
    // A megabyte of UTF-8.
    let huge = format!("我们不开发票{}", "很长".repeat(170_000));
    let said = [
        ("buyer", SCRIPT),
        ("buyer", MARKDOWN),
        ("buyer", TERMINAL),
        ("buyer", TURNED),
        ("buyer", FORMULA),
        ("buyer", "能开发票吗"),
        ("agent", &huge),
        ("agent", "<b>我们</b>不开发票的 \u{1b}[31m"),
        ("buyer", "微 信 ".repeat(100_000).as_str()),
    ]
    .map(|(sender, text)| (sender.to_owned(), text.to_owned()));
    for ((sender, text), minute) in said.iter().zip(10..) {
        let at = format!("2026-03-12 10:{minute}:00");
        let shop = "=1+1<i>店</i>";
        let buyer = "@SUM(A1)<u>\u{202e}";
        csv.write_record(["tmall", shop, "-2+3", buyer, "+客服\"'>", sender, &at, text]).unwrap();
    }
    csv.flush().unwrap();
    (folder, path)
}

/// A message that matches the same words thousands of times costs what its length says, and not the square of it.
#[test]
fn words_said_again_and_again_do_not_hold_up_an_audit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.csv");
    let mut csv = csv::Writer::from_path(&path).unwrap();
    csv.write_record(["platform", "session_id", "sender", "sent_at", "content"]).unwrap();
    for (n, words) in ["不是不能退", "税点您出不是税点不用您出", "转我微信，", "退不了 "].iter().enumerate()
    {
        let id = n.to_string();
        csv.write_record(["tmall", &id, "buyer", "2026-03-12 10:00:00", "坏了，能退吗，开票吗"]).unwrap();
        csv.write_record(["tmall", &id, "agent", "2026-03-12 10:00:09", &words.repeat(20_000)]).unwrap();
    }
    csv.flush().unwrap();
    let mut audit = Command::cargo_bin("kefu-audit").unwrap();
    let args = ["audit", path.to_str().unwrap(), "--format", "json", "--fail-on", "never"];
    // With every match read against all the others even an optimised build takes minutes for one such message.
    let minutes = std::time::Duration::from_secs(300);
    let output = audit.args(args).timeout(minutes).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(!report["findings"].as_array().unwrap().is_empty());
}

fn investigate(path: &Path, more: &[&str]) -> (Option<i32>, String) {
    let args =
        [&["investigate", path.to_str().unwrap(), "--text", "能开发票", "--lang", "zh", "--reveal"], more]
            .concat();
    let output = Command::cargo_bin("kefu-audit").unwrap().args(args).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(err, "");
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn is_harmful(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn nothing_harmful_survives_in_any_format() {
    let (folder, path) = log();
    let zip_path = folder.path().join("pack.zip");
    let (code, text) = investigate(&path, &["--pack", zip_path.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{text}");
    assert!(!text.chars().any(is_harmful));
    assert!(
        text.contains("<script>document.title") && text.contains("字未显示"),
        "a terminal shows markup as it is"
    );
    let mut zip = zip::ZipArchive::new(fs::File::open(&zip_path).unwrap()).unwrap();
    let mut entry = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    html(&entry("page.html"));
    let md = entry("page.md");
    assert!(
        !md.chars().any(is_harmful) && !md.contains("<script") && !md.contains("<img") && !md.contains("<b>")
    );
    assert!(!md.contains("](javascript") && !md.contains("![y]") && md.contains("\\[x\\]"));
    let rows = entry("rows.csv");
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(rows.trim_start_matches('\u{feff}').as_bytes())
            .records()
            .map(Result::unwrap)
            .collect();
    assert_eq!(rows.len(), 9);
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        assert!(!cell.chars().any(is_harmful));
    }
    assert!(rows.iter().any(|row| row[10].chars().count() > 340_000), "rows are whole");
    let page: Value = serde_json::from_str(&entry("page.json")).unwrap();
    assert_eq!(page["sittings"][0]["lines"][0]["text"], SCRIPT, "JSON is data and keeps every sign");
    assert!(!entry("page.json").contains('\u{1b}'));
}

/// The page has only tags that the program writes, and nothing that loads or runs.
fn html(page: &str) {
    assert!(!page.chars().any(is_harmful));
    let tags = [
        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "div", "dl", "dt",
        "dd", "strong", "br", "span", "code", "ul", "li", "mark", "table", "tr", "td", "footer",
    ];
    let body = page.split_once("</style>").unwrap();
    for part in
        body.0.split("<style>").next().into_iter().chain([body.1]).flat_map(|text| text.split('<').skip(1))
    {
        let name: String =
            part.trim_start_matches(['/', '!']).chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(
            tags.contains(&name.as_str()) || part.starts_with("!DOCTYPE"),
            "<{}",
            &part[..part.len().min(60)]
        );
        let inside = part.split('>').next().unwrap();
        assert!(
            !inside.contains("onerror") && !inside.contains("src=") && !inside.contains("href="),
            "<{inside}"
        );
    }
    assert!(page.contains("&lt;script&gt;") && page.contains("default-src 'none'"));
    assert!(page.len() < 200_000, "long messages are shortened: {}", page.len());
}

/// Chromium, where it is installed.
fn chromium() -> Option<&'static str> {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .find(|path| Path::new(path).exists())
}

#[test]
fn chromium_opens_and_prints_the_page() {
    let Some(browser) = chromium() else {
        println!("SKIPPED: Chromium is not installed (Debian: apt-get install chromium)");
        assert!(std::env::var_os("KEFU_AUDIT_NEEDS_CHROMIUM").is_none(), "Chromium is wanted here");
        return;
    };
    let (folder, path) = log();
    let page = folder.path().join("page.html");
    investigate(&path, &["--format", "html", "--output", page.to_str().unwrap()]);
    let (pdf, png) = (folder.path().join("page.pdf"), folder.path().join("page.png"));
    let run = |more: &[&str]| {
        let profile = tempfile::tempdir().unwrap();
        let output = Process::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(more)
            .arg(format!("file://{}", page.display()))
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let dom = run(&["--dump-dom"]);
    assert!(dom.contains("<title>投诉核查："), "{}", &dom[..dom.len().min(400)]);
    assert!(!dom.contains("<script") && !dom.contains("<img"), "{dom}");
    assert!(dom.contains("&lt;script&gt;document.title='owned'"), "the words are there as words");
    run(&["--no-pdf-header-footer", &format!("--print-to-pdf={}", pdf.display())]);
    let printed = fs::read(&pdf).unwrap();
    assert!(printed.starts_with(b"%PDF"));
    // A4 is 595 by 842 points.
    let text = String::from_utf8_lossy(&printed);
    let boxes: Vec<&str> = text.split("/MediaBox").skip(1).map(|b| b.split(']').next().unwrap()).collect();
    assert!(!boxes.is_empty());
    for a4 in boxes {
        let sides: Vec<f64> = a4.split([' ', '[']).filter_map(|n| n.parse().ok()).collect();
        assert!((sides[2] - 595.0).abs() < 2.0 && (sides[3] - 842.0).abs() < 2.0, "{a4}");
    }
    run(&["--window-size=1000,1400", &format!("--screenshot={}", png.display())]);
    assert!(fs::metadata(&png).unwrap().len() > 20_000, "something is on the screen");
}
