//! The role directory, asked for the engine: documents become what a session is offered.
//!
//! What is wrong with keys and documents is said in the journal, with the finding's word.

use std::{
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use lanyard_card::HolderUuid;
use lanyard_roles::{
    CloseDate, Document, Finding, HeldRole, Standing, Uuid,
    directory::{Answer, FolderDirectory, Found, Freshness, News, NoAnswer, RoleDirectory},
};
use lanyard_session::{DirectoryAnswer, Organisation, RoleId, RoleOffer, SessionId};
use lanyard_settings::Settings;
use tokio::sync::mpsc;

use crate::{
    clock,
    engine::{Allowed, Event},
};

/// The way to the directory. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    roles: Arc<dyn RoleDirectory>,
    close_date: CloseDate,
    patience: Duration,
    engine: mpsc::WeakSender<Event>,
}

impl Directory {
    /// Opens the folder and begins to watch it.
    ///
    /// # Errors
    /// When the system gives no descriptor or thread.
    pub(crate) fn open(settings: &Settings, engine: &mpsc::Sender<Event>) -> io::Result<Self> {
        let (weak, told) = (engine.downgrade(), engine.downgrade());
        let roles = FolderDirectory::open(settings.directory(), move |news| tell(&news, &told))?;
        Ok(Self {
            roles: Arc::new(roles),
            close_date: settings.roles.close_date,
            patience: settings.roles.answer_within_ms,
            engine: weak,
        })
    }

    /// Asks about the holder of a session, and tells the engine.
    pub(crate) fn ask(&self, session: SessionId, holder: &HolderUuid) {
        let directory = self.clone();
        let holder = Uuid::parse(holder.as_str());
        tokio::spawn(async move {
            let now = clock::timestamp();
            let answer = match holder {
                Some(holder) => directory.roles.look_up(holder, now, directory.patience).await,
                None => Err(NoAnswer::Closed),
            };
            let (answer, name) = directory.offers(answer, now);
            if let Some(engine) = directory.engine.upgrade() {
                // The engine may be gone by now; then nobody wants to know.
                let _ = engine.send(Event::RolesKnown { session, answer, name }).await;
            }
        });
    }

    fn offers(
        &self,
        answer: Result<Answer, NoAnswer>,
        now: Timestamp,
    ) -> (DirectoryAnswer<Allowed>, Option<String>) {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(%error, "no answer from the role directory");
                return (DirectoryAnswer::Failed, None);
            }
        };
        let freshness = match answer.freshness {
            Freshness::Current => lanyard_session::Freshness::Fresh,
            Freshness::Stale(_) => lanyard_session::Freshness::Stale,
        };
        match &answer.found {
            Found::Document(document) => {
                let roles = self.of_document(document, now);
                (DirectoryAnswer::Roles(roles, freshness), document.name().map(str::to_owned))
            }
            Found::Nobody => (DirectoryAnswer::Roles(Vec::new(), freshness), None),
            // Nobody can read it, and nothing was known of it: that withdraws nothing.
            Found::Refused(finding @ Finding::Unreadable(_)) => {
                tracing::error!(
                    finding = finding.word(),
                    "no answer from the role directory: {}",
                    told(finding)
                );
                (DirectoryAnswer::Failed, None)
            }
            Found::Refused(finding) => {
                tracing::error!(
                    finding = finding.word(),
                    "a role document does not count: {}",
                    told(finding)
                );
                (DirectoryAnswer::Roles(Vec::new(), freshness), None)
            }
        }
    }

    fn of_document(&self, document: &Document, now: Timestamp) -> Vec<RoleOffer<Allowed>> {
        for out in document.left_out() {
            let (number, finding) = (out.number, &out.finding);
            let told = told(finding);
            tracing::warn!(number, finding = finding.word(), "a role does not count: {told}");
        }
        document.roles().iter().filter_map(|held| self.offer(held, now)).collect()
    }

    /// A role that is open or will be.
    fn offer(&self, held: &HeldRole, now: Timestamp) -> Option<RoleOffer<Allowed>> {
        let standing = |at| held.standing(self.close_date, at);
        let (from, until) = match standing(now) {
            Standing::Closed(_) => return None,
            Standing::Open(until) => (None, until),
            Standing::NotYetOpen(from) => (Some(from), standing(from).changes()),
        };
        Some(RoleOffer {
            id: RoleId::new(held.role.id.as_str()),
            organisation: Organisation::new(held.role.organisation.as_str()),
            from: from.map(SystemTime::from),
            until: until.map(SystemTime::from),
            role: Allowed {
                role: Arc::new(held.role.clone()),
                organisation_name: held.organisation_name.clone(),
                proof: held.proof.clone(),
            },
        })
    }
}

fn tell(news: &News, engine: &mpsc::WeakSender<Event>) {
    let changed = |of| {
        if let Some(engine) = engine.upgrade() {
            // A full queue makes the watching thread wait: nothing is lost.
            let _ = engine.blocking_send(Event::RolesChanged(of));
        }
    };
    match news {
        News::Changed(uuid) => changed(HolderUuid::parse(&uuid.to_string())),
        News::AllChanged => changed(None),
        News::Keys(problems) => {
            for problem in problems {
                tracing::warn!("a key of a registration authority does not count: {problem}");
            }
        }
        News::NotWatched(error) => {
            tracing::warn!("changes of role documents cannot be watched: {error}");
        }
        News::SeenNotKept(error) => {
            tracing::warn!(
                "which role documents were seen is not kept for the next start: {error}"
            );
        }
    }
}

/// A finding for the log. What is malformed may quote the document, which has people's names.
fn told(finding: &Finding) -> String {
    match finding {
        Finding::Malformed(_) => "it is malformed; `lanyardctl roles check` tells where".to_owned(),
        Finding::Tampered
        | Finding::UnknownKey { .. }
        | Finding::KeyNotAllowed { .. }
        | Finding::WrongUuid
        | Finding::ReplayedOlder { .. }
        | Finding::Expired { .. }
        | Finding::NotYetIssued { .. }
        | Finding::TooLarge { .. }
        | Finding::Unsigned
        | Finding::Unreadable(_)
        | Finding::Lapsed(_) => finding.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use lanyard_roles::directory::LookUp;

    use super::*;

    #[derive(Debug)]
    struct Closed;

    impl RoleDirectory for Closed {
        fn look_up(&self, _: Uuid, _: Timestamp, _: Duration) -> LookUp<'_> {
            Box::pin(async { Err(NoAnswer::Closed) })
        }
    }

    /// What the engine is told when a document is refused.
    fn told(finding: Finding) -> DirectoryAnswer<Allowed> {
        let directory = Directory {
            roles: Arc::new(Closed),
            close_date: CloseDate::default(),
            patience: Duration::ZERO,
            engine: mpsc::channel(1).0.downgrade(),
        };
        let (found, now) = (Found::Refused(finding), Timestamp::UNIX_EPOCH);
        let freshness = Freshness::Stale(ErrorKind::NotFound);
        directory.offers(Ok(Answer { found, as_of: now, freshness }), now).0
    }

    #[test]
    fn a_folder_that_cannot_be_read_withdraws_what_counts_no_longer_and_nothing_else() {
        assert_eq!(told(Finding::Unreadable(ErrorKind::NotFound)), DirectoryAnswer::Failed);
        let none = DirectoryAnswer::Roles(Vec::new(), lanyard_session::Freshness::Stale);
        assert_eq!(told(Finding::Lapsed(ErrorKind::NotFound)), none);
        assert_eq!(told(Finding::Expired { at: Timestamp::UNIX_EPOCH }), none);
    }
}
