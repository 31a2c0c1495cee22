//! What can be wrong with a card: the faults and their names in personas and commands.
//!
//! How each shows is `card`'s duty.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// One thing that is wrong with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has an ATR and never answers.
    Mute,
    /// Its answers are nonsense, and its data objects lie about their lengths.
    Garbage,
    /// Every command takes this long. In process the answer comes at once.
    Slow(Duration),
    /// It is pulled while it checks a passcode: the try is gone, the answer never comes. Once.
    PulledDuringVerify,
    /// It answers this many commands more, then none.
    DiesAfter(u32),
    /// Another program resets it after this many commands more. Once, and only in process: on a real
    /// reader another program can do it.
    ResetAfter(u32),
    /// It promises more data without end.
    Endless,
    /// Its certificates are 64 KiB long.
    HugeCertificate,
    /// Its answers have one byte.
    Short,
    /// It insists on the exact `Le` with `6C xx`.
    ExactLength,
}

/// A name that no fault has, or a number that does not belong to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no fault; there are: {}", Fault::FORMS.join(", "))]
pub struct UnknownFault {
    text: String,
}

impl Fault {
    /// How each fault is written; N is a number.
    pub const FORMS: [&str; 10] = [
        "mute",
        "garbage",
        "slow N (milliseconds)",
        "pulled-during-verify",
        "dies-after N",
        "reset-after N",
        "endless",
        "huge-certificate",
        "short",
        "exact-length",
    ];
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let unknown = || UnknownFault { text: text.to_owned() };
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| unknown());
        Ok(match *words {
            ["mute"] => Self::Mute,
            ["garbage"] => Self::Garbage,
            ["slow", n] => Self::Slow(Duration::from_millis(number(n)?.into())),
            ["pulled-during-verify"] => Self::PulledDuringVerify,
            ["dies-after", n] => Self::DiesAfter(number(n)?),
            ["reset-after", n] => Self::ResetAfter(number(n)?),
            ["endless"] => Self::Endless,
            ["huge-certificate"] => Self::HugeCertificate,
            ["short"] => Self::Short,
            ["exact-length"] => Self::ExactLength,
            _ => return Err(unknown()),
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mute => f.write_str("mute"),
            Self::Garbage => f.write_str("garbage"),
            Self::Slow(delay) => write!(f, "slow {}", delay.as_millis()),
            Self::PulledDuringVerify => f.write_str("pulled-during-verify"),
            Self::DiesAfter(n) => write!(f, "dies-after {n}"),
            Self::ResetAfter(n) => write!(f, "reset-after {n}"),
            Self::Endless => f.write_str("endless"),
            Self::HugeCertificate => f.write_str("huge-certificate"),
            Self::Short => f.write_str("short"),
            Self::ExactLength => f.write_str("exact-length"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_as_it_is_written() {
        for form in Fault::FORMS {
            let text = form.replace('N', "7");
            let text = text.split(" (").next().unwrap();
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_unknown_fault_is_told_what_there_is() {
        let error = "slow".parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains("slow N (milliseconds)"), "{error}");
    }
}
