//! A document of the directory: lines of text, each a JWS in the compact form. The first is the statement
//! about the person, every other one a role that it names.
//!
//! [`Document::open`] is the only way to a signed role. It takes bytes, keys and a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::dates::{CloseDate, Standing};
use crate::finding::{Finding, Malformation};
use crate::identifiers::{RoleId, Uuid};
use crate::keys::Keys;
use crate::statement::{PersonStatement, RoleStatement, Validity, statement_digest};
use crate::userinfo::{MOST_ROLES, Person, Role, RoleFault};

/// The longest file that is read, in bytes.
pub const LONGEST_FILE_OF_DIRECTORY: usize = 512 * 1024;

/// What the directory says of a person, and why it may be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    holder: Uuid,
    name: Option<String>,
    identity_assurance: Option<String>,
    origin: Origin,
    roles: Vec<HeldRole>,
    left_out: Vec<LeftOut>,
}

/// Who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A key of the site.
    Signed {
        /// Which.
        kid: String,
        /// From when to when it counts.
        validity: Validity,
    },
    /// Nobody: a file that anybody can have written, taken because a setting called danger says so.
    DangerUnsigned,
}

/// A role that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRole {
    /// The role.
    pub role: Role,
    /// The name of its organisation, where one is known.
    pub organisation_name: Option<String>,
    /// What was signed; none in a document that nobody has signed.
    pub proof: Option<RoleProof>,
    /// When the role ends at the latest, whatever its dates say.
    ends: Option<Timestamp>,
}

/// The statement by which others can believe a role, without the rest of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleProof {
    /// The JWS in its compact form.
    pub jws: Arc<str>,
    /// Which key has signed it.
    pub kid: String,
    /// From when to when it counts.
    pub validity: Validity,
}

/// A role that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Which one, from 1.
    pub number: usize,
    /// Why.
    pub finding: Finding,
}

impl Document {
    /// Reads and verifies a file of the directory. A role that does not count by itself is left out; when
    /// the file is not what was signed, nothing of it counts.
    ///
    /// # Errors
    /// The finding against the whole.
    pub fn open(file: &[u8], holder: Uuid, keys: &Keys, now: Timestamp) -> Result<Self, Finding> {
        if file.len() > LONGEST_FILE_OF_DIRECTORY {
            return Err(Finding::TooLarge { limit: LONGEST_FILE_OF_DIRECTORY });
        }
        let malformed = Finding::Malformed(Malformation::NotText);
        let text = std::str::from_utf8(file).map_err(|_| malformed.clone())?;
        let mut lines = text.lines();
        let person = PersonStatement::verify(lines.next().ok_or(malformed)?, keys, now)?;
        if person.person.uuid != holder {
            return Err(Finding::WrongUuid);
        }
        let statements: Vec<&str> = lines.collect();
        are_those_named(&statements, &person.roles)?;
        let read = statements.into_iter().map(|jws| signed_role(jws, &person, keys, now));
        let (roles, left_out) = each_once(read.collect());
        let PersonStatement { person, kid, validity, .. } = person;
        let origin = Origin::Signed { kid, validity };
        Ok(Self::of(person, origin, roles, left_out))
    }

    /// Reads a file that nobody has signed.
    ///
    /// # Errors
    /// The finding against the whole.
    pub fn danger_open_unsigned(file: &[u8], holder: Uuid) -> Result<Self, Finding> {
        let (mut person, problems) =
            Person::parse(file).map_err(|fault| Finding::Malformed(fault.into()))?;
        if person.uuid != holder {
            return Err(Finding::WrongUuid);
        }
        let held = |role: Role| HeldRole {
            organisation_name: person.organisations.get(&role.organisation).cloned(),
            role,
            proof: None,
            ends: None,
        };
        let roles = std::mem::take(&mut person.roles).into_iter().map(held).collect();
        let left_out = problems.into_iter().map(|problem| LeftOut {
            number: problem.number,
            finding: Finding::Malformed(problem.fault.into()),
        });
        let left_out = left_out.collect();
        Ok(Self::of(person, Origin::DangerUnsigned, roles, left_out))
    }

    fn of(person: Person, origin: Origin, roles: Vec<HeldRole>, left_out: Vec<LeftOut>) -> Self {
        let Person { uuid: holder, name, identity_assurance, .. } = person;
        Self { holder, name, identity_assurance, origin, roles, left_out }
    }

    /// Whose it is.
    pub const fn holder(&self) -> Uuid {
        self.holder
    }

    /// The person's name, when the document says it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `idassurancelevel`.
    pub fn identity_assurance(&self) -> Option<&str> {
        self.identity_assurance.as_deref()
    }

    /// Who says so.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// All roles that count, also those that are not open.
    pub fn roles(&self) -> &[HeldRole] {
        &self.roles
    }

    /// The role with this identifier.
    pub fn role(&self, id: &RoleId) -> Option<&HeldRole> {
        self.roles.iter().find(|held| held.role.id == *id)
    }

    /// The roles that do not count, and why.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The roles that can be chosen at a time.
    pub fn open_roles(
        &self,
        close_date: CloseDate,
        at: Timestamp,
    ) -> impl Iterator<Item = &HeldRole> {
        self.roles.iter().filter(move |held| held.standing(close_date, at).is_open())
    }

    /// When a role next opens or ends, after this time.
    pub fn next_change(&self, close_date: CloseDate, at: Timestamp) -> Option<Timestamp> {
        self.roles.iter().filter_map(|held| held.standing(close_date, at).changes()).min()
    }

    /// Whether a role in it will count later without the file being another.
    pub(crate) fn waits(&self) -> bool {
        self.left_out.iter().any(|out| matches!(out.finding, Finding::NotYetIssued { .. }))
    }

    /// Since when nothing of it counts any more, if it is so.
    pub(crate) fn expired(&self, at: Timestamp) -> Option<Timestamp> {
        match self.origin {
            Origin::Signed { validity: Validity { expires, .. }, .. } if expires <= at => {
                Some(expires)
            }
            Origin::Signed { .. } | Origin::DangerUnsigned => None,
        }
    }
}

impl HeldRole {
    /// How the role stands: by its dates, and by how long its statements count.
    pub fn standing(&self, close_date: CloseDate, at: Timestamp) -> Standing {
        let by_dates = self.role.dates.standing(close_date, at);
        self.ends.map_or(by_dates, |end| by_dates.and_until(end, at))
    }
}

/// Whether the statements are those that the person's statement names, all of them and no others.
fn are_those_named(statements: &[&str], named: &[String]) -> Result<(), Finding> {
    if statements.len() > MOST_ROLES {
        let (what, limit) = ("roles", MOST_ROLES);
        let fault = crate::userinfo::DocumentFault::TooMany { what, limit };
        return Err(Finding::Malformed(fault.into()));
    }
    let found: BTreeSet<String> = statements.iter().map(|jws| statement_digest(jws)).collect();
    let same = found.len() == statements.len()
        && found.len() == named.len()
        && named.iter().all(|digest| found.contains(digest));
    if same { Ok(()) } else { Err(Finding::Tampered) }
}

fn signed_role(
    jws: &str,
    person: &PersonStatement,
    keys: &Keys,
    now: Timestamp,
) -> Result<HeldRole, Finding> {
    let statement = RoleStatement::verify(jws, keys, now)?;
    let RoleStatement { holder, role, organisation_name, kid, validity } = statement;
    if holder != person.person.uuid {
        return Err(Finding::WrongUuid);
    }
    person.may_name(keys, &role.organisation)?;
    let elsewhere = || person.person.organisations.get(&role.organisation).cloned();
    let organisation_name = organisation_name.or_else(elsewhere);
    let ends = Some(validity.expires.min(person.validity.expires));
    let proof = Some(RoleProof { jws: jws.into(), kid, validity });
    Ok(HeldRole { role, organisation_name, proof, ends })
}

/// Of roles with one identifier none counts: nobody can say which is meant.
fn each_once(read: Vec<Result<HeldRole, Finding>>) -> (Vec<HeldRole>, Vec<LeftOut>) {
    let mut times: BTreeMap<RoleId, usize> = BTreeMap::new();
    for held in read.iter().flatten() {
        *times.entry(held.role.id.clone()).or_default() += 1;
    }
    let (mut roles, mut left_out) = (Vec::new(), Vec::new());
    for (number, held) in (1..).zip(read) {
        match held {
            Ok(held) if times.get(&held.role.id).is_some_and(|times| *times > 1) => {
                let fault = RoleFault::Duplicate { id: held.role.id };
                left_out.push(LeftOut { number, finding: Finding::Malformed(fault.into()) });
            }
            Ok(held) => roles.push(held),
            Err(finding) => left_out.push(LeftOut { number, finding }),
        }
    }
    (roles, left_out)
}
