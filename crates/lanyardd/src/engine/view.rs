//! The only door from the engine's picture to the bus: what everybody may see, and what only those may
//! see who were admitted.

use std::time::{SystemTime, UNIX_EPOCH};

use lanyard_dbus::{CardDescription, CardKind, CardState as Word, PcscState, TRIES_UNKNOWN};
use lanyard_reader::Service;

use super::{
    Card, CardId, CardState, ClientName, Picture, Reader, ReaderId, Request, RequestId,
    described::describe, trust,
};
use crate::guard::Admitted;

/// What everybody may see.
#[derive(Clone, Copy, Debug)]
pub struct Public<'a>(&'a Picture);

/// What only an admitted caller may see.
#[derive(Clone, Copy, Debug)]
pub struct Personal<'a>(&'a Picture);

/// What everybody may see of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicCard {
    /// The reader it is in.
    pub reader: ReaderId,
    /// Its answer to reset; empty when it gave none.
    pub atr: Vec<u8>,
    /// What sort of card it is; empty while that is not known.
    pub kind: &'static str,
    /// How far it is.
    pub state: Word,
    /// Why it is unusable; empty when it is not.
    pub reason: &'static str,
    /// Tries left, or [`TRIES_UNKNOWN`].
    pub passcode_tries_left: i32,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub inserted_at: u64,
}

impl<'a> Public<'a> {
    /// The public side of a picture.
    pub const fn of(picture: &'a Picture) -> Self {
        Self(picture)
    }

    /// The state of the smartcard service.
    pub const fn pcsc_state(self) -> PcscState {
        match self.0.service() {
            Service::Running => PcscState::Running,
            Service::Unavailable => PcscState::Unavailable,
            Service::Denied => PcscState::Denied,
        }
    }

    /// A reader, while it is there. Nothing about a reader is personal.
    pub fn reader(self, reader: ReaderId) -> Option<&'a Reader> {
        self.0.reader(reader)
    }

    /// A card, while it is there.
    pub fn card(self, card: CardId) -> Option<PublicCard> {
        self.0.card(card).map(PublicCard::of)
    }
}

impl<'a> Personal<'a> {
    /// The personal side of a picture, for a caller whom the guard has admitted.
    pub const fn of(picture: &'a Picture, _admitted: Admitted) -> Self {
        Self(picture)
    }

    /// Whose card it is. Outer `None`: the card is gone; inner: it has not told, or cannot be used.
    pub fn describe(self, card: CardId) -> Option<Option<CardDescription>> {
        let state = &self.0.card(card)?.state;
        let known = state.known().filter(|_| !state.is_unjudged());
        Some(known.map(describe))
    }
}

/// A request, for whoever made it; nobody else gets to see that it is there.
pub fn request_of<'a>(
    picture: &'a Picture,
    request: RequestId,
    client: &ClientName,
) -> Option<&'a Request> {
    picture.request(request).filter(|request| request.client.name == *client)
}

impl PublicCard {
    fn of(card: &Card) -> Self {
        let (kind, state, reason) = words(&card.state);
        Self {
            reader: card.reader,
            atr: card.atr.map(|atr| atr.as_bytes().to_vec()).unwrap_or_default(),
            kind,
            state,
            reason,
            passcode_tries_left: tries(&card.state),
            inserted_at: microseconds(card.inserted_at),
        }
    }
}

fn words(state: &CardState) -> (&'static str, Word, &'static str) {
    use lanyard_dbus::UnusableReason as Reason;

    let piv = CardKind::Piv.as_str();
    match state {
        CardState::Reading => ("", Word::Reading, ""),
        unjudged if unjudged.is_unjudged() => ("", Word::Reading, ""),
        CardState::Ready(known) => match known.trust.refusal() {
            None => (piv, Word::Ready, ""),
            Some(refused) => (piv, Word::Unusable, trust::public(refused).as_str()),
        },
        CardState::Blocked(_) => (piv, Word::Blocked, ""),
        CardState::Unusable(reason) => {
            let kind = match reason {
                Reason::Unsupported => CardKind::Unknown.as_str(),
                Reason::Unreadable | Reason::Mute | Reason::Busy | Reason::Denied => "",
                Reason::Blank
                | Reason::CertificateNotYetValid
                | Reason::CertificateExpired
                | Reason::CertificateRevoked
                | Reason::CertificateUntrusted
                | Reason::CertificateWrongUsage
                | Reason::CertificateNotChecked
                | Reason::ClockWrong => piv,
            };
            (kind, Word::Unusable, reason.as_str())
        }
    }
}

fn tries(state: &CardState) -> i32 {
    let known = state.known().filter(|_| !state.is_unjudged());
    let told = known.and_then(|known| known.tries().told());
    told.map_or(TRIES_UNKNOWN, i32::from)
}

/// A clock set before 1970 shows as 0.
fn microseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
