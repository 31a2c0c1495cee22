//! The two cards of the world. Each proves in earnest once; the model then takes its proofs as often as it
//! needs them, by a type that only this crate's tests have.

use std::sync::LazyLock;

use lanyard_card::{CardSerial, HolderUuid};

use crate::{
    Insertion, Proof, Proven,
    proof::sealed,
    tests::cards::{PersonsCard, Proofs},
};

static PEOPLE: LazyLock<[Proven; 2]> = LazyLock::new(|| [proven("nurse"), proven("student")]);

/// The proofs of one of the two cards, as if of another insertion.
#[derive(Clone, Debug)]
pub(super) struct Borrowed {
    real: &'static Proven,
    insertion: Insertion,
}

fn proven(persona: &str) -> Proven {
    let Proofs { serial, held, trusted } = PersonsCard::of(persona).proves();
    Proven::of(Insertion::numbered(0), serial, held, trusted).unwrap()
}

impl Borrowed {
    pub(super) fn of(card: usize, insertion: Insertion) -> Self {
        Self { real: &PEOPLE[card], insertion }
    }

    /// Which of the two.
    pub(super) fn card_index(&self) -> usize {
        usize::from(self.real.card() == PEOPLE[1].card())
    }
}

pub(super) fn card_named(serial: &CardSerial) -> Option<usize> {
    PEOPLE.iter().position(|person| person.card() == serial)
}

pub(super) fn holder(card: usize) -> &'static HolderUuid {
    PEOPLE[card].holder()
}

impl sealed::Sealed for Borrowed {}

impl Proof for Borrowed {
    fn insertion(&self) -> Insertion {
        self.insertion
    }

    fn card(&self) -> &CardSerial {
        self.real.card()
    }

    fn holder(&self) -> &HolderUuid {
        self.real.holder()
    }

    fn certificate(&self) -> &[u8] {
        self.real.certificate()
    }
}
