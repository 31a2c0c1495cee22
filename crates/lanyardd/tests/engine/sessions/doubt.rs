//! What is late, in doubt or said in the wrong order gives nothing.

use std::time::{Duration, SystemTime};

use lanyard_dbus::UnusableReason;
use lanyard_reader::ReaderEvent;
use lanyard_roles::Activity;
use lanyard_seats::{DeskEvent, SeatName};
use lanyard_session::{DirectoryAnswer, EndReason, Freshness, News, OnRemoval, Settings, State};
use lanyardd::engine::{Answer, CardReport, Effect, Event, SessionQuestion};

use super::{granted, looked_up, one_role, people::PersonsCard, told, told_to_hers};
use crate::{
    day::{Day, name, report},
    desks::alice,
};

const HOUR: Duration = Duration::from_secs(3600);
const LOCKED: News = News::StateChanged(State::Locked);
const ACTIVE: News = News::StateChanged(State::Active);

#[test]
fn nobody_is_answered_by_a_role_that_is_over_although_nobody_came_back_in_time() {
    let (mut day, session, ..) =
        Day::until(Settings::default(), Some(SystemTime::UNIX_EPOCH + HOUR));
    day.passed += 2 * HOUR;
    let activity = SessionQuestion::HasActivity(Activity::parse("B0360").unwrap());
    let late = day.of_session(&alice(), session, activity);
    assert_eq!(told_to_hers(&late.effects), [News::Ended(EndReason::RoleRevoked)]);
    assert!(late.answer.is_err(), "{:?}", late.answer);
}

#[test]
fn a_card_that_falls_silent_leads_out_of_active() {
    for (on_removal, expected) in [
        (OnRemoval::End, News::Ended(EndReason::Error)),
        (OnRemoval::Lock, LOCKED),
        (OnRemoval::Keep, LOCKED),
    ] {
        let settings = Settings { on_removal, ..Settings::default() };
        let (mut day, _, card, _) = Day::alice_is_in_her_role(settings);
        let mute = day.on(report(card, CardReport::Unusable(UnusableReason::Mute)));
        assert_eq!(told_to_hers(&mute), [expected], "{on_removal:?}");
        let first = mute.iter().find(|it| matches!(it, Effect::Announce(_) | Effect::Publish(_)));
        assert!(matches!(first, Some(Effect::Announce(_))), "sessions first: {mute:?}");
    }
}

#[test]
fn a_card_that_another_program_keeps_is_not_in_doubt() {
    let (mut day, _, card, _) = Day::alice_is_in_her_role(Settings::default());
    let busy = day.on(report(card, CardReport::Unusable(UnusableReason::Busy)));
    assert!(told(&busy).is_empty(), "{busy:?}");
}

#[test]
fn who_unlocks_by_her_passcode_is_answered_when_that_is_recorded() {
    let (mut day, session, card, mut person) = Day::alice_is_in_her_role(Settings::default());
    let asked = day.on(Event::Desk(DeskEvent::LockAsked(alice().session)));
    assert_eq!(told_to_hers(&asked), [LOCKED]);
    let (request, proved) = day.proves(&alice(), card, &mut person);
    assert!(told(&proved).is_empty(), "{proved:?}");
    assert_eq!(day.outcome(request, "an app"), None, "not before it is on the disk");
    let resumed = day.recorded(&proved);
    assert_eq!(told_to_hers(&resumed), [ACTIVE]);
    assert_eq!(day.outcome(request, "an app").unwrap().session, Some(session));
}

#[test]
fn another_person_s_passcode_resumes_nothing_on_its_way() {
    let (mut day, ..) = Day::alice_is_in_her_role(Settings::default());
    day.on(Event::Desk(DeskEvent::LockAsked(alice().session)));
    let mut other = PersonsCard::of("lsa");
    let arrived = day.on(Event::from(ReaderEvent::ReaderArrived(name(1))));
    let reader = arrived.iter().find_map(|effect| match effect {
        Effect::DescribeReader { reader, .. } => Some(*reader),
        _ => None,
    });
    let seat = Some(SeatName::default());
    day.on(Event::ReaderDescribed { reader: reader.unwrap(), pin_pad: None, seat });
    let card = day.puts_in(1, &other);
    let (_, proved) = day.proves(&alice(), card, &mut other);
    assert_eq!(told_to_hers(&proved), [News::Ended(EndReason::Replaced)]);
    let events = proved.iter().filter_map(|effect| match effect {
        Effect::Record(record) | Effect::Grant { record, .. } => Some(record.event.word()),
        _ => None,
    });
    assert!(events.into_iter().all(|word| word != "session-resumed"), "{proved:?}");
}

#[test]
fn an_unlocking_that_the_screen_does_not_confirm_opens_nothing() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    day.on(Event::Desk(DeskEvent::ScreenLocked(alice().session)));
    let asked = day.on(Event::Desk(DeskEvent::UnlockAsked(alice().session)));
    assert!(told(&asked).is_empty() && granted(&asked).is_none(), "{asked:?}");
    assert_eq!(day.state(&alice(), session), Some("locked"));
}

#[test]
fn a_directory_that_could_not_say_what_holds_is_asked_again() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    day.knows(session, DirectoryAnswer::Failed);
    let half_a_minute = Duration::from_secs(30);
    assert_eq!(looked_up(&day.pass(half_a_minute)), Some(session));
    let DirectoryAnswer::Roles(roles, _) = one_role(None) else { unreachable!() };
    day.knows(session, DirectoryAnswer::Roles(roles, Freshness::Stale));
    assert_eq!(looked_up(&day.pass(half_a_minute)), Some(session));
    day.knows(session, one_role(None));
    assert_eq!(looked_up(&day.pass(half_a_minute)), None, "now it is known");
}

#[test]
fn records_name_who_asked() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    let ended = day.of_session(&alice(), session, SessionQuestion::End);
    assert!(matches!(ended.answer, Ok(Answer::Done)));
    let record = ended.effects.iter().find_map(|effect| match effect {
        Effect::Record(record) => Some(record),
        _ => None,
    });
    assert_eq!(record.unwrap().caller.as_ref().unwrap().uid, alice().uid);
}
