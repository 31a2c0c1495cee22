//! What the engine wants done, done.

use lanyard_dbus::Error;

use super::{Daemon, DaemonError};
use crate::{
    bus::agents::Prompts,
    card_thread::CardThreads,
    clock::now,
    engine::{Effect, Event},
    reader_details, status,
};

impl Daemon {
    pub(super) async fn carry_out(&mut self, effect: Effect) -> Result<(), DaemonError> {
        match effect {
            Effect::DescribeReader { reader, name } => {
                let CardThreads { readers, engine, .. } = self.cards.clone();
                reader_details::ask(reader, name, self.seats.clone(), readers, engine);
            }
            Effect::OpenCard { card, reader } => {
                self.open.insert(card, self.cards.open(card, reader)?);
            }
            Effect::CloseCard { card } => {
                self.open.remove(&card);
            }
            Effect::ReadAgain { card } => {
                if let Some(thread) = self.open.get(&card) {
                    thread.read_again();
                }
            }
            Effect::Judge { card, judging, certificate } => {
                self.judges.judge(card, judging, certificate);
            }
            Effect::Answer { reply, answer } => reply.send(answer),
            Effect::WatchClient(client) => {
                self.watches.begin(self.publisher.connection(), client, self.cards.engine.clone());
            }
            Effect::UnwatchClient(client) => self.watches.end(&client),
            Effect::AskAgent { prompt, agent, what } => {
                let (connection, engine) = (self.publisher.connection(), self.cards.engine.clone());
                self.prompts.open(connection, (prompt, agent, what), &self.terms, engine);
            }
            Effect::CancelAgent { prompt, card, agent, outcome } => {
                let connection = self.publisher.connection();
                self.prompts.close(connection, prompt, (card, agent, outcome)).await;
            }
            Effect::TellAgent { agent, what, .. } => {
                Prompts::tell(self.publisher.connection(), (agent, what), &self.terms).await;
            }
            Effect::Attempt { card, order } => {
                if let Some(thread) = self.open.get(&card) {
                    thread.attempt(order);
                }
            }
            Effect::Recall { card, order } => {
                if let Some(thread) = self.open.get(&card) {
                    thread.recall(order);
                }
            }
            Effect::Release { card, client, reply } => match self.open.get(&card) {
                Some(thread) => thread.release(client, reply),
                None => reply.send(Err(Error::CardBusy("the card is not open".to_owned()))),
            },
            Effect::AskDirectory { session, holder } => self.directory.ask(session, &holder),
            Effect::Grant { ticket, record } => {
                let engine = self.cards.engine.downgrade();
                self.scribe.grant(now().wall, record, move |is_recorded| {
                    if let Some(engine) = engine.upgrade() {
                        // The engine may be gone by now; then nothing is given.
                        let _ = engine.blocking_send(Event::GrantRecorded { ticket, is_recorded });
                    }
                });
            }
            Effect::SignTicket(order) => self.signer.sign(order),
            Effect::Announce(announcement) => self.publisher.announce(announcement).await?,
            Effect::ReadyToSleep(which) => self.callers.ready_to_sleep(which),
            Effect::Record(record) => self.scribe.write(now().wall, record),
            Effect::Publish(publication) => {
                self.journal.write(&publication);
                self.publisher.publish(publication).await?;
                status::is(&self.summary());
            }
        }
        Ok(())
    }

    pub(super) fn summary(&self) -> String {
        let (readers, cards) = self.engine.picture().counts();
        format!("{readers} readers, {cards} cards")
    }
}
