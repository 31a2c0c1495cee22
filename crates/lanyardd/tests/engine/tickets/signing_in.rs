//! A holder who signs in with a card that signs in earnest, and the role that her directory gives her.

use std::sync::{Arc, Weak};

use jiff::{SignedDuration, Timestamp};
use lanyard_card::{
    Continuity, IdentifiedCard, Identity, LastTry, Passcode, Shown, authenticate, identify,
    piv::{KeyHeld, Slot, Verdict},
};
use lanyard_ledger::{Intent, Ledger};
use lanyard_roles::{CloseDate, Document, HeldRole, KeyRights, Organisations, Persons};
use lanyard_session::{
    DirectoryAnswer, Freshness, Insertion, Organisation, Proven, RoleId, RoleOffer, SessionId,
};
use lanyard_test_roles::{Authority, persona, signed_file};
use lanyard_ticket::{Beginning, Opening, Tickets};
use lanyard_virtcard::Card;
use lanyardd::engine::{
    Allowed, AttemptReport, CardId, Client, Effect, Event, Options, Order, Question, Task, Trusted,
};
use ring::rand::SystemRandom;

use crate::{
    day::{Day, card_of, identified, inserted, opened, report},
    desks::{alice, program},
    desktop::{entered, prompted},
};

/// One of Alice's programs.
pub(crate) fn hers() -> Client {
    program("hers", &alice())
}

/// Alice's desk, with her card in its reader.
pub(crate) struct AtDesk {
    pub(crate) day: Day,
    pub(crate) id: CardId,
    persona: &'static str,
    card: Card,
    identity: Identity,
}

/// Whether the card's thread had room for a key.
#[derive(Clone, Copy)]
pub(crate) enum Room {
    ForAKey,
    ForNone,
}

impl AtDesk {
    /// The persona's card, which has told who it is.
    pub(crate) fn with(persona: &'static str) -> Self {
        let mut day = Day::at_desks();
        day.registers(program("agent", &alice())).unwrap();
        let mut card = card_of(persona);
        let identity = identify(&mut card, Slot::Authentication, &|_| None).unwrap();
        let id = day.on(inserted(0)).iter().find_map(opened).unwrap();
        day.on(report(id, identified(identity.clone())));
        Self { day, id, persona, card, identity }
    }

    /// She is signed in; what signs her tickets is looked at by nobody else.
    pub(crate) fn signs_in(&mut self, options: Options, room: Room) -> (SessionId, Weak<Tickets>) {
        let question = Question::Authenticate { card: Some(self.id), options };
        let mut effects = self.day.asked_by(hers(), question).effects;
        let (prompt, ..) = prompted(&effects).unwrap();
        effects = self.day.agent(prompt, entered("123456"));
        let order = effects.into_iter().find_map(|effect| match effect {
            Effect::Attempt { order, .. } => Some(order),
            _ => None,
        });
        let (proven, tickets) = self.proves(order.unwrap(), room);
        let weak = tickets.as_ref().map(Arc::downgrade).unwrap_or_default();
        let report = AttemptReport::Proved(Box::new(proven), tickets);
        let effects = self.day.attempted(self.id, report, None);
        let session = effects.iter().find_map(|effect| match effect {
            Effect::AskDirectory { session, .. } => Some(*session),
            _ => None,
        });
        self.recorded(effects);
        // A card that is proved again is of the session there is.
        let session = session.unwrap_or_else(|| SessionId::numbered(1));
        (session, weak)
    }

    /// What the card's thread does.
    fn proves(&mut self, order: Order, room: Room) -> (Proven, Option<Arc<Tickets>>) {
        let challenge = order.server_challenge.clone();
        let Task::SignIn(passcode, trusted) = order.task else { panic!("signing in") };
        let opening = Opening::new(
            &Beginning {
                trusted: trusted.proof(),
                chain: trusted.chain(),
                begins: self.day.timestamp(),
                length: SignedDuration::from_hours(10),
                server_challenge: challenge.as_ref(),
            },
            &SystemRandom::new(),
        );
        let opening = opening.unwrap();
        let held = self.signs(&passcode, &opening);
        let tickets = opening.signed(&held).unwrap();
        (
            self.proven(held, &trusted),
            match room {
                Room::ForAKey => Some(Arc::new(tickets)),
                Room::ForNone => None,
            },
        )
    }

    fn signs(&mut self, passcode: &Passcode, opening: &Opening) -> KeyHeld {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap().0;
        let Self { card, identity, .. } = self;
        let shown = Shown { tries: identity.tries, last_try: LastTry::Kept };
        let slot = Slot::Authentication;
        let of = IdentifiedCard { identity, slot, continuity: Continuity::Unbroken };
        let to_sign = opening.statement().clone();
        let authentication = authenticate(card, &of, passcode, shown, to_sign, |tries| {
            ledger.begin(Intent {
                card: identity.serial.clone(),
                counter_before: tries.into(),
                purpose: lanyard_ledger::Purpose::SignIn,
                at: std::time::SystemTime::UNIX_EPOCH,
            })
        });
        let authentication = authentication.unwrap();
        ledger.settle(authentication.settlement).unwrap();
        match authentication.verdict {
            Verdict::Accepted(held) => held.unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn proven(&self, held: KeyHeld, trusted: &Trusted) -> Proven {
        let insertion = Insertion::numbered(self.id.number());
        let serial = self.identity.serial.clone();
        Proven::of(insertion, serial, held, Arc::clone(trusted.proof())).unwrap()
    }

    /// Whatever was to be recorded is, and what comes of that.
    pub(crate) fn recorded(&mut self, mut effects: Vec<Effect>) {
        while let Some(ticket) = effects.iter().find_map(|effect| match effect {
            Effect::Grant { ticket, .. } => Some(*ticket),
            _ => None,
        }) {
            effects = self.day.on(Event::GrantRecorded { ticket, is_recorded: true });
        }
    }

    /// The directory gives her roles, each signed by its authority unless that is taken away.
    pub(crate) fn has_roles(&mut self, session: SessionId, change: impl Fn(&mut Allowed)) {
        let now = self.day.timestamp();
        let (persona, authority) = (persona(self.persona, now), Authority::new("north"));
        let rights = KeyRights { organisations: Organisations::All, persons: Persons::Anybody };
        let keys = authority.alone(rights);
        let file = signed_file(&persona, &authority, now);
        let document = Document::open(file.as_bytes(), persona.holder, &keys, now).unwrap();
        let mut offers: Vec<_> = document.roles().iter().map(|held| offer(held, now)).collect();
        for offer in &mut offers {
            change(&mut offer.role);
        }
        let answer = DirectoryAnswer::Roles(offers, Freshness::Fresh);
        let effects = self.day.on(Event::RolesKnown { session, answer, name: None });
        self.recorded(effects);
    }
}

fn offer(held: &HeldRole, now: Timestamp) -> RoleOffer<Allowed> {
    assert!(matches!(held.standing(CloseDate::default(), now), lanyard_roles::Standing::Open(_)));
    RoleOffer {
        id: RoleId::new(held.role.id.as_str()),
        organisation: Organisation::new(held.role.organisation.as_str()),
        from: None,
        until: None,
        role: Allowed {
            role: Arc::new(held.role.clone()),
            organisation_name: held.organisation_name.clone(),
            proof: held.proof.clone(),
        },
    }
}
