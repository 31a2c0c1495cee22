//! The rule: a caller may use the readers of its own seat while its session is active there.
//!
//! Only that. Who may administer, and what polkit grants, is decided elsewhere.

use thiserror::Error;

use crate::{Caller, Class, NoDesk, Place, SeatName, Standing};

/// By what it is decided whose readers these are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// `"desks"`: by login sessions and seats.
    #[default]
    Desks,
    /// `"single-user"`: by the calling user alone, for machines without logind.
    SingleUser(Users),
}

/// Who may use the readers of a machine for a single user, besides root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Users {
    /// Everybody: whoever can run programs there is the one user.
    Everybody,
    /// This user.
    Only(u32),
}

/// Why a caller may not use a reader.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Why {
    /// Nobody knows where the caller sits.
    #[error("the caller sits at no desk: {0}")]
    NoDesk(#[from] NoDesk),
    /// The session is on another machine.
    #[error(
        "the caller is logged in from another machine, and readers are for whoever sits at them"
    )]
    Remote,
    /// The session is at no seat.
    #[error("the caller's login session sits at no seat")]
    NoSeat,
    /// The session is not a person's.
    #[error("the caller runs in {0}, which is nobody's desk")]
    NobodysDesk(Class),
    /// The reader is at another seat.
    #[error("the reader is at {reader}, the caller at {caller}")]
    AnotherSeat {
        /// Where the reader is.
        reader: SeatName,
        /// Where the caller sits.
        caller: SeatName,
    },
    /// Somebody else's session is in the foreground of the seat.
    #[error("somebody else's session is in the foreground at {0}")]
    NotInForeground(SeatName),
    /// The session is being ended.
    #[error("the caller's login session is being ended")]
    LoggingOut,
    /// The machine is for another user.
    #[error("this machine's readers are another user's")]
    AnotherUser,
}

const ROOT: u32 = 0;

/// Whether a caller may use the readers of a seat.
///
/// # Errors
/// Why not.
pub fn may_use(access: Access, readers: &SeatName, caller: &Caller) -> Result<(), Why> {
    match access {
        Access::Desks => sits_at(readers, caller),
        Access::SingleUser(Users::Everybody) => Ok(()),
        Access::SingleUser(Users::Only(user)) if caller.uid == user || caller.uid == ROOT => Ok(()),
        Access::SingleUser(Users::Only(_)) => Err(Why::AnotherUser),
    }
}

fn sits_at(readers: &SeatName, caller: &Caller) -> Result<(), Why> {
    let desk = caller.desk.as_ref().map_err(|why| *why)?;
    let seat = match &desk.place {
        Place::Seat(seat) => seat,
        Place::NoSeat => return Err(Why::NoSeat),
        Place::Remote => return Err(Why::Remote),
    };
    match desk.class {
        Class::Person => {}
        Class::Greeter
        | Class::LockScreen
        | Class::Manager
        | Class::Background
        | Class::Unknown => return Err(Why::NobodysDesk(desk.class)),
    }
    if seat != readers {
        return Err(Why::AnotherSeat { reader: readers.clone(), caller: seat.clone() });
    }
    match desk.standing {
        Standing::Active => Ok(()),
        Standing::Inactive => Err(Why::NotInForeground(seat.clone())),
        Standing::Closing => Err(Why::LoggingOut),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Desk, Doubt, Kind, Screen, Seating, SessionId};

    const NURSE: u32 = 1000;

    fn seat(name: &str) -> SeatName {
        SeatName::new(name).unwrap()
    }

    fn desk() -> Desk {
        Desk {
            session: SessionId::new("2"),
            uid: NURSE,
            place: Place::Seat(seat("seat0")),
            class: Class::Person,
            kind: Kind::Graphical,
            standing: Standing::Active,
            screen: Screen::Open,
        }
    }

    fn nurse(desk: Result<Desk, NoDesk>) -> Caller {
        Caller { uid: NURSE, pid: None, desk }
    }

    fn asked(desk: Desk) -> Result<(), Why> {
        may_use(Access::Desks, &seat("seat0"), &nurse(Ok(desk)))
    }

    #[test]
    fn a_caller_uses_the_readers_of_its_own_seat() {
        assert_eq!(asked(desk()), Ok(()));
        assert_eq!(asked(Desk { kind: Kind::Text, screen: Screen::Locked, ..desk() }), Ok(()));
    }

    #[test]
    fn every_refusal_has_its_reason() {
        let elsewhere = Place::Seat(seat("seat-ward-2"));
        let other = Why::AnotherSeat { reader: seat("seat0"), caller: seat("seat-ward-2") };
        let behind = Why::NotInForeground(seat("seat0"));
        assert_eq!(asked(Desk { place: elsewhere, ..desk() }), Err(other));
        assert_eq!(asked(Desk { place: Place::Remote, ..desk() }), Err(Why::Remote));
        assert_eq!(asked(Desk { place: Place::NoSeat, ..desk() }), Err(Why::NoSeat));
        assert_eq!(asked(Desk { standing: Standing::Inactive, ..desk() }), Err(behind));
        assert_eq!(asked(Desk { standing: Standing::Closing, ..desk() }), Err(Why::LoggingOut));
        for class in
            [Class::Greeter, Class::LockScreen, Class::Manager, Class::Background, Class::Unknown]
        {
            assert_eq!(asked(Desk { class, ..desk() }), Err(Why::NobodysDesk(class)));
        }
        for why in [NoDesk::NotLoggedIn, NoDesk::Unknown(Doubt::LogindAbsent)] {
            let refused = may_use(Access::Desks, &seat("seat0"), &nurse(Err(why)));
            assert_eq!(refused, Err(Why::NoDesk(why)));
        }
    }

    #[test]
    fn root_without_a_desk_uses_no_reader_where_desks_decide() {
        let root = Caller { uid: 0, pid: None, desk: Err(NoDesk::NotLoggedIn) };
        assert!(may_use(Access::Desks, &seat("seat0"), &root).is_err());
    }

    #[test]
    fn the_user_decides_on_a_machine_for_one() {
        let lost = nurse(Err(NoDesk::Unknown(Doubt::LogindAbsent)));
        let may = |users| may_use(Access::SingleUser(users), &seat("seat0"), &lost);
        assert_eq!(may(Users::Everybody), Ok(()));
        assert_eq!(may(Users::Only(NURSE)), Ok(()));
        assert_eq!(may(Users::Only(1001)), Err(Why::AnotherUser));
        let root = Caller { uid: 0, ..lost.clone() };
        let one = Access::SingleUser(Users::Only(NURSE));
        assert_eq!(may_use(one, &seat("seat0"), &root), Ok(()));
    }

    #[test]
    fn a_caller_whose_session_left_since_is_judged_by_now() {
        let mut seating = Seating::read(vec![desk()]);
        let caller = nurse(Ok(desk()));
        assert_eq!(caller.clone().now(&seating), caller);
        seating.see(Desk { standing: Standing::Inactive, ..desk() });
        let left = caller.clone().now(&seating);
        assert_eq!(
            may_use(Access::Desks, &seat("seat0"), &left),
            Err(Why::NotInForeground(seat("seat0")))
        );
        seating.end(&SessionId::new("2"));
        assert_eq!(caller.clone().now(&seating).desk, Err(NoDesk::Ended));
        let unknown = caller.now(&Seating::Unknown(Doubt::LogindSilent));
        assert_eq!(unknown.desk, Err(NoDesk::Unknown(Doubt::LogindSilent)));
    }
}
