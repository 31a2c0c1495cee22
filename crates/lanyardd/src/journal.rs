//! One line in the log for each fact that is published. Nothing personal.
//!
//! Readers are named as PC/SC does, here and in what is recorded: one field finds both.

use std::collections::BTreeMap;

use lanyard_dbus::Reason;

use crate::engine::{
    CardId, Change, Picture, Public, PublicCard, Publication, ReaderId, Request, RequestId,
};

/// The journal, which says nothing twice.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// What was written last of each card.
    cards: BTreeMap<CardId, PublicCard>,
    /// The names of readers, also of one that has just gone.
    readers: BTreeMap<ReaderId, String>,
}

impl Journal {
    /// Writes what changed.
    pub(crate) fn write(&mut self, publication: &Publication) {
        let Publication { picture, change } = publication;
        match change {
            Change::Service => {
                let service = Public::of(picture).pcsc_state();
                tracing::info!(%service, "the smartcard service is {service}");
            }
            Change::ReaderArrived(reader) => {
                let name = Public::of(picture).reader(*reader).map(|it| it.name.to_string());
                self.readers.insert(*reader, name.unwrap_or_default());
                tracing::info!(reader = self.name(*reader), "reader arrived");
            }
            Change::ReaderDeparted(reader) => {
                tracing::info!(reader = self.name(*reader), "reader departed");
                self.readers.remove(reader);
            }
            Change::Reader(reader) => {
                tracing::debug!(reader = self.name(*reader), "reader described");
            }
            Change::CardInserted(card, reader) => {
                tracing::info!(%card, reader = self.name(*reader), "card inserted");
            }
            Change::CardRemoved(card, reader) => {
                self.cards.remove(card);
                tracing::info!(%card, reader = self.name(*reader), "card removed");
            }
            Change::Card(card) => self.card_read(picture, *card),
            Change::RequestMade(request) => tracing::debug!(%request, "request made"),
            Change::RequestCompleted(request) => request_completed(picture, *request),
            Change::RequestForgotten(request) => tracing::debug!(%request, "request forgotten"),
        }
    }

    /// A verdict may have changed nothing that everybody may know.
    fn card_read(&mut self, picture: &Picture, id: CardId) {
        let Some(card) = Public::of(picture).card(id) else {
            return;
        };
        if self.cards.get(&id) != Some(&card) {
            let (state, reason, tries) = (card.state, card.reason, card.passcode_tries_left);
            tracing::info!(card = %id, %state, reason, tries, "card read");
            self.cards.insert(id, card);
        }
    }

    fn name(&self, reader: ReaderId) -> &str {
        self.readers.get(&reader).map_or("", String::as_str)
    }
}

fn request_completed(picture: &Picture, id: RequestId) {
    if let Some(Request { client, conclusion: Some(conclusion), .. }) = picture.request(id) {
        let (outcome, uid) = (conclusion.outcome, client.uid);
        let reason = conclusion.reason.map(Reason::as_str);
        tracing::info!(request = %id, %outcome, reason, uid, "request completed");
    }
}
