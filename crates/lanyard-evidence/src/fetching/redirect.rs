//! Where a redirect leads (RFC 9110 §10.2.2), and whether anybody follows: to `http:` and `https:` alone,
//! and never from `https:` to `http:`.

use super::fault::Fault;
use super::source::scheme;

/// The address that `location` means when `address` answers with it.
pub(super) fn target(address: &str, location: &str) -> Result<String, Fault> {
    let (from, rest) = address.split_once("://").ok_or(Fault::BadAddress)?;
    let end_of_host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end_of_host);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let target = if scheme(location).is_some() {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{from}:{location}")
    } else if location.starts_with('/') {
        format!("{from}://{host}{location}")
    } else {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{from}://{host}{folder}/{location}")
    };
    match (&*from.to_ascii_lowercase(), scheme(&target).as_deref()) {
        (_, Some("https")) | ("http", Some("http")) => Ok(target),
        _ => Err(Fault::ForbiddenRedirect),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_answered_leads_to_http_alone(
            from in "(http|https|HTTPS)://[a-z/?#.:%]{0,20}",
            to in prop_oneof!["\\PC{0,40}", "[a-zA-Z]{1,6}:[/a-z?#]{0,20}", "[/.?#a-z:]{0,20}"],
        ) {
            if let Ok(target) = target(&from, &to) {
                let scheme = scheme(&target).unwrap();
                prop_assert!(scheme == "https" || (scheme == "http" && from.starts_with("http:")));
            }
        }
    }

    #[test]
    fn relative_locations_are_resolved() {
        let at = |location| target("http://h:8/a/b.crl?q=/x#f", location).unwrap();
        assert_eq!(at("http://other/c"), "http://other/c");
        assert_eq!(at("https://other/c"), "https://other/c");
        assert_eq!(at("//other/c"), "http://other/c");
        assert_eq!(at("/c"), "http://h:8/c");
        assert_eq!(at("c"), "http://h:8/a/c");
        assert_eq!(target("http://h", "c").unwrap(), "http://h/c");
    }

    #[test]
    fn nobody_is_led_to_files_or_out_of_tls() {
        for (from, to) in [
            ("https://h/", "http://h/"),
            ("HTTPS://h/", "HTTP://h/"),
            ("http://h/", "file:///etc/passwd"),
            ("http://h/", "ldap://h/"),
            ("http://h/", "javascript:x"),
        ] {
            assert_eq!(target(from, to), Err(Fault::ForbiddenRedirect), "{from} {to}");
        }
        assert_eq!(target("https://h/a", "b").unwrap(), "https://h/b");
    }
}
