//! What was found: which check, how it is, the fact, and what to do. One table has the checks.

use serde::Serialize;

use super::job::Missing;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// As it should be.
    Good,
    /// It keeps people from signing in, or will not be noticed otherwise: something must be done.
    Wrong,
    /// It is a choice, or will be wrong soon.
    Attention,
    /// It could not be found out here. It may be good or wrong.
    Unknown,
}

impl Verdict {
    /// The sign before a line.
    pub(super) const fn sign(self) -> char {
        match self {
            Self::Good => '✓',
            Self::Wrong => '✗',
            Self::Attention => '!',
            Self::Unknown => '–',
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) check: Check,
    pub(crate) verdict: Verdict,
    /// What is so.
    pub(crate) fact: String,
    /// What to do; empty where nothing is to be done.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) advice: String,
}

/// One table: the checks in the order in which they are told, their names, and the headings above them.
macro_rules! checks {
    ($($heading:literal { $($variant:ident = $name:literal;)* })*) => {
        /// Something that is looked at. The names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub(crate) enum Check {
            $($(#[serde(rename = $name)] $variant,)*)*
        }

        impl Check {
            /// Every check.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$($(Self::$variant,)*)*];

            /// Its name in JSON.
            #[cfg(test)]
            pub(super) const fn name(self) -> &'static str {
                match self { $($(Self::$variant => $name,)*)* }
            }

            /// What it belongs to.
            pub(super) const fn heading(self) -> &'static str {
                match self { $($(Self::$variant => $heading,)*)* }
            }
        }
    };
}

checks! {
    "The daemon" {
        Daemon = "daemon";
        Unit = "unit";
        Settings = "settings";
        SettingsRead = "settings-read";
    }
    "What is installed" {
        BusPolicy = "bus-policy";
        Activation = "activation";
        PolkitActions = "polkit-actions";
        PolkitRule = "polkit-rule";
    }
    "Readers and cards" {
        Pcscd = "pcscd";
        PcscdSocket = "pcscd-socket";
        Readers = "readers";
        UsbReaders = "usb-readers";
        Cards = "cards";
    }
    "Whom to trust" {
        Anchors = "anchors";
        Intermediates = "intermediates";
        Lists = "revocation-lists";
    }
    "Roles" {
        RoleKeys = "role-keys";
        RoleDocuments = "role-documents";
        Catalogue = "catalogue";
    }
    "Records" {
        Ledger = "ledger-folder";
        Audit = "audit-folder";
        AuditLog = "audit-log";
    }
    "The clock" {
        Clock = "clock";
        ClockSynchronized = "clock-synchronized";
    }
    "This desk" {
        Desk = "desk";
        OwnReaders = "own-readers";
        Agent = "agent";
    }
}

impl Check {
    /// Those that cannot be made where the settings cannot be read.
    pub(super) const OF_SITE: [Self; 9] = [
        Self::Anchors,
        Self::Intermediates,
        Self::Lists,
        Self::RoleKeys,
        Self::RoleDocuments,
        Self::Catalogue,
        Self::Ledger,
        Self::Audit,
        Self::AuditLog,
    ];

    pub(super) fn good(self, fact: impl Into<String>) -> Finding {
        self.found(Verdict::Good, fact, "")
    }

    pub(super) fn wrong(self, fact: impl Into<String>, advice: impl Into<String>) -> Finding {
        self.found(Verdict::Wrong, fact, advice)
    }

    pub(super) fn attention(self, fact: impl Into<String>, advice: impl Into<String>) -> Finding {
        self.found(Verdict::Attention, fact, advice)
    }

    pub(super) fn unknown(self, fact: impl Into<String>, advice: impl Into<String>) -> Finding {
        self.found(Verdict::Unknown, fact, advice)
    }

    /// Whoever was asked did not answer while it was waited for.
    pub(super) fn late(self, whom: &str, advice: impl Into<String>) -> Finding {
        self.wrong(format!("{whom} did not answer in time"), advice)
    }

    /// Nothing came of looking at this.
    pub(super) fn missing(self, why: Missing, whom: &str, advice: impl Into<String>) -> Finding {
        match why {
            Missing::Late => self.late(whom, advice),
            Missing::Broken => self.unknown(
                format!("lanyardctl itself failed when it looked at {whom}"),
                "that is a fault of lanyardctl; tell whoever gives support",
            ),
        }
    }

    fn found(
        self,
        verdict: Verdict,
        fact: impl Into<String>,
        advice: impl Into<String>,
    ) -> Finding {
        Finding { check: self, verdict, fact: fact.into(), advice: advice.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_is_wrong_and_what_broke_off_here_is_unknown() {
        let verdict = |why| Check::AuditLog.missing(why, "the audit log", "").verdict;
        assert_eq!(verdict(Missing::Late), Verdict::Wrong);
        assert_eq!(verdict(Missing::Broken), Verdict::Unknown);
    }

    #[test]
    fn the_document_has_every_check() {
        let document = include_str!("../../../../docs/commands.md");
        for check in Check::ALL {
            let row = format!("| `{}` |", check.name());
            assert!(document.contains(&row), "{row}");
            let found = serde_json::to_value(check.good("so")).unwrap();
            assert_eq!(found["check"], check.name());
        }
    }
}
