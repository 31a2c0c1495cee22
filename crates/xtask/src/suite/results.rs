//! Adding up what `cargo test` says: one `test result:` line for every test program.

use std::fmt;

/// How many tests there were, and the names of those that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Results {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
    pub(super) failures: Vec<String>,
}

impl Results {
    /// Takes in a line of output; most lines say nothing.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += number_before(counts, " passed;");
            self.failed += number_before(counts, " failed;");
            self.skipped += number_before(counts, " ignored;");
        } else if let Some(name) = failure(line) {
            self.failures.push(name.into());
        }
    }

    /// Adds another run's.
    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
    }

    /// Counts every check that failed as a test that did: nothing may look as if all were well.
    pub(super) fn with_failed_checks(mut self, checks: usize) -> Self {
        self.failed += checks;
        self
    }
}

/// The last line of `cargo xtask test`.
impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        match self.skipped {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

/// The number that stands before `what`; 0 where there is none.
fn number_before(counts: &str, what: &str) -> usize {
    let before = counts.split(what).next().unwrap_or_default();
    let number = before.rsplit(' ').next().unwrap_or_default();
    number.parse().unwrap_or(0)
}

/// The name of a test whose output follows; a test that failed is announced so.
fn failure(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> Results {
        let mut results = Results::default();
        text.lines().for_each(|line| results.read(line));
        results
    }

    #[test]
    fn the_results_of_all_programs_are_added_up() {
        let results = reading(
            "running 2 tests\n..\n\
             test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             ---- tests::a_card stdout ----\n\
             test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 9 filtered out; finished in 1.40s\n",
        );
        assert_eq!((results.passed, results.failed, results.skipped), (15, 1, 1));
        assert_eq!(results.failures, ["tests::a_card"]);
        assert_eq!(results.to_string(), "15 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn a_failed_check_is_counted_and_nothing_skipped_is_not_mentioned() {
        let results = reading("test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured;");
        assert_eq!(results.to_string(), "7 passed, 0 failed");
        assert_eq!(results.with_failed_checks(1).to_string(), "7 passed, 1 failed");
    }

    #[test]
    fn what_a_test_prints_is_no_result() {
        assert_eq!(reading("5 passed; 3 failed;\n---- \nfoo\n"), Results::default());
    }
}
