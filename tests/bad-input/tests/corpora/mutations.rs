//! Seeds with bits flipped, parts cut out, doubled, replaced, or taken from other seeds.

use proptest::prelude::*;
use proptest::sample::Index;

use crate::target;

/// One change of an input.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Cut(Index),
    Remove(Index, Index),
    Double(Index, Index),
    /// The beginning of this one, the end of another seed.
    Splice(Index, Vec<u8>, Index),
}

fn change(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    let telling = prop::sample::select(vec![0, 1, 0x53, 0x61, 0x6C, 0x70, 0x7F, 0x80, 0x82, 0xFF]);
    let byte = prop_oneof![telling, any::<u8>()].boxed();
    prop_oneof![
        4 => (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        4 => (at(), byte.clone()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        1 => (at(), prop::collection::vec(byte, 1..9)).prop_map(|(at, new)| Change::Insert(at, new)),
        1 => at().prop_map(Change::Cut),
        2 => (at(), at()).prop_map(|(from, to)| Change::Remove(from, to)),
        1 => (at(), at()).prop_map(|(from, to)| Change::Double(from, to)),
        2 => (at(), prop::sample::select(seeds), at())
            .prop_map(|(at, other, from)| Change::Splice(at, other, from)),
    ]
}

impl Change {
    fn apply(self, input: &mut Vec<u8>) {
        let range = |input: &[u8], a: Index, b: Index| {
            let [a, b] = [a.index(input.len() + 1), b.index(input.len() + 1)];
            a.min(b)..a.max(b)
        };
        match self {
            Self::Flip(..) | Self::Replace(..) if input.is_empty() => {}
            Self::Flip(at, bit) => *at.get_mut(input) ^= 1 << bit,
            Self::Replace(at, byte) => *at.get_mut(input) = byte,
            Self::Insert(at, new) => {
                let at = at.index(input.len() + 1);
                input.splice(at..at, new);
            }
            Self::Cut(at) => input.truncate(at.index(input.len() + 1)),
            Self::Remove(from, to) => drop(input.drain(range(input, from, to))),
            Self::Double(from, to) => {
                let range = range(input, from, to);
                input.extend_from_within(range);
            }
            Self::Splice(at, other, from) => {
                input.truncate(at.index(input.len() + 1));
                input.extend_from_slice(&other[from.index(other.len() + 1)..]);
            }
        }
    }
}

/// A seed of this target, changed a few times.
fn mutated(name: &str) -> impl Strategy<Value = Vec<u8>> {
    let seeds: Vec<_> = target(name).seeds().unwrap().into_iter().map(|(_, said)| said).collect();
    let changes = prop::collection::vec(change(seeds.clone()), 1..6);
    (prop::sample::select(seeds), changes).prop_map(|(mut input, changes)| {
        for change in changes {
            change.apply(&mut input);
        }
        input
    })
}

/// Changes a target's seeds so often, and calls its check.
fn survives(name: &str, cases: u32) {
    let check = target(name).check;
    proptest!(ProptestConfig::with_cases(cases), |(input in mutated(name))| check(&input));
}

#[test]
fn changed_data_objects_are_read_or_refused() {
    survives("tlv", 4_000);
}

#[test]
fn changed_commands_are_read_or_refused() {
    survives("command", 4_000);
}

#[test]
fn an_exchange_ends_whatever_the_card_says() {
    survives("exchange", 2_000);
}

#[test]
fn changed_chuids_are_read_or_refused() {
    survives("chuid", 4_000);
}

#[test]
fn changed_certificates_are_read_or_refused() {
    survives("certificate", 4_000);
}

#[test]
fn a_conversation_ends_and_spends_no_try_whatever_the_card_says() {
    survives("identify", 2_000);
}

#[test]
fn no_changed_certificate_is_believed() {
    survives("x509", 4_000);
}

#[test]
fn no_changed_list_is_believed() {
    survives("crl", 4_000);
}

#[test]
fn changed_answers_are_read_or_refused() {
    survives("ocsp", 4_000);
}

#[test]
fn changed_catalogues_are_read_or_refused() {
    survives("catalogue", 2_000);
}

#[test]
fn changed_role_documents_are_read_or_refused() {
    survives("userinfo", 4_000);
}

#[test]
fn no_changed_file_of_the_directory_is_believed() {
    survives("document", 1_000);
}

#[test]
fn a_virtual_card_answers_whatever_it_is_told() {
    survives("reply", 500);
}
