//! Options of a method call: every key is known and of its type, or the call is refused.

use std::collections::HashMap;

use lanyard_dbus::Error;
use lanyard_ticket::Nonce;
use zbus::{OwnedObjectPath, OwnedVariant};

use crate::engine::{AgentAddress, Client, Keys, Options};

/// Options as they come over the bus.
pub(super) type Given = HashMap<String, OwnedVariant>;

/// Reads the options of `Authenticate` and `ChangePasscode`.
pub(super) fn read(given: Given, client: &Client) -> Result<Options, Error> {
    let mut options = Options::default();
    for (key, value) in given {
        match key.as_str() {
            "agent" => {
                let path: OwnedObjectPath = typed(&key, value)?;
                let client = client.name.clone();
                options.agent = Some(AgentAddress { client, path: path.as_str().into() });
            }
            "fresh" => options.fresh = typed(&key, value)?,
            "last-try-ok" => options.last_try_ok = typed(&key, value)?,
            "pin-pad" => {
                options.keys = if typed(&key, value)? { Keys::Wanted } else { Keys::NotWanted }
            }
            "server-challenge" => options.server_challenge = Some(challenge(&key, value)?),
            _ => return Err(Error::BadOption(format!("the option {key:?} is not known"))),
        }
    }
    Ok(options)
}

/// What a server drew, in the form that servers draw.
fn challenge(key: &str, value: OwnedVariant) -> Result<Nonce, Error> {
    let text: String = typed(key, value)?;
    let wrong = "has to be 16 to 128 printable characters of ASCII without spaces";
    Nonce::parse(&text).ok_or_else(|| Error::BadOption(format!("the option {key:?} {wrong}")))
}

fn typed<T: TryFrom<OwnedVariant>>(key: &str, value: OwnedVariant) -> Result<T, Error> {
    let wrong = |_| Error::BadOption(format!("the option {key:?} is of another type"));
    T::try_from(value).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use zbus::{ObjectPath, Variant};

    use super::*;
    use crate::engine::ClientName;

    fn given(key: &str, value: Variant<'_>) -> Given {
        HashMap::from([(key.to_owned(), OwnedVariant::try_from(value).unwrap())])
    }

    fn client() -> Client {
        Client::of_user(ClientName::new(":1.7"), 1000)
    }

    #[test]
    fn every_option_is_explained_in_the_contract() {
        let (_, xml) = lanyard_dbus::INTERFACES[0];
        let agent = ObjectPath::try_from("/mine").unwrap();
        for (key, form, value) in [
            ("agent", "o", Variant::from(agent)),
            ("fresh", "b", Variant::from(true)),
            ("last-try-ok", "b", Variant::from(true)),
            ("pin-pad", "b", Variant::from(false)),
            ("server-challenge", "s", Variant::from("drawn-by-a-server")),
        ] {
            assert!(read(given(key, value), &client()).is_ok(), "{key}");
            assert!(xml.contains(&format!("\"{key}\" ({form})")), "{key} is not explained");
        }
    }

    #[test]
    fn an_option_that_is_not_known_or_of_another_type_is_refused() {
        for (key, value) in [
            ("last-try", Variant::from(true)),
            ("agent", Variant::from("/mine")),
            ("server-challenge", Variant::from(7_u32)),
            ("server-challenge", Variant::from("too-short")),
            ("server-challenge", Variant::from("has a space in the middle")),
        ] {
            let refused = read(given(key, value), &client());
            assert!(matches!(refused, Err(Error::BadOption(_))), "{key}");
        }
    }
}
