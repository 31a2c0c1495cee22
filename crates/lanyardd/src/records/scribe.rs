//! The thread that writes what takes away, so that a slow disk keeps no event waiting.

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
    queue: Option<SyncSender<(SystemTime, Record)>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Scribe {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(records: Records) -> io::Result<Self> {
        let (queue, incoming) = sync_channel::<(SystemTime, Record)>(QUEUE);
        let thread = thread::Builder::new().name("audit".to_owned()).spawn(move || {
            for (at, record) in incoming {
                records.record_later(at, &record);
            }
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Has a record written.
    pub(crate) fn write(&self, at: SystemTime, record: Record) {
        let Some(queue) = &self.queue else {
            return;
        };
        match queue.try_send((at, record)) {
            Ok(()) => {}
            Err(TrySendError::Full((_, record)) | TrySendError::Disconnected((_, record))) => {
                tracing::error!(?record, "the audit log is stuck; this event is not in it");
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
