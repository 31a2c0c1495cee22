//! Values as real data has them: strings or integers, one or a list, absent or `null`.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A string or an integer.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(u64),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Scalar),
    Many(Vec<Scalar>),
}

/// A text that may be an integer, absent, `null`, or the only one of a list.
pub(super) fn text<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    let mut texts = texts(source)?;
    if texts.len() > 1 {
        return Err(serde::de::Error::custom("several values where one is meant"));
    }
    Ok(texts.pop())
}

/// Texts that may be integers; one alone may stand without its list.
pub(super) fn texts<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<String>, D::Error> {
    Ok(match Option::<OneOrMany>::deserialize(source)? {
        None => Vec::new(),
        Some(OneOrMany::One(one)) => vec![one.into_text()],
        Some(OneOrMany::Many(many)) => many.into_iter().map(Scalar::into_text).collect(),
    })
}

/// Values that are looked at later, each for itself: a list of them, one without its list, or none.
pub(super) fn values<'de, D>(source: D) -> Result<Vec<Box<RawValue>>, D::Error>
where
    D: Deserializer<'de>,
{
    let value = Box::<RawValue>::deserialize(source)?;
    match value.get().as_bytes().first() {
        Some(b'[') => serde_json::from_str(value.get()).map_err(serde::de::Error::custom),
        Some(b'n') => Ok(Vec::new()),
        Some(_) | None => Ok(vec![value]),
    }
}
