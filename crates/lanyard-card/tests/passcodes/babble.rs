//! Cards that say whatever they like: no proof without grounds, and never a second passcode.

use std::collections::VecDeque;

use lanyard_card::piv::{KeyHeld, Slot, Tries, Verdict};
use lanyard_card::{
    Certificate, Continuity, IdentifiedCard, Identity, LastTry, NotSent, PublicKey, Shown,
    authenticate,
};
use lanyard_iso7816::{CardChannel, ChannelError};
use lanyard_ledger::{CardSerial, Ledger, Purpose};
use proptest::prelude::*;
use rcgen::{CertificateParams, KeyPair, SigningKey};

use crate::desk::{CHALLENGE, holds_a_passcode, intent, passcode};
use crate::ram::Ram;

/// A card of prepared answers, which may hold the real key.
struct Babble {
    answers: VecDeque<Answer>,
    key: Option<KeyPair>,
    heard: Vec<Vec<u8>>,
    answer_to_passcode: Option<Vec<u8>>,
    signed: bool,
}

#[derive(Clone, Debug)]
enum Answer {
    Bytes(Vec<u8>),
    /// A signature by the key, if the card has it, over whatever text.
    Signature(Vec<u8>),
    Lost,
}

impl CardChannel for Babble {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.heard.push(command.to_vec());
        let answer = self.answers.pop_front().unwrap_or(Answer::Lost);
        let bytes = match answer {
            Answer::Lost => return Err(ChannelError::CardRemoved),
            Answer::Bytes(bytes) => bytes,
            Answer::Signature(text) => {
                let signature = self.key.as_ref().map(|key| key.sign(&text).unwrap());
                let signature = signature.unwrap_or_default();
                let inner = u8::try_from(signature.len()).unwrap();
                [&[0x7C, inner + 2, 0x82, inner], &signature[..], &[0x90, 0]].concat()
            }
        };
        if holds_a_passcode(command) {
            self.answer_to_passcode = Some(bytes.clone());
        }
        self.signed |= command.get(1) == Some(&0x87);
        Ok(bytes)
    }
}

fn certificate(key: &KeyPair) -> Certificate {
    let certificate = CertificateParams::default().self_signed(key).unwrap();
    Certificate::parse(certificate.der()).unwrap()
}

fn answer() -> impl Strategy<Value = Answer> {
    let status = prop::sample::select(vec![
        [0x90, 0],
        [0x90, 0],
        [0x61, 0],
        [0x61, 9],
        [0x6C, 8],
        [0x63, 0xC0],
        [0x63, 0xC2],
        [0x63, 0xC3],
        [0x63, 0],
        [0x69, 0x82],
        [0x69, 0x83],
        [0x6A, 0x80],
        [0x6A, 0x86],
    ]);
    let data = prop_oneof![
        3 => Just(vec![]),
        1 => prop::collection::vec(any::<u8>(), 0..80),
        1 => prop::collection::vec(any::<u8>(), 70).prop_map(|junk| {
            [&[0x7C, 72, 0x82, 70], &junk[..]].concat()
        }),
    ];
    prop_oneof![
        12 => (data, status).prop_map(|(data, status)| Answer::Bytes([data, status.to_vec()].concat())),
        1 => prop::collection::vec(any::<u8>(), 0..3).prop_map(Answer::Bytes),
        2 => Just(Answer::Signature(CHALLENGE.to_vec())),
        1 => Just(Answer::Lost),
    ]
}

/// A conversation that gets as far as the passcode more often than chance would have it.
fn conversation() -> impl Strategy<Value = Vec<Answer>> {
    let ok = || Answer::Bytes(vec![0x90, 0]);
    let tries = || Answer::Bytes(vec![0x63, 0xC3]);
    let rest = || prop::collection::vec(answer(), 0..12);
    prop_oneof![
        1 => prop::collection::vec(answer(), 0..16),
        2 => rest().prop_map(move |rest| [vec![ok(), tries()], rest].concat()),
        2 => rest().prop_map(move |rest| [vec![ok(), tries(), ok()], rest].concat()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_a_card_says_it_gets_one_passcode_and_no_proof_without_grounds(
        answers in conversation(),
        has_the_key: bool,
        broken: bool,
    ) {
        let key = KeyPair::generate().unwrap();
        let serial = CardSerial::new(&[7; 16]).unwrap();
        let tries = Tries::Left(3);
        let identity = Identity { serial, certificate: certificate(&key), tries };
        let continuity = if broken { Continuity::Broken } else { Continuity::Unbroken };
        let card = IdentifiedCard { identity: &identity, slot: Slot::Authentication, continuity };
        let (mut ledger, _) = Ledger::open_on(Box::new(Ram::default())).unwrap();
        let mut babble = Babble {
            answers: answers.into(),
            key: has_the_key.then_some(key),
            heard: Vec::new(),
            answer_to_passcode: None,
            signed: false,
        };
        let shown = Shown { tries, last_try: LastTry::Kept };
        let outcome = authenticate(
            &mut babble, &card, &passcode("123456"), shown, CHALLENGE,
            |tries| ledger.begin(intent(&identity, tries, Purpose::SignIn)),
        );
        let passcodes = babble.heard.iter().filter(|heard| holds_a_passcode(heard)).count();
        match outcome {
            Err(NotSent::BegunForAnother(_)) => prop_assert!(false, "the intent was right"),
            Err(_) => prop_assert_eq!(passcodes, 0),
            Ok(outcome) => {
                prop_assert_eq!(passcodes, 1);
                let accepted = matches!(outcome.verdict, Verdict::Accepted(_));
                let said_yes = babble.answer_to_passcode.as_deref().is_some_and(|answer| {
                    answer.ends_with(&[0x90, 0])
                });
                prop_assert_eq!(accepted, said_yes);
                prop_assert!(accepted || !babble.signed, "it was asked to sign");
                // The signatures that this card gives are real, but over the bare challenge.
                let held = matches!(outcome.verdict, Verdict::Accepted(Ok(KeyHeld { .. })));
                prop_assert!(!held, "a proof without a valid signature");
                ledger.settle(outcome.settlement).unwrap();
            }
        }
        prop_assert!(babble.heard.len() < 60, "{} commands", babble.heard.len());
    }

    #[test]
    fn no_other_bytes_are_a_signature(junk in prop::collection::vec(any::<u8>(), 0..80)) {
        let key = KeyPair::generate().unwrap();
        let public = PublicKey::of(&certificate(&key)).unwrap();
        prop_assert!(!public.has_signed(&CHALLENGE, &junk));
        let signature = key.sign(&CHALLENGE).unwrap();
        prop_assert!(public.has_signed(&CHALLENGE, &signature));
        prop_assert!(!public.has_signed(&[0; 32], &signature));
    }
}
