//! GET DATA (SP 800-73-4 part 2 §3.1.2) and who may read what (part 1 table 2).

use lanyard_iso7816::{Command, Status, tlv};

use super::Application;
use crate::bytes::object;

/// The discovery object, the only one that is returned without the tag `53` around it here.
pub(crate) const DISCOVERY: u32 = 0x7E;
/// The biometric information templates group template; this card has no biometric data.
const BIOMETRIC_TEMPLATES: u32 = 0x7F61;

impl Application {
    pub(super) fn get_data(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        if (command.p1, command.p2) != (0x3F, 0xFF) {
            return Err(Status::INCORRECT_PARAMETERS);
        }
        let list = tlv::find(command.body.bytes(), 0x5C).map_err(|_| Status::INCORRECT_DATA)?;
        let tag = named(list)?;
        let value = self.memory.objects.get(&tag).ok_or(Status::NOT_FOUND)?;
        if needs_passcode(tag) {
            self.demand_passcode()?;
        }
        Ok(object(wrapper(tag), &value.0))
    }
}

/// The tag that a tag list of one entry names.
pub(super) fn named(list: &[u8]) -> Result<u32, Status> {
    match *list {
        [a] => Ok(a.into()),
        [a, b] => Ok(u32::from_be_bytes([0, 0, a, b])),
        [a, b, c] => Ok(u32::from_be_bytes([0, a, b, c])),
        _ => Err(Status::INCORRECT_DATA),
    }
}

/// Whether SP 800-73-4 part 1 table 3 has an object with this tag.
pub(super) const fn is_known(tag: u32) -> bool {
    matches!(
        tag,
        0x5F_C101..=0x5F_C103 | 0x5F_C105..=0x5F_C123 | DISCOVERY | BIOMETRIC_TEMPLATES
    )
}

/// The tag around an object's content.
pub(super) const fn wrapper(tag: u32) -> u32 {
    match tag {
        DISCOVERY | BIOMETRIC_TEMPLATES => tag,
        _ => 0x53,
    }
}

/// Fingerprints, facial image, printed information, iris images and pairing code are for the holder.
const fn needs_passcode(tag: u32) -> bool {
    matches!(tag, 0x5F_C103 | 0x5F_C108 | 0x5F_C109 | 0x5F_C121 | 0x5F_C123)
}
