//! Everything a story has: the guest with Lanyard in it, its card, its news, and a place for figures.

use serde_json::json;
use tempfile::TempDir;

use crate::Arguments;
use crate::error::{MachineError, must, must_be};
use crate::image::{Guest, Image};
use crate::install;
use crate::machine::Machine;
use crate::news::News;
use crate::shell::Finished;
use crate::virtual_card::VirtualCard;

/// The persona in the reader.
pub(crate) const PERSONA: &str = "nurse";

/// The daemon's name on the bus.
pub(crate) const NAME: &str = "org.lanyard.Lanyard1";

/// Its root object.
pub(crate) const ROOT: &str = "/org/lanyard/Lanyard1";

/// Where a script at the screen writes to: the screen itself is nobody's to read.
const SAID: &str = "/run/said-at-the-screen";

/// A guest, booted, with Lanyard installed and the virtual cards trusted, and without a reader.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) machine: Machine,
    pub(crate) news: News,
    pub(crate) card: VirtualCard,
    /// What was measured, one a line.
    pub(crate) figures: Vec<String>,
    /// The PKI that issued the cards, and what was brought into the guest.
    _folder: TempDir,
}

impl World {
    /// Boots a guest and installs Lanyard.
    pub(crate) fn begin(guest: Guest, arguments: &Arguments) -> Result<Self, MachineError> {
        let image = Image::of(guest, &arguments.cache)?;
        let folder = tempfile::Builder::new().prefix("lanyard-payload-").tempdir();
        let folder = folder.map_err(MachineError::io("making a folder for what is installed"))?;
        let pki = install::pki(folder.path())?;
        let Arguments { package, next, .. } = arguments;
        let payload = install::payload(folder.path(), package, next, &pki)?;
        let mut machine = Machine::boot(&image, &payload)?;
        install::install(&mut machine)?;
        let news = News::listen(&mut machine)?;
        let card = VirtualCard::start(PERSONA, &pki, &machine.card_socket(), machine.folder())?;
        Ok(Self { machine, news, card, figures: Vec::new(), _folder: folder })
    }

    /// Reads a property on the guest's bus, as `busctl` shows it.
    pub(crate) fn property(
        &mut self,
        path: &str,
        interface: &str,
        name: &str,
    ) -> Result<String, MachineError> {
        self.machine.run(&format!("busctl get-property {NAME} {path} {NAME}.{interface} {name}"))
    }

    /// The path of the only object of this kind: `reader` or `card`.
    pub(crate) fn only(&mut self, kind: &str) -> Result<String, MachineError> {
        let all = format!("busctl --list tree {NAME} | grep '^{ROOT}/{kind}'");
        let found = self.machine.run(&all)?;
        must(found.lines().count() == 1, || format!("not one {kind} but {found}"))?;
        Ok(found)
    }

    /// Waits until a card has been read, and is ready.
    pub(crate) fn settled(&mut self, card: &str) -> Result<(), MachineError> {
        let read = |state: &str| state != "s \"reading\"";
        let mut state = self.property(card, "Card", "State")?;
        if !read(&state) {
            self.news.wait_for_property("State", &json!("ready"))?;
            state = self.property(card, "Card", "State")?;
        }
        must_be("the card's state", &state.as_str(), &"s \"ready\"")
    }

    /// Runs a script in a login session at the guest's own screen, as if root had logged in there: logind has it
    /// active on its seat.
    pub(crate) fn at_the_screen(&mut self, script: &str) -> Result<Finished, MachineError> {
        // systemd sees to variables itself.
        let quoted = script.replace('\'', r"'\''").replace('$', "$$");
        // What getty and login do, without a password.
        let login = "systemd-run --quiet --wait --collect \
            --property=User=root --property=PAMName=login --property=TTYPath=/dev/tty1";
        let said =
            format!("--property=StandardOutput=file:{SAID} --property=StandardError=file:{SAID}");
        self.machine.attempt(&format!(
            "rm -f {SAID}; {login} {said} sh -c '{quoted}'; code=$?; cat {SAID}; exit $code"
        ))
    }

    /// A property of the daemon's unit.
    pub(crate) fn unit(&mut self, property: &str) -> Result<String, MachineError> {
        self.machine.run(&format!("systemctl show lanyardd --value --property={property}"))
    }

    /// Notes a figure.
    pub(crate) fn figure(&mut self, figure: impl Into<String>) {
        self.figures.push(figure.into());
    }
}
