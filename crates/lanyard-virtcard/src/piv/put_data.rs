//! PUT DATA (SP 800-73-4 part 2 §3.3.1): an administrator writes a data object, or empties it.

use lanyard_iso7816::{Command, Status, tlv};

use super::Application;
use super::get_data::{DISCOVERY, is_known, named, wrapper};
use crate::bytes::Hex;

impl Application {
    pub(super) fn put_data(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        if (command.p1, command.p2) != (0x3F, 0xFF) {
            return Err(Status::INCORRECT_PARAMETERS);
        }
        self.demand_management()?;
        let (tag, value) = content(command.body.bytes())?;
        if value.is_empty() {
            self.memory.objects.remove(&tag);
        } else {
            self.memory.objects.insert(tag, Hex(value.to_vec()));
        }
        self.commit()?;
        Ok(Vec::new())
    }
}

/// The discovery object comes as itself, every other behind a tag list that names it (tables 12, 13).
fn content(body: &[u8]) -> Result<(u32, &[u8]), Status> {
    let (first, rest) = tlv::read(body).map_err(|_| Status::INCORRECT_DATA)?;
    let (tag, value) = match first.tag {
        DISCOVERY => (DISCOVERY, first.value),
        0x5C => {
            let tag = named(first.value)?;
            let value = tlv::find(rest, wrapper(tag)).map_err(|_| Status::INCORRECT_DATA)?;
            (tag, value)
        }
        _ => return Err(Status::INCORRECT_DATA),
    };
    if is_known(tag) { Ok((tag, value)) } else { Err(Status::FUNCTION_NOT_SUPPORTED) }
}
