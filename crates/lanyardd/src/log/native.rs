//! The journal's socket: entries go there one by one, by its path, so that a journal which was started again hears the
//! next.
//!
//! Whoever writes waits a moment for a journal that is behind, once; after that nobody waits until it has kept up for a
//! while, and what was lost is counted and told. Where nobody listens, the sentence goes to standard error.

use std::{
    io::{self, ErrorKind, Write as _},
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::Duration,
};

use tracing::{Event, Subscriber};
use tracing_subscriber::{Layer, layer::Context};

use super::entry::Entry;

/// How long a writer waits for a journal that is behind. No deadline of the engine is shorter.
const PATIENCE: Duration = Duration::from_millis(50);

/// So many entries must be taken, one after the other, before a journal that was behind is waited for again.
const KEPT_UP: u32 = 64;

/// Writes events into the journal.
pub(super) struct Native {
    path: PathBuf,
    sockets: Option<Sockets>,
    /// How many entries are not waited for, since the journal was behind.
    hasty: AtomicU32,
    lost: AtomicU64,
    /// For sentences that reach nobody else.
    aside: Box<dyn Fn(&Entry) + Send + Sync>,
}

struct Sockets {
    /// Waits for room.
    patient: UnixDatagram,
    /// Never waits.
    hasty: UnixDatagram,
}

/// What became of an entry.
enum Sent {
    Taken,
    /// There is no room.
    Behind,
    /// Nobody listens there.
    Unreachable,
}

impl Native {
    /// To the journal that listens there, now or later.
    pub(super) fn to(path: impl AsRef<Path>) -> Self {
        Self::with_aside(path, |entry| {
            // Read by systemd as the line's priority (sd-daemon(3)). There is nobody to tell of a failure.
            let _ = writeln!(io::stderr(), "<{}>{}", entry.priority, entry.message);
        })
    }

    fn with_aside(path: impl AsRef<Path>, aside: impl Fn(&Entry) + Send + Sync + 'static) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            sockets: Sockets::open().ok(),
            hasty: AtomicU32::new(0),
            lost: AtomicU64::new(0),
            aside: Box::new(aside),
        }
    }

    fn write(&self, entry: &Entry) {
        match self.send(entry) {
            Sent::Taken => self.tell_of_lost(),
            Sent::Behind => drop(self.lost.fetch_add(1, Ordering::Relaxed)),
            Sent::Unreachable => (self.aside)(entry),
        }
    }

    /// Told after what was taken: there is room again.
    fn tell_of_lost(&self) {
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 && !matches!(self.send(&Entry::of_lost(lost)), Sent::Taken) {
            self.lost.fetch_add(lost, Ordering::Relaxed);
        }
    }

    fn send(&self, entry: &Entry) -> Sent {
        let Some(Sockets { patient, hasty }) = &self.sockets else {
            return Sent::Unreachable;
        };
        let in_haste = self.hasty.load(Ordering::Relaxed);
        let socket = if in_haste > 0 { hasty } else { patient };
        let sent = match socket.send_to(entry.datagram().as_bytes(), &self.path) {
            Ok(_) => Sent::Taken,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Sent::Behind
            }
            Err(_) => Sent::Unreachable,
        };
        let in_haste = match sent {
            Sent::Behind => KEPT_UP,
            Sent::Taken => in_haste.saturating_sub(1),
            Sent::Unreachable => 0,
        };
        self.hasty.store(in_haste, Ordering::Relaxed);
        sent
    }
}

impl Sockets {
    fn open() -> io::Result<Self> {
        let (patient, hasty) = (UnixDatagram::unbound()?, UnixDatagram::unbound()?);
        patient.set_write_timeout(Some(PATIENCE))?;
        hasty.set_nonblocking(true)?;
        Ok(Self { patient, hasty })
    }
}

impl<S: Subscriber> Layer<S> for Native {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.write(&Entry::of(event));
    }
}

#[cfg(test)]
mod tests;
