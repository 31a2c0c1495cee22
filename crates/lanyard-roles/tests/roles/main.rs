//! The crate as its users have it: catalogues, documents, and a folder that changes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod judges;
#[cfg(test)]
mod survey;
#[cfg(test)]
mod userinfo;
#[cfg(test)]
mod watching;

use jiff::{Span, Timestamp};
use lanyard_roles::{KeyRights, OdsCode, Organisations, Persons};

/// 15 June 2026, noon.
fn now() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now() + Span::new().seconds(seconds)
}

/// May sign everything.
fn everything() -> KeyRights {
    KeyRights { organisations: Organisations::All, persons: Persons::Anybody }
}

/// May sign for these organisations alone.
fn only(codes: &[&str]) -> Organisations {
    Organisations::Only(codes.iter().map(|code| OdsCode::parse(code).unwrap()).collect())
}
