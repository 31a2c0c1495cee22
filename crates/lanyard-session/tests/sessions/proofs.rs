//! What a session can be made of.

use lanyard_session::{Effect, Insertion, NotOneCard, Proof, Proven, Refusal, Settings};

use crate::{
    cards::{PersonsCard, Proofs},
    house::{House, desk},
};

#[test]
fn proofs_of_one_card_are_joined() {
    let Proofs { serial, held, trusted } = PersonsCard::of("nurse").proves();
    let proven = Proven::of(Insertion::numbered(7), serial.clone(), held, trusted).unwrap();
    assert_eq!((proven.insertion(), proven.card()), (Insertion::numbered(7), &serial));
    assert_eq!(Some(proven.holder()), proven.held().certificate().holder());
}

#[test]
fn proofs_of_different_certificates_are_refused_by_name() {
    let nurse = PersonsCard::of("nurse").proves();
    let student = PersonsCard::of("student").proves();
    let mixed = Proven::of(Insertion::numbered(7), nurse.serial, nurse.held, student.trusted);
    assert_eq!(mixed.err(), Some(NotOneCard::OtherCertificate));
}

#[test]
fn proofs_of_a_card_that_has_gone_start_no_session() {
    let mut house = House::new(Settings::default());
    let insertion = house.insert();
    let proof = house.proves("nurse", insertion);
    house.pull(insertion);
    house.insert();
    let effects = house.on(lanyard_session::Event::SignedIn { desk: desk(), proof });
    assert_eq!(effects, [Effect::Refused(desk(), Refusal::CardGone)]);
    assert_eq!(house.state(), None);
}
