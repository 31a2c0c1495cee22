//! Whether the package's files for the bus and polkit are in place, and polkit follows them.

use super::{
    World,
    bus::{Daemon, Gone, Polkit, Services},
    finding::{Check, Finding},
    places::{Places, Presence},
};

const REINSTALL: &str = "`sudo apt install --reinstall lanyard`";

/// Our actions in the policy file.
const ACTIONS: usize = 4;

/// Says what is installed.
pub(super) fn judge(
    world: &World,
    places: &Places,
    daemon: &Result<Daemon, Gone>,
    services: Result<&Services, &Gone>,
) -> Vec<Finding> {
    let checks = [Check::BusPolicy, Check::Activation, Check::PolkitActions, Check::PolkitRule];
    if !world.is_of_machine() {
        let fact = "another bus than the machine's own is asked";
        return checks.map(|check| check.unknown(fact, "leave --bus out")).to_vec();
    }
    let polkit = services.map(|services| &services.polkit);
    vec![
        bus_policy(places.bus_policy, daemon.is_ok()),
        activation(places.activation, services.map(|services| services.starts_daemon).ok()),
        actions(places.polkit_actions, polkit),
        rule(places, polkit.ok().and_then(|polkit| polkit.as_ref().ok())),
    ]
}

fn bus_policy(file: Presence, owns_name: bool) -> Finding {
    let check = Check::BusPolicy;
    match (file, owns_name) {
        (Presence::There, _) => check.good("the bus's policy lets lanyardd have its name"),
        (Presence::Hidden, _) => check.unknown("the bus's policy may not be seen by this user", ""),
        (Presence::Missing, true) => check.attention(
            "lanyardd has its name, but its file for the bus's policy is missing",
            REINSTALL,
        ),
        (Presence::Missing, false) => check.wrong(
            "/usr/share/dbus-1/system.d/org.lanyard.Lanyard1.conf is missing: lanyardd cannot have its name",
            REINSTALL,
        ),
    }
}

/// `by_bus`: whether the bus knows how to start the daemon.
fn activation(file: Presence, by_bus: Option<bool>) -> Finding {
    let check = Check::Activation;
    match (by_bus, file) {
        (Some(true), _) => check.good("an application's call starts lanyardd if need be"),
        (Some(false), Presence::There) => check
            .wrong("the bus has not read how lanyardd is started", "`sudo systemctl reload dbus`"),
        (None, Presence::There) => {
            check.unknown("the bus cannot be asked how lanyardd is started", "")
        }
        (_, Presence::Hidden) => {
            check.unknown("how lanyardd is started may not be seen by this user", "")
        }
        (Some(false) | None, Presence::Missing) => check.wrong(
            "/usr/share/dbus-1/system-services/org.lanyard.Lanyard1.service is missing",
            REINSTALL,
        ),
    }
}

fn actions(file: Presence, polkit: Result<&Result<Polkit, Gone>, &Gone>) -> Finding {
    let check = Check::PolkitActions;
    match (file, polkit) {
        (Presence::Missing, _) => {
            check.wrong("/usr/share/polkit-1/actions/org.lanyard.policy is missing", REINSTALL)
        }
        (_, Ok(Ok(polkit))) if polkit.ours >= ACTIONS => {
            check.good("polkit knows what an administrator may grant")
        }
        (_, Ok(Ok(_))) => check.wrong(
            "polkit has not read /usr/share/polkit-1/actions/org.lanyard.policy",
            "`sudo systemctl restart polkit`",
        ),
        (_, Ok(Err(Gone::Absent))) => check.attention(
            "polkit is not there: only root may do what an administrator may",
            "`sudo apt install polkitd`, unless that is wanted",
        ),
        (_, Ok(Err(Gone::Silent))) => {
            check.unknown("polkit did not answer in time", "`systemctl status polkit`")
        }
        (_, Ok(Err(Gone::NoBus { .. } | Gone::NoSuchThing | Gone::Odd { .. })) | Err(_)) => {
            check.unknown("polkit cannot be asked", "")
        }
    }
}

fn rule(places: &Places, polkit: Option<&Polkit>) -> Finding {
    let check = Check::PolkitRule;
    let asks = polkit.map_or(places.pcscd_actions == Presence::There, |polkit| polkit.pcscd_asks);
    match (polkit.and_then(|polkit| polkit.daemon_may), places.polkit_rule) {
        _ if !asks => check.good("pcscd does not ask polkit on this machine"),
        (Some(true), _) => check.good("polkit lets lanyardd reach pcscd and its cards"),
        (Some(false), Presence::There) => check.wrong(
            "polkit does not let lanyardd reach pcscd, though the rule is there",
            "`sudo systemctl restart polkit`; a rule of the site's own may stand against it: `ls /etc/polkit-1/rules.d`",
        ),
        (_, Presence::Missing) => check.wrong(
            "/usr/share/polkit-1/rules.d/50-lanyard.rules is missing: pcscd will refuse lanyardd",
            "`sudo apt install --reinstall lanyard && sudo systemctl restart polkit`",
        ),
        (None, Presence::There) => {
            check.good("the rule by which polkit lets lanyardd reach pcscd is installed")
        }
        (Some(false), Presence::Hidden) => {
            check.wrong("polkit does not let lanyardd reach pcscd", REINSTALL)
        }
        (None, Presence::Hidden) => {
            check.unknown("polkit's rules may not be seen by this user", "`sudo lanyardctl doctor`")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{Attention, Good, Unknown, Wrong};
    use crate::doctor::places::tests::ALL;
    use Presence::{Hidden, Missing, There};

    #[test]
    fn the_bus_policy_is_good_only_if_it_is_there() {
        for (file, owns, verdict) in [
            (There, true, Good),
            (Missing, true, Attention),
            (Missing, false, Wrong),
            (Hidden, false, Unknown),
        ] {
            assert_eq!(bus_policy(file, owns).verdict, verdict);
        }
    }

    #[test]
    fn activation_is_good_only_if_the_bus_says_so() {
        for (file, by_bus, verdict) in [
            (There, Some(true), Good),
            (There, Some(false), Wrong),
            (Missing, Some(false), Wrong),
            (Missing, None, Wrong),
            (There, None, Unknown),
        ] {
            assert_eq!(activation(file, by_bus).verdict, verdict);
        }
    }

    #[test]
    fn actions_are_good_only_if_polkit_knows_them() {
        let knows = |ours| Ok(Polkit { ours, ..Polkit::default() });
        for (file, polkit, verdict) in [
            (There, knows(ACTIONS), Good),
            (There, knows(0), Wrong),
            (Missing, knows(ACTIONS), Wrong),
            (There, Err(Gone::Absent), Attention),
            (There, Err(Gone::Silent), Unknown),
        ] {
            assert_eq!(actions(file, Ok(&polkit)).verdict, verdict, "{polkit:?}");
        }
        assert_eq!(actions(There, Err(&Gone::Silent)).verdict, Unknown);
    }

    #[test]
    fn our_policy_has_as_many_actions_as_are_counted() {
        let policy =
            include_str!("../../../../systemd/usr/share/polkit-1/actions/org.lanyard.policy");
        assert_eq!(policy.matches("<action id=\"org.lanyard.").count(), ACTIONS);
    }

    #[test]
    fn the_rule_is_good_only_if_polkit_follows_it_or_is_not_asked() {
        let polkit = |pcscd_asks, daemon_may| Some(Polkit { ours: 0, pcscd_asks, daemon_may });
        for (polkit_rule, polkit, verdict) in [
            (There, polkit(true, Some(true)), Good),
            (There, polkit(true, Some(false)), Wrong),
            (There, polkit(true, None), Good),
            (Missing, polkit(true, None), Wrong),
            (Missing, polkit(false, None), Good),
            (Hidden, polkit(true, None), Unknown),
            (Missing, None, Wrong),
        ] {
            let places = Places { polkit_rule, ..ALL };
            assert_eq!(rule(&places, polkit.as_ref()).verdict, verdict, "{polkit:?}");
        }
    }

    #[test]
    fn of_another_bus_nothing_is_said_to_be_good() {
        let world = World { bus: "unix:path=/nowhere".into(), ..World::here("system", None) };
        let found = judge(&world, &ALL, &Err(Gone::Absent), Err(&Gone::Absent));
        assert!(found.iter().all(|finding| finding.verdict == Unknown), "{found:?}");
    }
}
