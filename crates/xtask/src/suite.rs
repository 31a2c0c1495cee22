//! `test`: every check and every test, in the order from quick to slow, and a count at the end.
//!
//! A check that fails does not keep the others from running; a build that fails keeps the tests from
//! running. Everything is built with one profile, one choice of packages and one set of features, so
//! that nothing is built twice.

mod results;

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use crate::cargo::{self, cannot_start, cargo, succeeds};
use crate::error::TaskError;
use crate::setup::Purpose;
use crate::{deny, fuzz, namespaces, say, setup, tidy};

use results::Results;

const FORMAT: &[&str] = &["fmt", "--all", "--check"];
const CLIPPY: &[&str] =
    &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
/// Also builds every program, which the stories start.
const BUILD: &[&str] = &["build", "--workspace", "--all-targets", "--quiet"];

/// The tests: what they are, and what cargo is told. Stories are the integration tests under `tests/`
/// and in crates.
const TESTS: [(&str, &[&str]); 3] = [
    ("tests in process", &["--lib", "--bins", "--examples"]),
    ("stories on a real pcscd and bus", &["--test", "*"]),
    ("examples in the documentation", &["--doc"]),
];

/// Runs everything and prints the count.
pub(crate) fn run() -> Result<ExitCode, TaskError> {
    setup::ensure(Purpose::Everything)?;
    let mut report = Report::default();
    report.stage("format", || succeeds(&mut cargo(FORMAT)));
    report.stage("clippy", || succeeds(&mut cargo(CLIPPY)));
    report.stage("tidy", tidy::run);
    report.stage("deny", deny::run);
    if report.stage("build", || succeeds(&mut cargo(BUILD))) {
        for (name, which) in TESTS {
            let (results, took) = say::timed(|| test(name, which));
            report.tests(name, results, took);
        }
        report.stage("fuzz", fuzz::smoke);
    } else {
        report.faults.push("tests: not run, since not everything builds".into());
    }
    Ok(report.conclude())
}

/// What has happened so far.
#[derive(Debug, Default)]
struct Report {
    total: Results,
    /// Checks that failed, and tests by name.
    faults: Vec<String>,
    times: Vec<(String, Duration)>,
}

impl Report {
    /// Runs a check: whether it passed.
    fn stage(&mut self, name: &str, check: impl FnOnce() -> Result<bool, TaskError>) -> bool {
        say::heading(name);
        let (outcome, took) = say::timed(check);
        self.times.push((name.into(), took));
        let passed = outcome.unwrap_or_else(|error| {
            say::complaint(&error.to_string());
            false
        });
        if !passed {
            self.faults.push(name.into());
        }
        passed
    }

    /// Takes in what one run of tests came to.
    fn tests(&mut self, name: &str, outcome: Result<Results, TaskError>, took: Duration) {
        self.times.push((name.into(), took));
        match outcome {
            Ok(results) => self.total.add(results),
            Err(error) => {
                say::complaint(&error.to_string());
                self.faults.push(format!("{name}: {error}"));
            }
        }
    }

    /// The last lines: where the time went, what failed, the count.
    fn conclude(self) -> ExitCode {
        say::heading("all");
        for (name, took) in &self.times {
            say::line(&format!("{:7.1} s  {name}", took.as_secs_f64()));
        }
        for fault in self.faults.iter().chain(&self.total.failures) {
            say::line(&format!("failed: {fault}"));
        }
        let total = self.total.with_failed_checks(self.faults.len());
        say::line(&total.to_string());
        if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Runs some of the tests, showing everything they say.
fn test(name: &str, which: &[&str]) -> Result<Results, TaskError> {
    say::heading(name);
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast", "--quiet"]);
    command.args(which).stdout(Stdio::piped());
    if env::var_os("RUST_BACKTRACE").is_none() {
        command.env("RUST_BACKTRACE", "1");
    }
    let mut command = namespaces::allowing(command)?;
    count(&mut command)
}

/// Runs a `cargo test` and adds up what it says.
fn count(command: &mut Command) -> Result<Results, TaskError> {
    let mut child = command.spawn().map_err(cannot_start(command))?;
    let mut results = Results::default();
    if let Some(stdout) = child.stdout.take() {
        // A line that is no UTF-8 ends nothing: it cannot be one of those that count.
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(TaskError::io("reading the tests' output"))?;
            let line = String::from_utf8_lossy(&line);
            say::line(&line);
            results.read(&line);
        }
    }
    let status = child.wait().map_err(TaskError::io("waiting for the tests"))?;
    if !status.success() && results.failed == 0 {
        return Err(TaskError::Failed { command: cargo::shown(command) });
    }
    Ok(results)
}
