//! One role is taken by itself, several are chosen from, and everything ends when it is over.

use lanyard_stack::Terminal;

use super::{Desk, PASSCODE, PATIENCE};

#[tokio::test]
async fn a_practitioner_chooses_one_of_three_roles_and_another_one() {
    let desk = Desk::with("gp").await;
    let nobody = "lanyardctl: nobody is signed in at this desk; `lanyardctl login` signs in\n";
    for command in [&["roles"][..], &["select", "1"], &["lock"], &["logout"]] {
        assert_eq!(desk.says(command), (Some(1), nobody.to_owned()), "{command:?}");
    }
    let said = desk.signs_in();
    let open = "Signed in: Test Practitioner (999900000101)\n3 roles can be chosen: `lanyardctl select` takes one.\n";
    assert!(said.ends_with(open), "{said}");
    let (code, choice) = desk.says(&["select"]);
    assert_eq!((code, choice.lines().count()), (Some(6), 4), "{choice}");
    let taken = "Role: General Medical Practitioner at TEST PRACTICE TWO (A99902)\n";
    assert_eq!(desk.says(&["select", "2"]), (Some(0), taken.to_owned()));
    let (_, roles) = desk.says(&["roles"]);
    let marked: Vec<_> = roles.lines().filter(|line| line.starts_with("*  2")).collect();
    assert_eq!((roles.lines().count(), marked.len()), (3, 1), "{roles}");

    assert_eq!(desk.says(&["select", "A99903"]).0, Some(0));
    let roles = desk.json(&["roles"], 0);
    let third = &roles[2];
    assert_eq!((&third["number"], &third["current"]), (&3.into(), &true.into()), "{third}");
    assert_eq!(third["organisation-name"], "TEST PRACTICE THREE");
    let id = roles[0]["id"].as_str().unwrap();
    let chosen = &desk.json(&["select", id], 0)[0];
    assert_eq!((&chosen["outcome"], &chosen["role"]["number"]), (&"ok".into(), &1.into()));
    let (code, none) = desk.says(&["select", "Z999"]);
    assert_eq!(code, Some(1));
    assert!(none.contains("there is no role Z999"), "{none}");
}

#[tokio::test]
async fn everything_is_in_the_status_and_nothing_of_it_after_the_session() {
    let desk = Desk::with("pharmacist").await;
    let before = desk.says(&["status"]).1;
    assert!(before.ends_with("Nobody is signed in at this desk.\n"), "{before}");
    desk.signs_in_by("2468\n");
    let (_, status) = desk.says(&["status"]);
    for line in [
        "lanyardd 0.1.0 runs; the smartcard service works",
        "Signed in: Test Pharmacist (999900000104)",
        "Role: Health Professional at NATIONAL LOCUM PHARMACY (FFFFF)",
        "State: the holder is signed in, in a role",
    ] {
        assert!(status.lines().any(|it| it == line), "{line}: {status}");
    }
    assert!(status.contains("You are accountable to the pharmacy organisation"), "{status}");
    let told = &desk.json(&["status"], 0)[0];
    assert_eq!(
        (&told["pcsc-state"], &told["session"]["state"]),
        (&"running".into(), &"active".into())
    );
    assert_eq!(told["session"]["role"]["organisation"], "FFFFF");
    assert!(told["readers"].is_array() && told["cards"][0]["holder"] == "999900000104", "{told}");

    assert_eq!(desk.says(&["logout"]), (Some(0), "Signed out.\n".to_owned()));
    assert!(desk.json(&["status"], 0)[0]["session"].is_null());
}

#[tokio::test]
async fn a_locked_session_gives_nothing_until_the_passcode() {
    let desk = Desk::with("gp").await;
    desk.signs_in();
    desk.says(&["select", "1"]);
    assert_eq!(desk.says(&["lock"]).0, Some(0));
    assert_eq!(desk.json(&["status"], 0)[0]["session"]["state"], "locked");
    let (code, refused) = desk.says(&["select", "2"]);
    assert_eq!(code, Some(1), "{refused}");
    let (code, checked) = desk.says(&["roles", "check", "cp-is-scheduled"]);
    assert_eq!(code, Some(1));
    assert!(checked.contains("the session is locked"), "{checked}");
    let login = desk.runs(&["login"], PASSCODE);
    assert!(login.stderr.ends_with("Passcode of the card: "), "it is asked for again: {login:?}");
    assert!(login.stdout.contains("TEST PRACTICE ONE"), "with the role of before: {login:?}");
}

#[tokio::test]
async fn who_is_signed_in_is_asked_again_only_by_a_fresh_login() {
    let desk = Desk::with("nurse").await;
    assert!(desk.signs_in().ends_with("Role: Nurse at TEST HOSPITAL (RZZ01)\n"));
    let again = desk.runs(&["login"], "");
    assert_eq!((again.status.code(), &*again.stderr), (Some(0), ""), "{again:?}");
    let fresh = desk.runs(&["login", "--fresh", "--json"], PASSCODE);
    assert!(fresh.stderr.ends_with("Passcode of the card: "), "{fresh:?}");
    let told: serde_json::Value = serde_json::from_str(&fresh.stdout).unwrap();
    assert_eq!(
        (&told["outcome"], &told["session"]["uuid"]),
        (&"ok".into(), &"999900000102".into())
    );
}

#[tokio::test]
async fn who_has_no_role_is_told_who_assigns_roles() {
    let desk = Desk::with("roleless").await;
    let said = desk.signs_in();
    let told = "No role: the role directory has none for this person.\nYou have no role here. Your Registration \
                Authority assigns roles, and your sponsor can ask for them.\n";
    assert!(said.ends_with(told), "{said}");
    let (code, why) = desk.says(&["select"]);
    assert_eq!(code, Some(1));
    assert!(why.starts_with("lanyardctl: there is no role to choose: "), "{why}");
}

#[tokio::test]
async fn at_a_terminal_few_roles_are_listed_and_many_are_looked_for() {
    let desk = Desk::with("gp").await;
    let mut terminal = Terminal::open().unwrap();
    let login = terminal.own(&desk.stack, "lanyardctl").unwrap();
    let mut login = login.args(["--bus", desk.stack.bus().address(), "login"]).start().unwrap();
    terminal.wait_for("Passcode of the card: ", PATIENCE).unwrap();
    terminal.types(PASSCODE).unwrap();
    let listed = terminal.wait_for("Number of the role: ", PATIENCE).unwrap();
    assert!(listed.contains("  2  General Medical Practitioner at TEST PRACTICE TWO"), "{listed}");
    terminal.types("9\n").unwrap();
    terminal.wait_for("There is no such role.", PATIENCE).unwrap();
    terminal.types("2\n").unwrap();
    assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(0));
    assert!(login.stdout().ends_with("at TEST PRACTICE TWO (A99902)\n"), "{}", login.stdout());

    let desk = Desk::with("rich").await;
    desk.signs_in();
    let mut terminal = Terminal::open().unwrap();
    let select = terminal.own(&desk.stack, "lanyardctl").unwrap();
    let mut select = select.args(["--bus", desk.stack.bus().address(), "select"]).start().unwrap();
    terminal.wait_for("40 roles. Part of a role or organisation, or a number: ", PATIENCE).unwrap();
    terminal.types("admin\n").unwrap();
    terminal.wait_for("and 5 more: type more of it", PATIENCE).unwrap();
    terminal.types("z1062\n").unwrap();
    let found = terminal.wait_for("at Z1062", PATIENCE).unwrap();
    assert!(found.contains(" 13  "), "{found}");
    terminal.types("13\n").unwrap();
    assert_eq!(select.wait(PATIENCE).unwrap().code(), Some(0));
    assert_eq!(select.stdout(), "Role: Clinical Practitioner at Z1062\n");

    let mut terminal = Terminal::open().unwrap();
    let select = terminal.own(&desk.stack, "lanyardctl").unwrap();
    let mut select = select.args(["--bus", desk.stack.bus().address(), "select"]).start().unwrap();
    terminal.wait_for("or a number: ", PATIENCE).unwrap();
    terminal.types("\u{3}").unwrap();
    assert_eq!(select.wait(PATIENCE).unwrap().code(), Some(5));
}
