//! The door to the PKI: in memory for tests, in a folder for everybody else.
//!
//! ```text
//! FOLDER/anchors/root.pem             whom to trust
//!        intermediates/*.pem          the authorities below it
//!        lists/*.crl                  their revocation lists, DER
//!        responder/certificate.pem    the OCSP responder, and key.pem
//!        holders/PERSONA.pem          the sign-in certificate; PERSONA.9c.pem and so on for other slots
//!        untrusted/                   a root that nobody should trust, and its list
//!        authorities.json             what all this follows from, with the keys
//! ```

use std::path::Path;
use std::time::SystemTime;

use crate::issue::IssueError;
use crate::persona::{AuthorityName, Persona, Slot};
use crate::pki::authority::Authority;
use crate::pki::folder::Folder;
use crate::pki::office::Office;
use crate::pki::reason::RevocationReason;
use crate::pki::register::Register;
use crate::pki::responder::Responder;

/// The authorities that sign the holders' certificates, and what belongs to them.
#[derive(Clone, Debug)]
pub struct Authorities {
    register: Register,
    folder: Option<Folder>,
}

impl Authorities {
    /// New ones, kept in memory alone.
    ///
    /// # Errors
    /// [`IssueError`] when a key, certificate or list cannot be made.
    pub fn in_memory(now: SystemTime) -> Result<Self, IssueError> {
        Ok(Self { register: Register::new(now)?, folder: None })
    }

    /// Those of a folder, made there first when it has none. Lists of which more than half of their seven
    /// days are over are made anew. Several processes may open it at once; each must be able to write there.
    ///
    /// # Errors
    /// [`IssueError`] when the folder cannot be used or holds something else.
    pub fn open(folder: &Path, now: SystemTime) -> Result<Self, IssueError> {
        let folder = Folder::new(folder);
        let held = folder.hold()?;
        let register = if let Some(mut register) = held.load()? {
            if register.renew(now)? {
                held.save(&register)?;
            } else {
                held.publish(&register)?;
            }
            register
        } else {
            let register = Register::new(now)?;
            held.save(&register)?;
            register
        };
        drop(held);
        Ok(Self { register, folder: Some(folder) })
    }

    /// One of the two roots.
    pub const fn named(&self, name: AuthorityName) -> &Authority {
        match name {
            AuthorityName::Trusted => self.register.authority(Office::Root),
            AuthorityName::Untrusted => self.register.authority(Office::Untrusted),
        }
    }

    /// The authority that signs a persona's certificates.
    pub const fn issuer_of(&self, persona: &Persona) -> &Authority {
        self.register.authority(Office::that_signs(persona))
    }

    /// Whom to trust: certificates, DER.
    pub fn anchors(&self) -> Vec<Vec<u8>> {
        vec![self.named(AuthorityName::Trusted).certificate().to_vec()]
    }

    /// The authorities below the trusted root: certificates, DER.
    pub fn intermediates(&self) -> Vec<Vec<u8>> {
        [Office::Rsa, Office::P256]
            .map(|office| self.register.authority(office).certificate().to_vec())
            .into()
    }

    /// The revocation lists of the trusted root and of those below it, DER.
    pub fn lists(&self) -> Vec<Vec<u8>> {
        [Office::Root, Office::Rsa, Office::P256]
            .into_iter()
            .flat_map(|office| self.register.lists(office))
            .map(|(_, list)| list.der.0.clone())
            .collect()
    }

    /// The OCSP responder that may speak for the authority that signs P-256 certificates.
    pub const fn responder(&self) -> &Responder {
        &self.register.responder
    }

    /// Where they are kept; nowhere when in memory alone.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(Folder::path)
    }

    /// Takes all certificates of a persona's card back, as of now, and makes its list anew. In a folder the
    /// file is replaced as a whole before this returns. Once revoked is revoked: the first reason and date
    /// stay.
    ///
    /// # Errors
    /// [`IssueError`] when the list cannot be made or the folder cannot be used.
    pub fn revoke(
        &mut self,
        persona: &Persona,
        reason: RevocationReason,
        now: SystemTime,
    ) -> Result<(), IssueError> {
        let Some(folder) = &self.folder else {
            self.register.revoke(persona, reason, now)?;
            return Ok(());
        };
        let held = folder.hold()?;
        // Another process may have revoked since.
        if let Some(register) = held.load()? {
            self.register = register;
        }
        if self.register.revoke(persona, reason, now)? {
            held.save(&self.register)?;
        }
        Ok(())
    }

    /// Puts a certificate that was just issued beside the others of its holder.
    pub(crate) fn keep_holder(
        &self,
        persona: &Persona,
        slot: Slot,
        der: &[u8],
    ) -> Result<(), IssueError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let name = match slot {
            Slot::Authentication => persona.name.clone(),
            Slot::Signature | Slot::KeyManagement | Slot::CardAuthentication => {
                format!("{}.{:02x}", persona.name, slot.reference())
            }
        };
        folder.hold()?.write_holder(&name, der)
    }
}
