//! People and their cards: virtual ones that prove in earnest, before a ledger, judged against their own
//! authority. Shared by the tests of the crate inside and outside.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime},
};

use lanyard_card::{
    CardSerial, Continuity, IdentifiedCard, Identity, LastTry, Passcode, Rules, Shown,
    authenticate, identify,
    piv::{KeyHeld, Slot, Verdict},
};
use lanyard_iso7816::SecretBytes;
use lanyard_ledger::{Intent, Ledger, Purpose};
use lanyard_trust::{
    Anchors, Certificate, CertificateTrusted, CrlStore, Evidence, RevocationMode, Settings,
    UnixTime, judge,
};
use lanyard_virtcard::{Authorities, Card, Personas};

/// 1 September 2026, in seconds since 1970.
pub(crate) const TODAY: u32 = 1_788_220_800;

static AUTHORITIES: LazyLock<Authorities> =
    LazyLock::new(|| Authorities::in_memory(today()).unwrap());

pub(crate) fn today() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(TODAY.into())
}

/// A card, and the passcode in its holder's head.
pub(crate) struct PersonsCard {
    card: Card,
    identity: Identity,
    passcode: String,
}

/// What a card has proved.
pub(crate) struct Proofs {
    pub(crate) serial: CardSerial,
    pub(crate) held: KeyHeld,
    pub(crate) trusted: Arc<CertificateTrusted>,
}

impl PersonsCard {
    pub(crate) fn of(persona: &str) -> Self {
        let personas = Personas::compiled_in().unwrap();
        let persona = personas.named(persona).unwrap();
        let mut card = Card::issue(persona, &AUTHORITIES, today()).unwrap();
        let identity = identify(&mut card, Slot::Authentication, &|_| None).unwrap();
        Self { card, identity, passcode: persona.passcode.clone() }
    }

    /// The holder enters the passcode, the card signs, the certificate is judged.
    pub(crate) fn proves(&mut self) -> Proofs {
        let held = self.signs();
        Proofs { serial: self.identity.serial.clone(), held, trusted: self.is_judged() }
    }

    fn signs(&mut self) -> KeyHeld {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap().0;
        let Self { card, identity, passcode } = self;
        let entered = SecretBytes::read_from(&mut passcode.as_bytes(), 8).unwrap();
        let passcode = Passcode::parse(entered, &Rules::VERIFYING).unwrap();
        let shown = Shown { tries: identity.tries, last_try: LastTry::Kept };
        let slot = Slot::Authentication;
        let of = IdentifiedCard { identity, slot, continuity: Continuity::Unbroken };
        let authentication = authenticate(card, &of, &passcode, shown, [0xC4; 32], |tries| {
            let (card, purpose) = (identity.serial.clone(), Purpose::SignIn);
            ledger.begin(Intent { card, counter_before: tries.into(), purpose, at: today() })
        });
        let authentication = authentication.unwrap();
        ledger.settle(authentication.settlement).unwrap();
        match authentication.verdict {
            Verdict::Accepted(held) => held.unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn is_judged(&self) -> Arc<CertificateTrusted> {
        let read = |der: Vec<u8>| Certificate::parse(&der).unwrap();
        let evidence = Evidence {
            anchors: &AUTHORITIES.anchors().into_iter().map(read).collect::<Anchors>(),
            intermediates: &AUTHORITIES.intermediates().into_iter().map(read).collect(),
            from_card: &[],
            crls: &CrlStore::default(),
            ocsp: &[],
            responders: &[],
        };
        let settings = Settings { revocation: RevocationMode::Off, ..Settings::default() };
        let der = self.identity.certificate.der();
        judge(der, &evidence, &settings, UnixTime(TODAY.into())).into_trusted().unwrap()
    }
}
