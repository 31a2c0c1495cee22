//! `lanyardctl certificate`: what the daemon makes of a card's certificate; and `certificate check`, which
//! judges one from a file by the code that judges cards'.
//!
//! For a file no bus, no card and no network are asked: what counts is in the files that are named. What is
//! right and what is wrong is `lanyard-trust`'s to say, here or in the daemon; here it is put into words, or
//! JSON, in one form for both.

mod described;
mod evidence;
pub(crate) mod files;
mod judged;
mod presented;
mod told;
mod words;

pub(crate) use files::FileFault;

use lanyard_dbus::{CardDescription, CardState};
use lanyard_trust::{Evidence, judge};
use serde::Serialize;

use crate::{
    Failure,
    arguments::{Check, Shown},
    choice, clock, connection,
    ending::Ending,
    output::{self, Form},
    snapshot::Card,
};
use described::OfCard;
use evidence::Site;
use judged::Checked;
use presented::Presented;
use told::Verdict;

/// Says what is known of a card's certificate, or writes the certificates themselves.
pub(crate) async fn show(bus: &str, wanted: &Shown, form: Form) -> Result<(), Failure> {
    let bus = connection::open(bus).await?;
    let card = match choice::choose(&bus, wanted.which.card.as_ref(), has_told).await? {
        Ok(card) => card,
        Err(ended) => return choice::tell(&bus, &ended, "", form).await,
    };
    let description = CardDescription::from_answer(card.describe().await?)?;
    if wanted.pem {
        return output::line(described::pem(&description).trim_end());
    }
    let of_card = OfCard::of(card.inner().path(), &description, clock::unix());
    let written = write(&of_card, form, words::of_card);
    ended(of_card.told.verdict, written)
}

/// Judges a certificate from a file, and says everything that was found.
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
    let told = judged::told(&judgement, &settings);
    let checked = Checked { told, problems: presented.problems };
    let written = write(&checked, form, words::of_file);
    ended(checked.told.verdict, written)
}

/// Whether a card has told a certificate.
fn has_told(card: &Card) -> bool {
    let state = card.state.parse();
    matches!(state, Ok(CardState::Ready | CardState::Blocked))
        || card.reason.starts_with("certificate-")
}

fn write<T: Serialize>(told: &T, form: Form, words: fn(&T) -> Vec<String>) -> Result<(), Failure> {
    match form {
        Form::Json => output::json(told),
        Form::Words => words(told).iter().try_for_each(|line| output::line(line)),
    }
}

/// How the command ends. A refusal stays one when nobody reads the words.
fn ended(verdict: Verdict, written: Result<(), Failure>) -> Result<(), Failure> {
    match verdict {
        Verdict::Trusted | Verdict::Valid => written,
        Verdict::Checking => Err(Failure::NotDone(Ending::CertificateUnsettled)),
        Verdict::Refused => Err(Failure::NotDone(Ending::CertificateRefused)),
    }
}
