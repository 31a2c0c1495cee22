//! Whether the daemon runs, in the version of this program, and how systemd holds it.

use super::{
    bus::{Daemon, Gone, Services, Unit},
    finding::{Check, Finding},
};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const START: &str = "`sudo systemctl start lanyardd`; why it ended: `journalctl -u lanyardd -b`";

/// Says how the daemon is.
pub(super) fn judge(
    daemon: &Result<Daemon, Gone>,
    services: Result<&Services, &Gone>,
) -> Vec<Finding> {
    vec![running(daemon), unit(services)]
}

fn running(daemon: &Result<Daemon, Gone>) -> Finding {
    let check = Check::Daemon;
    match daemon {
        Ok(daemon) if daemon.version == VERSION => {
            check.good(format!("lanyardd {VERSION} runs, of the same version as lanyardctl"))
        }
        Ok(daemon) => check.wrong(
            format!("lanyardd {} runs, and lanyardctl is of version {VERSION}", daemon.version),
            "`sudo systemctl restart lanyardd`",
        ),
        Err(Gone::NoBus { why }) => check.wrong(
            format!("the bus cannot be reached: {why}"),
            "`systemctl status dbus`; without a bus nothing works",
        ),
        Err(Gone::Absent) => check.wrong("lanyardd does not run", START),
        Err(Gone::Silent) => {
            check.late("lanyardd", "`sudo systemctl restart lanyardd`, and keep its journal")
        }
        Err(Gone::NoSuchThing) => check.wrong(
            "who has lanyardd's name is not lanyardd",
            "`busctl status org.lanyard.Lanyard1`",
        ),
        Err(Gone::Odd { why }) => check.wrong(
            format!("lanyardd's answer is not understood: {why}"),
            "`journalctl -u lanyardd -b`; is it of another version?",
        ),
    }
}

fn unit(services: Result<&Services, &Gone>) -> Finding {
    let check = Check::Unit;
    match services.map(|services| &services.units) {
        Ok(Ok(units)) => of_unit(&units.lanyardd),
        Ok(Err(Gone::Absent)) => check.unknown("systemd is not on this bus", ""),
        Ok(Err(Gone::Silent)) => check.late("systemd", "`systemctl status lanyardd`"),
        Ok(Err(Gone::NoSuchThing)) => no_unit(),
        Ok(Err(Gone::NoBus { why } | Gone::Odd { why })) => {
            check.unknown(format!("systemd does not tell of the unit: {why}"), "")
        }
        Err(_) => check.unknown("systemd cannot be asked without a bus", ""),
    }
}

fn of_unit(unit: &Unit) -> Finding {
    let check = Check::Unit;
    match (unit.load.as_str(), unit.active.as_str()) {
        ("masked", _) => check.wrong(
            "lanyardd.service is masked",
            "`sudo systemctl unmask lanyardd && sudo systemctl start lanyardd`",
        ),
        ("not-found", _) => no_unit(),
        ("loaded", "active" | "reloading" | "refreshing") if unit.file == "disabled" => check
            .attention(
                "lanyardd.service is active, but not started with the machine",
                "`sudo systemctl enable lanyardd`, unless that is wanted",
            ),
        ("loaded", "active" | "reloading" | "refreshing") => {
            check.good("lanyardd.service is active")
        }
        ("loaded", "activating") => {
            check.attention("lanyardd.service is being started", "wait, and ask again")
        }
        ("loaded", "failed") => check.wrong(
            "lanyardd.service has failed",
            "`journalctl -u lanyardd -b` says why; then `sudo systemctl restart lanyardd`",
        ),
        ("loaded", state) => check.wrong(format!("lanyardd.service is {state}"), START),
        (state, _) => check.wrong(
            format!("lanyardd.service cannot be loaded: {state}"),
            "`systemctl status lanyardd` says why",
        ),
    }
}

fn no_unit() -> Finding {
    Check::Unit.wrong(
        "systemd knows no lanyardd.service",
        "`sudo apt install --reinstall lanyard`, then `sudo systemctl daemon-reload`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{self, Attention, Good, Unknown, Wrong};

    #[test]
    fn a_daemon_is_good_only_if_it_runs_in_our_version() {
        let of = |version: &str| Daemon { version: version.to_owned(), ..Daemon::default() };
        let why = || "why".to_owned();
        let cases: [(Result<Daemon, Gone>, Verdict, &str); 6] = [
            (Ok(of(VERSION)), Good, "runs"),
            (Ok(of("9.0.0")), Wrong, "9.0.0"),
            (Err(Gone::Absent), Wrong, "does not run"),
            (Err(Gone::Silent), Wrong, "in time"),
            (Err(Gone::NoBus { why: why() }), Wrong, "bus cannot be reached: why"),
            (Err(Gone::Odd { why: why() }), Wrong, "not understood: why"),
        ];
        for (daemon, verdict, part) in cases {
            let found = running(&daemon);
            assert_eq!(found.verdict, verdict, "{found:?}");
            assert!(found.fact.contains(part), "{found:?}");
            assert_eq!(found.advice.is_empty(), verdict == Good, "{found:?}");
        }
    }

    #[test]
    fn a_unit_is_good_only_if_it_is_active_and_comes_up_by_itself() {
        for (load, active, file, verdict) in [
            ("loaded", "active", "enabled", Good),
            ("loaded", "active", "disabled", Attention),
            ("loaded", "activating", "enabled", Attention),
            ("loaded", "failed", "enabled", Wrong),
            ("loaded", "inactive", "enabled", Wrong),
            ("masked", "inactive", "masked", Wrong),
            ("not-found", "inactive", "", Wrong),
            ("bad-setting", "inactive", "", Wrong),
        ] {
            let unit = Unit { load: load.into(), active: active.into(), file: file.into() };
            assert_eq!(of_unit(&unit).verdict, verdict, "{unit:?}");
        }
        assert_eq!(unit(Err(&Gone::Absent)).verdict, Unknown);
    }
}
