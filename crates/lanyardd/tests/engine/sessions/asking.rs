//! Who may ask about a session: its own desk and root. For everybody else it is not there.

use lanyard_dbus::Error;
use lanyard_roles::Activity;
use lanyard_seats::{Action, Desk, NoDesk, Place};
use lanyard_session::{DirectoryAnswer, Freshness, RoleId, SessionId, Settings};
use lanyard_ticket::{Audience, Nonce};
use lanyardd::engine::{Answer, Client, Effect, Event, Question, SessionQuestion};

use super::{ROLE, granted, people, told_to_hers};
use crate::{
    day::Day,
    desks::{alice, bob, desk, program, seat, without_desk},
};

fn questions() -> [SessionQuestion; 5] {
    [
        SessionQuestion::Describe,
        SessionQuestion::SelectRole(RoleId::new(ROLE)),
        SessionQuestion::HasActivity(Activity::parse("B0264").unwrap()),
        SessionQuestion::Lock,
        SessionQuestion::End,
    ]
}

/// How a client is answered to all five.
fn answers(day: &mut Day, client: &Client, session: SessionId) -> Vec<Result<Answer, Error>> {
    let ask =
        |question| day.asked_by(client.clone(), Question::OfSession(session, question)).answer;
    questions().into_iter().map(ask).collect()
}

#[test]
fn a_session_does_not_exist_for_other_desks() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    let hers_elsewhere = desk("9", alice().uid);
    let at_another_seat = Desk { place: Place::Seat(seat("seat1")), ..desk("7", 1002) };
    let remote = Desk { place: Place::Remote, ..desk("8", alice().uid) };
    let mut strangers: Vec<_> = [bob(), hers_elsewhere, at_another_seat, remote]
        .iter()
        .map(|desk| program("stranger", desk))
        .collect();
    let stray = without_desk(alice().uid, NoDesk::NotLoggedIn);
    strangers.extend([Client { granted: Some(Action::Authenticate), ..stray.clone() }, stray]);
    for stranger in strangers {
        for answer in answers(&mut day, &stranger, session) {
            assert!(matches!(answer, Err(Error::NoSession(_))), "{stranger:?}: {answer:?}");
        }
        let audience = Audience::parse("https://records.example").unwrap();
        let ticket = SessionQuestion::Ticket(audience, Nonce::parse("drawn-by-a-server").unwrap());
        let ticket = day.asked_by(stranger.clone(), Question::OfSession(session, ticket)).answer;
        assert!(matches!(ticket, Err(Error::NoSession(_))), "{stranger:?}: {ticket:?}");
        let current = day.asked_by(stranger.clone(), Question::CurrentSession).answer;
        assert!(current.is_err(), "{stranger:?}: {current:?}");
    }
    assert_eq!(day.state(&alice(), session), Some("active"), "nothing came of it");
}

#[test]
fn a_session_that_never_was_is_answered_like_somebody_else_s() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    let his = program("his", &bob());
    let never = SessionId::numbered(session.number() + 1);
    let said = |answers: Vec<Result<Answer, Error>>| format!("{answers:?}");
    let hers = said(answers(&mut day, &his, session));
    assert_eq!(hers, said(answers(&mut day, &his, never)));
}

#[test]
fn the_session_s_own_desk_and_root_may() {
    let root = without_desk(0, NoDesk::NotLoggedIn);
    for client in [program("hers", &alice()), root] {
        let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
        let current = day.asked_by(client.clone(), Question::CurrentSession).answer;
        assert!(matches!(current, Ok(Answer::Session(it)) if it == session));
        let answers = answers(&mut day, &client, session);
        assert!(answers.iter().all(Result::is_ok), "{client:?}: {answers:?}");
        assert!(matches!(answers[2], Ok(Answer::Has(true))));
        assert_eq!(day.current(&alice()), None, "it was ended last");
    }
}

#[test]
fn a_role_that_could_not_be_recorded_is_not_taken() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    let mut another = super::one_role(None);
    let DirectoryAnswer::Roles(roles, Freshness::Fresh) = &mut another else { unreachable!() };
    let mut second = roles[0].clone();
    second.id = RoleId::new("777700002102");
    roles.push(second);
    day.knows(session, another);
    let (reply, mut answer) = lanyardd::engine::Reply::new();
    let question = SessionQuestion::SelectRole(RoleId::new("777700002102"));
    let question = Question::OfSession(session, question);
    let client = program("hers", &alice());
    let chosen = day.on(Event::Asked { client, question, reply });
    assert!(told_to_hers(&chosen).is_empty() && answer.try_recv().is_err(), "it is being recorded");
    let ticket = granted(&chosen).unwrap();
    let effects = day.on(Event::GrantRecorded { ticket, is_recorded: false });
    assert!(told_to_hers(&effects).is_empty());
    let answered = effects.iter().find_map(|effect| match effect {
        Effect::Answer { answer, .. } => Some(answer),
        _ => None,
    });
    assert!(matches!(answered, Some(Err(Error::NotRecorded(_)))), "{answered:?}");
    let described = day.of_session(&alice(), session, SessionQuestion::Describe).answer;
    let Ok(Answer::Description(described)) = described else { panic!("{described:?}") };
    assert_eq!(described.role.unwrap().id, ROLE);
}

#[test]
fn the_same_role_signed_anew_or_with_other_dates_is_the_same() {
    let mut dated = lanyard_roles::Role::clone(&people::nurse().role);
    dated.dates.closes = lanyard_roles::parse_day("29991231");
    let dated = lanyardd::engine::Allowed { role: dated.into(), ..people::nurse() };
    assert_eq!(dated, people::nurse());
    let mut other = lanyard_roles::Role::clone(&people::nurse().role);
    other.activities.clear();
    let other = lanyardd::engine::Allowed { role: other.into(), ..people::nurse() };
    assert_ne!(other, people::nurse());
}
