//! `[contacts]`: whom a holder can ask, and how to reach them, in the site's own words.

use serde::{Deserialize, Deserializer, de::Error as _};

/// The most characters that fit beneath a prompt.
const MOST_CHARACTERS: usize = 200;

/// `[contacts]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Contacts {
    /// `registration-authority`: how to reach it; empty when the site does not say.
    #[serde(deserialize_with = "one_line")]
    pub registration_authority: String,
    /// `service-desk`: likewise.
    #[serde(deserialize_with = "one_line")]
    pub service_desk: String,
}

impl Contacts {
    /// A text for a holder, and after it how to reach those that it sends her to.
    pub fn told(&self, text: &str) -> String {
        let known = [
            ("Registration Authority", &self.registration_authority),
            ("Service desk", &self.service_desk),
        ];
        let lower = text.to_lowercase();
        let meant = known
            .into_iter()
            .filter(|(who, contact)| !contact.is_empty() && lower.contains(&who.to_lowercase()));
        let contacts =
            meant.map(|(who, contact)| format!(" {who}: {}.", contact.trim_end_matches('.')));
        text.to_owned() + &contacts.collect::<String>()
    }
}

fn one_line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.chars().count() > MOST_CHARACTERS || text.chars().any(char::is_control) {
        let wrong = format!("a contact is one line of at most {MOST_CHARACTERS} characters");
        return Err(D::Error::custom(wrong));
    }
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Contacts {
        toml::from_str(
            "registration-authority = \"Block C, ext. 4411\"\nservice-desk = \" 2222. \"",
        )
        .unwrap()
    }

    #[test]
    fn a_text_that_sends_to_somebody_says_how_to_reach_them() {
        let told = site().told("Ask your Registration Authority for a new one.");
        assert_eq!(
            told,
            "Ask your Registration Authority for a new one. Registration Authority: Block C, ext. 4411."
        );
        let told = site().told("Ask your Registration Authority or service desk.");
        assert!(
            told.ends_with("Registration Authority: Block C, ext. 4411. Service desk: 2222."),
            "{told}"
        );
    }

    #[test]
    fn a_text_that_sends_to_nobody_and_a_site_that_does_not_say_change_nothing() {
        assert_eq!(site().told("Try again."), "Try again.");
        let text = "Ask your service desk.";
        assert_eq!(Contacts::default().told(text), text);
    }

    #[test]
    fn a_contact_is_one_short_line() {
        for wrong in
            ["\"a\\nb\"".to_owned(), "\"\\u001b[2J\"".to_owned(), format!("{:?}", "x".repeat(201))]
        {
            let read = toml::from_str::<Contacts>(&format!("service-desk = {wrong}"));
            assert!(read.unwrap_err().message().contains("one line of at most 200"), "{wrong}");
        }
    }
}
