//! Revocation lists in the settings' folder: whether the newest of each issuer is current. Those that the daemon has
//! fetched are its own.

use std::{collections::BTreeMap, sync::Arc};

use lanyard_evidence::Folders;
use lanyard_settings::Settings;
use lanyard_trust::{Certificate, Crl, RevocationMode, UnixTime};

use super::{
    finding::{Check, Finding},
    folders::authorities,
    job::Missing,
};
use crate::certificate::files::{self, FileFault, LONGEST_LIST};

/// From how long before its end on a list is told of.
const SOON: i64 = 24 * 60 * 60;

/// What is in the folder.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) folder: Option<String>,
    pub(super) fault: Option<FileFault>,
    /// By issuer, with whether it only tells changes: the newest.
    pub(super) newest: BTreeMap<(String, bool), List>,
    /// Files that are no list.
    pub(super) problems: Vec<String>,
}

/// A list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct List {
    pub(super) made: UnixTime,
    pub(super) next: Option<UnixTime>,
    /// Whether a configured authority has signed it.
    pub(super) is_signed: bool,
}

/// What the site demands of revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    mode: RevocationMode,
    /// Whether lists are fetched or responders asked, so that a folder need not have any.
    fetches: bool,
}

impl Rules {
    pub(super) const fn of(settings: &Settings) -> Self {
        let it = &settings.revocation;
        Self { mode: it.mode, fetches: it.fetch_lists || it.ask_responders }
    }
}

impl Lists {
    /// When the newest of all was made.
    pub(super) fn newest(&self) -> Option<UnixTime> {
        self.newest.values().filter(|list| list.is_signed).map(|list| list.made).max()
    }
}

/// Reads the folder, one file at a time.
pub(super) fn look(folders: &Folders, now: UnixTime) -> Lists {
    let Some(folder) = &folders.lists else { return Lists::default() };
    let mut known = vec![folders.anchors.as_path()];
    known.extend(folders.intermediates.as_deref());
    let known = authorities(&known, now);
    let known: Vec<&Certificate> = known.iter().collect();
    let mut lists = Lists { folder: Some(folder.display().to_string()), ..Lists::default() };
    match files::all(folder, LONGEST_LIST) {
        Err(fault) => lists.fault = Some(fault),
        Ok(found) => {
            for (file, content) in found {
                let name = file.display().to_string();
                match content {
                    Err(fault) => lists.problems.push(format!("{name}: {fault}")),
                    Ok(content) => lists.take(&name, Crl::load_file(&content, &known)),
                }
            }
        }
    }
    lists
}

impl Lists {
    fn take(&mut self, file: &str, found: Vec<Result<Crl, lanyard_trust::CrlError>>) {
        if found.is_empty() {
            self.problems.push(format!("{file}: no revocation list is in it"));
        }
        for list in found {
            match list.map(Arc::new) {
                Err(error) => self.problems.push(format!("{file}: {error}")),
                Ok(list) => {
                    let read = List {
                        made: list.this_update(),
                        next: list.next_update(),
                        is_signed: list.has_known_signer(),
                    };
                    let newest = self.newest.entry((list.issuer().to_string(), list.is_delta()));
                    let newest = newest.or_insert(read);
                    // What nobody known has signed puts nothing else aside.
                    if (newest.is_signed, newest.made) < (read.is_signed, read.made) {
                        *newest = read;
                    }
                }
            }
        }
    }
}

/// Says how the lists are.
pub(super) fn judge(lists: Result<&Lists, &Missing>, rules: Rules, now: UnixTime) -> Vec<Finding> {
    let check = Check::Lists;
    let lists = match lists {
        Ok(lists) => lists,
        Err(why) => {
            let advice = "is its file system there? `mount`";
            return vec![check.missing(*why, "the folder of revocation lists", advice)];
        }
    };
    let folder = lists.folder.as_deref().unwrap_or("the folder");
    let mut findings = match (rules.mode, &lists.fault) {
        (RevocationMode::Off, _) => {
            return vec![check.attention(
                "nobody asks whether a card was cancelled",
                "set `mode` in [revocation], unless that is wanted",
            )];
        }
        (_, Some(fault)) => vec![not_had(&format!("{folder}: {fault}"), rules)],
        (_, None) if lists.newest.is_empty() => {
            vec![not_had("there are no revocation lists", rules)]
        }
        (_, None) => {
            lists.newest.iter().map(|((who, _), list)| one(who, *list, rules, now)).collect()
        }
    };
    let no_lists = lists.problems.iter();
    findings.extend(
        no_lists.map(|text| check.attention(text.clone(), "replace the file, or take it away")),
    );
    findings
}

/// There is none, which is wrong only where none is fetched and one is demanded.
fn not_had(fact: &str, rules: Rules) -> Finding {
    let check = Check::Lists;
    match (rules.fetches, rules.mode) {
        (true, _) => check.unknown(
            format!("{fact}; what lanyardd fetches is not seen here"),
            "a card that is in says \"certificate-not-checked\" when that is not enough",
        ),
        (false, RevocationMode::Hard) => check.wrong(
            format!("{fact}, and none are fetched: nobody can sign in"),
            "put the issuers' lists there, or set `fetch-lists` in [revocation]",
        ),
        (false, RevocationMode::Soft | RevocationMode::Off) => check.attention(
            format!("{fact}, and none are fetched: a card that was cancelled is not noticed"),
            "put the issuers' lists there, or set `fetch-lists` in [revocation]",
        ),
    }
}

fn one(who: &str, list: List, rules: Rules, now: UnixTime) -> Finding {
    let check = Check::Lists;
    let List { made, next, is_signed } = list;
    let newer = "put a newer list there: `sudo install -m 644 new.crl FOLDER/.new && sudo mv FOLDER/.new FOLDER/issuer.crl`";
    let ended = next.is_some_and(|next| next < now);
    match next {
        _ if !is_signed => check.attention(
            format!("the list of {who} is signed by no configured authority"),
            "is its issuer's certificate among the authorities?",
        ),
        _ if now < made => check.wrong(
            format!("the list of {who} is of {made}, which is still to come"),
            "`timedatectl`: is the clock right?",
        ),
        Some(next) if ended && rules.mode == RevocationMode::Hard && !rules.fetches => check.wrong(
            format!("the list of {who} has ended at {next}: its cards cannot sign in"),
            newer,
        ),
        Some(next) if ended => {
            check.attention(format!("the list of {who} has ended at {next}"), newer)
        }
        Some(next) if next.0 < now.0.saturating_add(SOON) => {
            check.attention(format!("the list of {who} ends at {next}"), newer)
        }
        Some(next) => check.good(format!("the list of {who} counts until {next}")),
        None => check.attention(
            format!("the list of {who} of {made} does not say until when it counts"),
            newer,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{Attention, Good, Unknown, Wrong};
    use RevocationMode::{Hard, Off, Soft};

    const NOW: UnixTime = UnixTime(1_767_600_000);

    fn list(made: i64, next: Option<i64>) -> List {
        let at = |hours: i64| UnixTime(NOW.0 + hours * 3600);
        List { made: at(made), next: next.map(at), is_signed: true }
    }

    #[test]
    fn a_list_is_good_only_if_signed_current_and_not_about_to_end() {
        let (alone, fetches) =
            (Rules { mode: Hard, fetches: false }, Rules { mode: Hard, fetches: true });
        for (found, rules, verdict) in [
            (list(-1, Some(25)), alone, Good),
            (list(-1, Some(23)), alone, Attention),
            (list(-9, Some(-1)), alone, Wrong),
            (list(-9, Some(-1)), fetches, Attention),
            (list(-9, Some(-1)), Rules { mode: Soft, fetches: false }, Attention),
            (list(1, Some(99)), alone, Wrong),
            (list(-1, None), alone, Attention),
            (List { is_signed: false, ..list(-1, Some(99)) }, alone, Attention),
        ] {
            assert_eq!(one("CN=CA", found, rules, NOW).verdict, verdict, "{found:?}");
        }
    }

    #[test]
    fn no_list_is_wrong_where_one_is_demanded_and_none_is_fetched() {
        for (mode, fetches, verdict) in [
            (Hard, false, Wrong),
            (Hard, true, Unknown),
            (Soft, false, Attention),
            (Off, false, Attention),
        ] {
            let found = judge(Ok(&Lists::default()), Rules { mode, fetches }, NOW);
            assert_eq!(found[0].verdict, verdict, "{mode:?}");
        }
        assert_eq!(
            judge(Err(&Missing::Late), Rules { mode: Hard, fetches: true }, NOW)[0].verdict,
            Wrong
        );
    }

    #[test]
    fn only_the_newest_list_of_an_issuer_is_told_of() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("junk.crl"), "junk").unwrap();
        let mut folders = Folders::new(folder.path().join("anchors"));
        folders.lists = Some(folder.path().to_owned());
        let lists = look(&folders, NOW);
        assert!(lists.newest.is_empty() && lists.problems.len() == 1, "{lists:?}");
        let rules = Rules { mode: Hard, fetches: false };
        let verdicts: Vec<_> = judge(Ok(&lists), rules, NOW).iter().map(|it| it.verdict).collect();
        assert_eq!(verdicts, [Wrong, Attention]);
    }
}
