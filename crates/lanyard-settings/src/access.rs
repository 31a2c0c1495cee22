//! `[access]`, and where readers are: by what it is decided who may use which card.

use lanyard_seats::{SeatByName, SeatName, SeatsOfReaders, Users};
use serde::Deserialize;

use super::{
    Reader,
    values::{part_of_name, seat},
};

/// `[access]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Given")]
pub struct Access {
    /// `mode`
    pub mode: Mode,
}

/// By what it is decided whose readers these are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// `"desks"`: login sessions and seats, as logind tells of them.
    #[default]
    Desks,
    /// `"single-user"`: the calling user alone.
    SingleUser {
        /// `user`; none for the daemon's own.
        user: Option<u32>,
    },
}

/// The section as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Given {
    mode: Word,
    user: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    #[default]
    Desks,
    SingleUser,
}

/// A user was named where login sessions decide.
#[derive(Debug, thiserror::Error)]
#[error("a user is named for mode \"single-user\" only")]
struct UserAtDesks;

impl TryFrom<Given> for Access {
    type Error = UserAtDesks;

    fn try_from(given: Given) -> Result<Self, UserAtDesks> {
        match (given.mode, given.user) {
            (Word::Desks, None) => Ok(Self { mode: Mode::Desks }),
            (Word::Desks, Some(_)) => Err(UserAtDesks),
            (Word::SingleUser, user) => Ok(Self { mode: Mode::SingleUser { user } }),
        }
    }
}

impl Access {
    /// The calling user decides, who is the daemon's own.
    pub const fn single_user() -> Self {
        Self { mode: Mode::SingleUser { user: None } }
    }

    /// The rule for a daemon that runs as this user. Root counts as every user.
    pub fn by_whom(&self, own_uid: u32) -> lanyard_seats::Access {
        match self.mode {
            Mode::Desks => lanyard_seats::Access::Desks,
            Mode::SingleUser { user } => {
                lanyard_seats::Access::SingleUser(Users::Only(user.unwrap_or(own_uid)))
            }
        }
    }
}

/// `[[reader.seats]]`: where some readers are that are no USB devices.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeatOfReader {
    /// `name-contains`: what the reader's name contains.
    #[serde(deserialize_with = "part_of_name")]
    pub name_contains: String,
    /// `seat`: where it is.
    #[serde(deserialize_with = "seat")]
    pub seat: SeatName,
}

impl Reader {
    /// Where readers are that udev knows nothing of.
    pub fn seats(&self) -> SeatsOfReaders {
        let by_name = self.seats.iter().map(|SeatOfReader { name_contains, seat }| SeatByName {
            name_contains: name_contains.clone(),
            seat: seat.clone(),
        });
        SeatsOfReaders { by_name: by_name.collect(), otherwise: self.seat.clone() }
    }
}
