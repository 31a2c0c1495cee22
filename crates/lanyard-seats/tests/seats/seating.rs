//! Whoever follows the events knows what the watch knows, and never two in one seat's foreground.

use lanyard_seats::{Class, Desk, DeskEvent, Kind, Place, Screen, Seating, SessionId, Standing};
use proptest::prelude::*;

use crate::machine::{behind, desk, id, seat};

fn any_desk() -> impl Strategy<Value = Desk> {
    let places = prop_oneof![
        Just(Place::Seat(seat("seat0"))),
        Just(Place::Seat(seat("seat-ward-2"))),
        Just(Place::NoSeat),
        Just(Place::Remote),
    ];
    let standings =
        prop_oneof![Just(Standing::Active), Just(Standing::Inactive), Just(Standing::Closing)];
    let screens = prop_oneof![Just(Screen::Open), Just(Screen::Locked)];
    let classes = prop_oneof![Just(Class::Person), Just(Class::Greeter)];
    (0..4_u32, places, standings, screens, classes).prop_map(
        |(number, place, standing, screen, class)| Desk {
            session: SessionId::new(&number.to_string()),
            uid: 1000 + number,
            place,
            class,
            kind: Kind::Graphical,
            standing,
            screen,
        },
    )
}

/// What the watch does with its seating.
#[derive(Clone, Debug)]
enum Step {
    Read(Vec<Desk>),
    See(Desk),
    End(u32),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => prop::collection::vec(any_desk(), 0..4).prop_map(Step::Read),
        8 => any_desk().prop_map(Step::See),
        2 => (0..4_u32).prop_map(Step::End),
    ]
}

fn take(seating: &mut Seating, step: Step) -> Vec<DeskEvent> {
    match step {
        Step::Read(desks) => {
            *seating = Seating::read(desks);
            vec![DeskEvent::Known(seating.desks().cloned().collect())]
        }
        Step::See(desk) => seating.see(desk),
        Step::End(number) => {
            seating.end(&SessionId::new(&number.to_string())).into_iter().collect()
        }
    }
}

fn nobody_is_beside_somebody(seating: &Seating) {
    for name in ["seat0", "seat-ward-2"] {
        let there = |desk: &&Desk| desk.active_at() == Some(&seat(name));
        assert!(seating.desks().filter(there).count() <= 1, "{name}");
    }
}

proptest! {
    #[test]
    fn whoever_follows_knows_the_same(steps in prop::collection::vec(any_step(), 0..40)) {
        let mut watch = Seating::read(vec![]);
        let mut follower = watch.clone();
        for step in steps {
            for event in take(&mut watch, step) {
                follower.follow(&event);
                nobody_is_beside_somebody(&follower);
            }
            nobody_is_beside_somebody(&watch);
            prop_assert_eq!(&follower, &watch);
        }
    }

    #[test]
    fn what_was_seen_is_what_is_known(desk in any_desk(), others in prop::collection::vec(any_desk(), 0..6)) {
        let mut seating = Seating::read(others);
        seating.see(desk.clone());
        prop_assert_eq!(seating.desk(&desk.session), Ok(&desk));
        prop_assert!(seating.see(desk).is_empty());
    }
}

#[test]
fn where_two_claim_the_foreground_neither_has_it() {
    let seating = Seating::read(vec![desk("1", 1000), desk("2", 1001)]);
    assert_eq!(seating.active_at(&seat("seat0")), None);
    assert_eq!(seating.desk(&id("1")), Ok(&behind("1", 1000)));
}

#[test]
fn what_is_taken_away_is_told_before_what_is_given() {
    let mut seating = Seating::read(vec![desk("1", 1000), behind("2", 1001)]);
    let locked = Desk { screen: Screen::Locked, ..desk("2", 1001) };
    let expected = [
        DeskEvent::Deactivated(id("1")),
        DeskEvent::ScreenLocked(id("2")),
        DeskEvent::Activated(id("2")),
    ];
    assert_eq!(seating.see(locked), expected);
}
