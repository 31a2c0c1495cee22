//! What locks a session, and what it takes to go on.

use lanyard_session::{
    Departure, Desk, Effect, EndReason, Event, LockReason, News, OnRemoval, OnSwitch, Recorded,
    Refusal, Reverify, RoleId, Settings, SignedIn, State,
};

use crate::house::{House, desk, end, news, recorded, role};

fn locking() -> Settings {
    Settings { on_removal: OnRemoval::Lock, ..Settings::default() }
}

fn reverifying() -> Settings {
    Settings { reverify_after_unlock: Reverify::Yes, ..Settings::default() }
}

const LOCKED: News = News::StateChanged(State::Locked);
const ACTIVE: News = News::StateChanged(State::Active);

#[test]
fn the_same_card_back_and_proved_goes_on_with_nothing_lost() {
    let mut house = House::new(locking());
    let (first, session) = house.nurse_with([role("a"), role("b")]);
    let chosen = house.on(Event::RoleChosen(session, RoleId::new("b")));
    house.on_disk(chosen);
    let effects = house.pull(first);
    assert_eq!(news(&effects), [LOCKED]);
    assert_eq!(recorded(&effects), [Recorded::Locked(LockReason::CardRemoved)]);
    assert_eq!(house.sessions.is_signed_in(&desk()), SignedIn::Locked(session));
    let second = house.insert();
    assert_eq!(house.state(), Some(State::Locked), "a card that is merely in proves nothing");
    let effects = house.signs_in("nurse", second);
    assert_eq!((news(&effects), recorded(&effects)), (vec![], vec![Recorded::Resumed]));
    assert_eq!(news(&house.on_disk(effects)), [ACTIVE]);
    assert_eq!((house.session(), house.role().as_deref()), (session, Some("b")));
}

#[test]
fn another_card_replaces_a_locked_session() {
    let mut house = House::new(locking());
    let (first, _) = house.nurse_with([role("a")]);
    house.pull(first);
    let second = house.insert();
    let effects = house.signs_in("student", second);
    assert_eq!(end(&effects), Some(EndReason::Replaced));
}

#[test]
fn a_locked_session_takes_no_role() {
    let mut house = House::new(locking());
    let (first, session) = house.nurse_with([role("a"), role("b")]);
    house.pull(first);
    let effects = house.on(Event::RoleChosen(session, RoleId::new("a")));
    assert_eq!(effects, [Effect::Refused(desk(), Refusal::Locked)]);
}

#[test]
fn a_screen_that_is_unlocked_is_enough_unless_the_site_wants_the_card_proved() {
    for (settings, goes_on) in [(Settings::default(), true), (reverifying(), false)] {
        let mut house = House::new(settings);
        let (insertion, _) = house.nurse_with([role("a")]);
        assert_eq!(news(&house.on(Event::ScreenLocked(desk()))), [LOCKED]);
        let effects = house.on(Event::ScreenUnlocked(desk()));
        assert_eq!(news(&house.on_disk(effects)).contains(&ACTIVE), goes_on);
        let effects = house.signs_in("nurse", insertion);
        house.on_disk(effects);
        assert_eq!(house.state(), Some(State::Active));
    }
}

#[test]
fn a_card_pulled_behind_a_locked_screen_must_be_proved_again() {
    let mut house = House::new(locking());
    let (insertion, _) = house.nurse_with([role("a")]);
    house.on(Event::ScreenLocked(desk()));
    let effects = house.pull(insertion);
    assert_eq!(recorded(&effects), [Recorded::Locked(LockReason::CardRemoved)]);
    assert_eq!(house.on(Event::ScreenUnlocked(desk())), []);
    assert_eq!(house.state(), Some(State::Locked));
}

#[test]
fn a_card_proved_behind_a_locked_screen_goes_on_when_that_is_unlocked() {
    let mut house = House::new(reverifying());
    let (insertion, _) = house.nurse_with([role("a")]);
    house.on(Event::ScreenLocked(desk()));
    assert_eq!(house.signs_in("nurse", insertion), []);
    let effects = house.on(Event::ScreenUnlocked(desk()));
    assert_eq!(news(&house.on_disk(effects)), [ACTIVE]);
}

#[test]
fn a_session_that_starts_behind_a_locked_screen_is_locked() {
    let mut house = House::new(Settings::default());
    house.on(Event::ScreenLocked(desk()));
    let insertion = house.insert();
    let effects = house.signs_in("nurse", insertion);
    assert_eq!(news(&house.on_disk(effects)), [News::Started(State::Locked)]);
}

#[test]
fn what_was_to_go_on_is_withheld_when_the_card_goes_before_that_is_recorded() {
    let mut house = House::new(locking());
    let (first, _) = house.nurse_with([role("a")]);
    house.pull(first);
    let second = house.insert();
    let resuming = house.signs_in("nurse", second);
    let withheld = house.pull(second);
    assert_eq!(news(&withheld), []);
    assert_eq!(news(&house.on_disk(resuming)), []);
    assert_eq!(house.state(), Some(State::Locked));
}

#[test]
fn who_leaves_the_seat_is_locked_and_proves_her_card_again() {
    let mut house = House::new(Settings::default());
    let (insertion, session) = house.nurse_with([role("a")]);
    let effects = house.on(Event::DeskEntered(Desk::new("c3", "seat0")));
    assert_eq!(recorded(&effects), [Recorded::Locked(LockReason::Switched)]);
    assert_eq!(house.on(Event::DeskEntered(desk())), []);
    assert_eq!(house.state(), Some(State::Locked));
    let effects = house.signs_in("nurse", insertion);
    house.on_disk(effects);
    assert_eq!((house.state(), house.session()), (Some(State::Active), session));
}

#[test]
fn where_a_site_wants_it_a_switch_of_users_ends_the_session() {
    let mut house = House::new(Settings { on_switch: OnSwitch::End, ..Settings::default() });
    house.nurse_with([role("a")]);
    assert_eq!(end(&house.on(Event::DeskLeft(desk()))), Some(EndReason::Switched));
}

#[test]
fn doubt_and_sleep_leave_no_session_open_whatever_the_mode() {
    for on_removal in [OnRemoval::End, OnRemoval::Lock, OnRemoval::Keep] {
        for doubt in 0..4 {
            let mut house = House::new(Settings { on_removal, ..Settings::default() });
            let (insertion, session) = house.nurse_with([role("a")]);
            let gone = |how| Event::CardGone(insertion, how);
            let doubts = [
                gone(Departure::ServiceGone),
                gone(Departure::InDoubt),
                Event::Failed(session),
                Event::Suspending,
            ];
            let effects = house.on(doubts.into_iter().nth(doubt).unwrap());
            let expected = if on_removal == OnRemoval::End { None } else { Some(State::Locked) };
            assert_eq!(house.state(), expected, "{on_removal:?} {doubt}");
            assert_eq!(end(&effects).is_some(), expected.is_none());
        }
    }
}

#[test]
fn where_the_card_is_for_signing_in_alone_removal_does_nothing() {
    let mut house = House::new(Settings { on_removal: OnRemoval::Keep, ..Settings::default() });
    let (insertion, _) = house.nurse_with([role("a")]);
    assert_eq!(house.pull(insertion), []);
    assert_eq!(house.state(), Some(State::Active));
}

#[test]
fn nobody_signs_in_while_the_workstation_goes_to_sleep() {
    let mut house = House::new(Settings::default());
    let insertion = house.insert();
    house.on(Event::Suspending);
    let refused = [Effect::Refused(desk(), Refusal::Suspended)];
    assert_eq!(house.signs_in("nurse", insertion), refused);
    house.on(Event::Resumed);
    let effects = house.signs_in("nurse", insertion);
    house.on_disk(effects);
    assert_eq!(house.state(), Some(State::ChoosingRole));
}
