//! What is written into the audit log about an attempt. No passcode, no key and no command has a place in it.

use lanyard_audit::{Caller, CardSerial, Event, HolderUuid, LoginSession, ReaderName, Record};
use lanyard_card::Identity;
use lanyard_ledger::Purpose;

use super::{CardId, Client, Conclusion, Engine, attempt::Attempt};

/// A record of this event that names the card, its holder as far as known, the reader and who asked.
pub(crate) fn record(
    event: Event,
    identity: Option<&Identity>,
    reader: Option<&lanyard_reader::ReaderName>,
    client: Option<&Client>,
) -> Record {
    let holder = identity.and_then(|identity| identity.certificate.holder());
    let card = identity.and_then(|identity| CardSerial::new(identity.serial.as_bytes()).ok());
    Record {
        holder: holder.and_then(|holder| HolderUuid::new(holder.as_str()).ok()),
        card,
        reader: reader.map(|reader| ReaderName::new(&reader.to_string())),
        caller: client.map(caller),
        ..Record::of(event)
    }
}

fn caller(client: &Client) -> Caller {
    let session = client.seated.as_ref().ok().map(|desk| desk.session.as_str());
    Caller { uid: client.uid, pid: client.pid, session: session.map(LoginSession::new) }
}

/// The event that ends an attempt of which nothing else is to be said.
pub(crate) const fn ended(purpose: Purpose) -> Event {
    match purpose {
        Purpose::SignIn => Event::AuthenticationEnded,
        Purpose::ChangePasscode => Event::PasscodeChangeEnded,
    }
}

/// An outcome in the words of the audit log, which are the same.
pub(crate) fn outcome(outcome: lanyard_dbus::Outcome) -> Option<lanyard_audit::Outcome> {
    lanyard_audit::Outcome::of_word(outcome.as_str())
}

/// A reason in the same words.
pub(crate) fn reason(reason: Option<lanyard_dbus::Reason>) -> Option<lanyard_audit::Reason> {
    reason.map(|reason| lanyard_audit::Reason::new(reason.as_str()))
}

impl Engine {
    /// The record of an attempt that ends without the card's word.
    pub(super) fn ended(&self, card: CardId, attempt: &Attempt, conclusion: &Conclusion) -> Record {
        let card = self.picture.card(card);
        let identity = card.and_then(|card| card.state.known()).map(|known| &known.identity);
        let reader = card.and_then(|card| self.picture.reader(card.reader));
        let reader = reader.map(|reader| &reader.name);
        let record = record(ended(attempt.purpose), identity, reader, Some(&attempt.client));
        let tries_left = conclusion.tries_left;
        let (outcome, reason) = (outcome(conclusion.outcome), reason(conclusion.reason));
        Record { outcome, reason, tries_left, ..record }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_of_a_request_can_be_recorded() {
        for word in lanyard_dbus::Outcome::ALL {
            assert!(outcome(*word).is_some(), "{word}");
        }
    }
}
