//! The check of `lanyard-virtcard`: one answer to every command, and counters that only fall.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use lanyard_virtcard::{Authorities, Card, Personas, Reply};

use crate::conversation::parts;

/// Quickly issued, and with tries already spent, so that a counter could rise.
const PERSONA: &str = r#"
[[persona]]
name = "target"
about = "Hears anything"
holder-uuid = "999900000999"
holder-name = "Test Target"
slots = ["9e"]
passcode = "73915048"
puk = "60284917"
tries = 9
tries-left = 6
features = ["extended-length"]
"#;

/// Who says one of these may raise a counter.
const SECRETS: [&[u8]; 2] = [b"73915048", b"60284917"];

#[expect(clippy::expect_used, reason = "the persona is a constant, and OpenSSL makes keys")]
static PERSONAS: LazyLock<Personas> = LazyLock::new(|| {
    let mut personas = Personas::compiled_in().expect("personas are well-formed");
    personas.add(PERSONA).expect("the persona is well-formed");
    personas
});

#[expect(clippy::expect_used, reason = "OpenSSL makes keys")]
static AUTHORITIES: LazyLock<Authorities> =
    LazyLock::new(|| Authorities::in_memory(today()).expect("authorities can be made"));

/// 1 September 2026.
fn today() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_788_220_800)
}

/// Commands in a row, as the input says, to a virtual card; a pulled card is put in again.
#[expect(clippy::expect_used, reason = "the persona is known, and OpenSSL makes its key")]
pub fn reply(input: &[u8]) {
    let persona = PERSONAS.named("target").expect("the persona is known");
    let mut card = Card::issue(persona, &AUTHORITIES, today()).expect("the card can be issued");
    let may_rise = says_a_secret(input);
    for command in parts(input) {
        let before = card.tries();
        match command {
            None => card.reset(),
            Some(command) => answers(&mut card, command),
        }
        let after = card.tries();
        let fell = after.passcode <= before.passcode && after.puk <= before.puk;
        assert!(fell || may_rise, "{before:?} became {after:?} after {command:02X?}");
        let spent = before.passcode.saturating_sub(after.passcode);
        assert!(spent <= 1, "one command spent {spent} tries");
    }
}

fn answers(card: &mut Card, command: &[u8]) {
    match card.reply(command) {
        Reply::Answer(answer) => assert!(answer.len() >= 2, "no status word"),
        Reply::Late(..) | Reply::Silence | Reply::Pulled | Reply::Reset => {
            unreachable!("the card has no fault")
        }
    }
}

/// Whether the bodies of these commands, one after another as a chain has them, hold a secret. Headers
/// are five bytes, or seven in extended form.
fn says_a_secret(input: &[u8]) -> bool {
    [5, 7].into_iter().any(|header| {
        let bodies = parts(input).into_iter().flatten().filter_map(|command| command.get(header..));
        let said: Vec<u8> = bodies.flatten().copied().collect();
        let says = |secret: &&[u8]| said.windows(secret.len()).any(|window| window == *secret);
        SECRETS.iter().any(says)
    })
}
