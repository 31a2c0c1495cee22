//! Extensions (RFC 5280 §4.2): those that have a meaning here are read, the others remembered when they
//! are critical.

use std::collections::HashSet;

use super::defect::Defect;
use super::general_name::{GeneralName, read_general_names};
use super::points::DistributionPoint;
use crate::der::{DerError, Oid, Reader, boolean, named_bits, oid, only, small_number, tag};

/// What a certificate's extensions say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) extended_key_usage: Option<Vec<Oid>>,
    pub(crate) policies: Option<Vec<Oid>>,
    /// From an issuer's policy to a subject's.
    pub(crate) policy_mappings: Vec<(Oid, Oid)>,
    pub(crate) policy_constraints: PolicyConstraints,
    pub(crate) inhibit_any_policy: Option<u32>,
    pub(crate) name_constraints: Option<NameConstraints>,
    pub(crate) alternative_names: Vec<GeneralName>,
    /// As they are where the subject says nothing (§4.2.1.6).
    pub(crate) has_critical_alternative_names: bool,
    pub(crate) crl_points: Vec<DistributionPoint>,
    pub(crate) freshest_crl: Vec<DistributionPoint>,
    pub(crate) ocsp_addresses: Vec<Box<str>>,
    pub(crate) subject_key_id: Option<Box<[u8]>>,
    pub(crate) authority_key_id: Option<Box<[u8]>>,
    pub(crate) ocsp_no_check: bool,
    /// Critical ones without a meaning here.
    pub(crate) unknown_critical: Vec<Oid>,
}

/// §4.2.1.9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BasicConstraints {
    pub(crate) is_authority: bool,
    pub(crate) path_length: Option<u32>,
}

/// §4.2.1.3, bit 0 in the lowest place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyUsage(u16);

impl KeyUsage {
    pub(crate) const DIGITAL_SIGNATURE: Self = Self(1);
    pub(crate) const CERTIFICATE_SIGNING: Self = Self(1 << 5);
    pub(crate) const CRL_SIGNING: Self = Self(1 << 6);

    pub(crate) const fn allows(self, use_: Self) -> bool {
        self.0 & use_.0 == use_.0
    }
}

/// §4.2.1.11.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PolicyConstraints {
    pub(crate) require_explicit: Option<u32>,
    pub(crate) inhibit_mapping: Option<u32>,
}

/// §4.2.1.10.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameConstraints {
    pub(crate) permitted: Vec<GeneralName>,
    pub(crate) excluded: Vec<GeneralName>,
}

/// One extension of a certificate, a list, an entry or an answer, unread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawExtension<'a> {
    pub(crate) oid: &'a [u8],
    pub(crate) critical: bool,
    pub(crate) value: &'a [u8],
}

/// Extensions one after another, at least one.
pub(crate) fn read_extensions(list: &[u8]) -> Result<Vec<RawExtension<'_>>, DerError> {
    let mut list = Reader::new(list);
    let mut extensions = Vec::new();
    while !list.is_empty() {
        let mut reader = list.enter(tag::SEQUENCE)?;
        let oid = reader.value(tag::OBJECT_IDENTIFIER)?;
        let critical = boolean(&mut reader)?;
        let value = reader.value(tag::OCTET_STRING)?;
        reader.end()?;
        extensions.push(RawExtension { oid, critical, value });
    }
    if extensions.is_empty() { Err(DerError::Value) } else { Ok(extensions) }
}

impl Extensions {
    /// Reads the content of the list; what is wrong with single ones is added to `defects`.
    pub(crate) fn read(list: &[u8], defects: &mut Vec<Defect>) -> Result<Self, DerError> {
        let mut extensions = Self::default();
        let mut seen: HashSet<&[u8]> = HashSet::new();
        for raw in read_extensions(list)? {
            let oid = Oid::from_value(raw.oid)?;
            if !seen.insert(raw.oid) {
                defects.push(Defect::DuplicateExtension(oid));
                continue;
            }
            match extensions.take(raw) {
                Ok(()) if wrongly_critical(raw) => defects.push(Defect::Criticality(oid)),
                Ok(()) => {}
                Err(_) => defects.push(Defect::MalformedExtension(oid)),
            }
        }
        Ok(extensions)
    }

    fn take(&mut self, raw: RawExtension<'_>) -> Result<(), DerError> {
        let value = raw.value;
        match raw.oid {
            oid::BASIC_CONSTRAINTS => {
                self.basic_constraints = Some(basic_constraints(value)?);
            }
            oid::KEY_USAGE => {
                self.key_usage = Some(KeyUsage(named_bits(only(value, tag::BIT_STRING)?)?));
            }
            oid::EXTENDED_KEY_USAGE => self.extended_key_usage = Some(oids(value)?),
            oid::CERTIFICATE_POLICIES => self.policies = Some(policies(value)?),
            oid::POLICY_MAPPINGS => self.policy_mappings = policy_mappings(value)?,
            oid::POLICY_CONSTRAINTS => self.policy_constraints = policy_constraints(value)?,
            oid::INHIBIT_ANY_POLICY => {
                self.inhibit_any_policy = Some(small_number(only(value, tag::INTEGER)?)?);
            }
            oid::NAME_CONSTRAINTS => self.name_constraints = Some(name_constraints(value)?),
            oid::SUBJECT_ALT_NAME => {
                self.alternative_names = read_general_names(only(value, tag::SEQUENCE)?)?;
                self.has_critical_alternative_names = raw.critical;
            }
            oid::ISSUER_ALT_NAME => {
                read_general_names(only(value, tag::SEQUENCE)?)?;
            }
            oid::CRL_DISTRIBUTION_POINTS => self.crl_points = DistributionPoint::read_all(value)?,
            oid::FRESHEST_CRL => self.freshest_crl = DistributionPoint::read_all(value)?,
            oid::AUTHORITY_INFO_ACCESS => self.ocsp_addresses = ocsp_addresses(value)?,
            oid::SUBJECT_KEY_ID => {
                self.subject_key_id = Some(only(value, tag::OCTET_STRING)?.into());
            }
            oid::AUTHORITY_KEY_ID => self.authority_key_id = authority_key_id(value)?,
            oid::OCSP_NO_CHECK => self.ocsp_no_check = true,
            _ if raw.critical => self.unknown_critical.push(Oid::from_value(raw.oid)?),
            _ => {}
        }
        Ok(())
    }

    /// Whether it may sign certificates at all.
    pub(crate) fn is_authority(&self) -> bool {
        self.basic_constraints.is_some_and(|constraints| constraints.is_authority)
    }

    /// Whether the key may be used so: it says so, or says nothing.
    pub(crate) fn allows(&self, use_: KeyUsage) -> bool {
        self.key_usage.is_none_or(|usage| usage.allows(use_))
    }
}

/// Where §4.2 leaves no choice, and PKITS has no certificate that must be accepted in spite of it.
fn wrongly_critical(raw: RawExtension<'_>) -> bool {
    match raw.oid {
        oid::NAME_CONSTRAINTS | oid::INHIBIT_ANY_POLICY => !raw.critical,
        oid::AUTHORITY_KEY_ID
        | oid::SUBJECT_KEY_ID
        | oid::FRESHEST_CRL
        | oid::AUTHORITY_INFO_ACCESS => raw.critical,
        _ => false,
    }
}

fn basic_constraints(value: &[u8]) -> Result<BasicConstraints, DerError> {
    let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
    let is_authority = boolean(&mut reader)?;
    let path_length = reader.optional(tag::INTEGER)?.map(small_number).transpose()?;
    reader.end()?;
    Ok(BasicConstraints { is_authority, path_length })
}

fn oids(value: &[u8]) -> Result<Vec<Oid>, DerError> {
    let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
    let mut oids = Vec::new();
    while !reader.is_empty() {
        oids.push(Oid::from_value(reader.value(tag::OBJECT_IDENTIFIER)?)?);
    }
    if oids.is_empty() { Err(DerError::Value) } else { Ok(oids) }
}

/// Each policy once; qualifiers are for people and are left out.
fn policies(value: &[u8]) -> Result<Vec<Oid>, DerError> {
    let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
    let mut policies = Vec::new();
    while !reader.is_empty() {
        let mut information = reader.enter(tag::SEQUENCE)?;
        policies.push(Oid::from_value(information.value(tag::OBJECT_IDENTIFIER)?)?);
        if !information.is_empty() {
            information.value(tag::SEQUENCE)?;
        }
        information.end()?;
    }
    let count = policies.len();
    policies.sort();
    policies.dedup();
    if count == 0 || policies.len() < count { Err(DerError::Value) } else { Ok(policies) }
}

fn policy_mappings(value: &[u8]) -> Result<Vec<(Oid, Oid)>, DerError> {
    let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
    let mut mappings = Vec::new();
    while !reader.is_empty() {
        let mut pair = reader.enter(tag::SEQUENCE)?;
        let from = Oid::from_value(pair.value(tag::OBJECT_IDENTIFIER)?)?;
        let to = Oid::from_value(pair.value(tag::OBJECT_IDENTIFIER)?)?;
        pair.end()?;
        mappings.push((from, to));
    }
    if mappings.is_empty() { Err(DerError::Value) } else { Ok(mappings) }
}

fn policy_constraints(value: &[u8]) -> Result<PolicyConstraints, DerError> {
    let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
    let require_explicit = reader.optional(tag::primitive(0))?.map(small_number).transpose()?;
    let inhibit_mapping = reader.optional(tag::primitive(1))?.map(small_number).transpose()?;
    reader.end()?;
    if require_explicit.is_none() && inhibit_mapping.is_none() {
        return Err(DerError::Value);
    }
    Ok(PolicyConstraints { require_explicit, inhibit_mapping })
}

fn name_constraints(value: &[u8]) -> Result<NameConstraints, DerError> {
    let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
    let permitted = reader.optional(tag::constructed(0))?.map(subtrees).transpose()?;
    let excluded = reader.optional(tag::constructed(1))?.map(subtrees).transpose()?;
    reader.end()?;
    if permitted.is_none() && excluded.is_none() {
        return Err(DerError::Value);
    }
    Ok(NameConstraints {
        permitted: permitted.unwrap_or_default(),
        excluded: excluded.unwrap_or_default(),
    })
}

/// §4.2.1.10: the minimum is zero and there is no maximum.
fn subtrees(value: &[u8]) -> Result<Vec<GeneralName>, DerError> {
    let mut reader = Reader::new(value);
    let mut bases = Vec::new();
    while !reader.is_empty() {
        let mut subtree = reader.enter(tag::SEQUENCE)?;
        bases.push(GeneralName::read(&mut subtree)?);
        if subtree.optional(tag::primitive(0))?.is_some_and(|minimum| *minimum != [0]) {
            return Err(DerError::Value);
        }
        subtree.end()?;
    }
    if bases.is_empty() { Err(DerError::Value) } else { Ok(bases) }
}

fn ocsp_addresses(value: &[u8]) -> Result<Vec<Box<str>>, DerError> {
    let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
    let mut addresses = Vec::new();
    while !reader.is_empty() {
        let mut description = reader.enter(tag::SEQUENCE)?;
        let method = description.value(tag::OBJECT_IDENTIFIER)?;
        let location = GeneralName::read(&mut description)?;
        description.end()?;
        match location {
            GeneralName::Uri(address) if method == oid::OCSP_ACCESS => addresses.push(address),
            _ => {}
        }
    }
    Ok(addresses)
}

/// The key identifier alone: issuer and serial number only help to find, and nobody fills them in.
fn authority_key_id(value: &[u8]) -> Result<Option<Box<[u8]>>, DerError> {
    let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
    let key = reader.optional(tag::primitive(0))?;
    reader.optional(tag::constructed(1))?;
    reader.optional(tag::primitive(2))?;
    reader.end()?;
    Ok(key.map(Into::into))
}
