//! The fourth act: roles and sessions, as an application of the same desktop is told of them.

use lanyard_dbus::{SessionDescription, SessionProxy};
use lanyard_stack::Card;
use lanyard_witness::{Does, Options, Witness, ended};
use zbus::OwnedObjectPath;

use super::{
    passcodes::{RIGHT, is_as, with_tries},
    play::{Play, expect, now},
};
use crate::DemoError;

/// Something that a GP may do, and something that she lacks.
const PRESCRIBING: &str = "B0420";
const CHILD_PROTECTION: &str = "B0107";

/// An application of the desktop, which has subscribed.
pub(super) struct Application {
    witness: Witness,
    /// The session that it was told of last.
    session: Option<OwnedObjectPath>,
}

impl Play {
    pub(super) fn an_application_subscribes(&mut self) -> Result<Application, DemoError> {
        self.since = now();
        let address = self.stack.bus().address().to_owned();
        let witness = self.runtime.block_on(Witness::on_bus(&address));
        self.see("an application subscribes: nobody is signed in", |play| {
            play.runtime.block_on(async {
                let manager = witness.manager().await;
                manager.subscribe().await.map_err(said)?;
                expect("a session", &true, &manager.current_session().await.is_err())
            })
        })?;
        Ok(Application { witness, session: None })
    }

    pub(super) fn one_role_of_three(
        &mut self,
        card: &Card,
        application: &mut Application,
    ) -> Result<(), DemoError> {
        self.swap(card, "gp", "the GP's card is in")?;
        self.see_state("it is read", "ready", "", 3)?;
        let right = Does::types(RIGHT);
        self.enter("she signs in", right, &with_tries("ok", 3))?;
        self.session_starts("SessionStarted: the application knows", application)?;
        self.see("RolesOffered: she has three roles", |play| {
            play.runtime.block_on(async {
                application.hears::<()>("RolesOffered").await;
                expect("roles", &3, &application.described().await?.roles.len())
            })
        })?;
        self.takes_role(0, "she chooses one: RoleSelected", application)?;
        self.takes_role(1, "and switches to another practice", application)?;
        self.see("HasActivity: she may prescribe", |play| {
            let has = play.runtime.block_on(application.has(PRESCRIBING))?;
            expect("prescribing", &true, &has)
        })
    }

    pub(super) fn something_is_missing(
        &mut self,
        application: &Application,
    ) -> Result<(), DemoError> {
        self.since = now();
        self.see("and not see the child protection flag:", |play| {
            let has = play.runtime.block_on(application.has(CHILD_PROTECTION))?;
            expect("the flag", &false, &has)
        })?;
        let check = ["roles", "check", "cp-is-unscheduled"];
        let ctl = self.stack.own("lanyardctl")?.args(["--bus", self.stack.bus().address()]);
        let said = ctl.args(check).run()?;
        self.see("`lanyardctl roles check` says what is missing", |_| {
            expect("what is missing", &true, &said.stdout.contains("lacks B0107"))
        })
    }

    pub(super) fn signed_in_everywhere(&mut self) -> Result<(), DemoError> {
        self.person.forget();
        self.since = now();
        self.see("another application asks: ok, without a prompt", |play| {
            let usual = Options::from([("fresh", false.into())]);
            let request = play.runtime.block_on(play.witness.request("/", usual));
            let answer = play.runtime.block_on(ended(&request));
            expect("the outcome", "ok", &*answer.outcome)?;
            expect("prompts", &0, &play.person.shown().len())
        })
    }

    pub(super) fn she_pulls_the_card(
        &mut self,
        card: &Card,
        application: &mut Application,
    ) -> Result<(), DemoError> {
        self.since = now();
        card.remove()?;
        self.see_removed("she pulls the card")?;
        self.see("SessionEnded: card-removed, at the application", |play| {
            let hears = application.hears::<(OwnedObjectPath, String)>("SessionEnded");
            let (session, reason) = play.runtime.block_on(hears);
            expect("the session", &application.session, &Some(session))?;
            expect("the reason", "card-removed", &*reason)
        })
    }

    pub(super) fn the_other_nurse(
        &mut self,
        card: &Card,
        application: &mut Application,
    ) -> Result<(), DemoError> {
        self.since = now();
        card.command("insert ten-tries")?;
        self.see_inserted("the other nurse's card is in")?;
        self.see_state("it is read", "ready", "", 3)?;
        self.enter("she signs in", Does::types(RIGHT), &with_tries("ok", 3))?;
        self.session_starts("SessionStarted: the application knows", application)?;
        self.see("RoleSelected: her only role is taken", |play| {
            play.runtime.block_on(async {
                let taken: String = application.hears("RoleSelected").await;
                let role = application.described().await?.role;
                expect("the role", &Some(taken), &role.map(|role| role.id))
            })
        })
    }

    pub(super) fn she_locks_it(&mut self, application: &mut Application) -> Result<(), DemoError> {
        self.since = now();
        self.see("she locks it: nothing may be done", |play| {
            play.runtime.block_on(async {
                application.session().await?.lock().await.map_err(said)?;
                application.is_in("locked").await;
                expect("a nurse's activity", &false, &application.has("B0360").await?)
            })
        })?;
        self.since = now();
        self.see("her passcode goes on with it, in her role", |play| {
            play.person.then(Does::types(RIGHT));
            let usual = Options::from([("fresh", false.into())]);
            let request = play.runtime.block_on(play.witness.request("/", usual));
            is_as(&with_tries("ok", 3), &play.runtime.block_on(ended(&request)))?;
            play.runtime.block_on(async {
                application.is_in("active").await;
                expect("a nurse's activity", &true, &application.has("B0360").await?)
            })
        })
    }

    fn session_starts(
        &mut self,
        what: &str,
        application: &mut Application,
    ) -> Result<(), DemoError> {
        self.see(what, |play| {
            let started = play.runtime.block_on(application.hears("SessionStarted"));
            application.session = Some(started);
            Ok(())
        })
    }

    /// She takes the role at this place in the list.
    fn takes_role(
        &mut self,
        place: usize,
        what: &str,
        application: &mut Application,
    ) -> Result<(), DemoError> {
        let described = self.runtime.block_on(application.described())?;
        let role = described.roles.into_iter().nth(place).map(|role| role.id).unwrap_or_default();
        self.since = now();
        self.see(what, |play| {
            play.runtime.block_on(async {
                application.session().await?.select_role(&role).await.map_err(said)?;
                expect("the role", &role, &application.hears("RoleSelected").await)
            })
        })
    }
}

impl Application {
    /// What the next signal of this name says.
    async fn hears<T>(&mut self, member: &str) -> T
    where
        T: for<'a> zbus::wire::DynamicDeserialize<'a>,
    {
        let signal = self.witness.signal(|message| {
            let is_it = message.header().member()?.as_str() == member;
            is_it.then(|| message.body().deserialize().ok())?
        });
        signal.await
    }

    /// Waits until the session is said to be in this state.
    async fn is_in(&mut self, state: &str) {
        while self.hears::<String>("StateChanged").await != state {}
    }

    async fn session(&self) -> Result<SessionProxy<'static>, DemoError> {
        let session = self.session.clone();
        let session = session.ok_or_else(|| plot("a session", "none"))?;
        let proxy = SessionProxy::builder(self.witness.connection()).path(session);
        proxy.build().await.map_err(said)
    }

    async fn described(&self) -> Result<SessionDescription, DemoError> {
        let answer = self.session().await?.describe().await.map_err(said)?;
        SessionDescription::from_answer(answer).map_err(said)
    }

    async fn has(&self, activity: &str) -> Result<bool, DemoError> {
        self.session().await?.has_activity(activity).await.map_err(said)
    }
}

fn said(error: impl std::fmt::Display) -> DemoError {
    plot("an answer", &error.to_string())
}

fn plot(expected: &str, found: &str) -> DemoError {
    DemoError::Plot { expected: expected.to_owned(), found: found.to_owned() }
}
