//! A simulated card: it counts as a real one does, and the test knows what it was refused.

use lanyard_ledger::{CardSerial, Counter};
use proptest::prelude::*;

/// What a card does, and what became of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Card {
    pub(crate) number: u8,
    pub(crate) most: u8,
    pub(crate) left: u8,
    /// Whether the query for the tries left is answered.
    pub(crate) told: bool,
    /// Whether a refusal says how many are left.
    pub(crate) told_in_refusals: bool,
    /// Refusals in a row that we caused, and that anybody caused.
    pub(crate) ours: u8,
    pub(crate) all: u8,
    /// Whether the query was answered at all times.
    pub(crate) always_told: bool,
}

impl Card {
    pub(crate) fn serial(self) -> CardSerial {
        CardSerial::new(&[self.number; 16]).unwrap()
    }

    pub(crate) fn counter(self) -> Counter {
        match self.left {
            _ if !self.told => Counter::Untold,
            0 => Counter::Blocked,
            left => Counter::Left(left),
        }
    }

    /// Whether the passcode was accepted.
    pub(crate) fn verify(&mut self, right: bool) -> bool {
        let accepted = right && self.left > 0;
        if accepted {
            self.restored(self.most);
        } else if self.left > 0 {
            self.left -= 1;
            self.all += 1;
        }
        accepted
    }

    pub(crate) fn restored(&mut self, left: u8) {
        (self.left, self.ours, self.all) = (left, 0, 0);
    }
}

/// Cards of every kind, new and used.
pub(crate) fn card() -> impl Strategy<Value = Card> {
    let most = prop::sample::select(vec![3, 5, 10, 15]);
    (most, any::<bool>(), any::<bool>(), 0..=15_u8).prop_map(
        |(most, told, told_in_refusals, used)| {
            let used = used % (most + 1);
            let left = most - used;
            let (ours, all) = (0, used);
            Card { number: 7, most, left, told, told_in_refusals, ours, all, always_told: told }
        },
    )
}
