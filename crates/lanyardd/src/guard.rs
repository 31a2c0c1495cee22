//! Who may do what: one exhaustive table. Deny by default.
//!
//! Until login sessions are known, a card belongs to the daemon's own user and to root.

use lanyard_dbus::Error;

/// A method of the contract that not everybody may call, or for which it is said that everybody may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `Manager.Authenticate`
    Authenticate,
    /// `Manager.RegisterPasscodeAgent`
    RegisterPasscodeAgent,
    /// `Manager.UnregisterPasscodeAgent`
    UnregisterPasscodeAgent,
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
    /// Every method of `Session`: the engine knows whose it is.
    OfSession,
}

/// Who may call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// The card's owner.
    Owner,
    /// Root.
    Administrator,
    /// Whoever made it, or whose it is: to others the object is not there.
    Maker,
}

/// Says who may do what for a daemon that runs as some user.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    own_uid: u32,
}

/// Proof that the guard let a caller in. Only the guard makes it.
#[derive(Clone, Copy, Debug)]
pub struct Admitted(());

const ROOT: u32 = 0;

impl Method {
    /// Every method, with its name on the bus.
    pub const ALL: &[(Self, &str, &str)] = &[
        (Self::Authenticate, "org.lanyard.Lanyard1.Manager", "Authenticate"),
        (Self::RegisterPasscodeAgent, "org.lanyard.Lanyard1.Manager", "RegisterPasscodeAgent"),
        (Self::UnregisterPasscodeAgent, "org.lanyard.Lanyard1.Manager", "UnregisterPasscodeAgent"),
        (Self::CardDescribe, "org.lanyard.Lanyard1.Card", "Describe"),
        (Self::ChangePasscode, "org.lanyard.Lanyard1.Card", "ChangePasscode"),
        (Self::ReleaseBlock, "org.lanyard.Lanyard1.Card", "ReleaseBlock"),
        (Self::CancelRequest, "org.lanyard.Lanyard1.Request", "Cancel"),
        (Self::CurrentSession, "org.lanyard.Lanyard1.Manager", "CurrentSession"),
        (Self::Subscribe, "org.lanyard.Lanyard1.Manager", "Subscribe"),
        (Self::Unsubscribe, "org.lanyard.Lanyard1.Manager", "Unsubscribe"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "Describe"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "SelectRole"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "HasActivity"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "Lock"),
        (Self::OfSession, "org.lanyard.Lanyard1.Session", "End"),
    ];

    const fn rule(self) -> Rule {
        match self {
            Self::Authenticate
            | Self::RegisterPasscodeAgent
            | Self::UnregisterPasscodeAgent
            | Self::CardDescribe
            | Self::ChangePasscode
            | Self::CurrentSession
            | Self::Subscribe
            | Self::Unsubscribe => Rule::Owner,
            Self::ReleaseBlock => Rule::Administrator,
            Self::CancelRequest | Self::OfSession => Rule::Maker,
        }
    }
}

impl Guard {
    /// A guard for a daemon that runs as this user.
    pub const fn new(own_uid: u32) -> Self {
        Self { own_uid }
    }

    /// Lets a caller in, or not.
    ///
    /// # Errors
    /// [`Error::AccessDenied`] when the caller may not call this method.
    pub fn admit(self, method: Method, uid: u32) -> Result<Admitted, Error> {
        match method.rule() {
            Rule::Maker => Ok(Admitted(())),
            Rule::Owner if uid == ROOT || uid == self.own_uid => Ok(Admitted(())),
            Rule::Administrator if uid == ROOT => Ok(Admitted(())),
            Rule::Administrator => {
                Err(Error::AccessDenied("only an administrator may do this".to_owned()))
            }
            Rule::Owner => Err(Error::AccessDenied("the card belongs to somebody else".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_method_of_the_contract_has_its_row() {
        let mut contract = BTreeSet::new();
        for (interface, xml) in lanyard_dbus::INTERFACES {
            // What a desktop implements is not ours to guard.
            if interface.ends_with(".PasscodeAgent") {
                continue;
            }
            let node = zbus_xml::Node::from_reader(xml.as_bytes()).unwrap();
            for method in node.interfaces()[0].methods() {
                contract.insert((interface, method.name().to_string()));
            }
        }
        let rows = Method::ALL.iter().map(|(_, interface, name)| (*interface, (*name).to_owned()));
        assert_eq!(rows.collect::<BTreeSet<_>>(), contract);
    }

    #[test]
    fn a_block_is_released_by_root_alone() {
        let guard = Guard::new(990);
        assert!(guard.admit(Method::ReleaseBlock, 0).is_ok());
        for uid in [990, 1000] {
            let refused = guard.admit(Method::ReleaseBlock, uid);
            assert!(matches!(refused, Err(Error::AccessDenied(_))), "{uid}");
        }
    }

    #[test]
    fn nobody_but_its_owner_and_root_has_to_do_with_a_card_s_passcode() {
        let guard = Guard::new(990);
        for (method, ..) in Method::ALL {
            if matches!(method, Method::CancelRequest | Method::OfSession) {
                continue;
            }
            assert!(guard.admit(*method, 0).is_ok(), "{method:?}");
            let stranger = guard.admit(*method, 1000);
            assert!(matches!(stranger, Err(Error::AccessDenied(_))), "{method:?}");
        }
    }

    #[test]
    fn a_card_is_described_to_its_owner_and_root_alone() {
        let guard = Guard::new(990);
        assert!(guard.admit(Method::CardDescribe, 990).is_ok());
        assert!(guard.admit(Method::CardDescribe, 0).is_ok());
        let refused = guard.admit(Method::CardDescribe, 1000);
        assert!(matches!(refused, Err(Error::AccessDenied(_))));
    }
}
