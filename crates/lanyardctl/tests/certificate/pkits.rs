//! NIST PKITS through the command itself: every case as files, with the exit code and the verdict that must
//! come out.

use std::fs;

use lanyard_test_pki::pkits::{Case, EXCEPTIONS, Suite};
use serde_json::Value;

use super::site::{Ended, run};

#[test]
fn every_case_of_pkits_ends_as_it_must() {
    let Some(suite) = Suite::find() else { return };
    let mut wrong = Vec::new();
    for case in &suite.cases {
        let ended = judged(&suite, case);
        let must_hold = case.should_validate && case.exception().is_none();
        if !ended_so(&ended, must_hold) {
            wrong.push(format!("{} {}: {ended:?}", case.number, case.title));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let all = suite.cases.len();
    println!("PKITS: {} of {all} as they must", all - EXCEPTIONS.len());
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

fn judged(suite: &Suite, case: &Case) -> Ended {
    let files = suite.files(case);
    let made = tempfile::tempdir().unwrap();
    let [authorities, crls] = ["authorities", "crls"].map(|name| made.path().join(name));
    for (folder, files) in [(&authorities, &files.between), (&crls, &files.lists)] {
        fs::create_dir(folder).unwrap();
        for file in files {
            fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
        }
    }
    let mut arguments = inputs(case);
    for (name, path) in [("anchors", files.anchor), ("intermediates", authorities), ("crls", crls)]
    {
        arguments.extend([format!("--{name}"), path.to_str().unwrap().to_owned()]);
    }
    arguments.push(files.judged.to_str().unwrap().to_owned());
    run(&arguments)
}

/// The inputs of RFC 5280 §6.1.1, and a time within the life of the suite.
fn inputs(case: &Case) -> Vec<String> {
    let fixed = ["--json", "--profile", "path", "--revocation", "hard", "--at", "2025-01-01"];
    let mut inputs: Vec<String> = fixed.map(str::to_owned).into();
    for policy in case.initial_policies() {
        inputs.extend(["--policy".to_owned(), policy]);
    }
    let flags = [
        (case.initial_explicit_policy, "--explicit-policy"),
        (case.initial_policy_mapping_inhibit, "--inhibit-mapping"),
        (case.initial_inhibit_any_policy, "--inhibit-any"),
    ];
    inputs.extend(flags.iter().filter(|(is, _)| *is).map(|(_, flag)| (*flag).to_owned()));
    inputs
}
