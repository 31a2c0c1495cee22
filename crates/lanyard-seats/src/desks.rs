//! The way in: who calls, and the word that the machine may sleep.

use std::{path::Path, time::Duration};

use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};
use zbus::{
    Connection, OwnedObjectPath,
    fdo::{self, ConnectionCredentials},
    names::{OwnedUniqueName, UniqueName},
};

use crate::{
    Caller, CallerError, Class, Deadlines, Desk, DeskEvent, Doubt, NoDesk, SleepId,
    ear::{self, BUS},
    logind::{Logind, LogindError},
    notes::Notes,
    process::Pinned,
    watch::{Question, Watch},
};

/// Where logind keeps its sessions.
pub const NOTES: &str = "/run/systemd/sessions";

/// Callers who wait for their turn.
const QUESTIONS: usize = 64;

/// Asks who calls. Clones ask the same watch, which ends with the last of them.
#[derive(Clone, Debug)]
pub struct Desks {
    connection: Connection,
    deadlines: Deadlines,
    /// None where nobody asks for desks.
    watch: Option<ToWatch>,
}

/// The way to the watch.
#[derive(Clone, Debug)]
struct ToWatch {
    owner: watch::Receiver<Option<OwnedUniqueName>>,
    questions: mpsc::Sender<Question>,
    within: Duration,
}

impl Desks {
    /// Begins to watch who sits where, by logind's signals and its notes, the folder [`NOTES`]. The events go to `events`, into which they are turned; the first tells what
    /// there is, or the doubt. It comes when logind has answered, which is not waited for here.
    ///
    /// The watch ends with the last clone, and when there is nobody any more to tell. What could be told does not keep
    /// `events` open.
    ///
    /// # Errors
    /// When the bus does not answer, or refuses to tell.
    pub async fn connect<E>(
        connection: &Connection,
        deadlines: Deadlines,
        events: mpsc::WeakSender<E>,
        notes: &Path,
    ) -> Result<Self, zbus::Error>
    where
        E: From<DeskEvent> + Send + 'static,
    {
        let hearing = timeout(deadlines.bus, ear::listen(connection)).await;
        let hearing =
            hearing.map_err(|_| zbus::Error::Failure("the bus is silent".to_owned()))??;
        let (questions, asked) = mpsc::channel(QUESTIONS);
        let owner = hearing.owner.clone();
        let watch = Watch::new(connection, deadlines, (hearing, Notes::of(notes)), events);
        tokio::spawn(watch.keep(asked));
        let watch = Some(ToWatch { owner, questions, within: deadlines.logind });
        Ok(Self { connection: connection.clone(), deadlines, watch })
    }

    /// Users alone are known, and every desk is [`NoDesk::NotAsked`]: for connections without a bus.
    pub fn not_asked(connection: &Connection) -> Self {
        Self { connection: connection.clone(), deadlines: Deadlines::default(), watch: None }
    }

    /// Who speaks from a connection of the bus. Every event that the answer rests on was sent before it is given;
    /// whoever acts on it later asks [`Caller::now`].
    ///
    /// Nothing about callers is kept: the next call is asked about anew.
    ///
    /// # Errors
    /// Why nobody can say whose connection it is.
    pub async fn caller(&self, sender: &UniqueName<'_>) -> Result<Caller, CallerError> {
        let known = self.credentials(sender).await?;
        let uid = known.unix_user_id().ok_or(CallerError::Unidentified)?;
        let pid = known.process_id();
        let pinned = known.into_process_fd().map(|pidfd| Pinned::by_descriptor(pidfd.into()));
        Ok(Caller { uid, pid, desk: self.desk_of(uid, pid, pinned).await })
    }

    /// Who a process is that is known otherwise than by the bus, as the peer of a connection without one.
    pub async fn process(&self, uid: u32, pid: Option<u32>) -> Caller {
        Caller { uid, pid, desk: self.desk_of(uid, pid, None).await }
    }

    /// Everything that had to be done before the machine sleeps is done. Waits for nothing, so that the engine can
    /// say it whose events the watch may be waiting to tell.
    pub fn ready_to_sleep(&self, which: SleepId) {
        if let Some(watch) = &self.watch {
            // Where too much is asked already, the watch's patience ends instead.
            let _ = watch.questions.try_send(Question::ReadyToSleep(which));
        }
    }

    async fn credentials(
        &self,
        sender: &UniqueName<'_>,
    ) -> Result<ConnectionCredentials, CallerError> {
        let path = "/org/freedesktop/DBus";
        let asked = (sender.as_str(),);
        let answer = self.connection.call_method(
            Some(BUS),
            path,
            Some(BUS),
            "GetConnectionCredentials",
            &asked,
        );
        match timeout(self.deadlines.bus, answer).await {
            Ok(Ok(answer)) => answer.body().deserialize().map_err(CallerError::Bus),
            Ok(Err(zbus::Error::FDO(error))) if matches!(*error, fdo::Error::NameHasNoOwner(_)) => {
                Err(CallerError::Left)
            }
            Ok(Err(error)) => Err(CallerError::Bus(error)),
            Err(_) => Err(CallerError::BusSilent),
        }
    }

    /// The desk of a process of this user: by its own session, else by the one in which the user is shown things.
    async fn desk_of(
        &self,
        uid: u32,
        pid: Option<u32>,
        pinned: Option<Pinned>,
    ) -> Result<Desk, NoDesk> {
        let watch = self.watch.as_ref().ok_or(NoDesk::NotAsked)?;
        let owner = watch.owner.borrow().clone();
        let owner = owner.ok_or(NoDesk::Unknown(Doubt::LogindAbsent))?;
        let logind = Logind::new(&self.connection, owner, self.deadlines.logind);
        let found = watch.by_process(&logind, pid, pinned).await?;
        let desk = match found {
            // A service manager's session is no desk, and everything it starts belongs to the user's display.
            Some(desk) if desk.class != Class::Manager => desk,
            Some(_) | None => watch.by_display(&logind, uid).await?,
        };
        if desk.uid == uid { Ok(desk) } else { Err(NoDesk::SomebodyElses) }
    }
}

impl ToWatch {
    /// The desk of the session that a process runs in; none when it runs in none.
    async fn by_process(
        &self,
        logind: &Logind,
        pid: Option<u32>,
        pinned: Option<Pinned>,
    ) -> Result<Option<Desk>, NoDesk> {
        let Some(pid) = pid else { return Ok(None) };
        let pinned = match pinned {
            Some(pinned) => pinned,
            None => Pinned::by_number(pid).map_err(|_| NoDesk::ProcessGone)?,
        };
        let session = match logind.session_of(pid).await {
            Ok(session) => Some(session),
            Err(LogindError::NoSuchThing) => None,
            Err(error) => return Err(self.doubted(&error).await),
        };
        if !pinned.still_runs() {
            return Err(NoDesk::ProcessGone);
        }
        match session {
            Some(session) => self.desk(session).await.map(Some),
            None => Ok(None),
        }
    }

    /// The desk of the session in which a user is shown things.
    async fn by_display(&self, logind: &Logind, uid: u32) -> Result<Desk, NoDesk> {
        match logind.display_of(uid).await {
            Ok(Some(session)) => self.desk(session).await,
            Ok(None) => Err(NoDesk::NoDisplay),
            Err(LogindError::NoSuchThing) => Err(NoDesk::NotLoggedIn),
            Err(error) => Err(self.doubted(&error).await),
        }
    }

    /// A session's desk as the watch knows it, after the events that say so.
    async fn desk(&self, session: OwnedObjectPath) -> Result<Desk, NoDesk> {
        let (reply, answer) = oneshot::channel();
        let asked = async {
            // A watch that has ended drops the question, and with it the reply.
            self.say(Question::DeskAt(session, reply)).await;
            answer.await.unwrap_or(Err(NoDesk::Unknown(Doubt::BusGone)))
        };
        timeout(self.within, asked).await.unwrap_or(Err(NoDesk::NotInTime))
    }

    /// logind failed a caller. When it is silent, nobody can rely on what it said before either.
    async fn doubted(&self, error: &LogindError) -> NoDesk {
        tracing::warn!(%error, "logind does not tell where a caller sits");
        if matches!(error, LogindError::Silent) {
            self.say(Question::Doubted).await;
        }
        NoDesk::Unknown(error.doubt())
    }
    async fn say(&self, question: Question) {
        // A watch that has ended knows nothing any more, and holds nothing up.
        let _ = self.questions.send(question).await;
    }
}

impl Deadlines {
    /// How long it takes at most to say who calls: one answer of the bus, then three of logind and one of the watch.
    pub fn caller(&self) -> Duration {
        self.bus + self.logind * 4
    }
}
