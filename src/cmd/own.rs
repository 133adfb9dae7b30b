//! What a user's own examples add to a pack: cases that were reviewed, and models of the user's own rules. These are
//! taught when they are loaded and kept in the user's cache folder, named by what they were taught from; where that
//! folder cannot be written, they are taught again each time.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::{Packs, output};
use crate::cmd::bank;
use crate::detect::reviewed::Reviewed;
use crate::problem::Problem;
use crate::rules::pack::Pack;
use crate::taught::corpus::{self, Example};
use crate::taught::model::Model;
use crate::train::{Aim, FEWEST, digest, train};

/// The user's part.
#[derive(Default)]
pub struct Own {
    /// What was reviewed.
    pub reviewed: Reviewed,
    /// Models of the user's own rules; empty when none is taught.
    pub model: Model,
}

/// Reads the user's examples and teaches the user's rules that say `taught = true`.
///
/// # Errors
/// Every file or line that cannot be used.
pub fn load(packs: &Packs, pack: &Pack) -> Result<Own, Vec<Problem>> {
    let mine = bank::read(&bank::users(packs)?, pack)?;
    let reviewed = Reviewed::new(&mine);
    let is_mine = |id: &str| pack.rule(id).is_some_and(|r| r.is_users && r.is_taught());
    let mut lessons: Vec<Example> = mine.into_iter().filter(|e| is_mine(&e.about)).collect();
    lessons.extend(corpus::of_rules(pack).into_iter().filter(|e| is_mine(&e.about)));
    let hits = |id: &str| lessons.iter().filter(|e| e.broken.iter().any(|b| b == id)).count();
    if !pack.rules.iter().any(|r| is_mine(r.meta.id.as_str()) && hits(r.meta.id.as_str()) >= FEWEST) {
        return Ok(Own { reviewed, model: Model::default() });
    }
    // Everyday talk, which breaks no rule, tells what the user's examples leave out.
    let everyday = bank::read(&bank::sources(packs.base.as_deref())?, pack)?;
    lessons.extend(everyday.into_iter().filter(|e| e.about.is_empty()));
    let model = taught(&lessons, pack, is_mine)?;
    Ok(Own { reviewed, model })
}

fn taught(lessons: &[Example], pack: &Pack, is_mine: impl Fn(&str) -> bool) -> Result<Model, Vec<Problem>> {
    let digest = digest(lessons, pack);
    // Another version of the program may teach otherwise.
    let name = format!("{}-{digest}-{}.bin", env!("CARGO_PKG_VERSION"), Aim::OWN);
    let kept = cache().map(|folder| folder.join(name));
    if let Some(model) = kept.as_deref().and_then(read).filter(|model| model.digest == digest) {
        return Ok(model);
    }
    let model = train(lessons, pack, Aim::at(Aim::OWN), is_mine).map_err(bank::problems)?;
    if let Some(path) = kept {
        keep(&path, &model);
    }
    Ok(model)
}

/// Where taught models are kept between runs.
fn cache() -> Option<PathBuf> {
    dirs::cache_dir().map(|folder| folder.join("kefu-audit"))
}

fn read(path: &Path) -> Option<Model> {
    fs::read(path).ok().and_then(Model::from_bytes)
}

/// Keeps a model for the next run; where that fails, the next run teaches it again.
fn keep(path: &Path, model: &Model) {
    let folder = path.parent().map(fs::create_dir_all);
    if folder.is_some_and(|made| made.is_ok()) {
        let _ = output::write(Some(path), &mut std::io::sink(), |out| out.write_all(model.bytes()));
    }
}
