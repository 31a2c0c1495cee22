//! pcscd, the readers it has, and readers on USB that it has not.

use std::collections::BTreeSet;

use lanyard_dbus::PcscState;

use super::{
    bus::{Daemon, Gone},
    finding::{Check, Finding},
    job::Missing,
    places::{Places, Presence, Socket},
    usb::UsbReader,
};
use crate::snapshot::Reader;

/// Says how pcscd and the readers are.
pub(super) fn judge(
    daemon: &Result<Daemon, Gone>,
    usb: Result<&Vec<UsbReader>, &Missing>,
    places: &Places,
) -> Vec<Finding> {
    let daemon = daemon.as_ref().ok();
    let state = daemon.map(|daemon| daemon.pcsc_state.as_str());
    let mut found = vec![pcscd(state), socket(places.pcscd_socket)];
    let readers = daemon.map(|daemon| daemon.snapshot.readers.values().collect::<Vec<_>>());
    let works = state == Some(PcscState::Running.as_str());
    let arriving = daemon.map(|daemon| &daemon.arriving);
    found.extend(readers.as_ref().zip(arriving).map(|(all, new)| seen(all, new, works)));
    found.extend(match usb {
        Err(why) => {
            vec![Check::UsbReaders.missing(*why, "the kernel's list of USB devices", "`lsusb`")]
        }
        Ok(usb) => on_usb(usb, readers.map(|readers| readers.len()).filter(|_| works), places),
    });
    found
}

/// What the daemon says of pcscd.
fn pcscd(state: Option<&str>) -> Finding {
    let check = Check::Pcscd;
    let restart =
        "`systemctl status pcscd.socket pcscd`, then `sudo systemctl restart pcscd.socket`";
    match state.map(str::parse) {
        Some(Ok(PcscState::Running)) => check.good("lanyardd reaches pcscd"),
        Some(Ok(PcscState::Unavailable)) => check.wrong("pcscd does not run or does not answer", restart),
        Some(Ok(PcscState::Denied)) => check.wrong(
            "pcscd refuses lanyardd, because polkit says so",
            "is /usr/share/polkit-1/rules.d/50-lanyard.rules there? then `sudo systemctl restart polkit pcscd`",
        ),
        Some(Err(word)) => check.unknown(word.to_string(), ""),
        None => check.unknown("only lanyardd can say whether it reaches pcscd", ""),
    }
}

fn socket(socket: Socket) -> Finding {
    let check = Check::PcscdSocket;
    match socket {
        Socket::Listening => check.good("/run/pcscd/pcscd.comm is listened to"),
        Socket::Stale => check.wrong(
            "/run/pcscd/pcscd.comm is there, and nobody listens: pcscd has died",
            "`sudo systemctl restart pcscd.socket`",
        ),
        Socket::Missing => check.wrong(
            "there is no /run/pcscd/pcscd.comm: pcscd does not run",
            "`sudo apt install pcscd`, then `sudo systemctl enable --now pcscd.socket`",
        ),
    }
}

/// The readers that the daemon has. `arriving`: paths of those that came just now.
fn seen(readers: &[&Reader], arriving: &BTreeSet<String>, pcscd_works: bool) -> Finding {
    let check = Check::Readers;
    let names = |readers: &[&Reader]| {
        readers.iter().map(|reader| reader.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let nowhere = readers.iter().copied().filter(|reader| reader.seat.is_empty());
    let (coming, seatless): (Vec<_>, Vec<_>) =
        nowhere.partition(|reader| arriving.contains(&reader.path));
    match (readers, pcscd_works) {
        ([], true) => check.wrong(
            "lanyardd has no reader",
            "plug one in; `lsusb` shows whether the machine sees it, `pcsc_scan` (package pcsc-tools) whether pcscd does",
        ),
        ([], false) => check.unknown("without pcscd there are no readers", ""),
        (_, _) if !seatless.is_empty() => check.wrong(
            format!("at no seat, so that nobody may use it: {}", names(&seatless)),
            "unplug it and plug it in again; `journalctl -u lanyardd` says what was asked",
        ),
        (_, _) if !coming.is_empty() => check.unknown(
            format!("was just plugged in, and its seat is not known yet: {}", names(&coming)),
            "ask again",
        ),
        (readers, _) => check.good(format!("lanyardd has {}", names(readers))),
    }
}

/// Readers that are plugged in. `seen`: how many the daemon has, if pcscd works.
fn on_usb(usb: &[UsbReader], seen: Option<usize>, places: &Places) -> Vec<Finding> {
    let check = Check::UsbReaders;
    let Some(seen) = seen else {
        let fact = format!("{} on USB; which of them pcscd has is not known", count(usb.len()));
        return vec![check.unknown(fact, "")];
    };
    let free: Vec<_> = usb.iter().filter(|reader| !reader.is_claimed).collect();
    let without = |reader: &&UsbReader| {
        let fact = format!("{} is plugged in, and pcscd has no driver for it", reader.name);
        check.wrong(
            fact,
            match places.ccid_driver {
                Presence::There => {
                    "`sudo systemctl restart pcscd`; if that is no help, install the driver of its maker"
                }
                Presence::Missing | Presence::Hidden => {
                    "`sudo apt install libccid && sudo systemctl restart pcscd`"
                }
            },
        )
    };
    let claimed = usb.len() - free.len();
    match (free.is_empty(), claimed > seen) {
        (false, _) => free.iter().map(without).collect(),
        (true, true) => vec![check.wrong(
            format!("{} on USB, of which lanyardd has {seen}: another program has claimed one", count(claimed)),
            if places.runs_scdaemon {
                "gpg's scdaemon runs: `gpgconf --kill scdaemon`, then `sudo systemctl restart pcscd`"
            } else {
                "`sudo fuser -v /dev/bus/usb/*/*` says who; end it, then `sudo systemctl restart pcscd`"
            },
        )],
        (true, false) if usb.is_empty() => vec![check.good("no reader on USB is left without pcscd")],
        (true, false) => vec![check.good(format!("{} on USB, and pcscd has it", count(usb.len())))],
    }
}

fn count(readers: usize) -> String {
    if readers == 1 { "1 reader".to_owned() } else { format!("{readers} readers") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{Good, Unknown, Wrong};
    use crate::doctor::places::tests::ALL;

    #[test]
    fn pcscd_is_good_only_if_the_daemon_reaches_it() {
        for (state, verdict, part) in [
            (Some("running"), Good, ""),
            (Some("unavailable"), Wrong, "pcscd.socket"),
            (Some("denied"), Wrong, "50-lanyard.rules"),
            (Some("later"), Unknown, ""),
            (None, Unknown, ""),
        ] {
            let found = pcscd(state);
            assert!(found.verdict == verdict && found.advice.contains(part), "{found:?}");
        }
    }

    #[test]
    fn a_socket_is_good_only_if_somebody_listens() {
        assert_eq!(socket(Socket::Listening).verdict, Good);
        assert_eq!(socket(Socket::Stale).verdict, Wrong);
        assert_eq!(socket(Socket::Missing).verdict, Wrong);
    }

    fn reader(seat: &str) -> Reader {
        let (path, name) = ("/reader0".to_owned(), "Ward Reader".to_owned());
        Reader { path, name, seat: seat.to_owned(), has_pin_pad: false, card: None }
    }

    #[test]
    fn readers_are_good_only_if_there_are_some_and_each_has_a_seat() {
        let at_seat = reader("seat0");
        let nowhere = Reader { name: "Lost Reader".into(), path: "/reader1".into(), ..reader("") };
        let (nobody, both) = (BTreeSet::new(), [&at_seat, &nowhere]);
        assert_eq!(seen(&[&at_seat], &nobody, true).verdict, Good);
        let lost = seen(&both, &nobody, true);
        assert!(lost.verdict == Wrong && lost.fact.ends_with("it: Lost Reader"), "{lost:?}");
        let arriving = BTreeSet::from(["/reader1".to_owned()]);
        assert_eq!(seen(&both, &arriving, true).verdict, Unknown);
        assert_eq!(seen(&[], &nobody, true).verdict, Wrong);
        assert_eq!(seen(&[], &nobody, false).verdict, Unknown);
    }

    #[test]
    fn usb_readers_are_good_only_if_pcscd_has_them_all() {
        let usb = |is_claimed| UsbReader { name: "One (04e6:5116)".into(), is_claimed };
        let verdict = |usb: &[UsbReader], seen| on_usb(usb, seen, &ALL)[0].verdict;
        assert_eq!(verdict(&[], Some(0)), Good);
        assert_eq!(verdict(&[usb(true)], Some(1)), Good);
        assert_eq!(verdict(&[usb(true)], Some(0)), Wrong);
        assert_eq!(verdict(&[usb(true), usb(false)], Some(1)), Wrong);
        assert_eq!(verdict(&[usb(true)], None), Unknown);
        let bare = Places { ccid_driver: Presence::Missing, ..ALL };
        assert!(on_usb(&[usb(false)], Some(0), &bare)[0].advice.contains("libccid"));
        let scdaemon = Places { runs_scdaemon: true, ..ALL };
        assert!(on_usb(&[usb(true)], Some(0), &scdaemon)[0].advice.contains("scdaemon"));
    }
}
