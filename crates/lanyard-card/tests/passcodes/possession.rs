//! Keys of every kind and slot, and cards that sign wrongly.

use lanyard_card::piv::{NotHeld, Slot, Tries, Unsigned, Verdict};
use lanyard_card::{
    Certificate, Continuity, IdentifiedCard, Identity, KeyKind, LastTry, PublicKey, Shown,
    UnsuitableKey, authenticate, identify,
};
use lanyard_iso7816::{CardChannel, ChannelError, Status};
use lanyard_ledger::{CardSerial, Ledger, Purpose};
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};

use crate::desk::{CHALLENGE, Desk, intent, passcode};
use crate::ram::Ram;

fn persona(fields: &str) -> String {
    format!(
        "[[persona]]\nname = \"new\"\nabout = \"a key of some kind\"\nholder-uuid = \"999900000998\"\n\
         holder-name = \"Test Newkey\"\n{fields}"
    )
}

#[test]
fn every_kind_of_key_is_proved() {
    for (algorithm, kind, commands) in [
        ("rsa2048", KeyKind::Rsa2048, 6),
        ("rsa3072", KeyKind::Rsa3072, 6),
        ("p256", KeyKind::P256, 4),
        ("p384", KeyKind::P384, 4),
    ] {
        let fields = format!("algorithm = \"{algorithm}\"\nslots = [\"9a\"]");
        let mut desk = Desk::of_new(&persona(&fields));
        assert_eq!(PublicKey::of(&desk.identity.certificate).unwrap().kind(), kind);
        let outcome = desk.enter(&desk.right.clone()).unwrap();
        assert!(matches!(outcome.verdict, Verdict::Accepted(Ok(_))), "{algorithm}: {outcome:?}");
        assert_eq!(desk.witness.card.counts().apdus, commands + 2, "{algorithm}");
        desk.ledger.settle(outcome.settlement).unwrap();
    }
}

/// `9C` wants the passcode before every signature: nothing may come between.
#[test]
fn the_signature_key_is_proved_too() {
    for algorithm in ["p256", "rsa2048"] {
        let mut desk = Desk::of_new(&persona(&format!("algorithm = \"{algorithm}\"")));
        desk.slot = Slot::Signature;
        desk.identity = identify(&mut desk.witness, desk.slot, &|_| None).unwrap();
        let outcome = desk.enter(&desk.right.clone()).unwrap();
        assert!(matches!(outcome.verdict, Verdict::Accepted(Ok(_))), "{outcome:?}");
        desk.ledger.settle(outcome.settlement).unwrap();
    }
}

/// The certificate of one slot, the key of the other.
#[test]
fn a_signature_by_another_key_of_the_card_proves_nothing() {
    let mut desk = Desk::of("nurse");
    desk.slot = Slot::Signature;
    let outcome = desk.enter(&desk.right.clone()).unwrap();
    assert!(matches!(outcome.verdict, Verdict::Accepted(Err(NotHeld::WrongSignature))));
    desk.ledger.settle(outcome.settlement).unwrap();
}

#[test]
fn a_certificate_for_another_kind_of_key_is_refused_by_the_card() {
    let mut desk = Desk::of("nurse");
    desk.identity.certificate = Desk::of("gp").identity.certificate;
    let outcome = desk.enter(&desk.right.clone()).unwrap();
    let Verdict::Accepted(Err(NotHeld::Unsigned(Unsigned::Refused(status)))) = outcome.verdict
    else {
        panic!("{outcome:?}");
    };
    assert_eq!(status, Status::INCORRECT_PARAMETERS);
    assert!(!desk.witness.card.is_verified());
    desk.ledger.settle(outcome.settlement).unwrap();
}

#[test]
fn a_weak_key_is_named_with_its_length() {
    let certificate = Certificate::parse(&self_signed(&rsa_key(1024))).unwrap();
    assert_eq!(PublicKey::of(&certificate), Err(UnsuitableKey::Weak { bits: 1024 }));
    let certificate = Certificate::parse(&self_signed(&rsa_key(2056))).unwrap();
    assert_eq!(PublicKey::of(&certificate), Err(UnsuitableKey::Unsupported));
}

/// No persona can have such a key: a card that accepts any passcode and signs, cut as APDUs are.
struct LargeKey {
    key: PKey<Private>,
    received: Vec<u8>,
    waiting: Vec<u8>,
    commands: usize,
}

impl CardChannel for LargeKey {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.commands += 1;
        Ok(match command {
            [0, 0x20, 0, 0x80] => vec![0x63, 0xC3],
            [0x10, 0x87, 0x16, 0x9A, 255, body @ ..] => {
                self.received.extend_from_slice(body);
                vec![0x90, 0]
            }
            [0, 0x87, 0x16, 0x9A, _, body @ .., 0] => {
                self.received.extend_from_slice(body);
                let header = [0x7C, 0x82, 2, 6, 0x82, 0, 0x81, 0x82, 2, 0];
                let block = self.received.strip_prefix(&header).unwrap();
                let mut signature = [0; 512];
                let rsa = self.key.rsa().unwrap();
                rsa.private_encrypt(block, &mut signature, Padding::NONE).unwrap();
                let header = [0x7C, 0x82, 2, 4, 0x82, 0x82, 2, 0];
                self.waiting = [&header[..], &signature].concat();
                self.part()
            }
            [0, 0xC0, ..] => self.part(),
            _ => vec![0x90, 0],
        })
    }
}

impl LargeKey {
    fn part(&mut self) -> Vec<u8> {
        let mut part: Vec<u8> = self.waiting.drain(..self.waiting.len().min(256)).collect();
        part.extend(match self.waiting.len() {
            0 => [0x90, 0],
            left => [0x61, u8::try_from(left).unwrap_or(0)],
        });
        part
    }
}

#[test]
fn an_rsa_key_of_4096_bits_is_proved() {
    let key = rsa_key(4096);
    let identity = Identity {
        serial: CardSerial::new(&[7; 16]).unwrap(),
        certificate: Certificate::parse(&self_signed(&key)).unwrap(),
        tries: Tries::Left(3),
    };
    let (mut ledger, _) = Ledger::open_on(Box::new(Ram::default())).unwrap();
    let (slot, continuity) = (Slot::Authentication, Continuity::Unbroken);
    let card = IdentifiedCard { identity: &identity, slot, continuity };
    let shown = Shown { tries: Tries::Left(3), last_try: LastTry::Kept };
    let mut large = LargeKey { key, received: vec![], waiting: vec![], commands: 0 };
    let begin = |tries| ledger.begin(intent(&identity, tries, Purpose::SignIn));
    let outcome =
        authenticate(&mut large, &card, &passcode("123456"), shown, CHALLENGE, begin).unwrap();
    assert!(matches!(outcome.verdict, Verdict::Accepted(Ok(_))), "{outcome:?}");
    assert_eq!(large.commands, 3 + 3 + 2 + 2, "three parts go, two more come, two log it out");
    ledger.settle(outcome.settlement).unwrap();
}

fn rsa_key(bits: u32) -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
}

fn self_signed(key: &PKey<Private>) -> Vec<u8> {
    let mut builder = openssl::x509::X509::builder().unwrap();
    builder.set_pubkey(key).unwrap();
    let start = openssl::asn1::Asn1Time::from_unix(1_788_220_800).unwrap();
    let end = openssl::asn1::Asn1Time::from_unix(1_800_000_000).unwrap();
    builder.set_not_before(&start).unwrap();
    builder.set_not_after(&end).unwrap();
    builder.sign(key, openssl::hash::MessageDigest::sha256()).unwrap();
    builder.build().to_der().unwrap()
}
