//! The thread that writes what takes away, and what gives before it is given, so that a slow disk keeps no event
//! waiting.

use std::{
    io,
    sync::Arc,
    sync::mpsc::{SyncSender, TrySendError, sync_channel},
    thread,
    time::SystemTime,
};

use lanyard_audit::Record;

use super::{NotRecorded, Records};
use crate::metrics::{Metrics, Written};

/// Records that may wait for the disk. Beyond that the journal alone has them: nothing that takes away
/// waits for a disk that hangs.
const QUEUE: usize = 1024;

/// Writes what it is given, in order. Dropped, it writes what it has.
#[derive(Debug)]
pub(crate) struct Scribe {
    queue: Option<SyncSender<Entry>>,
    /// Told of what does not even wait.
    metrics: Arc<Metrics>,
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
        let metrics = Arc::clone(records.metrics());
        let (queue, incoming) = sync_channel::<Entry>(QUEUE);
        let thread = thread::Builder::new().name("audit".to_owned()).spawn(move || {
            for (at, record, told) in incoming {
                match told {
                    Some(told) => told(records.record(at, &record).is_ok()),
                    None => records.record_later(at, &record),
                }
            }
        })?;
        Ok(Self { queue: Some(queue), metrics, thread: Some(thread) })
    }

    /// Has a record written.
    pub(crate) fn write(&self, at: SystemTime, record: Record) {
        // The journal has it.
        let _ = self.send((at, record, None));
    }

    /// Has a record written and synced, and tells on its own thread whether it is.
    ///
    /// # Errors
    /// [`NotRecorded`] when it cannot even wait; then nobody is told.
    pub(crate) fn grant(
        &self,
        at: SystemTime,
        record: Record,
        told: impl FnOnce(bool) + Send + 'static,
    ) -> Result<(), NotRecorded> {
        self.send((at, record, Some(Box::new(told))))
    }

    /// One whose thread is gone.
    #[cfg(test)]
    pub(crate) fn without_thread() -> Self {
        Self { queue: Some(sync_channel(QUEUE).0), metrics: Arc::default(), thread: None }
    }

    fn send(&self, entry: Entry) -> Result<(), NotRecorded> {
        let queue = self.queue.as_ref().ok_or(NotRecorded)?;
        match queue.try_send(entry) {
            Ok(()) => Ok(()),
            Err(
                TrySendError::Full((_, record, _)) | TrySendError::Disconnected((_, record, _)),
            ) => {
                self.metrics.records.count(Written::Failed);
                let event = record.event.word();
                tracing::error!(event, "the audit log is stuck; this event is not in it");
                Err(NotRecorded)
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use lanyard_audit::{Event, Settings};
    use lanyard_settings::Uuids;

    use super::*;
    use crate::{clock::now, records::Places};

    #[test]
    fn what_gives_is_refused_when_the_queue_is_full_and_told_when_there_is_room_again() {
        let folder = tempfile::tempdir().unwrap();
        let audit = Settings::at(folder.path().join("audit.jsonl"));
        let places = Places { ledger: folder.path().to_owned(), audit };
        let records = Records::open(places, (Uuids::Short, Arc::default()), now().wall);
        let scribe = Scribe::start(records.clone()).unwrap();
        let (tell, told) = channel();
        let grant = || {
            let tell = tell.clone();
            let told = move |is_recorded| tell.send((thread::current().id(), is_recorded)).unwrap();
            scribe.grant(now().wall, Record::of(Event::RoleSelected), told)
        };

        // The disk hangs: one record may be with the thread, the others wait.
        let disk = records.kept();
        let taken = (0..=QUEUE + 1).take_while(|_| grant().is_ok()).count();
        assert!((QUEUE..=QUEUE + 1).contains(&taken), "{taken}");
        assert_eq!(grant(), Err(NotRecorded));
        assert!(told.try_recv().is_err(), "nobody is told of what is refused");
        drop(disk);

        for _ in 0..taken {
            let (thread, is_recorded) = told.recv().unwrap();
            assert!(is_recorded && thread != thread::current().id());
        }
        assert_eq!(grant(), Ok(()));
    }
}
