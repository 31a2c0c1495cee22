//! The error names of the contract: one name a fact, `org.lanyard.Lanyard1.Error.*`.

/// What a method call can be refused with. The text is for a person and may change; the name does not.
///
/// What stands above each is its line in the reference.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.lanyard.Lanyard1.Error")]
pub enum Error {
    /// An error of D-Bus itself.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// The caller may not do this.
    AccessDenied(String),
    /// The card has just been taken out.
    CardRemoved(String),
    /// The card is still being read, or has not told who it is.
    NotIdentified(String),
    /// The card is at work; ask again.
    CardBusy(String),
    /// It could not be recorded, so it was not done.
    NotRecorded(String),
    /// The path names no card that is in.
    NoSuchCard(String),
    /// An option is not known or of another type, or a value is not of its form.
    BadOption(String),
    /// 64 requests of the caller's user are open or still readable, or 512 connections of its desk are
    /// subscribed.
    TooManyRequests(String),
    /// The desktop has a passcode agent already.
    AgentExists(String),
    /// This connection has registered no such agent.
    NoSuchAgent(String),
    /// Nobody is signed in at this desk.
    NoSession(String),
    /// The role is not among those that are offered now.
    NoSuchRole(String),
    /// The session is locked.
    SessionLocked(String),
    /// Something else is being recorded for the session, its role has just changed, or too many tickets
    /// are asked for; ask again.
    SessionBusy(String),
    /// The session has no role yet: have one selected.
    NoRole(String),
    /// No registration authority has signed the session's role, so no server would believe a ticket.
    RoleUnsigned(String),
    /// What the registration authority has signed of the role is over, and nothing newer is there.
    RoleOver(String),
    /// No key could be made for tickets when the card was proved (`RLIMIT_MEMLOCK`): sign in again.
    NoTicketKey(String),
    /// The workstation's clock was set: by it the session has not begun, or is over; sign in again.
    ClockWrong(String),
    /// Said by an agent: the person does not want to.
    Cancelled(String),
}
