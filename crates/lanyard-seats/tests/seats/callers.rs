//! Who calls, with python-dbusmock's logind.

use futures_util::StreamExt;
use lanyard_seats::{Access, CallerError, DeskEvent, NoDesk, Place, Why, may_use};
use lanyard_stand_ins::Person;
use zbus::{Connection, Variant, fdo::DBusProxy};

use crate::machine::{Machine, behind, desk, own_uid, seat};

/// Whoever is not the test's own user.
const SOMEBODY_ELSE: u32 = 61002;

#[tokio::test]
async fn a_caller_sits_where_its_process_runs() {
    let (machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.log_in("c3", "seat0", own_uid()).await;
    let nurse = Person::start(&machine.bus).await;
    logind.runs(nurse.pid(), "c3").await;
    logind.shows(own_uid(), "c2").await;
    let caller = machine.who(nurse.name()).await.unwrap();
    assert_eq!((caller.uid, caller.pid), (own_uid(), Some(nurse.pid())));
    assert_eq!(caller.desk, Ok(behind("c3", own_uid())));
    let refused = may_use(Access::Desks, &seat("seat0"), &caller);
    assert_eq!(refused, Err(Why::NotInForeground(seat("seat0"))));
}

#[tokio::test]
async fn a_caller_without_a_session_of_its_own_sits_where_its_user_is_shown_things() {
    let (machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.shows(own_uid(), "c2").await;
    let nurse = Person::start(&machine.bus).await;
    let caller = machine.who(nurse.name()).await.unwrap();
    assert_eq!(caller.desk, Ok(desk("c2", own_uid())));
    assert_eq!(may_use(Access::Desks, &seat("seat0"), &caller), Ok(()));
    assert!(may_use(Access::Desks, &seat("seat-ward-2"), &caller).is_err());
}

#[tokio::test]
async fn a_service_manager_s_session_is_no_desk_and_its_user_s_display_is() {
    let (machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.log_in("c4", "seat0", own_uid()).await;
    logind.becomes("c4", &[("Class", Variant::from("manager"))]).await;
    logind.shows(own_uid(), "c2").await;
    let nurse = Person::start(&machine.bus).await;
    logind.runs(nurse.pid(), "c4").await;
    let caller = machine.who(nurse.name()).await.unwrap();
    assert_eq!(caller.desk, Ok(desk("c2", own_uid())));
}

#[tokio::test]
async fn whoever_is_not_logged_in_sits_nowhere() {
    let (machine, logind) = Machine::with_logind().await;
    assert_eq!(machine.who_am_i().await.desk, Err(NoDesk::NotLoggedIn));
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.shows(own_uid(), "").await;
    assert_eq!(machine.who_am_i().await.desk, Err(NoDesk::NoDisplay));
}

#[tokio::test]
async fn whoever_is_logged_in_from_another_machine_uses_no_reader() {
    let (machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.shows(own_uid(), "c2").await;
    logind.log_in("7", "", own_uid()).await;
    logind.becomes("7", &[("Remote", true.into()), ("Type", "tty".into())]).await;
    let nurse = Person::start(&machine.bus).await;
    logind.runs(nurse.pid(), "7").await;
    let caller = machine.who(nurse.name()).await.unwrap();
    assert_eq!(caller.desk.as_ref().unwrap().place, Place::Remote);
    assert_eq!(may_use(Access::Desks, &seat("seat0"), &caller), Err(Why::Remote));
}

#[tokio::test]
async fn a_process_in_somebody_else_s_session_sits_nowhere() {
    let (machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", SOMEBODY_ELSE).await;
    let nurse = Person::start(&machine.bus).await;
    logind.runs(nurse.pid(), "c2").await;
    let caller = machine.who(nurse.name()).await.unwrap();
    assert_eq!((caller.uid, caller.desk), (own_uid(), Err(NoDesk::SomebodyElses)));
}

#[tokio::test]
async fn a_caller_that_left_the_bus_is_nobody() {
    let (machine, _logind) = Machine::with_logind().await;
    let mut nurse = Person::start(&machine.bus).await;
    nurse.leave().await;
    gone(&machine.connection, &nurse).await;
    assert!(matches!(machine.who(nurse.name()).await, Err(CallerError::Left)));
}

#[tokio::test]
async fn nobody_is_found_by_the_number_of_a_process_that_has_ended() {
    let (machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.shows(own_uid(), "c2").await;
    let ended = Person::that_ended(&machine.bus).await;
    // As if the number had been used again, in a session of the same user.
    logind.runs(ended.pid(), "c2").await;
    let caller = machine.who(ended.name()).await.unwrap();
    assert_eq!(caller.desk, Err(NoDesk::ProcessGone));
}

#[tokio::test]
async fn a_caller_is_answered_after_the_events_that_the_answer_rests_on() {
    let (mut machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.runs(std::process::id(), "c2").await;
    let caller = machine.who_am_i().await;
    assert_eq!(caller.desk, Ok(desk("c2", own_uid())));
    assert!(machine.heard.so_far().contains(&DeskEvent::Came(desk("c2", own_uid()))));
}

#[tokio::test]
async fn a_process_is_placed_without_the_bus_knowing_it() {
    let (machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.runs(std::process::id(), "c2").await;
    let caller = machine.desks.process(own_uid(), Some(std::process::id())).await;
    assert_eq!(caller.desk, Ok(desk("c2", own_uid())));
    logind.shows(own_uid(), "c2").await;
    let without_number = machine.desks.process(own_uid(), None).await;
    assert_eq!(without_number.desk, Ok(desk("c2", own_uid())));
}

/// Returns when the bus has seen that somebody left.
async fn gone(connection: &Connection, person: &Person) {
    let names = DBusProxy::new(connection).await.unwrap();
    let only = [(0, person.name().as_str())];
    let mut changes = names.receive_name_owner_changed_with_args(&only).await.unwrap();
    if names.name_has_owner(person.name().as_ref().into()).await.unwrap() {
        changes.next().await.unwrap();
    }
}
