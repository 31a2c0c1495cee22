//! Answers that no honest card gives, for the faults that lie in the bytes.

use lanyard_iso7816::{Command, Expected, Response, Status, tlv};

use crate::bytes::object;

const SELECT: u8 = 0xA4;
const GET_DATA: u8 = 0xCB;
const GET_RESPONSE: u8 = 0xC0;

/// Not an application template, objects that are longer inside than outside, success without sense.
pub(crate) fn garbage(wire: &[u8], number: u32) -> Vec<u8> {
    let nonsense: &[&[u8]] = &[
        &[0x53, 0x82, 0x7F, 0xFF, 0x01, 0x90, 0x00],
        &[0x53, 0x05, 0x70, 0x84, 0xFF, 0xFF, 0xFF, 0x90, 0x00],
        &[0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0x90, 0x00],
        &[0x90, 0x00],
        &[0xDE, 0xAD],
        &[0x53, 0x80, 0x00, 0x00, 0x90, 0x00],
    ];
    let instruction = wire.get(1).copied();
    if instruction == Some(SELECT) {
        return vec![0x61, 0x7F, 0x4F, 0xFF, 0x00, 0x90, 0x00];
    }
    let at = usize::try_from(number).unwrap_or(0) % nonsense.len();
    nonsense.get(at).map(|answer| answer.to_vec()).unwrap_or_default()
}

/// Every answer with data promises more, and more always comes.
pub(crate) fn endless(wire: &[u8], honest: Vec<u8>) -> Vec<u8> {
    const MORE: [u8; 2] = [0x61, 0x00];
    match (wire.get(1), honest.as_slice()) {
        (Some(&GET_RESPONSE), _) => [vec![0x5A; 256], MORE.to_vec()].concat(),
        (_, [data @ .., _, _]) if !data.is_empty() => [data, &MORE].concat(),
        _ => honest,
    }
}

/// Makes a certificate's container 64 KiB long, header included: as much as one extended response holds.
pub(crate) fn huge_certificate(command: &Command, honest: Response) -> Response {
    /// `53 82 xx xx` and `70 82 xx xx` around it.
    const HEADERS: usize = 8;
    let certificate = |tag: &[u8]| matches!(tag, [0x5F, 0xC1, 0x01 | 0x05 | 0x0A | 0x0B]);
    let asked = tlv::find(command.body.bytes(), 0x5C).is_ok_and(certificate);
    if command.instruction != GET_DATA || !asked || honest.status != Status::SUCCESS {
        return honest;
    }
    Response::data(object(0x53, &object(0x70, &vec![0x30; 65_536 - HEADERS])))
}

/// Refuses an answer unless its very length is asked for.
pub(crate) fn exact_length(command: &Command, honest: Response) -> Response {
    match u8::try_from(honest.data.len()) {
        Ok(length @ 1..) if command.expected != Expected::Exactly(length.into()) => {
            Response::status(Status(0x6C00 | u16::from(length)))
        }
        _ => honest,
    }
}
