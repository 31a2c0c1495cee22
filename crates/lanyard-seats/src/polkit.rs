//! What polkit grants (polkit(8), `org.freedesktop.PolicyKit1.Authority`).
//!
//! Subjects are connections of the bus, never processes. Without polkit the answer is [`Verdict::Absent`]: what then
//! holds is for the guard's own table to say. Every other failure is a refusal.

mod cancel;

use std::{collections::HashMap, sync::Arc, sync::atomic::AtomicU64, sync::atomic::Ordering};

use futures_util::StreamExt;
use tokio::time::timeout;
use zbus::{
    Connection, MessageStream, Variant, fdo,
    message::{Flags, Header},
    names::UniqueName,
};

use crate::{
    Action, Deadlines,
    ear::{new_owner, owner, owner_of, subscribe},
};
use cancel::Cancelling;

const NAME: &str = "org.freedesktop.PolicyKit1";
const PATH: &str = "/org/freedesktop/PolicyKit1/Authority";
const AUTHORITY: &str = "org.freedesktop.PolicyKit1.Authority";

/// Whether polkit may ask a person, who may take her time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// The caller is prepared to wait.
    Allowed,
    /// It is not.
    NotAllowed,
}

/// What polkit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The caller may.
    Granted,
    /// It may not.
    Refused,
    /// It might, if a person could be asked.
    NeedsPerson,
    /// A person was asked, and closed the question.
    Dismissed,
    /// The caller has left the bus: whatever is answered is void.
    CallerLeft,
    /// There is no polkit on this machine.
    Absent,
    /// No answer came in time.
    Silent,
    /// Its answer is an error or cannot be understood. It is that for an action that it has no policy for, and when
    /// we are not the user whom the policy lets ask.
    Failed(String),
}

/// Asks polkit.
#[derive(Clone, Debug)]
pub struct Polkit {
    connection: Connection,
    deadlines: Deadlines,
    asked: Arc<AtomicU64>,
}

impl Interaction {
    /// What the caller of a method allows: the flag `ALLOW_INTERACTIVE_AUTHORIZATION` of its call.
    pub fn of(call: &Header<'_>) -> Self {
        if call.primary().flags().contains(Flags::ALLOW_INTERACTIVE_AUTH) {
            Self::Allowed
        } else {
            Self::NotAllowed
        }
    }
}

impl Polkit {
    /// Asks over this connection.
    pub fn new(connection: &Connection, deadlines: Deadlines) -> Self {
        Self { connection: connection.clone(), deadlines, asked: Arc::default() }
    }

    /// Whether a connection's user may do this. When the answer is not waited for any more, for whatever reason,
    /// polkit is told so, and asks nobody any longer.
    pub async fn ask(
        &self,
        caller: &UniqueName<'_>,
        action: Action,
        interaction: Interaction,
    ) -> Verdict {
        let patience = match interaction {
            Interaction::Allowed => self.deadlines.person,
            Interaction::NotAllowed => self.deadlines.polkit,
        };
        let verdict = timeout(patience, self.verdict(caller, action, interaction)).await;
        let verdict = verdict.unwrap_or(Verdict::Silent);
        tracing::debug!(%caller, action = action.id(), ?verdict, "polkit");
        verdict
    }

    async fn verdict(
        &self,
        caller: &UniqueName<'_>,
        action: Action,
        interaction: Interaction,
    ) -> Verdict {
        let mut changes = match self.changes_of(caller).await {
            Ok(Some(changes)) => changes,
            Ok(None) => return Verdict::CallerLeft,
            Err(error) => return Verdict::Failed(error.to_string()),
        };
        tokio::select! {
            // First: what was answered after the caller left is void.
            biased;
            () = left(&mut changes) => Verdict::CallerLeft,
            verdict = self.check(caller, action, interaction) => verdict,
        }
    }

    /// Tells when the caller leaves; none when it has.
    async fn changes_of(&self, caller: &UniqueName<'_>) -> zbus::Result<Option<MessageStream>> {
        let changes = subscribe(&self.connection, owner_of(caller)?).await?;
        Ok(owner(&self.connection, caller).await?.map(|_| changes))
    }

    async fn check(
        &self,
        caller: &UniqueName<'_>,
        action: Action,
        interaction: Interaction,
    ) -> Verdict {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let cancelling = Cancelling::new(&self.connection, format!("lanyard-{number}"));
        let subject =
            ("system-bus-name", HashMap::from([("name", Variant::from(caller.as_str()))]));
        let details: HashMap<&str, &str> = HashMap::new();
        let flags: u32 = match interaction {
            Interaction::Allowed => 1,
            Interaction::NotAllowed => 0,
        };
        let question = (subject, action.id(), details, flags, cancelling.id());
        let answer = self
            .connection
            .call_method(Some(NAME), PATH, Some(AUTHORITY), "CheckAuthorization", &question)
            .await;
        cancelling.answered();
        match answer {
            Ok(answer) => match answer.body().deserialize() {
                Ok(result) => Verdict::of(result),
                Err(error) => Verdict::Failed(error.to_string()),
            },
            // polkit itself may hand on such an error, about somebody else's name.
            Err(zbus::Error::FDO(error)) if matches!(*error, fdo::Error::ServiceUnknown(_)) => {
                match owner(&self.connection, NAME).await {
                    Ok(None) => Verdict::Absent,
                    Ok(Some(_)) => Verdict::Failed(error.to_string()),
                    Err(error) => Verdict::Failed(error.to_string()),
                }
            }
            Err(error) => Verdict::Failed(error.to_string()),
        }
    }
}

impl Verdict {
    /// Whether it is granted, whether a person must be asked, and what else polkit says.
    fn of((granted, person, details): (bool, bool, HashMap<String, String>)) -> Self {
        match (granted, person) {
            (true, _) => Self::Granted,
            (false, true) => Self::NeedsPerson,
            (false, false) if details.contains_key("polkit.dismissed") => Self::Dismissed,
            (false, false) => Self::Refused,
        }
    }
}

/// Returns when the caller has left, or the bus.
async fn left(changes: &mut MessageStream) {
    while let Some(Ok(change)) = changes.next().await {
        if new_owner(&change) == Some(None) {
            return;
        }
    }
}
