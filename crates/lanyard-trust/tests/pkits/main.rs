//! NIST PKITS 1.0.1 as judge of the path validation: 249 cases of RFC 5280 §6, each with chain, lists,
//! inputs and the verdict that must come out.
//!
//! The suite is looked for in `PKITS_DIR`, else in `../shared/pkits` beside the repository. Without it
//! the test says so and holds.

#![expect(clippy::unwrap_used, reason = "a suite that cannot be read is a failure of the test")]

#[cfg(test)]
mod webpki;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Demand, Evidence, Intermediates, Judgement, Oid,
    PolicySettings, RevocationMode, Settings, UnixTime, judge,
};
use serde::Deserialize;

/// Within the life of the suite, 2010 to 2030.
const NOW: UnixTime = UnixTime(1_735_689_600);

/// Cases that end otherwise here, and why.
const EXCEPTIONS: [(&str, &str); 2] = [
    ("4.1.4", "DSA is not verified: no card of the field has it, and nobody should"),
    ("4.1.5", "DSA, with parameters inherited from the issuer"),
];

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
    let Some((folder, cases)) = suite() else { return };
    let (mut wrong, mut right, mut excepted) = (Vec::new(), 0, Vec::new());
    for case in &cases {
        let judgement = case.judge(&folder);
        let expected = judgement.holds() == case.should_validate;
        match (expected, EXCEPTIONS.iter().find(|(number, _)| *number == case.number)) {
            (true, None) => right += 1,
            (false, Some(exception)) if case.should_validate => excepted.push(exception),
            _ => wrong.push(case.told(&judgement)),
        }
    }
    println!("PKITS: {right} of {} as they must, {} exceptions", cases.len(), excepted.len());
    for (number, reason) in &excepted {
        println!("  {number}: {reason}");
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(excepted.len(), EXCEPTIONS.len(), "an exception is none any more");
}

/// The folder and its cases; where there is none, that is said.
#[expect(clippy::print_stdout, reason = "who runs the tests hears that nothing was tried")]
fn suite() -> Option<(PathBuf, Vec<Case>)> {
    let Some(folder) = folder() else {
        println!("PKITS is not here, nothing was tried: PKITS_DIR names the folder of pkits.json");
        return None;
    };
    let cases = fs::read(folder.join("pkits.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_slice(&cases).unwrap();
    assert_eq!(cases.len(), 249);
    Some((folder, cases))
}

fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pkits");
    let folder = env::var_os("PKITS_DIR").map_or_else(beside, PathBuf::from);
    folder.join("pkits.json").is_file().then_some(folder)
}

impl Case {
    fn judge(&self, folder: &Path) -> Judgement {
        let der =
            |name: &String| fs::read(folder.join("certs").join(format!("{name}.crt"))).unwrap();
        let (anchor, rest) = self.certs.split_first().unwrap();
        let (judged, between) = rest.split_last().unwrap_or((anchor, &[]));
        let anchors: Anchors = [Certificate::parse(&der(anchor)).unwrap()].into_iter().collect();
        let between: Vec<Certificate> =
            between.iter().filter_map(|name| Certificate::parse(&der(name)).ok()).collect();
        let authorities = anchors.certificates().iter().chain(&between);
        let crls: CrlStore = self
            .crls
            .iter()
            .map(|name| fs::read(folder.join("crls").join(format!("{name}.crl"))).unwrap())
            .filter_map(|der| Crl::load(&der, authorities.clone()).ok().map(Arc::new))
            .collect();
        let evidence = Evidence {
            anchors: &anchors,
            intermediates: &between.into_iter().collect::<Intermediates>(),
            from_card: &[],
            crls: &crls,
            ocsp: &[],
            responders: &[],
        };
        judge(&der(judged), &evidence, &self.settings(), NOW)
    }

    fn settings(&self) -> Settings {
        let demand = |is| if is { Demand::Yes } else { Demand::No };
        let policies = PolicySettings {
            accepted: self.initial_policy_set.split(',').map(policy).collect(),
            explicit: demand(self.initial_explicit_policy),
            inhibit_mapping: demand(self.initial_policy_mapping_inhibit),
            inhibit_any: demand(self.initial_inhibit_any_policy),
        };
        Settings { revocation: RevocationMode::Hard, policies, ..Settings::path() }
    }

    fn told(&self, judgement: &Judgement) -> String {
        let must = if self.should_validate { "hold" } else { "be refused" };
        let found: Vec<String> = judgement.findings.iter().map(ToString::to_string).collect();
        format!("{} {} must {must}: {}", self.number, self.title, found.join(" | "))
    }
}

/// The suite's names for its policies.
fn policy(name: &str) -> Oid {
    match name.strip_prefix("NIST-test-policy-") {
        Some(number) => format!("2.16.840.1.101.3.2.1.48.{number}").parse().unwrap(),
        None => "2.5.29.32.0".parse().unwrap(),
    }
}
