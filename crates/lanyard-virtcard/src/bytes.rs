//! Bytes as this card writes them: data objects, and hexadecimal in its state and personas.
//!
//! Reading data objects is `lanyard_iso7816::tlv`'s work.

use std::fmt;

use lanyard_iso7816::tlv;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One data object.
#[expect(
    clippy::expect_used,
    reason = "no value reaches 64 KiB: commands end at LONGEST_COMMAND, everything else is made here"
)]
pub(crate) fn object(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 6);
    tlv::write(&mut out, tag, value).expect("the value is shorter than 64 KiB");
    out
}

/// Bytes that are written as hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hex(pub(crate) Vec<u8>);

impl Hex {
    fn parse(digits: &str) -> Option<Self> {
        let nibbles: Option<Vec<u8>> = digits
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|nibble| u8::try_from(nibble).ok()))
            .collect();
        let nibbles = nibbles?;
        let (pairs, []) = nibbles.as_chunks() else {
            return None;
        };
        Some(Self(pairs.iter().map(|[high, low]| high << 4 | low).collect()))
    }
}

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        Self::parse(&digits)
            .ok_or_else(|| serde::de::Error::custom("expected pairs of hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_written_and_read_back() {
        let hex = Hex(vec![0, 0x5F, 0xC1]);
        assert_eq!(serde_json::to_string(&hex).unwrap(), "\"005fc1\"");
        assert_eq!(serde_json::from_str::<Hex>("\"005fC1\"").unwrap(), hex);
        for bad in ["\"5\"", "\"zz\"", "\"é0\""] {
            serde_json::from_str::<Hex>(bad).unwrap_err();
        }
    }
}
