//! What went through a card, as the virtual card itself counted it, and how long a slow line takes for it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lanyard_stack::Card;
use serde_json::Value;

use crate::{BenchError, figures::Figures};

/// VERIFY that drops the verified state (SP 800-73-4 part 2 §3.2.1).
const LOG_OUT: &str = "0020FF80";

/// Bit times that one byte takes on the line: a start bit, eight bits, parity, and a guard time of two
/// (ISO/IEC 7816-3 §7.2, §8.3). A card may ask for one less with T=1; the virtual card does not.
///
/// Bytes of APDUs are counted, and neither the blocks of T=1 around them nor the procedure bytes of T=0:
/// with these every command costs eight bytes more or so, ours and other programs' alike.
const BIT_TIMES: f64 = 12.0;

/// A card's first rate, and a common one after negotiation, in bits a second.
const RATES: [(f64, &str); 2] = [(9_600.0, "9600"), (115_200.0, "115200")];

/// Commands and bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traffic {
    /// Commands until the card is told to forget the passcode, all of them if it never is.
    pub(crate) apdus: f64,
    /// That command and those after it.
    pub(crate) logout_apdus: f64,
    /// Bytes of all of them, in both directions.
    pub(crate) bytes: f64,
    /// How long the card worked on them.
    pub(crate) worked: Duration,
    /// When its last answer was ready; 1970 before the first.
    pub(crate) answered: SystemTime,
}

impl Traffic {
    /// What went through since the counts were reset.
    pub(crate) fn of(card: &Card) -> Result<Self, BenchError> {
        let counts = card.counts()?;
        let number = |name: &str| counts.get(name).and_then(Value::as_u64).unwrap_or(0);
        let headers = counts.get("headers").and_then(Value::as_array);
        let headers = headers.ok_or(BenchError::Empty("what the card was told"))?;
        let logged_out = headers.iter().position(|header| header == LOG_OUT);
        let all = number("apdus");
        let before = logged_out.map_or(all, |position| position as u64);
        Ok(Self {
            apdus: as_figure(before),
            logout_apdus: as_figure(all - before),
            bytes: as_figure(number("bytes_in") + number("bytes_out")),
            worked: Duration::from_micros(number("worked_us")),
            answered: UNIX_EPOCH + Duration::from_micros(number("answered_us")),
        })
    }

    /// Adds bytes and line times under this name.
    pub(crate) fn add_bytes(&self, name: &str, figures: &mut Figures) {
        figures.add(format!("{name}_bytes"), self.bytes, "");
        for (rate, label) in RATES {
            let milliseconds = self.bytes * BIT_TIMES / rate * 1000.0;
            figures.add(format!("{name}_line_{label}_ms"), milliseconds, "");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no count comes near 2^52")]
pub(crate) const fn as_figure(count: u64) -> f64 {
    count as f64
}
