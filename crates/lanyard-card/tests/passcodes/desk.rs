//! A card in a reader, the person before it, the ledger, and a witness of every command.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use lanyard_card::{
    Authentication, Continuity, IdentifiedCard, Identity, LastTry, NotSent, Passcode, Rules, Shown,
    ToSign, authenticate, identify,
    piv::{Slot, Tries},
};
use lanyard_iso7816::{CardChannel, ChannelError, SecretBytes};
use lanyard_ledger::{Intent, Ledger, LedgerError, Purpose};
use lanyard_virtcard::{Authorities, Card, Personas};

use crate::ram::Ram;

pub(crate) const CHALLENGE: [u8; 32] = [0xC4; 32];

static AUTHORITIES: LazyLock<Authorities> =
    LazyLock::new(|| Authorities::in_memory(today()).unwrap());

/// 1 September 2026.
pub(crate) fn today() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_788_220_800)
}

pub(crate) fn entered(text: &str) -> SecretBytes {
    SecretBytes::read_from(&mut text.as_bytes(), 100).unwrap()
}

pub(crate) fn passcode(text: &str) -> Passcode {
    Passcode::parse(entered(text), &Rules::VERIFYING).unwrap()
}

/// A card whose every command is written down.
pub(crate) struct Witness {
    pub(crate) card: Card,
    pub(crate) heard: Vec<Vec<u8>>,
}

impl CardChannel for Witness {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.heard.push(command.to_vec());
        self.card.transmit(command)
    }
}

/// Whether a passcode is in it.
pub(crate) fn holds_a_passcode(command: &[u8]) -> bool {
    matches!(command, [_, 0x20 | 0x24, _, _, _, _, ..])
}

pub(crate) struct Desk {
    pub(crate) witness: Witness,
    pub(crate) identity: Identity,
    pub(crate) ledger: Ledger,
    pub(crate) slot: Slot,
    pub(crate) continuity: Continuity,
    pub(crate) right: String,
}

impl Desk {
    /// The persona's card, just identified.
    pub(crate) fn of(persona: &str) -> Self {
        Self::with(&Personas::compiled_in().unwrap(), persona)
    }

    /// A card that no persona of the project has.
    pub(crate) fn of_new(persona: &str) -> Self {
        let mut personas = Personas::compiled_in().unwrap();
        personas.add(persona).unwrap();
        Self::with(&personas, "new")
    }

    fn with(personas: &Personas, name: &str) -> Self {
        let persona = personas.named(name).unwrap();
        let card = Card::issue(persona, &AUTHORITIES, today()).unwrap();
        let mut witness = Witness { card, heard: Vec::new() };
        let slot = Slot::Authentication;
        let identity = identify(&mut witness, slot, &|_| None).unwrap();
        let (ledger, findings) = Ledger::open_on(Box::new(Ram::default())).unwrap();
        assert_eq!(findings, []);
        let mut desk = Self {
            witness,
            identity,
            ledger,
            slot,
            continuity: Continuity::Unbroken,
            right: persona.passcode.clone(),
        };
        desk.forget_what_was_heard();
        desk
    }

    pub(crate) fn forget_what_was_heard(&mut self) {
        self.witness.heard.clear();
        self.witness.card.reset_counts();
    }

    /// Shown what the card said when it was identified, and agreeing to whatever that is.
    pub(crate) fn shown(&self) -> Shown {
        Shown { tries: self.identity.tries, last_try: LastTry::MayBeSpent }
    }

    pub(crate) fn enter(&mut self, text: &str) -> Result<Authentication, NotSent<LedgerError>> {
        self.enter_when_shown(text, self.shown())
    }

    pub(crate) fn enter_when_shown(
        &mut self,
        text: &str,
        shown: Shown,
    ) -> Result<Authentication, NotSent<LedgerError>> {
        self.enter_to_sign(text, shown, CHALLENGE.into())
    }

    pub(crate) fn enter_to_sign(
        &mut self,
        text: &str,
        shown: Shown,
        to_sign: ToSign,
    ) -> Result<Authentication, NotSent<LedgerError>> {
        let Self { witness, identity, ledger, slot, continuity, .. } = self;
        let card = IdentifiedCard { identity, slot: *slot, continuity: *continuity };
        authenticate(witness, &card, &passcode(text), shown, to_sign, |tries| {
            ledger.begin(intent(identity, tries, Purpose::SignIn))
        })
    }

    /// How often a passcode reached the card.
    pub(crate) fn passcodes_heard(&self) -> usize {
        self.witness.heard.iter().filter(|command| holds_a_passcode(command)).count()
    }

    /// Tries the card itself counts.
    pub(crate) fn tries(&self) -> u8 {
        self.witness.card.tries().passcode
    }

    /// The same card, whole again and identified anew.
    pub(crate) fn put_in_again(&mut self) {
        self.witness.card.set_fault(None);
        self.witness.card.reset();
        self.look_again();
    }

    /// A person who is shown the tries as they are now.
    pub(crate) fn look_again(&mut self) {
        self.identity = identify(&mut self.witness, self.slot, &|_| None).unwrap();
        self.forget_what_was_heard();
    }
}

pub(crate) fn intent(identity: &Identity, tries: Tries, purpose: Purpose) -> Intent {
    Intent { card: identity.serial.clone(), counter_before: tries.into(), purpose, at: today() }
}
