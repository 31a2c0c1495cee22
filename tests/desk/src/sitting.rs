//! A desk with one reader, a card in it, and a person who is asked for passcodes.

use lanyard_reader::ReaderName;
use lanyard_settings::Settings;
use lanyard_virtcard::{Card, Fault};
use lanyard_virtual_readers::{Held, SharedCard, VirtualPad};
use lanyard_witness::{Does, Ended, Options, Person, ended};
use zbus::OwnedObjectPath;

use crate::{Desk, Pki, card, reader};

/// The passcode of most personas.
pub const CURRENT: &str = "123456";

/// One person at a desk with one card.
#[derive(Debug)]
pub struct Sitting {
    /// The desk.
    pub desk: Desk,
    /// Its reader.
    pub front: ReaderName,
    /// Who sits there, with a passcode agent.
    pub person: Person,
    /// The card's object.
    pub card: OwnedObjectPath,
}

impl Sitting {
    /// With the card of this persona.
    pub async fn with(persona: &str) -> Self {
        Self::with_settings(persona, Settings::default()).await
    }

    /// The same under these settings.
    pub async fn with_settings(persona: &str, settings: Settings) -> Self {
        let front = reader("Front");
        let desk = Desk::with_readers(settings, &[&front]).await;
        Self::at(desk, front, persona).await
    }

    /// The same with a reader that has keys of its own.
    pub async fn with_keys(persona: &str, pad: &VirtualPad, settings: Settings) -> Self {
        let front = reader("Keys");
        let mut desk = Desk::with_readers(settings, &[]).await;
        desk.readers.plug_with_pad(&front, pad);
        while !desk.has_keys().await {
            desk.client.signal(|_| Some(())).await;
        }
        Self::at(desk, front, persona).await
    }

    /// The same with a card of these authorities, which the daemon need not believe.
    pub async fn with_pki(persona: &str, pki: &Pki, settings: Settings) -> Self {
        let front = reader("Front");
        let desk = Desk::with_readers(settings, &[&front]).await;
        Self::with_card(desk, front, pki.card(persona)).await
    }

    async fn at(desk: Desk, front: ReaderName, persona: &str) -> Self {
        Self::with_card(desk, front, card(persona)).await
    }

    async fn with_card(mut desk: Desk, front: ReaderName, card: Card) -> Self {
        let person = Person::new();
        person.sit_at(desk.client.connection()).await;
        desk.client.register_agent().await;
        desk.readers.insert(&front, card);
        let (card, _) = desk.client.card_inserted().await;
        Self { desk, front, person, card }
    }

    /// The person does this, and asks to be authenticated.
    pub async fn enters(&self, does: Does) -> Ended {
        self.person.then(does);
        self.desk.client.authenticate("/").await
    }

    /// The person does these one after the other, and asks to change the passcode.
    pub async fn changes(&self, does: impl IntoIterator<Item = Does>) -> Ended {
        for does in does {
            self.person.then(does);
        }
        ended(&self.desk.client.change(self.card.clone(), Options::new()).await).await
    }

    /// Tries left, as the card itself has them.
    pub fn tries(&self) -> u8 {
        self.desk.readers.with_card(&self.front, |card| card.tries().passcode).unwrap()
    }

    /// Whether the card counts the passcode as verified.
    pub fn is_verified(&self) -> bool {
        self.desk.readers.with_card(&self.front, |card| card.is_verified()).unwrap()
    }

    /// How many passcodes the card was sent.
    pub fn passcodes_heard(&self) -> usize {
        self.desk.tap.heard().passcodes().count()
    }

    /// Another program has the card, once the daemon has read it.
    pub async fn held(&mut self) -> Held {
        self.desk.client.card_in_state("ready").await;
        self.desk.tap.forget();
        self.desk.readers.hold(&self.front).unwrap()
    }

    /// The card has this fault from now on, which it had not while it was read.
    pub async fn fails(&mut self, fault: Fault) {
        self.desk.client.card_in_state("ready").await;
        self.desk.tap.forget();
        self.desk.readers.with_card(&self.front, |card| card.set_fault(Some(fault))).unwrap();
    }

    /// The card is taken out.
    pub async fn pulled(&mut self) -> SharedCard {
        let card = self.desk.readers.remove(&self.front).unwrap();
        self.desk.client.card_removed().await;
        card
    }
}
