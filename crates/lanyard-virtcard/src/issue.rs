//! Issuing a card: from a persona and an authority to the memory of a card that nobody has used yet.
//!
//! What the data objects look like is `content`'s duty.

use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;

use openssl::error::ErrorStack;

use crate::bytes::Hex;
use crate::content;
use crate::key::{Key, KeyError};
use crate::memory::{ManagementKey, Memory, Reference};
use crate::persona::{ApplicationKind, Persona};
use crate::personas::PersonaError;
use crate::pki::{self, Authorities};

/// The management key that cards are delivered with: `01` to `08` three times, as far as it is needed.
const DELIVERED_KEY: [u8; 32] = {
    let mut key = [0; 32];
    let mut at = 0;
    while at < key.len() {
        #[expect(clippy::cast_possible_truncation, reason = "less than 32")]
        let number = (at % 8 + 1) as u8;
        #[expect(clippy::indexing_slicing, reason = "the loop ends before the length")]
        {
            key[at] = number;
        }
        at += 1;
    }
    key
};

/// Tries of the unblocking key.
const PUK_TRIES: u8 = 3;

/// Why there is no card.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// A folder or file cannot be used.
    #[error("the state cannot be kept: {0}")]
    Io(#[from] io::Error),
    /// OpenSSL could not make or read a key or certificate.
    #[error("OpenSSL: {0}")]
    Library(#[from] ErrorStack),
    /// A key file holds a kind of key that this card has not.
    #[error("a key that is kept is of no kind that this card knows")]
    UnknownKey,
    /// A certificate could not be written.
    #[error("a certificate cannot be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A date of the register is none.
    #[error("a date that is kept is none")]
    Date,
    /// The personas of the project cannot be read: their revocations are in the lists from the first day.
    #[error(transparent)]
    Personas(#[from] PersonaError),
    /// The passcode or the PUK of the persona does not suit its own rules.
    #[error("passcode or PUK of persona {name} do not suit its pin-format")]
    Passcode {
        /// The persona's name.
        name: String,
    },
}

impl From<KeyError> for IssueError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unsuitable => Self::UnknownKey,
            KeyError::Library(error) => Self::Library(error),
        }
    }
}

/// The memory of a card fresh from its issuer.
pub(crate) fn issue(
    persona: &Persona,
    authorities: &Authorities,
    now: SystemTime,
) -> Result<Memory, IssueError> {
    let (passcode, puk) = references(persona)?;
    let management = ManagementKey {
        algorithm: persona.management,
        key: Hex(DELIVERED_KEY.iter().copied().take(persona.management.key_length()).collect()),
    };
    let mut memory =
        Memory { passcode, puk, management, keys: BTreeMap::new(), objects: BTreeMap::new() };
    match persona.application {
        ApplicationKind::Piv => {
            fill_slots(&mut memory, persona, authorities, now)?;
            let authority = authorities.issuer_of(persona);
            content::fill(&mut memory.objects, persona, authority, now)?;
        }
        ApplicationKind::Blank => {
            memory.objects.extend([content::discovery()]);
        }
        ApplicationKind::Other => {}
    }
    Ok(memory)
}

fn references(persona: &Persona) -> Result<(Reference, Reference), IssueError> {
    let unsuitable = || IssueError::Passcode { name: persona.name.clone() };
    let passcode = persona.pin_format.padded(&persona.passcode).ok_or_else(unsuitable)?;
    let puk: [u8; 8] = persona.puk.as_bytes().try_into().map_err(|_| unsuitable())?;
    let mut passcode = Reference::new(passcode, persona.tries);
    passcode.tries_left = persona.tries_left.unwrap_or(persona.tries);
    Ok((passcode, Reference::new(puk, PUK_TRIES)))
}

fn fill_slots(
    memory: &mut Memory,
    persona: &Persona,
    authorities: &Authorities,
    now: SystemTime,
) -> Result<(), IssueError> {
    let authority = authorities.issuer_of(persona);
    for slot in &persona.slots {
        let key = Key::generate(persona.algorithm_of(*slot))?;
        let der = pki::issue(persona, *slot, &key, authority, now)?;
        authorities.keep_holder(persona, *slot, &der)?;
        memory.objects.insert(slot.container(), Hex(content::certificate_container(&der)));
        let key = if persona.cloned { Key::generate(key.algorithm())? } else { key };
        memory.keys.insert(slot.reference(), key);
    }
    Ok(())
}
