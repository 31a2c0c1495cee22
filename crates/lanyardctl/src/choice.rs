//! Which card is meant: the one that is named, or the only one that comes into question.

use lanyard_dbus::{CardProxy, Outcome, Reason};
use zbus::{Connection, OwnedObjectPath};

use crate::{
    Failure, cards,
    ended::Ended,
    output::{self, Form},
    snapshot::{Card, Snapshot},
};

/// The card that is named; else the only one that fits; else the only card. No card and several end like a
/// request does.
pub(crate) async fn choose<'a>(
    bus: &Connection,
    named: Option<&OwnedObjectPath>,
    fits: impl Fn(&Card) -> bool,
) -> Result<Result<CardProxy<'a>, Ended>, Failure> {
    let snapshot = Snapshot::take(bus).await?;
    if let Some(named) = named {
        let card = snapshot.cards.get(named.as_str());
        let card = card.ok_or_else(|| Failure::NoSuchCard(output::printable(named)))?;
        return Ok(Ok(proxy(bus, card).await?));
    }
    let all: Vec<&Card> = snapshot.cards.values().collect();
    let fitting: Vec<&Card> = all.iter().copied().filter(|card| fits(card)).collect();
    let cards = match (fitting.as_slice(), all.as_slice()) {
        ([card], _) | ([], [card]) => return Ok(Ok(proxy(bus, card).await?)),
        ([], []) => {
            return Ok(Err(Ended::before_it_began(
                Outcome::Failed,
                Some(Reason::NoCard),
                Vec::new(),
            )));
        }
        ([], all) => all,
        (fitting, _) => fitting,
    };
    let cards = cards.iter().map(|card| card.path.clone()).collect();
    Ok(Err(Ended::before_it_began(Outcome::ChoiceNeeded, None, cards)))
}

/// Writes how something ended, and for a choice what there is to choose from.
pub(crate) async fn tell(
    bus: &Connection,
    ended: &Ended,
    done: &str,
    form: Form,
) -> Result<(), Failure> {
    let told = ended.tell(done, form);
    if form == Form::Words && !ended.cards.is_empty() {
        cards::list_some(bus, &ended.cards).await?;
    }
    told
}

async fn proxy<'a>(bus: &Connection, card: &Card) -> Result<CardProxy<'a>, Failure> {
    Ok(CardProxy::builder(bus).path(card.proxy_path.clone()).build().await?)
}
