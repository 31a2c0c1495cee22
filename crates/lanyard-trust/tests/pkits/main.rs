//! NIST PKITS as judge of the path validation: every case ends as it must, but for a table of exceptions.

#![expect(clippy::unwrap_used, reason = "a suite that cannot be read is a failure of the test")]

#[cfg(test)]
mod webpki;

use std::fs;
use std::sync::Arc;

use lanyard_test_pki::pkits::{Case, EXCEPTIONS, NOW, Suite};
use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Demand, Evidence, Intermediates, Judgement,
    PolicySettings, RevocationMode, Settings, UnixTime, judge,
};

#[test]
fn every_case_of_pkits_ends_as_it_must() {
    let Some(suite) = Suite::find() else { return };
    let (mut wrong, mut right, mut excepted) = (Vec::new(), 0, Vec::new());
    for case in &suite.cases {
        let judgement = judged(&suite, case);
        let expected = judgement.holds() == case.should_validate;
        match (expected, case.exception()) {
            (true, None) => right += 1,
            (false, Some(reason)) if case.should_validate => excepted.push((&case.number, reason)),
            _ => wrong.push(told(case, &judgement)),
        }
    }
    println!("PKITS: {right} of {} as they must, {} exceptions", suite.cases.len(), excepted.len());
    for (number, reason) in &excepted {
        println!("  {number}: {reason}");
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(excepted.len(), EXCEPTIONS.len(), "an exception is none any more");
}

fn judged(suite: &Suite, case: &Case) -> Judgement {
    let files = suite.files(case);
    let anchor = Certificate::parse(&fs::read(&files.anchor).unwrap()).unwrap();
    let anchors: Anchors = [anchor].into_iter().collect();
    let between = files.between.iter().map(|file| fs::read(file).unwrap());
    let between: Vec<Certificate> =
        between.filter_map(|der| Certificate::parse(&der).ok()).collect();
    let authorities = anchors.certificates().iter().chain(&between);
    let crls: CrlStore = files
        .lists
        .iter()
        .map(|file| fs::read(file).unwrap())
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
    judge(&fs::read(&files.judged).unwrap(), &evidence, &settings(case), UnixTime(NOW))
}

fn settings(case: &Case) -> Settings {
    let demand = |is| if is { Demand::Yes } else { Demand::No };
    let policies = PolicySettings {
        accepted: case.initial_policies().map(|policy| policy.parse().unwrap()).collect(),
        explicit: demand(case.initial_explicit_policy),
        inhibit_mapping: demand(case.initial_policy_mapping_inhibit),
        inhibit_any: demand(case.initial_inhibit_any_policy),
    };
    Settings { revocation: RevocationMode::Hard, policies, ..Settings::path() }
}

fn told(case: &Case, judgement: &Judgement) -> String {
    let must = if case.should_validate { "hold" } else { "be refused" };
    let found: Vec<String> = judgement.findings.iter().map(ToString::to_string).collect();
    format!("{} {} must {must}: {}", case.number, case.title, found.join(" | "))
}
