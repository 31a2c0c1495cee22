//! What a server wants signed: the card must be proved for it, once for each, and nobody's is forgotten.

use lanyard_dbus::{Outcome, Reason};
use lanyard_ticket::Nonce;
use lanyardd::engine::{Client, Effect, Options, Question};

use super::{
    active,
    signing_in::{AtDesk, hers},
};
use crate::{
    desks::{alice, program},
    desktop::{Asked, entered, prompted},
};

fn drawn(number: u32) -> Option<Nonce> {
    Nonce::parse(&format!("drawn-by-server-{number}"))
}

impl AtDesk {
    fn asks(&mut self, client: Client, server_challenge: Option<Nonce>) -> Asked {
        let options = Options { server_challenge, ..Options::default() };
        let question = Question::Authenticate { card: Some(self.id), options };
        self.day.asked_by(client, question)
    }
}

fn second() -> Client {
    program("second", &alice())
}

#[test]
fn who_is_signed_in_already_is_asked_again_for_a_server_s_challenge() {
    let (mut at, ..) = active();
    let asked = at.asks(hers(), None);
    assert!(prompted(&asked.effects).is_none(), "signed in already");
    let asked = at.asks(hers(), drawn(1));
    assert!(prompted(&asked.effects).is_some());
}

#[test]
fn a_prompt_is_shared_by_whoever_wants_the_same_signed_or_nothing() {
    // Who asks first, who asks second, and what the card is to sign.
    for (first, second_wants, signed) in [
        (drawn(1), drawn(1), drawn(1)),
        (drawn(1), None, drawn(1)),
        (None, drawn(1), drawn(1)),
        (None, None, None),
    ] {
        let mut at = AtDesk::with("nurse");
        let asked = at.asks(hers(), first);
        let (prompt, ..) = prompted(&asked.effects).unwrap();
        let shared = at.asks(second(), second_wants);
        assert!(prompted(&shared.effects).is_none());
        assert!(at.day.outcome(shared.request(), "second").is_none());
        let effects = at.day.agent(prompt, entered("123456"));
        let order = effects.iter().find_map(|effect| match effect {
            Effect::Attempt { order, .. } => Some(order),
            _ => None,
        });
        let order = order.unwrap();
        assert_eq!((&order.server_challenge, order.clients.len()), (&signed, 2));
    }
}

#[test]
fn who_wants_something_else_signed_is_told_to_ask_again() {
    let mut at = AtDesk::with("nurse");
    let asked = at.asks(hers(), drawn(1));
    let other = at.asks(second(), drawn(2));
    let conclusion = at.day.outcome(other.request(), "second").unwrap();
    let words = (conclusion.outcome, conclusion.reason);
    assert_eq!(words, (Outcome::Busy, Some(Reason::AttemptUnderWay)));
    assert!(at.day.outcome(asked.request(), "hers").is_none(), "goes on");
}
