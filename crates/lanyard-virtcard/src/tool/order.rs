//! The orders a person or a program gives, one a line.

use std::str::FromStr;

use lanyard_virtcard::{Fault, RevocationReason, UnknownFault, UnknownReason};

/// One order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Insert(Option<String>),
    Remove,
    Swap(String),
    Status,
    Counts,
    ResetCounts,
    Fault(Option<Fault>),
    Revoke(String, RevocationReason),
    Personas,
    Help,
    Quit,
}

/// What every order does, as `help` tells it.
pub(super) const HELP: &str = "\
insert [PERSONA]   put a card in: this persona's, or the one that was in last
remove             pull the card out
swap PERSONA       pull the card and put another one in, as fast as can be
status             who is in, how many tries are left, whether the passcode is verified
counts             commands, bytes and time at work since the last `counts reset`
counts reset       count from zero
fault NAME [N]     make something go wrong; `fault none` ends it
revoke PERSONA     have a revocation list name a card's certificates; a reason may follow
personas           whose cards there are
quit               pull the card and end";

/// Why a line is no order.
#[derive(Debug, thiserror::Error)]
pub(super) enum OrderError {
    #[error("\"{0}\" is no order; say `help` to hear what there is")]
    Unknown(String),
    #[error(transparent)]
    Fault(#[from] UnknownFault),
    #[error(transparent)]
    Reason(#[from] UnknownReason),
}

impl FromStr for Order {
    type Err = OrderError;

    fn from_str(line: &str) -> Result<Self, OrderError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        Ok(match *words {
            ["insert"] => Self::Insert(None),
            ["insert", persona] => Self::Insert(Some(persona.to_owned())),
            ["remove"] => Self::Remove,
            ["swap", persona] => Self::Swap(persona.to_owned()),
            ["status"] => Self::Status,
            ["counts"] => Self::Counts,
            ["counts", "reset"] => Self::ResetCounts,
            ["fault", "none"] => Self::Fault(None),
            ["fault", ..] => {
                let name = line.trim_start().strip_prefix("fault").unwrap_or_default();
                Self::Fault(Some(name.trim().parse()?))
            }
            ["revoke", persona] => {
                Self::Revoke(persona.to_owned(), RevocationReason::KeyCompromise)
            }
            ["revoke", persona, reason] => Self::Revoke(persona.to_owned(), reason.parse()?),
            ["personas"] => Self::Personas,
            ["help"] => Self::Help,
            ["quit"] => Self::Quit,
            _ => return Err(OrderError::Unknown(line.trim().to_owned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn orders_are_read_with_their_words() {
        let read = |line: &str| line.parse::<Order>().unwrap();
        assert_eq!(read(" insert  nurse \n"), Order::Insert(Some("nurse".to_owned())));
        assert_eq!(read("counts reset"), Order::ResetCounts);
        let slow = Fault::Slow(Duration::from_millis(5));
        assert_eq!(read("fault slow 5"), Order::Fault(Some(slow)));
        assert_eq!(read("fault none"), Order::Fault(None));
        let lost = Order::Revoke("gp".to_owned(), RevocationReason::KeyCompromise);
        assert_eq!(read("revoke gp"), lost);
    }

    #[test]
    fn what_is_no_order_is_quoted_and_helped() {
        let error = "swap".parse::<Order>().unwrap_err().to_string();
        assert_eq!(error, "\"swap\" is no order; say `help` to hear what there is");
        let error = "fault broken".parse::<Order>().unwrap_err().to_string();
        assert!(error.starts_with("\"broken\" is no fault; there are: "), "{error}");
        assert!(error.contains("pulled-during-verify"), "{error}");
        let error = "revoke gp whim".parse::<Order>().unwrap_err().to_string();
        assert!(error.starts_with("\"whim\" is no reason; there are: keyCompromise, "), "{error}");
    }
}
