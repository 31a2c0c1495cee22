//! The words in which `Card.Describe` tells what a certificate is worth.

use std::fmt;

use super::UnknownWord;

words! {
    /// `certificate-state` in `Card.Describe`: whether a card's certificate is believed.
    CertificateState {
        Checking = "checking", "nothing is against it so far; its revocation is still being asked about";
        Trusted = "trusted", "it is believed";
        NotTrusted = "not-trusted", "it is not believed";
    }
}

words! {
    /// `revocation` in `Card.Describe`: what is known about the revocation of a certificate.
    RevocationState {
        Good = "good", "it was not revoked";
        Revoked = "revoked", "it was revoked";
        NotChecked = "not-checked", "nobody knows";
        NotAsked = "not-asked", "this workstation does not ask, or no authority is known that could say";
    }
}

words! {
    /// `renewal` in `Card.Describe`: whether and by whom a certificate can be renewed now.
    RenewalState {
        NotDue = "not-due", "it is too early";
        DueByHolder = "due-by-holder", "its holder may renew it";
        DueBySponsorToo = "due-by-sponsor-too", "its holder may, and a sponsor";
        TooLate = "too-late", "it is over: its holder cannot renew it any more";
    }
}

impl RenewalState {
    /// Whether a renewal is due.
    pub const fn is_due(self) -> bool {
        !matches!(self, Self::NotDue)
    }
}
