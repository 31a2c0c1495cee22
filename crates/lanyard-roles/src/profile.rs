//! Access profiles: named sets of activities, and what somebody lacks of one.
//!
//! Who adds what is missing is told too: roles and positions are the registration authority's to assign,
//! and a sponsor may ask for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::Effective;
use crate::codes::Activity;

/// Child protection, unscheduled care: the flag and the patient trace.
const CP_IS_UNSCHEDULED: [&str; 2] = ["B0107", "B0264"];

/// Child protection, scheduled care: the flag, without notification of the access.
const CP_IS_SCHEDULED: [&str; 1] = ["B0170"];

/// Who adds an activity to somebody's role.
pub const WHO_ADDS: &str =
    "A registration authority manager or agent adds it to your role; your sponsor can ask for it.";

/// A named set of activities that something needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    name: Box<str>,
    needs: BTreeSet<Activity>,
}

/// What became of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Every activity is there.
    Satisfied,
    /// These are not, in the order of the codes; [`WHO_ADDS`] says who can help.
    Missing(Vec<Activity>),
}

/// A profile that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Everybody would satisfy it.
    #[error("the profile {name:?} needs nothing")]
    Empty {
        /// Its name.
        name: String,
    },
    /// No activity.
    #[error("the profile {name:?} needs {code:?}, which is no activity")]
    NotACode {
        /// Its name.
        name: String,
        /// What stands there.
        code: String,
    },
    /// The name has other characters than `a-z`, `0-9` and `-`, or none.
    #[error("{name:?} is no name of a profile")]
    Name {
        /// The name.
        name: String,
    },
}

impl Profile {
    /// A profile as settings have it.
    ///
    /// # Errors
    /// [`ProfileError`] when name or codes are none.
    pub fn new<'a>(
        name: &str,
        codes: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ProfileError> {
        let of_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(of_name) {
            return Err(ProfileError::Name { name: name.into() });
        }
        let code = |code: &str| {
            let (name, text) = (name.into(), code.into());
            Activity::parse(code).ok_or(ProfileError::NotACode { name, code: text })
        };
        let needs: BTreeSet<_> = codes.into_iter().map(code).collect::<Result<_, _>>()?;
        if needs.is_empty() {
            return Err(ProfileError::Empty { name: name.into() });
        }
        Ok(Self { name: name.into(), needs })
    }

    /// Those that are there without any setting.
    pub fn shipped() -> Vec<Self> {
        let shipped =
            [("cp-is-unscheduled", &CP_IS_UNSCHEDULED[..]), ("cp-is-scheduled", &CP_IS_SCHEDULED)];
        let made = |(name, codes): (&str, &[&'static str])| Self::new(name, codes.iter().copied());
        shipped.into_iter().filter_map(|profile| made(profile).ok()).collect()
    }

    /// Those that hold at a site: the shipped ones, and what its settings add or put in their place.
    ///
    /// # Errors
    /// [`ProfileError`] about the first of the site's that is none.
    pub fn of_site(
        site: &BTreeMap<String, Vec<String>>,
    ) -> Result<BTreeMap<String, Self>, ProfileError> {
        let named = |profile: Self| (profile.name().to_owned(), profile);
        let mut profiles: BTreeMap<_, _> = Self::shipped().into_iter().map(named).collect();
        for (name, codes) in site {
            let profile = Self::new(name, codes.iter().map(String::as_str))?;
            profiles.insert(name.clone(), profile);
        }
        Ok(profiles)
    }

    /// Its name.
    pub const fn name(&self) -> &str {
        &self.name
    }

    /// What it needs, in the order of the codes.
    pub fn needs(&self) -> impl Iterator<Item = Activity> {
        self.needs.iter().copied()
    }

    /// Whether somebody who may do this satisfies it.
    pub fn check(&self, effective: &Effective) -> Checked {
        let missing: Vec<_> = self.needs().filter(|activity| !effective.has(*activity)).collect();
        if missing.is_empty() { Checked::Satisfied } else { Checked::Missing(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_needs_activities_and_a_name() {
        let profile = Profile::new("scr-view", ["B0264", "B0360", "B0264"]).unwrap();
        assert_eq!(profile.needs().count(), 2);
        let refused = |name: &str, codes: &[&'static str]| {
            Profile::new(name, codes.iter().copied()).unwrap_err().to_string()
        };
        assert_eq!(refused("none", &[]), "the profile \"none\" needs nothing");
        let odd = "the profile \"odd\" needs \"R8001\", which is no activity";
        assert_eq!(refused("odd", &["R8001"]), odd);
        assert_eq!(refused("Two words", &["B0264"]), "\"Two words\" is no name of a profile");
    }

    #[test]
    fn a_site_adds_profiles_and_puts_others_in_the_place_of_shipped_ones() {
        let site = BTreeMap::from([
            ("cp-is-scheduled".to_owned(), vec!["B0170".to_owned(), "B0264".to_owned()]),
            ("ward".to_owned(), vec!["B0360".to_owned()]),
        ]);
        let profiles = Profile::of_site(&site).unwrap();
        let counts = profiles.iter().map(|(name, it)| (name.as_str(), it.needs().count()));
        let expected = [("cp-is-scheduled", 2), ("cp-is-unscheduled", 2), ("ward", 1)];
        assert_eq!(counts.collect::<Vec<_>>(), expected);
        let wrong = BTreeMap::from([("ward".to_owned(), vec!["R8001".to_owned()])]);
        assert!(Profile::of_site(&wrong).is_err());
    }

    #[test]
    fn both_profiles_of_child_protection_are_shipped() {
        let shipped: Vec<(String, Vec<String>)> = Profile::shipped()
            .iter()
            .map(|it| (it.name().into(), it.needs().map(|code| code.to_string()).collect()))
            .collect();
        let expected = [
            ("cp-is-unscheduled".into(), vec!["B0107".into(), "B0264".into()]),
            ("cp-is-scheduled".into(), vec!["B0170".into()]),
        ];
        assert_eq!(shipped, expected);
    }
}
