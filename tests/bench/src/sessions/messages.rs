//! As much of D-Bus messages as a listener needs (D-Bus Specification, "Message Format"): where one ends, and
//! whether it is an answer.

use zbus::{Message, names::OwnedBusName};

use crate::BenchError;

/// The part of a message that has always this length: byte order, kind, flags, version, the body's length, serial,
/// and the length of the fields, which are filled up to eight bytes.
const FIXED: usize = 16;

/// Bytes that were read and are no whole message yet.
#[derive(Debug, Default)]
pub(super) struct Messages(Vec<u8>);

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What was asked for.
    Answer,
    /// Why it is not given.
    Error,
    /// A signal.
    Other,
}

/// A call without arguments.
pub(super) fn call(
    destination: &str,
    path: &str,
    interface: &str,
    method: &str,
) -> Result<Vec<u8>, BenchError> {
    let failed = |error: &dyn ToString| BenchError::Daemon(error.to_string());
    let destination = OwnedBusName::try_from(destination).map_err(|error| failed(&error))?;
    let call = Message::method_call(path, method).destination(destination).interface(interface);
    let call = call.build(&()).map_err(|error| failed(&error))?;
    Ok(call.data().to_vec())
}

impl Messages {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The next message that is whole.
    pub(super) fn take(&mut self) -> Option<(Kind, Vec<u8>)> {
        let length = self.length()?;
        if self.0.len() < length {
            return None;
        }
        let rest = self.0.split_off(length);
        let message = std::mem::replace(&mut self.0, rest);
        let kind = match message.get(1) {
            Some(2) => Kind::Answer,
            Some(3) => Kind::Error,
            _ => Kind::Other,
        };
        Some((kind, message))
    }

    /// Of the first message, when so much of it is there that it is known.
    fn length(&self) -> Option<usize> {
        let body = self.number(4)?;
        let fields = self.number(12)?.checked_next_multiple_of(8)?;
        FIXED.checked_add(fields)?.checked_add(body)
    }

    /// Four bytes in the order that the message names: `l` is little-endian.
    fn number(&self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at + 4)?.try_into().ok()?;
        let read =
            if self.0.first() == Some(&b'l') { u32::from_le_bytes } else { u32::from_be_bytes };
        usize::try_from(read(bytes)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_wherever_they_were_cut() {
        let path = "/org/example";
        let first = call("org.example", path, "org.example.Thing", "First").unwrap();
        let second = call("org.example", path, "org.example.Thing", "Other").unwrap();
        let both = [first.clone(), second.clone()].concat();
        for cut in 0..both.len() {
            let mut messages = Messages::default();
            let mut found = Vec::new();
            for part in [&both[..cut], &both[cut..]] {
                messages.add(part);
                found.extend(std::iter::from_fn(|| messages.take()));
            }
            assert_eq!(found, [(Kind::Other, first.clone()), (Kind::Other, second.clone())]);
        }
    }
}
