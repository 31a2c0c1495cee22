//! Whom a site trusts: anchors and further authorities, read from files that somebody else opened, with a
//! word for everything that is wrong with them.

use crate::der::UnixTime;
use crate::pem::{Block, blocks};
use crate::x509::{Certificate, CertificateError};

const LABELS: [&str; 2] = ["CERTIFICATE", "X509 CERTIFICATE"];

/// The certificates that are trusted as such. Cheap to clone their content, never changed: a new set is
/// made beside the old one.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    certificates: Vec<Certificate>,
}

/// Further authorities: they lead to an anchor or count for nothing.
#[derive(Clone, Debug, Default)]
pub struct Intermediates {
    certificates: Vec<Certificate>,
}

/// What is wrong with a file or a certificate in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// The file, as the caller named it.
    pub file: String,
    /// Which certificate in it, from 1.
    pub number: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a configured certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No certificate can be read there: it is left out.
    #[error("unreadable: {0}")]
    Unreadable(CertificateError),
    /// A block of PEM is cut or no base64: it is left out.
    #[error("unreadable: the PEM form is broken")]
    BrokenPem,
    /// The file holds none.
    #[error("no certificate is in it")]
    Empty,
    /// It is no authority's: it is left out.
    #[error("{subject} is not an authority")]
    NotAnAuthority {
        /// Whose it is.
        subject: String,
    },
    /// It is there already: it is left out.
    #[error("{subject} stands there twice")]
    Duplicate {
        /// Whose it is.
        subject: String,
    },
    /// It is over: it is kept, and every judgement under it says so.
    #[error("{subject} expired at {since}")]
    Expired {
        /// Whose it is.
        subject: String,
        /// Its last second.
        since: UnixTime,
    },
    /// It is not begun: it is kept.
    #[error("{subject} is not valid before {from}")]
    NotYetValid {
        /// Whose it is.
        subject: String,
        /// Its first second.
        from: UnixTime,
    },
}

impl Problem {
    /// Whether the certificate is left out because of it.
    pub const fn leaves_out(&self) -> bool {
        !matches!(self, Self::Expired { .. } | Self::NotYetValid { .. })
    }
}

impl Anchors {
    /// Reads anchors from the contents of files, each PEM (any number) or DER (one).
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        now: UnixTime,
    ) -> (Self, Vec<FileProblem>) {
        let (certificates, problems) = load(files, Certificate::is_authority, now);
        (Self { certificates }, problems)
    }

    /// The anchors.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Whether nobody is trusted, so that nobody can sign in.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty()
    }
}

impl Intermediates {
    /// Reads authorities from the contents of files, as [`Anchors::load`] does, and certificates that may sign
    /// revocation lists for them (RFC 5280 §4.2.1.3, `cRLSign`).
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        now: UnixTime,
    ) -> (Self, Vec<FileProblem>) {
        let helps = |it: &Certificate| it.is_authority() || it.may_sign_lists();
        let (certificates, problems) = load(files, helps, now);
        (Self { certificates }, problems)
    }

    /// The authorities, and those who sign lists for them.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }
}

impl FromIterator<Certificate> for Anchors {
    /// Takes them as they are.
    fn from_iter<T: IntoIterator<Item = Certificate>>(certificates: T) -> Self {
        Self { certificates: certificates.into_iter().collect() }
    }
}

impl FromIterator<Certificate> for Intermediates {
    /// Takes them as they are; what is no authority's leads nowhere.
    fn from_iter<T: IntoIterator<Item = Certificate>>(certificates: T) -> Self {
        Self { certificates: certificates.into_iter().collect() }
    }
}

fn load<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    helps: impl Fn(&Certificate) -> bool,
    now: UnixTime,
) -> (Vec<Certificate>, Vec<FileProblem>) {
    let (mut certificates, mut problems) = (Vec::new(), Vec::new());
    for (file, content) in files {
        let mut tell = |number, problem| {
            problems.push(FileProblem { file: file.to_owned(), number, problem });
        };
        let blocks = blocks(content, &LABELS);
        if blocks.is_empty() {
            tell(1, Problem::Empty);
        }
        for (number, block) in (1..).zip(blocks) {
            match readable(block) {
                Err(problem) => tell(number, problem),
                Ok(certificate) => {
                    let problem = problem(&certificate, helps(&certificate), &certificates, now);
                    if problem.as_ref().is_none_or(|problem| !problem.leaves_out()) {
                        certificates.push(certificate);
                    }
                    if let Some(problem) = problem {
                        tell(number, problem);
                    }
                }
            }
        }
    }
    (certificates, problems)
}

fn readable(block: Block<'_>) -> Result<Certificate, Problem> {
    match block {
        Block::Der(der) => Certificate::parse(&der).map_err(Problem::Unreadable),
        Block::Broken => Err(Problem::BrokenPem),
    }
}

fn problem(
    certificate: &Certificate,
    helps: bool,
    known: &[Certificate],
    now: UnixTime,
) -> Option<Problem> {
    let subject = certificate.subject().to_string();
    if !helps {
        return Some(Problem::NotAnAuthority { subject });
    }
    if known.contains(certificate) {
        return Some(Problem::Duplicate { subject });
    }
    let (from, since) = (certificate.not_before(), certificate.not_after());
    if since < now {
        return Some(Problem::Expired { subject, since });
    }
    (now < from).then_some(Problem::NotYetValid { subject, from })
}
