//! A persona: what is known of a holder's card before it is issued, as data.
//!
//! Where personas come from is `personas`' duty. Nobody in them exists.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::fault::Fault;
use crate::key::Algorithm;
use crate::piv::{ManagementAlgorithm, PasscodeFormat};
use crate::transport::Protocol;

/// One card and its holder.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Persona {
    /// The name it is called by.
    pub name: String,
    /// What it is for, in a sentence.
    pub about: String,
    /// The holder's identifier: 12 digits that belong to nobody.
    pub holder_uuid: String,
    /// The holder's name, plainly invented.
    pub holder_name: String,
    /// The algorithm of every slot that names none of its own.
    #[serde(default = "p256")]
    pub algorithm: Algorithm,
    /// The slots that hold a key and a certificate.
    #[serde(default = "all_slots")]
    pub slots: Vec<Slot>,
    /// Algorithms of single slots.
    #[serde(default)]
    pub slot_algorithms: BTreeMap<Slot, Algorithm>,
    /// The passcode.
    #[serde(default = "usual_passcode")]
    pub passcode: String,
    /// The unblocking key, eight characters.
    #[serde(default = "usual_puk")]
    pub puk: String,
    /// What the card takes for a passcode at all.
    #[serde(default)]
    pub pin_format: PasscodeFormat,
    /// Wrong passcodes in a row that block the card.
    #[serde(default = "usual_tries")]
    pub tries: u8,
    /// Tries left when the card is issued; all of them where absent.
    pub tries_left: Option<u8>,
    /// Days from the day of issue to the certificates' first.
    #[serde(default = "issued_long_ago")]
    pub valid_from_days: i32,
    /// Days from the day of issue to the certificates' last.
    #[serde(default = "valid_for_long")]
    pub valid_to_days: i32,
    /// The root that the certificates lead to.
    #[serde(default)]
    pub authority: AuthorityName,
    /// Whether its list names the certificates from the first day. The card itself does not know.
    #[serde(default)]
    pub revoked: bool,
    /// Whether the keys are others than the certificates say.
    #[serde(default)]
    pub cloned: bool,
    /// Which application is on the card and what it holds.
    #[serde(default)]
    pub application: ApplicationKind,
    /// What it has beyond the ordinary.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// The cipher of the card management key.
    #[serde(default)]
    pub management: ManagementAlgorithm,
    /// What is wrong with the card.
    #[serde(default, deserialize_with = "fault")]
    pub fault: Option<Fault>,
}

/// A key reference and its certificate container (SP 800-73-4 part 1 table 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Slot {
    /// PIV authentication.
    #[serde(rename = "9a")]
    Authentication,
    /// Digital signature.
    #[serde(rename = "9c")]
    Signature,
    /// Key management.
    #[serde(rename = "9d")]
    KeyManagement,
    /// Card authentication.
    #[serde(rename = "9e")]
    CardAuthentication,
}

/// Something that a card may have or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// The CHUID carries its issuer's signature, as long real ones do.
    SignedChuid,
    /// The ATR announces extended length and the card understands it.
    ExtendedLength,
    /// The card speaks T=0 alone, by the letter.
    T0,
}

/// Which of the two throwaway roots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthorityName {
    /// The one that test configurations trust.
    #[default]
    Trusted,
    /// The one that nobody should.
    Untrusted,
}

/// What is on the card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationKind {
    /// The PIV application, personalised.
    #[default]
    Piv,
    /// The PIV application with no key, certificate or CHUID.
    Blank,
    /// Another application alone: selecting PIV is answered `6A 82`.
    Other,
}

impl Persona {
    /// The algorithm of a slot.
    pub fn algorithm_of(&self, slot: Slot) -> Algorithm {
        self.slot_algorithms.get(&slot).copied().unwrap_or(self.algorithm)
    }

    /// How the card talks to a reader.
    pub(crate) fn protocol(&self) -> Protocol {
        if self.has(Feature::T0) {
            Protocol::T0
        } else {
            Protocol::T1 { extended: self.has(Feature::ExtendedLength) }
        }
    }

    /// Whether the card has this.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// Why there can be no such card.
    pub(crate) fn impossible(&self) -> Option<&'static str> {
        if !is_name(&self.name) {
            Some("a name has small letters, digits and hyphens")
        } else if self.holder_uuid.len() != 12 || !all_digits(&self.holder_uuid) {
            Some("holder-uuid has 12 digits")
        } else if self.pin_format.padded(&self.passcode).is_none() {
            Some("the passcode does not suit pin-format")
        } else if self.puk.len() != 8 {
            Some("puk has eight characters")
        } else if !(1..=15).contains(&self.tries) || self.tries_left > Some(self.tries) {
            Some("tries are from 1 to 15, and tries-left is not more")
        } else if self.has(Feature::T0) && self.has(Feature::ExtendedLength) {
            Some("a card with t0 has no extended-length")
        } else {
            None
        }
    }
}

impl Slot {
    /// The key reference.
    pub const fn reference(self) -> u8 {
        match self {
            Self::Authentication => 0x9A,
            Self::Signature => 0x9C,
            Self::KeyManagement => 0x9D,
            Self::CardAuthentication => 0x9E,
        }
    }

    /// The tag of the certificate's container (SP 800-73-4 part 1 table 3).
    pub const fn container(self) -> u32 {
        match self {
            Self::Authentication => 0x5F_C105,
            Self::Signature => 0x5F_C10A,
            Self::KeyManagement => 0x5F_C10B,
            Self::CardAuthentication => 0x5F_C101,
        }
    }
}

fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(allowed)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn fault<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Fault>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

const fn p256() -> Algorithm {
    Algorithm::P256
}

fn all_slots() -> Vec<Slot> {
    vec![Slot::Authentication, Slot::Signature, Slot::KeyManagement, Slot::CardAuthentication]
}

fn usual_passcode() -> String {
    "123456".to_owned()
}

fn usual_puk() -> String {
    "12345678".to_owned()
}

const fn usual_tries() -> u8 {
    3
}

const fn issued_long_ago() -> i32 {
    -180
}

const fn valid_for_long() -> i32 {
    550
}
