//! Response APDUs (ISO/IEC 7816-4 §5.1): data and a status word.

use crate::Status;

/// What a card answered to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The data, without the status word.
    pub data: Vec<u8>,
    /// The status word.
    pub status: Status,
}

/// An answer without room for a status word. A card pulled during a command gives zero bytes, and some
/// readers pass one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an answer of {length} bytes has no status word")]
pub struct ResponseTooShort {
    /// Bytes received: 0 or 1.
    pub length: usize,
}

impl Response {
    /// An answer without data.
    pub const fn status(status: Status) -> Self {
        Self { data: Vec::new(), status }
    }

    /// An answer with data and `90 00`.
    pub fn data(data: impl Into<Vec<u8>>) -> Self {
        Self { data: data.into(), status: Status::SUCCESS }
    }

    /// Splits the bytes a card returned.
    ///
    /// # Errors
    /// [`ResponseTooShort`] when there are fewer than two.
    pub fn parse(wire: Vec<u8>) -> Result<Self, ResponseTooShort> {
        let length = wire.len();
        let mut data = wire;
        let (Some(low), Some(high)) = (data.pop(), data.pop()) else {
            return Err(ResponseTooShort { length });
        };
        Ok(Self { data, status: Status(u16::from_be_bytes([high, low])) })
    }

    /// The bytes as a card sends them.
    pub fn to_wire(&self) -> Vec<u8> {
        let mut wire = self.data.clone();
        wire.extend_from_slice(&self.status.0.to_be_bytes());
        wire
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_and_status_are_split() {
        let response = Response::parse(vec![1, 2, 0x63, 0xC2]).unwrap();
        assert_eq!(response, Response { data: vec![1, 2], status: Status(0x63C2) });
        assert_eq!(response.to_wire(), [1, 2, 0x63, 0xC2]);
    }

    #[test]
    fn an_answer_without_status_word_is_an_error() {
        assert_eq!(Response::parse(vec![]), Err(ResponseTooShort { length: 0 }));
        assert_eq!(Response::parse(vec![0x90]), Err(ResponseTooShort { length: 1 }));
    }
}
