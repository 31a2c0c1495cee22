//! What every act needs: the private world, a client that sees, and one line for each step.

use std::{fmt, time::Instant};

use lanyard_stack::{Card, Daemon, Stack};
use lanyard_witness::{Person, Witness, number, text};
use tokio::runtime::{self, Runtime};

use crate::DemoError;

/// A story that is being played.
pub(super) struct Play {
    pub(super) stack: Stack,
    pub(super) daemon: Daemon,
    pub(super) witness: Witness,
    /// Who is asked for passcodes.
    pub(super) person: Person,
    pub(super) runtime: Runtime,
    step: usize,
    /// When something was last done or seen.
    pub(super) since: Instant,
}

impl Play {
    pub(super) fn prepare() -> Result<Self, DemoError> {
        let stack = Stack::builder().reader_name("Ward Reader").readers(0).start()?;
        let daemon = stack.daemon("")?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let person = Person::new();
        let witness = runtime.block_on(async {
            let witness = Witness::on_bus(stack.bus().address()).await;
            person.sit_at(witness.connection()).await;
            witness.register_agent().await;
            witness
        });
        println!(
            "    {:<46} {:>9.1} ms",
            "lanyardd starts and owns its name",
            milliseconds(daemon.start_took())
        );
        let (step, since) = (0, now());
        Ok(Self { stack, daemon, witness, person, runtime, step, since })
    }

    /// The heading of what follows.
    #[expect(clippy::unused_self, reason = "a play has its acts")]
    pub(super) fn act(&self, title: &str) {
        println!("\n{title}");
    }

    pub(super) fn swap(
        &mut self,
        card: &Card,
        persona: &str,
        and_is_in: &str,
    ) -> Result<(), DemoError> {
        self.since = now();
        card.swap(persona)?;
        self.see_removed("a quick swap: the card is out,")?;
        self.see_inserted(and_is_in)
    }

    pub(super) fn see_inserted(&mut self, what: &str) -> Result<(), DemoError> {
        self.see(what, |play| {
            play.runtime.block_on(play.witness.card_inserted());
            Ok(())
        })
    }

    pub(super) fn see_removed(&mut self, what: &str) -> Result<(), DemoError> {
        self.see(what, |play| {
            play.runtime.block_on(play.witness.card_removed());
            Ok(())
        })
    }

    pub(super) fn see_service(&mut self, what: &str, state: &str) -> Result<(), DemoError> {
        self.see(what, |play| {
            let found = play.runtime.block_on(play.witness.pcsc_state_changed());
            expect("the service", state, &found)
        })
    }

    pub(super) fn see_state(
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
    pub(super) fn see(
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
pub(super) fn now() -> Instant {
    Instant::now()
}

pub(super) fn expect<T: PartialEq + fmt::Debug + ?Sized>(
    what: &str,
    expected: &T,
    found: &T,
) -> Result<(), DemoError> {
    if expected == found {
        return Ok(());
    }
    Err(DemoError::Plot { expected: format!("{what}: {expected:?}"), found: format!("{found:?}") })
}
