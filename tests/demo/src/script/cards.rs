//! The first act: readers, cards and the smartcard service come and go.

use lanyard_stack::Card;

use super::play::{Play, expect, now};
use crate::DemoError;

impl Play {
    pub(super) fn readers_come(&mut self) -> Result<(), DemoError> {
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

    pub(super) fn cards_come_and_go(&mut self, card: &mut Card) -> Result<(), DemoError> {
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
        self.swap(card, "receptionist", "and the receptionist's is in")?;
        self.see_state("it is read", "ready", "", 3)
    }

    pub(super) fn the_service_is_lost_and_found(&mut self) -> Result<(), DemoError> {
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

    pub(super) fn an_unknown_card(&mut self, card: &Card) -> Result<(), DemoError> {
        self.swap(card, "unsupported", "and one of another kind is in")?;
        self.see_state("it is left alone: unsupported", "unusable", "unsupported", -1)
    }

    pub(super) fn the_end(&mut self, card: Card) -> Result<(), DemoError> {
        self.since = now();
        drop(card);
        self.see_removed("the last card goes out")?;
        self.since = now();
        let status = self.daemon.terminate()?;
        self.see("lanyardd is told to stop, and ends in order", |_| {
            expect("its end", &true, &status.success())
        })
    }
}
