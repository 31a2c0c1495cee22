//! Session tickets: from a client's call of `Session.Ticket` to the ticket in its hands, the bus and everything on
//! the way included. Beside it the same client's call to the same daemon that does nothing
//! (`org.freedesktop.DBus.Peer.Ping`), which is what of it is the bus's own.

use std::time::Instant;

use lanyard_dbus::{BUS_NAME, ROOT, SessionDescription, SessionProxy};
use lanyard_stack::Stack;
use lanyard_witness::{Does, Options, PATIENCE, Person, Witness, ended};
use tokio::time::timeout;
use zbus::{ObjectPath, OwnedObjectPath, fdo::PeerProxy};

use crate::{
    BenchError,
    figures::{Figures, Sample},
    witness,
};

/// For 99 of 100 tickets, in milliseconds.
const GOAL: f64 = 1.0;

/// One role, and a card with a key on P-256: what kind the card's key is makes a ticket longer, not slower.
const PERSONA: &str = "nurse";
const PASSCODE: &str = "123456";

/// Tickets for each cycle of the other parts: one takes no time.
const EACH: usize = 10;

pub(crate) fn measure(cycles: usize, figures: &mut Figures) -> Result<(), BenchError> {
    let times = cycles * EACH;
    println!("tickets: {times} of one session");
    let stack = Stack::start()?;
    let _daemon = stack.daemon("")?;
    let _card = stack.card(0, PERSONA)?;
    stack.wait_until_in(0)?;
    let (runtime, mut witness) = witness(&stack)?;
    let measured = runtime.block_on(async {
        let session = signed_in(&mut witness).await?;
        sample(&witness, &session, times).await
    });
    let (mut tickets, mut pings) = measured?;
    let meaning = "a client's call of Session.Ticket, whole";
    figures.add("ticket_p50_ms", tickets.percentile(50)?, meaning);
    figures.add_with_goal("ticket_p99_ms", (tickets.percentile(99)?, GOAL), "");
    let meaning = "the same client's call that does nothing (Peer.Ping)";
    figures.add("ticket_ping_p50_ms", pings.percentile(50)?, meaning);
    figures.add("ticket_ping_p99_ms", pings.percentile(99)?, "");
    Ok(())
}

/// The holder signs in and is in her role.
async fn signed_in(witness: &mut Witness) -> Result<SessionProxy<'static>, BenchError> {
    let person = Person::new();
    person.sit_at(witness.connection()).await;
    witness.register_agent().await;
    witness.manager().await.subscribe().await.map_err(failed)?;
    witness.card_in_state("ready").await;
    person.then(Does::types(PASSCODE));
    let ended = ended(&witness.request("/", Options::new()).await).await;
    let session = ended.details.get("session").and_then(|it| ObjectPath::try_from(&**it).ok());
    let session = OwnedObjectPath::from(session.ok_or(BenchError::Empty("a session"))?);
    let proxy = SessionProxy::builder(witness.connection()).path(session);
    let session = proxy.build().await.map_err(failed)?;
    let active = async {
        loop {
            let answer = session.describe().await.map_err(failed)?;
            if SessionDescription::from_answer(answer).map_err(failed)?.state == "active" {
                return Ok::<(), BenchError>(());
            }
            witness.signal(|_| Some(())).await;
        }
    };
    timeout(PATIENCE, active).await.map_err(|_| BenchError::Empty("a role"))??;
    Ok(session)
}

/// How long tickets take, and calls that do nothing, by turns.
async fn sample(
    witness: &Witness,
    session: &SessionProxy<'_>,
    times: usize,
) -> Result<(Sample, Sample), BenchError> {
    let peer = PeerProxy::builder(witness.connection()).destination(BUS_NAME).path(ROOT);
    let peer = peer.build().await.map_err(failed)?;
    let (mut tickets, mut pings) = <(Sample, Sample)>::default();
    for number in 0..times {
        let nonce = format!("drawn-by-the-bench-{number}");
        let start = now();
        session.ticket("https://records.example", &nonce).await.map_err(failed)?;
        tickets.add(start.elapsed());
        let start = now();
        peer.ping().await.map_err(failed)?;
        pings.add(start.elapsed());
    }
    Ok((tickets, pings))
}

fn failed(error: impl Into<Box<dyn std::error::Error>>) -> BenchError {
    BenchError::Daemon(error.into().to_string())
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
