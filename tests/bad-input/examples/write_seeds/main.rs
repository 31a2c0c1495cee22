//! Writes the seeds: what cards and terminals say, rightly and wrongly, one file a saying.
//!
//! A name's first word says what must come of it, where the target can tell: the tests of this crate read
//! it. Seeds that a fuzzer found are added by hand and stay when this is run again.

mod answers;
mod commands;
mod objects;
mod roles;
mod trust;

use std::{fs, io};

use lanyard_bad_input::TARGETS;

/// A name and what is said.
type Seed = (&'static str, Vec<u8>);

fn main() -> io::Result<()> {
    trust::write_fixtures()?;
    roles::write_fixtures()?;
    for target in TARGETS {
        let seeds = match target.name {
            "tlv" => objects::tlv(),
            "chuid" => objects::chuid(),
            "certificate" => objects::certificate()?,
            "command" => commands::command(),
            "reply" => commands::reply(),
            "exchange" => answers::exchange(),
            "identify" => answers::identify()?,
            "x509" => trust::x509(),
            "crl" => trust::crl(),
            "ocsp" => trust::ocsp(),
            "catalogue" => roles::catalogue(),
            "userinfo" => roles::documents(),
            "document" => roles::files(),
            other => return Err(io::Error::other(format!("no seeds are known for {other}"))),
        };
        let folder = target.seed_folder();
        fs::create_dir_all(&folder)?;
        for (name, said) in seeds {
            fs::write(folder.join(name), said)?;
        }
    }
    Ok(())
}
