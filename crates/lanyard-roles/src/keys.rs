//! Whose signatures count, and for which organisations. Files are opened by somebody else.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::identifiers::OdsCode;
use crate::jws::PublicKey;

/// The keys of a site, by name. Nothing is allowed that is not said.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    keys: BTreeMap<String, Key>,
}

#[derive(Clone, Debug)]
struct Key {
    public: PublicKey,
    rights: KeyRights,
}

/// What a key may say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyRights {
    /// Whose roles it may sign.
    pub organisations: Organisations,
    /// Which roles count in a person's statement that it signs.
    pub persons: Persons,
}

/// The organisations that a key speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Organisations {
    /// These.
    Only(BTreeSet<OdsCode>),
    /// All of them.
    All,
}

/// Which roles count when a key signs the statement about a person that names them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persons {
    /// Those at its own organisations.
    #[default]
    OfItsOrganisations,
    /// All: the key of whoever collects the roles that several authorities have signed.
    Anybody,
}

impl Default for Organisations {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl Organisations {
    /// Whether the organisation is among them.
    pub fn contains(&self, organisation: &OdsCode) -> bool {
        match self {
            Self::Only(codes) => codes.contains(organisation),
            Self::All => true,
        }
    }
}

impl Keys {
    /// Adds a key, or puts it in the place of the one with the same name.
    pub fn insert(&mut self, kid: &str, public: PublicKey, rights: KeyRights) {
        self.keys.insert(kid.to_owned(), Key { public, rights });
    }

    /// The names of all keys.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    pub(crate) fn public(&self, kid: &str) -> Result<&PublicKey, Finding> {
        Ok(&self.key(kid)?.public)
    }

    /// Whether the key may sign a role at this organisation.
    pub(crate) fn may_sign_role(&self, kid: &str, at: &OdsCode) -> Result<(), Finding> {
        let allowed = self.key(kid)?.rights.organisations.contains(at);
        if allowed { Ok(()) } else { Err(not_allowed(kid, at)) }
    }

    /// Whether the key may say that a role at this organisation is somebody's.
    pub(crate) fn may_name_role(&self, kid: &str, at: &OdsCode) -> Result<(), Finding> {
        match self.key(kid)?.rights.persons {
            Persons::Anybody => Ok(()),
            Persons::OfItsOrganisations => self.may_sign_role(kid, at),
        }
    }

    fn key(&self, kid: &str) -> Result<&Key, Finding> {
        self.keys
            .get(kid)
            .ok_or_else(|| Finding::UnknownKey { kid: kid.chars().take(64).collect() })
    }
}

fn not_allowed(kid: &str, organisation: &OdsCode) -> Finding {
    Finding::KeyNotAllowed { kid: kid.to_owned(), organisation: organisation.clone() }
}
