//! GENERAL AUTHENTICATE (SP 800-73-4 part 2 §3.2.4): signing, key transport and key agreement with the
//! card's private keys, by the access rules of part 1 table 4.
//!
//! The management key speaks the same command, in `management`.

use lanyard_iso7816::{Command, Status, tlv};

use super::{Application, MANAGEMENT};
use crate::bytes::object;
use crate::key::{Algorithm, Key, KeyError};

/// The dynamic authentication template's objects (part 2 table 7): absent, or present and perhaps empty.
#[derive(Debug, Default)]
pub(super) struct Template<'a> {
    pub(super) witness: Option<&'a [u8]>,
    pub(super) challenge: Option<&'a [u8]>,
    pub(super) response: Option<&'a [u8]>,
    pub(super) exponentiation: Option<&'a [u8]>,
}

impl<'a> Template<'a> {
    fn read(body: &'a [u8]) -> Option<Self> {
        let mut rest = tlv::find(body, 0x7C).ok()?;
        let mut template = Self::default();
        while !rest.is_empty() {
            let (object, after) = tlv::read(rest).ok()?;
            let place = match object.tag {
                0x80 => &mut template.witness,
                0x81 => &mut template.challenge,
                0x82 => &mut template.response,
                0x85 => &mut template.exponentiation,
                _ => return None,
            };
            *place = Some(object.value);
            rest = after;
        }
        Some(template)
    }
}

/// What the card returns inside the template.
pub(super) fn answer(tag: u32, value: &[u8]) -> Vec<u8> {
    object(0x7C, &object(tag, value))
}

impl Application {
    pub(super) fn general_authenticate(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let template = Template::read(command.body.bytes());
        if command.p2 == MANAGEMENT {
            let template = template.ok_or(Status::INCORRECT_DATA)?;
            return self.authenticate_management(command.p1, &template);
        }
        let key = self.memory.keys.get(&command.p2);
        let key = key.ok_or(Status::INCORRECT_PARAMETERS)?;
        if Algorithm::from_identifier(command.p1) != Some(key.algorithm()) {
            return Err(Status::INCORRECT_PARAMETERS);
        }
        self.demand_access(command.p2)?;
        let template = template.ok_or(Status::INCORRECT_DATA)?;
        use_key(key, command.p2, &template)
    }

    /// Part 1 table 4, column "security condition for use".
    fn demand_access(&self, slot: u8) -> Result<(), Status> {
        match slot {
            0x9E => Ok(()),
            0x9C => self.demand_passcode_just_now(),
            _ => self.demand_passcode(),
        }
    }
}

fn use_key(key: &Key, slot: u8, template: &Template<'_>) -> Result<Vec<u8>, Status> {
    let result = match template {
        Template {
            challenge: Some(input @ [_, ..]),
            response: Some([]) | None,
            exponentiation: None,
            ..
        } => key.sign(input),
        Template { exponentiation: Some(point), challenge: None, .. }
            if is_key_management(slot) =>
        {
            key.agree(point)
        }
        _ => return Err(Status::INCORRECT_DATA),
    };
    match result {
        Ok(output) => Ok(answer(0x82, &output)),
        Err(KeyError::Unsuitable) => Err(Status::INCORRECT_DATA),
        Err(KeyError::Library(_)) => Err(Status::NO_PRECISE_DIAGNOSIS),
    }
}

/// The key management key and the retired ones.
const fn is_key_management(slot: u8) -> bool {
    matches!(slot, 0x9D | 0x82..=0x95)
}
