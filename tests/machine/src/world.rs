//! Everything a story has: the guest with Lanyard in it, its card, its news, and a place for figures.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Arguments;
use crate::desk;
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

/// What is installed has no anchor until the site's are copied.
const NO_ANCHOR: &str = "/etc/lanyard/anchors: no trust anchor is there";

/// A guest, booted, with Lanyard installed, the virtual cards trusted, somebody at the screen, and without a reader.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) machine: Machine,
    pub(crate) news: News,
    pub(crate) card: VirtualCard,
    /// What was measured, one a line.
    pub(crate) figures: Vec<String>,
    /// How lines of the daemon's journal begin that stories have caused, and that would be wrong otherwise.
    pub(crate) caused: Vec<&'static str>,
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
        desk::furnish(&mut machine)?;
        let news = News::listen(&mut machine)?;
        let card = VirtualCard::start(PERSONA, &pki, &machine.card_socket(), machine.folder())?;
        Ok(Self {
            machine,
            news,
            card,
            figures: Vec::new(),
            caused: vec![NO_ANCHOR],
            _folder: folder,
        })
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

    /// Runs a script in the login session at the guest's own screen.
    pub(crate) fn at_the_screen(&mut self, script: &str) -> Result<Finished, MachineError> {
        desk::attempt(&mut self.machine, script)
    }

    /// What the desk is told next of this, by `lanyardctl watch`: the field of the event.
    pub(crate) fn told(&mut self, event: &str, field: &str) -> Result<String, MachineError> {
        let event = desk::told(&mut self.machine, event)?;
        Ok(event.get(field).and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Forgets what was told so far, on the bus and at the desk.
    pub(crate) fn forget(&mut self) -> Result<(), MachineError> {
        self.news.forget();
        desk::forget(&mut self.machine)
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
