//! One application in three languages: who is signed in, in which role, and the moment it ends. All say the same.

use std::process::Command;
use std::sync::LazyLock;

use lanyard_stack::{Process, Program, Stack};

use super::{Agent, PATIENCE, path, says, sign_in};
use crate::stage;

/// The program of a language.
type Language = fn(&Stack) -> Program;

/// With Debian's gjs.
fn javascript(stack: &Stack) -> Program {
    stack.command("gjs").arg("-m").arg(path("application.js"))
}

/// With every warning, and with what notices lost and wrong memory: it ends well only with neither.
fn c(stack: &Stack) -> Program {
    static BUILT: LazyLock<()> = LazyLock::new(|| {
        let mut build = Command::new("sh");
        build.args(["-c", BUILD, "sh", IN_C]).arg(path("application.c"));
        assert!(build.status().unwrap().success());
    });
    LazyLock::force(&BUILT);
    stack.command(IN_C)
}

const IN_C: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/application-in-c");

const BUILD: &str = r#"cc -g -Wall -Wextra -Werror -fsanitize=address,undefined -o "$1" "$2" \
    $(pkg-config --cflags --libs libsystemd)"#;

/// Built with everything else.
fn rust(stack: &Stack) -> Program {
    stack.own("examples/application").unwrap()
}

fn start(language: Language, stack: &Stack) -> Process {
    let program = language(stack).args(["--sign-in", "--role", "A99902"]);
    program.arg(stack.bus().address()).start().unwrap()
}

/// A general practitioner's whole stay, another holder's, and the service's end and return.
async fn follows_a_session_from_its_beginning_to_its_end(language: Language) -> Process {
    let (stack, mut daemon, mut witness) = stage(2).await;
    let card = stack.card(0, "gp").unwrap();
    witness.card_in_state("ready").await;
    let mut agent = Agent::start(&stack);
    agent.types("123456\n");
    let mut application = start(language, &stack);
    says(&mut application, "the service is there");
    says(&mut application, "nobody is signed in");
    says(&mut application, "choosing-role: 999900000101, 3 roles");
    says(&mut application, "active: 999900000101 as ");
    says(&mut application, "may: B0380 B0420 B0820 B0825");
    let lock = stack.own("lanyardctl").unwrap().args(["--bus", stack.bus().address(), "lock"]);
    assert!(lock.run().unwrap().status.success());
    says(&mut application, "hidden");
    says(&mut application, "locked: 999900000101, 3 roles");
    drop(card);
    says(&mut application, "ended: card-removed");
    assert!(application.stdout().contains("sign-in: ok: "), "{}", application.stdout());

    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    agent.types("123456\n");
    assert!(sign_in(&stack).status.success());
    says(&mut application, "active: 999900000102 as ");
    daemon.kill().unwrap();
    says(&mut application, "ended: the service has gone");
    says(&mut application, "the service is not there");
    daemon.restart(&stack).unwrap();
    says(&mut application, "the service is there");
    says(&mut application, "nobody is signed in");
    assert!(!application.stdout().contains("123456"), "{}", application.stdout());
    assert_eq!(application.stderr(), "");
    application
}

/// It is there before the service, and asks when there is no card: an outcome that is quick to come.
fn waits_for_the_service_and_is_told_what_is_missing(language: Language) {
    let stack = Stack::start().unwrap();
    let mut application = start(language, &stack);
    says(&mut application, "the service is not there");
    let _daemon = stack.daemon("").unwrap();
    says(&mut application, "the service is there");
    says(&mut application, "nobody is signed in");
    says(&mut application, "sign-in: failed: no card is in a reader");
}

async fn is_told_that_a_passcode_was_wrong(language: Language) {
    let (stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let mut agent = Agent::start(&stack);
    agent.types("999999\n");
    let mut application = start(language, &stack);
    says(&mut application, "sign-in: refused: ");
    says(&mut application, "tries left: 2");
}

#[tokio::test]
async fn the_application_in_javascript_follows_a_session_from_its_beginning_to_its_end() {
    follows_a_session_from_its_beginning_to_its_end(javascript).await;
}

#[tokio::test]
async fn the_application_in_c_follows_a_session_and_loses_no_memory() {
    let mut application = follows_a_session_from_its_beginning_to_its_end(c).await;
    let ended = application.terminate(PATIENCE).unwrap();
    assert!(ended.success(), "{ended} {}", application.stderr());
}

#[tokio::test]
async fn the_application_in_rust_follows_a_session_from_its_beginning_to_its_end() {
    follows_a_session_from_its_beginning_to_its_end(rust).await;
}

#[test]
fn the_applications_wait_for_the_service_and_are_told_what_is_missing() {
    for language in [javascript, c, rust] as [Language; 3] {
        waits_for_the_service_and_is_told_what_is_missing(language);
    }
}

#[tokio::test]
async fn the_applications_are_told_that_a_passcode_was_wrong() {
    for language in [javascript, c, rust] as [Language; 3] {
        is_told_that_a_passcode_was_wrong(language).await;
    }
}
