//! Records are read back as they were written, and nothing else is taken for one.

use proptest::prelude::*;

use super::*;

fn card(length: usize) -> Content {
    Content::Card(CardSerial::new(&vec![7; length]).unwrap(), Account::default())
}

#[test]
fn a_number_longer_than_64_bytes_has_no_room() {
    let slot = |content| Record { number: 1, content }.to_slot();
    assert!(slot(card(LONGEST_SERIAL)).is_ok());
    assert!(matches!(
        slot(card(LONGEST_SERIAL + 1)),
        Err(LedgerError::SerialTooLong { length: 65 })
    ));
    assert!(slot(card(1000)).is_err());
}

#[test]
fn every_flipped_bit_is_noticed() {
    let slot = Record { number: 77, content: card(25) }.to_slot().unwrap();
    for bit in 0..SLOT * 8 {
        let mut flipped = slot;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Record::from_slot(&flipped), None, "bit {bit}");
    }
}

fn account() -> impl Strategy<Value = Account> {
    let attempt = (any::<u64>(), any::<bool>(), 0..1_u64 << 40);
    (any::<[u8; 3]>(), any::<Option<u8>>(), any::<bool>(), prop::option::of(attempt)).prop_map(
        |([base, refused, unheard], last, doubtful, attempt)| {
            let open = attempt.is_some();
            let attempt = attempt.map(|(number, sign_in, at)| {
                let purpose = if sign_in { Purpose::SignIn } else { Purpose::ChangePasscode };
                (number, OpenIntent { purpose, at: UNIX_EPOCH + Duration::from_secs(at) })
            });
            Account { tally: Tally { base, refused, unheard, last, open, doubtful }, attempt }
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    let serial = prop::collection::vec(1..=255_u8, 1..=LONGEST_SERIAL);
    prop_oneof![
        Just(Content::HEADER),
        Just(Content::Doubt),
        (any::<u64>(), any::<[u8; 32]>())
            .prop_map(|(sequence, hash)| Content::AuditHead(AuditHead { sequence, hash })),
        (serial, account()).prop_map(|(serial, account)| Content::Card(
            CardSerial::new(&serial).unwrap(),
            account
        )),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(number: u64, content in content()) {
        let record = Record { number, content };
        prop_assert_eq!(Record::from_slot(&record.to_slot().unwrap()), Some(record));
    }

    /// The checksum is made right, so that everything behind it is tried.
    #[test]
    fn any_bytes_are_read_or_refused(mut slot in prop::collection::vec(any::<u8>(), SLOT), kind in 0..5_u8) {
        slot[16] = kind;
        let sum = checksum(&slot[8..]).to_be_bytes();
        slot[..8].copy_from_slice(&sum);
        let _ = Record::from_slot(&slot);
    }
}
