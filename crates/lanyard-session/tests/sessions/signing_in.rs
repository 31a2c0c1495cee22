//! How sessions start, go on, and are replaced.

use lanyard_session::{
    Desk, Effect, EndReason, Event, News, OnRemoval, Recorded, Refusal, Settings, SignedIn, State,
};

use crate::house::{HOUR, House, MINUTE, desk, end, news, recorded, role, ticket};

#[test]
fn a_session_is_shown_when_its_start_is_on_the_disk() {
    let mut house = House::new(Settings::default());
    let insertion = house.insert();
    let effects = house.signs_in("nurse", insertion);
    assert_eq!(news(&effects), []);
    assert_eq!(house.sessions.is_signed_in(&desk()), SignedIn::No);
    let effects = house.on(Event::Recorded(ticket(&effects).unwrap()));
    assert_eq!(news(&effects), [News::Started(State::ChoosingRole)]);
    assert_eq!(house.sessions.is_signed_in(&desk()), SignedIn::Yes(house.session()));
}

#[test]
fn a_start_that_cannot_be_recorded_gives_nothing() {
    let mut house = House::new(Settings::default());
    let insertion = house.insert();
    let started = house.signs_in("nurse", insertion);
    let ticket = ticket(&started).unwrap();
    let effects = house.on(Event::NotRecorded(ticket));
    assert_eq!(news(&effects), []);
    assert_eq!(recorded(&effects), [Recorded::Ended(EndReason::NotRecorded)]);
    assert_eq!(effects.last(), Some(&Effect::Withheld(ticket, Refusal::NotRecorded)));
    assert_eq!(house.on(Event::Recorded(ticket)), []);
    assert_eq!(house.state(), None);
}

#[test]
fn a_record_that_takes_too_long_counts_as_not_written() {
    let mut house = House::new(Settings::default());
    let insertion = house.insert();
    let started = house.signs_in("nurse", insertion);
    let ticket = ticket(&started).unwrap();
    let effects = house.later(MINUTE);
    assert_eq!(effects.last(), Some(&Effect::Withheld(ticket, Refusal::NotRecorded)));
}

#[test]
fn a_card_pulled_before_its_start_is_recorded_leaves_no_session() {
    let mut house = House::new(Settings::default());
    let insertion = house.insert();
    let started = house.signs_in("nurse", insertion);
    let ticket = ticket(&started).unwrap();
    let effects = house.pull(insertion);
    assert_eq!(recorded(&effects), [Recorded::Ended(EndReason::CardRemoved)]);
    assert_eq!(news(&effects), []);
    assert_eq!(house.on(Event::Recorded(ticket)), []);
}

#[test]
fn where_the_card_is_for_signing_in_alone_it_may_go_before_the_record_is_written() {
    let mut house = House::new(Settings { on_removal: OnRemoval::Keep, ..Settings::default() });
    let insertion = house.insert();
    let started = house.signs_in("nurse", insertion);
    assert_eq!(house.pull(insertion), []);
    house.on_disk(started);
    assert_eq!(house.state(), Some(State::ChoosingRole));
}

#[test]
fn card_pulled_ends_the_session_at_once() {
    let mut house = House::new(Settings::default());
    let (insertion, session) = house.nurse_with([role("a")]);
    let effects = house.pull(insertion);
    assert_eq!(end(&effects), Some(EndReason::CardRemoved));
    assert_eq!(recorded(&effects), [Recorded::Ended(EndReason::CardRemoved)]);
    assert_eq!(house.state(), None);
    assert_eq!(house.on(Event::EndAsked(session)), []);
}

#[test]
fn merely_inserting_a_second_card_does_nothing() {
    let mut house = House::new(Settings::default());
    house.nurse_with([role("a")]);
    let second = house.insert();
    assert_eq!(house.state(), Some(State::Active));
    assert_eq!(house.pull(second), []);
    assert_eq!(house.state(), Some(State::Active));
}

#[test]
fn another_persons_card_replaces_the_session_as_soon_as_it_is_proved() {
    let mut house = House::new(Settings::default());
    let (_, first) = house.nurse_with([role("a")]);
    let second = house.insert();
    let effects = house.signs_in("student", second);
    assert_eq!(news(&effects), [News::Ended(EndReason::Replaced)]);
    assert_eq!(house.sessions.is_signed_in(&desk()), SignedIn::No);
    house.on_disk(effects);
    assert!(house.session() > first);
}

#[test]
fn the_same_card_again_refreshes_the_session_and_makes_it_no_longer() {
    let mut house = House::new(Settings::default());
    let (insertion, session) = house.nurse_with([role("a")]);
    house.later(HOUR * 9);
    let effects = house.signs_in("nurse", insertion);
    assert_eq!(recorded(&effects), [Recorded::Refreshed]);
    assert_eq!((news(&effects), ticket(&effects)), (vec![], None));
    assert_eq!((house.session(), house.role().as_deref()), (session, Some("a")));
    assert_eq!(end(&house.later(HOUR)), Some(EndReason::Timeout));
}

#[test]
fn nobody_signs_in_at_a_desk_that_is_not_at_its_seat() {
    let mut house = House::new(Settings::default());
    let insertion = house.insert();
    let proof = house.proves("nurse", insertion);
    let other = Desk::new("c3", "seat0");
    let effects = house.on(Event::SignedIn { desk: other.clone(), proof });
    assert_eq!(effects, [Effect::Refused(other, Refusal::NotAtSeat)]);
}

#[test]
fn a_service_that_stops_ends_every_session_and_starts_none() {
    let mut house = House::new(Settings::default());
    let (insertion, _) = house.nurse_with([role("a")]);
    assert_eq!(end(&house.on(Event::Stopping)), Some(EndReason::ServiceStopped));
    let effects = house.signs_in("nurse", insertion);
    assert_eq!(effects, [Effect::Refused(desk(), Refusal::Stopping)]);
}

#[test]
fn a_certificate_that_is_revoked_ends_the_session() {
    let mut house = House::new(Settings::default());
    let (_, session) = house.nurse_with([role("a")]);
    let effects = house.on(Event::CertificateDistrusted(session));
    assert_eq!(end(&effects), Some(EndReason::NotTrusted));
}
