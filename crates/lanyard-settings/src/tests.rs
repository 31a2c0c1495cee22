//! Every setting is read, every wrong one is named.

use std::{num::NonZero, time::Duration};

use lanyard_card::{Characters, Dates, Rules, piv::Slot};

use lanyard_evidence::{Settings as Evidence, Wanted};
use lanyard_trust::{Algorithms, ClockRule, NonceRule, RevocationMode};

use super::*;
use crate::PinPads;

fn wrong(text: &str) -> String {
    parse(text, Path::new("lanyard.toml")).unwrap_err().to_string()
}

#[test]
fn the_usual_passcodes_are_those_of_the_card_crate() {
    assert_eq!(Settings::default().rules().unwrap(), SiteRules::default());
}

#[test]
fn an_empty_file_is_the_defaults() {
    assert_eq!(parse("", Path::new("x")).unwrap(), Settings::default());
}

#[test]
fn the_documented_settings_are_the_defaults() {
    let document = include_str!("../../../docs/settings.md");
    let example = document.split("```").nth(1).and_then(|block| block.strip_prefix("toml"));
    assert_eq!(parse(example.unwrap(), Path::new("x")).unwrap(), Settings::default());
}

/// What a section may hold, as whoever misspells a key is told.
fn keys_of(section: &str) -> Vec<String> {
    let wrong = parse(&format!("{section}\nno-such-key = 1\n"), Path::new("x")).unwrap_err();
    let wrong = wrong.to_string();
    let known = wrong.split("expected").nth(1).unwrap();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_setting_is_documented() {
    let document = include_str!("../../../docs/settings.md");
    let sections = keys_of("");
    assert!(sections.contains(&"session".to_owned()), "{sections:?}");
    for section in sections {
        assert!(document.contains(&format!("\n[{section}]\n")), "{section} is missing");
        for key in keys_of(&format!("[{section}]")) {
            let is_there = document.contains(&format!("\n{key} = "))
                || document.contains(&format!("[[{section}.{key}]]"))
                || document.contains(&format!("[{section}.{key}."))
                || document.contains(&format!(": {key} = "));
            assert!(is_there, "{key} of {section} is missing");
        }
    }
}

#[test]
fn every_setting_is_read() {
    let text = r#"
        [log]
        level = "debug"
        uuids = "full"
        [access]
        mode = "single-user"
        user = 1000
        [reader]
        seat = "seat1"
        pin-pad = "off"
        [[reader.seats]]
        name-contains = "Serial"
        seat = "seat-ward-2"
        [card]
        sign-in-key = "9C"
        answer-within-ms = 7000
        free-within-ms = 300
        [prompt]
        answer-within-s = 30
        [terms]
        version = "7"
        line = "Yes?"
        [passcode]
        shortest = 5
        longest = 7
        characters = "letters-and-digits"
        new-shortest = 7
        new-longest = 7
        new-characters = "letters-and-digits"
        new-dates = "refused"
        [ledger]
        folder = "/ledger"
        [audit]
        file = "/audit"
        rotate-above-mib = 2
        keep = 5
    "#;
    let settings = parse(text, Path::new("x")).unwrap();
    assert_eq!(settings.log.level, Level::Debug);
    assert_eq!(settings.access.mode, Mode::SingleUser { user: Some(1000) });
    let seats = settings.reader.seats();
    let seat_of = |name| seats.seat_of(name, None).unwrap();
    assert_eq!(seat_of("Serial 1").as_str(), "seat-ward-2");
    assert_eq!(seat_of("Another").as_str(), "seat1");
    assert_eq!(settings.card.sign_in_key, Slot::Signature);
    assert_eq!(settings.card.answer_within_ms, Duration::from_secs(7));
    assert_eq!(settings.card.free_within_ms, Duration::from_millis(300));
    assert_eq!(settings.prompt.answer_within_s, Duration::from_secs(30));
    assert_eq!((&*settings.terms.version, &*settings.terms.line), ("7", "Yes?"));
    assert_eq!(settings.ledger.folder, Path::new("/ledger"));
    let audit = lanyard_audit::Settings::from(&settings.audit);
    assert_eq!((audit.rotate_above, audit.keep), (2 * 1024 * 1024, NonZero::new(5)));
    assert_eq!(audit.path, Path::new("/audit"));
    let rules = SiteRules {
        verifying: Rules::new(5, 7, Characters::LettersAndDigits).unwrap(),
        setting: Rules::new(7, 7, Characters::LettersAndDigits).unwrap(),
        dates: Dates::Refused,
        pin_pads: PinPads::Off,
    };
    assert_eq!(settings.rules().unwrap(), rules);
}

#[test]
fn a_site_s_profiles_stand_beside_those_that_are_shipped() {
    let site =
        parse("[profiles]\nward = [\"B0360\"]\ncp-is-scheduled = [\"B0171\"]", Path::new("x"));
    let told = site.unwrap().profiles.told();
    assert_eq!(told["ward"], ["B0360"]);
    assert_eq!(told["cp-is-scheduled"], ["B0171"]);
    assert_eq!(told["cp-is-unscheduled"], ["B0107", "B0264"]);
    assert_eq!(
        wrong("[log]\n[profiles]\nward = [\"nurse\"]"),
        "lanyard.toml:2: the profile \"ward\" needs \"nurse\", which is no activity"
    );
}

#[test]
fn an_unknown_key_is_named_with_line_and_what_would_be_right() {
    let wrong = wrong("[log]\nlevle = \"info\"\n");
    assert_eq!(wrong, "lanyard.toml:2: unknown field `levle`, expected `level` or `uuids`");
}

#[test]
fn a_bad_value_is_named_with_line_and_what_would_be_right() {
    assert_eq!(
        wrong("[card]\n\nsign-in-key = \"9E\"\n"),
        "lanyard.toml:3: sign-in-key is \"9A\" or \"9C\", not \"9E\""
    );
    assert_eq!(
        wrong("[card]\nfree-within-ms = 0\n"),
        "lanyard.toml:2: a time to wait is 100 to 60000 milliseconds, not 0"
    );
    assert_eq!(
        wrong("[reader]\nseat = \"desk 1\"\n"),
        "lanyard.toml:2: a seat is named like \"seat0\", not \"desk 1\""
    );
    assert_eq!(
        wrong("[access]\nmode = \"desks\"\nuser = 1000\n"),
        "lanyard.toml:1: a user is named for mode \"single-user\" only"
    );
    assert_eq!(
        wrong("[[reader.seats]]\nname-contains = \"\"\nseat = \"seat1\"\n"),
        "lanyard.toml:2: name-contains is part of a reader's name, not empty"
    );
    assert!(wrong("[access]\nmode = \"open\"\n").starts_with("lanyard.toml:2: unknown variant"));
    assert!(wrong("[log]\nlevel = \"loud\"\n").starts_with("lanyard.toml:2: unknown variant"));
    assert!(wrong("[log\n").starts_with("lanyard.toml:1: "));
    assert_eq!(
        wrong("\n[passcode]\nlongest = 12\n"),
        "lanyard.toml:3: passcodes of 4 to 12 characters are not possible; cards take 1 to 8"
    );
    assert_eq!(
        wrong("[reader]\npin-pad = \"on\"\n"),
        "lanyard.toml:2: pin-pad is \"auto\" or \"off\", not \"on\""
    );
    assert_eq!(
        wrong("[roles.rights.ra]\norganisations = [\"*\", \"A9990l!\"]\n"),
        "lanyard.toml:2: an ODS code is like \"A81001\", not \"A9990l!\""
    );
    assert_eq!(
        wrong("[audit]\nrotate-above-mib = 0\n"),
        "lanyard.toml:2: a file has 1 to 4096 MiB, not 0"
    );
    assert!(wrong("[card]\nfree-within-ms = true\n").starts_with("lanyard.toml:2: "));
}

#[test]
fn a_new_passcode_that_would_never_be_sent_is_refused_at_the_setting_that_allows_it() {
    assert_eq!(
        wrong("[passcode]\nshortest = 6\nnew-shortest = 4\n"),
        "lanyard.toml:3: new-shortest is at least shortest, 6, not 4: a new passcode that is shorter would \
         never be sent"
    );
    assert_eq!(
        wrong("[log]\n\n[passcode]\n longest=6\n"),
        "lanyard.toml:4: new-longest is at most longest, 6, not 8: a new passcode that is longer would \
         never be sent"
    );
    assert_eq!(
        wrong("[passcode]\nnew-characters = \"letters-and-digits\"\ncharacters = \"digits\"\n"),
        "lanyard.toml:2: new-characters is \"digits\" where characters is: a new passcode with letters \
         would never be sent"
    );
    let digits = parse("[passcode]\ncharacters = \"digits\"\n", Path::new("x")).unwrap();
    let rules = digits.rules().unwrap();
    assert_eq!(rules.verifying, Rules::new(4, 8, Characters::Digits).unwrap());
}

#[test]
fn a_named_file_that_is_missing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.toml");
    let error = load(Some(&missing)).unwrap_err();
    assert!(matches!(error, SettingsError::Unreadable { .. }));
}

#[test]
fn what_is_set_about_certificates_reaches_whoever_judges_and_fetches() {
    let text = r#"
        [trust]
        anchors = "/a"
        intermediates = "/i"
        policies = ["1.2.826.0.1", "2.999"]
        renewal-days = 60
        sponsor-renewal-days = 20
        wrong-clock = "tell"
        danger-weak-algorithms = true

        [revocation]
        mode = "soft"
        lists = "/l"
        responders = "/r"
        fetch-lists = false
        ask-responders = false
        responder = "http://ocsp.test/"
        nonce = "required"
        fetch-within-ms = 700
        https-roots = "/h"
        cache = "/c"
    "#;
    let settings = parse(text, Path::new("x")).unwrap();
    let rules = settings.judging();
    let policies: Vec<String> = rules.policies.accepted.iter().map(ToString::to_string).collect();
    assert_eq!(policies, ["1.2.826.0.1", "2.999"]);
    assert_eq!((rules.renewal.holder_days, rules.renewal.sponsor_days), (60, 20));
    assert_eq!(rules.clock.rule, ClockRule::Tell);
    assert_eq!(rules.algorithms, Algorithms::DangerWeakToo);
    assert_eq!(rules.revocation, RevocationMode::Soft);
    assert_eq!(rules.nonce, NonceRule::Required);
    let Evidence { folders, fetching } = settings.evidence();
    assert_eq!(folders.anchors, Path::new("/a"));
    assert_eq!(folders.intermediates.as_deref(), Some(Path::new("/i")));
    assert_eq!(folders.lists.as_deref(), Some(Path::new("/l")));
    assert_eq!(folders.responders.as_deref(), Some(Path::new("/r")));
    assert_eq!((fetching.lists, fetching.answers), (Wanted::No, Wanted::No));
    assert_eq!(fetching.responder.as_deref(), Some("http://ocsp.test/"));
    assert_eq!(fetching.patience, Duration::from_millis(700));
    assert_eq!(fetching.https_roots.as_deref(), Some(Path::new("/h")));
    assert_eq!(fetching.cache.as_deref(), Some(Path::new("/c")));
}

#[test]
fn a_site_that_does_not_ask_about_revocation_reads_and_fetches_nothing_for_it() {
    let settings = parse("[revocation]\nmode = \"off\"\n", Path::new("x")).unwrap();
    let Evidence { folders, fetching } = settings.evidence();
    assert_eq!((folders.lists, folders.responders), (None, None));
    assert_eq!((fetching.lists, fetching.answers), (Wanted::No, Wanted::No));
}

#[test]
fn impossible_settings_of_trust_are_named() {
    for (text, named) in [
        (
            "[trust]\nsponsor-renewal-days = 91\n",
            "lanyard.toml:2: sponsor-renewal-days is at most renewal-days, 90, not 91",
        ),
        (
            "[trust]\nanchors = \"\"\n",
            "lanyard.toml:2: a folder is named from the root on, not \"\"",
        ),
        (
            "[trust]\npolicies = [\"one\"]\n",
            "lanyard.toml:2: a policy is named like \"1.2.826.0.1\", not \"one\"",
        ),
        (
            "[revocation]\nresponder = \"htp:/x\"\n",
            "lanyard.toml:2: an address begins with http:// or https://, not \"htp:/x\"",
        ),
        (
            "[revocation]\nmode = \"firm\"\n",
            "lanyard.toml:2: mode is \"hard\" or \"soft\" or \"off\", not \"firm\"",
        ),
    ] {
        assert_eq!(wrong(text), named);
    }
}

#[test]
fn who_may_use_readers_is_decided_by_login_sessions_unless_it_is_said_otherwise() {
    let by_whom = |text| parse(text, Path::new("x")).unwrap().access.by_whom(990);
    let only = |user| lanyard_seats::Access::SingleUser(lanyard_seats::Users::Only(user));
    assert_eq!(by_whom(""), lanyard_seats::Access::Desks);
    assert_eq!(by_whom("[access]\nmode = \"desks\"\n"), lanyard_seats::Access::Desks);
    assert_eq!(by_whom("[access]\nmode = \"single-user\"\n"), only(990));
    assert_eq!(by_whom("[access]\nmode = \"single-user\"\nuser = 1000\n"), only(1000));
}
