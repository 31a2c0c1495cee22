//! How one name lies to one constraint (RFC 5280 §4.2.1.10), for each form of name that has such rules.

use crate::x509::GeneralName;

/// Where a name lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Inside,
    Outside,
    /// A wildcard: some of what it stands for lies inside.
    Overlapping,
    /// There are no rules for the form, or one of the two is malformed.
    Unclear,
}

/// How a name lies to a constraint of its form.
pub(super) fn relation(name: &GeneralName, base: &GeneralName) -> Relation {
    match (name, base) {
        (GeneralName::Directory(name), GeneralName::Directory(base)) => inside(name.is_below(base)),
        (GeneralName::Dns(name), GeneralName::Dns(base)) => dns(name, base),
        (GeneralName::Mail(name), GeneralName::Mail(base)) => mail(name, base),
        (GeneralName::Uri(name), GeneralName::Uri(base)) => uri(name, base),
        (GeneralName::Ip(name), GeneralName::Ip(base)) => ip(name, base),
        _ => Relation::Unclear,
    }
}

const fn inside(is: bool) -> Relation {
    if is { Relation::Inside } else { Relation::Outside }
}

/// The host itself and everything below it. A base with a leading dot is no host.
fn dns(name: &str, base: &str) -> Relation {
    let name = name.strip_suffix('.').unwrap_or(name);
    if !is_host(name.strip_prefix("*.").unwrap_or(name)) {
        return Relation::Unclear;
    }
    match name.strip_prefix('*') {
        _ if base.is_empty() => Relation::Inside,
        _ if !is_host(base) => Relation::Unclear,
        _ if is_at_or_below(name, base) => Relation::Inside,
        Some(domain) if ends_with(base, domain) => Relation::Overlapping,
        Some(_) | None => Relation::Outside,
    }
}

/// One mailbox, all of one host, or all of the hosts below a domain.
fn mail(name: &str, base: &str) -> Relation {
    let Some((user, host)) = mailbox(name) else { return Relation::Unclear };
    if base.contains('@') {
        return match mailbox(base) {
            Some((other, domain)) => inside(user == other && host.eq_ignore_ascii_case(domain)),
            None => Relation::Unclear,
        };
    }
    host_rule(host, base)
}

/// User and host (RFC 5321 §4.1.2). A user with another `@` is quoted, or none.
fn mailbox(mail: &str) -> Option<(&str, &str)> {
    let (user, host) = mail.rsplit_once('@')?;
    let quoted = user.len() > 2 && user.starts_with('"') && user.ends_with('"');
    let is_user = !user.is_empty() && (quoted || !user.contains(['@', '"']));
    (is_user && is_host(host)).then_some((user, host))
}

/// One host, or all below a domain. The authority must name a host (§4.2.1.10): an address is none.
fn uri(name: &str, base: &str) -> Relation {
    match host_of(name) {
        Some(host) if is_host(host) && !is_ipv4(host) => host_rule(host, base),
        Some(_) | None => Relation::Unclear,
    }
}

/// A base with a leading dot holds what is below it; one without, that host alone.
fn host_rule(host: &str, base: &str) -> Relation {
    match base.strip_prefix('.') {
        _ if base.is_empty() => Relation::Inside,
        Some(domain) if is_host(domain) => inside(is_strictly_below(host, domain)),
        None if is_host(base) => inside(host.eq_ignore_ascii_case(base)),
        Some(_) | None => Relation::Unclear,
    }
}

/// The host in `scheme://user@host:port/path` (RFC 3986 §3.2).
fn host_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(host),
        Some(_) => None,
        None => Some(host),
    }
}

fn is_ipv4(host: &str) -> bool {
    host.split('.').next_back().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An address under a mask without holes, both of one family.
fn ip(name: &[u8], base: &[u8]) -> Relation {
    let Some((network, mask)) = base.split_at_checked(base.len() / 2) else {
        return Relation::Unclear;
    };
    let families = matches!(name.len(), 4 | 16) && matches!(base.len(), 8 | 32);
    let ones: u32 = mask.iter().map(|byte| byte.leading_ones()).sum();
    let contiguous = ones == mask.iter().map(|byte| byte.count_ones()).sum::<u32>()
        && mask.is_sorted_by(|a, b| a >= b)
        && mask.iter().filter(|byte| !matches!(byte, 0 | 0xFF)).count() <= 1;
    if !families || !contiguous {
        return Relation::Unclear;
    }
    let masked = |(a, (b, mask)): (&u8, (&u8, &u8))| a & mask == b & mask;
    inside(name.len() == network.len() && name.iter().zip(network.iter().zip(mask)).all(masked))
}

/// Labels of one character or more between single dots.
fn is_host(host: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    host.len() <= 253 && host.split('.').all(|label| !label.is_empty() && label.bytes().all(letter))
}

fn is_at_or_below(host: &str, domain: &str) -> bool {
    host.eq_ignore_ascii_case(domain) || is_strictly_below(host, domain)
}

fn is_strictly_below(host: &str, domain: &str) -> bool {
    let label_ends = host.len().checked_sub(domain.len() + 1);
    let dot = label_ends.and_then(|end| host.as_bytes().get(end));
    dot == Some(&b'.') && ends_with(host, domain)
}

fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.and_then(|start| text.get(start..)).is_some_and(|rest| rest.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::{Relation::*, *};

    #[test]
    fn dns_names_lie_below_a_domain_at_label_boundaries() {
        for (name, base, expected) in [
            ("example.com", "example.com", Inside),
            ("a.b.EXAMPLE.com", "example.com", Inside),
            ("badexample.com", "example.com", Outside),
            ("example.com", "a.example.com", Outside),
            ("a.example.com", ".example.com", Unclear),
            ("*.example.com", "a.example.com", Overlapping),
            ("*.example.com", "example.com", Inside),
            ("example.com", "", Inside),
            ("exa mple.com", "example.com", Unclear),
            ("example.com", "*.com", Unclear),
            ("", "example.com", Unclear),
        ] {
            assert_eq!(dns(name, base), expected, "{name} {base}");
        }
    }

    #[test]
    fn mail_addresses_have_three_kinds_of_constraints() {
        for (name, base, expected) in [
            ("a@example.com", "a@example.com", Inside),
            ("A@example.com", "a@example.com", Outside),
            ("a@EXAMPLE.com", "example.com", Inside),
            ("a@mail.example.com", "example.com", Outside),
            ("a@mail.example.com", ".example.com", Inside),
            ("a@example.com", ".example.com", Outside),
            ("example.com", "example.com", Unclear),
            ("a@b@example.com", "example.com", Unclear),
            ("\"a@b\"@example.com", "example.com", Inside),
            ("a@example.com", "a@b@example.com", Unclear),
            ("a@example.com", "@example.com", Unclear),
        ] {
            assert_eq!(mail(name, base), expected, "{name} {base}");
        }
    }

    #[test]
    fn uris_are_compared_by_their_host() {
        for (name, base, expected) in [
            ("http://example.com/a", "example.com", Inside),
            ("http://u@a.example.com:80?x", ".example.com", Inside),
            ("http://a.example.com", "example.com", Outside),
            ("http://192.0.2.1/", "example.com", Unclear),
            ("urn:x:y", "example.com", Unclear),
            ("http://[::1]/", "example.com", Unclear),
        ] {
            assert_eq!(uri(name, base), expected, "{name} {base}");
        }
    }

    #[test]
    fn addresses_are_compared_under_a_mask_without_holes() {
        assert_eq!(ip(&[10, 1, 2, 3], &[10, 1, 0, 0, 255, 255, 0, 0]), Inside);
        assert_eq!(ip(&[10, 2, 2, 3], &[10, 1, 0, 0, 255, 255, 0, 0]), Outside);
        assert_eq!(ip(&[10, 1, 2, 3], &[10, 1, 0, 0, 255, 0, 255, 0]), Unclear);
        assert_eq!(ip(&[10, 1, 2, 3], &[10, 1, 0, 0, 255, 254, 128, 0]), Unclear);
        assert_eq!(ip(&[0; 16], &[0; 8]), Outside);
        assert_eq!(ip(&[0; 5], &[0; 8]), Unclear);
    }
}
