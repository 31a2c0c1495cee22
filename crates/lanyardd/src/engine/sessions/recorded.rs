//! What is recorded of sessions, in the words of the audit log.

use lanyard_audit::{
    CardSerial, Event, HolderUuid, LoginSession, Organisation, Reason, Record, RoleId,
};
use lanyard_session::{Choice, Recorded};

/// A record of the machine as a line of the log.
pub(super) fn record(record: &lanyard_session::Record) -> Record {
    let bare = Record {
        session: Some(record.session.number()),
        holder: HolderUuid::new(record.holder.as_str()).ok(),
        card: CardSerial::new(record.card.as_bytes()).ok(),
        desk: Some(LoginSession::new(record.desk.login())),
        ..Record::of(event(&record.what))
    };
    match &record.what {
        Recorded::RoleSelected { role, organisation, choice } => Record {
            role: Some(RoleId::new(role.as_str())),
            organisation: Some(Organisation::new(organisation.as_str())),
            reason: Some(Reason::new(match choice {
                Choice::Automatic => "automatic",
                Choice::Asked => "asked",
            })),
            ..bare
        },
        Recorded::Locked(reason) => Record { reason: Some(Reason::new(reason.word())), ..bare },
        Recorded::Withheld(what) => Record { reason: Some(Reason::new(what.word())), ..bare },
        Recorded::Ended(reason) => Record { reason: Some(Reason::new(reason.word())), ..bare },
        Recorded::Started | Recorded::Resumed | Recorded::Refreshed => bare,
    }
}

const fn event(what: &Recorded) -> Event {
    match what {
        Recorded::Started => Event::SessionStarted,
        Recorded::RoleSelected { .. } => Event::RoleSelected,
        Recorded::Resumed => Event::SessionResumed,
        Recorded::Refreshed => Event::SessionRefreshed,
        Recorded::Locked(_) => Event::SessionLocked,
        Recorded::Withheld(_) => Event::SessionWithheld,
        Recorded::Ended(_) => Event::SessionEnded,
    }
}
