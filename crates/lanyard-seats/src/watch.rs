//! The watch: the one owner of the seating. It reads logind when logind says that something changed, and tells the
//! differences.
//!
//! It knows signals as reasons to look, not as facts: whatever order they come in, a reading follows the last one.
//! Doubt is told before anything is read again.

mod reading;
mod sleep;

use std::{
    collections::HashMap,
    future::{Future, pending},
    pin::Pin,
    sync::atomic::Ordering,
};

use tokio::sync::{mpsc, oneshot};
use zbus::{Connection, OwnedObjectPath, names::OwnedUniqueName};

use crate::{
    Deadlines, Desk, DeskEvent, Doubt, NoDesk, Seating, SessionId, SleepId,
    ear::{Hearing, Said},
    logind::Logind,
    notes::Notes,
};
use sleep::Delay;

/// What is asked of the watch.
#[derive(Debug)]
pub(crate) enum Question {
    /// Who sits in the session at this path.
    DeskAt(OwnedObjectPath, oneshot::Sender<Result<Desk, NoDesk>>),
    /// logind failed somebody.
    Doubted,
    ReadyToSleep(SleepId),
}

/// The watch, and everything that is known.
pub(crate) struct Watch<E> {
    connection: Connection,
    deadlines: Deadlines,
    hearing: Hearing,
    notes: Notes,
    /// Weak: what could be told does not keep the engine from ending.
    events: mpsc::WeakSender<E>,
    seating: Seating,
    /// Where each session of the seating is.
    paths: HashMap<OwnedObjectPath, SessionId>,
    logind: Option<Logind>,
    /// Waited for while logind is silent.
    answers_again: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    delay: Delay,
}

/// Nobody wants to know any more.
struct Unwanted;

type Told = Result<(), Unwanted>;

impl<E: From<DeskEvent> + Send + 'static> Watch<E> {
    pub(crate) fn new(
        connection: &Connection,
        deadlines: Deadlines,
        (hearing, notes): (Hearing, Notes),
        events: mpsc::WeakSender<E>,
    ) -> Self {
        Self {
            connection: connection.clone(),
            deadlines,
            hearing,
            notes,
            events,
            seating: Seating::Unknown(Doubt::NotRead),
            paths: HashMap::new(),
            logind: None,
            answers_again: None,
            delay: Delay::new(deadlines.sleep),
        }
    }

    /// Watches until the engine or everybody who asks is gone.
    pub(crate) async fn keep(mut self, mut asked: mpsc::Receiver<Question>) {
        // The engine has ended: there is nobody to tell that.
        let _ = self.watch(&mut asked).await;
    }

    async fn watch(&mut self, asked: &mut mpsc::Receiver<Question>) -> Told {
        self.take_owner().await?;
        loop {
            if self.hearing.missed.swap(false, Ordering::Relaxed) {
                self.doubt(Doubt::ChangesMissed).await?;
                self.read_everything().await?;
            }
            tokio::select! {
                biased;
                changed = self.hearing.owner.changed() => match changed {
                    Ok(()) => self.take_owner().await?,
                    Err(_) => return self.bus_gone(asked).await,
                },
                Some((owner, said)) = self.hearing.said.recv() => self.hear(&owner, said).await?,
                () = self.notes.changed() => self.look_at_seats().await?,
                () = maybe(self.answers_again.as_mut()) => self.read_everything().await?,
                () = self.delay.patience() => self.delay.give_up(),
                question = asked.recv() => match question {
                    Some(question) => self.answer(question).await?,
                    None => return Ok(()),
                },
            }
        }
    }

    /// Somebody else is logind, or nobody: what the one before said does not count any more.
    async fn take_owner(&mut self) -> Told {
        let owner = self.hearing.owner.borrow_and_update().clone();
        let was_going_to_sleep = self.delay.is_going_to_sleep();
        self.delay.release();
        if self.logind.is_some() {
            self.doubt(Doubt::LogindAbsent).await?;
        }
        // Whoever is logind next says so again if it still is.
        if was_going_to_sleep {
            self.tell(DeskEvent::WokenUp).await?;
        }
        let known = |owner| Logind::new(&self.connection, owner, self.deadlines.logind);
        self.logind = owner.map(known);
        self.read_everything().await
    }

    /// Without the bus nobody is asked and nothing is heard; whoever asks is told so.
    async fn bus_gone(&mut self, asked: &mut mpsc::Receiver<Question>) -> Told {
        self.delay.release();
        self.doubt(Doubt::BusGone).await?;
        while let Some(question) = asked.recv().await {
            if let Question::DeskAt(_, reply) = question {
                // The caller has gone with the bus.
                let _ = reply.send(Err(NoDesk::Unknown(Doubt::BusGone)));
            }
        }
        Ok(())
    }

    async fn hear(&mut self, owner: &OwnedUniqueName, said: Said) -> Told {
        if self.logind.as_ref().is_none_or(|logind| logind.owner() != owner) {
            return Ok(());
        }
        let readable = matches!(self.seating, Seating::Known(_));
        match said {
            Said::GoingToSleep => return self.go_to_sleep().await,
            Said::WokenUp => return self.wake_up().await,
            Said::Unclear => {
                self.doubt(Doubt::LogindUnclear).await?;
                return self.read_everything().await;
            }
            // Whoever speaks can be asked again.
            _ if !readable => return self.read_everything().await,
            Said::Session(path) => self.look_at(path).await?,
            Said::SessionRemoved(path) => self.removed(&path).await?,
            Said::Seat => self.look_at_seats().await?,
            Said::LockAsked(path) => self.tell_of(path, DeskEvent::LockAsked).await?,
            Said::UnlockAsked(path) => self.tell_of(path, DeskEvent::UnlockAsked).await?,
        }
        Ok(())
    }

    async fn answer(&mut self, question: Question) -> Told {
        match question {
            Question::DeskAt(path, reply) => {
                let answer = self.desk_at(path).await?;
                // Whoever asked may not wait any more.
                let _ = reply.send(answer);
            }
            // Its next answer is waited for already.
            Question::Doubted if self.answers_again.is_some() => {}
            Question::Doubted => self.read_everything().await?,
            Question::ReadyToSleep(which) => self.delay.ready(which),
        }
        Ok(())
    }

    /// The desk at a path; a session that is new to us is read.
    async fn desk_at(&mut self, path: OwnedObjectPath) -> Result<Result<Desk, NoDesk>, Unwanted> {
        match self.seating {
            Seating::Known(_) if self.paths.contains_key(&path) => {}
            Seating::Known(_) => self.look_at(path.clone()).await?,
            // Its next answer is waited for already.
            Seating::Unknown(_) if self.answers_again.is_some() => {}
            Seating::Unknown(_) => self.read_everything().await?,
        }
        Ok(match (&self.seating, self.paths.get(&path)) {
            (Seating::Unknown(doubt), _) => Err(NoDesk::Unknown(*doubt)),
            (Seating::Known(_), None) => Err(NoDesk::Ended),
            (Seating::Known(_), Some(session)) => self.seating.desk(session).cloned(),
        })
    }

    async fn doubt(&mut self, doubt: Doubt) -> Told {
        if self.seating == Seating::Unknown(doubt) {
            return Ok(());
        }
        self.seating = Seating::Unknown(doubt);
        self.paths.clear();
        self.tell(DeskEvent::Unknown(doubt)).await
    }

    async fn go_to_sleep(&mut self) -> Told {
        let which = self.delay.begin();
        self.tell(DeskEvent::GoingToSleep(which)).await
    }

    /// A signal may have been missed.
    async fn agree_about_sleep(&mut self, going_to_sleep: bool) -> Told {
        match (going_to_sleep, self.delay.is_going_to_sleep()) {
            (true, true) | (false, false) => Ok(()),
            (true, false) => self.go_to_sleep().await,
            (false, true) => {
                self.delay.release();
                self.tell(DeskEvent::WokenUp).await
            }
        }
    }

    async fn wake_up(&mut self) -> Told {
        self.delay.release();
        self.tell(DeskEvent::WokenUp).await?;
        self.read_everything().await
    }

    async fn tell_of(
        &mut self,
        path: OwnedObjectPath,
        event: impl FnOnce(SessionId) -> DeskEvent,
    ) -> Told {
        if !self.paths.contains_key(&path) {
            self.look_at(path.clone()).await?;
        }
        match self.paths.get(&path).cloned() {
            Some(session) => self.tell(event(session)).await,
            None => Ok(()),
        }
    }

    async fn tell(&mut self, event: DeskEvent) -> Told {
        let engine = self.events.upgrade().ok_or(Unwanted)?;
        engine.send(event.into()).await.map_err(|_| Unwanted)
    }
}

/// Waits for what there is to wait for, or for ever.
async fn maybe<F: Future<Output = ()> + Unpin>(future: Option<F>) {
    match future {
        Some(future) => future.await,
        None => pending().await,
    }
}
