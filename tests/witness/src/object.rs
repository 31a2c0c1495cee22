//! Reading the properties of one object.

use std::collections::HashMap;

use zbus::{OwnedVariant, names::OwnedInterfaceName};

/// The properties of one interface.
pub type Properties = HashMap<String, OwnedVariant>;

/// The interfaces of one object.
pub type Interfaces = HashMap<OwnedInterfaceName, Properties>;

/// The properties of a card, when the object is one.
pub fn card_of(mut interfaces: Interfaces) -> Option<Properties> {
    interfaces.remove("org.lanyard.Lanyard1.Card")
}

/// A property's text.
pub fn text(properties: &Properties, name: &str) -> String {
    String::try_from(properties.get(name).unwrap().try_clone().unwrap()).unwrap()
}

/// A property's number.
pub fn number(properties: &Properties, name: &str) -> i32 {
    i32::try_from(properties.get(name).unwrap().try_clone().unwrap()).unwrap()
}
