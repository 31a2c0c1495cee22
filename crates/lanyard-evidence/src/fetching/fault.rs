//! Why something could not be fetched, or does not count.

use std::io;

use lanyard_trust::{CrlError, OcspError, ResponseStatus, UnixTime, Unusable};

/// Why an address gave nothing that counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It cannot be read as an address.
    #[error("not an address")]
    BadAddress,
    /// Nobody here can fetch from such addresses.
    #[error("{scheme}: addresses are not supported")]
    Unsupported {
        /// The scheme.
        scheme: String,
    },
    /// The time was over.
    #[error("timed out")]
    TimedOut,
    /// No host of this name is known.
    #[error("no host of this name is known")]
    NoHost,
    /// The connection could not be made, or broke off.
    #[error("the connection failed: {0}")]
    Connection(io::ErrorKind),
    /// The other side does not speak HTTP.
    #[error("not HTTP")]
    NotHttp,
    /// The other side could not prove who it is, or TLS failed.
    #[error("TLS failed")]
    Tls,
    /// An `https:` address without roots to judge it by.
    #[error("no roots for https are configured, or they cannot be read")]
    NoHttpsRoots,
    /// Another status than 200.
    #[error("HTTP status {0}")]
    Status(u16),
    /// A redirect to where nobody follows.
    #[error("redirected to a forbidden address")]
    ForbiddenRedirect,
    /// More redirects than are followed.
    #[error("redirected too often")]
    TooManyRedirects,
    /// The body is longer than what is taken.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// Bytes.
        limit: usize,
    },
    /// So much is being fetched that there is no room.
    #[error("too much is being fetched already")]
    Busy,
    /// The system gave no thread or no random number.
    #[error("the system lacks means")]
    NoMeans,
    /// It is no list.
    #[error("{0}")]
    List(CrlError),
    /// The list is signed by nobody who is known.
    #[error("nobody known has signed the list")]
    UnknownSigner,
    /// The list is of the future.
    #[error("the list is of the future: {from}")]
    Future {
        /// `thisUpdate`.
        from: UnixTime,
    },
    /// The list is older than one that was had before.
    #[error("the list is older than the one had before")]
    Older,
    /// The list is over; it still tells what was revoked.
    #[error("the list is stale: the next one was due at {until}")]
    Stale {
        /// `nextUpdate`.
        until: UnixTime,
    },
    /// The list does not say how long it counts; it still tells what was revoked.
    #[error("the list does not say when the next one comes")]
    NoNextUpdate,
    /// It is no OCSP answer.
    #[error("{0}")]
    Answer(OcspError),
    /// The responder gave no answer.
    #[error("the responder gave no answer: {0}")]
    NoAnswer(ResponseStatus),
    /// The answer does not count.
    #[error("{0}")]
    Unusable(Unusable),
}

impl Fault {
    /// Whether it is about who is asked, whatever was asked: the next question would end the same way.
    pub(crate) const fn is_of_address(&self) -> bool {
        match self {
            Self::BadAddress
            | Self::Unsupported { .. }
            | Self::TimedOut
            | Self::NoHost
            | Self::Connection(_)
            | Self::NotHttp
            | Self::Tls
            | Self::NoHttpsRoots
            | Self::Status(_)
            | Self::ForbiddenRedirect
            | Self::TooManyRedirects => true,
            Self::TooLong { .. }
            | Self::Busy
            | Self::NoMeans
            | Self::List(_)
            | Self::UnknownSigner
            | Self::Future { .. }
            | Self::Older
            | Self::Stale { .. }
            | Self::NoNextUpdate
            | Self::Answer(_)
            | Self::NoAnswer(_)
            | Self::Unusable(_) => false,
        }
    }
}
