//! Instructions outside SP 800-73-4: none is known.

use lanyard_iso7816::Status;

pub(super) const fn answer(_instruction: u8) -> Result<Vec<u8>, Status> {
    Err(Status::INSTRUCTION_NOT_SUPPORTED)
}
