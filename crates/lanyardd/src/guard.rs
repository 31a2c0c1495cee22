//! Who may do what: one exhaustive table of every method and every property. Deny by default.
//!
//! It judges plain facts, which the engine puts together at the moment of the question. Who calls is found out before,
//! and polkit asked where the table says that it may grant something.

use lanyard_dbus::Error;
use lanyard_seats::{Access, Action, Caller, Desk, NoDesk, Place, Why};

/// A method of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `Manager.Authenticate`
    Authenticate,
    /// `Manager.RegisterPasscodeAgent`
    RegisterPasscodeAgent,
    /// `Manager.UnregisterPasscodeAgent`
    UnregisterPasscodeAgent,
    /// `Manager.HasPasscodeAgent`
    HasPasscodeAgent,
    /// `Card.Describe`
    CardDescribe,
    /// `Card.ChangePasscode`
    ChangePasscode,
    /// `Card.ReleaseBlock`
    ReleaseBlock,
    /// `Request.Cancel`
    CancelRequest,
    /// `Manager.CurrentSession`
    CurrentSession,
    /// `Manager.Subscribe`
    Subscribe,
    /// `Manager.Unsubscribe`
    Unsubscribe,
    /// `Manager.Profiles`
    Profiles,
    /// `Manager.Metrics`
    Metrics,
    /// Every method of `Session`: the engine knows whose it is.
    OfSession,
}

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Whoever can speak to us.
    Everybody,
    /// Whoever sits at a desk, also while somebody else's session is in the foreground there.
    Desk,
    /// Whoever sits at a desk, and root.
    DeskOrRoot,
    /// The card's owner, while its session is in the foreground of the reader's seat; besides, whom polkit grants
    /// [`Action::Authenticate`], if it sits at no desk, a card that is no desk's.
    Owner,
    /// The card's owner alike, and root.
    OwnerOrRoot,
    /// Root, and whom polkit grants this.
    RootOr(Action),
    /// Whoever made it, or whose it is. The object compares: for everybody else it is not there.
    Maker,
}

/// Where a caller stands at the moment of its question.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its user.
    pub uid: u32,
    /// What polkit grants it.
    pub granted: Option<Action>,
    /// Whether it sits at a desk.
    pub desk: Result<(), Refusal>,
    /// Whether it may use the card that is meant.
    pub card: Result<(), Refusal>,
}

/// Why a caller may not use a card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not sit where it would have to.
    #[error(transparent)]
    Desk(#[from] Why),
    /// Somebody else's session was in the foreground when it was inserted, or has been since.
    #[error("the card was not put in at this desk: take it out and put it in again")]
    NotInsertedHere,
    /// Nobody knows where the reader is.
    #[error("it is not known at which seat the reader is")]
    SeatUnknown,
}

/// Proof that the guard let a caller in. Only the guard makes it.
#[derive(Clone, Copy, Debug)]
pub struct Admitted(());

/// Who may read a property.
pub const PROPERTIES: &[(&str, &str, Rule)] = &[
    ("org.lanyard.Lanyard1.Manager", "Version", Rule::Everybody),
    ("org.lanyard.Lanyard1.Manager", "PcscState", Rule::Everybody),
    ("org.lanyard.Lanyard1.Reader", "Name", Rule::Everybody),
    ("org.lanyard.Lanyard1.Reader", "Seat", Rule::Everybody),
    ("org.lanyard.Lanyard1.Reader", "HasPinPad", Rule::Everybody),
    ("org.lanyard.Lanyard1.Reader", "Card", Rule::Everybody),
    ("org.lanyard.Lanyard1.Card", "Reader", Rule::Everybody),
    ("org.lanyard.Lanyard1.Card", "Atr", Rule::Everybody),
    ("org.lanyard.Lanyard1.Card", "Kind", Rule::Everybody),
    ("org.lanyard.Lanyard1.Card", "State", Rule::Everybody),
    ("org.lanyard.Lanyard1.Card", "Reason", Rule::Everybody),
    ("org.lanyard.Lanyard1.Card", "PasscodeTriesLeft", Rule::Everybody),
    ("org.lanyard.Lanyard1.Card", "InsertedAt", Rule::Everybody),
    ("org.lanyard.Lanyard1.Request", "State", Rule::Maker),
    ("org.lanyard.Lanyard1.Request", "Outcome", Rule::Maker),
    ("org.lanyard.Lanyard1.Request", "Details", Rule::Maker),
];

/// Whom nobody can keep out.
pub(crate) const ROOT: u32 = 0;

impl Method {
    /// Every method, with its name on the bus.
    pub const ALL: &[(Self, &str, &str)] = &[
        (Self::Authenticate, "org.lanyard.Lanyard1.Manager", "Authenticate"),
        (Self::RegisterPasscodeAgent, "org.lanyard.Lanyard1.Manager", "RegisterPasscodeAgent"),
        (Self::UnregisterPasscodeAgent, "org.lanyard.Lanyard1.Manager", "UnregisterPasscodeAgent"),
        (Self::HasPasscodeAgent, "org.lanyard.Lanyard1.Manager", "HasPasscodeAgent"),
        (Self::CardDescribe, "org.lanyard.Lanyard1.Card", "Describe"),
        (Self::ChangePasscode, "org.lanyard.Lanyard1.Card", "ChangePasscode"),
        (Self::ReleaseBlock, "org.lanyard.Lanyard1.Card", "ReleaseBlock"),
        (Self::CancelRequest, "org.lanyard.Lanyard1.Request", "Cancel"),
        (Self::CurrentSession, "org.lanyard.Lanyard1.Manager", "CurrentSession"),
        (Self::Subscribe, "org.lanyard.Lanyard1.Manager", "Subscribe"),
        (Self::Unsubscribe, "org.lanyard.Lanyard1.Manager", "Unsubscribe"),
        (Self::Profiles, "org.lanyard.Lanyard1.Manager", "Profiles"),
        (Self::Metrics, "org.lanyard.Lanyard1.Manager", "Metrics"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "Describe"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "SelectRole"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "HasActivity"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "Ticket"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "Lock"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "End"),
    ];

    /// Who may call it.
    pub const fn rule(self) -> Rule {
        match self {
            Self::RegisterPasscodeAgent | Self::HasPasscodeAgent | Self::Subscribe => Rule::Desk,
            Self::CurrentSession => Rule::DeskOrRoot,
            Self::Authenticate | Self::ChangePasscode => Rule::Owner,
            Self::CardDescribe => Rule::OwnerOrRoot,
            Self::ReleaseBlock => Rule::RootOr(Action::ManageCard),
            Self::Metrics => Rule::RootOr(Action::ReadMetrics),
            Self::Profiles => Rule::Everybody,
            Self::UnregisterPasscodeAgent
            | Self::CancelRequest
            | Self::Unsubscribe
            | Self::OfSession => Rule::Maker,
        }
    }

    /// Lets a caller in, or not.
    ///
    /// # Errors
    /// [`Error::AccessDenied`] with the reason.
    pub fn admit(self, standing: Standing) -> Result<Admitted, Error> {
        let Standing { uid, granted, desk, card } = standing;
        let denied = |why: Refusal| Error::AccessDenied(why.to_string());
        match self.rule() {
            Rule::Everybody | Rule::Maker => Ok(Admitted(())),
            Rule::DeskOrRoot | Rule::OwnerOrRoot if uid == ROOT => Ok(Admitted(())),
            Rule::Desk | Rule::DeskOrRoot => desk.map(|()| Admitted(())).map_err(denied),
            Rule::Owner | Rule::OwnerOrRoot => card.map(|()| Admitted(())).map_err(denied),
            Rule::RootOr(action) if uid == ROOT || granted == Some(action) => Ok(Admitted(())),
            Rule::RootOr(_) => {
                Err(Error::AccessDenied("only an administrator may do this".to_owned()))
            }
        }
    }

    /// What polkit is asked about this caller before it is turned away. Never about root, whom polkit grants
    /// everything, and never about whoever sits at a desk: polkit does not know at which seat the reader is.
    pub fn asks_polkit(self, access: Access, caller: &Caller) -> Option<Action> {
        match (self.rule(), access) {
            _ if caller.uid == ROOT => None,
            (Rule::RootOr(action), _) => Some(action),
            (Rule::Owner, Access::Desks) if sits_nowhere(&caller.desk) => {
                Some(Action::Authenticate)
            }
            (Rule::Owner, Access::Desks | Access::SingleUser(_))
            | (
                Rule::Everybody | Rule::Desk | Rule::DeskOrRoot | Rule::OwnerOrRoot | Rule::Maker,
                _,
            ) => None,
        }
    }
}

/// Whether it is known that a caller sits at no desk of this machine, as with `ssh` and services. In doubt, no.
pub(crate) const fn sits_nowhere(desk: &Result<Desk, NoDesk>) -> bool {
    match desk {
        Ok(desk) => matches!(desk.place, Place::NoSeat | Place::Remote),
        Err(NoDesk::NotLoggedIn | NoDesk::NoDisplay) => true,
        Err(
            NoDesk::ProcessGone
            | NoDesk::SomebodyElses
            | NoDesk::Ended
            | NoDesk::NotInTime
            | NoDesk::NotAsked
            | NoDesk::Unknown(_),
        ) => false,
    }
}

#[cfg(test)]
mod tests;
