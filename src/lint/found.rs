//! What a check says about one template, before it has a place in the file. Every check gives these and nothing else.

use crate::finding::{Certainty, Level};
use crate::ids::RuleId;
use crate::lint::reading::Reading;
use crate::lint::templates::Template;
use crate::model::{Platform, Stamp};
use crate::rules::lint::Lint;
use crate::rules::meta::RuleMeta;
use crate::say::Say;
use crate::span::Span;

/// Which words of a template are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The reply.
    Text,
    /// The code.
    Code,
}

/// One fault of one template.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) rule: RuleId,
    pub(super) level: Level,
    pub(super) certainty: Certainty,
    /// Index of the template.
    pub(super) template: usize,
    pub(super) part: Part,
    /// The deciding words, in bytes of that part's text; the first is the place of the finding.
    pub(super) spans: Vec<Span>,
    pub(super) why: Say,
    /// Another template that it concerns, with its words.
    pub(super) other: Option<(usize, Part, Span)>,
}

impl Found {
    /// A fault that a check is certain of, in the words of the reply.
    pub(super) fn new(meta: &RuleMeta, template: usize, span: Span, why: Say) -> Self {
        Self {
            rule: meta.id.clone(),
            level: meta.level,
            certainty: Certainty::Certain,
            template,
            part: Part::Text,
            spans: vec![span],
            why,
            other: None,
        }
    }
}

/// Everything that checks look at.
pub(super) struct Desk<'d> {
    pub(super) templates: &'d [Template],
    /// Of each template.
    pub(super) readings: &'d [Reading<'d>],
    pub(super) lint: &'d Lint,
    /// The day that promotions are measured against.
    pub(super) as_of: Stamp,
    /// The marketplace of templates that name none.
    pub(super) platform: Platform,
}

impl<'d> Desk<'d> {
    pub(super) fn platform(&self, template: &Template) -> Platform {
        template.platform.unwrap_or(self.platform)
    }

    /// Templates with their number and reading.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, &'d Template, &'d Reading<'d>)> + use<'d> {
        self.templates.iter().zip(self.readings).enumerate().map(|(n, (t, r))| (n, t, r))
    }
}
