//! What a card remembers without power.

use std::fs;
use std::path::Path;

use crate::common::{
    AUTHORITIES, certificate, object, personas, prove_management, say, select, today,
};
use crate::common::{tries, verify};
use lanyard_iso7816::{CardChannel as _, ChannelError, Command};
use lanyard_virtcard::{Authorities, Card, Fault};

fn open(folder: &Path) -> Card {
    let personas = personas();
    let mut card =
        Card::open(personas.named("nurse").unwrap(), &AUTHORITIES, folder, today()).unwrap();
    select(&mut card);
    card
}

#[test]
fn tries_keys_and_objects_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = open(folder.path());
    let before = certificate(&mut card, [0x5F, 0xC1, 0x05]);
    assert_eq!(verify(&mut card, "111111"), 0x63C2);
    prove_management(&mut card);
    let put = Command::new(0xDB, 0x3F, 0xFF).plain([0x5C, 3, 0x5F, 0xC1, 0x0D, 0x53, 1, 7]);
    assert_eq!(say(&mut card, &put).status.0, 0x9000);
    drop(card);

    let mut card = open(folder.path());
    assert_eq!(tries(&mut card), 0x63C2);
    assert_eq!(certificate(&mut card, [0x5F, 0xC1, 0x05]), before);
    assert_eq!(object(&mut card, [0x5F, 0xC1, 0x0D]), Ok(vec![7]));
    assert_eq!(verify(&mut card, "123456"), 0x9000);
    drop(card);
    assert_eq!(tries(&mut open(folder.path())), 0x63C3);
}

#[test]
fn the_try_is_on_disk_before_the_answer_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = open(folder.path());
    assert_eq!(verify(&mut card, "111111"), 0x63C2);
    // The first card still has its power: only the file can tell.
    assert_eq!(open(folder.path()).tries().passcode, 2);
}

#[test]
fn a_card_pulled_while_it_verifies_has_lost_the_try() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = open(folder.path());
    card.set_fault(Some(Fault::PulledDuringVerify));
    assert_eq!(tries(&mut card), 0x63C3, "asking is not verifying");
    let command = [0, 0x20, 0, 0x80, 8, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0xFF, 0xFF];
    assert_eq!(card.transmit(&command), Err(ChannelError::CardRemoved));
    assert_eq!(card.transmit(&command), Err(ChannelError::CardRemoved));
    assert_eq!(open(folder.path()).tries().passcode, 2);
    card.reset();
    select(&mut card);
    assert_eq!(tries(&mut card), 0x63C2);
}

#[test]
fn a_card_that_cannot_remember_does_not_compare() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = open(folder.path());
    fs::remove_dir_all(folder.path()).unwrap();
    assert_eq!(verify(&mut card, "123456"), 0x6581);
    assert!(!card.is_verified());
}

#[test]
fn a_state_that_is_no_card_is_an_error_and_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nurse.json");
    fs::write(&file, "{}").unwrap();
    let personas = personas();
    let persona = personas.named("nurse").unwrap();
    Card::open(persona, &AUTHORITIES, folder.path(), today()).unwrap_err();
    assert_eq!(fs::read_to_string(file).unwrap(), "{}");
}

#[test]
fn authorities_are_made_once_and_shared() {
    let folder = tempfile::tempdir().unwrap();
    let root = |authorities: &Authorities| {
        authorities.named(lanyard_virtcard::AuthorityName::Trusted).certificate().to_vec()
    };
    let opened: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let open = || root(&Authorities::open(folder.path(), today()).unwrap());
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(opened.windows(2).all(|pair| pair[0] == pair[1]));
}
