//! The error names of the contract: one name a fact, `org.lanyard.Lanyard1.Error.*`.

/// What a method call can be refused with. The text is for a person and may change; the name does not.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.lanyard.Lanyard1.Error")]
pub enum Error {
    /// An error of D-Bus itself.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// The caller may not do this.
    AccessDenied(String),
    /// The card is gone; its object is about to be withdrawn.
    CardRemoved(String),
    /// The card has not told what was asked for: it is being read, or it is unusable.
    NotIdentified(String),
    /// The card is at work; ask again.
    CardBusy(String),
    /// It could not be recorded, so it was not done.
    NotRecorded(String),
    /// There is no such card.
    NoSuchCard(String),
    /// An option is not known or of another type, or a value is not of its form.
    BadOption(String),
    /// The caller's user has too many requests open.
    TooManyRequests(String),
    /// The desktop has a passcode agent already.
    AgentExists(String),
    /// No such agent is registered by this connection.
    NoSuchAgent(String),
    /// Nobody is signed in on the caller's desk.
    NoSession(String),
    /// The session has no such role to offer.
    NoSuchRole(String),
    /// The session is locked.
    SessionLocked(String),
    /// Another wish is being recorded for the session; ask again.
    SessionBusy(String),
    /// The session has no role yet.
    NoRole(String),
    /// No registration authority has signed the session's role, so that no server would believe it.
    RoleUnsigned(String),
    /// What the registration authority has signed of the session's role is over.
    RoleOver(String),
    /// No key could be made for the session's tickets when its card was proved.
    NoTicketKey(String),
    /// The workstation's clock was set: by it the session has not begun, or is over.
    ClockWrong(String),
    /// A passcode agent says that the person does not want to.
    Cancelled(String),
}
