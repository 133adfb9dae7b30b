//! Logs in ZIP archives, gzip and Zstandard: they are read as if they were unpacked, and what is wrong with the container
//! is told.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

use std::io::{Cursor, Write};
use std::path::Path;

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use kefu_audit::ingest::{Input, Options, Store, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn store(name: &str, bytes: &[u8]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let store = read(&[Input::Path(path)], &Options::default(), &());
    (folder, store)
}

/// Conversations as text, without the files they come from.
fn told(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for i in 0..store.partitions() {
        for c in store.load(i).unwrap().conversations() {
            let rows = c.messages.iter().map(|m| format!("{:?} {:?} {} {}", m.at, m.role, m.line, m.text));
            all.push(format!(
                "{:?} {} {}\n{}",
                c.platform,
                c.shop,
                c.id,
                rows.collect::<Vec<_>>().join("\n")
            ));
        }
    }
    all.sort();
    all
}

fn problems(store: &Store) -> Vec<(String, &str)> {
    let short = |file: &str| file.rsplit('/').next().unwrap_or_default().to_owned();
    store.problems().iter().map(|p| (short(&p.place.file), p.code)).collect()
}

fn zip(files: &[(&str, &[u8])], packed: bool) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let method = if packed { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new("fixtures").join(name)).unwrap()
}

#[test]
fn what_is_packed_reads_like_what_is_not() {
    let log = fixture("formats/wangwang-1.txt");
    let plain = told(&store("a.txt", &log).1);
    assert_eq!(plain.len(), 2);
    let inner = zip(&[("里面/b.txt", &log)], true);
    let cases: [(&str, Vec<u8>); 6] = [
        ("a.gz", gz(&log)),
        ("two-members.gz", [gz(&log[..100]), gz(&log[100..])].concat()),
        ("a.zip", zip(&[("a.txt", &log)], true)),
        ("stored.zip", zip(&[("a.txt", &log)], false)),
        ("gz-in.zip", zip(&[("a.txt.gz", &gz(&log))], true)),
        ("zip-in.zip", zip(&[("b.zip", &inner)], true)),
    ];
    for (name, bytes) in cases {
        let (_folder, store) = store(name, &bytes);
        assert_eq!(told(&store), plain, "{name}");
        assert_eq!(problems(&store).iter().map(|p| p.1).collect::<Vec<_>>(), ["platform-guessed"], "{name}");
    }
    let (_folder, zst) = store("a.zst", &fixture("formats/jingmai.log.zst"));
    assert_eq!(told(&zst), told(&store("a.log", &fixture("formats/jingmai.log")).1));
    assert!(zst.recognised().first().unwrap().encoding.contains("zstd"));
}

#[test]
fn files_of_an_archive_have_names_of_their_own() {
    let chat = fixture("formats/jingmai.log");
    let gbk = [0xc1, 0xc4, 0xcc, 0xec, b'.', b't', b'x', b't'];
    let mut bytes = zip(
        &[("b.log", &chat), ("XXXX.txt", &chat), ("c.png", b"\x89PNG"), ("__MACOSX/._b.log", b"x")],
        true,
    );
    // An archiver of Chinese Windows writes names in GBK: `聊天.txt`.
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(8).position(|w| w == b"XXXX.txt") {
        bytes[at + found..at + found + 8].copy_from_slice(&gbk);
        at += found + 8;
    }
    let (_folder, store) = store("a.zip", &bytes);
    let names: Vec<&str> = store.files().iter().map(|f| f.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["a.zip", "a.zip!b.log", "a.zip!聊天.txt"]);
    assert_eq!(problems(&store), [("a.zip".to_owned(), "archive-skipped")]);
    assert_eq!((store.counts().files, store.counts().rows), (2, 16));
}

#[test]
fn a_workbook_in_an_archive_is_a_workbook() {
    let book = fixture("templates/phrases.xlsx");
    let (_folder, store) = store("a.zip", &zip(&[("话术.xlsx", &book)], true));
    assert!(!problems(&store).iter().any(|(_, code)| code.starts_with("archive")), "{:?}", problems(&store));
}

#[test]
fn damage_is_told_and_what_was_readable_is_kept() {
    let mut csv = b"sender,sent_at,content,buyer\n".to_vec();
    for i in 0..50_000_u32 {
        let noise = i.wrapping_mul(2_654_435_761);
        writeln!(csv, "buyer,2025-01-01 10:00:00,{noise:x} {},b{}", noise.rotate_left(7), i % 500).unwrap();
    }
    let packed = gz(&csv);
    let (_folder, cut) = store("a.csv.gz", &packed[..packed.len() / 2]);
    let rows = cut.counts().rows;
    assert!((10_000..40_000).contains(&rows), "{rows}");
    assert!(problems(&cut).iter().any(|(_, code)| *code == "file-cut-off"), "{:?}", problems(&cut));
    let told = cut.problems().iter().find(|p| p.code == "file-cut-off").unwrap();
    assert!(told.place.line > 10_000 && told.what.zh.contains("只读到这里"), "{told:?}");

    let whole = zip(&[("a.csv", &csv)], true);
    let (_folder, cut) = store("cut.zip", &whole[..whole.len() / 2]);
    assert_eq!(problems(&cut), [("cut.zip".to_owned(), "archive-damaged")]);
    let mut damaged = zip(&[("a.csv", &csv)], false);
    let at = damaged.windows(4).position(|w| w == b",b77").unwrap();
    damaged[at + 3] = b'6';
    let (_folder, damaged) = store("a.zip", &damaged);
    assert_eq!(problems(&damaged), [("a.zip!a.csv".to_owned(), "archive-damaged")]);
    let (_folder, empty) = store("a.zip", &zip(&[("a.png", b"x")], false));
    assert_eq!(problems(&empty), [("a.zip".to_owned(), "archive-empty")]);
    let third = zip(&[("c.zip", &zip(&[("d.zip", &zip(&[("e.csv", &csv)], true))], true))], true);
    let (_folder, nested) = store("a.zip", &third);
    assert_eq!(problems(&nested), [("a.zip!c.zip!d.zip".to_owned(), "archive-nested")]);
}

#[test]
fn a_bomb_is_stopped_with_a_message() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"sender,sent_at,content\n").unwrap();
    let line = [b"buyer,2025-01-01 10:00:00,".as_slice(), &[b'a'; 1 << 20], b"\n"].concat();
    for _ in 0..72 {
        encoder.write_all(&line).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bomb.gz"), &bomb).unwrap();
    let output = Command::cargo_bin("kefu-audit")
        .unwrap()
        .args(["inspect", "bomb.gz", "--lang", "zh"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    // Deflate cannot pack better than about a thousand to one; this text goes beyond three hundred.
    assert!(bomb.len() * 300 < 64 << 20, "{}", bomb.len());
    assert!(said.contains("archive-bomb") && said.contains("超过 300 倍"), "{said}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn standard_input_may_be_packed() {
    let log = fixture("logs/day.csv");
    let run = |bytes: &[u8]| {
        let mut command = Command::cargo_bin("kefu-audit").unwrap();
        let output = command.args(["inspect", "-", "--lang", "zh"]).write_stdin(bytes).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = run(&log);
    assert!(plain.contains("<stdin>"));
    assert_eq!(run(&gz(&log)).replace(", gzip", ""), plain);
    assert_eq!(run(&zip(&[("day.csv", &log)], true)).replace("<stdin>!day.csv", "<stdin>"), plain);
}
