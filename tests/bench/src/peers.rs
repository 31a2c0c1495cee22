//! Other programs on the same card: what they say to it until they have listed it, or logged in and signed.

use std::fs;

use lanyard_stack::{Card, Stack};

use crate::{BenchError, figures::Figures, traffic::Traffic};

const PROGRAM: &str = "pkcs11-tool";

/// The modules, as their figures are called.
const OPENSC: (&str, &str) = ("opensc_login_sign", "opensc-pkcs11.so");
const YKCS11: (&str, &str) = ("ykcs11_login_sign", "libykcs11.so.2");

/// What OpenSC says to list a card.
pub(crate) fn list(stack: &Stack, card: &Card, figures: &mut Figures) -> Result<(), BenchError> {
    for (name, option) in [("opensc_list", "-L"), ("opensc_objects", "-O")] {
        let traffic = run(stack, card, &[option])?;
        figures.add(format!("{name}_apdus"), traffic.apdus, "pkcs11-tool, the RSA-2048 card");
        figures.add(format!("{name}_bytes"), traffic.bytes, "");
    }
    Ok(())
}

/// What each says to log in and sign with the key that signs in.
pub(crate) fn log_in_and_sign(
    stack: &Stack,
    card: &Card,
    passcode: &str,
    figures: &mut Figures,
) -> Result<(), BenchError> {
    fs::write(stack.folder().join("digest"), [0x5A; 32])?;
    for (name, module) in [OPENSC, YKCS11] {
        let login = ["--module", module, "--login", "--pin", passcode];
        let sign = ["--sign", "--id", "01", "--mechanism", "ECDSA"];
        let files = ["--input-file", "digest", "--output-file", "signature"];
        let traffic = run(stack, card, &[&login[..], &sign, &files].concat())?;
        let apdus = traffic.apdus + traffic.logout_apdus;
        figures.add(format!("{name}_apdus"), apdus, "pkcs11-tool and its module, the P-256 card");
        traffic.add_bytes(name, figures);
    }
    Ok(())
}

/// What a program said to a card that has just been put in, and that nobody else talks to.
fn run(stack: &Stack, card: &Card, arguments: &[&str]) -> Result<Traffic, BenchError> {
    stack.wait_until_out(0)?;
    card.command("counts reset")?;
    card.insert()?;
    stack.wait_until_in(0)?;
    let finished = stack.command(PROGRAM).args(arguments).run()?;
    card.remove()?;
    if finished.status.success() {
        return Traffic::of(card);
    }
    Err(BenchError::Peer { program: PROGRAM, words: finished.stderr })
}
