//! A holder's UUID as the log has it. Nothing else names a person there.

use std::fmt;

use lanyard_audit::HolderUuid;
use lanyard_settings::Uuids;

/// How many digits are left of a shortened one.
const DIGITS: usize = 4;

/// A UUID, as long as the site wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a>(pub(crate) &'a HolderUuid, pub(crate) Uuids);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(uuid, uuids) = self;
        let uuid = uuid.as_str();
        match uuids {
            Uuids::Full => f.write_str(uuid),
            // One that is not longer would be shown whole.
            Uuids::Short => match uuid.len().checked_sub(DIGITS).filter(|hidden| *hidden > 0) {
                Some(hidden) => write!(f, "..{}", uuid.get(hidden..).unwrap_or_default()),
                None => f.write_str(".."),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_uuid_is_its_last_four_digits() {
        let uuid = HolderUuid::new("999900000102").unwrap();
        assert_eq!(Shown(&uuid, Uuids::Short).to_string(), "..0102");
        assert_eq!(Shown(&uuid, Uuids::Full).to_string(), "999900000102");
    }
}
