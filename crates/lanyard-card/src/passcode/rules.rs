//! What a passcode may look like, as data: settings give it, two usual sets stand here.
//!
//! Passcodes of 4 to 8 letters and digits were given out and stay valid; since 2023 new ones have 6 to 8
//! digits, as PIV demands (SP 800-73-4 part 2 §2.4.3).

use super::Unfit;

/// The most characters a PIV card takes (SP 800-73-4 part 2 §2.4.3).
pub const LONGEST_PASSCODE: usize = 8;

/// The lengths and characters a passcode may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    shortest: usize,
    longest: usize,
    characters: Characters,
}

/// Which characters a passcode may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Characters {
    /// `0` to `9`.
    Digits,
    /// `0` to `9`, `A` to `Z`, `a` to `z`; small and capital letters are different.
    LettersAndDigits,
}

/// Rules that no passcode can keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "passcodes of {shortest} to {longest} characters are not possible; cards take 1 to {LONGEST_PASSCODE}"
)]
pub struct ImpossibleRules {
    shortest: usize,
    longest: usize,
}

impl Rules {
    /// 4 to 8 letters and digits: every passcode that was ever given out.
    pub const VERIFYING: Self =
        Self { shortest: 4, longest: LONGEST_PASSCODE, characters: Characters::LettersAndDigits };

    /// 6 to 8 digits: what may be chosen today.
    pub const SETTING: Self =
        Self { shortest: 6, longest: LONGEST_PASSCODE, characters: Characters::Digits };

    /// Rules of a site.
    ///
    /// # Errors
    /// [`ImpossibleRules`] unless 1 ≤ `shortest` ≤ `longest` ≤ 8.
    pub const fn new(
        shortest: usize,
        longest: usize,
        characters: Characters,
    ) -> Result<Self, ImpossibleRules> {
        if 1 <= shortest && shortest <= longest && longest <= LONGEST_PASSCODE {
            Ok(Self { shortest, longest, characters })
        } else {
            Err(ImpossibleRules { shortest, longest })
        }
    }

    /// The fewest and the most characters.
    #[expect(clippy::cast_possible_truncation, reason = "a passcode has at most 8 characters")]
    pub const fn lengths(&self) -> (u8, u8) {
        (self.shortest as u8, self.longest as u8)
    }

    /// The characters first: a line of text is no passcode that is merely too long.
    pub(super) fn check(&self, entered: &[u8]) -> Result<(), Unfit> {
        let Self { shortest, longest, characters } = *self;
        let (allowed, otherwise): (fn(&u8) -> bool, _) = match characters {
            Characters::Digits => (u8::is_ascii_digit, Unfit::NotDigits),
            Characters::LettersAndDigits => (u8::is_ascii_alphanumeric, Unfit::NotLettersAndDigits),
        };
        match entered.len() {
            0 => Err(Unfit::Empty),
            _ if !entered.iter().all(allowed) => Err(otherwise),
            length if length < shortest => Err(Unfit::TooShort { shortest }),
            length if length > longest => Err(Unfit::TooLong { longest }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_no_card_can_keep_are_refused() {
        for (shortest, longest) in [(0, 8), (6, 5), (4, 9)] {
            Rules::new(shortest, longest, Characters::Digits).unwrap_err();
        }
        let verifying = Rules::new(4, 8, Characters::LettersAndDigits);
        assert_eq!(verifying, Ok(Rules::VERIFYING));
    }
}
