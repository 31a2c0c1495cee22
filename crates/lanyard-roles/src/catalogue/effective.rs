//! The answer to what somebody may do.

use std::sync::Arc;

use crate::codes::{Activity, JobRole};

/// All activities of a role. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// Sorted, each once.
    activities: Arc<[Activity]>,
    unknown: Arc<[UnknownCode]>,
}

/// A code that the catalogue does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnknownCode {
    /// Nothing is known of its baseline: it brings nothing.
    JobRole(JobRole),
    /// It counts as it is; what it includes is not known.
    Activity(Activity),
}

impl Effective {
    /// Sorted activities of the catalogue, and explicit ones that it does not have.
    pub(super) fn new(
        mut activities: Vec<Activity>,
        mut strangers: Vec<Activity>,
        mut unknown: Vec<UnknownCode>,
    ) -> Self {
        if !strangers.is_empty() {
            strangers.sort_unstable();
            strangers.dedup();
            activities.extend(&strangers);
            activities.sort_unstable();
            unknown.extend(strangers.into_iter().map(UnknownCode::Activity));
        }
        Self { activities: activities.into(), unknown: unknown.into() }
    }

    /// Whether this activity is among them.
    pub fn has(&self, activity: Activity) -> bool {
        self.activities.binary_search(&activity).is_ok()
    }

    /// All of them, in the order of the codes, each once.
    pub fn activities(&self) -> &[Activity] {
        &self.activities
    }

    /// Codes that the catalogue does not have: for the journal, and for whoever looks after the catalogue.
    pub fn unknown(&self) -> &[UnknownCode] {
        &self.unknown
    }
}
