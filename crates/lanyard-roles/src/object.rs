//! JSON objects. Read as a structure, a list would pass for one too, its values taken by their place.

use serde::de::DeserializeOwned;

/// An object with these fields; one that stands there twice is a fault.
///
/// # Errors
/// What is wrong, in words.
pub(crate) fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err("not an object".into());
    }
    serde_json::from_slice(json).map_err(|error| error.to_string())
}
