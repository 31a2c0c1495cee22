//! The command line of `lanyardctl certificate`: which card; or which file, judged by what.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use lanyard_trust::{Demand, Oid, PolicySettings, Profile, RevocationMode, Settings, UnixTime};

use super::Which;

/// A card's certificate, or one in a file.
#[derive(Args, Clone, Debug)]
pub(crate) struct Certificate {
    #[command(flatten)]
    pub(crate) shown: Shown,
    #[command(subcommand)]
    pub(crate) instead: Option<FileTask>,
}

/// Which card's certificate is shown, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct Shown {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Write the certificates themselves as PEM, the card's first and the anchor's last, and nothing else
    #[arg(long)]
    pub(crate) pem: bool,
}

impl Certificate {
    /// What contradicts itself. Clap's own way, conflicts between arguments and subcommands, would take
    /// `--json` and `--bus` for such, which stand anywhere.
    pub(super) const fn contradiction(&self, json: bool) -> Option<&'static str> {
        let Shown { which, pem } = &self.shown;
        match (&self.instead, pem, &which.card) {
            (Some(FileTask::Check(_)), true, _) | (Some(FileTask::Check(_)), _, Some(_)) => Some(
                "a certificate in a file is checked without a card: leave --card and --pem out",
            ),
            (None, true, _) if json => Some("--pem and --json cannot be used together"),
            (None, ..) | (Some(FileTask::Check(_)), false, None) => None,
        }
    }
}

/// What is to be done with a certificate in a file.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum FileTask {
    /// Judge a certificate from a file as lanyardd judges a card's, without a card and without a network
    ///
    /// The file is in DER form (one certificate) or in PEM form: the first one is judged, the others count
    /// as brought along by the card. Ends with 0 when it is accepted, with 8 when it is refused, with 1 when
    /// a file stands against judging it.
    Check(Box<Check>),
}

/// What is judged, when, and by what.
#[derive(Args, Clone, Debug)]
pub(crate) struct Check {
    /// The certificate
    pub(crate) file: PathBuf,
    /// Judge it as of this time instead of now: 2026-01-05T08:00:00Z, or 2026-01-05 for that day's first
    /// second in UTC
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<UnixTime>,
    /// A folder or file of trust anchors, PEM or DER; may be given several times [default:
    /// /etc/lanyard/anchors]
    #[arg(long, value_name = "PATH")]
    pub(crate) anchors: Vec<PathBuf>,
    /// A folder or file of further authorities; may be given several times [default:
    /// /etc/lanyard/intermediates]
    #[arg(long, value_name = "PATH")]
    pub(crate) intermediates: Vec<PathBuf>,
    /// A folder or file of revocation lists; may be given several times [default: /etc/lanyard/crls]
    #[arg(long, value_name = "PATH")]
    pub(crate) crls: Vec<PathBuf>,
    /// What must be known about revocation
    #[arg(long, value_name = "MODE", default_value = "hard")]
    pub(crate) revocation: Revocation,
    /// What the certificate is judged for
    #[arg(long, value_name = "PROFILE", default_value = "sign-in")]
    pub(crate) profile: For,
    #[command(flatten)]
    policies: Policies,
}

/// The policy inputs of RFC 5280 §6.1.1.
#[derive(Args, Clone, Debug)]
struct Policies {
    /// Accept this certificate policy; given several times, any of them
    #[arg(long, value_name = "OID")]
    policy: Vec<Oid>,
    /// Refuse a path on which no policy holds
    #[arg(long)]
    explicit_policy: bool,
    /// Leave mappings between policies out
    #[arg(long)]
    inhibit_mapping: bool,
    /// Let the policy "any" stand for nothing
    #[arg(long)]
    inhibit_any: bool,
}

/// What must be known about revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Revocation {
    /// That nothing in the path is revoked
    Hard,
    /// Nothing: what is known to be revoked is refused
    Soft,
    /// Nothing, and it is not asked
    Off,
}

/// What a certificate is judged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum For {
    /// Signing in: the path, and a holder and a use that suit
    SignIn,
    /// RFC 5280 alone
    Path,
}

impl Check {
    /// The rules of the judgement.
    pub(crate) fn settings(&self) -> Settings {
        let demand = |is| if is { Demand::Yes } else { Demand::No };
        Settings {
            profile: match self.profile {
                For::SignIn => Profile::SignIn,
                For::Path => Profile::Path,
            },
            revocation: match self.revocation {
                Revocation::Hard => RevocationMode::Hard,
                Revocation::Soft => RevocationMode::Soft,
                Revocation::Off => RevocationMode::Off,
            },
            policies: PolicySettings {
                accepted: self.policies.policy.clone(),
                explicit: demand(self.policies.explicit_policy),
                inhibit_mapping: demand(self.policies.inhibit_mapping),
                inhibit_any: demand(self.policies.inhibit_any),
            },
            ..Settings::default()
        }
    }
}

/// A moment (RFC 3339), or a date with or without a time of day, in UTC as certificates have it: what is
/// judged must not depend on where the computer stands.
fn time(text: &str) -> Result<UnixTime, String> {
    let moment = text.parse::<Timestamp>().or_else(|_| {
        Ok::<_, jiff::Error>(text.parse::<DateTime>()?.to_zoned(TimeZone::UTC)?.timestamp())
    });
    let moment =
        moment.map_err(|_| "no time, such as 2026-01-05 or 2026-01-05T08:00:00Z".to_owned())?;
    Ok(UnixTime(moment.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_dates_are_read_in_utc() {
        assert_eq!(time("2026-01-05T09:00:00+01:00"), Ok(UnixTime(1_767_600_000)));
        assert_eq!(time("2026-01-05 08:00"), Ok(UnixTime(1_767_600_000)));
        assert_eq!(time("2026-01-05"), Ok(UnixTime(1_767_571_200)));
        assert!(time("tomorrow").is_err());
        assert!(time("2026-02-30").is_err());
    }
}
