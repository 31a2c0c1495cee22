//! GENERAL AUTHENTICATE (SP 800-73-4 part 2 §3.2.4): a signature by one of the card's keys.
//!
//! What is signed, and whether the signature is right, is decided elsewhere. A card signs what it is given:
//! a padded block for RSA, a digest for elliptic curves (SP 800-73-4 part 2 appendix A).

use lanyard_iso7816::{
    Command, ExchangeError, Status, exchange,
    tlv::{self, TlvError},
};

use super::{PasscodeVerified, Slot};
use crate::KeyKind;

const GENERAL_AUTHENTICATE: u8 = 0x87;

// The dynamic authentication template and its objects (SP 800-73-4 part 2 table 7).
const TEMPLATE: u32 = 0x7C;
const CHALLENGE: u32 = 0x81;
const RESPONSE: u32 = 0x82;

/// Why a card gave no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// The exchange failed.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The card refused: the key is missing or of another kind, or the passcode is wanted again.
    #[error("the card refused to sign with {0}")]
    Refused(Status),
    /// The answer is not a template with a signature and nothing else.
    #[error("the card's answer holds no signature")]
    Malformed,
}

/// Has the card sign `input`: the padded block, or the digest.
pub(super) fn sign(
    verified: &mut PasscodeVerified<'_>,
    slot: Slot,
    key: KeyKind,
    input: &[u8],
) -> Result<Vec<u8>, Unsigned> {
    let template = template(input).map_err(|_| Unsigned::Malformed)?;
    let command = Command::new(GENERAL_AUTHENTICATE, key.identifier(), slot.reference());
    let response = exchange(verified.channel(), &command.plain(template).expecting_most())?;
    match response.status {
        Status::SUCCESS => signature(&response.data).map(<[u8]>::to_vec).ok_or(Unsigned::Malformed),
        status => Err(Unsigned::Refused(status)),
    }
}

/// The response is asked for by being empty.
fn template(input: &[u8]) -> Result<Vec<u8>, TlvError> {
    let mut objects = Vec::new();
    tlv::write(&mut objects, RESPONSE, &[])?;
    tlv::write(&mut objects, CHALLENGE, input)?;
    let mut template = Vec::new();
    tlv::write(&mut template, TEMPLATE, &objects)?;
    Ok(template)
}

fn signature(answer: &[u8]) -> Option<&[u8]> {
    only(only(answer, TEMPLATE)?, RESPONSE)
}

/// The value of the only object there is, with this tag.
fn only(input: &[u8], tag: u32) -> Option<&[u8]> {
    match tlv::read(input) {
        Ok((object, [])) if object.tag == tag => Some(object.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_as_the_standard_says() {
        assert_eq!(template(&[7; 2]).unwrap(), [0x7C, 6, 0x82, 0, 0x81, 2, 7, 7]);
        let block = template(&[7; 256]).unwrap();
        assert_eq!(block[..10], [0x7C, 0x82, 1, 6, 0x82, 0, 0x81, 0x82, 1, 0]);
        assert_eq!(block.len(), 266);
    }

    #[test]
    fn an_answer_holds_a_signature_and_nothing_else() {
        assert_eq!(signature(&[0x7C, 4, 0x82, 2, 7, 8]), Some(&[7, 8][..]));
        for bad in [
            &[][..],
            &[0x7C, 0],
            &[0x82, 2, 7, 8],
            &[0x7C, 4, 0x81, 2, 7, 8],
            &[0x7C, 4, 0x82, 3, 7, 8],
            &[0x7C, 5, 0x82, 2, 7, 8],
            &[0x7C, 4, 0x82, 2, 7, 8, 0],
            &[0x7C, 6, 0x82, 2, 7, 8, 0x81, 0],
            &[0x7C, 6, 0x81, 0, 0x82, 2, 7, 8],
            &[0x7C, 0x80, 0x82, 2, 7, 8, 0, 0],
        ] {
            assert_eq!(signature(bad), None, "{bad:02X?}");
        }
    }
}
