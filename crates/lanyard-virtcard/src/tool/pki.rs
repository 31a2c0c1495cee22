//! `lanyard-virtcard pki`: the whole test PKI in a folder, and what lies there afterwards.
//!
//! At a given time it comes out the same but for keys and what follows from them. A folder that has one
//! already keeps it; lists that are due are made anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;
use lanyard_virtcard::{Authorities, Card, Personas};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::stack::StackRef;
use openssl::x509::{X509, X509Crl, X509CrlRef, X509Ref};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::desk::{say, today};

/// Folders whose files are worth naming one by one.
const NAMED: [&str; 5] = ["anchors", "intermediates", "lists", "responder", "untrusted"];

/// Where, and as of when.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder; made when it is not there.
    folder: PathBuf,
    /// As if it were this time: a day (2026-09-01) or a second (2026-09-01T12:00:00Z).
    #[arg(long, value_name = "TIME", value_parser = time_from)]
    at: Option<SystemTime>,
}

/// Makes it and tells what is there.
///
/// # Errors
/// A sentence for the person who wanted it.
pub(super) fn run(arguments: &Arguments) -> Result<(), String> {
    let Arguments { folder, at } = arguments;
    let now = at.unwrap_or_else(today);
    let told = |error: &dyn std::error::Error| format!("{}: {error}", folder.display());
    let authorities = Authorities::open(folder, now).map_err(|error| told(&error))?;
    let personas = Personas::compiled_in().map_err(|error| error.to_string())?;
    let cards = folder.join("cards");
    for persona in personas.iter() {
        Card::open(persona, &authorities, &cards, now).map_err(|error| told(&error))?;
    }
    say(&format!("The test PKI in {}:", folder.display()));
    for name in NAMED {
        for file in files(&folder.join(name)).map_err(|error| told(&error))? {
            let what = described(&file).map_err(|error| told(&error))?;
            let file = file.strip_prefix(folder).unwrap_or(&file);
            say(&format!("  {:<28}{what}", file.display().to_string()));
        }
    }
    for (name, what) in [("holders", "certificates"), ("cards", "cards that have them")] {
        let count = files(&folder.join(name)).map_err(|error| told(&error))?.len();
        say(&format!("  {:<28}{count} {what}", format!("{name}/")));
    }
    Ok(())
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort();
    Ok(files)
}

fn described(file: &Path) -> io::Result<String> {
    let content = fs::read(file)?;
    let described = match file.extension().and_then(|end| end.to_str()) {
        Some("crl") => X509Crl::from_der(&content).map(|list| of_list(&list)),
        _ if file.ends_with("key.pem") => Ok("its key".to_owned()),
        _ => X509::from_pem(&content).and_then(|certificate| of_certificate(&certificate)),
    };
    described.map_err(io::Error::other)
}

fn of_certificate(certificate: &X509Ref) -> Result<String, ErrorStack> {
    let mut names = certificate.subject_name().entries_by_nid(Nid::COMMONNAME);
    let name = names.next().map(|name| name.data().to_string()).transpose()?;
    Ok(format!("{}, until {}", name.unwrap_or_default(), certificate.not_after()))
}

fn of_list(list: &X509CrlRef) -> String {
    let count = list.get_revoked().map_or(0, StackRef::len);
    let until = list.next_update().map(ToString::to_string).unwrap_or_default();
    format!("{count} revoked, until {until}")
}

fn time_from(text: &str) -> Result<SystemTime, String> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]"));
    let time = day
        .map(|day| day.midnight().assume_utc())
        .or_else(|_| OffsetDateTime::parse(text, &Rfc3339));
    time.map(SystemTime::from)
        .map_err(|_| "write a day as 2026-09-01 or a time as 2026-09-01T12:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_time_is_a_day_or_a_second() {
        let seconds = |text: &str| {
            time_from(text).map(|time| time.duration_since(UNIX_EPOCH).unwrap().as_secs())
        };
        assert_eq!(seconds("2026-09-01"), Ok(1_788_220_800));
        assert_eq!(seconds("2026-09-01T02:00:00+02:00"), Ok(1_788_220_800));
        assert!(seconds("tomorrow").unwrap_err().contains("2026-09-01"));
    }
}
