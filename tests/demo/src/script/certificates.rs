//! The third act: certificates that are not believed, one that should be renewed, one that is taken back
//! while its card is in, and one that somebody has copied.

use lanyard_stack::Card;
use lanyard_witness::Does;

use super::{
    passcodes::{Expected, RIGHT, is_as, with_tries},
    play::{Play, expect, now},
};
use crate::DemoError;

impl Play {
    pub(super) fn an_expired_card(&mut self, card: &Card) -> Result<(), DemoError> {
        self.swap(card, "expired", "and one that has expired is in")?;
        self.see_state("everybody sees it: expired", "unusable", "certificate-expired", 3)?;
        self.turned_away("signing in with it: refused, nobody is asked", "not-trusted expired")
    }

    pub(super) fn a_renewal_is_due(&mut self, card: &Card) -> Result<(), DemoError> {
        self.swap(card, "expiring", "one that expires in 60 days is in")?;
        self.see_state("it is read", "ready", "", 3)?;
        self.since = now();
        self.see("the right one: signed in, and told to renew", |play| {
            play.person.then(Does::types(RIGHT));
            let ended = play.runtime.block_on(play.witness.authenticate("/"));
            is_as(&with_tries("ok", 3), &ended)?;
            expect("a notice", &true, &ended.details.contains_key("notice"))
        })
    }

    pub(super) fn revoked_while_it_is_in(&mut self, card: &Card) -> Result<(), DemoError> {
        self.swap(card, "nurse", "the nurse's card is in")?;
        self.see_state("it is read", "ready", "", 3)?;
        let right = Does::types(RIGHT);
        self.enter("the right passcode: signed in", right, &with_tries("ok", 3))?;
        self.since = now();
        card.command("revoke nurse")?;
        let revoked = "the list names it now: cancelled, and still in";
        self.see_state(revoked, "unusable", "certificate-revoked", 3)?;
        self.turned_away("signing in again: refused, nobody is asked", "not-trusted revoked")
    }

    pub(super) fn a_copied_certificate(&mut self, card: &Card) -> Result<(), DemoError> {
        self.swap(card, "clone", "a copy of the GP's is in")?;
        self.see_state("it is read: its certificate is a good one", "ready", "", 3)?;
        let copied = Expected { outcome: "not-trusted key-not-held", tries_left: None };
        self.enter("but it does not hold the key: refused", Does::types(RIGHT), &copied)
    }

    /// Somebody asks to sign in, and no person is shown a prompt.
    fn turned_away(&mut self, what: &str, outcome: &str) -> Result<(), DemoError> {
        self.person.forget();
        self.since = now();
        self.see(what, |play| {
            let ended = play.runtime.block_on(play.witness.authenticate("/"));
            is_as(&Expected { outcome, tries_left: None }, &ended)?;
            expect("prompts", &0, &play.person.shown().len())
        })
    }
}
