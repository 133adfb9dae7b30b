//! Finds what was said and which rules it breaks. Pure: no input, no output, no clock; the same conversation gives the
//! same findings on any machine.

pub mod case;
mod charge;
pub mod detector;
pub mod evidence;
pub mod explain;
mod facts;
pub mod gate;
pub mod guard;
mod made;
pub mod memory;
pub mod native;
pub mod nearest;
pub mod place;
pub mod reviewed;
pub mod scene;
pub mod signal;
mod signs;
#[cfg(test)]
mod small;
pub mod talk;
pub mod taught;
pub mod trace;
pub mod turn;
mod unlike;
pub mod weigh;
