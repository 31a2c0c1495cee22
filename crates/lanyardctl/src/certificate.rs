//! `lanyardctl certificate check`: judges a certificate from a file by the code that judges cards'.
//!
//! No bus, no card, no network: what counts is in the files that are named. What is right and what is wrong
//! is `lanyard-trust`'s to say; here it is put into words, or JSON.

mod evidence;
mod files;
mod presented;
mod verdict;
mod words;

pub(crate) use files::FileFault;

use lanyard_trust::{Evidence, judge};

use crate::{
    Failure,
    arguments::Check,
    clock,
    ending::Ending,
    output::{self, Form},
};
use evidence::Site;
use presented::Presented;
use verdict::Told;

/// Judges a certificate, and says everything that was found.
pub(crate) fn check(wanted: &Check, form: Form) -> Result<(), Failure> {
    let at = wanted.at.unwrap_or_else(clock::unix);
    let settings = wanted.settings();
    let mut presented = Presented::read(&wanted.file)?;
    let mut site = Site::read(wanted, &presented.further, at)?;
    let evidence = Evidence {
        anchors: &site.anchors,
        intermediates: &site.intermediates,
        from_card: &presented.further,
        crls: &site.crls,
        ocsp: &[],
        responders: &[],
    };
    let judgement = judge(&presented.der, &evidence, &settings, at);
    if !judgement.holds() {
        site.problems.append(&mut site.missing);
    }
    presented.problems.append(&mut site.problems);
    let told = Told::of(&judgement, &settings, presented.problems);
    let written = match form {
        Form::Json => output::json(&told),
        Form::Words => words::of(&told, &judgement).iter().try_for_each(|line| output::line(line)),
    };
    // A refusal stays one when nobody reads the words.
    if judgement.holds() { written } else { Err(Failure::NotDone(Ending::CertificateRefused)) }
}
