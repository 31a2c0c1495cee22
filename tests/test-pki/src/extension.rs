//! Extensions (RFC 5280 §4.2, §5.2, §5.3), well-formed unless a test writes its own.

use crate::der::{context, enumerated, integer, object, octets, oid, primitive, sequence};

/// Bits of `KeyUsage`, as [`key_usage`] takes them.
pub const DIGITAL_SIGNATURE: u16 = 0x8000;
/// `keyEncipherment`.
pub const KEY_ENCIPHERMENT: u16 = 0x2000;
/// `keyCertSign`.
pub const KEY_CERT_SIGN: u16 = 0x0400;
/// `cRLSign`.
pub const CRL_SIGN: u16 = 0x0200;

/// Whether an extension is critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Critical {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// Any extension.
pub fn extension(id: &str, critical: Critical, value: &[u8]) -> Vec<u8> {
    let critical = match critical {
        Critical::Yes => object(1, &[&[0xFF]]),
        Critical::No => Vec::new(),
    };
    sequence(&[&oid(id), &critical, &octets(&[value])])
}

/// The identifier of a written extension, tag and all.
pub(crate) fn identifier(extension: &[u8]) -> Option<&[u8]> {
    let start = match extension {
        [0x30, 0x81, ..] => 3,
        [0x30, 0x82, ..] => 4,
        _ => 2,
    };
    let rest = extension.get(start..)?;
    rest.get(..2 + usize::from(*rest.get(1)?))
}

/// An authority's, with or without a path length.
pub fn basic_constraints(path_length: Option<u8>) -> Vec<u8> {
    let length = path_length.map(|length| integer(&[length])).unwrap_or_default();
    extension("2.5.29.19", Critical::Yes, &sequence(&[&object(1, &[&[0xFF]]), &length]))
}

/// Nobody's authority.
pub fn no_authority() -> Vec<u8> {
    extension("2.5.29.19", Critical::Yes, &sequence(&[]))
}

/// Key usage, from the bits above.
pub fn key_usage(usage: u16) -> Vec<u8> {
    let [first, _] = usage.to_be_bytes();
    let unused = u8::try_from(first.trailing_zeros().min(7)).expect("below eight");
    extension("2.5.29.15", Critical::Yes, &object(3, &[&[unused, first]]))
}

/// Extended key usage.
pub fn extended_key_usage(purposes: &[&str]) -> Vec<u8> {
    extension("2.5.29.37", Critical::No, &sequence(&[&oids(purposes)]))
}

/// Certificate policies without qualifiers.
pub fn policies(policies: &[&str]) -> Vec<u8> {
    let each: Vec<u8> = policies.iter().flat_map(|policy| sequence(&[&oid(policy)])).collect();
    extension("2.5.29.32", Critical::No, &sequence(&[&each]))
}

/// Name constraints: general names that are permitted and that are excluded.
pub fn name_constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let subtrees = |number, names: &[Vec<u8>]| match names {
        [] => Vec::new(),
        names => {
            let each: Vec<u8> = names.iter().flat_map(|name| sequence(&[name])).collect();
            context(number, &[&each])
        }
    };
    let value = sequence(&[&subtrees(0, permitted), &subtrees(1, excluded)]);
    extension("2.5.29.30", Critical::Yes, &value)
}

/// Subject alternative names.
pub fn alternative_names(names: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.17", Critical::No, &sequence(&[&names.concat()]))
}

/// A general name: a mail address.
pub fn mail(address: &str) -> Vec<u8> {
    primitive(1, address.as_bytes())
}

/// A general name: a host.
pub fn dns(host: &str) -> Vec<u8> {
    primitive(2, host.as_bytes())
}

/// A general name: a directory name.
pub fn directory(name: &[u8]) -> Vec<u8> {
    context(4, &[name])
}

/// A general name: an address.
pub fn uri(address: &str) -> Vec<u8> {
    primitive(6, address.as_bytes())
}

/// Distribution points: each the full names of one point.
pub fn crl_points(points: &[&[Vec<u8>]]) -> Vec<u8> {
    let each: Vec<u8> = points
        .iter()
        .flat_map(|names| sequence(&[&context(0, &[&context(0, &[&names.concat()])])]))
        .collect();
    extension("2.5.29.31", Critical::No, &sequence(&[&each]))
}

/// A distribution point whose list somebody else issues.
pub fn crl_point_of(issuer: &[u8]) -> Vec<u8> {
    let point = sequence(&[&context(2, &[&directory(issuer)])]);
    extension("2.5.29.31", Critical::No, &sequence(&[&point]))
}

/// Authority information access: OCSP alone.
pub fn ocsp_access(address: &str) -> Vec<u8> {
    let description = sequence(&[&oid("1.3.6.1.5.5.7.48.1"), &uri(address)]);
    extension("1.3.6.1.5.5.7.1.1", Critical::No, &sequence(&[&description]))
}

/// `CRLNumber`.
pub fn crl_number(number: u8) -> Vec<u8> {
    extension("2.5.29.20", Critical::No, &integer(&[number]))
}

/// `DeltaCRLIndicator`.
pub fn delta_of(number: u8) -> Vec<u8> {
    extension("2.5.29.27", Critical::Yes, &integer(&[number]))
}

/// `IssuingDistributionPoint` with these fields, each as it is written.
pub fn issuing_point(fields: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.28", Critical::Yes, &sequence(&[&fields.concat()]))
}

/// The field `distributionPoint` of an issuing distribution point.
pub fn point_name(names: &[Vec<u8>]) -> Vec<u8> {
    context(0, &[&context(0, &[&names.concat()])])
}

/// `CRLReason` of an entry.
pub fn reason(reason: u8) -> Vec<u8> {
    extension("2.5.29.21", Critical::No, &enumerated(reason))
}

/// `CertificateIssuer` of an entry.
pub fn certificate_issuer(name: &[u8]) -> Vec<u8> {
    extension("2.5.29.29", Critical::Yes, &sequence(&[&directory(name)]))
}

fn oids(dotted: &[&str]) -> Vec<u8> {
    dotted.iter().flat_map(|dotted| oid(dotted)).collect()
}
