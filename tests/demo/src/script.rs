//! The demo by itself: every step with what it must lead to and how long that took.
//!
//! A delay runs from the act, or from the event before, to the signal's arrival at a client. Where a card
//! comes or goes it is mostly not ours: vpcd is asked by pcscd every 400 ms whether a card is there.
//! `cargo xtask bench` takes that out of the count.

mod cards;
mod certificates;
mod passcodes;
mod play;
mod sessions;

use crate::DemoError;
use play::Play;

/// Plays the story; an error is a step that did not happen.
pub(crate) fn play() -> Result<(), DemoError> {
    println!("lanyard demo: the story so far, with the delay from each act to its signal");
    println!("(vpcd is asked for its card every 400 ms; that wait is in the figures)\n");
    let mut play = Play::prepare()?;
    play.act("Cards");
    play.readers_come()?;
    let mut card = play.stack.card_outside(0, "gp")?;
    play.cards_come_and_go(&mut card)?;
    play.the_service_is_lost_and_found()?;
    play.an_unknown_card(&card)?;
    play.act("Passcodes");
    play.a_holder_signs_in(&card)?;
    play.three_strikes(&card)?;
    play.pulled_in_the_middle(&card)?;
    play.act("Certificates");
    play.an_expired_card(&card)?;
    play.a_renewal_is_due(&card)?;
    play.revoked_while_it_is_in(&card)?;
    play.a_copied_certificate(&card)?;
    play.act("Sessions");
    let mut application = play.an_application_subscribes()?;
    play.one_role_of_three(&card, &mut application)?;
    play.something_is_missing(&application)?;
    play.signed_in_everywhere()?;
    play.she_pulls_the_card(&card, &mut application)?;
    play.the_other_nurse(&card, &mut application)?;
    play.she_locks_it(&mut application)?;
    play.the_end(card)?;
    println!("\nEvery step happened.");
    Ok(())
}
