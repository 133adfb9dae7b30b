//! Names of the shop's people and robots that the user lists, for exports whose sender is a bare name. It knows names
//! only; that a row's own buyer is no member of staff is for `roles`.

use rustc_hash::FxHashMap;

use crate::model::Role;

/// The lists of all shops and profiles together.
#[derive(Clone, Debug, Default)]
pub struct Staff(FxHashMap<String, Role>);

impl Staff {
    /// Adds a name as it stands in the log.
    pub fn add(&mut self, name: &str, role: Role) {
        self.0.insert(name.to_owned(), role);
    }

    /// What a sender of this name is.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<Role> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(name).copied()
    }
}
