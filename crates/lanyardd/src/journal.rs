//! One line in the log for each fact that is published. Nothing personal.

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
}

impl Journal {
    /// Writes what changed.
    pub(crate) fn write(&mut self, publication: &Publication) {
        let Publication { picture, change } = publication;
        match change {
            Change::Card(card) => self.card_read(picture, *card),
            Change::CardRemoved(card, _) => drop(self.cards.remove(card)),
            _ => {}
        }
        write(picture, change);
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
}

fn write(picture: &Picture, change: &Change) {
    match change {
        Change::Service => tracing::info!(service = ?picture.service(), "smartcard service"),
        Change::ReaderArrived(reader) => {
            let name = reader_name(picture, *reader);
            tracing::info!(%reader, name, "reader arrived");
        }
        Change::ReaderDeparted(reader) => tracing::info!(%reader, "reader departed"),
        Change::Reader(reader) => tracing::debug!(%reader, "reader described"),
        Change::CardInserted(card, reader) => tracing::info!(%card, %reader, "card inserted"),
        Change::CardRemoved(card, reader) => tracing::info!(%card, %reader, "card removed"),
        // Written already, if it is news.
        Change::Card(_) => {}
        Change::RequestMade(request) => tracing::debug!(%request, "request made"),
        Change::RequestCompleted(request) => request_completed(picture, *request),
        Change::RequestForgotten(request) => tracing::debug!(%request, "request forgotten"),
    }
}

fn request_completed(picture: &Picture, id: RequestId) {
    if let Some(Request { client, conclusion: Some(conclusion) }) = picture.request(id) {
        let (outcome, uid) = (conclusion.outcome, client.uid);
        let reason = conclusion.reason.map_or("", Reason::as_str);
        tracing::info!(request = %id, %outcome, reason, uid, "request completed");
    }
}

fn reader_name(picture: &Picture, reader: ReaderId) -> String {
    let reader = Public::of(picture).reader(reader);
    reader.map(|reader| reader.name.to_string()).unwrap_or_default()
}
