//! What a card signs when somebody signs in: the statement of which tickets come, or, where no key can be made
//! for them, a bare challenge. Either proves that it holds its key, so that a shortage of locked memory keeps
//! nobody from signing in.

use std::{sync::Arc, time::SystemTime};

use jiff::{SignedDuration, Timestamp};
use lanyard_card::{ToSign, piv::KeyHeld};
use lanyard_ticket::{Beginning, NotOpened, Opening, Tickets};
use ring::rand::SystemRandom;
use rustix::rand::{GetRandomFlags, getrandom};

use super::CardThreads;
use crate::engine::{Order, Trusted};

/// What a card is to sign, for one transaction.
#[derive(Debug)]
pub(super) enum Signing {
    /// A statement, by which the session will have tickets.
    Statement(Box<Opening>),
    /// A challenge.
    Challenge([u8; 32]),
}

impl Signing {
    /// For an order in which somebody signs in with this certificate.
    pub(super) fn new(
        threads: &CardThreads,
        (order, trusted): (&Order, &Trusted),
        now: SystemTime,
    ) -> Self {
        let beginning = Beginning {
            trusted: trusted.proof(),
            chain: trusted.chain(),
            begins: Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH),
            length: SignedDuration::try_from(threads.longest_session)
                .unwrap_or(SignedDuration::MAX),
            server_challenge: order.server_challenge.as_ref(),
        };
        match Opening::new(&beginning, &SystemRandom::new()) {
            Ok(opening) => Self::Statement(Box::new(opening)),
            Err(error) => {
                tracing::error!(%error, "the session that begins will give no tickets");
                Self::Challenge(challenge())
            }
        }
    }

    /// What the card hears.
    pub(super) fn to_sign(&self) -> ToSign {
        match self {
            Self::Statement(opening) => opening.statement().clone().into(),
            Self::Challenge(challenge) => (*challenge).into(),
        }
    }

    /// What comes of the card's signature.
    pub(super) fn signed(self, held: &KeyHeld) -> Result<Option<Arc<Tickets>>, NotOpened> {
        match self {
            Self::Statement(opening) => opening.signed(held).map(|tickets| Some(Arc::new(tickets))),
            Self::Challenge(_) => Ok(None),
        }
    }
}

/// Fresh for each attempt.
fn challenge() -> [u8; 32] {
    let mut challenge = [0; 32];
    #[expect(
        clippy::expect_used,
        reason = "getrandom(2) gives up to 256 bytes whole, and cannot fail"
    )]
    getrandom(&mut challenge, GetRandomFlags::empty()).expect("the kernel has random numbers");
    challenge
}
