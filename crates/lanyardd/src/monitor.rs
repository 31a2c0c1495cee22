//! The thread that waits for readers and cards, and hands what it sees to the engine.

use std::{io, thread};

use lanyard_reader::{ReaderEvent, ReaderEvents, Service};
use tokio::sync::mpsc;

use crate::engine::Event;

/// What an administrator can do about it.
const DENIED: &str = "pcscd refuses us: it asks polkit, which lets only whoever sits at the screen in. Our rule is \
    /usr/share/polkit-1/rules.d/50-lanyard.rules, for the user lanyard; when it is there, restart polkit and pcscd";

/// Starts the thread. It ends when the source is stopped or the engine is gone; the sender is the last
/// thing it lets go of.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn spawn(
    mut source: Box<dyn ReaderEvents>,
    engine: mpsc::Sender<Event>,
) -> io::Result<thread::JoinHandle<()>> {
    let body = move || {
        while let Some(events) = source.next() {
            tracing::debug!(?events, "readers");
            if events.contains(&ReaderEvent::ServiceChanged(Service::Denied)) {
                tracing::warn!("{DENIED}");
            }
            if engine.blocking_send(Event::Readers(events)).is_err() {
                break;
            }
        }
        drop(source);
        drop(engine);
    };
    thread::Builder::new().name("readers".to_owned()).spawn(body)
}
