//! The registration authority's side: a `userinfo` answer in, a file of the directory out.
//!
//! Fields that are not known here are kept. Nothing is signed that a reader would leave out.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::jws::{SignError, SigningKey};
use crate::statement::{PERSON_KIND, ROLE_KIND, ROLES_CLAIM, Validity, statement_digest};
use crate::userinfo::Person;

const ROLES: &str = "nhsid_nrbac_roles";
const ORGANISATIONS: &str = "nhsid_user_orgs";
const HOLDER: &str = "nhsid_useruid";

/// A file for the directory, all of it signed by one key.
///
/// # Errors
/// [`SignError`] when the answer or a role in it could not be read, or nothing can be signed.
pub fn sign_document(
    userinfo: &[u8],
    key: &SigningKey,
    validity: Validity,
) -> Result<String, SignError> {
    let roles = sign_roles(userinfo, key, validity)?;
    sign_person(userinfo, &roles, key, validity)
}

/// The statements about the roles in an answer, one each: for an authority that signs those at its own
/// organisations.
///
/// # Errors
/// As [`sign_document`].
pub fn sign_roles(
    userinfo: &[u8],
    key: &SigningKey,
    validity: Validity,
) -> Result<Vec<String>, SignError> {
    let fields = fields(userinfo)?;
    let organisations = list(fields.get(ORGANISATIONS));
    let statement = |role: Value| {
        let named = organisations.iter().filter(|it| it.get("org_code") == role.get("org_code"));
        let named: Vec<Value> = named.cloned().collect();
        let mut claims = Map::new();
        claims.extend(fields.get_key_value(HOLDER).map(|(name, it)| (name.clone(), it.clone())));
        if !named.is_empty() {
            claims.insert(ORGANISATIONS.into(), named.into());
        }
        claims.insert(ROLES.into(), vec![role].into());
        signed(ROLE_KIND, claims, key, validity)
    };
    list(fields.get(ROLES)).into_iter().map(statement).collect()
}

/// A file for the directory: the statement about the person, which names these roles and no others, and
/// the roles' statements, whoever signed them.
///
/// # Errors
/// As [`sign_document`].
pub fn sign_person(
    userinfo: &[u8],
    roles: &[String],
    key: &SigningKey,
    validity: Validity,
) -> Result<String, SignError> {
    let mut claims = fields(userinfo)?;
    claims.remove(ROLES);
    let digests: Vec<Value> = roles.iter().map(|jws| statement_digest(jws).into()).collect();
    claims.insert(ROLES_CLAIM.into(), digests.into());
    let person = signed(PERSON_KIND, claims, key, validity)?;
    let lines = std::iter::once(&person).chain(roles);
    Ok(lines.flat_map(|line| [line.as_str(), "\n"]).collect())
}

/// The fields of an answer that a reader would take whole.
fn fields(userinfo: &[u8]) -> Result<Map<String, Value>, SignError> {
    let (_, problems) = Person::parse(userinfo)?;
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem.into());
    }
    serde_json::from_slice(userinfo).map_err(|error| SignError::Json(error.to_string()))
}

fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => values.clone(),
        Some(one) => vec![one.clone()],
    }
}

fn signed(
    kind: &str,
    mut claims: Map<String, Value>,
    key: &SigningKey,
    validity: Validity,
) -> Result<String, SignError> {
    let Validity { issued, expires } = validity;
    if expires <= issued {
        return Err(SignError::Expired);
    }
    let second = |at: Timestamp| Value::from(at.as_second());
    claims.insert("iat".into(), second(issued));
    claims.insert("exp".into(), second(expires));
    key.sign(kind, Value::Object(claims).to_string().as_bytes())
}
