//! What `Card.Describe` answers, as a dictionary that may grow.

use std::{collections::HashMap, fmt};

use zbus::{OwnedVariant, Variant};

use crate::words::{CertificateState, Reason, RenewalState, RevocationState};

/// Who the card says its holder is, and whether that is believed. Given to the card's owner only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardDescription {
    /// `holder`: the 12 digits of the holder's unique identifier; empty when the certificate names none.
    pub holder: String,
    /// `serial`: the card's number, upper-case hexadecimal.
    pub serial: String,
    /// `certificate`: the sign-in certificate, DER.
    pub certificate: Vec<u8>,
    /// `not-after`: when the certificate expires, in seconds since 1970-01-01T00:00:00Z.
    pub not_after: i64,
    /// `certificate-state`: whether it is believed.
    pub state: CertificateState,
    /// `certificate-reason`: why it is not believed; absent when it is, or nobody knows yet.
    pub reason: Option<Reason>,
    /// `message`: the same for the holder, with what to do; absent likewise.
    pub message: Option<String>,
    /// `days-to-expiry`: whole days until `not-after`, negative when it is over; absent while nobody has judged.
    pub days_to_expiry: Option<i64>,
    /// `renewal`: whether, and by whom, the certificate can be renewed now; absent likewise.
    pub renewal: Option<RenewalState>,
    /// What is known about its revocation.
    pub revocation: Revocation,
    /// `path`: the certificates from the holder's to the anchor's, DER; as far as the path leads.
    pub path: Vec<Vec<u8>>,
    /// `findings`: everything that was found.
    pub findings: Vec<CertificateFinding>,
    /// `judged-at`: when, in seconds since 1970-01-01T00:00:00Z; absent while nobody has.
    pub judged_at: Option<i64>,
}

/// What is known about the revocation of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// `revocation`: in a word.
    pub state: RevocationState,
    /// `revocation-why`: why nobody knows; absent when somebody does.
    pub why: Option<String>,
    /// `revocation-as-of`: when that was true, in seconds since 1970-01-01T00:00:00Z; absent when nobody knows.
    pub as_of: Option<i64>,
    /// `revocation-reason`: why it was revoked (RFC 5280 §5.3.1); absent when it was not.
    pub reason: Option<String>,
    /// `revoked-at`: when, in seconds since 1970-01-01T00:00:00Z; absent when it was not.
    pub revoked_at: Option<i64>,
}

impl Revocation {
    /// Nothing is known but the word.
    pub const fn plain(state: RevocationState) -> Self {
        Self { state, why: None, as_of: None, reason: None, revoked_at: None }
    }
}

/// One thing that was found in judging a certificate: `(siss)` on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFinding {
    /// Which check found it.
    pub check: String,
    /// Where in the path: 0 is the holder's certificate, each next one its issuer; -1 is no single one.
    pub place: i32,
    /// `refuses` or `notes`.
    pub weight: String,
    /// What was found, for an administrator.
    pub text: String,
}

/// An answer that lacks something a description must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncompleteDescription {
    /// The key that is missing or of another type.
    pub key: &'static str,
}

impl fmt::Display for IncompleteDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the card's description has no usable {:?}", self.key)
    }
}

impl std::error::Error for IncompleteDescription {}

impl CardDescription {
    /// The answer as it goes over the bus.
    pub fn into_answer(self) -> HashMap<&'static str, Variant<'static>> {
        let findings: Vec<_> =
            self.findings.into_iter().map(CertificateFinding::into_row).collect();
        let mut answer = HashMap::from([
            ("holder", Variant::from(self.holder)),
            ("serial", Variant::from(self.serial)),
            ("certificate", Variant::from(self.certificate)),
            ("not-after", Variant::from(self.not_after)),
            ("certificate-state", Variant::from(self.state.as_str())),
            ("revocation", Variant::from(self.revocation.state.as_str())),
            ("path", Variant::from(self.path)),
            ("findings", Variant::from(findings)),
        ]);
        let perhaps = [
            ("certificate-reason", self.reason.map(|reason| Variant::from(reason.as_str()))),
            ("message", self.message.map(Variant::from)),
            ("days-to-expiry", self.days_to_expiry.map(Variant::from)),
            ("renewal", self.renewal.map(|renewal| Variant::from(renewal.as_str()))),
            ("renewal-due", self.renewal.map(|renewal| Variant::from(renewal.is_due()))),
            ("revocation-why", self.revocation.why.map(Variant::from)),
            ("revocation-as-of", self.revocation.as_of.map(Variant::from)),
            ("revocation-reason", self.revocation.reason.map(Variant::from)),
            ("revoked-at", self.revocation.revoked_at.map(Variant::from)),
            ("judged-at", self.judged_at.map(Variant::from)),
        ];
        answer.extend(perhaps.into_iter().filter_map(|(key, value)| Some((key, value?))));
        answer
    }

    /// Reads an answer; keys that are not known are passed over.
    ///
    /// # Errors
    /// [`IncompleteDescription`] names the key that is missing or of another type.
    pub fn from_answer(
        mut answer: HashMap<String, OwnedVariant>,
    ) -> Result<Self, IncompleteDescription> {
        let answer = &mut answer;
        let findings: Vec<Row> = take(answer, "findings")?;
        Ok(Self {
            holder: take(answer, "holder")?,
            serial: take(answer, "serial")?,
            certificate: take(answer, "certificate")?,
            not_after: take(answer, "not-after")?,
            state: word(answer, "certificate-state")?.unwrap_or(CertificateState::NotTrusted),
            reason: perhaps(answer, "certificate-reason")?
                .and_then(|word: String| word.parse().ok()),
            message: perhaps(answer, "message")?,
            days_to_expiry: perhaps(answer, "days-to-expiry")?,
            renewal: perhaps(answer, "renewal")?.and_then(|word: String| word.parse().ok()),
            revocation: Revocation {
                state: word(answer, "revocation")?.unwrap_or(RevocationState::NotChecked),
                why: perhaps(answer, "revocation-why")?,
                as_of: perhaps(answer, "revocation-as-of")?,
                reason: perhaps(answer, "revocation-reason")?,
                revoked_at: perhaps(answer, "revoked-at")?,
            },
            path: take(answer, "path")?,
            findings: findings.into_iter().map(CertificateFinding::from_row).collect(),
            judged_at: perhaps(answer, "judged-at")?,
        })
    }
}

/// A finding as it goes over the bus.
type Row = (String, i32, String, String);

impl CertificateFinding {
    fn into_row(self) -> Row {
        (self.check, self.place, self.weight, self.text)
    }

    fn from_row((check, place, weight, text): Row) -> Self {
        Self { check, place, weight, text }
    }
}

pub(crate) fn take<T: TryFrom<OwnedVariant>>(
    answer: &mut HashMap<String, OwnedVariant>,
    key: &'static str,
) -> Result<T, IncompleteDescription> {
    perhaps(answer, key)?.ok_or(IncompleteDescription { key })
}

pub(crate) fn perhaps<T: TryFrom<OwnedVariant>>(
    answer: &mut HashMap<String, OwnedVariant>,
    key: &'static str,
) -> Result<Option<T>, IncompleteDescription> {
    let value = answer.remove(key).map(T::try_from);
    value.transpose().map_err(|_| IncompleteDescription { key })
}

/// A word; none when it is one of a later version, which the caller takes for the careful one.
fn word<T: std::str::FromStr>(
    answer: &mut HashMap<String, OwnedVariant>,
    key: &'static str,
) -> Result<Option<T>, IncompleteDescription> {
    let word: String = take(answer, key)?;
    Ok(word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_later_version_are_taken_for_the_careful_ones() {
        let described = CardDescription {
            holder: String::new(),
            serial: "0A".to_owned(),
            certificate: vec![0x30, 0],
            not_after: 1,
            state: CertificateState::Trusted,
            reason: None,
            message: None,
            days_to_expiry: Some(-1),
            renewal: Some(RenewalState::TooLate),
            revocation: Revocation::plain(RevocationState::Good),
            path: vec![vec![1], vec![2]],
            findings: vec![CertificateFinding {
                check: "dates".to_owned(),
                place: 0,
                weight: "refuses".to_owned(),
                text: "expired".to_owned(),
            }],
            judged_at: Some(7),
        };
        let owned = |answer: HashMap<&str, Variant<'static>>| -> HashMap<String, OwnedVariant> {
            let entry = |(key, value): (&str, Variant<'_>)| {
                (key.to_owned(), OwnedVariant::try_from(value).unwrap())
            };
            answer.into_iter().map(entry).collect()
        };
        let mut answer = owned(described.clone().into_answer());
        assert_eq!(CardDescription::from_answer(answer.clone()).unwrap(), described);
        for key in ["certificate-state", "revocation", "renewal"] {
            let word = OwnedVariant::try_from(Variant::from("something-else")).unwrap();
            answer.insert(key.to_owned(), word);
        }
        let told = CardDescription::from_answer(answer).unwrap();
        assert_eq!(told.state, CertificateState::NotTrusted);
        assert_eq!(told.revocation.state, RevocationState::NotChecked);
        assert_eq!(told.renewal, None);
    }
}
