//! NIST PKITS 1.0.1 through the command itself: every case as files, with the exit code and the verdict
//! that must come out.
//!
//! The suite is looked for in `PKITS_DIR`, else in `../shared/pkits` beside the repository. Without it
//! the test says so and holds.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use super::site::{Ended, run};

/// DSA is not verified: no card of the field has it, and nobody should.
const EXCEPTIONS: [&str; 2] = ["4.1.4", "4.1.5"];

#[derive(Debug, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the suite's file has them")]
struct Case {
    number: String,
    title: String,
    certs: Vec<String>,
    crls: Vec<String>,
    initial_policy_set: String,
    initial_explicit_policy: bool,
    initial_policy_mapping_inhibit: bool,
    initial_inhibit_any_policy: bool,
    should_validate: bool,
}

#[test]
fn every_case_of_pkits_ends_as_it_must() {
    let Some(suite) = folder() else {
        println!("PKITS is not here, nothing was tried: PKITS_DIR names the folder of pkits.json");
        return;
    };
    let cases = fs::read(suite.join("pkits.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_slice(&cases).unwrap();
    assert_eq!(cases.len(), 249);
    let mut wrong = Vec::new();
    for case in &cases {
        let ended = case.judged(&suite);
        let must_hold = case.should_validate && !EXCEPTIONS.contains(&&*case.number);
        if !ended_so(&ended, must_hold) {
            wrong.push(format!("{} {}: {ended:?}", case.number, case.title));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("PKITS: {} of {} as they must", cases.len() - EXCEPTIONS.len(), cases.len());
}

fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pkits");
    let folder = env::var_os("PKITS_DIR").map_or_else(beside, PathBuf::from);
    folder.join("pkits.json").is_file().then_some(folder)
}

/// The code, the words for machines, and a finding for each refusal.
fn ended_so(ended: &Ended, holds: bool) -> bool {
    let Ok(told) = serde_json::from_str::<Value>(&ended.stdout) else { return false };
    let refusals = told["findings"].as_array().map_or(0, |findings| {
        findings.iter().filter(|finding| finding["weight"] == "refuses").count()
    });
    let ended = (ended.code, told["verdict"].as_str(), refusals > 0);
    ended == if holds { (Some(0), Some("valid"), false) } else { (Some(8), Some("refused"), true) }
}

impl Case {
    fn judged(&self, suite: &Path) -> Ended {
        let certificate = |name: &String| suite.join("certs").join(format!("{name}.crt"));
        let (anchor, rest) = self.certs.split_first().unwrap();
        let (judged, between) = rest.split_last().unwrap_or((anchor, &[]));
        let made = tempfile::tempdir().unwrap();
        let [authorities, crls] = ["authorities", "crls"].map(|name| made.path().join(name));
        fs::create_dir(&authorities).unwrap();
        fs::create_dir(&crls).unwrap();
        for name in &self.crls {
            fs::copy(suite.join("crls").join(format!("{name}.crl")), crls.join(name)).unwrap();
        }
        for name in between {
            fs::copy(certificate(name), authorities.join(name)).unwrap();
        }
        let mut arguments = self.inputs();
        for (name, path) in
            [("anchors", certificate(anchor)), ("intermediates", authorities), ("crls", crls)]
        {
            arguments.extend([format!("--{name}"), path.to_str().unwrap().to_owned()]);
        }
        arguments.push(certificate(judged).to_str().unwrap().to_owned());
        run(&arguments)
    }

    /// The inputs of RFC 5280 §6.1.1, and a time within the life of the suite, 2010 to 2030.
    fn inputs(&self) -> Vec<String> {
        let fixed = ["--json", "--profile", "path", "--revocation", "hard", "--at", "2025-01-01"];
        let mut inputs: Vec<String> = fixed.map(str::to_owned).into();
        for name in self.initial_policy_set.split(',') {
            inputs.extend(["--policy".to_owned(), policy(name)]);
        }
        let flags = [
            (self.initial_explicit_policy, "--explicit-policy"),
            (self.initial_policy_mapping_inhibit, "--inhibit-mapping"),
            (self.initial_inhibit_any_policy, "--inhibit-any"),
        ];
        inputs.extend(flags.iter().filter(|(is, _)| *is).map(|(_, flag)| (*flag).to_owned()));
        inputs
    }
}

/// The suite's names for its policies.
fn policy(name: &str) -> String {
    name.strip_prefix("NIST-test-policy-").map_or_else(
        || "2.5.29.32.0".to_owned(),
        |number| format!("2.16.840.1.101.3.2.1.48.{number}"),
    )
}
