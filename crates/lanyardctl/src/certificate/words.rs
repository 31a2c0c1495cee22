//! What is told of a certificate, for people: the verdict and what to do first, then everything behind it.

use lanyard_trust::{Renewal, Source, UnixTime};

use super::{
    described::OfCard,
    judged::{Checked, Trouble},
    told::{Found, Known, Moment, Status, Told, Verdict, Written},
};
use crate::output::printable;

/// So many characters of a text are shown: a certificate can name 64 KiB.
const LONGEST: usize = 400;

/// The lines about a certificate in a file.
pub(super) fn of_file(checked: &Checked) -> Vec<String> {
    let mut lines = of(&checked.told, None);
    lines.extend(listed("Problems with files", checked.problems.iter().map(trouble)));
    lines
}

/// The lines about a card's certificate.
pub(super) fn of_card(of_card: &OfCard) -> Vec<String> {
    let OfCard { card, card_serial, told } = of_card;
    of(told, Some(format!("{card}, serial {card_serial}")))
}

fn of(told: &Told, card: Option<String>) -> Vec<String> {
    let mut lines = vec![first(told)];
    let message = told.message.as_deref().map(shown);
    lines.extend(message.map(|message| format!("The holder is told: {message}")));
    let Written { subject, issuer, serial, .. } = &told.written;
    let known = [
        ("Card", card),
        ("Holder", told.holder.clone()),
        ("Subject", subject.clone()),
        ("Issuer", issuer.clone()),
        ("Serial", serial.clone()),
        ("Dates", dates(told)),
        ("Renewal", told.renewal.and_then(Renewal::advice).map(str::to_owned)),
        ("Revocation", told.revocation.as_ref().map(|known| revocation(known, told.now))),
    ];
    let known = known.into_iter().filter_map(|(what, text)| Some((what, text?)));
    lines.extend(known.map(|(what, text)| format!("{:<12}{}", format!("{what}:"), shown(&text))));
    lines.extend(listed("Path", told.path.iter().map(|subject| shown(subject))));
    lines.extend(listed("Findings", told.findings.iter().map(finding)));
    lines
}

fn first(told: &Told) -> String {
    let at = |comma| told.at.map(|at| format!("{comma} at {at}")).unwrap_or_default();
    match (told.verdict, told.reason) {
        (Verdict::Trusted, _) => format!("TRUSTED for signing in{}.", at(",")),
        (Verdict::Valid, _) => format!("VALID, but not judged for signing in{}.", at(",")),
        (Verdict::Checking, _) => "STILL BEING CHECKED: nothing is against it so far.".to_owned(),
        (Verdict::Refused, Some(reason)) => format!("REFUSED{}: {reason}.", at("")),
        (Verdict::Refused, None) => format!("REFUSED{}.", at("")),
    }
}

fn dates(told: &Told) -> Option<String> {
    let (from, until) = (told.written.not_before?, told.written.not_after?);
    let left = match told.days_left {
        Some(days @ ..0) => format!(", over for {}", counted(days.unsigned_abs(), "day")),
        Some(days) => format!(", {} left", counted(days.unsigned_abs(), "day")),
        None => String::new(),
    };
    Some(format!("{from} to {until}{left}"))
}

fn revocation(known: &Known, now: UnixTime) -> String {
    let Known { status, source, as_of, until, reason, since } = known;
    let mut text = match status {
        Status::Good => "not revoked".to_owned(),
        Status::Revoked => "revoked".to_owned(),
        Status::NotChecked => "not checked".to_owned(),
    };
    text.extend(since.map(|since| format!(" at {since}")));
    text.extend(reason.as_ref().map(|reason| format!(" ({reason})")));
    text.extend(as_of.map(|as_of| format!(", {} {as_of}{}", by(*source), age(as_of, now))));
    text.extend(until.map(|until| format!(", which counts until {until}")));
    text
}

/// The bus does not say what it is known by.
const fn by(source: Option<Source>) -> &'static str {
    match source {
        Some(Source::List) => "by a list of",
        Some(Source::Answer) => "by an answer of",
        None => "as of",
    }
}

fn age(of: Moment, now: UnixTime) -> String {
    let Ok(seconds) = u64::try_from(now.seconds_since(of.0)) else { return String::new() };
    let old = match seconds {
        ..3_600 => counted(seconds / 60, "minute"),
        3_600..172_800 => counted(seconds / 3_600, "hour"),
        _ => counted(seconds / 86_400, "day"),
    };
    format!(" ({old} old)")
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn listed(
    title: &str,
    lines: impl ExactSizeIterator<Item = String>,
) -> impl Iterator<Item = String> {
    let title = (lines.len() > 0).then(|| format!("{title}:"));
    title.into_iter().chain(lines.map(|line| format!("  {line}")))
}

fn finding(found: &Found) -> String {
    let Found { check, place, weight, text } = found;
    let place = match place {
        None => "",
        Some(0) => "the certificate: ",
        Some(1) => "its issuer: ",
        Some(above) => &format!("authority {above} above it: "),
    };
    shown(&format!("{weight} ({check}): {place}{text}"))
}

fn trouble(trouble: &Trouble) -> String {
    let number = trouble.number.map(|number| format!(", number {number}")).unwrap_or_default();
    format!("{}{number}: {}", shown(&trouble.file), shown(&trouble.text))
}

/// On one line, of bearable length, with nothing that a terminal could obey.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    printable(&shown)
}
