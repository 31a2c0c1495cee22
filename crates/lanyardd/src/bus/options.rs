//! Options of a method call: every key is known and of its type, or the call is refused.

use std::collections::HashMap;

use lanyard_dbus::Error;
use zbus::{OwnedObjectPath, OwnedVariant};

use crate::engine::{AgentAddress, Client, Options};

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
            "last-try-ok" => options.last_try_ok = typed(&key, value)?,
            "pin-pad" => options.not_at_keys = !typed::<bool>(&key, value)?,
            _ => return Err(Error::BadOption(format!("the option {key:?} is not known"))),
        }
    }
    Ok(options)
}

fn typed<T: TryFrom<OwnedVariant>>(key: &str, value: OwnedVariant) -> Result<T, Error> {
    let wrong = |_| Error::BadOption(format!("the option {key:?} is of another type"));
    T::try_from(value).map_err(wrong)
}
