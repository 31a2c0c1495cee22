//! A simulated card and everything that may happen to it, in any order: never a fourth refusal, never a
//! forgotten one, never a false block where the counter can be read.

use std::time::SystemTime;

use lanyard_ledger::{Intent, Ledger, LedgerError, MOST_REFUSALS, Purpose, Settlement};
use proptest::prelude::*;

use crate::card::{Card, card};
use crate::disk::{Fault, SimulatedDisk};

/// Where an attempt is cut off.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// At this step of the disk, in whatever is being done: killed, or the power with it.
    AtStep(usize, Option<u64>),
    AfterBegin,
    AfterSend,
    AfterAnswer,
    /// The card is pulled before it answers; the daemon lives on.
    Pulled,
    /// The thread that spoke to the card is gone with the answer; the daemon lives on.
    Lost,
}

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Inserted,
    Attempt {
        right: bool,
        cut: Option<Cut>,
    },
    /// The person gave up between intent and sending.
    GivenUp,
    VerifiedElsewhere {
        right: bool,
    },
    UnblockedElsewhere,
    Released,
    Restarted,
    PowerFailed {
        luck: u64,
    },
    /// A step of the disk fails soon.
    DiskWillFail {
        steps: usize,
    },
    /// The query for the tries left works, or not.
    QueryAnswered(bool),
}

fn cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        2 => (0..9_usize, any::<Option<u64>>()).prop_map(|(step, luck)| Cut::AtStep(step, luck)),
        1 => Just(Cut::AfterBegin),
        1 => Just(Cut::AfterSend),
        1 => Just(Cut::AfterAnswer),
        1 => Just(Cut::Pulled),
        1 => Just(Cut::Lost)
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        2 => Just(Happening::Inserted),
        8 => (any::<bool>(), prop::option::of(cut()))
            .prop_map(|(right, cut)| Happening::Attempt { right: right && cut.is_some(), cut }),
        1 => Just(Happening::Attempt { right: true, cut: None }),
        1 => Just(Happening::GivenUp),
        2 => any::<bool>().prop_map(|right| Happening::VerifiedElsewhere { right }),
        1 => Just(Happening::UnblockedElsewhere),
        1 => Just(Happening::Released),
        1 => Just(Happening::Restarted),
        2 => any::<u64>().prop_map(|luck| Happening::PowerFailed { luck }),
        1 => (0..6_usize).prop_map(|steps| Happening::DiskWillFail { steps }),
    ]
}

/// A workstation: a disk, the ledger while the daemon runs, and a card.
struct World {
    disk: SimulatedDisk,
    ledger: Option<Ledger>,
    card: Card,
}

impl World {
    fn new(card: Card) -> Self {
        Self { disk: SimulatedDisk::default(), ledger: None, card }
    }

    /// The ledger, opened if need be; nothing while the disk fails.
    fn ledger(&mut self) -> Option<&mut Ledger> {
        if self.ledger.is_none() {
            let (ledger, findings) = Ledger::open_on(Box::new(self.disk.clone())).ok()?;
            assert!(!ledger.doubt(), "no crash loses anything: {findings:?}");
            self.ledger = Some(ledger);
        }
        self.ledger.as_mut()
    }

    fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::Inserted => self.inserted(),
            Happening::Attempt { right, cut } => self.attempt(right, cut),
            Happening::GivenUp => {
                if let Some(settlement) = self.begun().map(lanyard_ledger::IntentSynced::not_sent) {
                    self.settle(settlement);
                }
            }
            Happening::VerifiedElsewhere { right } => drop(self.card.verify(right)),
            Happening::UnblockedElsewhere => self.card.restored(self.card.most),
            Happening::Released => self.released(),
            Happening::Restarted => self.crashed(None),
            Happening::PowerFailed { luck } => self.crashed(Some(luck)),
            Happening::DiskWillFail { steps } => self.disk.fault_after(steps, Fault::Fails),
            Happening::QueryAnswered(told) => {
                self.card.told = told;
                self.card.always_told &= told;
            }
        }
    }

    fn crashed(&mut self, luck: Option<u64>) {
        self.ledger = None;
        match luck {
            Some(luck) => self.disk.power_failed(luck),
            None => self.disk.process_killed(),
        }
    }

    fn inserted(&mut self) {
        let card = self.card;
        let Some(ledger) = self.ledger() else { return };
        let _ = ledger.saw(&card.serial(), card.counter());
        let standing = ledger.standing(&card.serial());
        assert!(standing.strikes >= card.ours, "a refusal was forgotten: {standing:?} {card:?}");
        assert!(standing.open_intent.is_none());
        if card.always_told {
            assert!(standing.strikes <= card.all, "a false strike: {standing:?} {card:?}");
            assert!(!standing.blocked_here || card.all >= MOST_REFUSALS, "a false block");
        }
    }

    fn begun(&mut self) -> Option<lanyard_ledger::IntentSynced> {
        let card = self.card;
        let ledger = self.ledger()?;
        let intent = Intent {
            card: card.serial(),
            counter_before: card.counter(),
            purpose: Purpose::SignIn,
            at: SystemTime::UNIX_EPOCH,
        };
        match ledger.begin(intent) {
            Ok(synced) => {
                assert!(card.ours < MOST_REFUSALS, "a fourth try");
                Some(synced)
            }
            Err(LedgerError::BlockedHere { strikes }) => {
                assert!(strikes >= MOST_REFUSALS);
                assert!(!card.always_told || card.all >= MOST_REFUSALS, "a false block");
                None
            }
            Err(LedgerError::BlockedByCard) => {
                assert_eq!(card.left, 0);
                None
            }
            Err(LedgerError::Disk { .. }) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// One attempt, or as much of it as there is.
    fn attempt(&mut self, right: bool, cut: Option<Cut>) {
        if let Some(Cut::AtStep(step, _)) = cut {
            self.disk.fault_after(step, Fault::Dies);
        }
        self.attempt_until(right, cut);
        match cut {
            None | Some(Cut::Pulled | Cut::Lost) => {}
            Some(Cut::AtStep(_, luck)) => self.crashed(luck),
            Some(Cut::AfterBegin | Cut::AfterSend | Cut::AfterAnswer) => self.crashed(None),
        }
    }

    fn attempt_until(&mut self, right: bool, cut: Option<Cut>) {
        let Some(synced) = self.begun() else { return };
        assert!(self.is_on_disk(), "nothing is sent before the intent is on the disk");
        if matches!(cut, Some(Cut::AfterBegin)) {
            return;
        }
        let sent = synced.sending();
        let accepted = self.card.verify(right);
        if !accepted {
            self.card.ours += 1;
        }
        assert!(self.card.ours <= MOST_REFUSALS, "a fourth refusal reached the card");
        match cut {
            Some(Cut::Pulled) => return self.settle(sent.unanswered()),
            Some(Cut::AfterBegin | Cut::AfterSend | Cut::AfterAnswer | Cut::Lost) => return,
            None | Some(Cut::AtStep(..)) => {}
        }
        // A card that does not say it in its answer is asked again.
        let told = self.card.told || self.card.told_in_refusals;
        let told = Card { told, ..self.card }.counter();
        self.settle(if accepted { sent.accepted() } else { sent.refused(told) });
        if accepted {
            self.inserted();
        }
    }

    /// The power fails now, in a copy of this world, and takes everything that was not synced.
    fn is_on_disk(&self) -> bool {
        let serial = self.card.serial();
        let after = SimulatedDisk::holding(self.disk.synced());
        let (ledger, _) = Ledger::open_on(Box::new(after)).unwrap();
        ledger.standing(&serial).open_intent.is_some()
    }

    fn settle(&mut self, settlement: Settlement) {
        if let Some(ledger) = &mut self.ledger {
            let _ = ledger.settle(settlement);
        }
    }

    fn released(&mut self) {
        let serial = self.card.serial();
        let Some(ledger) = self.ledger() else { return };
        // One that failed may have reached the disk: it was asked for all the same.
        let _ = ledger.release(&serial);
        self.card.ours = 0;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn never_a_fourth_never_a_forgotten_never_a_false_block(
        card in card(), happenings in prop::collection::vec(happening(), 1..60),
    ) {
        let mut world = World::new(card);
        for happening in happenings {
            world.happens(happening);
        }
        world.disk.process_killed();
        world.inserted();
    }

    #[test]
    fn never_a_fourth_never_a_forgotten_on_a_card_that_tells_now_and_then(
        card in card(),
        happenings in prop::collection::vec(
            prop_oneof![5 => happening(), 1 => any::<bool>().prop_map(Happening::QueryAnswered)],
            1..80,
        ),
    ) {
        let mut world = World::new(card);
        for happening in happenings {
            world.happens(happening);
        }
        world.disk.process_killed();
        world.inserted();
    }
}
