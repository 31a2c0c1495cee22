//! The demo by itself: every step with what it must lead to and how long that took.
//!
//! A delay runs from the act, or from the event before, to the signal's arrival at a client. It is mostly not ours: vpcd is asked
//! by pcscd every 400 ms whether a card is there. `cargo xtask bench` takes that out of the count.

use std::{fmt, time::Instant};

use lanyard_stack::{Card, Daemon, Stack};
use lanyard_witness::{Witness, number, text};
use tokio::runtime::{self, Runtime};

use crate::DemoError;

/// Plays the story; an error is a step that did not happen.
pub(crate) fn play() -> Result<(), DemoError> {
    println!("lanyard demo: the story so far, with the delay from each act to its signal");
    println!("(vpcd is asked for its card every 400 ms; that wait is in the figures)\n");
    let mut play = Play::prepare()?;
    play.readers_come()?;
    let mut card = play.stack.card_outside(0, "gp")?;
    play.cards_come_and_go(&mut card)?;
    play.the_service_is_lost_and_found()?;
    play.an_unknown_card(&card)?;
    play.the_end(card)?;
    println!("\nEvery step happened.");
    Ok(())
}

struct Play {
    stack: Stack,
    daemon: Daemon,
    witness: Witness,
    runtime: Runtime,
    step: usize,
    /// When something was last done or seen.
    since: Instant,
}

impl Play {
    fn prepare() -> Result<Self, DemoError> {
        let stack = Stack::builder().reader_name("Ward Reader").readers(0).start()?;
        let daemon = stack.daemon("")?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let witness = runtime.block_on(Witness::on_bus(stack.bus().address()));
        println!(
            "    {:<46} {:>9.1} ms",
            "lanyardd starts and owns its name",
            milliseconds(daemon.start_took())
        );
        let (step, since) = (0, now());
        Ok(Self { stack, daemon, witness, runtime, step, since })
    }

    fn readers_come(&mut self) -> Result<(), DemoError> {
        self.see("no reader", |play| {
            play.runtime.block_on(async {
                expect("readers", &0, &play.witness.objects().await.len())?;
                let state = play.witness.manager().await.pcsc_state().await;
                expect("the service", "running", &state.unwrap_or_default())
            })
        })?;
        self.since = now();
        self.stack.pcscd().terminate()?;
        self.stack.pcscd().set_readers("Ward Reader", 2)?;
        self.stack.pcscd().start()?;
        self.see("readers are plugged in (pcscd starts again)", |play| {
            play.runtime.block_on(play.witness.readers(2));
            Ok(())
        })
    }

    fn cards_come_and_go(&mut self, card: &mut Card) -> Result<(), DemoError> {
        self.since = now();
        card.insert()?;
        self.see_inserted("a GP's card goes in")?;
        self.see_state("it is read: PIV, RSA-2048, 3 tries left", "ready", "", 3)?;
        self.since = now();
        card.remove()?;
        self.see_removed("it goes out")?;
        self.since = now();
        card.command("insert nurse")?;
        self.see_inserted("a nurse's card goes in")?;
        self.see_state("it is read: PIV, P-256, 3 tries left", "ready", "", 3)?;
        self.since = now();
        card.swap("receptionist")?;
        self.see_removed("a quick swap: the nurse's card is out,")?;
        self.see_inserted("and the receptionist's is in")?;
        self.see_state("it is read", "ready", "", 3)
    }

    fn the_service_is_lost_and_found(&mut self) -> Result<(), DemoError> {
        self.since = now();
        self.stack.pcscd().kill()?;
        self.see_removed("pcscd is killed: the card counts as removed,")?;
        self.see_service("and the service is unavailable", "unavailable")?;
        self.since = now();
        self.stack.pcscd().start()?;
        self.see_service("pcscd is started again", "running")?;
        self.see_inserted("and the card is back")?;
        self.see_state("it is read again", "ready", "", 3)
    }

    fn an_unknown_card(&mut self, card: &Card) -> Result<(), DemoError> {
        self.since = now();
        card.swap("unsupported")?;
        self.see_removed("another swap: the card is out,")?;
        self.see_inserted("and one of another kind is in")?;
        self.see_state("it is left alone: unsupported", "unusable", "unsupported", -1)
    }

    fn the_end(&mut self, card: Card) -> Result<(), DemoError> {
        self.since = now();
        drop(card);
        self.see_removed("the last card goes out")?;
        self.since = now();
        let status = self.daemon.terminate()?;
        self.see("lanyardd is told to stop, and ends in order", |_| {
            expect("its end", &true, &status.success())
        })
    }

    fn see_inserted(&mut self, what: &str) -> Result<(), DemoError> {
        self.see(what, |play| {
            play.runtime.block_on(play.witness.card_inserted());
            Ok(())
        })
    }

    fn see_removed(&mut self, what: &str) -> Result<(), DemoError> {
        self.see(what, |play| {
            play.runtime.block_on(play.witness.card_removed());
            Ok(())
        })
    }

    fn see_service(&mut self, what: &str, state: &str) -> Result<(), DemoError> {
        self.see(what, |play| {
            let found = play.runtime.block_on(play.witness.pcsc_state_changed());
            expect("the service", state, &found)
        })
    }

    fn see_state(
        &mut self,
        what: &str,
        state: &str,
        reason: &str,
        tries: i32,
    ) -> Result<(), DemoError> {
        self.see(what, |play| {
            let card = play.runtime.block_on(play.witness.card_in_state(state));
            expect("the reason", reason, &text(&card, "Reason"))?;
            expect("tries left", &tries, &number(&card, "PasscodeTriesLeft"))
        })
    }

    /// Waits for one step and says how long it took.
    fn see(
        &mut self,
        what: &str,
        wait: impl FnOnce(&mut Self) -> Result<(), DemoError>,
    ) -> Result<(), DemoError> {
        wait(self)?;
        self.step += 1;
        println!("{:>2}  {what:<46} {:>9.1} ms", self.step, milliseconds(now() - self.since));
        self.since = now();
        Ok(())
    }
}

fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[expect(clippy::disallowed_methods, reason = "the demo shows delays")]
fn now() -> Instant {
    Instant::now()
}

fn expect<T: PartialEq + fmt::Debug + ?Sized>(
    what: &str,
    expected: &T,
    found: &T,
) -> Result<(), DemoError> {
    if expected == found {
        return Ok(());
    }
    Err(DemoError::Plot { expected: format!("{what}: {expected:?}"), found: format!("{found:?}") })
}
