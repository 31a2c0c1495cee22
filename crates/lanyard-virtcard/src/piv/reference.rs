//! VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER (SP 800-73-4 part 2 §3.2.1 to §3.2.3): the
//! passcode (key reference `80`) and the unblocking key (`81`).
//!
//! A try is taken off and on disk before anything is compared, so that pulling the power spares none.

use lanyard_iso7816::{Body, Command, Status};
use serde::Deserialize;

use super::{Application, PasscodeStatus};
use crate::bytes::Hex;
use crate::memory::{Memory, Reference};

const PASSCODE: u8 = 0x80;
const PUK: u8 = 0x81;
const LENGTH: usize = 8;
const PADDING: u8 = 0xFF;

/// What the card takes for a passcode at all; anything else is `6A 80` and costs no try.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PasscodeFormat {
    /// 6 to 8 digits, padded with `FF` (SP 800-73-4 part 2 §2.4.3).
    #[default]
    Piv,
    /// 4 to 8 letters and digits, padded with `FF`.
    Nhs,
}

impl PasscodeFormat {
    fn accepts(self, padded: &[u8]) -> bool {
        let end = padded.iter().rposition(|byte| *byte != PADDING);
        let passcode = end.and_then(|end| padded.get(..=end)).unwrap_or_default();
        match self {
            Self::Piv => passcode.len() >= 6 && passcode.iter().all(u8::is_ascii_digit),
            Self::Nhs => passcode.len() >= 4 && passcode.iter().all(u8::is_ascii_alphanumeric),
        }
    }

    /// The eight bytes that stand for this passcode, if it is one.
    pub(crate) fn padded(self, passcode: &str) -> Option<[u8; LENGTH]> {
        let mut padded = [PADDING; LENGTH];
        let room = padded.get_mut(..passcode.len())?;
        room.copy_from_slice(passcode.as_bytes());
        self.accepts(&padded).then_some(padded)
    }
}

impl Application {
    pub(super) fn verify(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match (command.p1, command.p2, &command.body) {
            (0x00, PASSCODE, Body::Empty) => self.tell_tries(),
            (0xFF, PASSCODE, Body::Empty) => {
                self.security.passcode = PasscodeStatus::Unverified;
                Ok(Vec::new())
            }
            (0x00, PASSCODE, body) => self.verify_passcode(body.bytes()),
            (0xFF, PASSCODE, _) => Err(Status::INCORRECT_DATA),
            (0x00 | 0xFF, _, _) => Err(Status::REFERENCE_NOT_FOUND),
            _ => Err(Status::INCORRECT_PARAMETERS),
        }
    }

    fn tell_tries(&self) -> Result<Vec<u8>, Status> {
        match (self.security.passcode, self.memory.passcode.tries_left) {
            (PasscodeStatus::VerifiedBy(_), _) => Ok(Vec::new()),
            (PasscodeStatus::Unverified, 0) => Err(Status::AUTHENTICATION_METHOD_BLOCKED),
            (PasscodeStatus::Unverified, tries) => Err(Status::with_tries_left(tries)),
        }
    }

    fn verify_passcode(&mut self, candidate: &[u8]) -> Result<Vec<u8>, Status> {
        let format = self.format;
        self.compare(Kind::Passcode, candidate, |padded| format.accepts(padded))?;
        self.security.passcode = PasscodeStatus::VerifiedBy(self.number);
        Ok(Vec::new())
    }

    pub(super) fn change_reference_data(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        if command.p1 != 0 {
            return Err(Status::INCORRECT_PARAMETERS);
        }
        let kind = match command.p2 {
            PASSCODE => Kind::Passcode,
            PUK => Kind::Puk,
            _ => return Err(Status::REFERENCE_NOT_FOUND),
        };
        let format = self.format;
        let accepts = move |padded: &[u8]| match kind {
            Kind::Passcode => format.accepts(padded),
            Kind::Puk => padded.len() == LENGTH,
        };
        let (current, new) = halves(&command.body)?;
        if kind.of(&mut self.memory).tries_left > 0 && !accepts(new) {
            return Err(Status::INCORRECT_DATA);
        }
        self.compare(kind, current, accepts)?;
        kind.of(&mut self.memory).value = Hex(new.to_vec());
        self.commit()?;
        if kind == Kind::Passcode {
            self.security.passcode = PasscodeStatus::VerifiedBy(self.number);
        }
        Ok(Vec::new())
    }

    pub(super) fn reset_retry_counter(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match (command.p1, command.p2) {
            (0x00, PASSCODE) => {}
            (0x00, _) => return Err(Status::REFERENCE_NOT_FOUND),
            _ => return Err(Status::INCORRECT_PARAMETERS),
        }
        let (puk, new) = halves(&command.body)?;
        if self.memory.puk.tries_left > 0 && !self.format.accepts(new) {
            return Err(Status::INCORRECT_DATA);
        }
        self.compare(Kind::Puk, puk, |_| true).inspect_err(|_| {
            self.security.passcode = PasscodeStatus::Unverified;
        })?;
        self.memory.passcode.value = Hex(new.to_vec());
        self.memory.passcode.tries_left = self.memory.passcode.tries;
        self.commit()?;
        Ok(Vec::new())
    }

    /// A passcode was sent and the power went before it could be compared. What the disk says no longer
    /// interests a card without power.
    pub(crate) fn lose_a_try(&mut self) {
        let tries = &mut self.memory.passcode.tries_left;
        *tries = tries.saturating_sub(1);
        let _unreported = self.commit();
    }

    /// Takes one try off, then compares; a match gives all tries back.
    fn compare(
        &mut self,
        kind: Kind,
        candidate: &[u8],
        accepts: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Status> {
        let reference = kind.of(&mut self.memory);
        if reference.tries_left == 0 {
            return Err(Status::AUTHENTICATION_METHOD_BLOCKED);
        }
        if candidate.len() != LENGTH || !accepts(candidate) {
            return Err(Status::INCORRECT_DATA);
        }
        reference.tries_left -= 1;
        let left = reference.tries_left;
        self.commit()?;
        let reference = kind.of(&mut self.memory);
        if reference.value.0 != candidate {
            if kind == Kind::Passcode {
                self.security.passcode = PasscodeStatus::Unverified;
            }
            return Err(Status::with_tries_left(left));
        }
        reference.tries_left = reference.tries;
        self.commit()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passcode,
    Puk,
}

impl Kind {
    const fn of(self, memory: &mut Memory) -> &mut Reference {
        match self {
            Self::Passcode => &mut memory.passcode,
            Self::Puk => &mut memory.puk,
        }
    }
}

/// The current and the new value, eight bytes each.
fn halves(body: &Body) -> Result<(&[u8], &[u8]), Status> {
    match body.bytes().split_at_checked(LENGTH) {
        Some((current, new)) if new.len() == LENGTH => Ok((current, new)),
        _ => Err(Status::INCORRECT_DATA),
    }
}
