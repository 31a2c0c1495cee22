//! The management key: mutual and single proof, each cipher, and what must not help an attacker.

use crate::common::{authenticate, card_of, encipher, personas, prove_management, say, select};
use lanyard_iso7816::{Command, tlv};
use lanyard_virtcard::Card;
use openssl::symm::{Cipher, Crypter, Mode};

fn card_with(management: &str) -> Card {
    let mut personas = personas();
    let text = format!(
        "[[persona]]\nname = \"one\"\nabout = \"\"\nholder-uuid = \"999900000999\"\n\
         holder-name = \"Test One\"\nslots = []\nmanagement = \"{management}\"\n"
    );
    personas.add(&text).unwrap();
    let mut card = card_of(&personas, "one");
    select(&mut card);
    card
}

fn block(cipher: Cipher, mode: Mode, input: &[u8]) -> Vec<u8> {
    let key: Vec<u8> =
        crate::common::MANAGEMENT.into_iter().cycle().take(cipher.key_len()).collect();
    let mut crypter = Crypter::new(cipher, mode, &key, None).unwrap();
    crypter.pad(false);
    let mut output = vec![0; 64];
    let count = crypter.update(input, &mut output).unwrap();
    output.truncate(count);
    output
}

fn is_administrator(card: &mut Card) -> bool {
    let put = Command::new(0xDB, 0x3F, 0xFF).plain([0x5C, 3, 0x5F, 0xC1, 0x0D, 0x53, 1, 1]);
    say(card, &put).status.0 == 0x9000
}

#[test]
fn terminal_and_card_prove_the_key_to_each_other_with_every_cipher() {
    for (name, identifier, cipher, size) in [
        ("tdes", 0x03, Cipher::des_ede3_ecb(), 8),
        ("tdes", 0x00, Cipher::des_ede3_ecb(), 8),
        ("aes128", 0x08, Cipher::aes_128_ecb(), 16),
        ("aes192", 0x0A, Cipher::aes_192_ecb(), 16),
        ("aes256", 0x0C, Cipher::aes_256_ecb(), 16),
    ] {
        let mut card = card_with(name);
        let answer = authenticate(&mut card, identifier, 0x9B, &[0x80, 0]).unwrap();
        let witness = block(cipher, Mode::Decrypt, tlv::find(&answer, 0x80).unwrap());
        let challenge = vec![9; size];
        let mut content = Vec::new();
        tlv::write(&mut content, 0x80, &witness).unwrap();
        tlv::write(&mut content, 0x81, &challenge).unwrap();
        assert!(!is_administrator(&mut card));
        let answer = authenticate(&mut card, identifier, 0x9B, &[0x80, 0]).map(|_| ());
        assert_eq!(answer, Ok(()), "a new witness can be asked for");
        assert_eq!(authenticate(&mut card, identifier, 0x9B, &content), Err(0x6982));

        let answer = authenticate(&mut card, identifier, 0x9B, &[0x80, 0]).unwrap();
        let witness = block(cipher, Mode::Decrypt, tlv::find(&answer, 0x80).unwrap());
        let mut content = Vec::new();
        tlv::write(&mut content, 0x80, &witness).unwrap();
        tlv::write(&mut content, 0x81, &challenge).unwrap();
        let answer = authenticate(&mut card, identifier, 0x9B, &content).unwrap();
        let expected = block(cipher, Mode::Encrypt, &challenge);
        assert_eq!(tlv::find(&answer, 0x82).unwrap(), expected);
        assert!(is_administrator(&mut card));
    }
}

#[test]
fn a_proof_is_good_once_and_until_the_reset() {
    let mut card = card_with("tdes");
    let answer = authenticate(&mut card, 3, 0x9B, &[0x81, 0]).unwrap();
    let mut content = vec![0x82, 8];
    content.extend(encipher(tlv::find(&answer, 0x81).unwrap()));
    authenticate(&mut card, 3, 0x9B, &content).unwrap();
    assert!(is_administrator(&mut card));
    assert_eq!(authenticate(&mut card, 3, 0x9B, &content), Err(0x6A80));
    assert!(!is_administrator(&mut card));
    prove_management(&mut card);
    card.reset();
    select(&mut card);
    assert!(!is_administrator(&mut card));
}

#[test]
fn the_card_enciphers_nothing_for_a_stranger() {
    let mut card = card_with("tdes");
    authenticate(&mut card, 3, 0x9B, &[0x81, 0]).unwrap();
    let challenge = [&[0x82, 0, 0x81, 8][..], &[5; 8]].concat();
    assert_eq!(authenticate(&mut card, 3, 0x9B, &challenge), Err(0x6982));
    authenticate(&mut card, 3, 0x9B, &[0x80, 0]).unwrap();
    let wrong = [&[0x80, 8][..], &[5; 8], &[0x81, 8], &[5; 8]].concat();
    assert_eq!(authenticate(&mut card, 3, 0x9B, &wrong), Err(0x6982));
}
