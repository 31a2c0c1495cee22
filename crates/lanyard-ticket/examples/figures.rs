//! Figures of session tickets, of the release build: how long giving one takes, how long believing one, and
//! how long they are.
//!
//! `cargo run --release -p lanyard-ticket --example figures [TICKETS]`

#![expect(clippy::indexing_slicing, clippy::panic, reason = "shared with tests")]
#![expect(clippy::unwrap_used, reason = "a figure is taken, or there is none")]
#![expect(clippy::disallowed_methods, reason = "a program that measures has a clock")]
#![expect(clippy::print_stdout, reason = "figures are for whoever runs it")]

#[expect(dead_code, reason = "tests need the rest")]
#[path = "../tests/tickets/cards.rs"]
mod cards;
#[expect(dead_code, reason = "tests need the rest")]
#[path = "../tests/tickets/forge.rs"]
mod forge;
#[expect(dead_code, reason = "tests need the rest")]
#[path = "../tests/tickets/judges.rs"]
mod judges;

use std::time::{Duration, Instant};

use lanyard_ticket::{Audience, Nonce, TicketFor};

use cards::{Person, proof, random};
use forge::{AUDIENCE, NONCE, NOW, time};

fn main() {
    let tickets = std::env::args().nth(1).map_or(2_000, |text| text.parse().unwrap());
    for (name, key) in [("nurse", "p256"), ("gp", "rsa2048")] {
        let mut person = Person::of(name);
        let session = person.tickets();
        let (audience, nonce) = (Audience::parse(AUDIENCE).unwrap(), Nonce::parse(NONCE).unwrap());
        let document = person.document();
        let asked = TicketFor { audience: &audience, nonce: &nonce, role: proof(&document) };
        let random = random();
        let give = || session.ticket(&asked, &random, time(NOW)).unwrap();
        let length = give().len();
        println!("ticket_{key}_characters {length}");
        let given = each(tickets, || drop(give()));
        if name == "nurse" {
            println!("ticket_p99_ms {:.3}", ms(percentile(&given, 99)));
            println!("ticket_p50_ms {:.3}", ms(percentile(&given, 50)));
            println!("ticket_worst_ms {:.3}", ms(percentile(&given, 100)));
        }
        let case = person.case(give(), NOW);
        let verified = case.with_verifier(|verifier, expected| {
            let verify = || verifier.verify(&case.ticket, expected, time(NOW)).unwrap();
            each(tickets.div_ceil(4), || drop(verify()))
        });
        println!("ticket_{key}_verify_p50_ms {:.3}", ms(percentile(&verified, 50)));
        println!("ticket_{key}_verify_p99_ms {:.3}", ms(percentile(&verified, 99)));
    }
}

fn each(times: usize, mut act: impl FnMut()) -> Vec<Duration> {
    let mut taken: Vec<Duration> = std::iter::repeat_with(|| {
        let before = Instant::now();
        act();
        before.elapsed()
    })
    .take(times)
    .collect();
    taken.sort_unstable();
    taken
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    *sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).unwrap()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
