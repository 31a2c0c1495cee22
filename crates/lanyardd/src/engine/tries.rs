//! Tries left, from the two who count: the card, and this workstation's ledger, which is only stricter.

use lanyard_card::piv::Tries;

/// How many wrong passcodes a card bears, and how many it is given here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriesLeft {
    /// What the card says.
    pub card: Tries,
    /// What the ledger leaves of it; `None` when there is no ledger, and no passcode is sent.
    pub here: Option<u8>,
}

impl TriesLeft {
    /// The fewer of the two. A card that keeps its counter to itself is not given the ledger's, which is only
    /// an upper bound then.
    pub fn fewest(self) -> Tries {
        match (self.card, self.here) {
            (Tries::Blocked, _) | (_, Some(0)) => Tries::Blocked,
            (Tries::Left(card), Some(here)) => Tries::Left(card.min(here)),
            (told, _) => told,
        }
    }

    /// Whether a wrong passcode may be the last one.
    pub fn is_last(self) -> bool {
        self.card == Tries::Left(1) || self.here == Some(1)
    }

    /// Whether the card would take a passcode that this workstation does not send.
    pub fn is_blocked_here_alone(self) -> bool {
        self.here == Some(0) && self.card != Tries::Blocked
    }

    /// For a client: `None` when nobody knows.
    pub fn told(self) -> Option<u8> {
        match self.fewest() {
            Tries::Left(tries) => Some(tries),
            Tries::Blocked => Some(0),
            Tries::Verified | Tries::Untold => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_of_the_two_counts() {
        use Tries::{Blocked, Left, Untold};
        for (card, here, fewest, is_last, is_blocked_here_alone) in [
            (Left(3), Some(3), Left(3), false, false),
            (Left(10), Some(3), Left(3), false, false),
            (Left(10), Some(1), Left(1), true, false),
            (Left(1), Some(3), Left(1), true, false),
            (Left(8), Some(0), Blocked, false, true),
            (Blocked, Some(0), Blocked, false, false),
            (Blocked, Some(3), Blocked, false, false),
            (Untold, Some(3), Untold, false, false),
            (Untold, Some(1), Untold, true, false),
            (Untold, Some(0), Blocked, false, true),
            (Left(3), None, Left(3), false, false),
        ] {
            let tries = TriesLeft { card, here };
            assert_eq!(tries.fewest(), fewest, "{tries:?}");
            assert_eq!(tries.is_last(), is_last, "{tries:?}");
            assert_eq!(tries.is_blocked_here_alone(), is_blocked_here_alone, "{tries:?}");
        }
    }
}
