//! The PIV card application: which command is carried out by which file, and the security state that
//! lives from power-on to reset (SP 800-73-4 part 1 §3.5, part 2 §3).
//!
//! How commands are cut into APDUs is `transport`'s duty.

mod authenticate;
mod generate;
mod get_data;
mod management;
mod put_data;
mod reference;
mod select;

use lanyard_iso7816::{Command, Response, Status};

pub use management::ManagementAlgorithm;
pub use reference::PasscodeFormat;
pub(crate) use select::PIV as NAME;

use crate::memory::{Memory, Store};

// Instruction bytes (SP 800-73-4 part 2 table 2).
const SELECT: u8 = 0xA4;
const GET_DATA: u8 = 0xCB;
pub(crate) const VERIFY: u8 = 0x20;
const CHANGE_REFERENCE_DATA: u8 = 0x24;
const RESET_RETRY_COUNTER: u8 = 0x2C;
const GENERAL_AUTHENTICATE: u8 = 0x87;
const PUT_DATA: u8 = 0xDB;
const GENERATE_ASYMMETRIC_KEY_PAIR: u8 = 0x47;

/// The card management key's reference (SP 800-73-4 part 1 table 4).
const MANAGEMENT: u8 = 0x9B;

/// The applications on the card and the state of the one selected.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) memory: Memory,
    store: Store,
    format: PasscodeFormat,
    installed: Installed,
    selected: Selected,
    security: Security,
    /// How many commands there were.
    number: u64,
}

/// Whether this card has the PIV application at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Installed {
    /// The PIV application, and the other one beside it.
    Piv,
    /// Only an application that nobody here knows.
    OtherOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selected {
    Nothing,
    Piv,
    Other,
}

/// What was proved since the last reset (SP 800-73-4 part 2 §2.4.3: the security status indicators).
#[derive(Debug, Default)]
struct Security {
    passcode: PasscodeStatus,
    management: ManagementStatus,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum PasscodeStatus {
    #[default]
    Unverified,
    /// By the command with this number.
    VerifiedBy(u64),
}

#[derive(Debug, Default)]
enum ManagementStatus {
    #[default]
    Unproved,
    /// The terminal must return this.
    Awaited(management::Challenge),
    Proved,
}

impl Application {
    pub(crate) fn new(
        memory: Memory,
        store: Store,
        format: PasscodeFormat,
        installed: Installed,
    ) -> Self {
        Self {
            memory,
            store,
            format,
            installed,
            selected: Selected::Nothing,
            security: Security::default(),
            number: 0,
        }
    }

    /// Power off and on: nothing is selected, nothing is proved.
    pub(crate) fn reset(&mut self) {
        self.selected = Selected::Nothing;
        self.security = Security::default();
    }

    /// Whether the passcode was verified since the last reset.
    pub(crate) fn is_verified(&self) -> bool {
        self.security.passcode != PasscodeStatus::Unverified
    }

    /// Carries out one whole command.
    pub(crate) fn execute(&mut self, command: &Command) -> Response {
        self.number = self.number.wrapping_add(1);
        let result = self.dispatch(command);
        result.map_or_else(Response::status, Response::data)
    }

    fn dispatch(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match self.selected {
            _ if command.instruction == SELECT => self.select(command),
            Selected::Piv => self.dispatch_in_piv(command),
            Selected::Nothing | Selected::Other => Err(Status::INSTRUCTION_NOT_SUPPORTED),
        }
    }

    fn dispatch_in_piv(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match command.instruction {
            VERIFY => self.verify(command),
            CHANGE_REFERENCE_DATA => self.change_reference_data(command),
            RESET_RETRY_COUNTER => self.reset_retry_counter(command),
            GENERATE_ASYMMETRIC_KEY_PAIR => self.generate_key_pair(command),
            GENERAL_AUTHENTICATE => self.general_authenticate(command),
            GET_DATA => self.get_data(command),
            PUT_DATA => self.put_data(command),
            _ => Err(Status::INSTRUCTION_NOT_SUPPORTED),
        }
    }

    const fn demand_passcode(&self) -> Result<(), Status> {
        match self.security.passcode {
            PasscodeStatus::Unverified => Err(Status::SECURITY_STATUS_NOT_SATISFIED),
            PasscodeStatus::VerifiedBy(_) => Ok(()),
        }
    }

    /// "PIN always": verified by the very command before this one.
    const fn demand_passcode_just_now(&self) -> Result<(), Status> {
        match self.security.passcode {
            PasscodeStatus::VerifiedBy(number) if number.wrapping_add(1) == self.number => Ok(()),
            PasscodeStatus::Unverified | PasscodeStatus::VerifiedBy(_) => {
                Err(Status::SECURITY_STATUS_NOT_SATISFIED)
            }
        }
    }

    const fn demand_management(&self) -> Result<(), Status> {
        match self.security.management {
            ManagementStatus::Proved => Ok(()),
            ManagementStatus::Unproved | ManagementStatus::Awaited(_) => {
                Err(Status::SECURITY_STATUS_NOT_SATISFIED)
            }
        }
    }

    fn commit(&self) -> Result<(), Status> {
        self.store.commit(&self.memory)
    }
}
