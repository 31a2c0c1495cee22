//! NIST PKITS 1.0.1: 249 cases of RFC 5280 §6, each with chain, lists, inputs and the verdict that must come
//! out.
//!
//! The suite is looked for in `PKITS_DIR`, else in `../shared/pkits` beside the repository. Who judges its
//! cases, and how, is for each test to say.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::Deserialize;

/// A time within the life of the suite, 2010 to 2030: 1 January 2025, in seconds since 1970.
pub const NOW: i64 = 1_735_689_600;

/// Cases that must hold and are refused all the same, and why.
pub const EXCEPTIONS: [(&str, &str); 2] = [
    ("4.1.4", "DSA is not verified: no card of the field has it, and nobody should"),
    ("4.1.5", "DSA, with parameters inherited from the issuer"),
];

/// The suite, where there is one.
#[derive(Debug)]
pub struct Suite {
    folder: PathBuf,
    /// All of its cases.
    pub cases: Vec<Case>,
}

/// One case, as the suite's file has it.
#[derive(Debug, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the suite's file has them")]
pub struct Case {
    /// As NIST numbers it: "4.1.1".
    pub number: String,
    /// What it is about.
    pub title: String,
    certs: Vec<String>,
    crls: Vec<String>,
    initial_policy_set: String,
    /// `initial-explicit-policy`.
    pub initial_explicit_policy: bool,
    /// `initial-policy-mapping-inhibit`.
    pub initial_policy_mapping_inhibit: bool,
    /// `initial-any-policy-inhibit`.
    pub initial_inhibit_any_policy: bool,
    /// Whether the path holds by the standard.
    pub should_validate: bool,
}

/// The files of a case.
#[derive(Debug)]
pub struct Files {
    /// The trust anchor.
    pub anchor: PathBuf,
    /// The authorities below it.
    pub between: Vec<PathBuf>,
    /// What is judged; the anchor itself when the chain has no other.
    pub judged: PathBuf,
    /// Revocation lists.
    pub lists: Vec<PathBuf>,
}

impl Suite {
    /// The suite; where there is none, that is said.
    ///
    /// # Panics
    /// When the suite is there and cannot be read.
    #[expect(clippy::print_stdout, reason = "who runs the tests hears that nothing was tried")]
    pub fn find() -> Option<Self> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pkits");
        let folder = env::var_os("PKITS_DIR").map_or_else(beside, PathBuf::from);
        let file = folder.join("pkits.json");
        if !file.is_file() {
            println!(
                "PKITS is not here, nothing was tried: PKITS_DIR names the folder of pkits.json"
            );
            return None;
        }
        let cases = fs::read(file).expect("the suite can be read");
        let cases: Vec<Case> = serde_json::from_slice(&cases).expect("the suite has its form");
        assert_eq!(cases.len(), 249, "the suite is whole");
        Some(Self { folder, cases })
    }

    /// The files of one of its cases.
    ///
    /// # Panics
    /// When the case names no certificate.
    pub fn files(&self, case: &Case) -> Files {
        let certificate = |name: &String| self.folder.join("certs").join(format!("{name}.crt"));
        let list = |name: &String| self.folder.join("crls").join(format!("{name}.crl"));
        let (anchor, rest) = case.certs.split_first().expect("every case has an anchor");
        let (judged, between) = rest.split_last().unwrap_or((anchor, &[]));
        Files {
            anchor: certificate(anchor),
            between: between.iter().map(certificate).collect(),
            judged: certificate(judged),
            lists: case.crls.iter().map(list).collect(),
        }
    }
}

impl Case {
    /// Why it is refused although it must hold, when it is one of the exceptions.
    pub fn exception(&self) -> Option<&'static str> {
        let named = EXCEPTIONS.iter().find(|(number, _)| *number == self.number);
        named.map(|(_, reason)| *reason)
    }

    /// `user-initial-policy-set`, as numbers with dots.
    pub fn initial_policies(&self) -> impl Iterator<Item = String> {
        self.initial_policy_set.split(',').map(|name| {
            name.strip_prefix("NIST-test-policy-").map_or_else(
                || "2.5.29.32.0".to_owned(),
                |number| format!("2.16.840.1.101.3.2.1.48.{number}"),
            )
        })
    }
}
