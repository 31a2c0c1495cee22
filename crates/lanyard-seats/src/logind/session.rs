//! A session's properties, read as a desk.

use std::collections::HashMap;

use zbus::{Error, OwnedVariant, Structure, Variant};

use crate::{Class, Desk, Kind, Place, Screen, SeatName, SessionId, Standing};

/// Every property of a session, by name.
pub(super) type Properties = HashMap<String, OwnedVariant>;

/// The desk that these properties describe. What decides who may do what must be there and of its type.
pub(super) fn desk(mut properties: Properties) -> Result<Desk, Error> {
    let mut take = |name| properties.remove(name).ok_or(Error::MissingParameter(name));
    let session = text(take("Id")?)?;
    let (uid, _) = pair::<u32, OwnedVariant>(take("User")?)?;
    let (seat, _) = pair::<String, OwnedVariant>(take("Seat")?)?;
    let remote = bool::try_from(take("Remote")?)?;
    let active = bool::try_from(take("Active")?)?;
    let state = text(take("State")?)?;
    let class = Class::named(&text(take("Class")?)?);
    let kind = Kind::named(&text(take("Type")?)?);
    // Not there before systemd 230.
    let locked = take("LockedHint").map_or(Ok(false), bool::try_from)?;
    if session.is_empty() {
        return Err(Error::MissingParameter("Id"));
    }
    Ok(Desk {
        session: SessionId::new(&session),
        uid,
        place: place(&seat, remote)?,
        class,
        kind,
        standing: standing(active, &state),
        screen: if locked { Screen::Locked } else { Screen::Open },
    })
}

fn place(seat: &str, remote: bool) -> Result<Place, Error> {
    match (remote, seat) {
        (true, _) => Ok(Place::Remote),
        (false, "") => Ok(Place::NoSeat),
        (false, seat) => {
            let name = SeatName::new(seat).map_err(|_| Error::InvalidName("a seat's name"))?;
            Ok(Place::Seat(name))
        }
    }
}

/// `Active` says whether the seat shows it; a session that is being ended may still be shown.
fn standing(active: bool, state: &str) -> Standing {
    match (active, state) {
        (_, "closing") => Standing::Closing,
        (true, _) => Standing::Active,
        (false, _) => Standing::Inactive,
    }
}

fn text(value: OwnedVariant) -> Result<String, Error> {
    String::try_from(value)
}

/// Two values in one, as logind gives names with paths. Not read as a tuple, which takes it for granted that there
/// are two.
pub(super) fn pair<A, B>(value: OwnedVariant) -> Result<(A, B), Error>
where
    A: TryFrom<OwnedVariant, Error = Error>,
    B: TryFrom<OwnedVariant>,
    B::Error: Into<Error>,
{
    let fields = Structure::try_from(value)?.into_fields();
    let [first, second] = <[Variant<'static>; 2]>::try_from(fields)
        .map_err(|_| Error::IncorrectType)?
        .map(OwnedVariant::try_from);
    Ok((A::try_from(first?)?, B::try_from(second?).map_err(Into::into)?))
}

#[cfg(test)]
mod tests {
    use zbus::ObjectPath;

    use super::*;

    fn value<'a>(value: impl Into<Variant<'a>>) -> OwnedVariant {
        OwnedVariant::try_from(value.into()).unwrap()
    }

    fn path() -> ObjectPath<'static> {
        ObjectPath::try_from("/org/freedesktop/login1/session/_32").unwrap()
    }

    fn properties() -> Properties {
        let all = [
            ("Id", value("2")),
            ("User", value((1000_u32, path()))),
            ("Seat", value(("seat0", path()))),
            ("Remote", value(false)),
            ("Active", value(true)),
            ("State", value("active")),
            ("Class", value("user")),
            ("Type", value("wayland")),
            ("LockedHint", value(false)),
            ("Leader", value(77_u32)),
        ];
        all.map(|(name, value)| (name.to_owned(), value)).into()
    }

    fn with(name: &str, value: OwnedVariant) -> Result<Desk, Error> {
        let mut properties = properties();
        properties.insert(name.to_owned(), value);
        desk(properties)
    }

    #[test]
    fn a_desktop_is_read_as_it_is_described() {
        let expected = Desk {
            session: SessionId::new("2"),
            uid: 1000,
            place: Place::Seat(SeatName::default()),
            class: Class::Person,
            kind: Kind::Graphical,
            standing: Standing::Active,
            screen: Screen::Open,
        };
        assert_eq!(desk(properties()).unwrap(), expected);
        let locked = with("LockedHint", value(true)).unwrap();
        assert_eq!(locked, Desk { screen: Screen::Locked, ..expected });
    }

    #[test]
    fn a_session_from_another_machine_is_remote_whatever_else_it_says() {
        assert_eq!(with("Remote", value(true)).unwrap().place, Place::Remote);
    }

    #[test]
    fn a_session_that_is_being_ended_is_not_active_any_more() {
        assert_eq!(with("State", value("closing")).unwrap().standing, Standing::Closing);
        assert_eq!(with("Active", value(false)).unwrap().standing, Standing::Inactive);
    }

    #[test]
    fn an_older_logind_does_not_know_of_locked_screens() {
        let mut properties = properties();
        properties.remove("LockedHint");
        assert_eq!(desk(properties).unwrap().screen, Screen::Open);
    }

    #[test]
    fn what_is_missing_or_of_another_type_is_no_desk() {
        for name in ["Id", "User", "Seat", "Remote", "Active", "State", "Class", "Type"] {
            let mut missing = properties();
            missing.remove(name);
            assert!(desk(missing).is_err(), "{name}");
            for nonsense in [value(1.5), value((7_u8,)), value(vec!["x"])] {
                assert!(with(name, nonsense).is_err(), "{name}");
            }
        }
        assert!(with("Id", value("")).is_err());
        assert!(with("Seat", value(("a/b", path()))).is_err());
        assert!(with("Seat", value(("seat0",))).is_err());
        assert!(with("User", value((1000_u32,))).is_err());
        assert!(with("User", value((1000_u32, path(), 1_u8))).is_err());
    }
}
