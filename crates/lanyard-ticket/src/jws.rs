//! The compact form of a JWS (RFC 7515 §7.1), strictly: three parts in base64url without padding, objects
//! in which no name stands twice, no extension that would have to be understood.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

/// What was read of a JWS; whether anybody signed it is not known.
#[derive(Clone, Debug)]
pub(crate) struct Compact<'a> {
    pub(crate) header: Header,
    /// The first two parts with the dot between them.
    pub(crate) input: &'a str,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) typ: String,
    /// Certificates, the signer's first, in DER and base64 (§4.1.6).
    #[serde(default)]
    pub(crate) x5c: Vec<String>,
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

impl<'a> Compact<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (input, signature) = text.rsplit_once('.')?;
        let (header, payload) = input.split_once('.')?;
        let header: Header = object(&decoded(header)?)?;
        let understood = header.crit.is_none();
        let (payload, signature) = (decoded(payload)?, decoded(signature)?);
        understood.then_some(Self { header, input, payload, signature })
    }
}

/// An object with these fields, none of them twice.
pub(crate) fn object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    // Read as a structure, a list would pass for one too, its values taken by their place.
    let is_object = json.trim_ascii_start().starts_with(b"{");
    is_object.then(|| serde_json::from_slice(json).ok()).flatten()
}

/// Header and payload as they are signed.
pub(crate) fn signing_input(header: &serde_json::Value, payload: &serde_json::Value) -> String {
    let encoded = |json: &serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}", encoded(header), encoded(payload))
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compact(header: &str) -> String {
        format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header))
    }

    #[test]
    fn a_header_has_its_fields_once_and_demands_nothing() {
        let plain = r#"{"alg":"ES256","typ":"t","kid":"passed over"}"#;
        assert_eq!(Compact::parse(&compact(plain)).unwrap().payload, b"{}");
        for header in [
            r#"{"alg":"ES256"}"#,
            r#"{"alg":"ES256","typ":"t","typ":"t"}"#,
            r#"{"alg":"ES256","typ":"t","crit":["b64"],"b64":false}"#,
            r#"["ES256","t"]"#,
        ] {
            assert!(Compact::parse(&compact(header)).is_none(), "{header}");
        }
    }

    #[test]
    fn other_forms_are_none() {
        let good = compact(r#"{"alg":"ES256","typ":"t"}"#);
        for text in [good.replace(".e30.", "."), format!("{good}.AA"), format!("{good}=")] {
            assert!(Compact::parse(&text).is_none(), "{text}");
        }
        let spare_bits = good.replace(".AA", ".AB");
        assert!(Compact::parse(&spare_bits).is_none(), "another text for the same bytes");
    }
}
