//! A person at a desktop: a passcode agent that does what a test says.

use std::{
    collections::{HashMap, VecDeque},
    fs::File,
    io::Write,
    os::fd::OwnedFd,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use lanyard_dbus::Error;
use tokio::{sync::Notify, task::spawn_blocking};
use zbus::{
    Connection, ObjectPath, OwnedFd as BusFd, OwnedObjectPath, OwnedVariant, Variant, interface,
    message::{Flags, Header},
};

/// Where the agent's object is on its connection.
pub const AGENT: &str = "/org/example/Agent";

/// What the person, or the agent, does when a passcode is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Types this.
    Types(Vec<u8>),
    /// Types this, and says yes to risking the last try.
    TypesWithYes(Vec<u8>),
    /// Types this, and accepts no terms.
    TypesWithoutTerms(Vec<u8>),
    /// Types this once they are told to go on.
    TypesWhenTold(Vec<u8>),
    /// Closes the prompt.
    Cancels,
    /// Answers with an error.
    Fails,
    /// Never answers.
    Hangs,
    /// Writes this and never answers nor closes the pipe.
    WritesAndHangs(Vec<u8>),
    /// Writes this, answers, and never closes the pipe.
    NeverCloses(Vec<u8>),
}

/// What an agent was told.
#[derive(Debug)]
pub struct Shown {
    /// The method.
    pub method: &'static str,
    /// The card that it was about.
    pub card: OwnedObjectPath,
    /// The details, or the outcome that `Cancel` names.
    pub details: HashMap<String, OwnedVariant>,
    /// Whether the caller wants an answer.
    pub answer_wanted: bool,
}

/// A person. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Person(Arc<State>);

#[derive(Debug, Default)]
struct State {
    script: Mutex<VecDeque<Does>>,
    shown: Mutex<Vec<Shown>>,
    kept: Mutex<Vec<File>>,
    typed_at: Mutex<Option<Instant>>,
    news: Notify,
    goes_on: Notify,
}

impl Does {
    /// Types this text.
    pub fn types(text: &str) -> Self {
        Self::Types(text.as_bytes().to_vec())
    }

    /// Types this text once they are told to go on.
    pub fn types_when_told(text: &str) -> Self {
        Self::TypesWhenTold(text.as_bytes().to_vec())
    }

    /// Types this text, and says yes to risking the last try.
    pub fn types_with_yes(text: &str) -> Self {
        Self::TypesWithYes(text.as_bytes().to_vec())
    }
}

impl Person {
    /// A person who does nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what they do at the next prompt that nothing was said of. Without a word they hang.
    pub fn then(&self, does: Does) -> &Self {
        lock(&self.0.script).push_back(does);
        self
    }

    /// Forgets what was said for prompts that did not come, and what was shown.
    pub fn forget(&self) -> &Self {
        lock(&self.0.script).clear();
        self.shown();
        self
    }

    /// Serves their agent on a connection, unregistered.
    pub async fn sit_at(&self, connection: &Connection) {
        connection.object_server().at(AGENT, self.clone()).await.unwrap();
    }

    /// What they were shown so far, taken away.
    pub fn shown(&self) -> Vec<Shown> {
        std::mem::take(&mut lock(&self.0.shown))
    }

    /// Returns once they have been shown something that was not taken away.
    pub async fn is_shown_something(&self) {
        while lock(&self.0.shown).is_empty() {
            self.0.news.notified().await;
        }
    }

    /// When they had typed last: all that was left for their agent was to close the pipe and to answer.
    pub fn typed_at(&self) -> Option<Instant> {
        *lock(&self.0.typed_at)
    }

    #[expect(clippy::disallowed_methods, reason = "a bench counts from here")]
    fn has_typed(&self) {
        *lock(&self.0.typed_at) = Some(Instant::now());
    }

    /// Tells them to go on, once.
    pub fn goes_on(&self) {
        self.0.goes_on.notify_one();
    }

    fn see(
        &self,
        method: &'static str,
        card: ObjectPath<'_>,
        details: HashMap<String, OwnedVariant>,
        header: &Header<'_>,
    ) {
        let answer_wanted = !header.primary().flags().contains(Flags::NO_REPLY_EXPECTED);
        lock(&self.0.shown).push(Shown { method, card: card.into(), details, answer_wanted });
        self.0.news.notify_waiters();
        self.0.news.notify_one();
    }
}

impl Shown {
    /// A text among the details.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.details.get(key).and_then(|value| <&str>::try_from(&**value).ok())
    }

    /// A number among the details.
    pub fn number(&self, key: &str) -> Option<i32> {
        self.details.get(key).and_then(|value| i32::try_from(&**value).ok())
    }

    /// Whether this is said among the details.
    pub fn says(&self, key: &str) -> bool {
        self.details.get(key).is_some_and(|value| bool::try_from(&**value) == Ok(true))
    }
}

#[interface(name = "org.lanyard.Lanyard1.PasscodeAgent", introspection_docs = false)]
impl Person {
    async fn request_passcode(
        &self,
        card: ObjectPath<'_>,
        details: HashMap<String, OwnedVariant>,
        passcode: BusFd,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<HashMap<&'static str, Variant<'static>>, Error> {
        let does = lock(&self.0.script).pop_front().unwrap_or(Does::Hangs);
        self.see("RequestPasscode", card, details, &header);
        let pipe = File::from(OwnedFd::from(passcode));
        let said = |last_try_ok: bool, terms_accepted: bool| {
            Ok(HashMap::from([
                ("last-try-ok", Variant::from(last_try_ok)),
                ("terms-accepted", Variant::from(terms_accepted)),
            ]))
        };
        match does {
            Does::Types(bytes) => {
                let pipe = write(pipe, bytes).await;
                self.has_typed();
                drop(pipe);
                said(false, true)
            }
            Does::TypesWithYes(bytes) => {
                drop(write(pipe, bytes).await);
                said(true, true)
            }
            Does::TypesWithoutTerms(bytes) => {
                drop(write(pipe, bytes).await);
                said(false, false)
            }
            Does::TypesWhenTold(bytes) => {
                self.0.goes_on.notified().await;
                drop(write(pipe, bytes).await);
                said(false, true)
            }
            Does::Cancels => Err(Error::Cancelled("no".to_owned())),
            Does::Fails => Err(Error::AccessDenied("no idea".to_owned())),
            Does::Hangs => {
                lock(&self.0.kept).push(pipe);
                std::future::pending().await
            }
            Does::WritesAndHangs(bytes) => {
                let pipe = write(pipe, bytes).await;
                lock(&self.0.kept).push(pipe);
                std::future::pending().await
            }
            Does::NeverCloses(bytes) => {
                let pipe = write(pipe, bytes).await;
                lock(&self.0.kept).push(pipe);
                said(false, true)
            }
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "as the interface macro hands it in")]
    fn enter_at_reader(
        &self,
        card: ObjectPath<'_>,
        details: HashMap<String, OwnedVariant>,
        #[zbus(header)] header: Header<'_>,
    ) {
        self.see("EnterAtReader", card, details, &header);
    }

    #[expect(clippy::needless_pass_by_value, reason = "as the interface macro hands it in")]
    fn cancel(&self, card: ObjectPath<'_>, reason: String, #[zbus(header)] header: Header<'_>) {
        let reason = OwnedVariant::try_from(Variant::from(reason)).unwrap();
        self.see("Cancel", card, HashMap::from([("reason".to_owned(), reason)]), &header);
    }
}

/// Writes on a thread of its own: a pipe that nobody reads makes its writer wait.
async fn write(mut pipe: File, bytes: Vec<u8>) -> File {
    let written = spawn_blocking(move || {
        // A pipe that the daemon has closed refuses what is written.
        let _ = pipe.write_all(&bytes);
        pipe
    });
    written.await.unwrap()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
