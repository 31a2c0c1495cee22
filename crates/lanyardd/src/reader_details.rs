//! Asking a reader about itself, on a thread of its own: a driver may take its time.

use std::{path::Path, sync::Arc, thread};

use lanyard_iso7816::ChannelError;
use lanyard_reader::{ReaderDetails, ReaderError, ReaderName, Readers, seat};
use lanyard_seats::SeatsOfReaders;
use tokio::sync::mpsc;

use crate::engine::{Event, ReaderId};

/// Starts a thread that asks once and ends.
pub(crate) fn ask(
    reader: ReaderId,
    name: ReaderName,
    seats: SeatsOfReaders,
    readers: Arc<dyn Readers>,
    engine: mpsc::Sender<Event>,
) {
    let asked = thread::Builder::new().name("reader-details".to_owned()).spawn(move || {
        let details = match readers.describe(&name) {
            Ok(details) => details,
            Err(ReaderError::Card(ChannelError::Busy)) => {
                tracing::debug!(reader = %name, "another program keeps the reader; asked again later");
                return;
            }
            Err(error) => {
                tracing::warn!(reader = %name, %error, "the reader tells nothing of itself");
                ReaderDetails::default()
            }
        };
        let by_udev = details.usb.and_then(|usb| seat::seat_of(usb, Path::new("/")));
        let seat = seats.seat_of(&name.to_string(), by_udev.as_deref());
        if seat.is_none() {
            tracing::warn!(reader = %name, ?by_udev, "no such seat can be: nobody may use the reader");
        }
        let pin_pad = details.pin_pad;
        tracing::debug!(reader = %name, ?seat, has_pin_pad = pin_pad.is_some(), "reader details");
        // The engine may be gone by now; then nobody wants to know.
        let _ = engine.blocking_send(Event::ReaderDescribed { reader, pin_pad, seat });
    });
    if let Err(error) = asked {
        tracing::error!(%error, "no thread to ask a reader on");
    }
}
