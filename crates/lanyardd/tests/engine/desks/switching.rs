//! What ends when somebody leaves a desk, and what stays.

use lanyard_audit::Outcome as Recorded;
use lanyard_dbus::{Error, Outcome};
use lanyard_seats::{DeskEvent, Doubt};
use lanyardd::engine::{
    Change, ClientName, Effect, Event, Login, PromptId, Publication, RequestId, request_of,
};

use super::{alice, bob, desk, program, refusal};
use crate::{
    day::{Day, removed},
    desktop::{cancelled, entered, prompted, sent_to_card},
};

/// Alice and Bob have their agents, and Alice is asked for her passcode.
fn alice_is_asked() -> (Day, RequestId, PromptId) {
    let mut day = Day::at_desks();
    day.registers(program("her agent", &alice())).unwrap();
    day.registers(program("his agent", &bob())).unwrap();
    let card = day.card_in(0);
    let asked = day.authenticates(program("her app", &alice()), Some(card));
    let (prompt, agent, _) = prompted(&asked.effects).unwrap();
    assert_eq!(agent.client, ClientName::new("her agent"));
    (day, asked.request(), prompt)
}

fn outcome(day: &Day, request: RequestId) -> Option<Outcome> {
    let app = ClientName::new("her app");
    let request = request_of(day.engine.picture(), request, &app).unwrap();
    request.conclusion.as_ref().map(|conclusion| conclusion.outcome)
}

#[test]
fn a_prompt_ends_when_its_person_leaves_the_foreground() {
    let leavings = [
        DeskEvent::Deactivated(alice().session),
        DeskEvent::Ended(alice().session),
        DeskEvent::Came(desk("7", 1002)),
        DeskEvent::Known(vec![desk("5", 1001)]),
        DeskEvent::Unknown(Doubt::LogindSilent),
    ];
    for leaving in leavings {
        let (mut day, request, prompt) = alice_is_asked();
        let effects = day.on(Event::Desk(leaving.clone()));
        let withdrawn = effects.iter().find_map(|effect| match effect {
            Effect::CancelAgent { prompt, agent, .. } => Some((*prompt, agent.client.as_str())),
            _ => None,
        });
        assert_eq!(withdrawn, Some((prompt, "her agent")), "{leaving:?}");
        assert_eq!(outcome(&day, request), Some(Outcome::Cancelled), "{leaving:?}");
        let recorded = effects.iter().any(|effect| {
            matches!(effect, Effect::Record(record) if record.outcome == Some(Recorded::Cancelled))
        });
        assert!(recorded, "{leaving:?}");
        assert!(!sent_to_card(&day.agent(prompt, entered("123456"))), "{leaving:?}");
    }
}

#[test]
fn the_newcomer_sees_nothing_of_it() {
    let (mut day, request, _) = alice_is_asked();
    for event in [DeskEvent::Deactivated(alice().session), DeskEvent::Activated(bob().session)] {
        for effect in day.on(Event::Desk(event)) {
            match effect {
                // Unicast to her application, an object that nobody else can name.
                Effect::Publish(Publication { change: Change::RequestCompleted(it), .. }) => {
                    assert_eq!(it, request);
                }
                Effect::CancelAgent { agent, .. } => {
                    assert_eq!(agent.client, ClientName::new("her agent"));
                }
                Effect::Record(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    let his = ClientName::new("his app");
    assert!(request_of(day.engine.picture(), request, &his).is_none());
}

#[test]
fn an_order_to_the_card_is_taken_back() {
    let (mut day, request, prompt) = alice_is_asked();
    assert!(sent_to_card(&day.agent(prompt, entered("123456"))));
    let effects = day.on(Event::Desk(DeskEvent::Deactivated(alice().session)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Recall { .. })));
    assert_eq!(outcome(&day, request), Some(Outcome::Cancelled));
}

#[test]
fn a_change_at_another_seat_disturbs_nobody() {
    let (mut day, request, _) = alice_is_asked();
    day.on(Event::Desk(DeskEvent::Ended(bob().session)));
    day.on(Event::Desk(DeskEvent::ScreenLocked(alice().session)));
    assert_eq!(outcome(&day, request), None);
}

#[test]
fn each_desk_has_its_agent_and_asks_nobody_else_s() {
    let (mut day, ..) = alice_is_asked();
    day.on(removed(0));
    day.switch(&alice(), &bob());
    let card = day.card_in(0);
    let asked = day.authenticates(program("his app", &bob()), Some(card));
    let (_, agent, _) = prompted(&asked.effects).unwrap();
    assert_eq!(agent.client, ClientName::new("his agent"));
    let second = day.registers(program("another", &bob()));
    assert!(matches!(second.answer, Err(Error::AgentExists(_))));
}

#[test]
fn an_agent_may_come_before_its_desk_is_in_the_foreground_and_goes_with_its_session() {
    let (mut day, ..) = alice_is_asked();
    let effects = day.on(Event::Desk(DeskEvent::Ended(bob().session)));
    let unwatched = effects.iter().any(|effect| {
        matches!(effect, Effect::UnwatchClient(client) if *client == ClientName::new("his agent"))
    });
    assert!(unwatched, "{effects:?}");
    let left = day.registers(program("his agent", &bob()));
    assert!(refusal(left).contains("session has ended"));
}

#[test]
fn doubt_about_logind_keeps_agents_and_cards_for_when_it_is_over() {
    let (mut day, ..) = alice_is_asked();
    day.on(Event::Desk(DeskEvent::Unknown(Doubt::LogindAbsent)));
    let doubt = refusal(day.authenticates(program("her app", &alice()), None));
    assert!(doubt.contains("logind is not running"), "{doubt}");
    day.on(Event::Desk(DeskEvent::Known(vec![alice(), bob()])));
    let asked = day.authenticates(program("her app", &alice()), None);
    assert!(prompted(&asked.effects).is_some());
    day.on(Event::Desk(DeskEvent::Unknown(Doubt::LogindAbsent)));
    let switched = vec![desk("5", 1001), super::behind("2", 1000)];
    day.on(Event::Desk(DeskEvent::Known(switched)));
    let his = refusal(day.authenticates(program("his app", &bob()), None));
    assert!(his.contains("not put in at this desk"), "{his}");
}

#[test]
fn two_programs_of_one_desk_share_a_prompt_and_those_of_two_sessions_do_not() {
    let (mut day, request, prompt) = alice_is_asked();
    let second = day.authenticates(program("her other app", &alice()), None);
    assert!(prompted(&second.effects).is_none() && !cancelled(&second.effects));
    assert_eq!(program("a", &alice()).login(), Login::Session(alice().session));
    assert_ne!(program("a", &alice()).login(), program("b", &desk("9", 1000)).login());
    day.agent(prompt, entered("12"));
    assert_eq!(outcome(&day, request), Some(Outcome::WrongFormat));
}
