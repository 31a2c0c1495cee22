//! Readers without PC/SC: the two seams of `lanyard-reader` over virtual cards, in process.
//!
//! Behaves as the real thing does: a transaction waits for other programs, a card that does not answer
//! blocks its thread until it is pulled, a reset by another program is seen by whoever talks next.

mod connection;
mod pad;
mod slot;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
};

use lanyard_reader::{
    Atr, CardConnection, ReaderDetails, ReaderError, ReaderEvent, ReaderEvents, ReaderName,
    Readers, Service,
};
use lanyard_virtcard::Card;

use connection::Connection;
pub use pad::{AtTheKeys, VirtualPad};
use slot::Slot;
pub use slot::{Held, Kept, SharedCard};

/// A set of readers that a test plugs in and out.
#[derive(Clone, Debug)]
pub struct VirtualReaders {
    slots: Arc<Mutex<BTreeMap<ReaderName, Arc<Slot>>>>,
    events: Sender<Vec<ReaderEvent>>,
}

/// What happens to them.
#[derive(Debug)]
pub struct VirtualEvents(Receiver<Vec<ReaderEvent>>);

impl VirtualReaders {
    /// No reader yet, and no service: [`VirtualReaders::start`] it.
    pub fn new() -> (Self, VirtualEvents) {
        let (events, receiver) = mpsc::channel();
        (Self { slots: Arc::default(), events }, VirtualEvents(receiver))
    }

    /// The same readers and cards, as somebody sees them who begins to look now. Whoever looked before is
    /// told nothing more through what is returned.
    pub fn seen_anew(&self) -> (Self, VirtualEvents) {
        let (events, receiver) = mpsc::channel();
        let anew = Self { slots: self.slots.clone(), events };
        anew.start();
        for (name, slot) in &*self.slots() {
            let arrived = ReaderEvent::ReaderArrived(name.clone());
            let inserted = slot.card().map(|card| ReaderEvent::CardInserted {
                reader: name.clone(),
                atr: Atr::new(&lock(&card.0).atr()),
            });
            anew.say([arrived].into_iter().chain(inserted).collect());
        }
        (anew, VirtualEvents(receiver))
    }

    /// The smartcard service comes.
    pub fn start(&self) {
        self.say(vec![ReaderEvent::ServiceChanged(Service::Running)]);
    }

    /// The smartcard service goes, and all cards and readers with it.
    pub fn stop(&self, service: Service) {
        let names: Vec<_> = self.slots().keys().cloned().collect();
        for name in names {
            self.unplug(&name);
        }
        self.say(vec![ReaderEvent::ServiceChanged(service)]);
    }

    /// Ends the waiting for events.
    pub fn end(&self) {
        self.say(Vec::new());
    }

    /// A reader is plugged in.
    pub fn plug(&self, name: &ReaderName) {
        self.plug_slot(name, Slot::default());
    }

    /// A reader with keys of its own is plugged in.
    pub fn plug_with_pad(&self, name: &ReaderName, pad: &VirtualPad) {
        self.plug_slot(name, Slot::with_pad(pad.clone()));
    }

    fn plug_slot(&self, name: &ReaderName, slot: Slot) {
        self.slots().insert(name.clone(), Arc::new(slot));
        self.say(vec![ReaderEvent::ReaderArrived(name.clone())]);
    }

    /// A reader is unplugged, with the card in it.
    pub fn unplug(&self, name: &ReaderName) {
        let slot = self.slots().remove(name);
        let removed = slot.and_then(|slot| slot.take());
        let removed = removed.map(|_| ReaderEvent::CardRemoved { reader: name.clone() });
        let departed = ReaderEvent::ReaderDeparted(name.clone());
        self.say(removed.into_iter().chain([departed]).collect());
    }

    /// A card is put into a reader; see [`VirtualReaders::insert_again`].
    pub fn insert(&self, name: &ReaderName, card: Card) {
        self.insert_again(name, Arc::new(Mutex::new(card)));
    }

    /// A card is put into a reader; one that is in it is taken out, in one glance as in a quick swap.
    pub fn insert_again(&self, name: &ReaderName, card: SharedCard) {
        let atr = Atr::new(&lock(&card).atr());
        let before = self.slot(name).and_then(|slot| slot.put(card));
        let removed = before.map(|_| ReaderEvent::CardRemoved { reader: name.clone() });
        let inserted = ReaderEvent::CardInserted { reader: name.clone(), atr };
        self.say(removed.into_iter().chain([inserted]).collect());
    }

    /// A card is put into an empty reader, and another program has it before anybody hears of it.
    pub fn insert_held(&self, name: &ReaderName, card: Card) -> Option<Held> {
        let atr = Atr::new(&card.atr());
        let slot = self.slot(name)?;
        slot.put(Arc::new(Mutex::new(card)));
        let held = Held::of(slot);
        let reader = name.clone();
        self.say(vec![ReaderEvent::CardInserted { reader, atr }]);
        held
    }

    /// A card is put into an empty reader, and another program keeps it to itself, so that connections are
    /// refused, before anybody hears of it.
    pub fn insert_kept(&self, name: &ReaderName, card: Card) -> Option<Kept> {
        let atr = Atr::new(&card.atr());
        let slot = self.slot(name)?;
        slot.put(Arc::new(Mutex::new(card)));
        let kept = Kept::of(self.clone(), name, slot);
        let reader = name.clone();
        self.say(vec![ReaderEvent::CardInserted { reader, atr }]);
        kept
    }

    /// The card is taken out of a reader.
    pub fn remove(&self, name: &ReaderName) -> Option<SharedCard> {
        let card = self.slot(name)?.take()?;
        self.say(vec![ReaderEvent::CardRemoved { reader: name.clone() }]);
        Some(card.0.clone())
    }

    /// Another program takes the card for itself until the returned value is dropped.
    pub fn hold(&self, name: &ReaderName) -> Option<Held> {
        Held::of(self.slot(name)?)
    }

    /// Another program resets the card.
    pub fn reset(&self, name: &ReaderName) {
        if let Some(slot) = self.slot(name) {
            slot.reset();
        }
    }

    /// Looks at the card in a reader, or changes it.
    pub fn with_card<T>(&self, name: &ReaderName, look: impl FnOnce(&mut Card) -> T) -> Option<T> {
        let card = self.slot(name)?.card()?;
        let mut card = lock(&card.0);
        Some(look(&mut card))
    }

    fn slot(&self, name: &ReaderName) -> Option<Arc<Slot>> {
        self.slots().get(name).cloned()
    }

    fn slots(&self) -> MutexGuard<'_, BTreeMap<ReaderName, Arc<Slot>>> {
        lock(&self.slots)
    }

    fn say(&self, events: Vec<ReaderEvent>) {
        // Nobody listens when the test has ended its daemon.
        let _ = self.events.send(events);
    }
}

impl ReaderEvents for VirtualEvents {
    fn next(&mut self) -> Option<Vec<ReaderEvent>> {
        self.0.recv().ok().filter(|events| !events.is_empty())
    }
}

impl Readers for VirtualReaders {
    fn describe(&self, reader: &ReaderName) -> Result<ReaderDetails, ReaderError> {
        let slot = self.slot(reader).ok_or(ReaderError::Departed)?;
        let pin_pad = slot.pad.as_ref().map(|_| VirtualPad::features());
        Ok(ReaderDetails { pin_pad, usb: None })
    }

    fn connect(&self, reader: &ReaderName) -> Result<Box<dyn CardConnection>, ReaderError> {
        let slot = self.slot(reader).ok_or(ReaderError::Departed)?;
        Ok(Box::new(Connection::to(slot)?))
    }
}

/// A test that failed with the lock has said so already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
