//! People and their virtual cards, whose statements are signed in earnest: before a ledger, in the
//! transaction in which the passcode was accepted.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::SignedDuration;
use lanyard_card::piv::{KeyHeld, Slot, Verdict};
use lanyard_card::{
    Continuity, IdentifiedCard, Identity, LastTry, Passcode, Rules, Shown, ToSign, authenticate,
    identify,
};
use lanyard_iso7816::SecretBytes;
use lanyard_ledger::{Intent, Ledger, Purpose};
use lanyard_roles::{Document, KeyRights, Keys, Organisations, Persons, RoleProof};
use lanyard_test_roles::{Authority, persona, signed_file};
use lanyard_ticket::{Audience, Beginning, Nonce, NotOpened, Opening, TicketFor, Tickets};
use lanyard_trust::{Anchors, Crl, CrlStore, Evidence, Intermediates, Settings, UnixTime, judge};
use lanyard_virtcard::{Authorities, Card, Personas};
use ring::rand::SystemRandom;

use crate::forge::{AUDIENCE, CHALLENGE, NONCE, NOW, time};
use crate::judges::{Case, certificates};

/// Ten hours.
pub(crate) const LENGTH: SignedDuration = SignedDuration::from_hours(10);

/// A holder with a card, before the authorities that issued it.
pub(crate) struct Person {
    persona: &'static str,
    card: Card,
    identity: Identity,
    passcode: String,
    pub(crate) authorities: Authorities,
    pub(crate) registration: Authority,
}

fn today() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs())
}

pub(crate) fn random() -> SystemRandom {
    SystemRandom::new()
}

impl Person {
    pub(crate) fn of(name: &'static str) -> Self {
        let personas = Personas::compiled_in().unwrap();
        let persona = personas.named(name).unwrap();
        let authorities = Authorities::in_memory(today()).unwrap();
        let mut card = Card::issue(persona, &authorities, today()).unwrap();
        let identity = identify(&mut card, Slot::Authentication, &|_| None).unwrap();
        let passcode = persona.passcode.clone();
        let registration = Authority::new("north");
        Self { persona: name, card, identity, passcode, authorities, registration }
    }

    /// The holder enters the passcode, and the card signs.
    pub(crate) fn signs(&mut self, to_sign: impl Into<ToSign>) -> KeyHeld {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap().0;
        let Self { card, identity, passcode, .. } = self;
        let entered = SecretBytes::read_from(&mut passcode.as_bytes(), 8).unwrap();
        let passcode = Passcode::parse(entered, &Rules::VERIFYING).unwrap();
        let shown = Shown { tries: identity.tries, last_try: LastTry::Kept };
        let slot = Slot::Authentication;
        let of = IdentifiedCard { identity, slot, continuity: Continuity::Unbroken };
        let authentication = authenticate(card, &of, &passcode, shown, to_sign, |tries| {
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

    /// What a session of this length would begin with.
    pub(crate) fn opens(&self, length: SignedDuration) -> Opening {
        self.would_open(length).unwrap()
    }

    pub(crate) fn would_open(&self, length: SignedDuration) -> Result<Opening, NotOpened> {
        let anchors: Anchors = certificates(&self.authorities.anchors()).collect();
        let intermediates: Intermediates =
            certificates(&self.authorities.intermediates()).collect();
        let lists = self.authorities.lists();
        let lists: CrlStore =
            lists.iter().map(|der| Arc::new(Crl::load(der, []).unwrap())).collect();
        let evidence = Evidence {
            anchors: &anchors,
            intermediates: &intermediates,
            from_card: &[],
            crls: &lists,
            ocsp: &[],
            responders: &[],
        };
        let der = self.identity.certificate.der();
        let judgement = judge(der, &evidence, &Settings::default(), UnixTime(NOW));
        let beginning = Beginning {
            trusted: judgement.trusted().unwrap(),
            chain: &judgement.path[1..judgement.path.len() - 1],
            begins: time(NOW),
            length,
            server_challenge: Some(&Nonce::parse(CHALLENGE).unwrap()),
        };
        Opening::new(&beginning, &random())
    }

    /// Signs in.
    pub(crate) fn tickets(&mut self) -> Tickets {
        let opening = self.opens(LENGTH);
        let held = self.signs(opening.statement().clone());
        opening.signed(&held).unwrap()
    }

    /// Her roles.
    pub(crate) fn document(&self) -> Document {
        let persona = persona(self.persona, time(NOW));
        let file = signed_file(&persona, &self.registration, time(NOW));
        let rights = KeyRights { organisations: Organisations::All, persons: Persons::Anybody };
        let keys: Keys = self.registration.alone(rights);
        Document::open(file.as_bytes(), persona.holder, &keys, time(NOW)).unwrap()
    }

    /// A ticket in her first role.
    pub(crate) fn ticket(&self, tickets: &Tickets, now: i64) -> String {
        let (audience, nonce) = (Audience::parse(AUDIENCE).unwrap(), Nonce::parse(NONCE).unwrap());
        let document = self.document();
        let asked = TicketFor { audience: &audience, nonce: &nonce, role: proof(&document) };
        tickets.ticket(&asked, &random(), time(now)).unwrap()
    }

    /// What a server is given and goes by.
    pub(crate) fn case(&self, ticket: String, now: i64) -> Case {
        let registration = &self.registration;
        let kid = registration.key.kid().to_owned();
        Case {
            ticket,
            now,
            challenge: Some(CHALLENGE.to_owned()),
            anchors: self.authorities.anchors(),
            lists: self.authorities.lists(),
            authorities: vec![(kid, registration.public_pem.clone(), "all")],
        }
    }
}

/// What an authority has signed of the first role.
pub(crate) fn proof(document: &Document) -> &RoleProof {
    document.roles().first().and_then(|held| held.proof.as_ref()).unwrap()
}
