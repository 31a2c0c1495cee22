//! One record, as the caller gives it: what happened, to whom, at which reader, asked by whom.
//!
//! Every member has a type of its own and there is none for free text. Sequence number, time and hashes
//! are added by the log.

use serde::Serialize;

use crate::{
    CardSerial, Event, HolderUuid, LoginSession, Organisation, Outcome, ReaderName, Reason, RoleId,
    TermsVersion,
};

/// What happened. Only the event is always known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What happened.
    pub event: Event,
    /// How it ended, where the event leaves that open.
    pub outcome: Option<Outcome>,
    /// Why, where the outcome leaves that open.
    pub reason: Option<Reason>,
    /// Whose card it is, once known.
    pub holder: Option<HolderUuid>,
    /// Which card.
    pub card: Option<CardSerial>,
    /// At which desk: the login session of the holder's desktop.
    pub desk: Option<LoginSession>,
    /// Which session, by its number since the start of the service.
    pub session: Option<u64>,
    /// Which role.
    pub role: Option<RoleId>,
    /// At which organisation.
    pub organisation: Option<Organisation>,
    /// In which reader.
    pub reader: Option<ReaderName>,
    /// Who asked for it.
    pub caller: Option<Caller>,
    /// How many tries the card has left afterwards.
    pub tries_left: Option<u8>,
    /// Which terms and conditions were accepted.
    pub terms: Option<TermsVersion>,
}

/// Who asked, as the kernel and logind know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Caller {
    /// The user.
    pub uid: u32,
    /// The process, where it was still there to be asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// The login session, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<LoginSession>,
}

impl Record {
    /// A record of this event that says no more; its members are filled in by struct update.
    pub const fn of(event: Event) -> Self {
        Self {
            event,
            outcome: None,
            reason: None,
            holder: None,
            card: None,
            desk: None,
            session: None,
            role: None,
            organisation: None,
            reader: None,
            caller: None,
            tries_left: None,
            terms: None,
        }
    }
}
