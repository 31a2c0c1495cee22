//! Commands and bytes from the insertion of a card to the proof of its key, counted at the card; then other
//! programs' on the same card.

use lanyard_stack::{Card, Stack};

use crate::{
    BenchError,
    figures::Figures,
    holder::{Holder, P256, RSA, Sort},
    peers,
    traffic::Traffic,
};

/// Commands that are to be enough.
struct Goals {
    /// From insertion to proof, when the card is new.
    new: f64,
    /// The same, when it has proved its key before.
    known: f64,
    /// To authenticate a card that is identified.
    authenticate: f64,
}

const P256_GOALS: Goals = Goals { new: 12.0, known: 7.0, authenticate: 4.0 };
const RSA_GOALS: Goals = Goals { new: 14.0, known: 9.0, authenticate: 6.0 };

const IDENTIFY_NEW: f64 = 8.0;
const IDENTIFY_KNOWN: f64 = 3.0;

pub(crate) fn measure(figures: &mut Figures) -> Result<(), BenchError> {
    for (sort, goals) in [(RSA, RSA_GOALS), (P256, P256_GOALS)] {
        println!("commands: {}, ours and other programs'", sort.name);
        let stack = Stack::start()?;
        let card = stack.card_outside(0, sort.persona)?;
        ours(&stack, &card, (&sort, &goals), figures)?;
        if sort.name == RSA.name {
            peers::list(&stack, &card, figures)?;
        } else {
            peers::log_in_and_sign(&stack, &card, sort.passcode, figures)?;
        }
    }
    Ok(())
}

/// The daemon itself: a card that nobody has talked to yet is authenticated twice, pulled, and put in again.
fn ours(
    stack: &Stack,
    card: &Card,
    (sort, goals): (&Sort, &Goals),
    figures: &mut Figures,
) -> Result<(), BenchError> {
    let mut daemon = stack.daemon("")?;
    let mut holder = Holder::at(stack, sort.passcode)?;

    let certificate = holder.inserts(card)?;
    let meaning = "the certificate of the key that signs in";
    figures.add(format!("certificate_{}_bytes", sort.name), certificate, meaning);
    if sort.name == RSA.name {
        let meaning = "a card never seen, one RSA-2048 certificate";
        identified(card, ("identify_new", IDENTIFY_NEW), meaning, figures)?;
    }
    let name = format!("insertion_to_proof_new_{}", sort.name);
    proved(&mut holder, card, (&name, goals.new), "a card never seen", figures)?;

    card.command("counts reset")?;
    let name = format!("authenticate_known_{}", sort.name);
    let logout =
        proved(&mut holder, card, (&name, goals.authenticate), "an identified card", figures)?;
    let meaning = "that log it out, not in the others";
    figures.add(format!("{name}_logout_apdus"), logout, meaning);

    holder.removes(card)?;
    card.command("counts reset")?;
    holder.inserts(card)?;
    if sort.name == RSA.name {
        let meaning = "its certificate known";
        identified(card, ("identify_known", IDENTIFY_KNOWN), meaning, figures)?;
    }
    let name = format!("insertion_to_proof_known_{}", sort.name);
    let meaning = "a card that proved its key before";
    proved(&mut holder, card, (&name, goals.known), meaning, figures)?;
    holder.removes(card)?;
    daemon.terminate()?;
    Ok(())
}

/// What it took until the card's state was published.
fn identified(
    card: &Card,
    (name, at_most): (&str, f64),
    meaning: &'static str,
    figures: &mut Figures,
) -> Result<(), BenchError> {
    let traffic = Traffic::of(card)?;
    figures.add_with_goal(format!("{name}_apdus"), (traffic.apdus, at_most), meaning);
    figures.add(format!("{name}_bytes"), traffic.bytes, "");
    Ok(())
}

/// What it took until the holder was authenticated; and the commands that logged the card out.
fn proved(
    holder: &mut Holder,
    card: &Card,
    (name, at_most): (&str, f64),
    meaning: &'static str,
    figures: &mut Figures,
) -> Result<f64, BenchError> {
    holder.authenticates()?;
    let traffic = Traffic::of(card)?;
    figures.add_with_goal(format!("{name}_apdus"), (traffic.apdus, at_most), meaning);
    traffic.add_bytes(name, figures);
    Ok(traffic.logout_apdus)
}
