//! Requests as a client sees them: made, and ended.

use std::collections::HashMap;

use futures_util::StreamExt;
use lanyard_dbus::RequestProxy;
use tokio::time::timeout;
use zbus::{ObjectPath, OwnedObjectPath, Variant};

use crate::{AGENT, PATIENCE, Properties, Witness};

/// How a request ended.
#[derive(Debug)]
pub struct Ended {
    /// In a word.
    pub outcome: String,
    /// What there is to say besides.
    pub details: Properties,
}

/// Options of a request.
pub type Options = HashMap<&'static str, Variant<'static>>;

/// The option that names the client's own agent.
pub fn own_agent() -> Options {
    HashMap::from([("agent", Variant::from(ObjectPath::try_from(AGENT).unwrap()))])
}

impl Ended {
    /// Why, in a word; empty when the outcome says it all.
    pub fn reason(&self) -> &str {
        self.word("reason").unwrap_or_default()
    }

    /// The same in words for people.
    pub fn message(&self) -> &str {
        self.word("message").unwrap_or_default()
    }

    /// What a holder is told who should renew the certificate.
    pub fn notice(&self) -> Option<&str> {
        self.word("notice")
    }

    fn word(&self, key: &str) -> Option<&str> {
        self.details.get(key).and_then(|it| <&str>::try_from(&**it).ok())
    }

    /// Tries left, where that was told.
    pub fn tries_left(&self) -> Option<i32> {
        self.details.get("tries-left").and_then(|it| i32::try_from(&**it).ok())
    }

    /// Outcome and reason, for comparisons.
    pub fn words(&self) -> (&str, &str) {
        (&self.outcome, self.reason())
    }
}

impl Witness {
    /// Registers this client's agent for the desktop.
    pub async fn register_agent(&self) {
        let agent = ObjectPath::try_from(AGENT).unwrap();
        self.manager().await.register_passcode_agent(&agent).await.unwrap();
    }

    /// Asks to be authenticated, with a card or `/`, also when somebody is signed in: these witnesses look at
    /// attempts, unless they say that `fresh` is false.
    pub async fn request(&self, card: &str, mut options: Options) -> RequestProxy<'static> {
        options.entry("fresh").or_insert_with(|| Variant::from(true));
        let card = ObjectPath::try_from(card).unwrap();
        let request = self.manager().await.authenticate(&card, options).await.unwrap();
        self.request_at(request).await
    }

    /// Asks to change the passcode of a card.
    pub async fn change(&self, card: OwnedObjectPath, options: Options) -> RequestProxy<'static> {
        let request = self.card(card).await.change_passcode(options).await.unwrap();
        self.request_at(request).await
    }

    /// Asks to be authenticated, and waits until that has ended.
    pub async fn authenticate(&self, card: &str) -> Ended {
        ended(&self.request(card, Options::new()).await).await
    }

    /// Asks to be authenticated, and asks nothing more: the end is what its signal tells.
    pub async fn authenticate_and_listen(&mut self, card: &str) -> Ended {
        let card = ObjectPath::try_from(card).unwrap();
        let manager = self.manager().await;
        let request = manager.authenticate(&card, Options::new()).await.unwrap();
        self.signal(|message| {
            let header = message.header();
            let is_it = header.member()?.as_str() == "Completed" && *header.path()? == *request;
            let (outcome, details) = is_it.then(|| message.body().deserialize().unwrap())?;
            Some(Ended { outcome, details })
        })
        .await
    }

    async fn request_at(&self, path: OwnedObjectPath) -> RequestProxy<'static> {
        RequestProxy::builder(self.connection())
            .path(path)
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await
            .unwrap()
    }
}

/// Waits until a request has ended, also when it has already.
pub async fn ended(request: &RequestProxy<'_>) -> Ended {
    let waiting = async {
        let mut completed = request.receive_completed().await.unwrap();
        let outcome = request.outcome().await.unwrap();
        if !outcome.is_empty() {
            return Ended { outcome, details: request.details().await.unwrap() };
        }
        let signal = completed.next().await.unwrap();
        let signal = signal.args().unwrap();
        let (outcome, details) = (signal.outcome().clone(), signal.details());
        let details = details.iter().map(|(key, value)| (key.clone(), value.try_clone().unwrap()));
        Ended { outcome, details: details.collect() }
    };
    timeout(PATIENCE, waiting).await.unwrap()
}
