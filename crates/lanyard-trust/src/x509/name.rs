//! Distinguished names (RFC 5280 §4.1.2.4), compared as §7.1 wants it, shown as RFC 4514 does.

use std::{fmt, hash, sync::Arc};

use super::text::{prepared, text};
use crate::der::{DerError, Oid, Reader, oid, only, tag};

/// A distinguished name. Two are equal when RFC 5280 §7.1 calls them the same; cheap to clone.
#[derive(Clone)]
pub struct Name(Arc<Parts>);

struct Parts {
    der: Box<[u8]>,
    attributes: Vec<Attribute>,
    /// One comparable form for each relative name.
    comparable: Vec<Box<[u8]>>,
}

/// One attribute, with its text when it has any.
struct Attribute {
    kind: Oid,
    text: Option<String>,
}

/// A relative distinguished name, in comparable form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relative(Box<[u8]>);

impl Name {
    /// From the whole of the object.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(only(der, tag::SEQUENCE)?);
        let mut parts = Parts { der: der.into(), attributes: Vec::new(), comparable: Vec::new() };
        while !reader.is_empty() {
            let relative = relative(reader.value(tag::SET)?, &mut parts.attributes)?;
            parts.comparable.push(relative);
        }
        Ok(Self(Arc::new(parts)))
    }

    /// The DER form, as it was written.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.comparable.is_empty()
    }

    /// Whether `self` lies in the tree below `root`, or is it.
    pub(crate) fn is_below(&self, root: &Self) -> bool {
        self.0.comparable.starts_with(&root.0.comparable)
    }

    /// Whether `self` is `parent` and one relative name more.
    pub(crate) fn is_extension(&self, parent: &Self, relative: &Relative) -> bool {
        match self.0.comparable.split_last() {
            Some((last, rest)) => *rest == *parent.0.comparable && *last == relative.0,
            None => false,
        }
    }

    /// The texts of all attributes of a kind; nothing in place of a value that is no text.
    pub(crate) fn texts(&self, kind: &[u8]) -> impl Iterator<Item = Option<&str>> {
        let of_kind = self.0.attributes.iter().filter(move |attribute| attribute.kind.is(kind));
        of_kind.map(|attribute| attribute.text.as_deref())
    }
}

impl Relative {
    /// From the content of the set.
    pub(crate) fn from_value(value: &[u8]) -> Result<Self, DerError> {
        relative(value, &mut Vec::new()).map(Self)
    }
}

/// The comparable form: attributes in order of their own form, since a set has none, each with its length.
fn relative(value: &[u8], attributes: &mut Vec<Attribute>) -> Result<Box<[u8]>, DerError> {
    let mut reader = Reader::new(value);
    let mut forms = Vec::new();
    while !reader.is_empty() {
        let mut pair = reader.enter(tag::SEQUENCE)?;
        let kind = Oid::from_value(pair.value(tag::OBJECT_IDENTIFIER)?)?;
        let value = pair.any()?;
        pair.end()?;
        let text = text(value.tag, value.value);
        forms.push(comparable(&kind, text.as_deref(), value.whole));
        attributes.push(Attribute { kind, text: text.map(Into::into) });
    }
    if forms.is_empty() {
        return Err(DerError::Value);
    }
    forms.sort();
    Ok(forms.concat().into())
}

/// Text of whatever type is compared as text, everything else as it is written.
fn comparable(kind: &Oid, text: Option<&str>, whole: &[u8]) -> Vec<u8> {
    let prepared = text.map(prepared);
    let (mark, value) = prepared.as_ref().map_or((0, whole), |text| (1, text.as_bytes()));
    let mut form = Vec::with_capacity(kind.as_bytes().len() + value.len() + 17);
    for part in [kind.as_bytes(), value] {
        form.extend_from_slice(&part.len().to_be_bytes());
        form.extend_from_slice(part);
    }
    form.push(mark);
    form
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0.comparable == other.0.comparable
    }
}

impl Eq for Name {}

impl hash::Hash for Name {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.comparable.hash(state);
    }
}

impl fmt::Display for Name {
    /// The last relative name first, as RFC 4514 §2.1 has it; what is no text is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, attribute) in self.0.attributes.iter().rev().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            match short(&attribute.kind) {
                Some(kind) => write!(f, "{comma}{kind}=")?,
                None => write!(f, "{comma}{}=", attribute.kind)?,
            }
            attribute
                .text
                .as_deref()
                .unwrap_or("?")
                .chars()
                .try_for_each(|letter| shown(letter, f))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

/// What separates names is escaped (RFC 4514 §2.4), and what would not be seen.
fn shown(letter: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match letter {
        ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => write!(f, "\\{letter}"),
        _ if letter.is_control() => write!(f, "{}", letter.escape_debug()),
        _ => write!(f, "{letter}"),
    }
}

/// The short names of RFC 4514 §3.
fn short(kind: &Oid) -> Option<&'static str> {
    match kind.as_bytes() {
        oid::COMMON_NAME => Some("CN"),
        oid::USER_ID => Some("UID"),
        [0x55, 4, 6] => Some("C"),
        [0x55, 4, 7] => Some("L"),
        [0x55, 4, 8] => Some("ST"),
        [0x55, 4, 10] => Some("O"),
        [0x55, 4, 11] => Some("OU"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(tag: u8, value: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(value.len()).unwrap()], value].concat()
    }

    fn attribute(kind: u8, tag: u8, text: &str) -> Vec<u8> {
        let kind = object(tag::OBJECT_IDENTIFIER, &[0x55, 4, kind]);
        object(tag::SEQUENCE, &[kind, object(tag, text.as_bytes())].concat())
    }

    fn name(sets: &[&[Vec<u8>]]) -> Name {
        let sets: Vec<u8> = sets.iter().flat_map(|set| object(tag::SET, &set.concat())).collect();
        Name::from_der(&object(tag::SEQUENCE, &sets)).unwrap()
    }

    #[test]
    fn case_spaces_and_string_type_do_not_make_another_name() {
        let printable = name(&[&[attribute(10, tag::PRINTABLE_STRING, "The  NHS ")]]);
        let utf8 = name(&[&[attribute(10, tag::UTF8_STRING, "the nhs")]]);
        assert_eq!(printable, utf8);
        assert_ne!(utf8, name(&[&[attribute(11, tag::UTF8_STRING, "the nhs")]]));
        assert_ne!(utf8, name(&[&[attribute(10, tag::UTF8_STRING, "thenhs")]]));
    }

    #[test]
    fn attributes_of_one_set_have_no_order() {
        let (a, b) = (attribute(3, tag::UTF8_STRING, "a"), attribute(11, tag::UTF8_STRING, "b"));
        let set = |attributes: [&Vec<u8>; 2]| name(&[&attributes.map(Clone::clone)]);
        assert_eq!(set([&a, &b]), set([&b, &a]));
        assert_ne!(sequence([&a, &b]), sequence([&b, &a]));
    }

    fn sequence<const N: usize>(attributes: [&Vec<u8>; N]) -> Name {
        name(&attributes.map(std::slice::from_ref))
    }

    #[test]
    fn a_tree_has_whole_relative_names() {
        let (a, ab) = (attribute(3, tag::UTF8_STRING, "a"), attribute(3, tag::UTF8_STRING, "ab"));
        let root = sequence([&a]);
        assert!(sequence([&a, &ab]).is_below(&root) && root.is_below(&root));
        assert!(!sequence([&ab]).is_below(&root));
        let relative = Relative::from_value(&ab).unwrap();
        assert!(sequence([&a, &ab]).is_extension(&root, &relative));
    }

    #[test]
    fn names_are_shown_with_the_last_part_first() {
        let o = attribute(10, tag::UTF8_STRING, "nhs");
        let cn = attribute(3, tag::UTF8_STRING, "9999");
        assert_eq!(name(&[&[o], &[cn]]).to_string(), "CN=9999,O=nhs");
        let sly = attribute(3, tag::UTF8_STRING, "a,O=nhs\n");
        assert_eq!(name(&[&[sly]]).to_string(), "CN=a\\,O\\=nhs\\n");
    }
}
