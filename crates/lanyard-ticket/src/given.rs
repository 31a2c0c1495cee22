//! What servers give: the name of an audience, and numbers that are used once. They come from applications,
//! go into what is signed, and are compared byte by byte.

use std::fmt;

macro_rules! given {
    ($(#[$documentation:meta])* $name:ident, $length:expr) => {
        $(#[$documentation])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Box<str>);

        impl $name {
            /// A text of this form, or nothing.
            pub fn parse(text: &str) -> Option<Self> {
                let fits = $length.contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_graphic());
                fits.then(|| Self(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

given! {
    /// Whom a ticket is for (`aud`): 1 to 256 printable characters of ASCII without spaces, usually the
    /// server's address.
    Audience, 1..=256
}
given! {
    /// What a server drew at random and takes once (`nonce`): 16 to 128 printable characters of ASCII without
    /// spaces.
    Nonce, 16..=128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_give_has_a_form() {
        assert_eq!(Audience::parse("https://a.example").unwrap().as_str(), "https://a.example");
        assert!(
            Nonce::parse(&"n".repeat(16)).is_some() && Nonce::parse(&"n".repeat(128)).is_some()
        );
        for text in ["", "two words", "tab\t", "größe"] {
            assert_eq!(Audience::parse(text), None, "{text}");
        }
        for text in ["n".repeat(15), "n".repeat(129), " ".repeat(16)] {
            assert_eq!(Nonce::parse(&text), None, "{text}");
        }
    }
}
