//! What becomes of a session when its user leaves the seat, the screen is locked, the machine sleeps.

use lanyard_dbus::Error;
use lanyard_reader::{ReaderEvent, Service};
use lanyard_seats::{Desk, DeskEvent, Doubt, SleepId, Standing};
use lanyard_session::{EndReason, News, OnRemoval, OnSwitch, Reverify, Settings, State};
use lanyardd::engine::{ClientName, Effect, Event, Question, SessionQuestion};

use super::{HERS, HIS, told, told_to_hers};
use crate::{
    day::{Day, name, removed},
    desks::{alice, bob, program},
};

const LOCKED: News = News::StateChanged(State::Locked);
const ACTIVE: News = News::StateChanged(State::Active);

#[test]
fn a_user_switch_locks_the_session_and_the_newcomer_sees_nothing_of_it() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    let left = day.on(Event::Desk(DeskEvent::Deactivated(alice().session)));
    assert_eq!(told_to_hers(&left), [LOCKED]);
    let came = day.on(Event::Desk(DeskEvent::Activated(bob().session)));
    assert!(told(&came).is_empty(), "{came:?}");
    let his = day.asked_by(program(HIS, &bob()), Question::CurrentSession).answer;
    assert!(matches!(his, Err(Error::NoSession(_))), "{his:?}");
    assert_eq!((day.state(&bob(), session), day.state(&alice(), session)), (None, Some("locked")));
    day.switch(&bob(), &alice());
    assert_eq!(day.state(&alice(), session), Some("locked"), "until her card is proved again");
}

#[test]
fn a_newcomer_of_whom_nobody_said_that_the_seat_was_left_locks_as_well() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    let came = day.on(Event::Desk(DeskEvent::Activated(bob().session)));
    assert_eq!(told_to_hers(&came), [LOCKED]);
    assert_eq!(day.state(&alice(), session), Some("locked"));
}

#[test]
fn a_site_may_have_a_user_switch_end_the_session() {
    let settings = Settings { on_switch: OnSwitch::End, ..Settings::default() };
    let (mut day, ..) = Day::alice_is_in_her_role(settings);
    let left = day.on(Event::Desk(DeskEvent::Deactivated(alice().session)));
    assert_eq!(told_to_hers(&left), [News::Ended(EndReason::Switched)]);
    assert_eq!(day.current(&alice()), None);
}

#[test]
fn logging_out_ends_the_session_and_its_subscribers_are_told_last_and_forgotten() {
    let (mut day, ..) = Day::alice_is_in_her_role(Settings::default());
    let out = day.on(Event::Desk(DeskEvent::Ended(alice().session)));
    assert_eq!(told_to_hers(&out), [News::Ended(EndReason::LoggedOut)]);
    let told_at = out.iter().position(|effect| matches!(effect, Effect::Announce(_))).unwrap();
    for hers in HERS {
        let unwatched = out.iter().position(
            |effect| matches!(effect, Effect::UnwatchClient(it) if *it == ClientName::new(hers)),
        );
        assert!(unwatched.unwrap() > told_at, "{hers}");
    }
    let again = day.asked_by(program(HERS[0], &alice()), Question::Subscribe).answer;
    assert!(matches!(again, Err(Error::AccessDenied(_))), "{again:?}");
}

#[test]
fn who_logs_out_and_leaves_processes_behind_has_logged_out() {
    let (mut day, ..) = Day::alice_is_in_her_role(Settings::default());
    let left = Desk { standing: Standing::Closing, ..alice() };
    let out = day.on(Event::Desk(DeskEvent::Redescribed(left)));
    assert_eq!(told_to_hers(&out), [News::Ended(EndReason::LoggedOut)]);
    assert_eq!(day.current(&alice()), None);
}

#[test]
fn doubt_about_who_sits_where_leads_out_of_active() {
    for (on_removal, expected) in [
        (OnRemoval::End, News::Ended(EndReason::Error)),
        (OnRemoval::Lock, LOCKED),
        (OnRemoval::Keep, LOCKED),
    ] {
        let settings = Settings { on_removal, ..Settings::default() };
        let (mut day, ..) = Day::alice_is_in_her_role(settings);
        let doubt = day.on(Event::Desk(DeskEvent::Unknown(Doubt::LogindSilent)));
        assert_eq!(told_to_hers(&doubt), [expected], "{on_removal:?}");
        let over = day.on(Event::Desk(DeskEvent::Known(vec![alice(), bob()])));
        assert!(told(&over).is_empty(), "{on_removal:?}");
    }
}

#[test]
fn a_locked_screen_locks_the_session_and_an_open_one_opens_it_when_that_is_recorded() {
    let pairs = [
        (DeskEvent::ScreenLocked(alice().session), DeskEvent::ScreenUnlocked(alice().session)),
        (DeskEvent::LockAsked(alice().session), DeskEvent::UnlockAsked(alice().session)),
    ];
    for (locks, unlocks) in pairs {
        let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
        assert_eq!(told_to_hers(&day.on(Event::Desk(locks.clone()))), [LOCKED], "{locks:?}");
        let opening = day.on(Event::Desk(unlocks.clone()));
        assert!(told(&opening).is_empty(), "{unlocks:?}: it is being recorded");
        assert_eq!(day.state(&alice(), session), Some("locked"));
        let opened = day.recorded(&opening);
        assert_eq!(told_to_hers(&opened), [ACTIVE], "{unlocks:?}");
    }
}

#[test]
fn a_site_may_want_the_card_proved_again_after_the_screen_was_locked() {
    let settings = Settings { reverify_after_unlock: Reverify::Yes, ..Settings::default() };
    let (mut day, session, card, mut person) = Day::alice_is_in_her_role(settings);
    day.on(Event::Desk(DeskEvent::ScreenLocked(alice().session)));
    let unlocked = day.on(Event::Desk(DeskEvent::ScreenUnlocked(alice().session)));
    assert!(super::granted(&unlocked).is_none());
    assert_eq!(day.state(&alice(), session), Some("locked"));
    let (_, proved) = day.proves(&alice(), card, &mut person);
    let opened = day.recorded(&proved);
    assert_eq!(told_to_hers(&opened), [ACTIVE]);
}

#[test]
fn before_the_machine_sleeps_the_session_is_taken_away() {
    for (on_removal, expected) in
        [(OnRemoval::End, News::Ended(EndReason::Suspend)), (OnRemoval::Lock, LOCKED)]
    {
        let settings = Settings { on_removal, ..Settings::default() };
        let (mut day, ..) = Day::alice_is_in_her_role(settings);
        let effects = day.on(Event::Desk(DeskEvent::GoingToSleep(SleepId::numbered(1))));
        assert_eq!(told_to_hers(&effects), [expected]);
        let at = |wanted: fn(&Effect) -> bool| effects.iter().position(wanted).unwrap();
        let announced = at(|effect| matches!(effect, Effect::Announce(_)));
        let ready = at(|effect| matches!(effect, Effect::ReadyToSleep(_)));
        assert!(announced < ready && ready + 1 == effects.len(), "{effects:?}");
        assert!(told(&day.on(Event::Desk(DeskEvent::WokenUp))).is_empty());
    }
}

#[test]
fn the_card_s_removal_and_the_smartcard_service_s_end_are_told_before_the_card_is_gone() {
    // As the monitor tells it: first what went with the service.
    let gone = Event::Readers(vec![
        ReaderEvent::CardRemoved { reader: name(0) },
        ReaderEvent::ReaderDeparted(name(0)),
        ReaderEvent::ServiceChanged(Service::Unavailable),
    ]);
    for (event, reason) in [(removed(0), EndReason::CardRemoved), (gone, EndReason::ReadersLost)] {
        let (mut day, ..) = Day::alice_is_in_her_role(Settings::default());
        let effects = day.on(event);
        assert_eq!(told_to_hers(&effects), [News::Ended(reason)]);
        let at = |wanted: fn(&Effect) -> bool| effects.iter().position(wanted).unwrap();
        let announced = at(|effect| matches!(effect, Effect::Announce(_)));
        let recorded = at(|effect| matches!(effect, Effect::Record(_)));
        let closed = at(|effect| matches!(effect, Effect::CloseCard { .. }));
        assert!(announced < recorded && announced < closed, "{effects:?}");
    }
}

#[test]
fn a_daemon_that_stops_ends_every_session_first() {
    let (mut day, ..) = Day::alice_is_in_her_role(Settings::default());
    let effects = day.on(Event::Stopping);
    assert_eq!(told_to_hers(&effects), [News::Ended(EndReason::ServiceStopped)]);
    assert!(matches!(effects[0], Effect::Announce(_)), "{effects:?}");
}

#[test]
fn the_next_session_at_the_seat_is_told_to_its_own_desk_alone() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    day.on(removed(0));
    assert_eq!(day.state(&alice(), session), None);
    let mut student = super::PersonsCard::of("student");
    day.switch(&alice(), &bob());
    let card = day.puts_in(0, &student);
    let (_, proved) = day.proves(&bob(), card, &mut student);
    let started = day.recorded(&proved);
    assert_eq!(told(&started), [(News::Started(State::ChoosingRole), vec![HIS])]);
    assert_eq!(day.current(&alice()), None, "his is not hers");
    let his = day.current(&bob()).unwrap();
    assert!(day.of_session(&alice(), his, SessionQuestion::Lock).answer.is_err());
}
