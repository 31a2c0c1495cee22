//! The thread that writes what takes away, and what gives before it is given, so that a slow disk keeps no event
//! waiting.

use std::{
    io,
    sync::mpsc::{SyncSender, TrySendError, sync_channel},
    thread,
    time::SystemTime,
};

use lanyard_audit::Record;

use super::Records;

/// Records that may wait for the disk. Beyond that the journal alone has them: nothing that takes away
/// waits for a disk that hangs.
const QUEUE: usize = 1024;

/// Writes what it is given, in order. Dropped, it writes what it has.
#[derive(Debug)]
pub(crate) struct Scribe {
    queue: Option<SyncSender<Entry>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// A record that waits.
type Entry = (SystemTime, Record, Option<Told>);

/// Who is told whether it is on the disk; without, it may wait.
type Told = Box<dyn FnOnce(bool) + Send>;

impl Scribe {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(records: Records) -> io::Result<Self> {
        let (queue, incoming) = sync_channel::<Entry>(QUEUE);
        let thread = thread::Builder::new().name("audit".to_owned()).spawn(move || {
            for (at, record, told) in incoming {
                match told {
                    Some(told) => told(records.record(at, &record).is_ok()),
                    None => records.record_later(at, &record),
                }
            }
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Has a record written.
    pub(crate) fn write(&self, at: SystemTime, record: Record) {
        self.send((at, record, None));
    }

    /// Has a record written and synced, and tells whether it is.
    pub(crate) fn grant(
        &self,
        at: SystemTime,
        record: Record,
        told: impl FnOnce(bool) + Send + 'static,
    ) {
        self.send((at, record, Some(Box::new(told))));
    }

    fn send(&self, entry: Entry) {
        let Some(queue) = &self.queue else {
            return;
        };
        match queue.try_send(entry) {
            Ok(()) => {}
            Err(
                TrySendError::Full((_, record, told))
                | TrySendError::Disconnected((_, record, told)),
            ) => {
                tracing::error!(?record, "the audit log is stuck; this event is not in it");
                if let Some(told) = told {
                    told(false);
                }
            }
        }
    }
}

impl Drop for Scribe {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}
