//! Where a passcode is while it is needed, and that it is nowhere afterwards: this process's memory is
//! searched (proc(5), `mem`).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

use lanyard_card::piv::{NotHeld, Slot, Tries, Verdict};
use lanyard_card::{
    Continuity, IdentifiedCard, Identity, LastTry, Passcode, Rules, Shown, authenticate,
};
use lanyard_iso7816::{CardChannel, ChannelError, SecretBytes};
use lanyard_ledger::{CardSerial, Ledger, Purpose};

use crate::desk::{CHALLENGE, Desk, intent};
use crate::ram::Ram;

/// The passcode is kept only under this mask, so that the search does not find itself.
const MASK: u8 = 0x80;

/// Random letters, masked, that are unmasked in the very place that is read into.
#[derive(Clone, Copy)]
struct Masked([u8; 8]);

impl Masked {
    fn random() -> Self {
        let mut random = [0; 8];
        File::open("/dev/urandom").unwrap().read_exact(&mut random).unwrap();
        Self(random.map(|byte| (b'a' + byte % 26) ^ MASK))
    }

    fn is_at(self, bytes: &[u8]) -> bool {
        bytes.iter().zip(self.0).all(|(byte, masked)| byte ^ MASK == masked)
    }

    /// Every address in writable memory where the passcode lies.
    fn found(self) -> BTreeSet<u64> {
        let memory = File::open("/proc/self/mem").unwrap();
        let mut chunk = vec![0; 1 << 16];
        let mut found = BTreeSet::new();
        for (start, end) in writable() {
            for at in (start..end).step_by(chunk.len() - 8) {
                let length = chunk.len().min(usize::try_from(end - at).unwrap());
                if memory.read_exact_at(&mut chunk[..length], at).is_ok() {
                    let hits = chunk[..length].windows(8).enumerate();
                    let hits = hits.filter(|(_, window)| self.is_at(window));
                    found.extend(hits.map(|(offset, _)| at + offset as u64));
                }
            }
        }
        let ours = chunk.as_ptr_range();
        found.retain(|at| !(ours.start.addr() as u64..ours.end.addr() as u64).contains(at));
        found
    }
}

impl Read for Masked {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        for (place, masked) in room.iter_mut().zip(self.0) {
            *place = masked ^ MASK;
        }
        Ok(8)
    }
}

fn writable() -> Vec<(u64, u64)> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let range = |line: &str| {
        let (range, rights) = line.split_once(' ')?;
        let (start, end) = range.split_once('-').filter(|_| rights.starts_with("rw"))?;
        Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
    };
    maps.lines().filter_map(range).collect()
}

/// Accepts any passcode, and looks around when it gets one.
struct Lookout(Masked, BTreeSet<u64>);

impl CardChannel for Lookout {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        match command {
            [0, 0x20, 0, 0x80] => Ok(vec![0x63, 0xC3]),
            [0, 0x20, 0, 0x80, 8, passcode @ ..] => {
                assert!(self.0.is_at(passcode));
                self.1 = self.0.found();
                Ok(vec![0x90, 0])
            }
            [0, 0x87, ..] => Ok(vec![0x6F, 0]),
            _ => Ok(vec![0x90, 0]),
        }
    }
}

#[test]
fn a_passcode_is_in_its_page_and_its_command_and_then_nowhere() {
    let identity = Identity {
        serial: CardSerial::new(&[7; 16]).unwrap(),
        certificate: Desk::of("nurse").identity.certificate,
        tries: Tries::Left(3),
    };
    let (slot, continuity) = (Slot::Authentication, Continuity::Unbroken);
    let card = IdentifiedCard { identity: &identity, slot, continuity };
    let shown = Shown { tries: Tries::Left(3), last_try: LastTry::Kept };
    let (mut ledger, _) = Ledger::open_on(Box::new(Ram::default())).unwrap();
    let mut lookout = Lookout(Masked::random(), BTreeSet::new());

    let entered = SecretBytes::read_from(&mut lookout.0.take(8), 9).unwrap();
    let passcode = Passcode::parse(entered, &Rules::VERIFYING).unwrap();
    assert_eq!(lookout.0.found().len(), 1);

    let begin = |tries| ledger.begin(intent(&identity, tries, Purpose::SignIn));
    let outcome = authenticate(&mut lookout, &card, &passcode, shown, CHALLENGE, begin).unwrap();
    assert!(matches!(outcome.verdict, Verdict::Accepted(Err(NotHeld::Unsigned(_)))));
    ledger.settle(outcome.settlement).unwrap();
    let pages: BTreeSet<u64> = lookout.1.iter().map(|at| at / 4096).collect();
    assert_eq!((lookout.1.len(), pages.len()), (2, 2), "while the command was on its way");
    assert_eq!(lookout.0.found().len(), 1, "once the command was sent");

    drop(passcode);
    assert_eq!(lookout.0.found().len(), 0, "once it was dropped");
}
