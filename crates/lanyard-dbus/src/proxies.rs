//! Proxies for Rust clients. Readers and cards are found through the `ObjectManager` at [`crate::ROOT`].

use std::collections::HashMap;

use zbus::{Fd, ObjectPath, OwnedObjectPath, OwnedVariant, Variant};

/// The agent itself.
#[zbus::proxy(
    interface = "org.lanyard.Lanyard1.Manager",
    default_service = "org.lanyard.Lanyard1",
    default_path = "/org/lanyard/Lanyard1"
)]
pub trait Manager {
    /// The daemon's version.
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> zbus::Result<String>;

    /// See [`crate::PcscState`].
    #[zbus(property)]
    fn pcsc_state(&self) -> zbus::Result<String>;

    /// Asks the holder for the passcode and lets the card prove itself.
    fn authenticate(
        &self,
        card: &ObjectPath<'_>,
        options: HashMap<&str, Variant<'_>>,
    ) -> Result<OwnedObjectPath, crate::Error>;

    /// Makes an object of the caller's the passcode agent of its desktop.
    fn register_passcode_agent(&self, agent: &ObjectPath<'_>) -> Result<(), crate::Error>;

    /// Takes that back.
    fn unregister_passcode_agent(&self, agent: &ObjectPath<'_>) -> Result<(), crate::Error>;

    /// Whether the caller's desktop has a passcode agent.
    fn has_passcode_agent(&self) -> Result<bool, crate::Error>;

    /// The session of the caller's desk.
    fn current_session(&self) -> Result<OwnedObjectPath, crate::Error>;

    /// Has the signals of the desk's sessions sent to this connection.
    fn subscribe(&self) -> Result<(), crate::Error>;

    /// Takes that back.
    fn unsubscribe(&self) -> Result<(), crate::Error>;

    /// The site's access profiles: the codes of activities, by name.
    fn profiles(&self) -> Result<HashMap<String, Vec<String>>, crate::Error>;

    /// What the daemon has counted and timed, as Prometheus reads it.
    fn metrics(&self) -> Result<String, crate::Error>;

    /// Somebody is signed in on this desk.
    #[zbus(signal)]
    fn session_started(&self, session: OwnedObjectPath) -> zbus::Result<()>;

    /// Nobody is any more.
    #[zbus(signal)]
    fn session_ended(&self, session: OwnedObjectPath, reason: String) -> zbus::Result<()>;

    /// A card is in a reader, and its object is there.
    #[zbus(signal)]
    fn card_inserted(&self, card: OwnedObjectPath, reader: OwnedObjectPath) -> zbus::Result<()>;

    /// A card was taken out, and its object is gone.
    #[zbus(signal)]
    fn card_removed(&self, card: OwnedObjectPath, reader: OwnedObjectPath) -> zbus::Result<()>;
}

/// One reader.
#[zbus::proxy(interface = "org.lanyard.Lanyard1.Reader", default_service = "org.lanyard.Lanyard1")]
pub trait Reader {
    /// The name PC/SC gives it.
    #[zbus(property(emits_changed_signal = "const"))]
    fn name(&self) -> zbus::Result<String>;

    /// The seat it belongs to.
    #[zbus(property)]
    fn seat(&self) -> zbus::Result<String>;

    /// Whether the passcode can be entered on the reader itself.
    #[zbus(property)]
    fn has_pin_pad(&self) -> zbus::Result<bool>;

    /// The card in it, `/` when there is none.
    #[zbus(property)]
    fn card(&self) -> zbus::Result<OwnedObjectPath>;
}

/// One card, from its insertion to its removal.
#[zbus::proxy(interface = "org.lanyard.Lanyard1.Card", default_service = "org.lanyard.Lanyard1")]
pub trait Card {
    /// The reader it is in.
    #[zbus(property(emits_changed_signal = "const"))]
    fn reader(&self) -> zbus::Result<OwnedObjectPath>;

    /// Its answer to reset; empty when it gave none.
    #[zbus(property(emits_changed_signal = "const"))]
    fn atr(&self) -> zbus::Result<Vec<u8>>;

    /// See [`crate::CardKind`]; empty until the card was read.
    #[zbus(property)]
    fn kind(&self) -> zbus::Result<String>;

    /// See [`crate::CardState`].
    #[zbus(property)]
    fn state(&self) -> zbus::Result<String>;

    /// See [`crate::UnusableReason`]; empty unless the state is `unusable`.
    #[zbus(property)]
    fn reason(&self) -> zbus::Result<String>;

    /// Tries left; [`crate::TRIES_UNKNOWN`] when the card does not tell.
    #[zbus(property)]
    fn passcode_tries_left(&self) -> zbus::Result<i32>;

    /// When it was inserted, in microseconds since 1970-01-01T00:00:00Z.
    #[zbus(property(emits_changed_signal = "const"))]
    fn inserted_at(&self) -> zbus::Result<u64>;

    /// Whose card it is: see [`crate::CardDescription`]. The owner's only.
    fn describe(&self) -> Result<HashMap<String, OwnedVariant>, crate::Error>;

    /// Changes the passcode.
    fn change_passcode(
        &self,
        options: HashMap<&str, Variant<'_>>,
    ) -> Result<OwnedObjectPath, crate::Error>;

    /// Ends the block of the card at this workstation. An administrator's only.
    fn release_block(&self) -> Result<(), crate::Error>;
}

/// Something that takes as long as a person does.
#[zbus::proxy(interface = "org.lanyard.Lanyard1.Request", default_service = "org.lanyard.Lanyard1")]
pub trait Request {
    /// See [`crate::RequestState`].
    #[zbus(property(emits_changed_signal = "false"))]
    fn state(&self) -> zbus::Result<String>;

    /// See [`crate::Outcome`]; empty until completed.
    #[zbus(property(emits_changed_signal = "false"))]
    fn outcome(&self) -> zbus::Result<String>;

    /// Empty until completed.
    #[zbus(property(emits_changed_signal = "false"))]
    fn details(&self) -> zbus::Result<HashMap<String, OwnedVariant>>;

    /// Ends the caller's interest.
    fn cancel(&self) -> Result<(), crate::Error>;

    /// It is completed.
    #[zbus(signal)]
    fn completed(
        &self,
        outcome: String,
        details: HashMap<String, OwnedVariant>,
    ) -> zbus::Result<()>;
}

/// What a desktop implements to ask a person for a passcode.
#[zbus::proxy(interface = "org.lanyard.Lanyard1.PasscodeAgent")]
pub trait PasscodeAgent {
    /// Asks the person and has the passcode written into the pipe.
    fn request_passcode(
        &self,
        card: &ObjectPath<'_>,
        details: HashMap<&str, Variant<'_>>,
        passcode: Fd<'_>,
    ) -> Result<HashMap<String, OwnedVariant>, crate::Error>;

    /// The passcode is entered at the reader's own keys: nothing is to be written. Nobody waits for an answer.
    #[zbus(no_reply)]
    fn enter_at_reader(
        &self,
        card: &ObjectPath<'_>,
        details: HashMap<&str, Variant<'_>>,
    ) -> zbus::Result<()>;

    /// What is asked for this card is not needed any more. Nobody waits for an answer.
    #[zbus(no_reply)]
    fn cancel(&self, card: &ObjectPath<'_>, reason: &str) -> zbus::Result<()>;
}

/// A holder who is signed in at a desk.
#[zbus::proxy(interface = "org.lanyard.Lanyard1.Session", default_service = "org.lanyard.Lanyard1")]
pub trait Session {
    /// See [`crate::SessionDescription`].
    fn describe(&self) -> Result<HashMap<String, OwnedVariant>, crate::Error>;

    /// Takes a role.
    fn select_role(&self, role: &str) -> Result<(), crate::Error>;

    /// Whether an activity may be done now.
    fn has_activity(&self, code: &str) -> Result<bool, crate::Error>;

    /// A ticket by which this server can believe who is signed in, and in which role.
    fn ticket(&self, audience: &str, nonce: &str) -> Result<String, crate::Error>;

    /// Nothing may be done until the card is proved again.
    fn lock(&self) -> Result<(), crate::Error>;

    /// Signs the holder out.
    fn end(&self) -> Result<(), crate::Error>;

    /// The session has this role from now on.
    #[zbus(signal)]
    fn role_selected(&self, role: String) -> zbus::Result<()>;

    /// The session is in this state now.
    #[zbus(signal)]
    fn state_changed(&self, state: String) -> zbus::Result<()>;

    /// Other roles can be chosen than before.
    #[zbus(signal)]
    fn roles_offered(&self) -> zbus::Result<()>;

    /// Nobody has done anything for long.
    #[zbus(signal)]
    fn unattended(&self) -> zbus::Result<()>;
}
