//! Whether somebody is trusted today, and until when.

use std::io;

use lanyard_trust::UnixTime;

use super::{
    finding::{Check, Finding},
    folders::{Certificates, Dated, Trouble},
    job::Missing,
};
use crate::certificate::FileFault;

/// From how long before its end on a certificate of an authority is told of: as long as it may take to get and install
/// another one.
const SOON: i64 = 90 * 24 * 60 * 60;

/// Says how the anchors are.
pub(super) fn anchors(found: Result<&Certificates, &Missing>, now: UnixTime) -> Vec<Finding> {
    let check = Check::Anchors;
    let found = match found {
        Ok(found) => found,
        Err(why) => return vec![missing(check, *why, "anchors")],
    };
    let folder = found.folder.display();
    let copy = format!("`sudo install -m 644 root.pem {folder}/`");
    match &found.found {
        Err(fault) => vec![unreadable(check, found, fault)],
        Ok(all) if all.is_empty() => {
            let nobody = check.wrong(format!("nobody is trusted: {folder} holds no anchor"), copy);
            [nobody].into_iter().chain(troubles(check, &found.problems)).collect()
        }
        Ok(all) => {
            let mut findings = vec![dates(check, all, now, &copy)];
            findings.extend(troubles(check, &found.problems));
            findings
        }
    }
}

/// Says how the further authorities are. None: the settings name no folder.
pub(super) fn intermediates(
    found: Option<Result<&Certificates, &Missing>>,
    now: UnixTime,
) -> Vec<Finding> {
    let check = Check::Intermediates;
    let found = match found {
        None => return vec![check.good("no folder of further authorities is set")],
        Some(Err(why)) => return vec![missing(check, *why, "further authorities")],
        Some(Ok(found)) => found,
    };
    let folder = found.folder.display();
    let summary = match &found.found {
        Err(fault) => unreadable(check, found, fault),
        Ok(all) if all.is_empty() => check.attention(
            format!("{folder} holds no authority"),
            "good only if cards bring theirs along, or are issued by an anchor itself",
        ),
        Ok(all) => dates(check, all, now, &format!("put its successor into {folder}")),
    };
    [summary].into_iter().chain(troubles(check, &found.problems)).collect()
}

/// Whether some count today, and which is the first to end.
fn dates(check: Check, all: &[Dated], now: UnixTime, advice: &str) -> Finding {
    let counts = |it: &&Dated| it.from <= now && now <= it.until;
    let (good, others): (Vec<_>, Vec<_>) = all.iter().partition(counts);
    let Some(first) = good.iter().min_by_key(|it| it.until) else {
        let names: Vec<_> = others.iter().map(|it| it.subject.as_str()).collect();
        let fact = format!("none is valid today: {}", names.join(", "));
        return check.wrong(fact, format!("`timedatectl`: is the clock right? if it is, {advice}"));
    };
    let (subject, until) = (&first.subject, first.until);
    match others.first() {
        Some(other) => check.attention(
            format!("{} of {} is not valid today", other.subject, all.len()),
            format!("{advice}, and take away what has ended"),
        ),
        None if until.0 < now.0.saturating_add(SOON) => {
            check.attention(format!("{subject} ends at {until}"), advice)
        }
        None => check.good(format!("{} valid today; the first ends at {until}", all.len())),
    }
}

fn troubles(check: Check, problems: &[Trouble]) -> impl Iterator<Item = Finding> + '_ {
    let out = problems.iter().filter(|problem| problem.leaves_out);
    out.map(move |problem| check.wrong(problem.text.clone(), "replace the file, or take it away"))
}

fn missing(check: Check, why: Missing, what: &str) -> Finding {
    check.missing(why, &format!("the folder of {what}"), "is its file system there? `mount`")
}

/// A folder that cannot be read. Usually everybody may read it.
pub(super) fn unreadable(check: Check, found: &Certificates, fault: &FileFault) -> Finding {
    let fact = format!("{}: {fault}", found.folder.display());
    match fault {
        FileFault::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => {
            check.wrong(fact, format!("`sudo install -d -m 755 {}`", found.folder.display()))
        }
        FileFault::Unreadable(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            check.unknown(fact, "`sudo lanyardctl doctor`")
        }
        FileFault::Unreadable(_)
        | FileFault::TooLong { .. }
        | FileFault::NotAFile
        | FileFault::TooManyFiles
        | FileFault::BrokenPem
        | FileFault::NoCertificate => check.wrong(fact, "look what is there"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::doctor::finding::Verdict::{Attention, Good, Unknown, Wrong};
    use crate::doctor::folders;

    const NOW: UnixTime = UnixTime(1_767_600_000);
    const DAY: i64 = 24 * 60 * 60;

    fn dated(from: i64, until: i64) -> Dated {
        let at = |days: i64| UnixTime(NOW.0 + days * DAY);
        Dated { subject: "CN=Root".into(), from: at(from), until: at(until) }
    }

    fn certificates(found: Result<Vec<Dated>, FileFault>) -> Certificates {
        Certificates { folder: "/anchors".into(), found, problems: Vec::new() }
    }

    #[test]
    fn anchors_are_good_only_if_all_are_valid_for_a_while() {
        let denied = || FileFault::Unreadable(io::ErrorKind::PermissionDenied.into());
        let missing = || FileFault::Unreadable(io::ErrorKind::NotFound.into());
        for (found, verdict) in [
            (Ok(vec![dated(-1, 400)]), Good),
            (Ok(vec![dated(-1, 89)]), Attention),
            (Ok(vec![dated(-1, 400), dated(-9, -1)]), Attention),
            (Ok(vec![dated(-9, -1)]), Wrong),
            (Ok(vec![dated(1, 9)]), Wrong),
            (Ok(vec![]), Wrong),
            (Err(missing()), Wrong),
            (Err(denied()), Unknown),
        ] {
            let told = anchors(Ok(&certificates(found)), NOW);
            assert_eq!(told[0].verdict, verdict, "{told:?}");
        }
        assert_eq!(anchors(Err(&Missing::Late), NOW)[0].verdict, Wrong);
    }

    #[test]
    fn further_authorities_may_be_missing_but_not_out_of_date() {
        let of = |found| Some(Ok(certificates(found)));
        for (found, verdict) in [
            (None, Good),
            (of(Ok(vec![])), Attention),
            (of(Ok(vec![dated(-1, 400)])), Good),
            (of(Ok(vec![dated(-9, -1)])), Wrong),
            (Some(Err(Missing::Late)), Wrong),
        ] {
            assert_eq!(intermediates(found.as_ref().map(Result::as_ref), NOW)[0].verdict, verdict);
        }
    }

    #[test]
    fn a_file_that_is_no_certificate_is_wrong_and_its_content_is_not_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key.pem"), "-----BEGIN PRIVATE KEY-----\nCANARY\n").unwrap();
        let found = folders::anchors(folder.path(), NOW);
        let told = anchors(Ok(&found), NOW);
        assert!(told.iter().all(|finding| finding.verdict == Wrong), "{told:?}");
        assert!(told.iter().any(|finding| finding.fact.contains("key.pem")), "{told:?}");
        assert!(!format!("{told:?}").contains("CANARY"), "{told:?}");
    }
}
