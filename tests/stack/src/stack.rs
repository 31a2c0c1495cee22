//! The stack: a cell with a bus and pcscd in it, and the way to start everything else there.

use std::env;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::{fs, io};

use jiff::Timestamp;
use lanyard_test_roles::Site;

use crate::bus::{Bus, Policy, Rules};
use crate::card::{Card, Place};
use crate::cell::Cell;
use crate::daemon::Daemon;
use crate::deadline::now;
use crate::drawer::Drawer;
use crate::error::StackError;
use crate::output::OutputFolder;
use crate::pcscd::{Built, Pcscd};
use crate::program::Program;
use crate::programs::own_program;
use crate::readers::Readers;

/// Where the PKI is in a stack's folder.
const PKI: &str = "pki";

/// Where role documents are in the stack's folder.
const RBAC: &str = "rbac";

/// A private world: nothing of the machine's own pcscd, bus or network is in it, and it ends, with
/// everything that was started in it, when this and every handle from it are dropped or the process dies.
///
/// A thread that panics while it drops its stack shows what the programs wrote.
#[derive(Debug)]
pub struct Stack {
    pcscd: Pcscd,
    bus: Bus,
    outputs: Arc<OutputFolder>,
    folder: PathBuf,
    roles: Site,
    cell: Arc<Cell>,
}

/// What a [`Stack`] shall have.
#[derive(Clone, Debug)]
pub struct Builder {
    readers: usize,
    reader_name: String,
    rules: Rules,
}

impl Builder {
    /// So many readers, rounded up to an even number; 2 if nothing is said.
    #[must_use]
    pub fn readers(mut self, count: usize) -> Self {
        self.readers = count;
        self
    }

    /// What the readers' names begin with; some programs only take those they know, such as `Yubico`.
    #[must_use]
    pub fn reader_name(mut self, name: &str) -> Self {
        self.reader_name = name.into();
        self
    }

    /// A bus with the rules of Debian's system bus and this policy file on top of them, instead of one
    /// where everybody may do everything.
    #[must_use]
    pub fn bus_policy(mut self, file: impl Into<PathBuf>) -> Self {
        match &mut self.rules.policy {
            Policy::System(files) => files.push(file.into()),
            Policy::Open => self.rules.policy = Policy::System(vec![file.into()]),
        }
        self
    }

    /// One user may have so many connections to the bus, instead of dbus-daemon's 256.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.rules.connections = Some(most);
        self
    }

    /// Makes the cell and starts the bus, not yet pcscd.
    ///
    /// # Errors
    /// [`StackError`]; without the right to make namespaces [`StackError::NotAllowed`].
    pub fn without_pcscd(self) -> Result<Stack, StackError> {
        let readers = Readers::new(&self.reader_name, self.readers)?;
        let folder = make_folder().map_err(StackError::io("making the stack's folder"))?;
        let cell = Cell::open(&folder, &Built::of_this_machine()?.drivers)
            .inspect_err(|_| drop(fs::remove_dir_all(&folder)))?;
        let cell = Arc::new(cell);

        let make = |name: &str| {
            let path = folder.join(name);
            fs::create_dir(&path).map(|()| path)
        };
        let failed = || StackError::io("making a folder of the stack");
        make("home").map_err(failed())?;
        let outputs = OutputFolder::make(folder.join("output")).map_err(failed())?;
        let outputs = Arc::new(outputs);
        Drawer::of(&own_program("lanyard-virtcard")?, &folder)
            .map_err(failed())?
            .lend_pki(&folder.join(PKI))
            .map_err(StackError::io("lending the PKI"))?;
        let now = Timestamp::try_from(now()).map_err(io::Error::other).map_err(failed())?;
        let roles = Site::make(&make(RBAC).map_err(failed())?, now)
            .map_err(StackError::io("writing role documents"))?;
        Ok(Stack {
            roles,
            bus: Bus::start(&cell, &outputs, &folder, &self.rules)?,
            pcscd: Pcscd::new(&cell, &outputs, make("pcscd").map_err(failed())?, readers),
            outputs,
            folder,
            cell,
        })
    }

    /// Makes the cell, starts the bus and pcscd.
    ///
    /// # Errors
    /// As [`without_pcscd`](Self::without_pcscd), and pcscd's own.
    pub fn start(self) -> Result<Stack, StackError> {
        let mut stack = self.without_pcscd()?;
        stack.pcscd.start()?;
        Ok(stack)
    }
}

impl Stack {
    /// Two readers, an open bus: change what you need, then [`start`](Builder::start).
    pub fn builder() -> Builder {
        Builder { readers: 2, reader_name: "Yubico Virtual".into(), rules: Rules::default() }
    }

    /// As [`builder`](Self::builder) has it.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub fn start() -> Result<Self, StackError> {
        Self::builder().start()
    }

    /// The smartcard service.
    pub fn pcscd(&mut self) -> &mut Pcscd {
        &mut self.pcscd
    }

    /// The readers' names as PC/SC shows them, in the order of the slots.
    pub fn reader_names(&self) -> Vec<String> {
        self.pcscd.reader_names()
    }

    /// The bus.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The stack's folder; it has the same path inside and outside, and is removed at the end.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of the PKI that issues this stack's cards, and no other's.
    pub fn pki(&self) -> PathBuf {
        self.folder.join(PKI)
    }

    /// The role documents of all personas, and who signs them.
    pub fn roles(&self) -> &Site {
        &self.roles
    }

    /// Starts the daemon with this configuration text and waits until it owns its bus name.
    ///
    /// # Errors
    /// [`StackError::NotBuilt`], [`StackError::Ended`] or [`StackError::TooLate`] with its own words.
    pub fn daemon(&self, config: &str) -> Result<Daemon, StackError> {
        Daemon::start(self, config)
    }

    /// Starts a virtual card with this persona and puts it into the reader of this slot.
    ///
    /// # Errors
    /// [`StackError::NotBuilt`], [`StackError::Ended`] or [`StackError::TooLate`] with its own words.
    pub fn card(&self, slot: usize, persona: &str) -> Result<Card, StackError> {
        Card::start(self, slot, persona, Place::InReader)
    }

    /// Starts a virtual card that is not yet in the reader.
    ///
    /// # Errors
    /// As [`card`](Self::card).
    pub fn card_outside(&self, slot: usize, persona: &str) -> Result<Card, StackError> {
        Card::start(self, slot, persona, Place::Outside)
    }

    /// An outside program, found on `PATH`.
    pub fn command(&self, program: &str) -> Program {
        self.program(program, Command::new(program))
    }

    /// One of the workspace's own programs, such as `lanyardctl`.
    ///
    /// # Errors
    /// [`StackError::NotBuilt`].
    pub fn own(&self, program: &str) -> Result<Program, StackError> {
        let path = own_program(program)?;
        Ok(self.program(program, Command::new(path)))
    }

    /// Has something short done by a thread that sees the stack's files, sockets and ports, such as
    /// connecting: what it opens stays usable everywhere. A PC/SC context does not: when a wait ends in vain,
    /// libpcsclite looks for pcscd's socket anew, and says `NoService` where a thread does not see it.
    ///
    /// # Errors
    /// [`StackError::Io`] when `job` panicked.
    pub fn inside<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StackError> {
        self.cell.call(job).map_err(StackError::io("working in the cell"))
    }

    /// Starts a thread that sees the stack's files, sockets and ports, such as a PC/SC client, if it is
    /// the only one of the process.
    ///
    /// # Errors
    /// [`StackError::Io`] when no thread can be started.
    pub fn thread<T: Send + 'static>(
        &self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JoinHandle<T>, StackError> {
        self.cell.thread(body).map_err(StackError::io("starting a thread in the cell"))
    }

    pub(crate) fn port(&self, slot: usize) -> Result<u16, StackError> {
        self.pcscd.port(slot)
    }

    fn program(&self, name: &str, mut command: Command) -> Program {
        for strange in ["NOTIFY_SOCKET", "PCSCLITE_CSOCK_NAME", "XDG_RUNTIME_DIR"] {
            command.env_remove(strange);
        }
        command
            .env("DBUS_SYSTEM_BUS_ADDRESS", self.bus.address())
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.address())
            .env("HOME", self.folder.join("home"))
            .env("LC_ALL", "C.UTF-8")
            .current_dir(&self.folder);
        Program::new(&self.cell, &self.outputs, name, command)
    }
}

impl Drop for Stack {
    #[expect(
        clippy::print_stderr,
        reason = "a failed test shows what the programs around it wrote"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.outputs.report());
        }
    }
}

/// A folder that other users can walk through, since clients of several users meet on the bus.
fn make_folder() -> io::Result<PathBuf> {
    let folder = tempfile::Builder::new()
        .prefix("lanyard-")
        .permissions(fs::Permissions::from_mode(0o711))
        .tempdir_in(env::temp_dir())?;
    Ok(folder.keep())
}
