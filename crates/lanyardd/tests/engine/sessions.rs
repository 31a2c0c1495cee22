//! Sessions at desks: who is told of them, who may ask, and what ends or locks them.

mod asking;
mod doubt;
mod lasting;
mod orders;
mod people;
mod seats;
mod settings;

use std::time::{Duration, SystemTime};

use lanyard_dbus::Outcome;
use lanyard_reader::{ReaderEvent, Service};
use lanyard_seats::{Access, Desk, DeskEvent};
use lanyard_session::{
    DirectoryAnswer, Freshness, News, Organisation, RoleId, RoleOffer, SessionId, Settings, State,
    Ticket,
};
use lanyardd::engine::{
    Allowed, Answer, AttemptReport, CardId, ClientName, Effect, Event, Options, PromptId, Question,
    RequestId, SessionQuestion,
};

use crate::{
    day::{Day, identified, inserted, opened, report},
    desks::{alice, bob, program},
    desktop::{Asked, entered, prompted},
};
use people::PersonsCard;

/// The only role that the directory names.
const ROLE: &str = "777700000102";

/// Alice's applications that have subscribed, and Bob's.
const HERS: [&str; 2] = ["her clock", "her notes"];
const HIS: &str = "his notes";

/// What the directory says: one role, open until then.
fn one_role(until: Option<SystemTime>) -> DirectoryAnswer<Allowed> {
    let offer = RoleOffer {
        id: RoleId::new(ROLE),
        organisation: Organisation::new("RZZ01"),
        from: None,
        until,
        role: people::nurse(),
    };
    DirectoryAnswer::Roles(vec![offer], Freshness::Fresh)
}

/// What is told, and to whom.
fn told(effects: &[Effect]) -> Vec<(News, Vec<&str>)> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Announce(it) => {
            Some((it.news.clone(), it.to.iter().map(ClientName::as_str).collect()))
        }
        _ => None,
    });
    told.collect()
}

/// What is told to Alice's applications, and to nobody else.
fn told_to_hers(effects: &[Effect]) -> Vec<News> {
    let told = told(effects).into_iter();
    told.map(|(news, to)| {
        assert_eq!(to, HERS, "{news:?}");
        news
    })
    .collect()
}

/// What waits for a record.
fn granted(effects: &[Effect]) -> Option<Ticket> {
    effects.iter().find_map(|effect| match effect {
        Effect::Grant { ticket, .. } => Some(*ticket),
        _ => None,
    })
}

/// For which session the directory is asked.
fn looked_up(effects: &[Effect]) -> Option<SessionId> {
    effects.iter().find_map(|effect| match effect {
        Effect::AskDirectory { session, .. } => Some(*session),
        _ => None,
    })
}

impl Day {
    /// Alice sits at `seat0`, Bob is logged in behind her; both have an agent and applications that have subscribed.
    fn of_alice_and_bob(settings: Settings) -> Self {
        let mut day = Self::under(settings, Access::Desks);
        day.on(Event::from(ReaderEvent::ServiceChanged(Service::Running)));
        day.on(Event::Desk(DeskEvent::Known(vec![alice(), bob()])));
        day.reader_at(0, 1, "seat0");
        day.registers(program("her agent", &alice())).unwrap();
        day.registers(program("his agent", &bob())).unwrap();
        for hers in HERS {
            day.asked_by(program(hers, &alice()), Question::Subscribe).unwrap();
        }
        day.asked_by(program(HIS, &bob()), Question::Subscribe).unwrap();
        day
    }

    /// Her card is put in, and tells who it is.
    fn puts_in(&mut self, reader: usize, person: &PersonsCard) -> CardId {
        let card = self.on(inserted(reader)).iter().find_map(opened).unwrap();
        self.on(report(card, identified(person.identity())));
        card
    }

    /// The holder proves who she is to an application of this desk: the request, and what comes of the proofs.
    fn proves(
        &mut self,
        desk: &Desk,
        card: CardId,
        person: &mut PersonsCard,
    ) -> (RequestId, Vec<Effect>) {
        let options = Options { fresh: true, ..Options::default() };
        let asked = Question::Authenticate { card: Some(card), options };
        let asked = self.asked_by(program("an app", desk), asked);
        let (prompt, ..) = prompted(&asked.effects).unwrap();
        (asked.request(), self.enters(prompt, card, person))
    }

    /// An application of this desk wants a fresh proof; the prompt, when there is one.
    fn authenticates_afresh(&mut self, desk: &Desk, card: CardId) -> Option<PromptId> {
        let options = Options { fresh: true, ..Options::default() };
        let asked = Question::Authenticate { card: Some(card), options };
        let asked = self.asked_by(program("an app", desk), asked);
        prompted(&asked.effects).map(|(prompt, ..)| prompt)
    }

    /// The right passcode is entered, and the card proves the rest.
    fn enters(&mut self, prompt: PromptId, card: CardId, person: &mut PersonsCard) -> Vec<Effect> {
        self.agent(prompt, entered("123456"));
        let proved = AttemptReport::Proved(Box::new(person.proves(card)), None);
        self.attempted(card, proved, None)
    }

    /// What was asked for is on the disk.
    fn recorded(&mut self, effects: &[Effect]) -> Vec<Effect> {
        let ticket = granted(effects).unwrap();
        self.on(Event::GrantRecorded { ticket, is_recorded: true })
    }

    /// The directory answers.
    fn knows(&mut self, session: SessionId, answer: DirectoryAnswer<Allowed>) -> Vec<Effect> {
        let name = Some("Test Nurse".to_owned());
        self.on(Event::RolesKnown { session, answer, name })
    }

    /// Alice is signed in and in the only role there is.
    fn alice_is_in_her_role(settings: Settings) -> (Self, SessionId, CardId, PersonsCard) {
        Self::until(settings, None)
    }

    /// The same; the role closes then.
    fn until(
        settings: Settings,
        until: Option<SystemTime>,
    ) -> (Self, SessionId, CardId, PersonsCard) {
        let mut day = Self::of_alice_and_bob(settings);
        let mut person = PersonsCard::of("nurse");
        let card = day.puts_in(0, &person);
        let (request, proved) = day.proves(&alice(), card, &mut person);
        assert!(told(&proved).is_empty(), "nothing is told before it is recorded");
        assert_eq!(day.outcome(request, "an app"), None);
        let session = looked_up(&proved).unwrap();
        let started = day.recorded(&proved);
        assert_eq!(told_to_hers(&started), [News::Started(State::ChoosingRole)]);
        assert_eq!(day.outcome(request, "an app").unwrap().session, Some(session));
        let known = day.knows(session, one_role(until));
        assert_eq!(told_to_hers(&known), [News::RolesOffered]);
        let selected = [News::RoleSelected(RoleId::new(ROLE)), News::StateChanged(State::Active)];
        let in_role = day.recorded(&known);
        assert_eq!(told_to_hers(&in_role), selected);
        (day, session, card, person)
    }

    /// Somebody at this desk asks about a session.
    fn of_session(&mut self, desk: &Desk, id: SessionId, what: SessionQuestion) -> Asked {
        self.asked_by(program("curious", desk), Question::OfSession(id, what))
    }

    /// In a word, as the session's own desk is told; none when there is none.
    fn state(&mut self, desk: &Desk, id: SessionId) -> Option<&'static str> {
        match self.of_session(desk, id, SessionQuestion::Describe).answer {
            Ok(Answer::Description(described)) => Some(described.state),
            Ok(other) => panic!("{other:?}"),
            Err(_) => None,
        }
    }

    fn current(&mut self, desk: &Desk) -> Option<SessionId> {
        match self.asked_by(program("curious", desk), Question::CurrentSession).answer {
            Ok(Answer::Session(session)) => Some(session),
            Ok(other) => panic!("{other:?}"),
            Err(_) => None,
        }
    }

    /// So much time passes, and what is due is done.
    fn pass(&mut self, time: Duration) -> Vec<Effect> {
        self.passed += time;
        self.on(Event::DeadlineReached)
    }
}

#[test]
fn what_cannot_be_recorded_is_not_told_and_gives_nothing() {
    let mut day = Day::of_alice_and_bob(Settings::default());
    let mut person = PersonsCard::of("nurse");
    let card = day.puts_in(0, &person);
    let (request, proved) = day.proves(&alice(), card, &mut person);
    let (ticket, session) = (granted(&proved).unwrap(), looked_up(&proved).unwrap());
    let effects = day.on(Event::GrantRecorded { ticket, is_recorded: false });
    assert!(told(&effects).is_empty(), "{effects:?}");
    let outcome = day.outcome(request, "an app").unwrap();
    assert_eq!((outcome.outcome, outcome.session), (Outcome::Failed, None));
    assert_eq!(outcome.reason.unwrap().as_str(), "audit-log");
    assert_eq!((day.current(&alice()), day.state(&alice(), session)), (None, None));
    assert!(told(&day.knows(session, one_role(None))).is_empty());
}

#[test]
fn a_session_whose_start_is_being_recorded_is_nobody_s_to_ask_about() {
    let mut day = Day::of_alice_and_bob(Settings::default());
    let mut person = PersonsCard::of("nurse");
    let card = day.puts_in(0, &person);
    let (_, proved) = day.proves(&alice(), card, &mut person);
    let session = looked_up(&proved).unwrap();
    assert!(told(&day.knows(session, one_role(None))).is_empty());
    assert_eq!((day.current(&alice()), day.state(&alice(), session)), (None, None));
    let started = day.recorded(&proved);
    let news = [News::Started(State::ChoosingRole), News::RolesOffered];
    assert_eq!(told_to_hers(&started), news);
}
