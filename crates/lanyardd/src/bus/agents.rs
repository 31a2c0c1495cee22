//! Having a person asked: the agent is called with the write end of a pipe that we made, so that no
//! passcode is ever in a message.
//!
//! The agent writes, closes and answers. What it writes goes from the pipe into a locked page, and no
//! further than a passcode can be long. Its answer ends the reading: an agent that keeps the pipe open
//! cannot make us wait. Who waits for how long is decided by the engine.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    os::fd::OwnedFd,
};

use lanyard_dbus::{BUS_NAME, Error, Outcome, PasscodeAgentProxy};
use lanyard_iso7816::{ReadSecretError, SecretBytes, SecretRead};
use rustix::{fs::OFlags, pipe::PipeFlags};
use tokio::{net::unix::pipe, sync::mpsc, task::AbortHandle};
use zbus::{Connection, DBusError as _, Fd, OwnedVariant, Variant, proxy::CacheProperties};

use super::paths;
use crate::engine::{
    AgentAddress, AgentFault, AgentReport, CardId, Entry, Event, Prompt, PromptId,
};

/// The most bytes an agent may write: more than any passcode in any encoding, far less than a page.
const MOST_BYTES: usize = 64;

/// The prompts that are open.
#[derive(Debug, Default)]
pub(crate) struct Prompts(BTreeMap<PromptId, AbortHandle>);

impl Prompts {
    /// Has an agent ask, and tells the engine what came back.
    pub(crate) fn open(
        &mut self,
        connection: &Connection,
        (prompt, agent, what): (PromptId, AgentAddress, Prompt),
        engine: mpsc::Sender<Event>,
    ) {
        let connection = connection.clone();
        let asking = tokio::spawn(async move {
            let asked = ask(&connection, &agent, &what).await;
            let report = asked.unwrap_or_else(|fault| {
                // What came of it is told as the request's outcome.
                tracing::debug!(agent = %agent.client, ?fault, "no passcode came from the agent");
                AgentReport::Failed(fault)
            });
            // The engine may be gone by now; then nobody wants to know.
            let _ = engine.send(Event::Agent { prompt, report }).await;
        });
        self.0.insert(prompt, asking.abort_handle());
    }

    /// Has an agent show that the passcode is entered at the reader's keys. Nobody waits for an answer.
    pub(crate) async fn tell(connection: &Connection, (agent, what): (AgentAddress, Prompt)) {
        let card = paths::card(what.card);
        let told = match proxy(connection, &agent).await {
            Ok(proxy) => proxy.enter_at_reader(&card, details(&what)).await,
            Err(error) => Err(error),
        };
        if let Err(error) = told {
            tracing::debug!(agent = %agent.client, %error, "the agent is not told");
        }
    }

    /// A prompt has told what it had to tell.
    pub(crate) fn is_over(&mut self, prompt: PromptId) {
        self.0.remove(&prompt);
    }

    /// Ends a prompt: what still comes is not read, and the agent is told before it is asked anything new.
    /// Nobody waits for an answer.
    pub(crate) async fn close(
        &mut self,
        connection: &Connection,
        prompt: PromptId,
        (card, agent, outcome): (CardId, AgentAddress, Outcome),
    ) {
        if let Some(asking) = self.0.remove(&prompt) {
            asking.abort();
        }
        let told = match proxy(connection, &agent).await {
            Ok(proxy) => proxy.cancel(&paths::card(card), outcome.as_str()).await,
            Err(error) => Err(error),
        };
        if let Err(error) = told {
            tracing::debug!(agent = %agent.client, %error, "the agent was not told");
        }
    }
}

impl Drop for Prompts {
    fn drop(&mut self) {
        self.0.values().for_each(AbortHandle::abort);
    }
}

async fn proxy<'a>(
    connection: &'a Connection,
    agent: &'a AgentAddress,
) -> zbus::Result<PasscodeAgentProxy<'a>> {
    // Without a bus nobody looks at it, but a proxy must have one.
    let destination = if connection.is_bus() { agent.client.as_str() } else { BUS_NAME };
    PasscodeAgentProxy::builder(connection)
        .destination(destination)
        .path(&*agent.path)
        .cache_properties(CacheProperties::No)
        .build()
        .await
}

async fn ask(
    connection: &Connection,
    agent: &AgentAddress,
    what: &Prompt,
) -> Result<AgentReport, AgentFault> {
    let (read, write) = pipe().map_err(|_| AgentFault::Refused)?;
    let proxy = proxy(connection, agent).await.map_err(|_| AgentFault::Gone)?;
    let card = paths::card(what.card);
    let answer = proxy.request_passcode(&card, details(what), Fd::from(write));
    let mut passcode = SecretBytes::new().map_err(|_| AgentFault::Refused)?;
    let answer = tokio::select! {
        answer = answer => answer.map_err(fault)?,
        fault = read_too_much(&read, &mut passcode) => return Err(fault),
    };
    drain(&mut WhatIsThere(&read), &mut passcode)?;
    if passcode.bytes().is_empty() {
        return Err(AgentFault::Empty);
    }
    let said = |key| answer.get(key).is_some_and(is_true);
    let (last_try_ok, terms_accepted) = (said("last-try-ok"), said("terms-accepted"));
    Ok(AgentReport::Entered(Entry { passcode, last_try_ok, terms_accepted }))
}

fn is_true(value: &OwnedVariant) -> bool {
    bool::try_from(&**value).unwrap_or(false)
}

/// A pipe whose read end does not block.
fn pipe() -> io::Result<(pipe::Receiver, OwnedFd)> {
    let (read, write) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    rustix::fs::fcntl_setfl(&read, OFlags::NONBLOCK)?;
    Ok((pipe::Receiver::from_owned_fd(read)?, write))
}

/// Reads what comes until it is too much. Never returns for an agent in good order.
async fn read_too_much(pipe: &pipe::Receiver, passcode: &mut SecretBytes) -> AgentFault {
    loop {
        if pipe.readable().await.is_err() {
            return AgentFault::Refused;
        }
        match drain(&mut WhatWasSeen(pipe), passcode) {
            Ok(Drained::Empty) => {}
            // The answer is still to come.
            Ok(Drained::Closed) => std::future::pending().await,
            Err(fault) => return fault,
        }
    }
}

/// Whether more can come out of a pipe.
enum Drained {
    Empty,
    Closed,
}

/// Reads everything that is in the pipe now.
fn drain(pipe: &mut dyn io::Read, passcode: &mut SecretBytes) -> Result<Drained, AgentFault> {
    loop {
        match passcode.read_some(pipe, MOST_BYTES) {
            Ok(SecretRead::Some) => {}
            Ok(SecretRead::End) => return Ok(Drained::Closed),
            Err(ReadSecretError::Io(error)) => match error.kind() {
                io::ErrorKind::WouldBlock => return Ok(Drained::Empty),
                io::ErrorKind::Interrupted => {}
                _ => return Err(AgentFault::Refused),
            },
            Err(ReadSecretError::TooLong { .. }) => return Err(AgentFault::TooLong),
            Err(ReadSecretError::Empty | ReadSecretError::Memory(_)) => {
                return Err(AgentFault::Refused);
            }
        }
    }
}

/// What the runtime has seen come, so that the next news can be waited for.
struct WhatWasSeen<'a>(&'a pipe::Receiver);

impl io::Read for WhatWasSeen<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(room)
    }
}

/// What is in the pipe, whether the runtime has seen it or not: an answer may be read before it looks.
struct WhatIsThere<'a>(&'a pipe::Receiver);

impl io::Read for WhatIsThere<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(self.0, room)?)
    }
}

fn details(what: &Prompt) -> HashMap<&str, Variant<'_>> {
    let terms = &what.conditions.terms;
    let mut details = HashMap::from([
        ("reader", Variant::from(what.reader.to_string())),
        ("last-try", Variant::from(what.ask_last_try)),
        ("purpose", Variant::from(what.purpose.as_str())),
        ("terms", Variant::from(terms.line.as_str())),
        ("terms-version", Variant::from(terms.version.as_str())),
    ]);
    if let Some(holder) = &what.holder {
        details.insert("holder", Variant::from(holder.as_str()));
    }
    if let Some(tries) = what.tries.told() {
        details.insert("tries-left", Variant::from(i32::from(tries)));
    }
    details
}

fn fault(error: Error) -> AgentFault {
    match error {
        Error::Cancelled(_) => AgentFault::Cancelled,
        Error::ZBus(error) if is_gone(&error) => AgentFault::Gone,
        Error::ZBus(_)
        | Error::AccessDenied(_)
        | Error::CardRemoved(_)
        | Error::CardBusy(_)
        | Error::NotRecorded(_)
        | Error::NotIdentified(_)
        | Error::NoSuchCard(_)
        | Error::BadOption(_)
        | Error::TooManyRequests(_)
        | Error::NoSession(_)
        | Error::NoSuchRole(_)
        | Error::SessionLocked(_)
        | Error::SessionBusy(_)
        | Error::AgentExists(_)
        | Error::NoRole(_)
        | Error::RoleUnsigned(_)
        | Error::RoleOver(_)
        | Error::NoTicketKey(_)
        | Error::ClockWrong(_)
        | Error::NoSuchAgent(_) => AgentFault::Refused,
    }
}

/// The bus says it in words of D-Bus, whose library has types for some of them.
fn is_gone(error: &zbus::Error) -> bool {
    let is_said = |name: &str| GONE.contains(&name);
    match error {
        zbus::Error::MethodError(name, ..) => is_said(name),
        zbus::Error::FDO(error) => is_said(&error.name()),
        _ => false,
    }
}

/// What the bus answers for an object that is not there any more.
const GONE: [&str; 5] = [
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.NoReply",
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.UnknownMethod",
    "org.freedesktop.DBus.Error.UnknownObject",
];

#[cfg(test)]
mod tests {
    use std::{fs::File, io::Write};

    use super::*;

    #[test]
    fn an_agent_that_left_without_an_answer_is_gone_and_one_that_refuses_is_not() {
        let said = |error: zbus::fdo::Error| fault(Error::ZBus(error.into()));
        assert!(matches!(said(zbus::fdo::Error::NoReply(String::new())), AgentFault::Gone));
        assert!(matches!(said(zbus::fdo::Error::UnknownObject(String::new())), AgentFault::Gone));
        assert!(matches!(said(zbus::fdo::Error::AccessDenied(String::new())), AgentFault::Refused));
    }

    #[tokio::test]
    async fn what_an_agent_wrote_is_read_before_the_runtime_has_seen_it() {
        let (read, write) = pipe().unwrap();
        File::from(write).write_all(b"123456").unwrap();
        let mut passcode = SecretBytes::new().unwrap();
        assert!(matches!(drain(&mut WhatWasSeen(&read), &mut passcode), Ok(Drained::Empty)));
        assert!(matches!(drain(&mut WhatIsThere(&read), &mut passcode), Ok(Drained::Closed)));
        assert_eq!(passcode.bytes(), b"123456");
    }
}
