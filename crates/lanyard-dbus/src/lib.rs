//! The contract between Lanyard and the applications of a desktop, spoken over D-Bus.
//!
//! The interface XML in `xml/` is the documented truth; live introspection of the daemon is compared
//! with it. Here are the same names in Rust, the words that properties hold, the errors, and proxies for
//! clients. Within version 1 the contract may only grow: clients must bear words they do not know.

mod describe;
mod error;
mod proxies;
mod session;
mod words;

pub use describe::{CardDescription, CertificateFinding, IncompleteDescription, Revocation};
pub use error::Error;
pub use proxies::{
    CardProxy, ManagerProxy, PasscodeAgentProxy, ReaderProxy, RequestProxy, SessionProxy,
};
pub use session::{RoleDescription, SessionDescription};
pub use words::{
    CardKind, CardState, CertificateState, Outcome, PasscodePurpose, PcscState, Reason,
    RenewalState, RequestState, RevocationState, UnknownWord, UnusableReason,
};

/// The well-known bus name.
pub const BUS_NAME: &str = "org.lanyard.Lanyard1";

/// The path of the manager object, which is also the `org.freedesktop.DBus.ObjectManager` of all
/// readers and cards.
pub const ROOT: &str = "/org/lanyard/Lanyard1";

/// Requests stand below this path, apart from [`ROOT`]: the object manager there shows its objects to
/// everybody.
pub const REQUESTS: &str = "/org/lanyard/Request";

/// Sessions stand below this path, for the same reason.
pub const SESSIONS: &str = "/org/lanyard/Session";

/// `PasscodeTriesLeft` when the card does not tell, or was not asked yet.
pub const TRIES_UNKNOWN: i32 = -1;

/// The interfaces, each with its XML.
pub const INTERFACES: [(&str, &str); 6] = [
    ("org.lanyard.Lanyard1.Manager", include_str!("../xml/org.lanyard.Lanyard1.Manager.xml")),
    ("org.lanyard.Lanyard1.Reader", include_str!("../xml/org.lanyard.Lanyard1.Reader.xml")),
    ("org.lanyard.Lanyard1.Card", include_str!("../xml/org.lanyard.Lanyard1.Card.xml")),
    ("org.lanyard.Lanyard1.Request", include_str!("../xml/org.lanyard.Lanyard1.Request.xml")),
    (
        "org.lanyard.Lanyard1.PasscodeAgent",
        include_str!("../xml/org.lanyard.Lanyard1.PasscodeAgent.xml"),
    ),
    ("org.lanyard.Lanyard1.Session", include_str!("../xml/org.lanyard.Lanyard1.Session.xml")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interface_has_xml_of_its_own_name() {
        for (name, xml) in INTERFACES {
            let node = zbus_xml::Node::from_reader(xml.as_bytes()).unwrap();
            let names: Vec<_> =
                node.interfaces().iter().map(|found| found.name().to_string()).collect();
            assert_eq!(names, [name]);
            assert!(name.starts_with(BUS_NAME));
        }
    }
}
