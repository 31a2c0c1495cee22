//! From the raw client's wake-up to `SessionEnded`, when the card of somebody in her role is pulled: at one
//! subscribed client, and at the last of five hundred.
//!
//! The real daemon on the real pcscd and a real bus. The five hundred are one user's, whom this bus lets have so
//! many connections: on a machine without login sessions a desk is one user's.

use lanyard_stack::{Card, Stack};

use super::listeners::{Heard, Listeners};
use crate::{
    BenchError,
    figures::{Figures, Sample},
    holder::{Holder, P256},
    raw::Raw,
};

/// For 99 of 100 removals, in milliseconds.
const ONE_GOAL: f64 = 10.0;
const MANY_GOAL: f64 = 50.0;

const MANY: usize = 500;

/// Besides the listeners': the daemon's, the holder's, and those who wait for names.
const OTHER_CONNECTIONS: usize = 50;

/// One user may have 64 requests, those of the last minute included: then a new daemon is needed.
const REQUESTS: usize = 60;

pub(super) fn measure(cycles: usize, figures: &mut Figures) -> Result<(), BenchError> {
    let stack = Stack::builder().connections(MANY + OTHER_CONNECTIONS).start()?;
    let card = stack.card_outside(0, P256.persona)?;
    let mut one = ended(&stack, &card, (1, cycles))?;
    let meaning = "card pulled: raw client's wake-up to SessionEnded, one client";
    figures.add("session_ended_p50_ms", one.delays.percentile(50)?, meaning);
    figures.add_with_goal("session_ended_p99_ms", (one.delays.percentile(99)?, ONE_GOAL), "");

    let mut many = ended(&stack, &card, (MANY, cycles))?;
    let meaning = "the same at the last of 500 clients of the desk";
    figures.add("session_ended_last_of_500_p50_ms", many.delays.percentile(50)?, meaning);
    let p99 = many.delays.percentile(99)?;
    figures.add_with_goal("session_ended_last_of_500_ms", (p99, MANY_GOAL), "its p99");
    let meaning = "what the 500 clients themselves work in it, p50";
    figures.add("session_ended_500_clients_ms", many.work.percentile(50)?, meaning);
    Ok(())
}

/// What was measured with so many clients.
#[derive(Debug, Default)]
struct Removals {
    delays: Sample,
    work: Sample,
}

fn ended(
    stack: &Stack,
    card: &Card,
    (clients, cycles): (usize, usize),
) -> Result<Removals, BenchError> {
    println!("sessions: {cycles} cards are pulled, clients that listen: {clients}");
    let reader = stack.reader_names().into_iter().next().unwrap_or_default();
    let raw = Raw::watching(stack, &reader)?;
    let (mut removals, mut left) = (Removals::default(), cycles);
    while left > 0 {
        let mut daemon = stack.daemon("")?;
        let mut holder = Holder::at(stack, P256.passcode)?;
        let mut listeners = Listeners::subscribed(stack.bus().address(), clients)?;
        for _ in 0..left.min(REQUESTS) {
            holder.inserts(card)?;
            raw.when(true)?;
            holder.authenticates()?;
            listeners.all_hear("RoleSelected")?;
            card.remove()?;
            let Heard { last, worked } = listeners.all_hear("SessionEnded")?;
            // Nothing, when the signal came before the raw client had woken up.
            removals.delays.add(last.saturating_duration_since(raw.when(false)?));
            removals.work.add(worked);
            holder.sees_it_removed();
        }
        left = left.saturating_sub(REQUESTS);
        daemon.terminate()?;
    }
    Ok(removals)
}
