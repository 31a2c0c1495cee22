//! `org.lanyard.Lanyard1.Request`, one object a request. Its maker's alone: for everybody else it is not there.

use std::collections::HashMap;

use lanyard_dbus::Error;
use lanyard_trust::Expiry;
use zbus::{
    BoxDBusError, Connection, Variant, fdo, interface, message::Header,
    object_server::SignalEmitter,
};

use super::{Published, callers, door::Door, gone, paths};
use crate::{
    engine::{Conclusion, Question, Request, RequestId, refusal_of, request_of},
    guard::Method,
};

#[derive(Debug)]
pub(super) struct RequestObject {
    id: RequestId,
    published: Published,
    door: Door,
}

impl RequestObject {
    pub(super) const fn new(id: RequestId, published: Published, door: Door) -> Self {
        Self { id, published, door }
    }

    /// Reads a property for whoever asks. Nobody asks when the object server itself looks.
    fn read<T>(
        &self,
        header: Option<&Header<'_>>,
        property: impl FnOnce(&Request) -> T,
    ) -> fdo::Result<T> {
        let client = header.map(callers::name_of).ok_or_else(|| gone("request"))?;
        let picture = self.published.borrow();
        request_of(&picture, self.id, &client).map(property).ok_or_else(|| gone("request"))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the interface macro hands headers in by value")]
#[interface(name = "org.lanyard.Lanyard1.Request", introspection_docs = false)]
impl RequestObject {
    #[zbus(property(emits_changed_signal = "false"))]
    fn state(&self, #[zbus(header)] header: Option<Header<'_>>) -> fdo::Result<&'static str> {
        self.read(header.as_ref(), |request| request.state().as_str())
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn outcome(&self, #[zbus(header)] header: Option<Header<'_>>) -> fdo::Result<&'static str> {
        self.read(header.as_ref(), |request| {
            request.conclusion.as_ref().map_or("", |conclusion| conclusion.outcome.as_str())
        })
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn details(
        &self,
        #[zbus(header)] header: Option<Header<'_>>,
    ) -> fdo::Result<HashMap<&'static str, Variant<'static>>> {
        self.read(header.as_ref(), |request| {
            let conclusion = request.conclusion.as_ref();
            conclusion.map(|it| details(it, &self.door)).unwrap_or_default()
        })
    }

    async fn cancel(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), BoxDBusError> {
        self.read(Some(&header), |_| ())?;
        let cancelled = async {
            let client = self.door.client(Method::CancelRequest, connection, &header).await?;
            self.door.ask(client, Question::Cancel(self.id)).await
        };
        cancelled.await.map(drop).map_err(|error: Error| Box::new(error) as BoxDBusError)
    }

    #[zbus(signal)]
    pub(super) async fn completed(
        emitter: &SignalEmitter<'_>,
        outcome: &str,
        details: HashMap<&str, Variant<'_>>,
    ) -> zbus::Result<()>;
}

/// What there is to say beyond the outcome.
pub(super) fn details(
    conclusion: &Conclusion,
    door: &Door,
) -> HashMap<&'static str, Variant<'static>> {
    let mut details = HashMap::new();
    if let Some(tries) = conclusion.tries_left {
        details.insert("tries-left", Variant::from(i32::from(tries)));
    }
    if let Some(reason) = conclusion.reason {
        details.insert("reason", Variant::from(reason.as_str()));
    }
    if !conclusion.cards.is_empty() {
        let cards: Vec<_> =
            conclusion.cards.iter().map(|card| paths::card(*card).into_inner()).collect();
        details.insert("cards", Variant::from(cards));
    }
    if let Some(session) = conclusion.session {
        let path = door.path_of_session(session).into_inner();
        details.insert("session", Variant::from(path));
    }
    if let Some(expiry) = conclusion.expiry {
        details.insert("days-to-expiry", Variant::from(expiry.days_left));
        details.insert("renewal-due", Variant::from(expiry.renewal.is_due()));
        if let Some(notice) = notice(expiry) {
            details.insert("notice", Variant::from(door.told(&notice)));
        }
    }
    let Conclusion { outcome, reason, .. } = *conclusion;
    let message = match (reason, reason.and_then(refusal_of)) {
        (_, Some(refusal)) => refusal.message(),
        (Some(reason), None) => reason.meaning().to_owned(),
        (None, None) => outcome.meaning().to_owned(),
    };
    details.insert("message", Variant::from(door.told(&message)));
    // A refusal's message says already what to do.
    let advice = outcome.advice(reason).filter(|_| reason.and_then(refusal_of).is_none());
    if let Some(advice) = advice {
        details.insert("advice", Variant::from(door.told(advice)));
    }
    details
}

/// What a holder is told who should renew the certificate.
fn notice(expiry: Expiry) -> Option<String> {
    let advice = expiry.renewal.advice()?;
    Some(match expiry.days_left {
        0 => format!("Your certificate ends today. {advice}"),
        1 => format!("Your certificate ends in 1 day. {advice}"),
        days => format!("Your certificate ends in {days} days. {advice}"),
    })
}
