//! A machine where login sessions decide, with a nurse at `seat0` and others who are logged in or not.

use lanyard_dbus::{CardProxy, Error, ManagerProxy};
use lanyard_stack::{Card, Daemon, Stack};
use lanyard_stand_ins::{MockedLogind, MockedPolkit, PrivateBus};
use lanyard_witness::{AGENT, Options, Person, Witness};
use zbus::{ObjectPath, OwnedObjectPath};

use super::program::Program;

/// The nurse, who sits at `seat0`; her colleague, logged in behind her; somebody who is logged in nowhere.
///
/// Debian's users `daemon`, `bin` and `nobody`: the bus lets nobody in whom the machine does not know.
pub(super) const NURSE: u32 = 1;
pub(super) const COLLEAGUE: u32 = 2;
pub(super) const STRANGER: u32 = 65534;

/// The sessions of the first two.
pub(super) const HERS: &str = "c2";
pub(super) const THEIRS: &str = "c5";

/// Where login sessions decide.
pub(super) const DESKS: &str = "[access]\nmode = \"desks\"\n";

/// The stack, who plays on its bus, and the daemon between.
pub(super) struct Machine {
    pub(super) bus: PrivateBus,
    pub(super) logind: MockedLogind,
    pub(super) daemon: Daemon,
    pub(super) stack: Stack,
}

/// A person at a desktop: an application, an agent, and whoever is asked by it.
pub(super) struct Desktop {
    pub(super) witness: Program,
    pub(super) person: Person,
}

impl Machine {
    /// The nurse and her colleague are logged in, she in the foreground.
    pub(super) async fn new() -> Self {
        Self::with(&[(HERS, NURSE), (THEIRS, COLLEAGUE)]).await
    }

    /// These are logged in, the first in the foreground.
    pub(super) async fn with(logged_in: &[(&str, u32)]) -> Self {
        Self::under(DESKS, logged_in).await
    }

    /// The same where something else decides.
    pub(super) async fn under(access: &str, logged_in: &[(&str, u32)]) -> Self {
        let stack = Stack::start().unwrap();
        let bus = PrivateBus::at(stack.bus().address());
        let logind = MockedLogind::start(&bus).await;
        for (session, uid) in logged_in {
            logind.log_in(session, "seat0", *uid).await;
            logind.shows(*uid, session).await;
        }
        let daemon = stack.daemon(access).unwrap();
        Self { bus, logind, daemon, stack }
    }

    /// A polkit that refuses everything until something else is said.
    pub(super) async fn polkit(&self) -> MockedPolkit {
        MockedPolkit::start(&self.bus).await
    }

    /// A program of this user, outside of every login session: it sits where its user is shown things.
    pub(super) async fn program_of(&self, uid: u32) -> Program {
        Program::start(&self.stack, uid).await
    }

    /// A person of this user with a registered agent.
    pub(super) async fn desktop_of(&self, uid: u32) -> Desktop {
        let witness = self.program_of(uid).await;
        let person = Person::new();
        person.sit_at(witness.connection()).await;
        witness.register_agent().await;
        Desktop { witness, person }
    }

    /// Somebody puts the nurse's card into the first reader, and it is read.
    pub(super) async fn card_in(&self) -> (Card, OwnedObjectPath) {
        let mut bystander = Witness::on_bus(self.stack.bus().address()).await;
        let card = self.stack.card(0, "nurse").unwrap();
        bystander.card_in_state("ready").await;
        (card, bystander.cards().await.remove(0))
    }

    /// It is taken out again, and everybody knows.
    pub(super) async fn card_out(&self, card: Card) {
        let mut bystander = Witness::on_bus(self.stack.bus().address()).await;
        drop(card);
        while !bystander.cards().await.is_empty() {
            bystander.signal(|_| Some(())).await;
        }
    }
}

/// What somebody is told who calls each method about a card that is in.
pub(super) async fn each_method(
    witness: &Witness,
    card: &OwnedObjectPath,
) -> Vec<(&'static str, Result<(), Error>)> {
    let connection = witness.connection();
    let manager = ManagerProxy::new(connection).await.unwrap();
    let proxy = CardProxy::builder(connection).path(card).build().await.unwrap();
    let agent = ObjectPath::try_from(AGENT).unwrap();
    let root = ObjectPath::try_from("/").unwrap();
    let options = Options::new;
    vec![
        ("Authenticate", manager.authenticate(card, options()).await.map(drop)),
        ("Authenticate /", manager.authenticate(&root, options()).await.map(drop)),
        ("ChangePasscode", proxy.change_passcode(options()).await.map(drop)),
        ("Describe", proxy.describe().await.map(drop)),
        ("ReleaseBlock", proxy.release_block().await),
        ("RegisterPasscodeAgent", manager.register_passcode_agent(&agent).await),
        ("HasPasscodeAgent", manager.has_passcode_agent().await.map(drop)),
        ("UnregisterPasscodeAgent", manager.unregister_passcode_agent(&agent).await),
        ("CurrentSession", manager.current_session().await.map(drop)),
        ("Subscribe", manager.subscribe().await),
        ("Unsubscribe", manager.unsubscribe().await),
    ]
}

/// What is said instead of why.
pub(super) const NOT_DENIED: &str = "not denied";

/// Why somebody was refused.
pub(super) fn why(refused: Result<(), Error>) -> String {
    match refused {
        Err(Error::AccessDenied(why)) => why,
        Ok(()) => NOT_DENIED.to_owned(),
        Err(other) => format!("not denied: {other:?}"),
    }
}
