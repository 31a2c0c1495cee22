//! What the engine wants done, done.

use lanyard_audit::Record;
use lanyard_dbus::Error;
use tokio::sync::mpsc::WeakSender;

use super::{Daemon, DaemonError};
use crate::{
    bus::agents::Prompts,
    card_thread::CardThreads,
    clock::now,
    engine::{Answer, Effect, Event, Public},
    metrics::Standing,
    reader_details,
    records::Scribe,
    status,
};

impl Daemon {
    /// In this order. When one cannot be done, what is to be recorded still is.
    pub(super) async fn carry_out_all(&mut self, effects: Vec<Effect>) -> Result<(), DaemonError> {
        let mut effects = effects.into_iter();
        while let Some(effect) = effects.next() {
            if let Err(error) = self.carry_out(effect).await {
                self.record(effects);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Has recorded what is to be recorded, and hands the others back.
    pub(super) fn record(&self, effects: impl IntoIterator<Item = Effect>) -> Vec<Effect> {
        let mut others = Vec::new();
        for effect in effects {
            match effect {
                Effect::Record(record) => self.scribe.write(now().wall, record),
                other => others.push(other),
            }
        }
        others
    }

    async fn carry_out(&mut self, effect: Effect) -> Result<(), DaemonError> {
        self.observer.carries_out(&effect, now().steady);
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
                self.judges.forget(card);
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
            Effect::WatchClient(client) => self.watches.begin(client),
            Effect::UnwatchClient(client) => self.watches.end(&client),
            Effect::AskAgent { prompt, agent, what } => {
                let (connection, engine) = (self.publisher.connection(), self.cards.engine.clone());
                self.prompts.open(connection, (prompt, agent, what), engine);
            }
            Effect::CancelAgent { prompt, card, agent, outcome } => {
                let connection = self.publisher.connection();
                self.prompts.close(connection, prompt, (card, agent, outcome)).await;
            }
            Effect::TellAgent { agent, what, .. } => {
                Prompts::tell(self.publisher.connection(), (agent, what)).await;
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
                let told = move |is_recorded| Event::GrantRecorded { ticket, is_recorded };
                grant(&self.scribe, self.cards.engine.downgrade(), record, told);
            }
            Effect::SignTicket(order) => self.signer.sign(order),
            Effect::TellMetrics(reply) => reply.send(Ok(Answer::Metrics(self.metrics()))),
            Effect::Announce(announcement) => self.publisher.announce(announcement).await?,
            Effect::ReadyToSleep(which) => self.callers.ready_to_sleep(which),
            Effect::Record(record) => self.scribe.write(now().wall, record),
            Effect::Publish(publication) => {
                self.publisher.publish(publication.clone()).await?;
                // Afterwards: a journal that is behind may be waited for.
                self.journal.write(&publication);
                self.observer.published(&publication, now().steady);
                status::is(&self.summary());
            }
        }
        Ok(())
    }

    fn metrics(&self) -> String {
        let picture = self.engine.picture();
        let ((readers, cards), sessions) = (picture.counts(), self.engine.open_sessions());
        let pcscd = Public::of(picture).pcsc_state();
        self.observer.metrics().told(Standing { pcscd, readers, cards, sessions })
    }

    pub(super) fn summary(&self) -> String {
        let (readers, cards) = self.engine.picture().counts();
        let held_back = self.held_back.iter().map(|why| format!("; {why}"));
        format!("{readers} readers, {cards} cards{}", held_back.collect::<String>())
    }
}

/// Has recorded what gives, and tells the engine whether it is. It may be gone by then; then nothing is given.
fn grant(
    scribe: &Scribe,
    engine: WeakSender<Event>,
    record: Record,
    told: impl Fn(bool) -> Event + Copy + Send + 'static,
) {
    let later = engine.clone();
    let waits = scribe.grant(now().wall, record, move |is_recorded| {
        if let Some(engine) = later.upgrade() {
            let _ = engine.blocking_send(told(is_recorded));
        }
    });
    if waits.is_err() {
        // On a task of its own: who calls empties the engine's queue, which may be full.
        tokio::spawn(async move {
            if let Some(engine) = engine.upgrade() {
                let _ = engine.send(told(false)).await;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use lanyard_audit::Event as Recorded;
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn what_cannot_wait_for_the_audit_log_is_refused_also_when_the_engine_s_queue_is_full() {
        let (engine, mut events) = mpsc::channel(1);
        engine.try_send(Event::DeadlineReached).unwrap();
        let record = Record::of(Recorded::RoleSelected);
        let told = |is_recorded: bool| {
            assert!(!is_recorded);
            Event::Stopping
        };
        grant(&Scribe::without_thread(), engine.downgrade(), record, told);
        assert!(matches!(events.recv().await, Some(Event::DeadlineReached)));
        assert!(matches!(events.recv().await, Some(Event::Stopping)));
    }
}
