//! GENERATE ASYMMETRIC KEY PAIR (SP 800-73-4 part 2 §3.3.2): an administrator has the card make a key.
//!
//! The certificate that was in the slot's container stays, as on a real card, and no longer fits.

use lanyard_iso7816::{Command, Status, tlv};

use super::Application;
use crate::bytes::object;
use crate::key::{Algorithm, Key};

impl Application {
    pub(super) fn generate_key_pair(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        if command.p1 != 0 || !matches!(command.p2, 0x9A | 0x9C..=0x9E) {
            return Err(Status::INCORRECT_PARAMETERS);
        }
        self.demand_management()?;
        let algorithm = mechanism(command.body.bytes()).ok_or(Status::INCORRECT_DATA)?;
        let key = Key::generate(algorithm).map_err(|_| Status::NO_PRECISE_DIAGNOSIS)?;
        let public = key.public_objects().map_err(|_| Status::NO_PRECISE_DIAGNOSIS)?;
        self.memory.keys.insert(command.p2, key);
        self.commit()?;
        Ok(object(0x7F49, &public))
    }
}

/// The algorithm in the control reference template `AC` (table 10).
fn mechanism(body: &[u8]) -> Option<Algorithm> {
    let template = tlv::find(body, 0xAC).ok()?;
    match tlv::find(template, 0x80).ok()? {
        [identifier] => Algorithm::from_identifier(*identifier),
        _ => None,
    }
}
