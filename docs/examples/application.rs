//! What a clinical application does, in Rust: it knows who is signed in at this desk and in which role, shows
//! patients' data only then, and takes it away at once. No passcode comes near it.
//!
//! Looks on the system bus, or on the bus at the given address.
//!     cargo run -p lanyard-dbus --example application -- [--sign-in] [--role ORGANISATION] [ADDRESS]
//! `--sign-in` asks the holder of the card when nobody is signed in; `--role` chooses among several roles.

#![expect(clippy::print_stdout, reason = "it tells what an application would show")]

use std::{collections::HashMap, error::Error, pin::Pin};

use futures_util::stream::{FuturesUnordered, StreamExt};
use lanyard_dbus::{
    BUS_NAME, ManagerProxy, RequestProxy, RoleDescription, SessionDescription, SessionProxy,
};
use zbus::{
    Connection, MatchRule, Message, MessageStream, ObjectPath, OwnedObjectPath, OwnedVariant,
    connection::Builder,
    fdo::{DBusProxy, NameOwnerChanged},
    message::Type,
    names::{BusName, OwnedUniqueName, WellKnownName},
    proxy::CacheProperties,
};

/// What the answer to a call tells.
enum News {
    Owner(Option<OwnedUniqueName>),
    Session { look: u64, session: Option<OwnedObjectPath> },
    Described { question: u64, told: Box<SessionDescription> },
    Request(OwnedObjectPath),
    Ended { outcome: String, details: HashMap<String, OwnedVariant> },
    Done,
}

type Answer = Result<News, Box<dyn Error>>;

/// What this application shows.
struct Desk {
    bus: Connection,
    sign_in: bool,
    organisation: Option<String>,
    /// Of the service's name.
    owner: Option<OwnedUniqueName>,
    session: Option<OwnedObjectPath>,
    request: Option<OwnedObjectPath>,
    /// Whether the bus has told who owns the name: that is newer than any answer.
    owner_was_told: bool,
    /// The last look for a session; a signal that tells of one is another, and newer.
    look: u64,
    question: u64,
    /// Calls that are not answered yet. Nothing waits for one: a session may end meanwhile.
    calls: FuturesUnordered<Pin<Box<dyn Future<Output = Answer>>>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (mut sign_in, mut organisation, mut address) = (false, None, None);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--sign-in" => sign_in = true,
            "--role" => organisation = words.next(),
            _ => address = Some(word),
        }
    }
    let bus = address.as_deref().map_or_else(Builder::system, Builder::address).build().await?;
    // Listen first, then look: whatever happens between is told.
    let mut signals = MessageStream::from(&bus);
    listen(&bus).await?;
    let mut desk = Desk {
        bus,
        sign_in,
        organisation,
        owner: None,
        session: None,
        request: None,
        owner_was_told: false,
        look: 0,
        question: 0,
        calls: FuturesUnordered::new(),
    };
    desk.call(owner_of_the_name);
    loop {
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Some(signal) => desk.heard(&signal?)?,
                None => return Ok(()),
            },
            Some(answer) = desk.calls.next() => match answer {
                Ok(news) => desk.learnt(news),
                // The session may have ended meanwhile.
                Err(error) => println!("not done: {error}"),
            },
        }
    }
}

async fn listen(bus: &Connection) -> zbus::Result<()> {
    let signals = || MatchRule::builder().msg_type(Type::Signal);
    let name = signals().sender("org.freedesktop.DBus").member("NameOwnerChanged");
    let dbus = DBusProxy::new(bus).await?;
    dbus.add_match_rule(signals().sender(BUS_NAME).build()?).await?;
    dbus.add_match_rule(name.arg(0, BUS_NAME).build()?).await?;
    Ok(())
}

impl Desk {
    fn call<F: Future<Output = Answer> + 'static>(&self, call: impl FnOnce(Connection) -> F) {
        self.calls.push(Box::pin(call(self.bus.clone())));
    }

    fn heard(&mut self, signal: &Message) -> zbus::Result<()> {
        if let Some(changed) = NameOwnerChanged::from_message(signal.clone()) {
            let owner = changed.args()?.new_owner().as_ref().map(|owner| owner.to_owned().into());
            self.owner_was_told = true;
            self.owned_by(owner);
            return Ok(());
        }
        let header = signal.header();
        let (Some(path), Some(member)) = (header.path(), header.member()) else { return Ok(()) };
        // Anybody can send a signal to anybody: the service's alone count.
        if header.sender() != self.owner.as_deref() {
            return Ok(());
        }
        let is_the = |kept: &Option<OwnedObjectPath>| kept.as_ref().is_some_and(|it| **it == *path);
        let ours = is_the(&self.session);
        match member.as_str() {
            "SessionStarted" => {
                self.look += 1;
                self.follow(signal.body().deserialize()?);
            }
            "SessionEnded" => {
                self.look += 1;
                let (session, reason): (OwnedObjectPath, String) = signal.body().deserialize()?;
                if self.session.as_ref() == Some(&session) {
                    self.ended(&reason);
                }
            }
            "StateChanged" if ours => {
                if signal.body().deserialize::<String>()? != "active" {
                    println!("hidden");
                }
                self.describe();
            }
            "RoleSelected" | "RolesOffered" if ours => self.describe(),
            "Completed" if is_the(&self.request) => {
                let (outcome, details) = signal.body().deserialize()?;
                self.learnt(News::Ended { outcome, details });
            }
            _ => {}
        }
        Ok(())
    }

    fn learnt(&mut self, news: News) {
        match news {
            // An answer may be read after a signal that came later: what signals told is newer.
            News::Owner(owner) if !self.owner_was_told => self.owned_by(owner),
            News::Session { look, session } if look == self.look => self.found(session),
            // Only the answer to the last question counts.
            News::Described { question, told } if question == self.question => self.show(&told),
            News::Request(request) => {
                self.request = Some(request.clone());
                self.call(|bus| look_at(bus, request));
            }
            News::Ended { outcome, details } if self.request.is_some() => {
                self.request = None;
                tell_outcome(&outcome, &details);
            }
            News::Owner(_)
            | News::Session { .. }
            | News::Described { .. }
            | News::Ended { .. }
            | News::Done => {}
        }
    }

    /// Sessions and requests are kept nowhere: they end with the service, however it ends.
    fn owned_by(&mut self, owner: Option<OwnedUniqueName>) {
        let came = owner.is_some() && owner != self.owner;
        if owner.is_none() || came {
            self.request = None;
            if self.session.is_some() {
                self.ended("the service has gone");
            }
        }
        self.owner = owner;
        if came {
            println!("the service is there");
            self.look += 1;
            let count = self.look;
            self.call(async move |bus| look(bus, count).await);
        } else if self.owner.is_none() {
            println!("the service is not there");
        }
    }

    fn found(&mut self, session: Option<OwnedObjectPath>) {
        if let Some(session) = session {
            self.follow(session);
            return;
        }
        println!("nobody is signed in");
        if self.sign_in {
            self.call(authenticate);
        }
    }

    /// Nothing of hers may be seen any more, whatever else is under way.
    fn ended(&mut self, reason: &str) {
        self.session = None;
        self.question += 1;
        println!("ended: {reason}");
    }

    fn follow(&mut self, session: OwnedObjectPath) {
        if self.session.as_ref() != Some(&session) {
            self.session = Some(session);
            self.describe();
        }
    }

    fn describe(&mut self) {
        let Some(session) = self.session.clone() else { return };
        self.question += 1;
        let question = self.question;
        self.call(async move |bus| {
            let session = SessionProxy::builder(&bus).path(session).build().await?;
            let told = Box::new(SessionDescription::from_answer(session.describe().await?)?);
            Ok(News::Described { question, told })
        });
    }

    fn show(&self, told: &SessionDescription) {
        let SessionDescription { uuid, state, roles, .. } = told;
        if let ("active", Some(role)) = (state.as_str(), &told.role) {
            let place = role.organisation_name.as_ref().unwrap_or(&role.organisation);
            println!("active: {uuid} as {} at {place}", role.name);
            println!("may: {}", told.activities.join(" "));
            for notice in &told.notices {
                println!("notice: {notice}");
            }
            return;
        }
        println!("{state}: {uuid}, {} roles", roles.len());
        let is_meant =
            |role: &&RoleDescription| Some(&role.organisation) == self.organisation.as_ref();
        let fitting: Vec<_> = roles.iter().filter(is_meant).collect();
        if let ("choosing-role", [role], Some(session)) =
            (state.as_str(), &fitting[..], self.session.clone())
        {
            let role = role.id.clone();
            self.call(async move |bus| {
                let session = SessionProxy::builder(&bus).path(session).build().await?;
                session.select_role(&role).await?;
                Ok(News::Done)
            });
        }
    }
}

async fn owner_of_the_name(bus: Connection) -> Answer {
    let name = BusName::from(WellKnownName::from_static_str(BUS_NAME)?);
    match DBusProxy::new(&bus).await?.get_name_owner(name).await {
        Ok(owner) => Ok(News::Owner(Some(owner))),
        Err(zbus::fdo::Error::NameHasNoOwner(_)) => Ok(News::Owner(None)),
        Err(error) => Err(error.into()),
    }
}

/// Subscribes, and then looks: whatever happens between is told.
async fn look(bus: Connection, look: u64) -> Answer {
    let manager = ManagerProxy::new(&bus).await?;
    manager.subscribe().await?;
    match manager.current_session().await {
        Ok(session) => Ok(News::Session { look, session: Some(session) }),
        Err(lanyard_dbus::Error::NoSession(_)) => Ok(News::Session { look, session: None }),
        Err(error) => Err(error.into()),
    }
}

/// A person takes longer than a call may: a request comes back at once, and tells later how it ended.
async fn authenticate(bus: Connection) -> Answer {
    let manager = ManagerProxy::new(&bus).await?;
    let any = ObjectPath::from_static_str("/")?;
    Ok(News::Request(manager.authenticate(&any, HashMap::new()).await?))
}

/// It may have ended before we knew its path, and the signal comes once.
async fn look_at(bus: Connection, request: OwnedObjectPath) -> Answer {
    let request = RequestProxy::builder(&bus).path(request).cache_properties(CacheProperties::No);
    let request = request.build().await?;
    let outcome = request.outcome().await?;
    if outcome.is_empty() {
        return Ok(News::Done);
    }
    let details = request.details().await?;
    Ok(News::Ended { outcome, details })
}

fn tell_outcome(outcome: &str, details: &HashMap<String, OwnedVariant>) {
    let message = details.get("message").and_then(|message| <&str>::try_from(&**message).ok());
    println!("sign-in: {outcome}: {}", message.unwrap_or_default());
    let tries = details.get("tries-left").and_then(|tries| i32::try_from(&**tries).ok());
    if let Some(tries) = tries.filter(|_| outcome != "ok") {
        println!("tries left: {tries}");
    }
}
