//! Every way in which cards answer a passcode, through the whole conversation: what the person is told,
//! what the ledger counts, and how often the card is asked.

use std::collections::VecDeque;

use lanyard_card::piv::{LoggedOut, Slot, Tries, Unclear, Verdict};
use lanyard_card::{Continuity, IdentifiedCard, Identity, LastTry, Shown, authenticate};
use lanyard_iso7816::{CardChannel, ChannelError, Status};
use lanyard_ledger::{CardSerial, Ledger, Purpose};

use crate::desk::{CHALLENGE, Desk, holds_a_passcode, intent, passcode};
use crate::ram::Ram;

/// Answers with status words, one after another, and hears nothing after the last.
struct Words(VecDeque<u16>, Vec<Vec<u8>>);

impl CardChannel for Words {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.1.push(command.to_vec());
        let word = self.0.pop_front().ok_or(ChannelError::CardRemoved)?;
        Ok(word.to_be_bytes().to_vec())
    }
}

/// What the card says to the first question, to the passcode, and to every question after it; what that
/// means; and the strikes that the ledger counts then.
struct Case(&'static [u16], Verdict<()>, LoggedOut, u8);

const fn unclear(word: u16, left: Tries) -> Verdict<()> {
    Verdict::Unclear(Unclear::Status(Status(word)), left)
}

const CASES: &[Case] = &[
    // Wrong, in every dialect.
    Case(&[0x63C3, 0x63C2], Verdict::Refused(LEFT_2), LoggedOut::Yes(LEFT_2), 1),
    Case(&[0x63C3, 0x6300, 0x63C2], Verdict::Refused(LEFT_2), LoggedOut::Yes(LEFT_2), 1),
    Case(&[0x63C3, 0x6982, 0x63C2], Verdict::Refused(LEFT_2), LoggedOut::Yes(LEFT_2), 1),
    Case(&[0x63C3, 0x6985, 0x63C2], Verdict::Refused(LEFT_2), LoggedOut::Yes(LEFT_2), 1),
    Case(&[0x6982, 0x6982, 0x6982], Verdict::Refused(UNTOLD), LoggedOut::Yes(UNTOLD), 1),
    Case(
        &[0x6985, 0x6985, 0x9000, 0x9000, 0x6985],
        Verdict::Refused(Tries::Verified),
        LoggedOut::Yes(UNTOLD),
        1,
    ),
    // Another program spent one at the same time, or the card counts two.
    Case(&[0x63C3, 0x63C1], Verdict::Refused(Tries::Left(1)), LoggedOut::Yes(Tries::Left(1)), 2),
    // Blocked by this, in every dialect.
    Case(&[0x63C1, 0x63C0], Verdict::NowBlocked, LoggedOut::Yes(Tries::Blocked), 1),
    Case(&[0x63C1, 0x6983], Verdict::NowBlocked, LoggedOut::Yes(Tries::Blocked), 1),
    Case(&[0x63C1, 0x6984], Verdict::NowBlocked, LoggedOut::Yes(Tries::Blocked), 1),
    Case(&[0x63C1, 0x6982, 0x6983], Verdict::NowBlocked, LoggedOut::Yes(Tries::Blocked), 1),
    Case(&[0x63C1, 0x6300, 0x63C0], Verdict::NowBlocked, LoggedOut::Yes(Tries::Blocked), 1),
    Case(&[0x63C3, 0x6983], Verdict::NowBlocked, LoggedOut::Yes(Tries::Blocked), 3),
    Case(&[0x6982, 0x63C0], Verdict::NowBlocked, LoggedOut::Yes(Tries::Blocked), 1),
    // Blocked before, by a card that did not tell.
    Case(&[0x6982, 0x6983], Verdict::WasBlocked, LoggedOut::Yes(Tries::Blocked), 1),
    // No passcode to the card, which may count it all the same.
    Case(&[0x63C3, 0x6A80, 0x63C3], Verdict::WrongFormat(LEFT_3), LoggedOut::Yes(LEFT_3), 0),
    Case(&[0x63C3, 0x6700, 0x63C3], Verdict::WrongFormat(LEFT_3), LoggedOut::Yes(LEFT_3), 0),
    Case(&[0x63C3, 0x6A80, 0x63C2], Verdict::WrongFormat(LEFT_2), LoggedOut::Yes(LEFT_2), 1),
    // Neither right nor wrong: what is asked then decides, and the card is logged out.
    Case(
        &[0x63C3, 0x6F00, 0x63C3, 0x9000, 0x63C3],
        unclear(0x6F00, LEFT_3),
        LoggedOut::Yes(LEFT_3),
        0,
    ),
    Case(
        &[0x63C3, 0x6F00, 0x63C2, 0x9000, 0x63C2],
        unclear(0x6F00, LEFT_2),
        LoggedOut::Yes(LEFT_2),
        1,
    ),
    Case(&[0x63C3, 0x6581, 0x6F00], unclear(0x6581, UNTOLD), LoggedOut::NeedsReset, 1),
    Case(
        &[0x63C3, 0x6400, 0x9000, 0x6A86],
        unclear(0x6400, Tries::Verified),
        LoggedOut::NeedsReset,
        1,
    ),
    Case(
        &[0x63C3, 0x6C08, 0x63C3, 0x9000, 0x63C3],
        unclear(0x6C08, LEFT_3),
        LoggedOut::Yes(LEFT_3),
        0,
    ),
    Case(
        &[0x63C3, 0x6102, 0x63C3, 0x9000, 0x63C3],
        unclear(0x6102, LEFT_3),
        LoggedOut::Yes(LEFT_3),
        0,
    ),
    // Right, although the card then fails to sign.
    Case(
        &[0x63C3, 0x9000, 0x6F00, 0x9000, 0x63C3],
        Verdict::Accepted(()),
        LoggedOut::Yes(LEFT_3),
        0,
    ),
    Case(&[0x63C1, 0x9000, 0x6982, 0x6A86], Verdict::Accepted(()), LoggedOut::NeedsReset, 0),
];

const LEFT_3: Tries = Tries::Left(3);
const LEFT_2: Tries = Tries::Left(2);
const UNTOLD: Tries = Tries::Untold;

#[test]
fn every_answer_has_its_meaning_for_person_ledger_and_card() {
    let certificate = Desk::of("nurse").identity.certificate;
    for Case(words, verdict, logged_out, strikes) in CASES {
        let what = format!("{words:04X?}");
        let serial = CardSerial::new(&[7; 16]).unwrap();
        let identity = Identity { serial, certificate: certificate.clone(), tries: UNTOLD };
        let (slot, continuity) = (Slot::Authentication, Continuity::Unbroken);
        let card = IdentifiedCard { identity: &identity, slot, continuity };
        let shown = Shown { tries: UNTOLD, last_try: LastTry::MayBeSpent };
        let (mut ledger, _) = Ledger::open_on(Box::new(Ram::default())).unwrap();
        let words: VecDeque<u16> = [0x9000].into_iter().chain(words.iter().copied()).collect();
        let mut channel = Words(words, Vec::new());
        let begin = |tries| ledger.begin(intent(&identity, tries, Purpose::SignIn));
        let outcome =
            authenticate(&mut channel, &card, &passcode("123456"), shown, CHALLENGE, begin);
        let outcome = outcome.unwrap();
        assert_eq!(outcome.verdict.map(drop), *verdict, "{what}");
        assert_eq!(outcome.logged_out, *logged_out, "{what}");
        let standing = ledger.settle(outcome.settlement).unwrap();
        assert_eq!(standing.strikes, *strikes, "{what}");
        let passcodes = channel.1.iter().filter(|heard| holds_a_passcode(heard)).count();
        assert_eq!((passcodes, channel.0.len()), (1, 0), "{what}");
    }
}
