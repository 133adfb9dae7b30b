//! Generates two things that are data, not code: the character folding table (compatibility forms, case, traditional
//! to simplified) and the list of built-in rule files, so that a new file under `rules/` needs no code.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use opencc_fmmseg::OpenCC;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    fs::write(out.join("fold_table.rs"), fold_table()?)?;
    println!("cargo::rerun-if-changed=rules.toml");
    println!("cargo::rerun-if-changed=rules");
    fs::write(out.join("pack_files.rs"), pack_files()?)?;
    fs::write(out.join("weights.rs"), bytes("rules/model.bin", "WEIGHTS")?)?;
    fs::write(out.join("prepared.rs"), bytes("rules/words.bin", "PREPARED")?)?;
    fs::write(out.join("examples.rs"), examples()?)?;
    Ok(())
}

/// Pairs of characters that differ after folding, ordered by the first.
fn fold_table() -> Result<String, Box<dyn Error>> {
    let chinese = OpenCC::new();
    let mut pairs = Vec::new();
    for c in '\u{80}'..='\u{3FFFF}' {
        let folded = fold(c, &chinese);
        if folded != c {
            pairs.push((u32::from(c), u32::from(folded)));
        }
    }
    let mut text = format!("static FOLDED: [(u32, u32); {}] = [", pairs.len());
    for (from, to) in pairs {
        write!(text, "({from},{to}),")?;
    }
    text.push_str("];\n");
    Ok(text)
}

fn fold(c: char, chinese: &OpenCC) -> char {
    let mut folded = single(c.nfkc()).unwrap_or(c);
    let mut base = folded.nfd().filter(|d| !is_combining_mark(*d));
    if let (Some(letter), None) = (base.next(), base.next())
        && letter.is_ascii_alphabetic()
    {
        folded = letter;
    }
    folded = single(folded.to_lowercase()).unwrap_or(folded);
    let is_han = matches!(u32::from(folded), 0x3400..=0x9FFF | 0x2_0000..=0x3_FFFF);
    if is_han {
        folded = single(chinese.t2s(&folded.to_string(), false).chars()).unwrap_or(folded);
    }
    folded
}

/// The only character of a sequence.
fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// A file that `rules train` makes, or nothing before it was ever made.
fn bytes(file: &str, name: &str) -> Result<String, Box<dyn Error>> {
    let path = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join(file);
    let bytes = if path.exists() { format!("include_bytes!({path:?})") } else { "&[]".to_owned() };
    Ok(format!("pub(super) static {name}: &[u8] = {bytes};\n"))
}

/// `rules/examples/*.txt`, in order of name, as an array of (name, text).
fn examples() -> Result<String, Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut text = String::from("pub(super) static FILES: &[(&str, &str)] = &[\n");
    for name in names(&root.join("rules/examples"), ".txt")? {
        let name = format!("rules/examples/{name}");
        writeln!(text, "({name:?}, include_str!({:?})),", root.join(&name))?;
    }
    text.push_str("];\n");
    Ok(text)
}

/// The names of a folder's files with this ending, in order.
fn names(folder: &Path, ending: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(ending) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// `rules.toml` and `rules/*.toml`, in order of name, as an array of (name, text).
fn pack_files() -> Result<String, Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&root);
    let mut names = vec!["rules.toml".to_owned()];
    names.extend(self::names(&root.join("rules"), ".toml")?.iter().map(|name| format!("rules/{name}")));
    let mut text = String::from(
        "/// The shipped pack: file name and text.\npub(crate) static FILES: &[(&str, &str)] = &[\n",
    );
    for name in names {
        writeln!(text, "({name:?}, include_str!({:?})),", root.join(&name))?;
    }
    text.push_str("];\n");
    Ok(text)
}
