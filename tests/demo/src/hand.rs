//! The demo by hand: `lanyardctl watch` runs in the terminal, the person types what shall happen.

mod prompt;

use std::{
    io::{self, BufRead},
    ops::ControlFlow,
    thread,
    time::Duration,
};

use lanyard_stack::{Card, Process, Stack, StackError};
use lanyard_virtcard::Personas;
use lanyard_witness::Does;

use crate::DemoError;
use prompt::Prompt;

const HELP: &str = "  in [PERSONA]   put a card into the reader (gp, unless you name another)
  out            take it out
  swap PERSONA   put another card in its place, as fast as no hand could
  sign-in WORD   sign the holder in and type this passcode: 123456 is right for most.
                 `sign-in WORD yes` also says yes to risking the last try
  fault NAME     make something go wrong, such as pulled-during-verify
  revoke PERSONA cancel a card, also the one that is in
  personas       whose cards there are
  kill           kill the smartcard service
  restart        start the smartcard service again
  help           say this again
  quit           end";

/// Longer than anybody watches a demo.
const EVENING: Duration = Duration::from_secs(24 * 3600);

/// Plays until the person has seen enough.
pub(crate) fn play() -> Result<(), DemoError> {
    let stack = Stack::builder().reader_name("Ward Reader").start()?;
    let _daemon = stack.daemon("")?;
    let address = stack.bus().address().to_owned();
    println!(
        "A private pcscd with two readers, a private bus, and lanyardd on it. The bus, for clients of"
    );
    println!("your own:\n  {address}\n");
    println!(
        "What `lanyardctl watch` shows stands behind a bar. Type what shall happen:\n{HELP}\n"
    );
    let watch = stack.own("lanyardctl")?.args(["--bus", &address, "watch"]).start()?;
    let _shown = thread::Builder::new().spawn(move || show(watch))?;
    let (card, prompt) = (stack.card_outside(0, "gp")?, Prompt::on_bus(&address)?);
    let mut desk = Desk { card, prompt, stack };
    for order in io::stdin().lock().lines() {
        match desk.carry_out(order?.trim()) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break,
            Err(error) => println!("That did not work: {error}"),
        }
    }
    Ok(())
}

/// Shows each line as it comes, until the program has ended with the stack.
fn show(mut watch: Process) {
    while let Ok(line) = watch.next_line(EVENING) {
        println!("  | {line}");
    }
}

/// What the person plays with.
struct Desk {
    card: Card,
    prompt: Prompt,
    stack: Stack,
}

impl Desk {
    fn carry_out(&mut self, order: &str) -> Result<ControlFlow<()>, StackError> {
        let mut words = order.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (None, ..) => {}
            (Some("in"), None, _) => self.card.insert()?,
            (Some("in"), Some(persona), _) => {
                self.card.command(&format!("insert {persona}"))?;
            }
            (Some("out"), ..) => self.card.remove()?,
            (Some("swap"), Some(persona), _) => self.card.swap(persona)?,
            (Some("sign-in"), Some(passcode), None) => {
                self.prompt.answered_with(Does::types(passcode));
            }
            (Some("sign-in"), Some(passcode), Some("yes")) => {
                self.prompt.answered_with(Does::types_with_yes(passcode));
            }
            (Some("fault" | "revoke"), Some(_), _) => {
                self.card.command(order)?;
            }
            (Some("personas"), ..) => personas(),
            (Some("kill"), ..) => self.stack.pcscd().kill()?,
            (Some("restart"), ..) => self.stack.pcscd().start()?,
            (Some("quit" | "exit"), ..) => return Ok(ControlFlow::Break(())),
            (Some(_), ..) => println!("{HELP}"),
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn personas() {
    match Personas::compiled_in() {
        Ok(personas) => {
            for persona in personas.iter() {
                println!("  {}", persona.name);
            }
        }
        Err(error) => println!("That did not work: {error}"),
    }
}
