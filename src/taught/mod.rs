//! The taught way to recognise a fault: a sparse linear model over character n-grams of what was said, of the question
//! before it, and of what both sides said earlier. Here it is only used; `train` makes it. It knows nothing of turns or
//! findings.

pub mod alone;
pub mod corpus;
pub mod features;
pub mod model;
mod steps;
