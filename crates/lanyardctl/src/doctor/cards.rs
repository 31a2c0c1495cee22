//! Each card that is in: whether it can be used, and what to do if not. Whose it is is not asked.

use lanyard_dbus::{CardState, UnusableReason};

use super::{
    bus::{Daemon, Gone},
    finding::{Check, Finding},
    places::Places,
};
use crate::{
    output::tries_left,
    snapshot::{Card, Snapshot},
};

/// Says how the cards are.
pub(super) fn judge(daemon: &Result<Daemon, Gone>, places: &Places) -> Vec<Finding> {
    let check = Check::Cards;
    let Ok(Daemon { snapshot, .. }) = daemon else {
        return vec![check.unknown("only lanyardd can say which cards are in", "")];
    };
    if snapshot.cards.is_empty() {
        return vec![check.unknown("no card is in a reader", "put one in to have it looked at")];
    }
    snapshot.cards.values().map(|card| of(card, snapshot, places)).collect()
}

fn of(card: &Card, snapshot: &Snapshot, places: &Places) -> Finding {
    let check = Check::Cards;
    let place = format!("the card in {}", snapshot.reader_name(&card.reader));
    match card.state.parse() {
        Ok(CardState::Ready) => match card.passcode_tries_left {
            Some(1) => check.attention(
                format!("{place} is ready, with its last try"),
                "a wrong passcode blocks it now",
            ),
            Some(tries) => check.good(format!("{place} is ready, {}", tries_left(tries))),
            None => check.good(format!("{place} is ready")),
        },
        Ok(CardState::Reading) => {
            check.unknown(format!("{place} is just being read"), "ask again in a moment")
        }
        Ok(CardState::Blocked) => check.wrong(
            format!("{place} is blocked: by itself, or by three wrong passcodes here"),
            "whoever unlocks cards here unlocks it; if it is blocked here alone, `sudo lanyardctl card release`",
        ),
        Ok(CardState::Unusable) => match card.reason.parse::<UnusableReason>() {
            Ok(reason) => {
                let fact = format!("{place} cannot be used: {}", reason.meaning());
                check.wrong(fact, advice(reason, places))
            }
            Err(word) => check.wrong(format!("{place} cannot be used: {word}"), LATER),
        },
        Err(word) => check.unknown(format!("{place}: {word}"), LATER),
    }
}

const LATER: &str = "is lanyardctl older than lanyardd?";

/// What to do about a card that cannot be used.
const fn advice(reason: UnusableReason, places: &Places) -> &'static str {
    match reason {
        UnusableReason::Unsupported => {
            "Lanyard takes cards with the PIV application; is it another card?"
        }
        UnusableReason::Blank => "the registration authority issues it anew",
        UnusableReason::Mute => {
            "take it out, put it in the other way round, clean its contacts; try another card and reader"
        }
        UnusableReason::Unreadable => {
            "take it out and put it in again; if that is no help, the registration authority repairs it"
        }
        UnusableReason::Busy if places.runs_scdaemon => {
            "gpg's scdaemon runs: `gpgconf --kill scdaemon`"
        }
        UnusableReason::Busy => {
            "end the program that keeps it; `ps -C scdaemon,pkcs11_eventmgr,pcsc_scan` are usual ones"
        }
        UnusableReason::Denied => {
            "is /usr/share/polkit-1/rules.d/50-lanyard.rules there? then `sudo systemctl restart polkit pcscd`"
        }
        UnusableReason::CertificateNotYetValid => {
            "is the clock right? `timedatectl`; else it can be used from its first day on"
        }
        UnusableReason::CertificateExpired => {
            "a registration authority, a local smartcard administrator or the service desk renews it"
        }
        UnusableReason::CertificateRevoked => {
            "a card that was cancelled stays so; the registration authority issues another one"
        }
        UnusableReason::CertificateUntrusted => {
            "compare its issuer with the anchors: `sudo lanyardctl certificate`"
        }
        UnusableReason::CertificateWrongUsage => {
            "is `sign-in-key` the right one? `sudo lanyardctl certificate` tells more"
        }
        UnusableReason::CertificateNotChecked => {
            "put newer revocation lists into their folder, or let the machine reach those that certificates name"
        }
        UnusableReason::ClockWrong => {
            "`timedatectl`; when the clock is right, `sudo systemctl reload lanyardd`"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{Attention, Good, Unknown, Wrong};
    use crate::doctor::places::tests::ALL;

    fn card(state: &str, reason: &str, passcode_tries_left: Option<u32>) -> Card {
        Card {
            path: "/card1".into(),
            reader: "/reader0".into(),
            kind: "piv".into(),
            state: state.into(),
            reason: reason.into(),
            passcode_tries_left,
            inserted_at: 0,
            proxy_path: zbus::OwnedObjectPath::try_from("/card1").unwrap(),
        }
    }

    #[test]
    fn a_card_is_good_only_if_it_is_ready_and_has_tries() {
        for (card, verdict) in [
            (card("ready", "", Some(3)), Good),
            (card("ready", "", None), Good),
            (card("ready", "", Some(1)), Attention),
            (card("reading", "", None), Unknown),
            (card("blocked", "", Some(0)), Wrong),
            (card("unusable", "later-word", None), Wrong),
            (card("later", "", None), Unknown),
        ] {
            assert_eq!(of(&card, &Snapshot::default(), &ALL).verdict, verdict, "{card:?}");
        }
    }

    #[test]
    fn every_reason_comes_with_what_to_do() {
        for reason in UnusableReason::ALL {
            let found = of(&card("unusable", reason.as_str(), None), &Snapshot::default(), &ALL);
            assert_eq!(found.verdict, Wrong, "{reason}");
            assert!(found.advice.len() > 20 && found.advice != LATER, "{found:?}");
        }
    }

    #[test]
    fn without_daemon_or_card_nothing_is_said_to_be_good() {
        assert_eq!(judge(&Err(Gone::Absent), &ALL)[0].verdict, Unknown);
        assert_eq!(judge(&Ok(Daemon::default()), &ALL)[0].verdict, Unknown);
    }
}
