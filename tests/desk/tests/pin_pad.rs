//! A reader's own keys: what is sent to them, and what comes of what the holder does there.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use lanyard_desk::{Desk, card, reader};
use lanyard_iso7816::{CardChannel, ChannelError, Command, Status, exchange};
use lanyard_reader::{CardTransaction, ControlCode, PadEntry, PinPad, ReaderName, Readers};
use lanyard_settings::Settings;
use lanyard_virtual_readers::{AtTheKeys, VirtualPad, VirtualReaders};

const PIV: [u8; 11] = [0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0];

/// A card in a reader with keys.
struct Counter {
    readers: VirtualReaders,
    name: ReaderName,
    pad: VirtualPad,
}

impl Counter {
    fn with(persona: &str) -> Self {
        let ((readers, _events), name, pad) =
            (VirtualReaders::new(), reader("Keys"), VirtualPad::new());
        readers.plug_with_pad(&name, &pad);
        readers.insert(&name, card(persona));
        Self { readers, name, pad }
    }

    /// Has this done at the keys, in a transaction on the selected PIV application.
    fn at_the_keys<T>(
        &self,
        act: AtTheKeys,
        work: impl FnOnce(PinPad, &mut dyn CardTransaction) -> T,
    ) -> T {
        self.pad.then(act);
        let keys = self.readers.describe(&self.name).unwrap().pin_pad.unwrap();
        let mut connection = self.readers.connect(&self.name).unwrap();
        let mut transaction = connection.transaction().unwrap();
        let channel: &mut dyn CardChannel = transaction.as_mut();
        let selected = exchange(channel, &Command::new(0xA4, 4, 0).plain(PIV)).unwrap();
        assert_eq!(selected.status, Status::SUCCESS);
        work(keys, transaction.as_mut())
    }

    fn verify(&self, act: AtTheKeys) -> Status {
        let entry = PadEntry::new([0, 0x20, 0, 0x80], 6, 8).unwrap();
        self.at_the_keys(act, |keys, card| keys.verify_passcode(card, entry)).unwrap().status
    }

    fn change(&self, act: AtTheKeys) -> Status {
        let entry = PadEntry::new([0, 0x24, 0, 0x80], 6, 8).unwrap();
        let changed = self.at_the_keys(act, |keys, card| keys.change_passcode(card, entry));
        changed.unwrap().unwrap().status
    }

    fn tries(&self) -> u8 {
        self.readers.with_card(&self.name, |card| card.tries().passcode).unwrap()
    }
}

fn types(passcode: &str) -> AtTheKeys {
    AtTheKeys::Types(passcode.to_owned())
}

fn changes(current: &str, new: &str) -> AtTheKeys {
    AtTheKeys::Changes { current: current.to_owned(), new: new.to_owned() }
}

#[test]
fn a_passcode_typed_at_the_keys_is_verified_by_the_card_and_seen_by_nobody() {
    let counter = Counter::with("nurse");
    assert_eq!(counter.verify(types("123456")), Status::SUCCESS);
    let verified = counter.readers.with_card(&counter.name, |card| card.is_verified());
    assert_eq!(verified, Some(true));
    let sent = counter.pad.sent();
    assert_eq!(sent.len(), 1);
    assert!(!sent[0].1.windows(6).any(|bytes| bytes == b"123456"));
}

#[test]
fn a_wrong_passcode_at_the_keys_costs_one_try() {
    let counter = Counter::with("nurse");
    assert_eq!(counter.verify(types("654321")), Status::with_tries_left(2));
    assert_eq!(counter.tries(), 2);
}

#[test]
fn what_never_leaves_the_keys_costs_nothing_and_has_a_name_of_its_own() {
    let counter = Counter::with("nurse");
    assert_eq!(counter.verify(AtTheKeys::Waits), Status::PIN_PAD_TIMED_OUT);
    assert_eq!(counter.verify(AtTheKeys::Cancels), Status::PIN_PAD_CANCELLED);
    assert_eq!(counter.verify(types("12345")), Status::PIN_PAD_WRONG_LENGTH);
    assert_eq!(counter.change(AtTheKeys::TypesTwoThatDiffer), Status::PIN_PAD_ENTRIES_DIFFER);
    assert_eq!(counter.tries(), 3);
}

#[test]
fn a_passcode_is_changed_at_the_keys() {
    let counter = Counter::with("nurse");
    assert_eq!(counter.change(changes("123456", "48151623")), Status::SUCCESS);
    assert_eq!(counter.verify(types("123456")), Status::with_tries_left(2));
    assert_eq!(counter.verify(types("48151623")), Status::SUCCESS);
}

#[test]
fn keys_that_cannot_change_a_passcode_are_not_asked_to() {
    let counter = Counter::with("nurse");
    let entry = PadEntry::new([0, 0x24, 0, 0x80], 6, 8).unwrap();
    let changed = counter.at_the_keys(AtTheKeys::Cancels, |keys, card| {
        PinPad { modify: None, ..keys }.change_passcode(card, entry)
    });
    assert_eq!(changed, Ok(None));
    assert!(counter.pad.sent().is_empty());
}

#[test]
fn a_reader_refuses_a_feature_it_does_not_know() {
    let counter = Counter::with("nurse");
    let answer = counter.at_the_keys(AtTheKeys::Waits, |_, card| card.control(ControlCode(7), &[]));
    assert!(matches!(answer, Err(ChannelError::Transport { .. })));
}

#[tokio::test]
async fn a_reader_with_keys_is_said_to_have_them() {
    let mut desk = Desk::with_readers(Settings::default(), &[]).await;
    desk.readers.plug_with_pad(&reader("Keys"), &VirtualPad::new());
    while !desk.has_keys().await {
        desk.client.signal(|_| Some(())).await;
    }
    desk.stop().await.unwrap();
}
