//! `tidy`: small rules about the repository that no compiler knows, each a function of its own.
//!
//! A rule takes the files as they are and returns what it found. Nothing is repaired here, and nothing
//! is looked up outside the repository.

mod contract;
mod crates;
mod documents;
mod sources;
mod tree;
mod words;

use std::fmt;

use crate::error::TaskError;
use crate::say;

use tree::Tree;

/// A rule.
type Rule = fn(&Tree) -> Vec<Finding>;

/// Every rule.
const RULES: [Rule; 13] = [
    sources::opens_with_its_duty,
    sources::has_one_idea,
    sources::expects_instead_of_allowing,
    sources::gives_reasons,
    words::names_no_machine,
    tree::top_level_is_known,
    crates::describes_itself,
    crates::takes_the_workspace_lints,
    contract::names_are_in_the_contract,
    contract::paths_are_below_a_root,
    documents::decisions_have_no_gaps,
    documents::links_lead_somewhere,
    documents::named_tests_exist,
];

/// A place where the repository does not follow a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    file: String,
    /// From 1.
    line: usize,
    what: String,
    why: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, what, why } = self;
        write!(f, "{file}:{line}: {what}, {why}")
    }
}

/// Applies every rule to the repository: whether nothing was found.
pub(crate) fn run() -> Result<bool, TaskError> {
    let tree = Tree::of_the_repository()?;
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    for finding in &findings {
        say::line(&finding.to_string());
    }
    for long in sources::worth_splitting(&tree) {
        say::line(&format!("note: {long}"));
    }
    say::line(&format!(
        "{} rules, {} files, {} findings",
        RULES.len(),
        tree.files().len(),
        findings.len()
    ));
    Ok(findings.is_empty())
}
