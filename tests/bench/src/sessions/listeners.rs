//! Many clients of one desk in one thread: plain sockets that have said hello to the bus and are subscribed,
//! and one epoll(7) over all of them, so that receiving costs as little as it can.
//!
//! They are sent nothing but their desk's signals, because they have no match rules.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    time::{Duration, Instant},
};

use lanyard_dbus::{BUS_NAME, ROOT};
use rustix::{
    event::{Timespec, epoll},
    fd::OwnedFd,
    time::{ClockId, clock_gettime},
};

use super::messages::{Kind, Messages, call};
use crate::BenchError;

/// Longer than anything that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sockets that are looked at after one wake-up.
const AT_ONCE: usize = 64;

/// The clients.
#[derive(Debug)]
pub(super) struct Listeners {
    epoll: OwnedFd,
    clients: Vec<Client>,
}

/// What all of them have heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// When the last of them had read the signal.
    pub(super) last: Instant,
    /// What the clients' thread has worked meanwhile.
    pub(super) worked: Duration,
}

#[derive(Debug)]
struct Client {
    socket: UnixStream,
    messages: Messages,
}

impl Listeners {
    /// So many clients of the user who runs this, subscribed.
    pub(super) fn subscribed(address: &str, count: usize) -> Result<Self, BenchError> {
        let path = address.split([':', ',', ';']).find_map(|part| part.strip_prefix("path="));
        let path = path.ok_or(BenchError::Empty("a bus with a path"))?;
        let clients = (0..count).map(|_| Client::subscribed(path));
        let clients: Vec<Client> = clients.collect::<Result<_, _>>()?;
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(std::io::Error::from)?;
        for (number, client) in (0..).zip(&clients) {
            client.socket.set_nonblocking(true)?;
            let data = epoll::EventData::new_u64(number);
            epoll::add(&epoll, &client.socket, data, epoll::EventFlags::IN)
                .map_err(std::io::Error::from)?;
        }
        Ok(Self { epoll, clients })
    }

    /// Waits until each of them has heard this signal once; others are passed over.
    pub(super) fn all_hear(&mut self, member: &str) -> Result<Heard, BenchError> {
        let (before, mut last) = (worked(), now());
        let patience = Timespec::try_from(PATIENCE).unwrap_or_default();
        let (mut silent, mut ready) = (self.clients.len(), Vec::with_capacity(AT_ONCE));
        while silent > 0 {
            let space = rustix::buffer::spare_capacity(&mut ready);
            let woken = epoll::wait(&self.epoll, space, Some(&patience));
            if woken.map_err(std::io::Error::from)? == 0 {
                return Err(BenchError::Empty("a signal that some client did not hear"));
            }
            for event in ready.drain(..) {
                let number = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
                if let Some(client) = self.clients.get_mut(number)
                    && client.hears(member)?
                {
                    (silent, last) = (silent.saturating_sub(1), now());
                }
            }
        }
        Ok(Heard { last, worked: worked().saturating_sub(before) })
    }
}

impl Client {
    fn subscribed(path: &str) -> Result<Self, BenchError> {
        let mut socket = UnixStream::connect(path)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        // The uid's digits as ASCII in hexadecimal: 0 is 30 (D-Bus Specification, "EXTERNAL").
        let user = rustix::process::getuid().as_raw().to_string();
        let user: String = user.chars().flat_map(|digit| ['3', digit]).collect();
        socket.write_all(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())?;
        read_line(&mut socket)?;
        socket.write_all(b"BEGIN\r\n")?;
        let mut client = Self { socket, messages: Messages::default() };
        let bus = "org.freedesktop.DBus";
        client.asks(&call(bus, "/org/freedesktop/DBus", bus, "Hello")?)?;
        let manager = format!("{BUS_NAME}.Manager");
        client.asks(&call(BUS_NAME, ROOT, &manager, "Subscribe")?)?;
        Ok(client)
    }

    /// Asks, and waits for the answer.
    fn asks(&mut self, call: &[u8]) -> Result<(), BenchError> {
        self.socket.write_all(call)?;
        loop {
            self.reads()?;
            while let Some((kind, message)) = self.messages.take() {
                match kind {
                    Kind::Answer => return Ok(()),
                    Kind::Error => {
                        let words = String::from_utf8_lossy(&message).into_owned();
                        return Err(BenchError::Daemon(words));
                    }
                    Kind::Other => {}
                }
            }
        }
    }

    /// Reads what there is; whether the signal is in it.
    fn hears(&mut self, member: &str) -> Result<bool, BenchError> {
        self.reads()?;
        let mut heard = false;
        while let Some((_, message)) = self.messages.take() {
            let mut parts = message.windows(member.len());
            heard |= parts.any(|part| part == member.as_bytes());
        }
        Ok(heard)
    }

    fn reads(&mut self) -> Result<(), BenchError> {
        let mut bytes = [0; 4096];
        match self.socket.read(&mut bytes)? {
            0 => Err(BenchError::Empty("a client that the bus has turned away")),
            read => {
                self.messages.add(bytes.get(..read).unwrap_or_default());
                Ok(())
            }
        }
    }
}

/// A line of the handshake. Nothing is sent after it unless it is asked for.
fn read_line(socket: &mut UnixStream) -> Result<(), BenchError> {
    let mut byte = [0];
    while byte != *b"\n" {
        socket.read_exact(&mut byte)?;
    }
    Ok(())
}

/// What this thread has worked so far.
fn worked() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
