//! Commands and bytes, counted at the card: ours, and OpenSC's on the same card.

use std::time::SystemTime;

use lanyard_card::{identify, piv::Slot};
use lanyard_stack::{Card, Stack};
use lanyard_virtcard::{Authorities, Personas};

use crate::{BenchError, figures::Figures, witness};

/// A persona whose card has one certificate, RSA-2048, of 1.1 kB.
const ONE_CERTIFICATE: &str = "pharmacist";

pub(crate) fn measure(figures: &mut Figures) -> Result<(), BenchError> {
    println!("commands: identify, and OpenSC");
    let stack = Stack::start()?;
    let card = stack.card_outside(0, ONE_CERTIFICATE)?;
    ours(&stack, &card, figures)?;
    known(figures)?;
    let list = opensc(&stack, &card, "-L")?;
    figures.add("opensc_list_apdus", list.0, "pkcs11-tool -L on the same card");
    figures.add("opensc_list_bytes", list.1, "");
    let objects = opensc(&stack, &card, "-O")?;
    figures.add("opensc_objects_apdus", objects.0, "pkcs11-tool -O on the same card");
    figures.add("opensc_objects_bytes", objects.1, "");
    Ok(())
}

/// The daemon itself, on a card that nobody has talked to yet.
fn ours(stack: &Stack, card: &Card, figures: &mut Figures) -> Result<(), BenchError> {
    let mut daemon = stack.daemon("")?;
    let (runtime, mut witness) = witness(stack)?;
    card.insert()?;
    runtime.block_on(witness.card_in_state("ready"));
    let (commands, bytes) = counts(card)?;
    figures.add("identify_new_apdus", commands, "a card never seen, one RSA-2048 certificate");
    figures.add("identify_new_bytes", bytes, "");
    daemon.terminate()?;
    Ok(())
}

/// The same conversation with a card whose certificate is known. In process: the daemon knows no card
/// yet, because none has proved its key to it.
#[expect(clippy::disallowed_methods, reason = "certificates are issued as of today")]
fn known(figures: &mut Figures) -> Result<(), BenchError> {
    let now = SystemTime::now();
    let failed = |error: &dyn ToString| BenchError::Card(error.to_string());
    let authorities = Authorities::in_memory(now).map_err(|error| failed(&error))?;
    let personas = Personas::compiled_in().map_err(|error| failed(&error))?;
    let persona = personas.named(ONE_CERTIFICATE).map_err(|error| failed(&error))?;
    let card = lanyard_virtcard::Card::issue(persona, &authorities, now);
    let mut card = card.map_err(|error| failed(&error))?;
    let first = identify(&mut card, Slot::Authentication, &|_| None);
    let first = first.map_err(|error| failed(&error))?;
    card.reset_counts();
    let certificate = |_: &_| Some(first.certificate.clone());
    identify(&mut card, Slot::Authentication, &certificate).map_err(|error| failed(&error))?;
    let counts = card.counts();
    figures.add(
        "identify_known_apdus",
        as_figure(counts.apdus),
        "its certificate known; in process",
    );
    figures.add("identify_known_bytes", as_figure(counts.bytes_in + counts.bytes_out), "");
    Ok(())
}

fn opensc(stack: &Stack, card: &Card, option: &str) -> Result<(f64, f64), BenchError> {
    stack.wait_until_in(0)?;
    card.command("counts reset")?;
    let finished = stack.command("pkcs11-tool").arg(option).run()?;
    if !finished.status.success() {
        return Err(BenchError::Peer { program: "pkcs11-tool", words: finished.stderr });
    }
    counts(card)
}

/// Commands, and bytes in both directions.
fn counts(card: &Card) -> Result<(f64, f64), BenchError> {
    let counts = card.counts()?;
    let count =
        |name: &str| as_figure(counts.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0));
    Ok((count("apdus"), count("bytes_in") + count("bytes_out")))
}

#[expect(clippy::cast_precision_loss, reason = "no count comes near 2^52")]
const fn as_figure(count: u64) -> f64 {
    count as f64
}
