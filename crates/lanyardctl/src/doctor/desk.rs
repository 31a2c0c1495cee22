//! Where the caller sits: the login session, the readers of its seat, who asks for its passcodes.

use lanyard_settings::Mode;

use super::{
    bus::{Daemon, Gone, Login},
    finding::{Check, Finding},
};

/// Says how this desk is. No mode: the settings are not known.
pub(super) fn judge(
    mode: Option<Mode>,
    login: &Result<Login, Gone>,
    daemon: &Result<Daemon, Gone>,
    uid: u32,
) -> Vec<Finding> {
    let daemon = daemon.as_ref().ok();
    let at_desk = login.as_ref().ok().filter(|login| sits(login));
    let seats = daemon.map(|daemon| {
        let readers = daemon.snapshot.readers.values();
        readers.map(|reader| (reader.name.as_str(), reader.seat.as_str())).collect::<Vec<_>>()
    });
    match mode {
        Some(Mode::SingleUser { .. }) => vec![
            Check::Desk.good("one user has all cards here; login sessions are not asked about"),
            agent(daemon.and_then(|daemon| daemon.has_agent), true),
        ],
        Some(Mode::Desks) | None => {
            let is_own = at_desk.is_some_and(|login| login.user == uid);
            let mut findings = vec![desk(login, uid)];
            let own = at_desk.zip(seats);
            findings.extend(own.map(|(login, readers)| own_readers(&login.seat, &readers)));
            findings.push(agent(daemon.and_then(|daemon| daemon.has_agent), is_own));
            findings
        }
    }
}

/// Whether a person sits there.
fn sits(login: &Login) -> bool {
    !login.is_remote && !login.seat.is_empty()
}

fn desk(login: &Result<Login, Gone>, uid: u32) -> Finding {
    let check = Check::Desk;
    match login {
        Ok(login) if login.user != uid => check.unknown(
            format!("login session {} is another user's than the one who asks", login.session),
            "run it without `sudo` to see how that user's desk is",
        ),
        Ok(login) if !sits(login) => check.attention(
            format!("this login session sits at no seat of the machine (session {})", login.session),
            "cards can be used only by who sits at the machine; run this there too",
        ),
        Ok(login) if !login.is_active => check.attention(
            format!("this login session at {} is not in the foreground", login.seat),
            "come back to it, and put the card in again",
        ),
        Ok(Login { session, seat, kind, .. }) => check.good(format!(
            "login session {session} ({kind}) is in the foreground of {seat}"
        )),
        Err(Gone::NoSuchThing) => check.attention(
            "this user has no login session here, so no card",
            "log in at the machine itself; services have no cards",
        ),
        Err(Gone::Absent) => check.wrong(
            "logind is not there, so nobody can use a card",
            "`sudo systemctl start systemd-logind`; without systemd set `mode` in [access] to \"single-user\"",
        ),
        Err(Gone::Silent) => check.late("logind", "`sudo systemctl restart systemd-logind`"),
        Err(Gone::NoBus { .. }) => check.unknown("without a bus nobody tells of login sessions", ""),
        Err(Gone::Odd { why }) => check.wrong(
            format!("logind's answer is not understood: {why}"),
            "`journalctl -u systemd-logind -b`",
        ),
    }
}

/// `readers`: names and seats.
fn own_readers(seat: &str, readers: &[(&str, &str)]) -> Finding {
    let check = Check::OwnReaders;
    let own: Vec<_> = readers.iter().filter(|(_, at)| *at == seat).map(|(name, _)| *name).collect();
    match (own.as_slice(), readers) {
        ([], []) => check.unknown("there are no readers, here or elsewhere", ""),
        ([], elsewhere) => {
            let places: Vec<_> =
                elsewhere.iter().map(|(name, at)| format!("{name} at {at}")).collect();
            check.wrong(
                format!("no reader is at {seat}, but {}", places.join(", ")),
                "`loginctl seat-status` lists a seat's devices, `loginctl attach` moves one; for readers that are not \
                 on USB it is `seat` in [reader]",
            )
        }
        (own, _) => check.good(format!("{} at {seat}", own.join(", "))),
    }
}

/// `has_agent`: as the daemon says to whom sits at a desk.
fn agent(has_agent: Option<bool>, at_desk: bool) -> Finding {
    let check = Check::Agent;
    match (has_agent, at_desk) {
        (Some(true), _) => check.good("a program of this desktop asks for passcodes"),
        (Some(false), _) => check.attention(
            "no program of this desktop asks for passcodes",
            "`lanyardctl agent` does in a terminal; applications may bring their own",
        ),
        (None, false) => check.unknown("without a desk there is no passcode agent to be had", ""),
        (None, true) => {
            check.unknown("lanyardd does not tell whether this desk has a passcode agent", "")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{Attention, Good, Unknown, Wrong};

    fn login() -> Login {
        Login {
            session: "2".into(),
            user: 1000,
            seat: "seat0".into(),
            kind: "wayland".into(),
            is_active: true,
            is_remote: false,
        }
    }

    #[test]
    fn a_desk_is_good_only_in_the_foreground_of_a_seat() {
        for (login, verdict) in [
            (Ok(login()), Good),
            (Ok(Login { user: 0, ..login() }), Unknown),
            (Ok(Login { is_active: false, ..login() }), Attention),
            (Ok(Login { seat: String::new(), ..login() }), Attention),
            (Ok(Login { is_remote: true, ..login() }), Attention),
            (Err(Gone::NoSuchThing), Attention),
            (Err(Gone::Absent), Wrong),
            (Err(Gone::Silent), Wrong),
            (Err(Gone::NoBus { why: String::new() }), Unknown),
        ] {
            assert_eq!(desk(&login, 1000).verdict, verdict, "{login:?}");
        }
    }

    #[test]
    fn readers_are_good_only_if_one_is_at_our_seat() {
        assert_eq!(own_readers("seat0", &[("One", "seat0")]).verdict, Good);
        assert_eq!(own_readers("seat0", &[("One", "seat-ward-2")]).verdict, Wrong);
        assert_eq!(own_readers("seat0", &[]).verdict, Unknown);
    }

    #[test]
    fn an_agent_is_good_only_if_the_daemon_has_one() {
        assert_eq!(agent(Some(true), true).verdict, Good);
        assert_eq!(agent(Some(false), true).verdict, Attention);
        assert_eq!(agent(None, true).verdict, Unknown);
        assert_eq!(agent(None, false).verdict, Unknown);
    }

    #[test]
    fn where_one_user_has_all_cards_login_sessions_are_not_asked_about() {
        let mode = Some(Mode::SingleUser { user: None });
        let found = judge(mode, &Err(Gone::Absent), &Err(Gone::Absent), 1000);
        assert_eq!(found.iter().map(|it| it.verdict).collect::<Vec<_>>(), [Good, Unknown]);
        assert_eq!(
            judge(Some(Mode::Desks), &Err(Gone::Absent), &Err(Gone::Absent), 1000)[0].verdict,
            Wrong
        );
    }
}
