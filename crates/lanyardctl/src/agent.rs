//! A passcode agent in the terminal: `lanyardctl agent` for the whole desktop, other commands for
//! themselves alone.
//!
//! The object on our connection. One prompt has the terminal at a time. The daemon takes a prompt back by
//! closing its pipe; what its `Cancel` adds is the reason, and which card.

use std::{
    collections::HashMap,
    io,
    os::fd::OwnedFd,
    sync::{Arc, Mutex as Lock, MutexGuard, PoisonError},
};

use lanyard_dbus::{Error, Outcome};
use lanyard_iso7816::keep_memory_to_ourselves;
use tokio::{
    sync::{Mutex, watch},
    task::spawn_blocking,
};
use zbus::{
    Connection, ObjectPath, OwnedFd as BusFd, OwnedObjectPath, OwnedVariant, Variant, interface,
    message::Header,
};

use crate::{
    Failure,
    connection::{self, daemon_owns},
    output,
    prompt::{Answer, Shown},
    terminal::{Terminal, Unsaid, Wanted},
};

/// Where the agent's object is on our connection.
pub(crate) const PATH: &str = "/lanyardctl/agent";

/// For whom the agent asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Company {
    /// For the command alone, which says itself how it ended.
    Command,
    /// For every application of the desktop.
    Desktop,
}

/// The command's hold on its agent. Dropping it ends the prompt that is open.
#[derive(Debug)]
pub(crate) struct Asking {
    stop: watch::Sender<bool>,
    turn: Arc<Mutex<()>>,
}

/// What a person is asked with: the object on the bus.
#[derive(Debug)]
pub(crate) struct TerminalAgent {
    company: Company,
    /// Whose turn it is to have the terminal.
    turn: Arc<Mutex<()>>,
    stop: watch::Receiver<bool>,
    /// The readers of the cards that were asked for, as a person was shown them.
    readers: Lock<HashMap<OwnedObjectPath, String>>,
}

/// Connects to a bus with an agent on the connection.
pub(crate) async fn connect(bus: &str, company: Company) -> Result<(Connection, Asking), Failure> {
    keep_memory_to_ourselves().map_err(Failure::Memory)?;
    let (stop, stopped) = watch::channel(false);
    let turn = Arc::new(Mutex::new(()));
    let agent =
        TerminalAgent { company, turn: Arc::clone(&turn), stop: stopped, readers: Lock::default() };
    Ok((connection::open_with(bus, agent).await?, Asking { stop, turn }))
}

/// Our path, as methods take it.
pub(crate) fn path() -> ObjectPath<'static> {
    ObjectPath::from_static_str_unchecked(PATH)
}

impl Asking {
    /// Ends the prompt that is open, and returns when the terminal is as it was.
    pub(crate) async fn end(self) {
        // Nobody listens when no prompt was ever open.
        let _ = self.stop.send(true);
        drop(self.turn.lock().await);
    }
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
        let shown = Shown::read(&details);
        self.readers().insert(card.into(), shown.reader().to_owned());
        match self.ask(shown, passcode.into()).await {
            Ok(Answer::Entered { last_try_ok }) => Ok(HashMap::from([
                ("last-try-ok", Variant::from(last_try_ok)),
                ("terms-accepted", Variant::from(true)),
            ])),
            Ok(Answer::No) => Err(Error::Cancelled("the person does not want to".to_owned())),
            Err(Unsaid::Unwanted) => Err(Error::Cancelled("it is not wanted any more".to_owned())),
            Err(Unsaid::Failed(failure)) => {
                output::complain(&failure);
                Err(failed(&failure))
            }
        }
    }

    async fn enter_at_reader(
        &self,
        card: ObjectPath<'_>,
        details: HashMap<String, OwnedVariant>,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        only_the_daemon(bus, &header).await?;
        let shown = Shown::read(&details);
        self.readers().insert(card.into(), shown.reader().to_owned());
        say(&format!("{}\nEnter the passcode at the reader's keys.", shown.words()))
    }

    async fn cancel(
        &self,
        card: ObjectPath<'_>,
        reason: String,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        only_the_daemon(bus, &header).await?;
        let reader = self.readers().remove(&OwnedObjectPath::from(card));
        let (Some(reader), Company::Desktop) = (reader, self.company) else {
            return Ok(());
        };
        let _turn = self.turn.lock().await;
        let meaning = reason.parse().map(Outcome::meaning);
        let meaning = meaning.map_or_else(|_| output::printable(&reason), str::to_owned);
        say(&format!("The passcode for {reader} is not needed any more: {meaning}."))
    }
}

impl TerminalAgent {
    fn readers(&self) -> MutexGuard<'_, HashMap<OwnedObjectPath, String>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Typing is waited for by a thread of its own.
    async fn ask(&self, shown: Shown, passcode: OwnedFd) -> Result<Answer, Unsaid> {
        let _turn = self.turn.lock().await;
        let (until, stop) = io::pipe().map_err(Failure::Terminal)?;
        let wanted = Wanted { by: passcode, until };
        let mut asking = spawn_blocking(move || shown.ask(wanted));
        let mut stopped = self.stop.clone();
        let ended = async {
            // An error says that the command is over.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let asked = tokio::select! {
            asked = &mut asking => asked,
            () = ended => {
                drop(stop);
                asking.await
            }
        };
        asked.map_err(|error| Failure::Terminal(io::Error::other(error)))?
    }
}

async fn only_the_daemon(bus: &Connection, header: &Header<'_>) -> Result<(), Error> {
    if daemon_owns(bus, header.sender()).await {
        return Ok(());
    }
    Err(Error::AccessDenied("only the daemon asks for passcodes".to_owned()))
}

fn say(words: &str) -> Result<(), Error> {
    Terminal::open().and_then(|terminal| terminal.say(words)).map_err(|failure| failed(&failure))
}

fn failed(failure: &Failure) -> Error {
    Error::ZBus(zbus::Error::Failure(failure.to_string()))
}
