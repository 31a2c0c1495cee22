//! Without a terminal: lines of standard input, words and exit codes that scripts depend on.

use lanyard_stack::own_program;

use super::{CURRENT, Desk, NEW, told};

#[tokio::test]
async fn a_holder_reads_what_is_asked_and_that_it_went_well() {
    let desk = Desk::with("nurse").await;
    let login = desk.runs(&["login"], "123456\n");
    let signed_in = "The card and its holder are authenticated.\nSigned in: Test Nurse (999900000102)\n\
                     Role: Nurse at TEST HOSPITAL (RZZ01)";
    assert_eq!(told(&login), (Some(0), signed_in));
    let reader = &desk.stack.reader_names()[0];
    let asked = format!(
        "{reader}, card of 999900000102, 3 tries left\nBy entering your passcode you confirm your acceptance \
         of the NHS Care Identity Service terms and conditions.\nPasscode of the card: "
    );
    assert_eq!(login.stderr, asked);
    let json = desk.runs(&["login", "--json"], "123456\n");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((&json["outcome"], &json["tries-left"]), (&"ok".into(), &3.into()));
}

#[tokio::test]
async fn wrong_passcodes_count_down_and_the_last_try_is_asked_about() {
    let desk = Desk::with("nurse").await;
    let again = "Ask again to try once more.";
    for left in ["2 tries left", "1 try left"] {
        let refused = format!("The passcode was wrong. {left}. {again}");
        assert_eq!(told(&desk.runs(&["login"], "999999\n")), (Some(3), &*refused));
    }
    let kept = desk.runs(&["login"], "n\n999999\n");
    assert_eq!(told(&kept), (Some(5), "Cancelled."));
    let question = "This is the last try: a wrong passcode blocks the card. Go on? [y/N] ";
    assert!(
        kept.stderr.contains("1 try left\n") && kept.stderr.ends_with(question),
        "{}",
        kept.stderr
    );
    assert_eq!(desk.tries().await, 1, "no try was spent");

    let unlocked =
        "Ask your Registration Authority or local smartcard administrator to unlock the card.";
    let now = format!("The passcode was wrong, and that was the last try. {unlocked}");
    assert_eq!(told(&desk.runs(&["login"], "y\n999999\n")), (Some(4), &*now));
    let was = desk.runs(&["login"], "y\n123456\n");
    let words = format!("The passcode is blocked; no try was made. {unlocked}");
    assert_eq!(told(&was), (Some(4), &*words));
    assert_eq!(was.stderr, "", "nobody is asked for a passcode that is not sent");
}

#[tokio::test]
async fn what_is_no_passcode_spends_no_try() {
    let desk = Desk::with("nurse").await;
    let short =
        "That cannot be a passcode; no try was spent: the passcode is too short. 3 tries left.";
    assert_eq!(told(&desk.runs(&["login"], "12\n")), (Some(3), short));
    for nothing in ["\n", ""] {
        assert_eq!(told(&desk.runs(&["login"], nothing)), (Some(5), "Cancelled."), "{nothing:?}");
    }
    let long = "1".repeat(5_000);
    let login = desk.runs(&["login"], &format!("{long}\n123456\n"));
    assert_eq!(login.status.code(), Some(0), "a line that is too long is asked for again");
    assert!(login.stderr.contains("That is longer than any passcode.\n"), "{}", login.stderr);
    assert_eq!(desk.tries().await, 3);
}

#[tokio::test]
async fn a_passcode_is_changed_in_three_lines() {
    let desk = Desk::with("nurse").await;
    let change = |lines: &[&str]| desk.runs(&["passcode", "change"], &(lines.join("\n") + "\n"));
    let obvious = "That cannot be a passcode; no try was spent: the new passcode repeats itself: choose \
                   another. 3 tries left.";
    assert_eq!(told(&change(&[CURRENT, "111111"])), (Some(3), obvious));
    let differ = "That cannot be a passcode; no try was spent: the two new passcodes were not the same. 3 \
                  tries left.";
    assert_eq!(told(&change(&[CURRENT, NEW, "739151"])), (Some(3), differ));
    let changed = change(&[CURRENT, NEW, NEW]);
    assert_eq!(told(&changed), (Some(0), "The passcode is changed."));
    let labels = "Passcode of the card: New passcode: New passcode once more: ";
    assert!(changed.stderr.ends_with(labels), "{}", changed.stderr);
    assert_eq!(desk.runs(&["login"], "123456\n").status.code(), Some(3));
    assert_eq!(desk.runs(&["login"], "739150\n").status.code(), Some(0));
}

#[tokio::test]
async fn of_several_cards_one_must_be_named() {
    let mut desk = Desk::with("nurse").await;
    let second = desk.stack.card(1, "receptionist").unwrap();
    let (other, _) = desk.witness.card_inserted().await;
    desk.is_read(&other).await;
    for command in [&["login"][..], &["passcode", "change"], &["card", "release"]] {
        let choice = desk.runs(command, "");
        let (code, words) = told(&choice);
        assert_eq!(code, Some(6), "{command:?}: {words}");
        let lines: Vec<&str> = words.lines().collect();
        assert_eq!(lines[0], "Several cards could be meant. Say which one with --card PATH:");
        assert_eq!(lines.len(), 3, "{words}");
        for (card, holder) in [(&desk.path, "999900000102"), (&other, "999900000103")] {
            let is_it =
                |line: &&&str| line.starts_with(&format!("{card}  ")) && line.contains(holder);
            assert_eq!(lines.iter().filter(is_it).count(), 1, "{words}");
        }
    }
    let json = desk.runs(&["login", "--json"], "");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["cards"].as_array().unwrap().len(), 2);
    let named = desk.runs(&["login", "--card", &other], "desk42\n");
    assert_eq!(named.status.code(), Some(0), "{named:?}");

    let nowhere = desk.runs(&["passcode", "change", "--card", "/org/lanyard/Lanyard1/card999"], "");
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(
        nowhere.stderr.contains("there is no card /org/lanyard/Lanyard1/card999"),
        "{nowhere:?}"
    );
    assert_eq!(desk.runs(&["login", "--card", "nonsense"], "").status.code(), Some(2));
    drop(second);
}

#[tokio::test]
async fn no_card_is_said_by_the_daemon_and_by_us_alike() {
    let (stack, _daemon, _witness) = crate::stage(2).await;
    for command in [&["login"][..], &["passcode", "change"], &["card", "release"]] {
        let program = stack.own("lanyardctl").unwrap().args(["--bus", stack.bus().address()]);
        let none = program.args(command).run().unwrap();
        assert_eq!(told(&none), (Some(1), "It failed: no card is in a reader."), "{command:?}");
    }
}

#[tokio::test]
async fn root_alone_ends_the_block_of_this_workstation() {
    let desk = Desk::with("ten-tries").await;
    for lines in ["999999\n", "999999\n", "y\n999999\n"] {
        desk.runs(&["login"], lines);
    }
    let blocked = desk.runs(&["login"], "123456\n");
    assert_eq!(blocked.status.code(), Some(4), "{blocked:?}");
    assert!(
        blocked.stdout.contains("this workstation saw three wrong passcodes in a row"),
        "{blocked:?}"
    );

    // Where everybody can run it. Copied by a program: a descriptor of ours that is open for writing could
    // be with a child of another test when it is run.
    let program = desk.stack.folder().join("lanyardctl");
    let copy = desk.stack.command("cp").args([&own_program("lanyardctl").unwrap(), &program]);
    assert!(copy.run().unwrap().status.success());
    let stranger = desk.stack.command("setpriv");
    let stranger = stranger.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    let stranger =
        stranger.arg(program).args(["--bus", desk.stack.bus().address(), "card", "release"]);
    let refused = stranger.run().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        refused.stderr,
        "lanyardctl: not allowed: only an administrator may do this; run it as root. The card stays as it \
         is\n"
    );
    assert_eq!(desk.runs(&["login"], "123456\n").status.code(), Some(4));

    let released = desk.runs(&["card", "release"], "");
    assert_eq!(released.status.code(), Some(0), "{released:?}");
    assert!(
        released
            .stdout
            .starts_with("The block at this workstation is ended, and that is recorded.")
    );
    assert_eq!(desk.runs(&["login"], "123456\n123456\n").status.code(), Some(0));
}

#[tokio::test]
async fn what_the_daemon_recorded_is_whole_and_shown() {
    let mut desk = Desk::with("nurse").await;
    desk.runs(&["login"], "999999\n");
    desk.runs(&["login"], "123456\n");
    desk.daemon.terminate().unwrap();
    let log = desk.stack.folder().join("records/audit.jsonl");
    let log = log.to_str().unwrap();
    let journal = desk.daemon.process().stderr();
    let head = journal.rsplit_once(" audit=").unwrap().1.split_whitespace().next().unwrap();
    let verified = desk.runs(&["audit", "verify", "--file", log, "--head", head], "");
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(verified.stdout.contains("The given head is in the log."), "{verified:?}");

    let arguments = ["audit", "show", "--file", log, "--holder", "999900000102"];
    let shown = desk.runs(&arguments, "").stdout;
    let refused =
        "the card refused the passcode: refused by the card, 2 tries left; holder 999900000102";
    let accepted = "the card accepted the passcode";
    let (refused, accepted) = (shown.find(refused), shown.find(accepted));
    assert!(refused.is_some() && refused < accepted, "{shown}");
    assert!(!shown.contains("999999") && !shown.contains("123456"), "{shown}");
}
