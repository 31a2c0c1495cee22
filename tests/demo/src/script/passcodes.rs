//! The second act: passcodes, right and wrong, and a card that is pulled at the worst moment.

use lanyard_stack::Card;
use lanyard_witness::{Does, Ended};

use super::play::{Play, expect, now};
use crate::DemoError;

const WRONG: &str = "999999";

/// The passcode of everybody who signs in here.
pub(super) const RIGHT: &str = "123456";

/// What a person at a prompt sees in the end.
pub(super) struct Expected<'a> {
    pub(super) outcome: &'a str,
    pub(super) tries_left: Option<i32>,
}

/// An outcome in which the card says how many tries it has.
pub(super) const fn with_tries(outcome: &str, tries: i32) -> Expected<'_> {
    Expected { outcome, tries_left: Some(tries) }
}

impl Play {
    pub(super) fn a_holder_signs_in(&mut self, card: &Card) -> Result<(), DemoError> {
        self.swap(card, "nurse", "the nurse's card is in again")?;
        self.see_state("it is read", "ready", "", 3)?;
        let (wrong, right) = (Does::types(WRONG), Does::types(RIGHT));
        self.enter("a wrong passcode: refused, 2 left", wrong, &with_tries("refused", 2))?;
        self.enter("the right one: the card proves its key", right, &with_tries("ok", 3))
    }

    pub(super) fn three_strikes(&mut self, card: &Card) -> Result<(), DemoError> {
        self.swap(card, "receptionist", "the receptionist's is in")?;
        self.see_state("it is read", "ready", "", 3)?;
        let wrong = || Does::types(WRONG);
        self.enter("a wrong passcode: refused, 2 left", wrong(), &with_tries("refused", 2))?;
        self.enter("another: refused, 1 left", wrong(), &with_tries("refused", 1))?;
        let outcome = "cancelled last-try-not-confirmed";
        let unasked = Expected { outcome, tries_left: None };
        self.enter("a third without a yes: the card hears nothing", wrong(), &unasked)?;
        let risked = Does::types_with_yes(WRONG);
        self.enter("a third with a yes: now blocked", risked, &with_tries("now-blocked", 0))?;
        self.see_state("everybody sees it: blocked", "blocked", "", 0)?;
        self.since = now();
        self.see("and once more: nobody is asked, it was blocked", |play| {
            let ended = play.runtime.block_on(play.witness.authenticate("/"));
            is_as(&with_tries("was-blocked", 0), &ended)
        })
    }

    pub(super) fn pulled_in_the_middle(&mut self, card: &Card) -> Result<(), DemoError> {
        self.swap(card, "gp", "the GP's is in")?;
        self.see_state("it is read", "ready", "", 3)?;
        card.command("fault pulled-during-verify")?;
        let removed = Expected { outcome: "card-removed", tries_left: None };
        self.enter("pulled while it hears its passcode", Does::types(RIGHT), &removed)?;
        self.see_removed("it is out,")?;
        self.since = now();
        card.insert()?;
        self.see_inserted("and in again")?;
        self.see_state("it is read: the lost try counts, 2 left", "ready", "", 2)?;
        let right = Does::types(RIGHT);
        self.enter("the right passcode: 3 left again", right, &with_tries("ok", 3))
    }

    /// The person does this at the next prompt.
    pub(super) fn enter(
        &mut self,
        what: &str,
        does: Does,
        expected: &Expected<'_>,
    ) -> Result<(), DemoError> {
        self.since = now();
        self.see(what, |play| {
            play.person.then(does);
            let ended = play.runtime.block_on(play.witness.authenticate("/"));
            is_as(expected, &ended)
        })
    }
}

pub(super) fn is_as(expected: &Expected<'_>, ended: &Ended) -> Result<(), DemoError> {
    let found = format!("{} {}", ended.outcome, ended.reason());
    expect("the outcome", expected.outcome, found.trim_end())?;
    if expected.tries_left.is_none() {
        return Ok(());
    }
    expect("tries left", &expected.tries_left, &ended.tries_left())
}
