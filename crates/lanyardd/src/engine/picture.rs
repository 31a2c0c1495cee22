//! What is true: the service, the readers, the cards. Made by the engine alone; everybody else reads.
//!
//! Personal facts stand here beside public ones. The way to them is `View`, and nothing else.

use std::{
    collections::{BTreeMap, btree_map},
    fmt,
    time::SystemTime,
};

use lanyard_card::Identity;
use lanyard_dbus::UnusableReason;
use lanyard_reader::{Atr, PinPad, ReaderName, Service};
use lanyard_seats::SeatName;

use super::{Request, TriesLeft, Trust, request::Requests};

macro_rules! id {
    ($name:ident, $about:literal) => {
        #[doc = $about]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) u64);

        impl $name {
            /// The one with this number, which may never have been or be gone.
            pub const fn numbered(number: u64) -> Self {
                Self(number)
            }

            /// Its number. What comes later has a greater one.
            pub const fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(ReaderId, "One reader, from arrival to departure. Never used again.");
id!(CardId, "One card, from one insertion to its removal. Never used again.");
id!(RequestId, "One request. Never used again.");
id!(OrderId, "One order to a card. Never used again.");
id!(PromptId, "One asking of a person. Never used again.");
id!(JudgingId, "One judging of a certificate. Never used again.");

/// Everything the engine knows that somebody may see.
#[derive(Clone, Debug)]
pub struct Picture {
    pub(super) service: Service,
    pub(super) readers: BTreeMap<ReaderId, Reader>,
    pub(super) cards: BTreeMap<CardId, Card>,
    pub(super) requests: Requests,
}

/// A reader.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Its name in PC/SC.
    pub name: ReaderName,
    /// The seat it belongs to; none until it was asked, and when nobody can say so.
    pub seat: Option<SeatName>,
    /// Its keys for the passcode, when it has them.
    pub pin_pad: Option<PinPad>,
    /// The card in it.
    pub card: Option<CardId>,
}

impl Reader {
    /// The name of its seat; empty while there is none.
    pub fn seat_name(&self) -> &str {
        self.seat.as_ref().map_or("", SeatName::as_str)
    }
}

/// A card in a reader.
#[derive(Clone, Debug)]
pub struct Card {
    /// The reader it is in.
    pub reader: ReaderId,
    /// Its answer to reset; `None` when it gave none.
    pub atr: Option<Atr>,
    /// When it was inserted.
    pub inserted_at: SystemTime,
    /// How far it is.
    pub state: CardState,
}

/// How far a card is: `Reading → Ready | Blocked | Unusable`, and on to `Ready` or `Blocked` from an
/// unusable card that answers after all.
#[derive(Clone, Debug)]
pub enum CardState {
    /// It is being read.
    Reading,
    /// It told who it is, and its passcode can be asked for.
    Ready(Known),
    /// It told who it is, and its passcode is blocked, by the card or at this workstation.
    Blocked(Known),
    /// It cannot be used.
    Unusable(UnusableReason),
}

/// A card that has told who it is.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it told, with the tries it told last.
    pub identity: Identity,
    /// Tries that this workstation's ledger leaves it; `None` when there is no ledger.
    pub tries_here: Option<u8>,
    /// Whether its certificate may be believed.
    pub trust: Trust,
}

impl Known {
    /// Tries left.
    pub const fn tries(&self) -> TriesLeft {
        TriesLeft { card: self.identity.tries, here: self.tries_here }
    }
}

impl CardState {
    /// What a card has told that has told who it is.
    pub const fn known(&self) -> Option<&Known> {
        match self {
            Self::Ready(known) | Self::Blocked(known) => Some(known),
            Self::Reading | Self::Unusable(_) => None,
        }
    }

    /// Whether it has told who it is, and nobody has judged that yet.
    pub(super) const fn is_unjudged(&self) -> bool {
        matches!(self, Self::Ready(known) | Self::Blocked(known) if matches!(known.trust, Trust::Unjudged))
    }

    pub(super) const fn known_mut(&mut self) -> Option<&mut Known> {
        match self {
            Self::Ready(known) | Self::Blocked(known) => Some(known),
            Self::Reading | Self::Unusable(_) => None,
        }
    }
}

impl Picture {
    /// Nothing is known yet.
    pub(super) const fn empty() -> Self {
        Self {
            service: Service::Unavailable,
            readers: BTreeMap::new(),
            cards: BTreeMap::new(),
            requests: Requests::new(),
        }
    }

    /// The state of the smartcard service.
    pub const fn service(&self) -> Service {
        self.service
    }

    /// One reader, while it is there.
    pub fn reader(&self, reader: ReaderId) -> Option<&Reader> {
        self.readers.get(&reader)
    }

    /// One card, while it is there.
    pub(crate) fn card(&self, card: CardId) -> Option<&Card> {
        self.cards.get(&card)
    }

    /// One request, while it is readable.
    pub(crate) fn request(&self, request: RequestId) -> Option<&Request> {
        self.requests.get(&request)
    }

    /// How many readers and cards there are.
    pub fn counts(&self) -> (usize, usize) {
        (self.readers.len(), self.cards.len())
    }

    pub(super) fn reader_named(&self, name: &ReaderName) -> Option<ReaderId> {
        self.readers.iter().find_map(|(id, reader)| (reader.name == *name).then_some(*id))
    }

    pub(super) fn card_entry(&mut self, card: CardId) -> Option<CardEntry<'_>> {
        match self.cards.entry(card) {
            btree_map::Entry::Occupied(entry) => Some(entry),
            btree_map::Entry::Vacant(_) => None,
        }
    }
}

type CardEntry<'a> = btree_map::OccupiedEntry<'a, CardId, Card>;
