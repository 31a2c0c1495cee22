//! Access profiles: what a role lacks, and what everybody in the directory lacks.

use std::fs;

use serde_json::Value;

use super::Desk;

#[tokio::test]
async fn a_role_has_what_a_profile_needs_or_it_is_told_what_is_missing_and_who_adds_it() {
    let settings = "[profiles]\nward = [\"B0360\", \"B0264\"]\n";
    let desk = Desk::with_settings("nurse", settings).await;
    let (code, nobody) = desk.says(&["roles", "check", "ward"]);
    assert_eq!(code, Some(1));
    assert!(nobody.contains("nobody is signed in at this desk"), "{nobody}");
    desk.signs_in();
    let yes = "Yes: Nurse at TEST HOSPITAL (RZZ01) has what ward needs.\n";
    assert_eq!(desk.says(&["roles", "check", "ward"]), (Some(0), yes.to_owned()));
    let (code, no) = desk.says(&["roles", "check", "cp-is-unscheduled"]);
    assert_eq!(code, Some(1));
    let missing = "No: Nurse at TEST HOSPITAL (RZZ01) lacks B0107 (View CP-IS Flag) for cp-is-unscheduled. A \
                   registration authority manager or agent adds it to your role; your sponsor can ask for it.\n";
    assert_eq!(no, missing);
    let told = &desk.json(&["roles", "check", "cp-is-unscheduled"], 1)[0];
    assert_eq!((&told["satisfied"], &told["missing"][0]["code"]), (&false.into(), &"B0107".into()));
    let (code, unknown) = desk.says(&["roles", "check", "x-ray"]);
    assert_eq!(code, Some(1));
    let known = "there is no profile x-ray; there are cp-is-scheduled, cp-is-unscheduled, ward\n";
    assert!(unknown.ends_with(known), "{unknown}");
}

#[tokio::test]
async fn everybody_who_lacks_something_is_listed_and_so_is_what_does_not_count() {
    let desk = Desk::with("gp").await;
    let config = desk.stack.folder().join("lanyard.toml");
    let folder = desk.stack.roles().settings().folder.clone();
    let nurse = fs::read(folder.join("999900000102.jws")).unwrap();
    fs::write(folder.join("999900000103.jws"), nurse).unwrap();
    fs::write(folder.join("999900000199.json"), "{}").unwrap();
    fs::write(folder.join("somebody.jws"), "").unwrap();
    let report = ["roles", "report", "cp-is-unscheduled", "--config", config.to_str().unwrap()];
    let rows = desk.json(&report, 0);
    let of = |holder: &str| -> Vec<&Value> {
        rows.iter().filter(|row| row["holder"] == holder).collect()
    };
    let gp = of("999900000101");
    assert_eq!(gp.len(), 3, "each role by itself: {gp:?}");
    assert_eq!(gp[0]["missing"].as_array().unwrap().len(), 2, "{gp:?}");
    assert_eq!(
        of("999900000102")[0]["missing"][0]["code"],
        "B0107",
        "the trace is in the baseline"
    );
    assert_eq!(of("999900000103")[0]["finding"], "wrong-uuid");
    assert_eq!(of("999900000106")[0]["finding"], "no-role");
    assert_eq!(of("999900000199")[0]["finding"], "unsigned");
    let summary = &rows.last().unwrap()["summary"];
    assert_eq!((&summary["refused"], &summary["misplaced"]), (&2.into(), &1.into()), "{summary}");
    assert_eq!(
        (&summary["satisfied"], &summary["without-role"]),
        (&0.into(), &1.into()),
        "{summary}"
    );

    let (code, words) = desk.says(&report);
    assert_eq!(code, Some(0));
    let nurse =
        "999900000102 Test Nurse: Nurse at TEST HOSPITAL (RZZ01) lacks B0107 (View CP-IS Flag)";
    assert!(words.lines().any(|line| line == nurse), "{words}");
    let tampered = "999900000103: the document does not count: it is about another person";
    assert!(words.lines().any(|line| line == tampered), "{words}");
    assert!(words.contains("\ncp-is-unscheduled: of "), "{words}");

    let elsewhere = ["--folder", "/nowhere"];
    let (code, words) = desk.says(&[&report[..], &elsewhere].concat());
    assert_eq!(code, Some(1));
    assert!(words.starts_with("lanyardctl: /nowhere: cannot be read"), "{words}");
}
