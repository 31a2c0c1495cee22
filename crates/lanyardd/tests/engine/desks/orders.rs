//! People, cards and questions in every order: no prompt is open at a desk that is not in the foreground, nobody is
//! told whose a card is that was put in at another desk.

use std::collections::BTreeMap;

use lanyard_seats::{Desk, DeskEvent, Doubt, Seating, SessionId, Standing};
use lanyardd::engine::{Answer, CardId, ClientName, Effect, Event, PromptId, Question};
use proptest::prelude::*;

use super::{alice, bob, program};
use crate::day::{Day, removed};

/// Who is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Alice,
    Bob,
}

impl Who {
    /// As a caller is found who was in the foreground when she was looked at.
    fn desk(self) -> Desk {
        let desk = match self {
            Self::Alice => alice(),
            Self::Bob => bob(),
        };
        Desk { standing: Standing::Active, ..desk }
    }

    fn session(self) -> SessionId {
        self.desk().session
    }

    const fn agent(self) -> &'static str {
        match self {
            Self::Alice => "her agent",
            Self::Bob => "his agent",
        }
    }
}

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Happening {
    ToForeground(Who),
    ToBackground(Who),
    LogsOut(Who),
    LogsIn(Who),
    Doubt,
    ReadAnew,
    CardIn,
    CardOut,
    Registers(Who),
    Authenticates(Who),
    Describes(Who),
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::*;
    let who = || prop::sample::select(vec![Who::Alice, Who::Bob]);
    prop_oneof![
        4 => who().prop_map(ToForeground),
        2 => who().prop_map(ToBackground),
        1 => who().prop_map(LogsOut),
        2 => who().prop_map(LogsIn),
        1 => Just(Doubt),
        2 => Just(ReadAnew),
        3 => Just(CardIn),
        1 => Just(CardOut),
        2 => who().prop_map(Registers),
        6 => who().prop_map(Authenticates),
        3 => who().prop_map(Describes),
    ]
}

/// What a bystander knows.
struct World {
    day: Day,
    seating: Seating,
    card: Option<CardId>,
    /// Who was in the foreground since the card was inserted.
    seen: Vec<Who>,
    prompts: BTreeMap<PromptId, ClientName>,
}

impl World {
    fn new() -> Self {
        let day = Day::at_desks();
        let seating = Seating::read(vec![alice(), bob()]);
        Self { day, seating, card: None, seen: Vec::new(), prompts: BTreeMap::new() }
    }

    fn foreground(&self) -> Option<Who> {
        let active = self.seating.active_at(&super::seat("seat0"))?;
        [Who::Alice, Who::Bob].into_iter().find(|who| who.session() == active.session)
    }

    fn hears(&mut self, event: DeskEvent) {
        self.seating.follow(&event);
        self.seen.extend(self.foreground());
        let effects = self.day.on(Event::Desk(event));
        self.sees(&effects);
    }

    fn sees(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::AskAgent { prompt, agent, .. } => {
                    self.prompts.insert(*prompt, agent.client.clone());
                }
                Effect::CancelAgent { prompt, .. } => {
                    self.prompts.remove(prompt);
                }
                _ => {}
            }
        }
    }

    fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::ToForeground(who) => {
                if self.seating.desk(&who.session()).is_ok() && self.foreground() != Some(who) {
                    if let Some(before) = self.foreground() {
                        self.hears(DeskEvent::Deactivated(before.session()));
                    }
                    self.hears(DeskEvent::Activated(who.session()));
                }
            }
            Happening::ToBackground(who) => self.hears(DeskEvent::Deactivated(who.session())),
            Happening::LogsOut(who) => self.hears(DeskEvent::Ended(who.session())),
            Happening::LogsIn(who) => {
                let standing = Standing::Inactive;
                self.hears(DeskEvent::Came(Desk { standing, ..who.desk() }));
            }
            Happening::Doubt => self.hears(DeskEvent::Unknown(Doubt::ChangesMissed)),
            Happening::ReadAnew => {
                if matches!(self.seating, Seating::Unknown(_)) {
                    self.hears(DeskEvent::Known(vec![alice(), bob()]));
                }
            }
            Happening::CardIn => {
                if self.card.is_none() {
                    self.card = Some(self.day.card_in(0));
                    self.seen = Vec::from_iter(self.foreground());
                }
            }
            Happening::CardOut => {
                self.card = None;
                let effects = self.day.on(removed(0));
                self.sees(&effects);
            }
            Happening::Registers(who) => {
                self.day.registers(program(who.agent(), &who.desk()));
            }
            Happening::Authenticates(who) => {
                let asked = self.day.authenticates(program("app", &who.desk()), self.card);
                self.sees(&asked.effects);
            }
            Happening::Describes(who) => self.describes(who),
        }
    }

    fn describes(&mut self, who: Who) {
        let Some(card) = self.card else { return };
        let asked = self.day.asked_by(program("app", &who.desk()), Question::Describe(card));
        if matches!(asked.answer, Ok(Answer::Card(_))) {
            assert_eq!(self.foreground(), Some(who));
            assert!(self.seen.iter().all(|other| *other == who), "somebody else sat there since");
        }
    }
}

proptest! {
    #[test]
    fn prompts_and_descriptions_stay_at_the_desk_in_the_foreground(
        happenings in prop::collection::vec(happening(), 0..60),
    ) {
        let mut world = World::new();
        for happening in happenings {
            world.happens(happening);
            let foreground = world.foreground().map(Who::agent);
            for agent in world.prompts.values() {
                prop_assert_eq!(Some(agent.as_str()), foreground, "after {:?}", happening);
            }
        }
    }
}
