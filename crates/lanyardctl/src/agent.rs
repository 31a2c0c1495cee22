//! A passcode agent in the terminal: `lanyardctl agent` for the whole desktop, `lanyardctl login` for
//! itself alone.
//!
//! What is typed goes from the terminal into the daemon's pipe and nowhere else.

use std::{collections::HashMap, fs::File, io::Write, os::fd::OwnedFd};

use lanyard_dbus::Error;
use tokio::task::spawn_blocking;
use zbus::{
    Connection, ObjectPath, OwnedFd as BusFd, OwnedVariant, Variant, interface, message::Header,
};

use crate::{Failure, connection::daemon_owns, terminal};

/// Where the agent's object is on our connection.
pub(crate) const PATH: &str = "/lanyardctl/agent";

/// What a person is asked with.
#[derive(Debug)]
pub(crate) struct TerminalAgent;

/// What the daemon tells a person through us.
struct Shown {
    reader: String,
    holder: Option<String>,
    tries_left: Option<i32>,
    last_try: bool,
    purpose: String,
    terms: String,
}

/// What the person said.
struct Said {
    passcode: terminal::Typed,
    last_try_ok: bool,
}

/// Serves the agent's object on a connection.
pub(crate) async fn serve(bus: &Connection) -> Result<(), Failure> {
    bus.object_server().at(PATH, TerminalAgent).await?;
    Ok(())
}

#[interface(name = "org.lanyard.Lanyard1.PasscodeAgent", introspection_docs = false)]
impl TerminalAgent {
    #[zbus(out_args("answer"))]
    async fn request_passcode(
        &self,
        card: ObjectPath<'_>,
        details: HashMap<String, OwnedVariant>,
        passcode: BusFd,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<HashMap<&'static str, Variant<'static>>, Error> {
        only_the_daemon(bus, &header).await?;
        let _ = card;
        let shown = Shown::read(&details);
        let cancelled = |what: &str| Error::Cancelled(what.to_owned());
        let asked = spawn_blocking(move || {
            let said = ask(&shown).map_err(|error| error.to_string())?;
            let pipe = OwnedFd::from(passcode);
            File::from(pipe).write_all(said.passcode.bytes()).map_err(|error| error.to_string())?;
            Ok::<_, String>(said.last_try_ok)
        });
        let last_try_ok = asked
            .await
            .map_err(|_| cancelled("the prompt failed"))?
            .map_err(|error| cancelled(&error))?;
        Ok(HashMap::from([
            ("last-try-ok", Variant::from(last_try_ok)),
            ("terms-accepted", Variant::from(true)),
        ]))
    }

    async fn enter_at_reader(
        &self,
        card: ObjectPath<'_>,
        details: HashMap<String, OwnedVariant>,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        only_the_daemon(bus, &header).await?;
        let _ = card;
        let shown = Shown::read(&details);
        let words = format!("{}\nEnter the passcode at the reader's keys.", shown.words());
        terminal::say(&words).map_err(|error| Error::ZBus(zbus::Error::Failure(error.to_string())))
    }

    async fn cancel(
        &self,
        reason: String,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        only_the_daemon(bus, &header).await?;
        terminal::say(&format!("\nThe passcode is not needed any more ({reason})."))
            .map_err(|error| Error::ZBus(zbus::Error::Failure(error.to_string())))
    }
}

async fn only_the_daemon(bus: &Connection, header: &Header<'_>) -> Result<(), Error> {
    if daemon_owns(bus, header.sender()).await {
        return Ok(());
    }
    Err(Error::AccessDenied("only the daemon asks for passcodes".to_owned()))
}

fn ask(shown: &Shown) -> Result<Said, Failure> {
    terminal::say(&shown.words())?;
    let last_try_ok = shown.last_try && terminal::confirm("This is the last try. Go on? [y/N] ")?;
    if shown.last_try && !last_try_ok {
        return Err(Failure::Cancelled);
    }
    let passcode = terminal::type_unseen(&format!("{}: ", shown.label()))?;
    if passcode.bytes().is_empty() {
        Err(Failure::Cancelled)
    } else {
        Ok(Said { passcode, last_try_ok })
    }
}

impl Shown {
    fn read(details: &HashMap<String, OwnedVariant>) -> Self {
        let text = |key: &str| details.get(key).and_then(|value| <&str>::try_from(&**value).ok());
        let number = |key: &str| details.get(key).and_then(|value| i32::try_from(&**value).ok());
        let flag =
            |key: &str| details.get(key).is_some_and(|value| bool::try_from(&**value) == Ok(true));
        Self {
            reader: text("reader").unwrap_or_default().to_owned(),
            holder: text("holder").map(str::to_owned),
            tries_left: number("tries-left"),
            last_try: flag("last-try"),
            purpose: text("purpose").unwrap_or_default().to_owned(),
            terms: text("terms").unwrap_or_default().to_owned(),
        }
    }

    fn words(&self) -> String {
        let holder = self.holder.as_ref().map(|holder| format!(", card of {holder}"));
        let tries = self.tries_left.map(|tries| format!(", {tries} tries left"));
        format!(
            "{}{}{}\n{}",
            self.reader,
            holder.unwrap_or_default(),
            tries.unwrap_or_default(),
            self.terms
        )
    }

    fn label(&self) -> &'static str {
        match self.purpose.as_str() {
            "new" => "New passcode",
            "repeat" => "New passcode again",
            _ => "Passcode",
        }
    }
}
