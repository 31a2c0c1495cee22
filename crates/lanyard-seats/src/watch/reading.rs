//! Reading: what the watch does when it looks, and what it makes of what it finds or does not find.

use std::fmt::Display;

use zbus::OwnedObjectPath;

use super::{Told, Watch};
use crate::{
    Desk, DeskEvent, Doubt, Place, Seating, SessionId,
    logind::{Logind, LogindError},
};

impl<E: From<DeskEvent> + Send + 'static> Watch<E> {
    /// Reads one session and tells what is different.
    pub(super) async fn look_at(&mut self, path: OwnedObjectPath) -> Told {
        let Some(logind) = &self.logind else { return Ok(()) };
        match logind.session(&path).await {
            Ok(desk) if self.paths.get(&path).is_some_and(|before| *before != desk.session) => {
                self.distrust(&path, "it has another name now").await
            }
            Ok(desk) => {
                self.paths.insert(path, desk.session.clone());
                for event in self.seating.see(desk) {
                    self.tell(event).await?;
                }
                Ok(())
            }
            Err(LogindError::NoSuchThing) => self.removed(&path).await,
            Err(error @ LogindError::Unclear(_)) => self.distrust(&path, error).await,
            Err(error @ (LogindError::Gone | LogindError::Silent)) => self.failed(&error).await,
        }
    }

    /// A session that cannot be understood is nobody's desk.
    async fn distrust(&mut self, path: &OwnedObjectPath, why: impl Display + Send) -> Told {
        tracing::warn!(%path, %why, "a login session cannot be understood and does not count");
        self.removed(path).await
    }

    pub(super) async fn removed(&mut self, path: &OwnedObjectPath) -> Told {
        let session = self.paths.remove(path);
        match session.and_then(|session| self.seating.end(&session)) {
            Some(event) => self.tell(event).await,
            None => Ok(()),
        }
    }

    /// What is in the foreground changed: the sessions of all seats are looked at, those that lose it first.
    pub(super) async fn look_at_seats(&mut self) -> Told {
        let at_seat = |(path, id): (&OwnedObjectPath, &SessionId)| {
            let desk = self.seating.desk(id).ok()?;
            let seated = matches!(desk.place, Place::Seat(_));
            seated.then(|| (desk.active_at().is_none(), path.clone()))
        };
        let mut seated: Vec<_> = self.paths.iter().filter_map(at_seat).collect();
        seated.sort_by_key(|(in_background, _)| *in_background);
        for (_, path) in seated {
            // One that failed puts all in doubt: the others need not be waited for.
            if matches!(self.seating, Seating::Known(_)) {
                self.look_at(path).await?;
            }
        }
        Ok(())
    }

    /// Reads everything, and tells it or why it cannot be told.
    pub(super) async fn read_everything(&mut self) -> Told {
        self.answers_again = None;
        let Some(logind) = self.logind.clone() else {
            return self.doubt(Doubt::LogindAbsent).await;
        };
        if let Err(error) = self.delay.take(&logind).await {
            return self.failed(&error).await;
        }
        match everything(&logind).await {
            Ok((desks, going_to_sleep)) => {
                self.paths =
                    desks.iter().map(|(path, desk)| (path.clone(), desk.session.clone())).collect();
                self.seating = Seating::read(desks.into_iter().map(|(_, desk)| desk).collect());
                let known = self.seating.desks().cloned().collect();
                self.tell(DeskEvent::Known(known)).await?;
                self.agree_about_sleep(going_to_sleep).await
            }
            Err(error) => self.failed(&error).await,
        }
    }

    /// logind failed us.
    async fn failed(&mut self, error: &LogindError) -> Told {
        tracing::warn!(%error, "logind does not tell who is logged in: nobody counts as such");
        if let (LogindError::Silent, Some(logind)) = (error, &self.logind) {
            self.answers_again = Some(Box::pin(logind.clone().answers_again()));
        }
        self.doubt(error.doubt()).await
    }
}

/// Every session, where it is, and whether the machine is about to sleep.
async fn everything(logind: &Logind) -> Result<(Vec<(OwnedObjectPath, Desk)>, bool), LogindError> {
    let mut desks = Vec::new();
    for path in logind.sessions().await? {
        match logind.session(&path).await {
            Ok(desk) => desks.push((path, desk)),
            // It ended since the list was made.
            Err(LogindError::NoSuchThing) => {}
            Err(why @ LogindError::Unclear(_)) => {
                tracing::warn!(%path, %why, "a login session cannot be understood and does not count");
            }
            Err(error @ (LogindError::Gone | LogindError::Silent)) => return Err(error),
        }
    }
    let going_to_sleep = match logind.is_going_to_sleep().await {
        Ok(going_to_sleep) => going_to_sleep,
        Err(error @ (LogindError::Gone | LogindError::Silent)) => return Err(error),
        // It says so itself when it does.
        Err(LogindError::NoSuchThing | LogindError::Unclear(_)) => false,
    };
    Ok((desks, going_to_sleep))
}
