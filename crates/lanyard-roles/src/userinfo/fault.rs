//! What is wrong with a role document, or with one role in it.

use crate::identifiers::RoleId;

/// The longest document that is read, in bytes: forty roles are about 50 kB.
pub const LONGEST_DOCUMENT: usize = 256 * 1024;

/// So many roles of one person are read: a real one has forty.
pub const MOST_ROLES: usize = 256;

/// So many organisations of one person are read.
pub const MOST_ORGANISATIONS: usize = 1024;

/// So many activities, workgroups or areas of one role are read.
pub const MOST_ENTRIES: usize = 1024;

/// The longest name or code, in bytes.
pub const LONGEST_TEXT: usize = 1024;

/// A document that cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    /// It is too long.
    #[error("longer than {LONGEST_DOCUMENT} bytes")]
    TooLong,
    /// It is not JSON of this shape; a field stands there twice; or a field has another type.
    #[error("{0}")]
    Shape(String),
    /// `nhsid_useruid` is not twelve digits.
    #[error("nhsid_useruid is not twelve digits")]
    Uuid,
    /// It has too many roles or organisations.
    #[error("more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are read.
        limit: usize,
    },
    /// A text in it is too long.
    #[error("{field} is longer than {LONGEST_TEXT} bytes")]
    LongText {
        /// Where.
        field: &'static str,
    },
}

/// A role that is left out, and why. The others count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("role {number}: {fault}")]
pub struct RoleProblem {
    /// Which one, from 1.
    pub number: usize,
    /// What is wrong with it.
    pub fault: RoleFault,
}

/// What can be wrong with a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleFault {
    /// It is no object, a field has another type, or one stands there twice.
    #[error("{0}")]
    Shape(String),
    /// A required field is not there, or empty.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field that decides something has another form.
    #[error("{0} has another form")]
    Form(&'static str),
    /// A list has too many entries.
    #[error("{field} has more than {MOST_ENTRIES} entries")]
    TooMany {
        /// Which.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} is longer than {LONGEST_TEXT} bytes")]
    LongText {
        /// Which.
        field: &'static str,
    },
    /// Another role has the same identifier: which of them is meant, nobody can say, and neither counts.
    #[error("person_roleid {id} stands there twice")]
    Duplicate {
        /// The identifier.
        id: RoleId,
    },
}
