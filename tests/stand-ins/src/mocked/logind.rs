//! logind, played by python-dbusmock with `templates/login.py`.

use std::collections::HashMap;

use rustix::process::{Pid, Signal, kill_process};
use zbus::{Message, Variant};

use super::Mocked;
use crate::PrivateBus;

/// A logind on the bus.
#[derive(Debug)]
pub struct MockedLogind(Mocked);

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/login.py");

impl MockedLogind {
    /// Starts it, with nobody logged in.
    ///
    /// # Panics
    /// When python3-dbusmock is not there.
    pub async fn start(bus: &PrivateBus) -> Self {
        Self(Mocked::start(bus, TEMPLATE, NAME, PATH).await)
    }

    /// Somebody logs in, and is in the foreground if nobody is.
    pub async fn log_in(&self, session: &str, seat: &str, uid: u32) {
        self.0.play("LogIn", &(session, seat, uid)).await;
    }

    /// Somebody logs out.
    pub async fn log_out(&self, session: &str) {
        self.0.play("LogOut", &(session,)).await;
    }

    /// A process runs in a session.
    pub async fn runs(&self, pid: u32, session: &str) {
        self.0.play("Runs", &(pid, session)).await;
    }

    /// A user is shown things in a session; in none when it is empty.
    pub async fn shows(&self, uid: u32, session: &str) {
        self.0.play("Shows", &(uid, session)).await;
    }

    /// Somebody else's session comes to the foreground.
    pub async fn switch_to(&self, session: &str) {
        self.0.play("SwitchTo", &(session,)).await;
    }

    /// Properties of a session change.
    pub async fn becomes(&self, session: &str, properties: &[(&str, Variant<'_>)]) {
        let properties: HashMap<&str, &Variant<'_>> =
            properties.iter().map(|(name, value)| (*name, value)).collect();
        self.0.play("Becomes", &(session, properties)).await;
    }

    /// `loginctl lock-session`.
    pub async fn lock(&self, session: &str) {
        self.of_session(session, "Lock").await;
    }

    /// `loginctl unlock-session`.
    pub async fn unlock(&self, session: &str) {
        self.of_session(session, "Unlock").await;
    }

    /// What a desktop tells logind of its screen.
    pub async fn screen_is_locked(&self, session: &str, locked: bool) {
        let path = format!("{PATH}/session/{session}");
        self.0.call(&path, SESSION, "SetLockedHint", &(locked,)).await;
    }

    /// The machine is about to sleep, or woke up.
    pub async fn sleeps(&self, begins: bool) {
        self.0.play("Sleeps", &(begins,)).await;
    }

    /// Who delays what: (what, who, why, mode).
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn inhibitors(&self) -> Vec<(String, String, String, String)> {
        type Row = (String, String, String, String, u32, u32);
        let answer = self.0.call(PATH, MANAGER, "ListInhibitors", &()).await;
        let rows: Vec<Row> = answer.body().deserialize().unwrap();
        rows.into_iter().map(|(what, who, why, mode, ..)| (what, who, why, mode)).collect()
    }

    /// It does not answer any more, until it goes on.
    ///
    /// # Panics
    /// When it has ended.
    pub fn hang(&self) {
        self.signal(Signal::STOP);
    }

    /// It goes on, beginning with what it was asked meanwhile.
    ///
    /// # Panics
    /// When it has ended.
    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    /// It dies.
    pub async fn kill(self) {
        self.0.kill().await;
    }

    async fn of_session(&self, session: &str, method: &str) -> Message {
        self.0.call(&format!("{PATH}/session/{session}"), SESSION, method, &()).await
    }

    fn signal(&self, signal: Signal) {
        let pid = self.0.process.id().and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
        kill_process(pid.unwrap(), signal).unwrap();
    }
}
