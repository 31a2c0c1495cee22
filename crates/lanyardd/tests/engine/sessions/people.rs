//! People and their cards: virtual ones that prove in earnest, before a ledger.

use std::sync::Arc;

use lanyard_card::{
    Continuity, IdentifiedCard, Identity, LastTry, Passcode, Rules, Shown, authenticate, identify,
    piv::{KeyHeld, Slot, Verdict},
};
use lanyard_iso7816::SecretBytes;
use lanyard_ledger::{Intent, Ledger, Purpose};
use lanyard_roles::Person;
use lanyard_session::{Insertion, Proven};
use lanyard_trust::RevocationMode;
use lanyard_virtcard::Card;
use lanyardd::engine::{Allowed, CardId};
use tempfile::TempDir;

use crate::day::{card_of, issued, verdict};

/// What the directory has of the nurse's role.
const NURSE: &str = r#"{
    "nhsid_useruid": "999900000102", "name": "Test Nurse",
    "nhsid_nrbac_roles": [{
        "person_orgid": "888800000102", "person_roleid": "777700000102", "org_code": "RZZ01",
        "role_code": "S8000:G8000:R8001", "role_name": "\"Clinical\":\"Clinical Access\":\"Nurse\"",
        "activities": ["Perform Patient Trace"], "activity_codes": ["B0264"]
    }]
}"#;

/// What the nurse's role allows.
pub(super) fn nurse() -> Allowed {
    let (person, _) = Person::parse(NURSE.as_bytes()).unwrap();
    let role = Arc::new(person.roles.into_iter().next().unwrap());
    Allowed { role, organisation_name: None, proof: None }
}

/// A card, what it told, and the ledger of the workstation at which it is used.
pub(super) struct PersonsCard {
    card: Card,
    identity: Identity,
    ledger: Ledger,
    _folder: TempDir,
}

impl PersonsCard {
    pub(super) fn of(persona: &str) -> Self {
        let mut card = card_of(persona);
        let identity = identify(&mut card, Slot::Authentication, &|_| None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap().0;
        Self { card, identity, ledger, _folder: folder }
    }

    pub(super) fn identity(&self) -> Identity {
        self.identity.clone()
    }

    /// All three proofs, of this insertion.
    pub(super) fn proves(&mut self, card: CardId) -> Proven {
        let held = self.signs();
        let judged = verdict(&self.identity.certificate, RevocationMode::Off, 1);
        let trusted = Arc::clone(judged.judgement.trusted().unwrap());
        let insertion = Insertion::numbered(card.number());
        Proven::of(insertion, self.identity.serial.clone(), held, trusted).unwrap()
    }

    fn signs(&mut self) -> KeyHeld {
        let Self { card, identity, ledger, .. } = self;
        let entered = SecretBytes::read_from(&mut &b"123456"[..], 8).unwrap();
        let passcode = Passcode::parse(entered, &Rules::VERIFYING).unwrap();
        let shown = Shown { tries: identity.tries, last_try: LastTry::Kept };
        let slot = Slot::Authentication;
        let of = IdentifiedCard { identity, slot, continuity: Continuity::Unbroken };
        let authentication = authenticate(card, &of, &passcode, shown, [0xC4; 32], |tries| {
            let (card, purpose) = (identity.serial.clone(), Purpose::SignIn);
            ledger.begin(Intent { card, counter_before: tries.into(), purpose, at: issued() })
        });
        let authentication = authentication.unwrap();
        ledger.settle(authentication.settlement).unwrap();
        match authentication.verdict {
            Verdict::Accepted(held) => held.unwrap(),
            other => panic!("{other:?}"),
        }
    }
}
