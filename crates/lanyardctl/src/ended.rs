//! How a request ended, in words: what it means, and what can be done.
//!
//! Words of a later version are not known here; what the daemon says of them is then shown as it is.

use std::collections::HashMap;

use lanyard_dbus::{Outcome, Reason};
use serde::Serialize;
use zbus::{OwnedObjectPath, OwnedVariant};

use crate::{
    Failure,
    ending::Ending,
    output::{self, Form, printable, tries_left},
    session::Told,
};

/// How a request ended.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Ended {
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries_left: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// What can be done, where the message does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    /// Whole days until the certificate ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_to_expiry: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    renewal_due: Option<bool>,
    /// What the holder should read once, although all went well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notice: Option<String>,
    /// The paths of cards to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) cards: Vec<String>,
    /// Who is signed in now; whoever asks adds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<Told>,
}

impl Ended {
    /// As the daemon tells it.
    pub(crate) fn of(outcome: &str, details: &HashMap<String, OwnedVariant>) -> Self {
        let value = |key| details.get(key).map(|value| &**value);
        let text = |key| value(key).and_then(|value| <&str>::try_from(value).ok());
        let tries = value("tries-left").and_then(|tries| i32::try_from(tries).ok());
        let cards = details.get("cards").and_then(|cards| cards.try_clone().ok());
        let cards = cards.and_then(|cards| Vec::<OwnedObjectPath>::try_from(cards).ok());
        Self {
            outcome: outcome.to_owned(),
            reason: text("reason").map(str::to_owned),
            tries_left: tries.and_then(|tries| u32::try_from(tries).ok()),
            message: text("message").map(str::to_owned),
            advice: text("advice").map(str::to_owned),
            days_to_expiry: value("days-to-expiry").and_then(|days| i64::try_from(days).ok()),
            renewal_due: value("renewal-due").and_then(|is_due| bool::try_from(is_due).ok()),
            notice: text("notice").map(str::to_owned),
            cards: cards.unwrap_or_default().iter().map(|card| card.as_str().to_owned()).collect(),
            session: None,
        }
    }

    /// As the daemon would tell it, had it been asked.
    pub(crate) fn before_it_began(
        outcome: Outcome,
        reason: Option<Reason>,
        cards: Vec<String>,
    ) -> Self {
        let message = reason.map_or_else(|| outcome.meaning(), Reason::meaning);
        Self {
            outcome: outcome.as_str().to_owned(),
            reason: reason.map(|reason| reason.as_str().to_owned()),
            message: Some(message.to_owned()),
            advice: outcome.advice(reason).map(str::to_owned),
            cards,
            ..Self::default()
        }
    }

    /// Whether all went well.
    pub(crate) fn is_ok(&self) -> bool {
        self.outcome.parse() == Ok(Outcome::Ok)
    }

    /// Writes it, and says how the command ends by it. `done` is what is said when all went well.
    pub(crate) fn tell(&self, done: &str, form: Form) -> Result<(), Failure> {
        match form {
            Form::Json => output::json(self)?,
            Form::Words => output::line(&self.words(done))?,
        }
        let ending = self.outcome.parse().map_or(Some(Ending::Failed), Ending::of);
        ending.map_or(Ok(()), |ending| Err(Failure::NotDone(ending)))
    }

    fn words(&self, done: &str) -> String {
        let outcome = self.outcome.parse();
        if outcome == Ok(Outcome::Ok) {
            let notice = self.notice.as_deref().map(|notice| format!("\n{}", printable(notice)));
            return sentence(done) + &notice.unwrap_or_default();
        }
        if let (Ok(Outcome::NotTrusted), Some(refusal)) = (&outcome, self.refusal()) {
            return format!("{} {refusal}", sentence(Outcome::NotTrusted.meaning()));
        }
        let tries = self.tries_left.filter(|tries| *tries > 0).map(tries_left);
        let said = [
            Some(sentence(&self.meaning(outcome.as_ref().ok()))),
            tries.map(|tries| sentence(&tries)),
            self.advice.as_deref().map(printable),
            (outcome == Ok(Outcome::ChoiceNeeded))
                .then(|| "Say which one with --card PATH:".to_owned()),
        ];
        said.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// For whom the certificate was refused: the daemon's sentences, which say what to do as well.
    fn refusal(&self) -> Option<String> {
        let word = self.reason.as_deref()?;
        let is_refusal = lanyard_trust::Reason::ALL.iter().any(|refused| refused.word() == word);
        is_refusal.then(|| self.message.as_deref().map(printable)).flatten()
    }

    fn meaning(&self, outcome: Option<&Outcome>) -> String {
        let message = self.message.as_deref().map(printable);
        let Some(outcome) = outcome else {
            return message.unwrap_or_else(|| printable(&self.outcome));
        };
        let reason = self.reason.as_ref().map(|word| match word.parse::<Reason>() {
            Ok(reason) => reason.meaning().to_owned(),
            Err(unknown) => message.unwrap_or_else(|| printable(&unknown.0)),
        });
        let outcome = outcome.meaning();
        reason.map_or_else(|| outcome.to_owned(), |reason| format!("{outcome}: {reason}"))
    }
}

/// With a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", rest.as_str())
}

#[cfg(test)]
mod tests {
    use zbus::Variant;

    use super::*;

    fn words(outcome: &str, details: &[(&str, Variant<'static>)]) -> String {
        let details = details.iter().map(|(key, value)| {
            ((*key).to_owned(), OwnedVariant::try_from(value.try_clone().unwrap()).unwrap())
        });
        Ended::of(outcome, &details.collect()).words("it went well")
    }

    #[test]
    fn an_outcome_says_what_it_means_and_what_can_be_done() {
        assert_eq!(words("ok", &[("tries-left", 3_i32.into())]), "It went well.");
        assert_eq!(
            words("refused", &[("tries-left", 1_i32.into()), ("advice", "Ask again.\u{7}".into())]),
            "The passcode was wrong. 1 try left. Ask again.\\u{7}"
        );
        assert_eq!(
            words("now-blocked", &[("tries-left", 0_i32.into())]),
            "The passcode was wrong, and that was the last try."
        );
        assert_eq!(
            words("wrong-format", &[("reason", "too-short".into()), ("tries-left", 3_i32.into())]),
            "That cannot be a passcode; no try was spent: the passcode is too short. 3 tries left."
        );
        assert_eq!(words("timed-out", &[]), "Nobody answered in time.");
    }

    #[test]
    fn a_refused_certificate_is_told_in_the_daemon_s_words_for_its_holder() {
        let message = "Your card has been cancelled. Ask for a new one.";
        let revoked = [("reason", "revoked".into()), ("message", message.into())];
        assert_eq!(
            words("not-trusted", &revoked),
            "The card or its certificate is not trusted. Your card has been cancelled. Ask for a new one."
        );
        let copied = [("reason", "key-not-held".into()), ("message", "it may be a copy".into())];
        assert_eq!(
            words("not-trusted", &copied),
            "The card or its certificate is not trusted: the card does not hold the key of its certificate: it \
             may be a copy."
        );
    }

    #[test]
    fn a_renewal_that_is_due_is_told_after_the_success() {
        let notice = "Your certificate ends in 9 days. Renew it.\u{1b}[2J";
        let due = [
            ("days-to-expiry", 9_i64.into()),
            ("renewal-due", true.into()),
            ("notice", notice.into()),
        ];
        let told = "It went well.\nYour certificate ends in 9 days. Renew it.\\u{1b}[2J";
        assert_eq!(words("ok", &due), told);
    }

    #[test]
    fn words_of_a_later_version_are_told_by_the_daemon_s_own() {
        let details = [
            ("message", Variant::from("the moon is\u{7} full")),
            ("reason", Variant::from("full-moon")),
        ];
        assert_eq!(words("eclipsed", &details), "The moon is\\u{7} full.");
        assert_eq!(words("failed", &details), "It failed: the moon is\\u{7} full.");
        assert_eq!(words("eclipsed", &[]), "Eclipsed.");
    }

    #[test]
    fn every_outcome_has_words_and_no_line_ends_in_two_full_stops() {
        for outcome in Outcome::ALL {
            for reason in Reason::ALL {
                let words = words(outcome.as_str(), &[("reason", reason.as_str().into())]);
                assert!(!words.is_empty() && !words.contains(".."), "{words}");
            }
        }
    }
}
