//! How long a session lasts, by two clocks that can both be wrong.

use std::time::Duration;

use lanyard_session::{EndReason, Event, News, OnRemoval, Settings, State};

use crate::{
    cards::today,
    house::{HOUR, House, MINUTE, desk, end, news, role},
};

fn idle_after_ten_minutes() -> Settings {
    Settings { idle_limit: Some(MINUTE * 10), unattended_after: None, ..Settings::default() }
}

#[test]
fn a_session_ends_after_ten_hours() {
    let mut house = House::new(Settings::default());
    house.nurse_with([role("a")]);
    assert_eq!(end(&house.later(HOUR * 9 + MINUTE * 59)), None);
    let session = house.sessions.session(&desk()).unwrap();
    assert_eq!(house.sessions.ends_at(session), Some(today() + HOUR * 10));
    assert_eq!(end(&house.later(MINUTE)), Some(EndReason::Timeout));
    assert_eq!(house.sessions.deadline(), None);
}

#[test]
fn hours_asleep_count_even_when_the_clock_is_set_back_afterwards() {
    let mut house = House::new(Settings { on_removal: OnRemoval::Lock, ..Settings::default() });
    house.nurse_with([role("a")]);
    house.on(Event::Suspending);
    // The steady clock stood still.
    house.wall_is(today() + HOUR * 9);
    house.on(Event::Resumed);
    house.wall_is(today());
    assert_eq!(house.state(), Some(State::Locked));
    assert_eq!(end(&house.later(HOUR)), Some(EndReason::Timeout));
}

#[test]
fn a_clock_that_is_set_back_again_and_again_makes_no_session_longer() {
    let mut house = House::new(Settings::default());
    house.nurse_with([role("a")]);
    for _ in 0..10 {
        assert_ne!(house.state(), None);
        house.later(HOUR);
        house.wall_is(today());
    }
    assert_eq!(house.state(), None);
}

#[test]
fn nobody_is_idle_for_longer_than_the_limit() {
    let mut house = House::new(idle_after_ten_minutes());
    house.nurse_with([role("a")]);
    house.later(MINUTE * 9);
    house.on(Event::Activity(desk()));
    assert_eq!(end(&house.later(MINUTE * 9)), None);
    assert_eq!(end(&house.later(MINUTE)), Some(EndReason::Idle));
}

#[test]
fn a_locked_session_is_not_idle_and_nobody_can_use_it() {
    let settings = Settings { on_removal: OnRemoval::Lock, ..idle_after_ten_minutes() };
    let mut house = House::new(settings);
    let (insertion, _) = house.nurse_with([role("a")]);
    house.pull(insertion);
    house.on(Event::Activity(desk()));
    assert_eq!(end(&house.later(HOUR * 9)), None);
    assert_eq!(end(&house.later(HOUR)), Some(EndReason::Timeout));
}

#[test]
fn an_unattended_card_is_told_once_until_somebody_does_something() {
    let unattended_after = Some(MINUTE * 15);
    let mut house = House::new(Settings { unattended_after, ..Settings::default() });
    house.nurse_with([role("a")]);
    assert_eq!(news(&house.later(MINUTE * 14 + Duration::from_secs(59))), []);
    assert_eq!(news(&house.later(HOUR)), [News::Unattended]);
    house.on(Event::Activity(desk()));
    assert_eq!(news(&house.later(HOUR)), [News::Unattended]);
}

#[test]
fn an_event_that_comes_late_finds_what_the_time_has_made_of_things() {
    let mut house = House::new(Settings::default());
    let (_, session) = house.nurse_with([role("a")]);
    house.now.steady += HOUR * 11;
    let effects = house.on(Event::LockAsked(session));
    assert_eq!(news(&effects), [News::Ended(EndReason::Timeout)]);
}
