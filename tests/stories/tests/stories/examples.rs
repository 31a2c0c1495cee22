//! The examples in `docs/examples` do what they show: an agent and an application, two programs of two
//! processes in a language that is not ours.

mod applications;

use std::io::{PipeWriter, Write, pipe};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lanyard_stack::{Finished, Process, Program, Signal, Stack, Terminal};
use lanyard_witness::{Options, ended};

use crate::stage;

const PATIENCE: Duration = Duration::from_secs(20);

/// Debian's own: the examples need Debian's python3-dbus-next.
const PYTHON: &str = "/usr/bin/python3";

fn example(stack: &Stack, name: &str) -> Program {
    stack.command(PYTHON).args([&*path(name), stack.bus().address().as_ref()])
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples").join(name)
}

/// The agent, and what the person types.
struct Agent {
    process: Process,
    person: PipeWriter,
}

impl Agent {
    fn start(stack: &Stack) -> Self {
        let (input, person) = pipe().unwrap();
        let program = example(stack, "passcode_agent.py").arg("--passcode-from-stdin").stdin(input);
        let mut agent = Self { process: program.start().unwrap(), person };
        agent.says("asks for passcodes now");
        agent
    }

    /// What is typed ahead waits in the pipe.
    fn types(&mut self, lines: &str) -> &mut Self {
        self.person.write_all(lines.as_bytes()).unwrap();
        self
    }

    fn says(&mut self, words: &str) {
        self.process.wait_for_line(words, PATIENCE, |line| line.contains(words)).unwrap();
    }
}

/// The agent of a person at a terminal.
fn agent_at(terminal: &Terminal, stack: &Stack) -> Process {
    let program = terminal.command(stack, PYTHON).unwrap().arg(path("passcode_agent.py"));
    program.arg(stack.bus().address()).start().unwrap()
}

fn sign_in(stack: &Stack) -> Finished {
    example(stack, "sign_in.py").arg("--fresh").run().unwrap()
}

#[tokio::test]
async fn the_python_agent_and_application_sign_a_holder_in() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let mut agent = Agent::start(&stack);

    agent.types("123456\n");
    let signed_in = sign_in(&stack);
    assert!(signed_in.stdout.contains("ok: "), "{}{}", signed_in.stdout, signed_in.stderr);
    assert!(signed_in.status.success());
    agent.says("3 tries left");
    agent.says("terms and conditions");

    agent.types("999999\n");
    let refused = sign_in(&stack);
    assert!(refused.stdout.contains("refused: "), "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stdout.contains("tries left: 2"), "{}", refused.stdout);
    assert!(!refused.status.success());
    assert_eq!(card.command("status").unwrap()["tries"], 2);

    agent.types("\n");
    assert!(sign_in(&stack).stdout.contains("cancelled: "), "an empty line cancels");
}

#[tokio::test]
async fn the_python_agent_risks_the_last_try_only_after_a_yes() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let card = stack.card(0, "one-try-left").unwrap();
    witness.card_in_state("ready").await;
    let tries = || card.command("status").unwrap()["tries"].clone();
    assert_eq!(tries(), 1);
    let mut agent = Agent::start(&stack);

    agent.types("n\n");
    assert!(sign_in(&stack).stdout.contains("cancelled: "));
    agent.says("This is the last try.");
    assert_eq!(tries(), 1);

    agent.types("y\n999999\n");
    let blocked = sign_in(&stack).stdout;
    assert!(blocked.contains("now-blocked: ") && blocked.contains("tries left: 0"), "{blocked}");
    assert!(sign_in(&stack).stdout.contains("was-blocked: "));
}

#[tokio::test]
async fn the_python_application_cancels_when_it_is_interrupted() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let mut agent = Agent::start(&stack);
    let mut application = example(&stack, "sign_in.py").start().unwrap();
    let waits = "Waiting for the passcode";
    application.wait_for_line(waits, PATIENCE, |line| line.contains(waits)).unwrap();
    agent.says("Passcode:");
    application.signal(Signal::INT).unwrap();
    let cancelled = "cancelled: ";
    application.wait_for_line(cancelled, PATIENCE, |line| line.contains(cancelled)).unwrap();
    assert!(!application.wait(PATIENCE).unwrap().success());
}

#[tokio::test]
async fn the_python_agent_closes_the_prompt_of_one_card_and_keeps_the_other() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let mut cards = Vec::new();
    let mut paths = Vec::new();
    for (reader, persona) in ["nurse", "gp"].into_iter().enumerate() {
        cards.push(stack.card(reader, persona).unwrap());
        paths.push(witness.card_inserted().await.0);
        witness.card_state_changed().await;
    }
    let mut terminal = Terminal::open().unwrap();
    let mut agent = agent_at(&terminal, &stack);
    let mut says = |words: &str| {
        agent.wait_for_line(words, PATIENCE, |line| line.contains(words)).unwrap();
    };
    says("asks for passcodes now");
    let kept = witness.request(paths[0].as_str(), Options::new()).await;
    says("Passcode:");
    let cancelled = witness.request(paths[1].as_str(), Options::new()).await;
    says("Another card is asked for next");
    cancelled.cancel().await.unwrap();
    says("not needed any more (cancelled)");
    terminal.types("123456\n").unwrap();
    assert_eq!(ended(&kept).await.words(), ("ok", ""));
}

#[tokio::test]
async fn without_an_agent_the_python_application_is_told_so() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let nobody = sign_in(&stack);
    let words = "failed: nothing on this desktop can ask for the passcode";
    assert!(nobody.stdout.contains(words), "{}{}", nobody.stdout, nobody.stderr);
}

/// An application that follows the desk, and is asked to choose the role at this organisation.
fn follower(stack: &Stack, role: &str) -> Process {
    let mut follower = example(stack, "follow_session.py").args(["--role", role]).start().unwrap();
    says(&mut follower, "nobody is signed in");
    follower
}

fn says(process: &mut Process, words: &str) {
    process.wait_for_line(words, PATIENCE, |line| line.contains(words)).unwrap();
}

#[tokio::test]
async fn the_python_application_follows_a_session_from_its_role_to_its_end() {
    let (stack, mut daemon, mut witness) = stage(2).await;
    let card = stack.card(0, "gp").unwrap();
    witness.card_in_state("ready").await;
    let mut agent = Agent::start(&stack);
    let mut follower = follower(&stack, "A99902");
    agent.types("123456\n");
    assert!(sign_in(&stack).status.success());
    says(&mut follower, "choosing-role: 999900000101, 3 roles");
    says(&mut follower, "active: 999900000101 as ");
    says(&mut follower, "may: B0380 B0420 B0820 B0825");
    drop(card);
    says(&mut follower, "ended: card-removed");
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    agent.types("123456\n");
    assert!(sign_in(&stack).status.success());
    says(&mut follower, "active: 999900000102 as ");
    daemon.kill().unwrap();
    says(&mut follower, "ended: the daemon has gone");
    daemon.restart(&stack).unwrap();
    says(&mut follower, "nobody is signed in");
}
