//! Roles as far as a session must know them: which, where, from when until when.
//!
//! What a role allows is its payload, which is only compared here. `lanyard-roles` reads documents and
//! knows codes; the daemon joins the two.

use std::{fmt, sync::Arc, time::SystemTime};

macro_rules! name {
    ($name:ident, $about:literal) => {
        #[doc = $about]
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The one of this name.
            pub fn new(name: &str) -> Self {
                Self(name.into())
            }

            /// Its name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

name!(RoleId, "A role of one person, by the directory's `person_roleid`.");
name!(Organisation, "An organisation, by its ODS code (`org_code`).");

/// A role that the directory gives a person. Two with the same organisation and the same payload give the
/// same: the payload's `PartialEq` says what counts as a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleOffer<R> {
    /// Which.
    pub id: RoleId,
    /// Where.
    pub organisation: Organisation,
    /// From when on it may be used; none when it always might.
    pub from: Option<SystemTime>,
    /// From when on it may not be used any more; none when it stays. A role that closes on a day closes when
    /// the day is over, where the site is: whoever reads the directory's dates works that out.
    pub until: Option<SystemTime>,
    /// What it allows.
    pub role: R,
}

/// What came of asking the directory. Every answer is the whole truth: a role that is missing is withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryAnswer<R> {
    /// The person's roles, possibly none. Of several with one id the first counts.
    Roles(Vec<RoleOffer<R>>, Freshness),
    /// The directory could not be asked. What it said before stands, and counts as stale.
    Failed,
}

/// Whether an answer is the directory's latest word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It is.
    Fresh,
    /// It is an earlier one: the directory could not be asked.
    Stale,
}

/// What is known of a person's roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Knowledge {
    /// The directory is being asked.
    Awaited,
    /// The directory said it.
    Fresh,
    /// The directory said it some time ago, and could not be asked again.
    Stale,
    /// The directory could not be asked, and nothing is known.
    Unavailable,
}

/// Whether an organisation is the site's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whereabouts {
    /// It is.
    Here,
    /// It is another one.
    Elsewhere,
}
