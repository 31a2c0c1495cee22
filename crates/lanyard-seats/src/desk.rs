//! A desk: a login session, and where it sits.
//!
//! Values only: nobody is asked here. The words are logind's (`org.freedesktop.login1(5)`, `sd_session_get_state(3)`).

use std::{fmt, sync::Arc};

use thiserror::Error;

/// A login session, as logind names it. Not used again until the next boot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(Arc<str>);

/// A seat, as logind and udev name it: `seat0` is everybody's unless something else is said.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatName(Arc<str>);

/// What cannot be the name of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a seat is called \"seat\" and up to 251 letters, digits, \"-\" and \"_\"")]
pub struct NotASeatName;

/// A login session and where it sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Which session.
    pub session: SessionId,
    /// Whose it is.
    pub uid: u32,
    /// Where it sits.
    pub place: Place,
    /// What it is for.
    pub class: Class,
    /// What is shown to the person.
    pub kind: Kind,
    /// Whether the person sees it.
    pub standing: Standing,
    /// Whether it says that its screen is locked (`LockedHint`).
    pub screen: Screen,
}

/// Where a session sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At a seat of this machine.
    Seat(SeatName),
    /// Nowhere: `cron`, `su` from another session.
    NoSeat,
    /// On another machine: `ssh`.
    Remote,
}

/// What a session is for (`Class`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A person works in it.
    Person,
    /// The screen on which people log in.
    Greeter,
    /// A screen that is shown instead of a person's.
    LockScreen,
    /// The user's service manager, which has a session of its own since systemd 256.
    Manager,
    /// Jobs.
    Background,
    /// A class that is not known here, or one that is not finished (`user-incomplete`).
    Unknown,
}

/// What is shown to the person (`Type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A desktop.
    Graphical,
    /// A text console.
    Text,
    /// Neither is known.
    Unspecified,
}

/// Whether the person sees the session (`Active`, `State`). A session without a seat is always active for logind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the foreground of its seat.
    Active,
    /// Somebody else's is.
    Inactive,
    /// Logged out; some of its processes are left.
    Closing,
}

/// Whether a session says that its screen is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// It does not.
    Open,
    /// It does.
    Locked,
}

impl SessionId {
    /// A session of this name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SeatName {
    /// The seat of every device that udev assigns to no other.
    pub const DEFAULT: &str = "seat0";
    /// As long as a file's name may be: logind keeps a file for each seat.
    const LONGEST: usize = 255;

    /// A seat of this name.
    ///
    /// # Errors
    /// [`NotASeatName`] when logind would not take it.
    pub fn new(name: &str) -> Result<Self, NotASeatName> {
        let belongs = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let fits = name.starts_with("seat") && name.len() <= Self::LONGEST;
        if fits && name.bytes().all(belongs) { Ok(Self(name.into())) } else { Err(NotASeatName) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for SeatName {
    fn default() -> Self {
        Self(Self::DEFAULT.into())
    }
}

impl Desk {
    /// The seat at which the person sees this session now, if there is one.
    pub fn active_at(&self) -> Option<&SeatName> {
        match (&self.place, self.standing) {
            (Place::Seat(seat), Standing::Active) => Some(seat),
            (Place::Seat(_), Standing::Inactive | Standing::Closing)
            | (Place::NoSeat | Place::Remote, _) => None,
        }
    }
}

impl Class {
    /// logind's word. What is not known is nobody's desk.
    pub fn named(word: &str) -> Self {
        match word {
            "user" | "user-early" | "user-light" | "user-early-light" => Self::Person,
            "greeter" => Self::Greeter,
            "lock-screen" => Self::LockScreen,
            "manager" | "manager-early" => Self::Manager,
            "background" | "background-light" => Self::Background,
            _ => Self::Unknown,
        }
    }
}

impl Kind {
    /// logind's word.
    pub fn named(word: &str) -> Self {
        match word {
            "x11" | "wayland" | "mir" => Self::Graphical,
            "tty" => Self::Text,
            _ => Self::Unspecified,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person => "a person's session",
            Self::Greeter => "the login screen",
            Self::LockScreen => "a lock screen",
            Self::Manager => "a service manager",
            Self::Background => "a background session",
            Self::Unknown => "a session of unknown class",
        })
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for SeatName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SeatName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_called_as_logind_would_call_it() {
        for name in ["seat0", "seat-ward-2", "seat_1", "seat"] {
            assert_eq!(SeatName::new(name).unwrap().as_str(), name);
        }
        let long = format!("seat{}", "x".repeat(252));
        for name in ["", "ward", "seat 1", "seat/1", "seat-Ü", "Seat0", &long] {
            assert_eq!(SeatName::new(name), Err(NotASeatName), "{name}");
        }
    }

    #[test]
    fn a_class_that_is_not_known_is_no_person_s() {
        assert_eq!(Class::named("user-light"), Class::Person);
        for word in ["user-incomplete", "", "User", "manager-of-something"] {
            assert_eq!(Class::named(word), Class::Unknown, "{word}");
        }
    }
}
