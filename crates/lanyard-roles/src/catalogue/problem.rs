//! What is wrong with a catalogue, each with its place: nothing of it keeps the rest from being used.

use std::fmt;

use super::file::Table;
use crate::codes::Activity;

/// Something wrong with a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueProblem {
    /// In which part.
    pub part: Table,
    /// Which entry of it, from 1.
    pub number: usize,
    /// What.
    pub fact: CatalogueFact,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueFact {
    /// No code of its kind: it is left out, and gives nobody anything.
    #[error("{text:?} is no code of {kind}")]
    NotACode {
        /// What stands there.
        text: String,
        /// What should.
        kind: &'static str,
    },
    /// The code is there already: the first name is kept.
    #[error("{code} is there already")]
    Duplicate {
        /// The code.
        code: String,
    },
    /// The code has no entry of its own: it counts, and has no name.
    #[error("{code} has no entry of its own")]
    Unlisted {
        /// The code.
        code: String,
    },
    /// Activities include each other: whoever has one has all.
    #[error("activities include each other: {}", shown(.activities))]
    Cycle {
        /// They.
        activities: Vec<Activity>,
    },
}

impl fmt::Display for CatalogueProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.part, self.number, self.fact)
    }
}

fn shown(activities: &[Activity]) -> String {
    let shown: Vec<String> = activities.iter().map(ToString::to_string).collect();
    shown.join(", ")
}
