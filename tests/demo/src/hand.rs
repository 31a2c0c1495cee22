//! The demo by hand: `lanyardctl watch` runs in the terminal, the person types what shall happen.

use std::{
    io::{self, BufRead},
    ops::ControlFlow,
    thread,
    time::Duration,
};

use lanyard_stack::{Card, Process, Stack, StackError};
use lanyard_virtcard::Personas;

use crate::DemoError;

const HELP: &str = "  in [PERSONA]   put a card into the reader (gp, unless you name another)
  out            take it out
  swap PERSONA   put another card in its place, as fast as no hand could
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
    let mut desk = Desk { card: stack.card_outside(0, "gp")?, stack };
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
    stack: Stack,
}

impl Desk {
    fn carry_out(&mut self, order: &str) -> Result<ControlFlow<()>, StackError> {
        let mut words = order.split_whitespace();
        match (words.next(), words.next()) {
            (None, _) => {}
            (Some("in"), None) => self.card.insert()?,
            (Some("in"), Some(persona)) => {
                self.card.command(&format!("insert {persona}"))?;
            }
            (Some("out"), _) => self.card.remove()?,
            (Some("swap"), Some(persona)) => self.card.swap(persona)?,
            (Some("personas"), _) => personas(),
            (Some("kill"), _) => self.stack.pcscd().kill()?,
            (Some("restart"), _) => self.stack.pcscd().start()?,
            (Some("quit" | "exit"), _) => return Ok(ControlFlow::Break(())),
            (Some(_), _) => println!("{HELP}"),
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
