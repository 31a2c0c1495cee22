//! How long a certificate still lasts, and whether it is time to renew it.

use crate::der::UnixTime;
use crate::settings::RenewalWindows;
use crate::x509::Certificate;

/// What is to be said about the end of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// Its last second.
    pub not_after: UnixTime,
    /// Whole days until then; negative when it is over.
    pub days_left: i64,
    /// Whether it is time to renew it.
    pub renewal: Renewal,
}

/// Whether and by whom a certificate can be renewed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// It is too early.
    NotDue,
    /// Its holder may renew it.
    DueByHolder,
    /// Its holder may, and a sponsor.
    DueBySponsorToo,
    /// It is over: holders cannot renew it any more.
    TooLate,
}

impl Renewal {
    /// Whether a renewal is due.
    pub const fn is_due(self) -> bool {
        !matches!(self, Self::NotDue)
    }

    /// What the holder is told, when anything is.
    pub const fn advice(self) -> Option<&'static str> {
        match self {
            Self::NotDue => None,
            Self::DueByHolder => Some(
                "Renew your certificate now. Every third renewal is done by a local smartcard administrator.",
            ),
            Self::DueBySponsorToo => Some(
                "Renew your certificate now, or ask your sponsor or local smartcard administrator to renew it.",
            ),
            Self::TooLate => Some(
                "Your certificate can only be renewed by your Registration Authority, local smartcard administrator or service desk.",
            ),
        }
    }
}

impl Expiry {
    pub(crate) fn of(certificate: &Certificate, windows: RenewalWindows, now: UnixTime) -> Self {
        let not_after = certificate.not_after();
        let days_left = not_after.days_since(now);
        let renewal = if now > not_after {
            Renewal::TooLate
        } else if days_left < windows.sponsor_days {
            Renewal::DueBySponsorToo
        } else if days_left < windows.holder_days {
            Renewal::DueByHolder
        } else {
            Renewal::NotDue
        };
        Self { not_after, days_left, renewal }
    }
}
