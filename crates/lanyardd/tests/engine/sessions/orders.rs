//! Subscribers, desks and sessions in every order: news goes to the subscribers of the session's own desk, to all of
//! them and to nobody else, and only to its own desk a session ever answers.

#![expect(clippy::indexing_slicing, reason = "numbers choose among what there is")]

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use lanyard_seats::{Access, Desk, DeskEvent, Doubt, Place};
use lanyard_session::{News, OnRemoval, OnSwitch, SessionId, Settings, Ticket};
use lanyardd::engine::{CardId, Client, ClientName, Effect, Event, Question, SessionQuestion};
use proptest::prelude::*;

use super::{PersonsCard, one_role};
use crate::{
    day::{Day, removed},
    desks::{alice, bob, desk, program, seat},
};

/// Two applications of each of three desks.
const CLIENTS: [(&str, usize); 6] =
    [("a1", 0), ("a2", 0), ("b1", 1), ("b2", 1), ("c1", 2), ("c2", 2)];

/// Alice, Bob behind her, and Carol at another seat, each as her programs are found.
fn desks() -> [Desk; 3] {
    let carol = Desk { place: Place::Seat(seat("seat1")), ..desk("7", 1002) };
    [alice(), bob(), carol]
}

fn client(number: usize) -> Client {
    let (name, desk) = CLIENTS[number];
    program(name, &desks()[desk])
}

/// Something that happens; numbers choose among desks and clients.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Subscribes(usize),
    Unsubscribes(usize),
    Leaves(usize),
    CardIn(usize),
    CardOut(usize),
    SignsIn(usize),
    Recorded(bool),
    RolesKnown(bool),
    ToForeground(usize),
    Screen(usize, bool),
    Asks(usize, u8),
    Doubt,
    Passes(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::*;
    let (client, who) = (|| 0..CLIENTS.len(), || 0..3_usize);
    prop_oneof![
        8 => client().prop_map(Subscribes),
        1 => client().prop_map(Unsubscribes),
        1 => client().prop_map(Leaves),
        4 => (0..2_usize).prop_map(CardIn),
        1 => (0..2_usize).prop_map(CardOut),
        8 => who().prop_map(SignsIn),
        12 => prop::bool::weighted(0.9).prop_map(Recorded),
        6 => any::<bool>().prop_map(RolesKnown),
        2 => (0..2_usize).prop_map(ToForeground),
        2 => (who(), any::<bool>()).prop_map(|(who, locked)| Screen(who, locked)),
        3 => (client(), 0..4_u8).prop_map(|(client, what)| Asks(client, what)),
        1 => Just(Doubt),
        1 => (0..3_u64).prop_map(Passes),
    ]
}

/// What a bystander knows.
struct World<'a> {
    day: Day,
    people: &'a RefCell<[PersonsCard; 2]>,
    cards: [Option<CardId>; 2],
    subscribed: BTreeSet<usize>,
    /// At which desk somebody signed in.
    of: BTreeMap<SessionId, usize>,
    shown: BTreeSet<SessionId>,
    tickets: Vec<Ticket>,
    signs_in_at: usize,
}

static TOLD: AtomicUsize = AtomicUsize::new(0);

impl<'a> World<'a> {
    fn new(settings: Settings, people: &'a RefCell<[PersonsCard; 2]>) -> Self {
        let mut day = Day::under(settings, Access::Desks);
        let [alice, _, carol] = desks();
        day.on(Event::Desk(DeskEvent::Known(vec![alice, bob(), carol])));
        day.reader_at(0, 1, "seat0");
        day.reader_at(1, 2, "seat1");
        for desk in desks() {
            day.registers(program(&format!("agent of {}", desk.uid), &desk)).unwrap();
        }
        let cards = [0, 1].map(|reader| Some(day.puts_in(reader, &people.borrow()[reader])));
        Self {
            day,
            people,
            cards,
            subscribed: BTreeSet::new(),
            of: BTreeMap::new(),
            shown: BTreeSet::new(),
            tickets: Vec::new(),
            signs_in_at: 0,
        }
    }

    fn sees(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::AskDirectory { session, .. } => {
                    self.of.entry(session).or_insert(self.signs_in_at);
                }
                Effect::Grant { ticket, .. } => self.tickets.push(ticket),
                Effect::Announce(announcement) => {
                    let desk = self.of[&announcement.session];
                    let to: BTreeSet<_> = announcement.to.iter().map(ClientName::as_str).collect();
                    let its = |client: &&usize| CLIENTS[**client].1 == desk;
                    let its = self.subscribed.iter().filter(its).map(|client| CLIENTS[*client].0);
                    assert_eq!(to, its.collect::<BTreeSet<_>>(), "{announcement:?}");
                    assert_eq!(announcement.to.len(), to.len(), "nobody is told twice");
                    TOLD.fetch_add(to.len(), Ordering::Relaxed);
                    self.follows(announcement.session, &announcement.news);
                }
                _ => {}
            }
        }
    }

    fn follows(&mut self, session: SessionId, news: &News) {
        match news {
            News::Started(_) => assert!(self.shown.insert(session), "it started before"),
            News::Ended(_) => assert!(self.shown.remove(&session), "nobody knew of it"),
            _ => assert!(self.shown.contains(&session), "nobody knows of it"),
        }
    }

    fn happens(&mut self, happening: Happening) {
        let effects = match happening {
            Happening::Subscribes(number) => {
                let asked = self.day.asked_by(client(number), Question::Subscribe);
                if asked.answer.is_ok() {
                    self.subscribed.insert(number);
                }
                asked.effects
            }
            Happening::Unsubscribes(number) => {
                self.subscribed.remove(&number);
                self.day.asked_by(client(number), Question::Unsubscribe).effects
            }
            Happening::Leaves(number) => {
                self.subscribed.remove(&number);
                self.day.on(Event::ClientLeft(ClientName::new(CLIENTS[number].0)))
            }
            Happening::CardIn(reader) => return self.card_in(reader),
            Happening::CardOut(reader) => {
                let was_in = self.cards[reader].take().is_some();
                if was_in { self.day.on(removed(reader)) } else { Vec::new() }
            }
            Happening::SignsIn(who) => self.signs_in(who),
            Happening::Recorded(is_recorded) => match self.tickets.pop() {
                Some(ticket) => self.day.on(Event::GrantRecorded { ticket, is_recorded }),
                None => Vec::new(),
            },
            Happening::RolesKnown(any) => self.roles_known(any),
            Happening::ToForeground(who) => {
                self.day.on(Event::Desk(DeskEvent::Activated(desks()[who].session.clone())))
            }
            Happening::Screen(who, locked) => {
                let session = desks()[who].session.clone();
                let screen =
                    if locked { DeskEvent::ScreenLocked } else { DeskEvent::ScreenUnlocked };
                self.day.on(Event::Desk(screen(session)))
            }
            Happening::Asks(number, what) => self.asks(number, what),
            Happening::Doubt => {
                let effects = self.day.on(Event::Desk(DeskEvent::Unknown(Doubt::ChangesMissed)));
                self.sees(effects);
                let [alice, _, carol] = desks();
                self.day.on(Event::Desk(DeskEvent::Known(vec![alice, bob(), carol])))
            }
            Happening::Passes(hours) => self.day.pass(Duration::from_secs(3600 * hours)),
        };
        self.sees(effects);
    }

    fn card_in(&mut self, reader: usize) {
        if self.cards[reader].is_none() {
            self.cards[reader] = Some(self.day.puts_in(reader, &self.people.borrow()[reader]));
        }
    }

    /// With the card at her seat, if it is hers to use.
    fn signs_in(&mut self, who: usize) -> Vec<Effect> {
        let reader = usize::from(who == 2);
        let Some(card) = self.cards[reader] else { return Vec::new() };
        self.signs_in_at = who;
        let asked = self.day.authenticates_afresh(&desks()[who], card);
        let Some(prompt) = asked else { return Vec::new() };
        let effects = self.day.enters(prompt, card, &mut self.people.borrow_mut()[reader]);
        self.sees(effects);
        Vec::new()
    }

    fn roles_known(&mut self, any: bool) -> Vec<Effect> {
        let Some(session) = self.of.keys().next_back().copied() else { return Vec::new() };
        let answer = if any { one_role(None) } else { lanyard_session::DirectoryAnswer::Failed };
        self.day.knows(session, answer)
    }

    /// A client asks about a session, which answers to its own desk alone.
    fn asks(&mut self, number: usize, what: u8) -> Vec<Effect> {
        let sessions: Vec<_> = self.of.iter().map(|(session, desk)| (*session, *desk)).collect();
        for (session, desk) in sessions {
            let question = match what {
                0 => SessionQuestion::Lock,
                1 => SessionQuestion::End,
                _ => SessionQuestion::Describe,
            };
            let asked = self.day.asked_by(client(number), Question::OfSession(session, question));
            let answers = desk == CLIENTS[number].1 && self.shown.contains(&session);
            assert_eq!(asked.answer.is_ok(), answers, "{session:?}: {:?}", asked.answer);
            self.sees(asked.effects);
        }
        Vec::new()
    }
}

fn settings() -> impl Strategy<Value = Settings> {
    let on_removal = prop::sample::select(vec![OnRemoval::End, OnRemoval::Lock, OnRemoval::Keep]);
    let on_switch = prop::sample::select(vec![OnSwitch::Lock, OnSwitch::End]);
    (on_removal, on_switch).prop_map(|(on_removal, on_switch)| Settings {
        on_removal,
        on_switch,
        ..Settings::default()
    })
}

#[test]
fn news_of_a_session_goes_to_all_subscribers_of_its_desk_and_to_nobody_else() {
    let rules = ProptestConfig::with_cases(64);
    let people = RefCell::new(["nurse", "student"].map(PersonsCard::of));
    proptest!(rules, |(settings in settings(), all in prop::collection::vec(happening(), 30..90))| {
        let mut world = World::new(settings, &people);
        for happening in all {
            world.happens(happening);
        }
    });
    let told = TOLD.load(Ordering::Relaxed);
    assert!(told > 100, "hardly anybody was told anything: {told}");
    println!("{told} announcements to clients");
}
