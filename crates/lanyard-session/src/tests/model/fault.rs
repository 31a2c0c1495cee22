//! Machines that do not keep what ours promises, made of ours: what they are told or what they want done is
//! changed on the way. Each must be found out.

use super::{
    people::Borrowed,
    promises::{
        END_IS_TOLD, IN_DOUBT, NO_LONGER, NOT_RECORDED, OF_ITS_DESK, ONE_OPEN, PROGRESS,
        THREE_PROOFS,
    },
    world::Site,
};
use crate::{
    Desk, Effect, Event, Now, OnRemoval, Proof, Recorded, Reverify, Sessions, Settings,
    machine::Service,
};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Its sessions do not hear of cards that go.
    DeafToRemoval,
    /// Its sessions do not hear that the workstation goes to sleep.
    DeafToSuspend,
    /// It takes every insertion for one that is there.
    BelievesLateProofs,
    /// It shows what it grants at once.
    ShowsBeforeRecorded,
    /// It takes two desks at one seat for desks at two.
    MixesUpSeats,
    /// It takes the unlocking of the screen for enough.
    ForgetsToReverify,
    /// It tells of an end twice.
    EndsTwice,
    /// It ends without a word.
    EndsInSilence,
    /// Its clocks stand still.
    TimeStandsStill,
    /// It takes a session up again that was locked by removal when the card is merely inserted.
    ResumesOnInsertion,
}

impl Fault {
    /// Each with a promise that it breaks.
    pub(super) const ALL: [(Self, &str); 11] = [
        (Self::DeafToRemoval, IN_DOUBT),
        (Self::DeafToSuspend, IN_DOUBT),
        (Self::ForgetsToReverify, IN_DOUBT),
        (Self::ResumesOnInsertion, IN_DOUBT),
        (Self::BelievesLateProofs, THREE_PROOFS),
        (Self::ShowsBeforeRecorded, NOT_RECORDED),
        (Self::MixesUpSeats, ONE_OPEN),
        (Self::EndsTwice, OF_ITS_DESK),
        (Self::EndsInSilence, END_IS_TOLD),
        (Self::TimeStandsStill, NO_LONGER),
        (Self::TimeStandsStill, PROGRESS),
    ];

    pub(super) fn settings(self, right: Settings) -> Settings {
        match self {
            Self::ForgetsToReverify => Settings { reverify_after_unlock: Reverify::No, ..right },
            Self::ResumesOnInsertion => Settings { on_removal: OnRemoval::Lock, ..right },
            _ => right,
        }
    }

    pub(super) fn desk(self, site: &Site, desk: usize) -> &'static Desk {
        match self {
            Self::MixesUpSeats => Site { seats: ["seat0", "seat1"], ..*site }.desk(desk),
            _ => site.desk(desk),
        }
    }

    pub(super) fn now(self, right: Now, began: Now) -> Now {
        match self {
            Self::TimeStandsStill => began,
            _ => right,
        }
    }

    pub(super) fn run(
        self,
        machine: &mut Sessions<u8, Borrowed>,
        event: Event<u8, Borrowed>,
        now: Now,
    ) -> Vec<Effect> {
        match (self, &event) {
            (Self::DeafToRemoval, Event::CardGone(insertion, _)) => {
                machine.cards.remove(insertion);
                return Vec::new();
            }
            (Self::DeafToSuspend, Event::Suspending) => {
                machine.service = Service::Suspended;
                return Vec::new();
            }
            (Self::BelievesLateProofs, Event::SignedIn { proof, .. }) => {
                machine.on(Event::CardInserted(proof.insertion()), now);
            }
            (Self::ResumesOnInsertion, Event::CardInserted(insertion)) => {
                machine.on(Event::CardInserted(*insertion), now);
                return resumes(machine, now);
            }
            _ => {}
        }
        let effects = machine.on(event, now);
        effects.into_iter().flat_map(|effect| self.instead(effect, machine, now)).collect()
    }

    fn instead(
        self,
        effect: Effect,
        machine: &mut Sessions<u8, Borrowed>,
        now: Now,
    ) -> Vec<Effect> {
        match (self, effect) {
            (Self::ShowsBeforeRecorded, Effect::Grant { ticket, record }) => {
                let mut effects = vec![Effect::Grant { ticket, record }];
                effects.extend(machine.on(Event::Recorded(ticket), now));
                effects
            }
            (Self::EndsTwice, Effect::Revoke(notice, record)) if is_end(&record.what) => {
                vec![Effect::Revoke(notice.clone(), record.clone()), Effect::Revoke(notice, record)]
            }
            (Self::EndsInSilence, Effect::Revoke(_, record)) if is_end(&record.what) => {
                vec![Effect::Record(record)]
            }
            (_, effect) => vec![effect],
        }
    }
}

/// As if the card that is merely in had been proved.
fn resumes(machine: &mut Sessions<u8, Borrowed>, now: Now) -> Vec<Effect> {
    let locked = machine.by_desk.values().find(|session| session.is_shown());
    let Some(session) = locked else {
        return Vec::new();
    };
    let (desk, card) = (session.desk.clone(), session.proof.card_index());
    let Some(insertion) = machine.cards.last().copied() else {
        return Vec::new();
    };
    machine.on(Event::SignedIn { desk, proof: Borrowed::of(card, insertion) }, now)
}

const fn is_end(what: &Recorded) -> bool {
    matches!(what, Recorded::Ended(_))
}
