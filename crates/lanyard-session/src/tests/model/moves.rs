//! Everything that can happen next in the world.

use super::world::World;
use crate::{Departure, Insertion};

/// One thing that happens. Cards and desks by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Insert(usize),
    Pull(usize, Departure),
    SignIn {
        desk: usize,
        card: usize,
    },
    /// Proofs of an insertion that is over arrive late.
    SignInLate {
        desk: usize,
        card: usize,
    },
    Answer(usize, Answer),
    Choose(usize, Role),
    LockAsked(usize),
    EndAsked(usize),
    Distrusted(usize),
    Failed(usize),
    Screen(usize),
    Enter(usize),
    Leave(usize),
    Gone(usize),
    Activity(usize),
    /// By the place among the tickets that are not answered.
    Recorded(usize),
    NotRecorded(usize),
    Sleep,
    /// After an hour.
    Wake,
    Tick,
    WallBack,
    WallForward,
    Stop,
}

/// What the directory says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Failed,
    None,
    Day,
    /// The same role, which allows something else.
    DayChanged,
    DayAndNight,
}

/// The two roles: one closes at a date, the other opens at one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Day,
    Night,
}

impl Role {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Night => "night",
        }
    }
}

impl Answer {
    /// Whether this role, which allows this, is in it.
    pub(super) fn gives(self, role: &str, allows: u8) -> bool {
        let roles: &[(Role, u8)] = match self {
            Self::Failed | Self::None => &[],
            Self::Day => &[(Role::Day, 1)],
            Self::DayChanged => &[(Role::Day, 2)],
            Self::DayAndNight => &[(Role::Day, 1), (Role::Night, 1)],
        };
        roles.iter().any(|(given, what)| (given.id(), *what) == (role, allows))
    }
}

impl World {
    pub(super) fn moves(&self) -> Vec<Move> {
        let mut moves = vec![Move::Tick, Move::Stop];
        moves.push(if self.asleep { Move::Wake } else { Move::Sleep });
        if self.jumps_left > 0 {
            moves.extend([Move::WallBack, Move::WallForward]);
        }
        for card in 0..2 {
            self.moves_of_card(card, &mut moves);
        }
        for desk in 0..2 {
            self.moves_of_desk(desk, &mut moves);
        }
        let tickets = 0..self.tickets.len();
        moves
            .extend(tickets.flat_map(|ticket| [Move::Recorded(ticket), Move::NotRecorded(ticket)]));
        moves
    }

    fn moves_of_card(&self, card: usize, moves: &mut Vec<Move>) {
        let departures = [Departure::Removed, Departure::ServiceGone, Departure::InDoubt];
        if self.cards[card].inside.is_some() {
            moves.extend(departures.map(|how| Move::Pull(card, how)));
            moves.extend([0, 1].map(|desk| Move::SignIn { desk, card }));
        } else {
            moves.push(Move::Insert(card));
        }
        let late: Option<Insertion> = self.cards[card].before;
        if late.is_some() {
            moves.extend([0, 1].map(|desk| Move::SignInLate { desk, card }));
        }
    }

    fn moves_of_desk(&self, desk: usize, moves: &mut Vec<Move>) {
        let front = self.is_in_front(desk);
        moves.push(if front { Move::Leave(desk) } else { Move::Enter(desk) });
        moves.push(Move::Screen(desk));
        if self.session_at(desk).is_some() {
            let answers = [
                Answer::Failed,
                Answer::None,
                Answer::Day,
                Answer::DayChanged,
                Answer::DayAndNight,
            ];
            moves.extend(answers.map(|answer| Move::Answer(desk, answer)));
            moves.extend([Role::Day, Role::Night].map(|role| Move::Choose(desk, role)));
            moves.extend([
                Move::LockAsked(desk),
                Move::EndAsked(desk),
                Move::Distrusted(desk),
                Move::Failed(desk),
                Move::Gone(desk),
                Move::Activity(desk),
            ]);
        }
    }
}
