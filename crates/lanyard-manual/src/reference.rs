//! `docs/dbus-reference.md`: the D-Bus contract, made from the interface XML, the words and the errors of
//! `lanyard-dbus`. It knows no interface by name: what is added to the contract comes by itself, and what is added
//! without an explanation is refused.

mod explanation;
mod interface;
mod words;

use lanyard_dbus::INTERFACES;

use crate::error::ManualError;

const HEAD: &str = "\
<!-- Made by `cargo xtask reference` from crates/lanyard-dbus: change that, not this. -->

# D-Bus reference

Everything that is on the bus, by the name `org.lanyard.Lanyard1`; [dbus.md](dbus.md) explains how it is used. Types are
those of the D-Bus specification: `s` a string, `o` an object path, `b` a boolean, `i` a number of 32 bits, `x` and `t`
of 64, `h` a file descriptor, `ay` bytes, `a{sv}` a dictionary of variants. Properties can only be read. Within version
1 the contract may only grow: bear interfaces, members, keys and words that you do not know.
";

/// The document.
///
/// # Errors
/// [`ManualError::Contract`] names what is not explained, or is explained and not there.
pub(crate) fn render() -> Result<String, ManualError> {
    let mut document = HEAD.to_owned();
    for (name, xml) in INTERFACES {
        document += &interface::render(name, xml)?;
    }
    document += &words::errors();
    document += &words::words();
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_in_the_repository_is_what_is_made_of_the_contract() {
        let kept = include_str!("../../../docs/dbus-reference.md");
        assert!(kept == render().unwrap(), "run `cargo xtask reference`");
    }

    #[test]
    fn every_member_of_every_interface_has_its_place() {
        let document = render().unwrap();
        for (name, xml) in INTERFACES {
            let interface = name.rsplit('.').next().unwrap();
            for kind in ["<method name=\"", "<signal name=\"", "<property name=\""] {
                for rest in xml.split(kind).skip(1) {
                    let member = rest.split('"').next().unwrap();
                    let heading = format!("\n#### {interface}.{member}\n");
                    assert!(document.contains(&heading), "{interface}.{member}");
                }
            }
        }
    }
}
