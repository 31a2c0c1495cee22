//! None, one or many roles; how they are chosen, when they open, close and go.

use lanyard_session::{
    Choice, DirectoryAnswer, Effect, Elsewhere, EndReason, Event, Knowledge, News, Organisation,
    Recorded, Refusal, RoleId, Settings, State, Whereabouts,
};

use crate::{
    cards::today,
    house::{HOUR, House, MINUTE, Offer, desk, end, news, recorded, role, roles, ticket},
};

fn chosen(house: &mut House, id: &str) -> Vec<Effect> {
    let session = house.session();
    house.on(Event::RoleChosen(session, RoleId::new(id)))
}

fn at(organisation: &str, offer: Offer) -> Offer {
    Offer { organisation: Organisation::new(organisation), ..offer }
}

#[test]
fn the_only_role_is_taken_when_that_is_recorded() {
    let mut house = House::new(Settings::default());
    house.nurse_with([]);
    let session = house.session();
    let known = house.on(Event::RolesKnown(session, roles([role("a")])));
    assert_eq!((news(&known), house.role()), (vec![News::RolesOffered], None));
    let selected = house.on(Event::Recorded(ticket(&known).unwrap()));
    let a = News::RoleSelected(RoleId::new("a"));
    assert_eq!(news(&selected), [a, News::StateChanged(State::Active)]);
}

#[test]
fn a_holder_without_a_role_is_signed_in() {
    let mut house = House::new(Settings::default());
    house.nurse_with([]);
    let session = house.sessions.session(&desk()).unwrap();
    assert_eq!(session.state(), State::ChoosingRole);
    assert_eq!(session.knowledge(), Knowledge::Fresh);
    assert_eq!(house.offered(), [""; 0]);
}

#[test]
fn a_directory_that_cannot_be_asked_is_told_apart_from_no_role() {
    let mut house = House::new(Settings::default());
    let insertion = house.insert();
    let started = house.signs_in("nurse", insertion);
    house.on_disk(started);
    let session = house.session();
    let effects = house.on(Event::RolesKnown(session, DirectoryAnswer::Failed));
    assert_eq!(news(&effects), [News::RolesOffered]);
    assert_eq!(house.sessions.session(&desk()).unwrap().knowledge(), Knowledge::Unavailable);
}

#[test]
fn of_many_roles_one_is_chosen_and_switching_is_recorded() {
    let mut house = House::new(Settings::default());
    house.nurse_with([role("a"), role("b")]);
    assert_eq!(
        (house.state(), house.offered()),
        (Some(State::ChoosingRole), vec!["a".into(), "b".into()])
    );
    let effects = chosen(&mut house, "a");
    house.on_disk(effects);
    let effects = chosen(&mut house, "b");
    assert_eq!(house.role().as_deref(), Some("a"), "until the other is recorded");
    let (role, organisation) = (RoleId::new("b"), Organisation::new("X09"));
    let choice = Choice::Asked;
    assert_eq!(recorded(&effects), [Recorded::RoleSelected { role, organisation, choice }]);
    let effects = house.on_disk(effects);
    assert_eq!(news(&effects), [News::RoleSelected(RoleId::new("b"))]);
    assert_eq!(chosen(&mut house, "b"), []);
}

#[test]
fn only_what_is_offered_can_be_chosen() {
    let mut house = House::new(Settings::default());
    house.nurse_with([role("a"), role("b")]);
    let refused = |why| [Effect::Refused(desk(), why)];
    assert_eq!(chosen(&mut house, "c"), refused(Refusal::NotOffered));
    assert!(ticket(&chosen(&mut house, "a")).is_some());
    assert_eq!(chosen(&mut house, "b"), refused(Refusal::Busy));
}

#[test]
fn a_role_elsewhere_is_offered_apart_and_never_taken_by_itself() {
    let organisations = [Organisation::new("X09")].into();
    let mut house = House::new(Settings { organisations, ..Settings::default() });
    house.nurse_with([at("Y01", role("away"))]);
    assert_eq!(house.state(), Some(State::ChoosingRole));
    let session = house.sessions.session(&desk()).unwrap();
    let offered: Vec<_> = house.sessions.offered(session).map(|it| it.whereabouts).collect();
    assert_eq!(offered, [Whereabouts::Elsewhere]);
    let effects = chosen(&mut house, "away");
    house.on_disk(effects);
    assert_eq!(house.role().as_deref(), Some("away"));
}

#[test]
fn hidden_roles_elsewhere_are_not_there() {
    let organisations = [Organisation::new("X09")].into();
    let elsewhere = Elsewhere::Hidden;
    let mut house = House::new(Settings { organisations, elsewhere, ..Settings::default() });
    house.nurse_with([at("Y01", role("away")), role("here")]);
    assert_eq!(house.role().as_deref(), Some("here"));
    assert_eq!(chosen(&mut house, "away"), [Effect::Refused(desk(), Refusal::NotOffered)]);
}

#[test]
fn a_role_that_closes_at_midnight_ends_the_session_at_midnight() {
    let mut house = House::new(Settings::default());
    let midnight = today() + HOUR * 3;
    house.nurse_with([Offer { until: Some(midnight), ..role("a") }]);
    assert_eq!(end(&house.later(HOUR * 2 + MINUTE * 59)), None);
    assert_eq!(end(&house.later(MINUTE)), Some(EndReason::RoleRevoked));
    assert_eq!(house.now.wall, midnight);
}

#[test]
fn a_clock_that_is_set_back_keeps_no_role_open() {
    let mut house = House::new(Settings::default());
    let closing = Offer { until: Some(today() + HOUR * 3), ..role("a") };
    let (_, session) = house.nurse_with([closing.clone()]);
    house.later(HOUR * 2);
    house.wall_is(today());
    // Nor does the directory when it names the same date again.
    house.on(Event::RolesKnown(session, roles([closing])));
    assert_eq!(end(&house.later(HOUR)), Some(EndReason::RoleRevoked));
}

#[test]
fn a_clock_that_is_set_on_closes_a_role() {
    let mut house = House::new(Settings::default());
    let midnight = today() + HOUR * 3;
    house.nurse_with([Offer { until: Some(midnight), ..role("a") }]);
    assert_eq!(end(&house.wall_is(midnight)), Some(EndReason::RoleRevoked));
}

#[test]
fn a_role_that_opens_during_the_session_is_offered_then() {
    let mut house = House::new(Settings::default());
    house.nurse_with([Offer { from: Some(today() + HOUR), ..role("later") }]);
    assert_eq!(house.offered(), [""; 0]);
    let effects = house.later(HOUR);
    assert!(news(&effects).contains(&News::RolesOffered));
    house.on_disk(effects);
    assert_eq!(house.role().as_deref(), Some("later"));
}

#[test]
fn a_role_that_is_withdrawn_or_changed_ends_the_session() {
    let changed = Offer { role: "something else", ..role("a") };
    for answer in [roles([]), roles([role("b")]), roles([changed])] {
        let mut house = House::new(Settings::default());
        let (_, session) = house.nurse_with([role("a")]);
        let effects = house.on(Event::RolesKnown(session, answer));
        assert_eq!(end(&effects), Some(EndReason::RoleRevoked));
    }
}

#[test]
fn a_role_that_is_withdrawn_before_it_is_recorded_is_not_given() {
    let mut house = House::new(Settings::default());
    let (_, session) = house.nurse_with([role("a"), role("b")]);
    let asked = chosen(&mut house, "a");
    let ticket = ticket(&asked).unwrap();
    let effects = house.on(Event::RolesKnown(session, roles([role("b"), role("c")])));
    assert!(effects.contains(&Effect::Withheld(ticket, Refusal::NotOffered)));
    assert_eq!(house.on(Event::Recorded(ticket)), []);
    assert_eq!(house.state(), Some(State::ChoosingRole));
}

#[test]
fn a_directory_that_fails_withdraws_nothing() {
    let mut house = House::new(Settings::default());
    let (_, session) = house.nurse_with([role("a")]);
    let effects = house.on(Event::RolesKnown(session, DirectoryAnswer::Failed));
    assert_eq!(news(&effects), [News::RolesOffered]);
    let session = house.sessions.session(&desk()).unwrap();
    assert_eq!((session.state(), session.knowledge()), (State::Active, Knowledge::Stale));
}
