//! Two people at one seat, and others: whose card it is, who is let in, and what ends when somebody leaves.

mod orders;
mod switching;

use lanyard_dbus::Error;
use lanyard_reader::ReaderEvent;
use lanyard_seats::{
    Access, Action, Class, Desk, DeskEvent, Doubt, Kind, NoDesk, Place, Screen, SeatName,
    SessionId, Standing,
};
use lanyardd::engine::{CardId, Client, ClientName, Event, Options, Question, ReaderId};

use crate::{
    day::{Day, IDENTITY, identified, inserted, name, opened, report},
    desktop::Asked,
};

pub(crate) fn seat(name: &str) -> SeatName {
    SeatName::new(name).unwrap()
}

/// A desktop in the foreground of `seat0`.
pub(crate) fn desk(session: &str, uid: u32) -> Desk {
    Desk {
        session: SessionId::new(session),
        uid,
        place: Place::Seat(SeatName::default()),
        class: Class::Person,
        kind: Kind::Graphical,
        standing: Standing::Active,
        screen: Screen::Open,
    }
}

pub(crate) fn behind(session: &str, uid: u32) -> Desk {
    Desk { standing: Standing::Inactive, ..desk(session, uid) }
}

/// A program of this desk's.
pub(crate) fn program(name: &str, desk: &Desk) -> Client {
    Client { seated: Ok(desk.clone()), ..Client::of_user(ClientName::new(name), desk.uid) }
}

/// Whoever sits at no desk.
pub(crate) fn without_desk(uid: u32, why: NoDesk) -> Client {
    Client { seated: Err(why), ..Client::of_user(ClientName::new("stray"), uid) }
}

pub(crate) fn alice() -> Desk {
    desk("2", 1000)
}

pub(crate) fn bob() -> Desk {
    behind("5", 1001)
}

impl Day {
    /// Alice sits at `seat0`, where a reader is, and Bob is logged in behind her.
    pub(crate) fn at_desks() -> Self {
        let mut day = Self::with(Access::Desks);
        day.on(Event::Desk(DeskEvent::Known(vec![alice(), bob()])));
        day.reader_at(0, 1, "seat0");
        day
    }

    /// The reader that comes next has this number, and is at this seat.
    pub(crate) fn reader_at(&mut self, reader: usize, number: u64, at: &str) {
        self.on(Event::from(ReaderEvent::ReaderArrived(name(reader))));
        let reader = ReaderId::numbered(number);
        assert!(self.engine.picture().reader(reader).is_some());
        self.on(Event::ReaderDescribed { reader, pin_pad: None, seat: Some(seat(at)) });
    }

    /// Somebody puts in a card, which tells who it is.
    pub(crate) fn card_in(&mut self, reader: usize) -> CardId {
        let card = self.on(inserted(reader)).iter().find_map(opened).unwrap();
        self.on(report(card, identified(IDENTITY.clone())));
        card
    }

    pub(crate) fn switch(&mut self, from: &Desk, to: &Desk) {
        self.on(Event::Desk(DeskEvent::Deactivated(from.session.clone())));
        self.on(Event::Desk(DeskEvent::Activated(to.session.clone())));
    }

    pub(crate) fn authenticates(&mut self, client: Client, card: Option<CardId>) -> Asked {
        let options = Options::default();
        self.asked_by(client, Question::Authenticate { card, options })
    }

    pub(crate) fn registers(&mut self, client: Client) -> Asked {
        self.asked_by(client, Question::RegisterAgent("/agent".into()))
    }
}

/// Why somebody was refused.
pub(crate) fn refusal(asked: Asked) -> String {
    match asked.answer {
        Err(Error::AccessDenied(why)) => why,
        other => panic!("{other:?}"),
    }
}

const NOT_HERE: &str = "the card was not put in at this desk";

/// What each client is told who asks for a card: for its passcode, and whose it is.
fn asked(day: &mut Day, client: &Client, card: CardId) -> [Result<(), String>; 3] {
    let options = Options::default;
    let questions = [
        Question::Authenticate { card: Some(card), options: options() },
        Question::ChangePasscode { card, options: options() },
        Question::Describe(card),
    ];
    questions.map(|question| match day.asked_by(client.clone(), question).answer {
        Ok(_) => Ok(()),
        Err(Error::AccessDenied(why)) => Err(why),
        Err(other) => panic!("{other:?}"),
    })
}

#[test]
fn a_card_is_for_the_desk_at_which_it_was_inserted() {
    let mut day = Day::at_desks();
    let card = day.card_in(0);
    assert_eq!(asked(&mut day, &program("hers", &alice()), card), [const { Ok(()) }; 3]);
    let elsewhere = Desk { place: Place::Seat(seat("seat1")), ..desk("7", 1002) };
    let remote = Desk { place: Place::Remote, ..desk("8", 1000) };
    let greeter = Desk { class: Class::Greeter, ..desk("c1", 120) };
    for (desk, why) in [
        (bob(), "somebody else's session is in the foreground at seat0"),
        (elsewhere, "the reader is at seat0, the caller at seat1"),
        (remote, "logged in from another machine"),
        (greeter, "the login screen, which is nobody's desk"),
    ] {
        if desk.session != bob().session && desk.class == Class::Person {
            day.on(Event::Desk(DeskEvent::Came(desk.clone())));
        }
        let known = desk.class == Class::Person;
        for refused in asked(&mut day, &program("other", &desk), card) {
            let refused = refused.unwrap_err();
            assert!(refused.contains(why) || !known, "{refused}");
        }
    }
    for why in [NoDesk::NotLoggedIn, NoDesk::Unknown(Doubt::LogindAbsent), NoDesk::NotAsked] {
        for refused in asked(&mut day, &without_desk(1000, why), card) {
            assert!(refused.unwrap_err().contains(&why.to_string()));
        }
    }
}

#[test]
fn root_is_told_whose_a_card_is_and_signs_nobody_in() {
    let mut day = Day::at_desks();
    let card = day.card_in(0);
    let root = without_desk(0, NoDesk::NotLoggedIn);
    let [authenticate, change, describe] = asked(&mut day, &root, card);
    assert!(authenticate.is_err() && change.is_err() && describe.is_ok());
    assert!(refusal(day.registers(root)).contains("no desk"));
}

#[test]
fn a_user_switch_makes_a_card_nobody_s_until_it_is_inserted_again() {
    let mut day = Day::at_desks();
    let card = day.card_in(0);
    day.switch(&alice(), &bob());
    for refused in asked(&mut day, &program("his", &bob()), card) {
        assert!(refused.unwrap_err().starts_with(NOT_HERE));
    }
    assert!(refusal(day.authenticates(program("his", &bob()), None)).starts_with(NOT_HERE));
    day.switch(&bob(), &alice());
    for refused in asked(&mut day, &program("hers", &alice()), card) {
        assert!(refused.unwrap_err().starts_with(NOT_HERE));
    }
    day.on(crate::day::removed(0));
    let card = day.card_in(0);
    assert_eq!(asked(&mut day, &program("hers", &alice()), card), [const { Ok(()) }; 3]);
}

#[test]
fn the_login_screen_is_no_user_switch() {
    let mut day = Day::at_desks();
    let card = day.card_in(0);
    let greeter = Desk { class: Class::Greeter, ..desk("c1", 120) };
    day.on(Event::Desk(DeskEvent::Deactivated(alice().session)));
    day.on(Event::Desk(DeskEvent::Came(greeter.clone())));
    assert!(asked(&mut day, &program("hers", &alice()), card).iter().all(Result::is_err));
    assert!(asked(&mut day, &program("greeter", &greeter), card).iter().all(Result::is_err));
    day.on(Event::Desk(DeskEvent::Ended(greeter.session)));
    day.on(Event::Desk(DeskEvent::Activated(alice().session)));
    assert_eq!(asked(&mut day, &program("hers", &alice()), card), [const { Ok(()) }; 3]);
}

#[test]
fn a_card_that_was_inserted_before_anybody_sat_there_is_for_the_first_who_does() {
    let mut day = Day::with(Access::Desks);
    day.reader_at(0, 1, "seat0");
    let card = day.card_in(0);
    assert!(asked(&mut day, &program("hers", &alice()), card).iter().all(Result::is_err));
    day.on(Event::Desk(DeskEvent::Known(vec![])));
    day.on(Event::Desk(DeskEvent::Came(alice())));
    assert_eq!(asked(&mut day, &program("hers", &alice()), card), [const { Ok(()) }; 3]);
    day.on(Event::Desk(DeskEvent::Ended(alice().session)));
    day.on(Event::Desk(DeskEvent::Came(desk("9", 1000))));
    for refused in asked(&mut day, &program("hers", &desk("9", 1000)), card) {
        assert!(
            refused.unwrap_err().starts_with(NOT_HERE),
            "another session of hers is another desk"
        );
    }
}

#[test]
fn a_reader_whose_seat_is_not_known_is_for_nobody() {
    let mut day = Day::with(Access::Desks);
    day.on(Event::Desk(DeskEvent::Known(vec![alice()])));
    day.on(Event::from(ReaderEvent::ReaderArrived(name(0))));
    let card = day.card_in(0);
    for refused in asked(&mut day, &program("hers", &alice()), card) {
        assert!(refused.unwrap_err().contains("not known at which seat"));
    }
    let reader = ReaderId::numbered(1);
    let seat = Some(SeatName::default());
    day.on(Event::ReaderDescribed { reader, pin_pad: None, seat });
    assert_eq!(asked(&mut day, &program("hers", &alice()), card), [const { Ok(()) }; 3]);
}

#[test]
fn at_two_seats_each_means_her_own_card() {
    let mut day = Day::with(Access::Desks);
    let carol = Desk { place: Place::Seat(seat("seat1")), ..desk("7", 1002) };
    day.on(Event::Desk(DeskEvent::Known(vec![alice(), carol.clone()])));
    day.reader_at(0, 1, "seat0");
    day.reader_at(1, 2, "seat1");
    let (hers, carols) = (day.card_in(0), day.card_in(1));
    for (desk, card, other) in [(alice(), hers, carols), (carol, carols, hers)] {
        day.registers(program("agent", &desk)).unwrap();
        let request = day.authenticates(program("app", &desk), None);
        let (_, _, what) = crate::desktop::prompted(&request.effects).unwrap();
        assert_eq!(what.card, card);
        assert!(asked(&mut day, &program("app", &desk), other).iter().all(Result::is_err));
    }
}

#[test]
fn a_caller_is_judged_by_where_it_sits_when_its_question_is_taken_in() {
    let mut day = Day::at_desks();
    let card = day.card_in(0);
    // Found in the foreground when it called, and behind since.
    let called = program("hers", &alice());
    day.on(Event::Desk(DeskEvent::Deactivated(alice().session)));
    for refused in asked(&mut day, &called, card) {
        assert!(refused.unwrap_err().contains("somebody else's session is in the foreground"));
    }
}

#[test]
fn whom_an_administrator_lets_in_without_a_desk_gets_a_card_that_is_no_desk_s() {
    let mut day = Day::with(Access::Desks);
    day.on(Event::Desk(DeskEvent::Known(vec![])));
    day.reader_at(0, 1, "seat0");
    let card = day.card_in(0);
    let stray = without_desk(1000, NoDesk::NotLoggedIn);
    let granted = Client { granted: Some(Action::Authenticate), ..stray.clone() };
    assert!(day.authenticates(stray, Some(card)).answer.is_err());
    assert!(day.authenticates(granted.clone(), Some(card)).answer.is_ok());
    assert!(day.authenticates(granted.clone(), None).answer.is_ok());
    day.on(Event::Desk(DeskEvent::Came(alice())));
    assert!(day.authenticates(granted.clone(), Some(card)).answer.is_err());
    let doubtful = Client { seated: Err(NoDesk::Unknown(Doubt::LogindSilent)), ..granted };
    day.on(crate::day::removed(0));
    day.on(Event::Desk(DeskEvent::Unknown(Doubt::LogindSilent)));
    let card = day.card_in(0);
    assert!(day.authenticates(doubtful, Some(card)).answer.is_err());
}

#[test]
fn a_block_is_released_by_root_and_by_whom_an_administrator_lets() {
    let mut day = Day::at_desks();
    let card = day.card_in(0);
    // Answered by the card's thread when it is let in.
    let mut is_let_in = |client: Client| {
        let (reply, _) = lanyardd::engine::Reply::new();
        let question = Question::Release(card);
        let effects = day.on(Event::Asked { client, question, reply });
        matches!(effects[..], [lanyardd::engine::Effect::Release { .. }])
    };
    let hers = program("hers", &alice());
    assert!(!is_let_in(hers.clone()));
    assert!(!is_let_in(Client { granted: Some(Action::Authenticate), ..hers.clone() }));
    assert!(is_let_in(Client { granted: Some(Action::ManageCard), ..hers }));
    assert!(is_let_in(without_desk(0, NoDesk::NotLoggedIn)));
}
