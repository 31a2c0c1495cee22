//! A passcode that is to replace another: the rules for new ones, nothing obvious, entered twice.

use std::fmt;

use lanyard_iso7816::SecretBytes;

use super::{Dates, Obvious, Passcode, Rules, Unfit, obvious::obvious};
use crate::HolderUuid;

/// A new passcode, entered once so far.
pub struct NewPasscode {
    passcode: Passcode,
    rules: Rules,
}

/// A new passcode that was entered twice: what a card may be given.
pub struct RepeatedPasscode(Passcode);

/// Why a passcode cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsettable {
    /// It does not keep the rules for new passcodes.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// It is one of the first that a stranger would try.
    #[error(transparent)]
    Obvious(#[from] Obvious),
}

/// The second entry is not the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the new passcode was not repeated")]
pub struct NotRepeated;

impl NewPasscode {
    /// Takes what was entered, as [`Passcode::parse`] does. `holder` is the identifier on the card.
    ///
    /// # Errors
    /// [`Unsettable`]; what was entered is zeroed.
    pub fn parse(
        entered: SecretBytes,
        rules: &Rules,
        dates: Dates,
        holder: Option<&HolderUuid>,
    ) -> Result<Self, Unsettable> {
        let passcode = Passcode::parse(entered, rules)?;
        match obvious(&passcode, holder, dates) {
            Some(reason) => Err(reason.into()),
            None => Ok(Self { passcode, rules: *rules }),
        }
    }

    /// Takes the second entry. How long the comparison takes tells nothing of where they differ.
    ///
    /// # Errors
    /// [`NotRepeated`]; both entries are zeroed.
    pub fn repeated(self, entered: SecretBytes) -> Result<RepeatedPasscode, NotRepeated> {
        match Passcode::parse(entered, &self.rules) {
            Ok(again) if again.is_same_as(&self.passcode) => Ok(RepeatedPasscode(self.passcode)),
            Ok(_) | Err(_) => Err(NotRepeated),
        }
    }
}

impl RepeatedPasscode {
    /// Whether nothing would change.
    pub fn is_same_as(&self, current: &Passcode) -> bool {
        self.0.is_same_as(current)
    }

    pub(crate) const fn padded(&self) -> &SecretBytes {
        self.0.padded()
    }
}

impl fmt::Debug for NewPasscode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("passcode")
    }
}

impl fmt::Debug for RepeatedPasscode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("passcode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passcode::tests::entered;

    fn new(text: &str) -> Result<NewPasscode, Unsettable> {
        NewPasscode::parse(entered(text.as_bytes()), &Rules::SETTING, Dates::Allowed, None)
    }

    #[test]
    fn a_new_passcode_is_entered_twice() {
        for again in ["73915", "739150\n\n", "73915O", "739151", "7391500", "", "739150\u{FF}"] {
            let repeated = new("739150").unwrap().repeated(entered(again.as_bytes()));
            assert_eq!(repeated.unwrap_err(), NotRepeated, "{again}");
        }
        let repeated = new("739150\n").unwrap().repeated(entered(b"739150")).unwrap();
        assert_eq!(repeated.padded().bytes(), b"739150\xFF\xFF");
    }

    #[test]
    fn a_new_passcode_that_changes_nothing_can_be_told() {
        let current = |text| Passcode::parse(entered(text), &Rules::VERIFYING).unwrap();
        let repeated = new("739150").unwrap().repeated(entered(b"739150")).unwrap();
        assert!(repeated.is_same_as(&current(b"739150")));
        assert!(!repeated.is_same_as(&current(b"7391")));
    }

    #[test]
    fn what_may_be_verified_may_not_always_be_chosen() {
        assert_eq!(new("desk42").unwrap_err(), Unfit::NotDigits.into());
        assert_eq!(new("2468").unwrap_err(), Unfit::TooShort { shortest: 6 }.into());
        assert_eq!(new("123456").unwrap_err(), Obvious::Ascending.into());
    }

    #[test]
    fn a_new_passcode_is_never_printed() {
        let first = new("739150").unwrap();
        assert_eq!(format!("{first:?}"), "passcode");
        assert_eq!(format!("{:?}", first.repeated(entered(b"739150")).unwrap()), "passcode");
    }
}
