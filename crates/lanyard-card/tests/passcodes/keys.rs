//! Every way in which an entry at a reader's own keys ends: what the person is told, what the ledger counts.

use std::collections::VecDeque;

use lanyard_card::piv::{EndedAtKeys, KeyedChannel, LoggedOut, Slot, Tries, Unclear, Verdict};
use lanyard_card::{
    Continuity, IdentifiedCard, Identity, LastTry, Shown, authenticate_at_keys, change_at_keys,
};
use lanyard_iso7816::{CardChannel, ChannelError, ExchangeError, Status};
use lanyard_ledger::{CardSerial, Ledger, Purpose};

use crate::desk::{CHALLENGE, Desk, intent};
use crate::ram::Ram;

/// Answers commands with status words, one after another, and entries with one answer.
struct Keys {
    words: VecDeque<u16>,
    entry: Result<u16, ChannelError>,
    asked_for: Vec<[u8; 4]>,
}

impl CardChannel for Keys {
    fn transmit(&mut self, _command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let word = self.words.pop_front().ok_or(ChannelError::CardRemoved)?;
        Ok(word.to_be_bytes().to_vec())
    }
}

impl KeyedChannel for Keys {
    fn enter(&mut self, header: [u8; 4]) -> Result<Status, ExchangeError> {
        self.asked_for.push(header);
        Ok(self.entry.map(Status)?)
    }
}

const LEFT_3: Tries = Tries::Left(3);
const LEFT_2: Tries = Tries::Left(2);
const UNTOLD: Tries = Tries::Untold;
const BROKEN: ChannelError = ChannelError::Transport { code: 0x8010_0016 };

const fn ended(end: EndedAtKeys, left: Tries) -> Verdict<()> {
    Verdict::EndedAtKeys(end, left)
}

/// What the keys lead to; what the card says to the first question and to those after; what that means; and
/// the strikes that the ledger counts then.
type Case = (Result<u16, ChannelError>, &'static [u16], Verdict<()>, u8);

const CASES: &[Case] = &[
    (Ok(0x63C2), &[0x63C3], Verdict::Refused(LEFT_2), 1),
    (Ok(0x6983), &[0x63C1], Verdict::NowBlocked, 1),
    (Ok(0x6400), &[0x63C3, 0x63C3], ended(EndedAtKeys::TimedOut, LEFT_3), 0),
    (Ok(0x6401), &[0x63C3, 0x63C3], ended(EndedAtKeys::Cancelled, LEFT_3), 0),
    (Ok(0x6402), &[0x63C3, 0x63C3], ended(EndedAtKeys::EntriesDiffer, LEFT_3), 0),
    (Ok(0x6403), &[0x63C3, 0x63C3], ended(EndedAtKeys::WrongLength, LEFT_3), 0),
    (Ok(0x6B80), &[0x63C3, 0x63C3], ended(EndedAtKeys::Misunderstood, LEFT_3), 0),
    // A card that keeps its counter to itself is believed to have seen nothing.
    (Ok(0x6400), &[0x6982, 0x6982], ended(EndedAtKeys::TimedOut, UNTOLD), 0),
    // The card's own 64 00, after which it has counted.
    (Ok(0x6400), &[0x63C3, 0x63C2], ended(EndedAtKeys::TimedOut, LEFT_2), 1),
    // A reader that cannot do what it says it can, and a card that answers.
    (Err(BROKEN), &[0x63C3, 0x63C3], broken(LEFT_3), 0),
    (Err(ChannelError::CardRemoved), &[0x63C3], gone(), 0),
];

const fn broken(left: Tries) -> Verdict<()> {
    Verdict::Unclear(Unclear::NoAnswer(ExchangeError::Channel(BROKEN)), left)
}

const fn gone() -> Verdict<()> {
    let removed = ExchangeError::Channel(ChannelError::CardRemoved);
    Verdict::Unclear(Unclear::NoAnswer(removed), UNTOLD)
}

#[test]
fn every_end_at_the_keys_has_its_meaning_for_person_and_ledger() {
    let certificate = Desk::of("nurse").identity.certificate;
    for purpose in [Purpose::SignIn, Purpose::ChangePasscode] {
        for (at_keys, words, verdict, strikes) in CASES {
            let what = format!("{purpose:?} {at_keys:04X?} {words:04X?}");
            let serial = CardSerial::new(&[7; 16]).unwrap();
            let identity = Identity { serial, certificate: certificate.clone(), tries: UNTOLD };
            let (slot, continuity) = (Slot::Authentication, Continuity::Unbroken);
            let card = IdentifiedCard { identity: &identity, slot, continuity };
            let shown = Shown { tries: UNTOLD, last_try: LastTry::MayBeSpent };
            let (mut ledger, _) = Ledger::open_on(Box::new(Ram::default())).unwrap();
            let words = [0x9000].into_iter().chain(words.iter().copied()).collect();
            let mut keys = Keys { words, entry: *at_keys, asked_for: Vec::new() };
            let begin = |tries| ledger.begin(intent(&identity, tries, purpose));
            let (told, settlement, logged_out) = match purpose {
                Purpose::SignIn => {
                    let it = authenticate_at_keys(&mut keys, &card, shown, CHALLENGE, begin);
                    let it = it.unwrap();
                    (it.verdict.map(drop), it.settlement, it.logged_out)
                }
                Purpose::ChangePasscode => {
                    let it = change_at_keys(&mut keys, &card, shown, begin).unwrap();
                    (it.verdict.map(drop), it.settlement, it.logged_out)
                }
            };
            assert_eq!(told, *verdict, "{what}");
            let standing = ledger.settle(settlement).unwrap();
            assert_eq!(standing.strikes, *strikes, "{what}");
            assert_eq!(keys.asked_for.len(), 1, "{what}");
            let is_unclear = matches!(told, Verdict::Unclear(..));
            assert_eq!(logged_out == LoggedOut::NeedsReset, is_unclear, "{what}");
        }
    }
}
