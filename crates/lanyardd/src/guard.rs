//! Who may do what: one exhaustive table. Deny by default.
//!
//! Until login sessions are known, a card belongs to the daemon's own user and to root.

use lanyard_dbus::Error;

/// A method of the contract that not everybody may call, or for which it is said that everybody may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `Card.Describe`
    CardDescribe,
}

/// Who may call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// The card's owner.
    Owner,
}

/// Who calls, as the bus vouches for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user of the calling process.
    pub uid: u32,
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
    pub const ALL: &[(Self, &str, &str)] =
        &[(Self::CardDescribe, "org.lanyard.Lanyard1.Card", "Describe")];

    const fn rule(self) -> Rule {
        match self {
            Self::CardDescribe => Rule::Owner,
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
    pub fn admit(self, method: Method, caller: Caller) -> Result<Admitted, Error> {
        match method.rule() {
            Rule::Owner if caller.uid == ROOT || caller.uid == self.own_uid => Ok(Admitted(())),
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
            let node = zbus_xml::Node::from_reader(xml.as_bytes()).unwrap();
            for method in node.interfaces()[0].methods() {
                contract.insert((interface, method.name().to_string()));
            }
        }
        let rows = Method::ALL.iter().map(|(_, interface, name)| (*interface, (*name).to_owned()));
        assert_eq!(rows.collect::<BTreeSet<_>>(), contract);
    }

    #[test]
    fn a_card_is_described_to_its_owner_and_root_alone() {
        let guard = Guard::new(990);
        assert!(guard.admit(Method::CardDescribe, Caller { uid: 990 }).is_ok());
        assert!(guard.admit(Method::CardDescribe, Caller { uid: 0 }).is_ok());
        let refused = guard.admit(Method::CardDescribe, Caller { uid: 1000 });
        assert!(matches!(refused, Err(Error::AccessDenied(_))));
    }
}
