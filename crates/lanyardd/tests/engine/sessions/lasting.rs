//! What time makes of a session: roles close, sessions last long enough, nobody is there.

use std::time::{Duration, SystemTime};

use lanyard_roles::Activity;
use lanyard_session::{EndReason, News, Settings};
use lanyardd::engine::{Options, Question, SessionQuestion};

use super::told_to_hers;
use crate::{
    day::Day,
    desks::{alice, program},
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn due_within(day: &Day, time: Duration) -> bool {
    day.engine.deadline().unwrap() <= day.start + day.passed + time
}

#[test]
fn a_role_that_closes_ends_the_session_then() {
    let (mut day, session, ..) =
        Day::until(Settings::default(), Some(SystemTime::UNIX_EPOCH + HOUR));
    assert!(told_to_hers(&day.pass(59 * MINUTE)).iter().all(|news| *news == News::Unattended));
    assert!(due_within(&day, MINUTE), "somebody comes back in time");
    assert_eq!(day.state(&alice(), session), Some("active"));
    assert_eq!(told_to_hers(&day.pass(MINUTE)), [News::Ended(EndReason::RoleRevoked)]);
    assert_eq!(day.current(&alice()), None);
}

#[test]
fn a_session_lasts_ten_hours_whatever_happens_in_it() {
    let settings = Settings { unattended_after: None, ..Settings::default() };
    let (mut day, session, card, mut person) = Day::alice_is_in_her_role(settings);
    for _ in 0..9 {
        assert!(told_to_hers(&day.pass(HOUR)).is_empty());
        let (_, proved) = day.proves(&alice(), card, &mut person);
        assert!(super::granted(&proved).is_none(), "a refreshment gives nothing");
    }
    assert_eq!(day.state(&alice(), session), Some("active"));
    assert_eq!(told_to_hers(&day.pass(HOUR)), [News::Ended(EndReason::Timeout)]);
}

#[test]
fn whatever_applications_do_in_a_session_keeps_it_from_being_idle() {
    let settings =
        Settings { idle_limit: Some(10 * MINUTE), unattended_after: None, ..Settings::default() };
    let (mut day, session, ..) = Day::alice_is_in_her_role(settings);
    for _ in 0..3 {
        assert!(told_to_hers(&day.pass(9 * MINUTE)).is_empty());
        let activity = Activity::parse("B0264").unwrap();
        day.of_session(&alice(), session, SessionQuestion::HasActivity(activity)).unwrap();
        assert!(told_to_hers(&day.pass(9 * MINUTE)).is_empty());
        let single = Question::Authenticate { card: None, options: Options::default() };
        day.asked_by(program("an app", &alice()), single).unwrap();
        assert!(told_to_hers(&day.pass(9 * MINUTE)).is_empty());
        // Looking at it is no use of it.
        day.state(&alice(), session);
        assert!(due_within(&day, MINUTE));
        let activity = Activity::parse("B0264").unwrap();
        day.of_session(&alice(), session, SessionQuestion::HasActivity(activity)).unwrap();
    }
    assert!(told_to_hers(&day.pass(9 * MINUTE)).is_empty());
    assert_eq!(told_to_hers(&day.pass(MINUTE)), [News::Ended(EndReason::Idle)]);
}

#[test]
fn a_card_that_is_left_alone_is_called_unattended_once_and_again_after_use() {
    let (mut day, session, ..) = Day::alice_is_in_her_role(Settings::default());
    assert_eq!(told_to_hers(&day.pass(15 * MINUTE)), [News::Unattended]);
    assert!(told_to_hers(&day.pass(15 * MINUTE)).is_empty());
    let activity = Activity::parse("B0264").unwrap();
    day.of_session(&alice(), session, SessionQuestion::HasActivity(activity)).unwrap();
    assert_eq!(told_to_hers(&day.pass(15 * MINUTE)), [News::Unattended]);
}
