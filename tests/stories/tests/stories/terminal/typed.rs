//! On a real terminal: nothing that is typed is shown, and however a prompt ends, the terminal is as it was
//! and what was half typed is nobody's.

use std::fs;

use lanyard_stack::{Process, Signal, Terminal};
use lanyard_witness::{Options, ended};

use super::{CURRENT, Desk, NEW, PATIENCE, told};

const PROMPT: &str = "Passcode of the card: ";

impl Desk {
    /// Starts `lanyardctl` on a terminal.
    fn starts(&self, terminal: &Terminal, command: &[&str]) -> Process {
        let program = terminal.own(&self.stack, "lanyardctl").unwrap();
        program.args(["--bus", self.stack.bus().address()]).args(command).start().unwrap()
    }
}

/// The terminal is as it was, and nothing that was typed is left in it.
fn is_as_it_was(terminal: &mut Terminal) {
    assert!(terminal.echoes().unwrap());
    assert_eq!(terminal.line_for_the_next().unwrap(), "\n");
}

#[tokio::test]
async fn a_passcode_is_typed_and_never_shown() {
    let desk = Desk::with("nurse").await;
    let mut terminal = Terminal::open().unwrap();
    assert!(terminal.echoes().unwrap());
    let mut login = desk.starts(&terminal, &["login"]);
    let asked = terminal.wait_for(PROMPT, PATIENCE).unwrap();
    assert!(asked.contains("card of 999900000102, 3 tries left\r\nBy entering"), "{asked}");
    assert!(!terminal.echoes().unwrap());
    terminal.types("123456\n").unwrap();
    assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(0));
    let said = login.stdout();
    assert!(said.starts_with("The card and its holder are authenticated.\nSigned in: "), "{said}");
    assert_eq!(terminal.rest().unwrap(), "\r\n", "the passcode is not shown");
    is_as_it_was(&mut terminal);
}

#[tokio::test]
async fn three_entries_are_typed_and_none_is_shown() {
    let desk = Desk::with("nurse").await;
    let mut terminal = Terminal::open().unwrap();
    let mut change = desk.starts(&terminal, &["passcode", "change"]);
    let mut shown = String::new();
    for (label, entry) in [(PROMPT, CURRENT), ("New passcode: ", NEW), ("once more: ", NEW)] {
        shown += &terminal.wait_for(label, PATIENCE).unwrap();
        terminal.types(&format!("{entry}\n")).unwrap();
    }
    assert_eq!(change.wait(PATIENCE).unwrap().code(), Some(0));
    shown += &terminal.rest().unwrap();
    assert!(!shown.contains(CURRENT) && !shown.contains(NEW), "{shown}");
    is_as_it_was(&mut terminal);
}

#[tokio::test]
async fn ctrl_c_while_typing_cancels_in_order() {
    let desk = Desk::with("nurse").await;
    for sent in [Some("\u{3}"), None] {
        let mut terminal = Terminal::open().unwrap();
        let mut login = desk.starts(&terminal, &["login"]);
        terminal.wait_for(PROMPT, PATIENCE).unwrap();
        terminal.types("123").unwrap();
        match sent {
            Some(key) => terminal.types(key).unwrap(),
            None => terminal.signal_foreground(Signal::TERM).unwrap(),
        }
        assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(5));
        assert_eq!(login.stdout(), "Cancelled.\n");
        is_as_it_was(&mut terminal);
    }
    assert_eq!(desk.tries().await, 3);
}

#[tokio::test]
async fn the_last_try_is_asked_about_and_the_question_can_be_interrupted() {
    let desk = Desk::with("one-try-left").await;
    for answer in ["n\n", "yy\u{3}"] {
        let mut terminal = Terminal::open().unwrap();
        let mut login = desk.starts(&terminal, &["login"]);
        terminal.wait_for("a wrong passcode blocks the card. Go on? [y/N] ", PATIENCE).unwrap();
        assert!(terminal.echoes().unwrap(), "an answer is shown");
        terminal.types(answer).unwrap();
        assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(5));
        assert_eq!(login.stdout(), "Cancelled.\n");
        is_as_it_was(&mut terminal);
    }
    let mut terminal = Terminal::open().unwrap();
    let mut login = desk.starts(&terminal, &["login"]);
    terminal.wait_for("Go on? [y/N] ", PATIENCE).unwrap();
    terminal.types("y\n").unwrap();
    terminal.wait_for(PROMPT, PATIENCE).unwrap();
    terminal.types("123456\n").unwrap();
    assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(0));
}

#[tokio::test]
async fn keys_that_would_stop_the_program_with_the_terminal_dark_do_nothing() {
    let desk = Desk::with("nurse").await;
    let mut terminal = Terminal::open().unwrap();
    let mut login = desk.starts(&terminal, &["login"]);
    terminal.wait_for(PROMPT, PATIENCE).unwrap();
    terminal.types("\u{1a}\u{1c}\u{15}123456\n").unwrap();
    assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(0), "{}", login.stdout());
    is_as_it_was(&mut terminal);
}

#[tokio::test]
async fn a_card_that_is_pulled_while_typing_ends_the_prompt() {
    let mut desk = Desk::with("nurse").await;
    let mut terminal = Terminal::open().unwrap();
    let mut login = desk.starts(&terminal, &["login"]);
    terminal.wait_for(PROMPT, PATIENCE).unwrap();
    terminal.types("123").unwrap();
    desk.card.remove().unwrap();
    assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(1));
    let words = "The card was taken out. Put the card in, and leave it in until this is done.\n";
    assert_eq!(login.stdout(), words);
    is_as_it_was(&mut terminal);
    desk.witness.card_removed().await;
}

#[tokio::test]
async fn a_daemon_that_dies_while_typing_ends_the_prompt() {
    let mut desk = Desk::with("nurse").await;
    let mut terminal = Terminal::open().unwrap();
    let mut login = desk.starts(&terminal, &["login"]);
    terminal.wait_for(PROMPT, PATIENCE).unwrap();
    terminal.types("123").unwrap();
    desk.daemon.kill().unwrap();
    assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(1));
    assert_eq!(login.stderr(), "lanyardctl: lanyardd ended before this was done\n");
    is_as_it_was(&mut terminal);
}

#[tokio::test]
async fn while_a_passcode_is_typed_its_memory_is_locked_and_no_core_is_written() {
    let desk = Desk::with("nurse").await;
    let mut terminal = Terminal::open().unwrap();
    let mut login = desk.starts(&terminal, &["login"]);
    terminal.wait_for(PROMPT, PATIENCE).unwrap();
    let process = terminal.foreground().unwrap();
    let of_process = |file| fs::read_to_string(format!("/proc/{process}/{file}")).unwrap();
    let line = |text: String, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line(of_process("status"), "VmLck"), "VmLck: 4 kB");
    assert_eq!(line(of_process("limits"), "Max core file size"), "Max core file size 0 0 bytes");
    terminal.types("\n").unwrap();
    assert_eq!(login.wait(PATIENCE).unwrap().code(), Some(5));
}

#[tokio::test]
async fn an_agent_in_a_terminal_serves_the_whole_desktop() {
    let mut desk = Desk::with("nurse").await;
    let mut terminal = Terminal::open().unwrap();
    let mut agent = desk.starts(&terminal, &["agent"]);
    let asks = "This terminal asks for passcodes now. Ctrl-C ends it.";
    assert_eq!(agent.next_line(PATIENCE).unwrap(), asks);
    let second = desk.runs(&["agent"], "");
    assert_eq!(told(&second), (Some(1), ""));
    assert_eq!(second.stderr, "lanyardctl: this desktop has a passcode agent already\n");

    let request = desk.witness.request("/", Options::new()).await;
    terminal.wait_for(PROMPT, PATIENCE).unwrap();
    terminal.types("123456\n").unwrap();
    assert_eq!(ended(&request).await.words(), ("ok", ""));

    let request = desk.witness.request("/", Options::new()).await;
    terminal.wait_for(PROMPT, PATIENCE).unwrap();
    terminal.types("123").unwrap();
    request.cancel().await.unwrap();
    let withdrawn =
        "\r\nThe passcode for Yubico Virtual 00 00 is not needed any more: cancelled.\r\n";
    terminal.wait_for(withdrawn, PATIENCE).unwrap();
    is_as_it_was(&mut terminal);

    desk.daemon.restart(&desk.stack).unwrap();
    assert_eq!(agent.next_line(PATIENCE).unwrap(), "lanyardd does not run; waiting for it.");
    assert_eq!(agent.next_line(PATIENCE).unwrap(), asks);
    desk.witness.card_in_state("ready").await;
    let request = desk.witness.request("/", Options::new()).await;
    terminal.wait_for(PROMPT, PATIENCE).unwrap();
    terminal.types("1\u{3}").unwrap();
    assert_eq!(agent.wait(PATIENCE).unwrap().code(), Some(0));
    assert_eq!(ended(&request).await.words(), ("cancelled", ""));
    is_as_it_was(&mut terminal);
}
