//! Whatever happens to a card at a desk, in any order, with a daemon that is killed at any command and
//! started again: never a fourth try, never a forgotten one, never a false block, and only the right
//! passcode opens.
//!
//! What the disk loses when the power fails is the ledger's own test; here the process dies.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use lanyard_desk::{Death, Desk, audit_log, card, reader};
use lanyard_iso7816::Status;
use lanyard_reader::ReaderName;
use lanyard_settings::Settings;
use lanyard_virtcard::Card;
use lanyard_virtual_readers::{SharedCard, VirtualEvents, VirtualReaders};
use lanyard_witness::{Does, Ended, Options, Person, Properties, card_of, ended, number, text};
use proptest::prelude::*;
use tempfile::TempDir;
use zbus::OwnedObjectPath;

use crate::elsewhere;

/// The most refusals in a row that a card hears from us.
const MOST: u8 = 3;
const PASSCODES: [&str; 2] = ["123456", "739150"];

/// Something that happens.
#[derive(Clone, Debug)]
enum Happening {
    Inserted,
    Removed,
    PutInAgain,
    SignIn { right: bool, yes: bool, dies: Option<Death> },
    Killed,
    VerifiedElsewhere { right: bool },
    ChangedElsewhere,
    UnblockedElsewhere,
    CounterKept(bool),
    Released,
}

fn happening() -> impl Strategy<Value = Happening> {
    let death = (0..9_usize, any::<bool>())
        .prop_map(|(at, heard)| if heard { Death::After(at) } else { Death::Before(at) });
    let dies = prop::option::weighted(0.3, death);
    prop_oneof![
        2 => Just(Happening::Inserted),
        1 => Just(Happening::Removed),
        1 => Just(Happening::PutInAgain),
        8 => (prop::bool::weighted(0.3), any::<bool>(), dies)
            .prop_map(|(right, yes, dies)| Happening::SignIn { right, yes, dies }),
        1 => Just(Happening::Killed),
        2 => any::<bool>().prop_map(|right| Happening::VerifiedElsewhere { right }),
        1 => Just(Happening::ChangedElsewhere),
        1 => Just(Happening::UnblockedElsewhere),
        1 => any::<bool>().prop_map(Happening::CounterKept),
        1 => Just(Happening::Released),
    ]
}

/// A desk, a card, and what a test that sees everything knows of them.
struct World {
    desk: Desk,
    person: Person,
    front: ReaderName,
    card: SharedCard,
    /// The card's object, while the card is in.
    object: Option<OwnedObjectPath>,
    passcode: &'static str,
    /// Refusals in a row that the card heard from us, and from anybody.
    ours: u8,
    all: u8,
    kept: bool,
    /// The card has told its counter whenever it was asked.
    always_told: bool,
    wrong: u32,
    heard: BTreeSet<Vec<u8>>,
}

impl World {
    async fn with(persona: &str) -> Self {
        let front = reader("Front");
        let (readers, events) = VirtualReaders::new();
        readers.start();
        readers.plug(&front);
        let (desk, person) = sit_down((readers, events), records()).await;
        Self {
            desk,
            person,
            front,
            card: Arc::new(Mutex::new(card(persona))),
            object: None,
            passcode: PASSCODES[0],
            ours: 0,
            all: 0,
            kept: false,
            always_told: true,
            wrong: 0,
            heard: BTreeSet::new(),
        }
    }

    async fn happens(self, happening: Happening) -> Self {
        let mut world = self;
        match happening {
            Happening::Inserted if world.object.is_none() => world.put_in().await,
            Happening::PutInAgain => world.put_in().await,
            Happening::Removed => world.taken_out().await,
            Happening::SignIn { right, yes, dies: None } => {
                let ended = world.signs_in(right, yes).await.unwrap();
                world.judged(&ended, right, yes).await;
            }
            Happening::SignIn { right, yes, dies } => {
                world.desk.tap.dies(dies);
                match world.signs_in(right, yes).await {
                    Some(ended) => world.judged(&ended, right, yes).await,
                    None => return world.killed().await,
                }
            }
            Happening::Killed => return world.killed().await,
            Happening::VerifiedElsewhere { right } => world.verified_elsewhere(right),
            Happening::ChangedElsewhere => world.changed_elsewhere(),
            Happening::UnblockedElsewhere => {
                let new = world.passcode;
                let unblocked = world.elsewhere(|card| elsewhere::unblock(card, new));
                assert_eq!(unblocked, Status::SUCCESS);
                (world.ours, world.all) = (0, 0);
            }
            Happening::CounterKept(kept) => {
                world.kept = kept;
                world.always_told &= !kept;
                world.desk.tap.cards_keep_their_counters(kept);
            }
            Happening::Released => world.released().await,
            Happening::Inserted => {}
        }
        world
    }

    async fn put_in(&mut self) {
        self.desk.readers.insert_again(&self.front, self.card.clone());
        self.is_read().await;
    }

    /// The card is read, and what is told of it promises nothing that it has not.
    async fn is_read(&mut self) {
        let before = self.object.take();
        let (object, properties) = loop {
            let read = self.shown().await.filter(|(path, properties)| {
                before.as_ref() != Some(path) && text(properties, "State") != "reading"
            });
            match read {
                Some(read) => break read,
                None => self.desk.client.signal(|_| Some(())).await,
            }
        };
        self.object = Some(object);
        self.promises_nothing_that_is_not(&properties);
    }

    async fn shown(&self) -> Option<(OwnedObjectPath, Properties)> {
        let objects = self.desk.client.objects().await.into_iter();
        let mut cards =
            objects.filter_map(|(path, object)| card_of(object).map(|card| (path, card)));
        cards.next()
    }

    fn promises_nothing_that_is_not(&self, properties: &Properties) {
        let (told, left) = (number(properties, "PasscodeTriesLeft"), i32::from(self.left()));
        assert!(told <= left, "{told} tries are promised, the card has {left}");
        let state = text(properties, "State");
        assert!(["ready", "blocked"].contains(&state.as_str()), "{state}");
        assert_eq!(state == "blocked", told == 0);
        if told == 0 && left > 0 {
            self.is_rightly_blocked();
        }
        assert!(!self.card.lock().unwrap().is_verified(), "the door is open");
    }

    /// This workstation blocks a card that has tries left.
    fn is_rightly_blocked(&self) {
        assert!(!self.always_told || self.all >= MOST, "a false block: {} refusals", self.all);
    }

    async fn taken_out(&mut self) {
        self.desk.readers.remove(&self.front);
        self.object = None;
        while self.shown().await.is_some() {
            self.desk.client.signal(|_| Some(())).await;
        }
    }

    /// How it ended; none when the daemon died of it.
    async fn signs_in(&mut self, right: bool, yes: bool) -> Option<Ended> {
        self.desk.tap.forget();
        self.person.forget();
        self.person.shown();
        for _ in 0..3 {
            self.wrong += 1;
            let wrong = format!("9{:07}", self.wrong);
            let types = if right { self.passcode } else { &wrong };
            self.person.then(if yes { Does::types_with_yes(types) } else { Does::types(types) });
        }
        let request = self.desk.client.request("/", Options::new()).await;
        let ended = tokio::select! {
            ended = ended(&request) => Some(ended),
            () = self.desk.tap.hears(|heard| heard.died) => None,
        };
        self.desk.tap.dies(None);
        self.counts();
        ended
    }

    /// Counts what the card heard.
    fn counts(&mut self) {
        for exchange in self.desk.tap.heard().passcodes() {
            let sent = exchange.passcode().unwrap().to_vec();
            match exchange.answer.as_deref() {
                Some([0x90, 0]) => {
                    assert_eq!(sent, elsewhere::padded(self.passcode));
                    (self.ours, self.all) = (0, 0);
                }
                Some([0x63, _]) => {
                    assert!(self.heard.insert(sent), "the same entry was sent again");
                    (self.ours, self.all) = (self.ours + 1, self.all + 1);
                }
                Some([0x69, 0x83]) => assert_eq!(self.left(), 0),
                other => panic!("{other:02X?}"),
            }
            assert!(self.ours <= MOST, "a fourth refusal in a row");
        }
        let asked = self.person.shown().iter().filter(|it| it.method == "RequestPasscode").count();
        let sent = self.desk.tap.heard().passcodes().count();
        assert!(sent <= asked && sent <= 1, "{sent} sent for {asked} entered");
    }

    async fn judged(&mut self, ended: &Ended, right: bool, yes: bool) {
        let heard = !self.desk.tap.heard().exchanges.is_empty();
        match (ended.words(), self.object.is_some()) {
            (("failed", "no-card"), false) => {}
            (("ok", ""), true) => assert!(right, "a wrong passcode opened"),
            (("refused" | "now-blocked", _), true) => assert!(!right, "the right one was refused"),
            (("cancelled", "last-try-not-confirmed"), true) => assert!(!yes),
            (("was-blocked", ""), true) => assert_eq!(self.left(), 0),
            (("was-blocked", "blocked-here"), true) => self.is_rightly_blocked(),
            (words, card) => panic!("{words:?}, card in: {card}"),
        }
        if let Some((_, properties)) = self.shown().await.filter(|_| heard) {
            self.promises_nothing_that_is_not(&properties);
        }
    }

    /// The daemon is killed, and started again on what it left.
    async fn killed(self) -> Self {
        let (readers, records) = self.desk.crash().await;
        let (desk, person) = sit_down(readers.seen_anew(), records).await;
        desk.tap.cards_keep_their_counters(self.kept);
        let was_in = self.object.is_some();
        let mut world = Self { desk, person, object: None, ..self };
        if was_in {
            world.is_read().await;
        }
        world
    }

    fn verified_elsewhere(&mut self, right: bool) {
        let (passcode, left) = (if right { self.passcode } else { "00000000" }, self.left());
        let status = self.elsewhere(|card| elsewhere::verify(card, passcode));
        if status == Status::SUCCESS {
            (self.ours, self.all) = (0, 0);
        } else if left > 0 {
            self.all += 1;
        }
    }

    fn changed_elsewhere(&mut self) {
        let new = if self.passcode == PASSCODES[0] { PASSCODES[1] } else { PASSCODES[0] };
        let current = self.passcode;
        let changed = self.elsewhere(|card| elsewhere::change(card, current, new));
        if changed == Status::SUCCESS {
            (self.passcode, self.ours, self.all) = (new, 0, 0);
        }
    }

    /// Another program does something, at this reader while the card is in, else at another.
    fn elsewhere<T>(&self, act: impl FnOnce(&mut Card) -> T) -> T {
        let held = self.desk.readers.hold(&self.front);
        let done = act(&mut self.card.lock().unwrap());
        drop(held);
        done
    }

    async fn released(&mut self) {
        if let Some(object) = self.object.clone()
            && self.desk.client.card(object).await.release_block().await.is_ok()
        {
            self.ours = 0;
        }
    }

    fn left(&self) -> u8 {
        self.card.lock().unwrap().tries().passcode
    }

    /// The audit log is whole, whenever the daemon died.
    async fn ends(self) {
        let records = self.desk.stopped().await.unwrap();
        let files = lanyard_audit::in_order(&audit_log(&records)).unwrap();
        let report = lanyard_audit::verify(&files, None).unwrap();
        assert!(report.is_whole(), "{report:?}");
    }
}

async fn sit_down(readers: (VirtualReaders, VirtualEvents), records: TempDir) -> (Desk, Person) {
    let desk = Desk::with_records(Settings::default(), readers, records).await;
    let person = Person::new();
    person.sit_at(desk.client.connection()).await;
    desk.client.register_agent().await;
    (desk, person)
}

/// In memory where that can be: thousands of syncs are not what is tested.
fn records() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn lives(persona: &str, happenings: Vec<Happening>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut world = World::with(persona).await;
        for happening in happenings {
            world = world.happens(happening).await;
        }
        world.ends().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn never_a_fourth_try_never_a_forgotten_one_never_a_false_block(
        persona in prop::sample::select(vec!["nurse", "ten-tries"]),
        kept in prop::bool::weighted(0.3),
        happenings in prop::collection::vec(happening(), 1..24),
    ) {
        let first = vec![Happening::CounterKept(kept), Happening::Inserted];
        lives(persona, [first, happenings].concat());
    }
}
