//! The two kinds of statement that authorities sign: one about a person, which names the roles that count,
//! and one about each role.
//!
//! What is signed has the shape of `userinfo`, with `iat` and `exp` (RFC 7519 §4.1) beside its fields. A
//! role stands alone, so that it can be shown to others without the rest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde::Deserialize;

use crate::finding::{Finding, Malformation};
use crate::identifiers::{OdsCode, Uuid};
use crate::jws::{Compact, LONGEST_JWS};
use crate::keys::Keys;
use crate::object::object;
use crate::userinfo::{Person, Role, RoleProblem};

/// `typ` of a statement about a person.
pub const PERSON_KIND: &str = "lanyard-person+jwt";

/// `typ` of a statement about a role.
pub const ROLE_KIND: &str = "lanyard-role+jwt";

/// The claim of a person's statement that names the roles: of each role's statement, in its compact form,
/// the SHA-256 in base64url.
pub const ROLES_CLAIM: &str = "lanyard_roles";

/// So far may the clock of an authority be ahead of ours, in seconds.
pub const CLOCK_SKEW_S: i64 = 300;

/// When a statement was issued, and until when it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// `iat`.
    pub issued: Timestamp,
    /// `exp`: the first instant at which it no longer counts.
    pub expires: Timestamp,
}

/// A person's statement that counts.
#[derive(Clone, Debug)]
pub(crate) struct PersonStatement {
    pub(crate) person: Person,
    pub(crate) kid: String,
    pub(crate) validity: Validity,
    /// Digests of the roles' statements.
    pub(crate) roles: Vec<String>,
}

/// A statement about one role that counts: signed by a key that may speak for its organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleStatement {
    /// Whose role it is.
    pub holder: Uuid,
    /// The role.
    pub role: Role,
    /// The name of its organisation, when the statement says it.
    pub organisation_name: Option<String>,
    /// Which key has signed it.
    pub kid: String,
    /// From when to when it counts.
    pub validity: Validity,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    #[serde(default)]
    lanyard_roles: Vec<String>,
}

/// How a role's statement is named in its person's.
pub fn statement_digest(jws: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, jws.as_bytes()))
}

/// The beginning of the digest of a file's first line, by which two documents of one second differ.
pub(crate) fn print_of(file: &[u8]) -> u64 {
    let line = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let digest = digest(&SHA256, line);
    digest.as_ref().first_chunk().map_or(0, |beginning| u64::from_be_bytes(*beginning))
}

impl RoleStatement {
    /// Reads and verifies a role's statement by itself: for whoever is shown one. Whether the role is open
    /// is for the caller to ask ([`crate::Dates::standing`]). That it is still among the person's roles is not
    /// known from it; that is why it expires.
    ///
    /// # Errors
    /// The finding against it.
    pub fn verify(jws: &str, keys: &Keys, now: Timestamp) -> Result<Self, Finding> {
        let (compact, claims) = verified(jws, ROLE_KIND, keys)?;
        let validity = claims.validity_at(now)?;
        let (person, problems) = parse(&compact.payload)?;
        if let Some(RoleProblem { fault, .. }) = problems.into_iter().next() {
            return Err(Finding::Malformed(fault.into()));
        }
        let holder = person.uuid;
        let [role] = <[Role; 1]>::try_from(person.roles)
            .map_err(|roles| Finding::Malformed(Malformation::NotOneRole { roles: roles.len() }))?;
        keys.may_sign_role(&compact.kid, &role.organisation)?;
        let organisation_name = person.organisations.get(&role.organisation).cloned();
        Ok(Self { holder, role, organisation_name, kid: compact.kid, validity })
    }
}

impl PersonStatement {
    pub(crate) fn verify(jws: &str, keys: &Keys, now: Timestamp) -> Result<Self, Finding> {
        let (compact, claims) = verified(jws, PERSON_KIND, keys)?;
        let validity = claims.validity_at(now)?;
        let (person, _) = parse(&compact.payload)?;
        Ok(Self { person, kid: compact.kid, validity, roles: claims.lanyard_roles })
    }

    /// Whether the key that signed it may name roles at this organisation.
    pub(crate) fn may_name(&self, keys: &Keys, at: &OdsCode) -> Result<(), Finding> {
        keys.may_name_role(&self.kid, at)
    }
}

/// What a known key has signed.
struct Verified {
    kid: String,
    payload: Vec<u8>,
}

fn verified(jws: &str, expected: &'static str, keys: &Keys) -> Result<(Verified, Claims), Finding> {
    if jws.len() > LONGEST_JWS {
        return Err(Finding::TooLarge { limit: LONGEST_JWS });
    }
    let compact = Compact::parse(jws).map_err(|fault| Finding::Malformed(fault.into()))?;
    if compact.kind() != expected {
        let found = compact.kind().chars().take(64).collect();
        return Err(Finding::Malformed(Malformation::Kind { found, expected }));
    }
    let payload = compact.verified(keys.public(compact.kid())?).ok_or(Finding::Tampered)?;
    let claims: Claims =
        object(payload).map_err(|fault| Finding::Malformed(Malformation::Claims(fault)))?;
    Ok((Verified { kid: compact.kid().to_owned(), payload: payload.to_vec() }, claims))
}

fn parse(payload: &[u8]) -> Result<(Person, Vec<RoleProblem>), Finding> {
    Person::parse(payload).map_err(|fault| Finding::Malformed(fault.into()))
}

impl Claims {
    fn validity_at(&self, now: Timestamp) -> Result<Validity, Finding> {
        let instant = |second, name: &str| {
            let outside = |_| Malformation::Claims(format!("{name} is no time"));
            Timestamp::from_second(second).map_err(outside).map_err(Finding::Malformed)
        };
        let (issued, expires) = (instant(self.iat, "iat")?, instant(self.exp, "exp")?);
        if expires <= now {
            return Err(Finding::Expired { at: expires });
        }
        if issued.as_second().saturating_sub(now.as_second()) > CLOCK_SKEW_S {
            return Err(Finding::NotYetIssued { at: issued });
        }
        Ok(Validity { issued, expires })
    }
}
