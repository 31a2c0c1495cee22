//! Readers and cards as PC/SC tells of them, over every restart of the service.
//!
//! Two states: on the lookout, or looking for the service. What is told is kept true at each step: before
//! the service is said to be gone, every card is removed and every reader departs. Nothing is retried
//! without a reason; see [`Obstacle::pause`] and [`Watch`].

use std::io;
use std::mem;
use std::path::PathBuf;

use crate::folder::{Watch, Woken};
use crate::lookout::{Lookout, Over};
use crate::service::{self, Obstacle};
use crate::table::PcscTable;
use crate::waiting::Waiting;
use crate::{PcscReaders, ReaderEvent, ReaderEvents, Service, Stop};

/// Readers and cards as PC/SC tells of them. The first event is the state of the service.
///
/// Wakes only when something happens; libpcsclite by itself wakes once a minute.
pub struct PcscEvents {
    socket: PathBuf,
    waiting: Waiting,
    lookout: Option<Lookout<PcscTable>>,
    told: Option<Service>,
    /// Attempts to reach the service since it last served.
    attempts: u32,
    /// The last attempt reached something that did not serve.
    unserved: bool,
}

impl PcscEvents {
    /// Prepares to wait; the service is looked for by the first [`ReaderEvents::next`].
    ///
    /// The service is where libpcsclite looks for it: `/run/pcscd/pcscd.comm`, or what the environment's
    /// `PCSCLITE_CSOCK_NAME` says.
    ///
    /// # Errors
    /// When the kernel gives no descriptor.
    pub fn new() -> io::Result<(Self, Stop)> {
        let waiting = Waiting::new()?;
        let events = Self {
            socket: service::socket(),
            waiting: waiting.clone(),
            lookout: None,
            told: None,
            attempts: 0,
            unserved: false,
        };
        Ok((events, Stop::of(waiting)))
    }

    /// The readers. These events tell when a card that they were refused can be shared again.
    pub fn readers(&self) -> PcscReaders {
        PcscReaders::beside(self.waiting.clone())
    }

    /// The next events of a service that runs; its loss is the last.
    fn on_the_lookout(&mut self, mut lookout: Lookout<PcscTable>) -> Option<Vec<ReaderEvent>> {
        match lookout.next() {
            Ok(events) => {
                self.lookout = Some(lookout);
                Some(events)
            }
            Err(Over::Stopped) => None,
            Err(Over::Lost(error)) => {
                // That it is lost is told as an event.
                tracing::debug!(%error, "the smartcard service is lost");
                self.unserved = !lookout.has_served();
                self.attempts *= u32::from(self.unserved);
                let mut events = lookout.close();
                events.extend(self.change(Service::Unavailable));
                Some(events)
            }
        }
    }

    /// Looks for the service until there is something to tell.
    fn look_for_service(&mut self) -> Option<Vec<ReaderEvent>> {
        if mem::take(&mut self.unserved) {
            let watch = Watch::of(&self.socket);
            self.rest(&watch, Obstacle::Failing)?;
        }
        loop {
            // Watched before the attempt: what happens after it fails is not missed.
            let watch = Watch::of(&self.socket);
            self.attempts = self.attempts.saturating_add(1);
            let obstacle = match service::establish(&self.socket) {
                Ok(context) => {
                    let table = PcscTable::new(context, self.waiting.clone());
                    let mut lookout = Lookout::new(table);
                    // Told together: whoever hears that the service runs knows what is in the readers. A
                    // service that is lost again by now is found so by the next wait.
                    let there = lookout.look().unwrap_or_default();
                    self.lookout = Some(lookout);
                    return Some(self.change(Service::Running).into_iter().chain(there).collect());
                }
                Err(obstacle) => obstacle,
            };
            let state = obstacle.told_after(self.attempts);
            if let Some(change) = state.and_then(|state| self.change(state)) {
                return Some(vec![change]);
            }
            self.rest(&watch, obstacle)?;
        }
    }

    /// Waits until another attempt makes sense; `None` when stopped.
    fn rest(&mut self, watch: &Watch, obstacle: Obstacle) -> Option<()> {
        let pause = obstacle.pause(self.attempts);
        match watch.wait(pause, self.waiting.descriptor()) {
            Woken::Stop => return None,
            // After a rest all is new; while attempts go on, this is one of them.
            Woken::Folder if pause.is_none() => self.attempts = 0,
            Woken::Folder | Woken::Time => {}
        }
        Some(())
    }

    fn change(&mut self, service: Service) -> Option<ReaderEvent> {
        let known = self.told.replace(service) == Some(service);
        (!known).then_some(ReaderEvent::ServiceChanged(service))
    }
}

impl ReaderEvents for PcscEvents {
    fn next(&mut self) -> Option<Vec<ReaderEvent>> {
        if self.waiting.is_stopped() {
            return None;
        }
        match self.lookout.take() {
            Some(lookout) => self.on_the_lookout(lookout),
            None => self.look_for_service(),
        }
    }
}

impl std::fmt::Debug for PcscEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PcscEvents")
            .field("socket", &self.socket)
            .field("told", &self.told)
            .finish_non_exhaustive()
    }
}
