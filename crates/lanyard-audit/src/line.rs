//! One line of the log: a JSON object whose last member is the hash of everything before it.
//!
//! ```text
//! {"seq":7,"time":"…","event":"…",…,"prev":"<hash of record 6>","hash":"<hash of this one>"}
//! ```
//!
//! Hashed are the bytes from the `{` up to, not including, `,"hash":"`, as they stand in the file. So no
//! canonical form is needed, members that are not known are covered too, and `prev`, which is among those
//! bytes, makes the chain.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Caller, Hash, Head, Record,
    mark::{Mark, Said},
    torn::Torn,
    verify::Fault,
};

/// The longest line that is taken for a record, in bytes. Records of this version stay below 4,096.
pub const LONGEST_LINE: usize = 65_536;

const HASH_MEMBER: &[u8] = b",\"hash\":\"";
const END: &[u8] = b"\"}";

/// What goes into a line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'a> {
    Record(&'a Record),
    Mark(&'a Mark),
}

/// The members of a line, in their order, without the hash.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Members<'a> {
    seq: u64,
    time: &'a str,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    desk: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reader: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries_left: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<&'a Caller>,
    #[serde(flatten)]
    said: Said,
    prev: Hash,
}

/// The line that comes after `previous`, with its end, and the head that it makes.
pub(crate) fn seal(previous: Head, time: &str, content: Content<'_>) -> (Vec<u8>, Head) {
    let sequence = previous.sequence.saturating_add(1);
    let members = members(sequence, time, content, previous.hash);
    #[expect(clippy::expect_used, reason = "numbers and texts are always JSON")]
    let mut line = serde_json::to_vec(&members).expect("members are JSON");
    line.pop();
    let hash = Hash(Sha256::digest(&line).into());
    line.extend_from_slice(HASH_MEMBER);
    line.extend_from_slice(&hash.digits());
    line.extend_from_slice(END);
    line.push(b'\n');
    (line, Head { sequence, hash })
}

fn members<'a>(seq: u64, time: &'a str, content: Content<'a>, prev: Hash) -> Members<'a> {
    let (record, event, said) = match content {
        Content::Record(record) => (Some(record), record.event.word(), Said::default()),
        Content::Mark(mark) => (None, mark.kind().word(), mark.said()),
    };
    Members {
        seq,
        time,
        event,
        outcome: record.and_then(|it| Some(it.outcome?.word())),
        reason: record.and_then(|it| Some(it.reason?.as_str())),
        holder: record.and_then(|it| Some(it.holder.as_ref()?.as_str())),
        card: record.and_then(|it| Some(it.card.as_ref()?.as_str())),
        desk: record.and_then(|it| Some(it.desk.as_ref()?.as_str())),
        session: record.and_then(|it| it.session),
        role: record.and_then(|it| Some(it.role.as_ref()?.as_str())),
        organisation: record.and_then(|it| Some(it.organisation.as_ref()?.as_str())),
        reader: record.and_then(|it| Some(it.reader.as_ref()?.as_str())),
        tries_left: record.and_then(|it| it.tries_left),
        terms: record.and_then(|it| Some(it.terms.as_ref()?.as_str())),
        caller: record.and_then(|it| it.caller.as_ref()),
        said,
        prev,
    }
}

/// A line that is a record by itself: its hash is right. Whether it belongs where it stands is not said.
#[derive(Clone, Debug)]
pub(crate) struct Link<'a> {
    pub(crate) head: Head,
    pub(crate) previous: Hash,
    pub(crate) time: Cow<'a, str>,
    /// The bytes that it closes.
    pub(crate) torn: Option<Torn>,
    /// The last record of the file that it says was removed.
    pub(crate) removed: Option<Head>,
}

/// The members that make the chain. Others are looked at by whoever shows the log.
#[derive(Deserialize)]
struct Chained<'a> {
    seq: u64,
    #[serde(borrow)]
    time: Cow<'a, str>,
    torn: Option<Torn>,
    removed: Option<Head>,
    prev: Hash,
}

/// Judges a line by itself, without its end.
pub(crate) fn judge(line: &[u8]) -> Result<Link<'_>, Fault> {
    let Some((hashed, digits)) = split(line) else {
        return Err(match serde_json::from_slice::<serde::de::IgnoredAny>(line) {
            Ok(_) => Fault::NoHash,
            Err(_) => Fault::NotJson,
        });
    };
    let hash = Hash(Sha256::digest(hashed).into());
    if hash.digits() != digits {
        return Err(Fault::WrongHash);
    }
    let Chained { seq, time, torn, removed, prev } =
        serde_json::from_slice(line).map_err(|_| Fault::NotJson)?;
    Ok(Link { head: Head { sequence: seq, hash }, previous: prev, time, torn, removed })
}

/// What is hashed, and the digits of the hash.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = line.strip_suffix(END)?;
    let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(Hash::DIGITS)?)?;
    Some((rest.strip_suffix(HASH_MEMBER)?, digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        CardSerial, Event, HolderUuid, LoginSession, Organisation, Outcome, ReaderName, Reason,
        RoleId, TermsVersion,
    };

    fn full() -> Record {
        Record {
            event: Event::AuthenticationEnded,
            outcome: Some(Outcome::TimedOut),
            reason: Some(Reason::new("authority-not-current")),
            holder: Some(HolderUuid::new("656005750104").unwrap()),
            card: Some(CardSerial::new(&[0xAB; 32]).unwrap()),
            desk: Some(LoginSession::new(&"\"".repeat(64))),
            session: Some(u64::MAX),
            role: Some(RoleId::new(&"\u{1}".repeat(64))),
            organisation: Some(Organisation::new(&"\u{1}".repeat(16))),
            reader: Some(ReaderName::new(&"\u{1}".repeat(128))),
            caller: Some(Caller {
                uid: u32::MAX,
                pid: Some(u32::MAX),
                session: Some(LoginSession::new(&"\"".repeat(64))),
            }),
            tries_left: Some(255),
            terms: Some(TermsVersion::new(&"\u{1F}".repeat(64))),
        }
    }

    #[test]
    fn the_longest_record_is_a_short_line() {
        let previous = Head { sequence: u64::MAX - 1, hash: Hash([0xFF; 32]) };
        let (line, _) = seal(previous, "2026-01-05T08:00:00.000000Z", Content::Record(&full()));
        assert!(line.len() < 4096, "{}", line.len());
        assert!(judge(line.strip_suffix(b"\n").unwrap()).is_ok());
    }

    #[test]
    fn a_line_is_what_the_documents_say() {
        let record = Record {
            tries_left: Some(2),
            reader: Some(ReaderName::new("a \"reader\"\n")),
            caller: Some(Caller { uid: 1000, pid: None, session: None }),
            ..Record::of(Event::PasscodeRefused)
        };
        let (line, head) =
            seal(Head::ORIGIN, "2026-01-05T08:00:00.000000Z", Content::Record(&record));
        let hashed = r#"{"seq":1,"time":"2026-01-05T08:00:00.000000Z","event":"passcode-refused","#
            .to_owned()
            + r#""reader":"a \"reader\"\n","tries-left":2,"caller":{"uid":1000},"#
            + &format!(r#""prev":"{}""#, "0".repeat(64));
        assert_eq!(head.hash, Hash(Sha256::digest(&hashed).into()));
        assert_eq!(
            String::from_utf8(line).unwrap(),
            format!("{hashed},\"hash\":\"{}\"}}\n", head.hash)
        );
    }

    #[test]
    fn a_link_tells_what_was_sealed() {
        let (sealed, head) = seal(Head::ORIGIN, "t", Content::Record(&full()));
        let link = judge(sealed.strip_suffix(b"\n").unwrap()).unwrap();
        assert_eq!((link.head, link.previous, &*link.time), (head, Head::ORIGIN.hash, "t"));
        assert_eq!((link.torn, link.removed), (None, None));
    }

    #[test]
    fn what_is_no_record_is_told_apart() {
        let fault = |line: &[u8]| judge(line).unwrap_err();
        assert_eq!(fault(b""), Fault::NotJson);
        assert_eq!(fault(b"\0\0\0"), Fault::NotJson);
        assert_eq!(fault(b"{\"seq\":1}"), Fault::NoHash);
        let sealed = |hashed: &str| {
            let hash = Hash(Sha256::digest(hashed).into());
            format!("{hashed},\"hash\":\"{hash}\"}}").into_bytes()
        };
        assert_eq!(fault(&sealed("{\"seq\":1")), Fault::NotJson);
        assert_eq!(fault(&sealed("seq")), Fault::NotJson);
        let wrong = format!("{{\"seq\":1,\"hash\":\"{}\"}}", "a".repeat(64));
        assert_eq!(fault(wrong.as_bytes()), Fault::WrongHash);
    }

    #[test]
    fn members_of_later_versions_are_hashed_and_passed_over() {
        let zeros = "0".repeat(64);
        let hashed = format!(
            r#"{{"seq":1,"time":"t","event":"role-selected","role":{{"a":[1]}},"prev":"{zeros}""#
        );
        let hash = Hash(Sha256::digest(&hashed).into());
        let line = format!("{hashed},\"hash\":\"{hash}\"}}");
        assert_eq!(judge(line.as_bytes()).unwrap().head, Head { sequence: 1, hash });
    }
}
