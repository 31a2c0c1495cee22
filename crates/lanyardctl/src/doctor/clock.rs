//! Whether the clock can be right, and whether anybody sets it.

use lanyard_settings::built;
use lanyard_trust::UnixTime;

use super::{
    bus::{Gone, Services},
    finding::{Check, Finding},
};

/// Says how the clock is. `newest`: when the newest list that counts was made.
pub(super) fn judge(
    now: UnixTime,
    newest: Option<UnixTime>,
    services: Result<&Services, &Gone>,
) -> Vec<Finding> {
    vec![sane(now, built(), newest), synchronized(services.map(|services| &services.synchronized))]
}

fn sane(now: UnixTime, built: Option<UnixTime>, newest: Option<UnixTime>) -> Finding {
    let check = Check::Clock;
    let set = "`timedatectl`; to have it set: `sudo timedatectl set-ntp true`; then `sudo systemctl reload lanyardd`";
    match (built, newest) {
        (Some(built), _) if now < built => {
            check.wrong(format!("the clock says {now}, and Lanyard was built at {built}"), set)
        }
        (_, Some(newest)) if now < newest => check.wrong(
            format!("the clock says {now}, and a revocation list was made at {newest}"),
            set,
        ),
        (None, None) => {
            check.unknown(format!("the clock says {now}, and nothing tells whether it can"), "")
        }
        (_, None) => check.good(format!("the clock says {now}, after the building of Lanyard")),
        (_, Some(_)) => {
            check.good(format!("the clock says {now}, after the newest revocation list"))
        }
    }
}

fn synchronized(keeper: Result<&Result<bool, Gone>, &Gone>) -> Finding {
    let check = Check::ClockSynchronized;
    match keeper {
        Ok(Ok(true)) => check.good("the clock is set by others (NTP)"),
        Ok(Ok(false)) => check.attention(
            "nobody sets the clock",
            "`sudo timedatectl set-ntp true`, or `sudo apt install systemd-timesyncd`",
        ),
        Ok(Err(Gone::Silent)) => {
            check.unknown("the keeper of the clock did not answer in time", "`timedatectl`")
        }
        Ok(Err(Gone::Absent)) => {
            check.unknown("nobody tells whether the clock is set (no timedated)", "")
        }
        Ok(Err(Gone::Odd { why })) => check
            .unknown(format!("it is not told whether the clock is set: {why}"), "`timedatectl`"),
        Ok(Err(Gone::NoBus { .. } | Gone::NoSuchThing)) | Err(_) => {
            check.unknown("nobody can be asked whether the clock is set", "`timedatectl`")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{Attention, Good, Unknown, Wrong};

    #[test]
    fn a_clock_is_good_only_if_nothing_is_later_than_now() {
        let at = |seconds| Some(UnixTime(seconds));
        for (built, newest, verdict) in [
            (at(1), at(2), Good),
            (at(1), None, Good),
            (at(11), None, Wrong),
            (at(1), at(11), Wrong),
            (None, None, Unknown),
        ] {
            assert_eq!(sane(UnixTime(10), built, newest).verdict, verdict);
        }
        assert_eq!(judge(UnixTime(10), None, Err(&Gone::Absent))[0].verdict, Wrong);
    }

    #[test]
    fn synchronizing_is_good_only_if_somebody_says_so() {
        for (said, verdict) in [
            (Ok(true), Good),
            (Ok(false), Attention),
            (Err(Gone::Silent), Unknown),
            (Err(Gone::Absent), Unknown),
        ] {
            assert_eq!(synchronized(Ok(&said)).verdict, verdict);
        }
        assert_eq!(synchronized(Err(&Gone::Absent)).verdict, Unknown);
    }
}
