//! `[profiles]`: access profiles, which everybody may know. Those that are shipped hold unless the site says otherwise.

use std::collections::{BTreeMap, HashMap};

use lanyard_roles::{Profile, ProfileError};
use serde::Deserialize;

/// `[profiles]`: by name, the codes of the activities that something needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Vec<String>>")]
pub struct Profiles(BTreeMap<String, Profile>);

impl TryFrom<BTreeMap<String, Vec<String>>> for Profiles {
    type Error = ProfileError;

    fn try_from(site: BTreeMap<String, Vec<String>>) -> Result<Self, ProfileError> {
        Profile::of_site(&site).map(Self)
    }
}

impl Default for Profiles {
    fn default() -> Self {
        let shipped = Profile::shipped().into_iter();
        Self(shipped.map(|profile| (profile.name().to_owned(), profile)).collect())
    }
}

impl Profiles {
    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.0.get(name)
    }

    /// What they are called.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// As they go over the bus.
    pub fn told(&self) -> HashMap<String, Vec<String>> {
        let codes = |profile: &Profile| profile.needs().map(|code| code.to_string()).collect();
        self.0.iter().map(|(name, profile)| (name.clone(), codes(profile))).collect()
    }
}
