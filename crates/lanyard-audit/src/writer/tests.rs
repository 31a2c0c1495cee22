//! The chain's end on a medium that takes as much as it is told to.

use std::cell::Cell;

use super::*;
use crate::{Event, Record, line::judge};

/// Remembers what it was given and when it was synced; takes `room` bytes, at most `step` at a time.
struct Disk {
    bytes: Vec<u8>,
    synced: usize,
    room: usize,
    step: usize,
    syncs: bool,
    interrupted: Cell<bool>,
}

impl Disk {
    const fn with_room(room: usize) -> Self {
        let interrupted = Cell::new(false);
        Self { bytes: Vec::new(), synced: 0, room, step: usize::MAX, syncs: true, interrupted }
    }
}

impl Medium for Disk {
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.interrupted.replace(true) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let taken = bytes.len().min(self.step).min(self.room - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..taken]);
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.syncs {
            self.synced = self.bytes.len();
            Ok(())
        } else {
            Err(io::Error::other("the disk is gone"))
        }
    }
}

fn writer(disk: Disk) -> Writer<Disk> {
    Writer::new(disk, End::of_nothing(Head::ORIGIN))
}

fn started(writer: &mut Writer<Disk>) -> io::Result<Head> {
    writer.write("t", Content::Record(&Record::of(Event::ServiceStarted)))
}

#[test]
fn a_line_that_is_taken_in_pieces_is_one_line() {
    let mut writer = writer(Disk { step: 7, ..Disk::with_room(usize::MAX) });
    let head = started(&mut writer).unwrap();
    let line = writer.medium.bytes.strip_suffix(b"\n").unwrap();
    assert_eq!(judge(line).unwrap().head, head);
    assert_eq!(writer.end.length, writer.medium.bytes.len() as u64);
}

#[test]
fn what_was_written_is_on_the_disk_after_a_sync() {
    let mut writer = writer(Disk::with_room(usize::MAX));
    started(&mut writer).unwrap();
    assert_eq!(writer.medium.synced, 0);
    writer.sync().unwrap();
    assert_eq!(writer.medium.synced, writer.medium.bytes.len());
}

#[test]
fn a_sync_that_failed_is_asked_for_again() {
    let mut writer = writer(Disk { syncs: false, ..Disk::with_room(usize::MAX) });
    started(&mut writer).unwrap();
    assert!(writer.sync().is_err());
    assert!(writer.sync().is_err());
    writer.medium.syncs = true;
    writer.sync().unwrap();
    assert_eq!(writer.medium.synced, writer.medium.bytes.len());
}

#[test]
fn much_that_is_not_synced_wants_to_be() {
    let mut writer = writer(Disk::with_room(usize::MAX));
    while !writer.wants_sync() {
        started(&mut writer).unwrap();
        assert!(writer.medium.bytes.len() < 2 * 65_536);
    }
    writer.sync().unwrap();
    assert!(!writer.wants_sync());
}

/// However often and wherever the disk is full: the head does not move, and what was left is closed by
/// one mark that has its length and hash.
#[test]
fn a_disk_that_is_full_at_any_byte_leaves_nothing_that_counts() {
    let whole = {
        let mut writer = writer(Disk::with_room(usize::MAX));
        started(&mut writer).unwrap();
        writer.medium.bytes.len()
    };
    for room in whole..2 * whole {
        for more in [0, 1, 2, 150] {
            let mut writer = writer(Disk::with_room(room));
            let head = started(&mut writer).unwrap();
            assert!(started(&mut writer).is_err());
            writer.medium.room += more;
            let again = started(&mut writer);
            assert!(again.is_err() || room + more >= 2 * whole, "{room} {more}");
            if again.is_err() {
                assert_eq!(writer.end.head, head);
            }
            writer.medium.room = usize::MAX;
            let last = started(&mut writer).unwrap();
            closes_with_one_mark(&writer.medium.bytes, whole, last);
        }
    }
}

/// Looks for a record, then bytes that the mark after them describes, then records to the end.
fn closes_with_one_mark(bytes: &[u8], first: usize, last: Head) {
    let mut region = Region::default();
    let mut head = judge(&bytes[..first - 1]).unwrap().head;
    for line in bytes[first..].split_inclusive(|byte| *byte == b'\n') {
        match judge(&line[..line.len() - 1]) {
            Ok(link) => {
                assert_eq!((link.head.sequence, link.previous), (head.sequence + 1, head.hash));
                assert_eq!(link.torn, (!region.is_empty()).then(|| region.torn()));
                region = Region::default();
                head = link.head;
            }
            Err(_) => region.take(line),
        }
    }
    assert_eq!((head, region.is_empty()), (last, true));
}
