//! Who is let in: what is known about a caller at the moment of its question, put before the guard's table.
//!
//! A caller is judged here and not where the call comes in, because she may have left her desk since.

use lanyard_dbus::Error;
use lanyard_seats::SeatName;

use super::{CardId, Client, Engine, Question, owners::is_behind};
use crate::guard::{Admitted, Method, Refusal, Standing};

impl Engine {
    /// Lets a client ask this.
    pub(super) fn admit_to(&self, question: &Question, client: &Client) -> Result<Admitted, Error> {
        let (method, card) = match question {
            Question::Authenticate { card, .. } => (Method::Authenticate, *card),
            Question::ChangePasscode { card, .. } => (Method::ChangePasscode, Some(*card)),
            Question::Describe(card) => (Method::CardDescribe, Some(*card)),
            Question::Release(card) => (Method::ReleaseBlock, Some(*card)),
            Question::RegisterAgent(_) => (Method::RegisterPasscodeAgent, None),
            Question::UnregisterAgent(_) => (Method::UnregisterPasscodeAgent, None),
            Question::HasAgent => (Method::HasPasscodeAgent, None),
            Question::Cancel(_) => (Method::CancelRequest, None),
            Question::CurrentSession => (Method::CurrentSession, None),
            Question::Subscribe => (Method::Subscribe, None),
            Question::Unsubscribe => (Method::Unsubscribe, None),
            Question::Metrics => (Method::Metrics, None),
            Question::OfSession(..) => (Method::OfSession, None),
        };
        self.admit(method, client, card)
    }

    /// Lets a client do this to a card; none for the only one it can mean.
    fn admit(
        &self,
        method: Method,
        client: &Client,
        card: Option<CardId>,
    ) -> Result<Admitted, Error> {
        let desk = self.owners.may_sit(client);
        let card = match card {
            Some(card) if self.picture.card(card).is_some() => self.may_use(client, card),
            // That there is no such card, everybody may know who may use any.
            Some(_) => desk.clone(),
            None => desk.clone().and_then(|()| self.some_card(client)),
        };
        let desk = desk.or_else(|why| if is_behind(&why) { Ok(()) } else { Err(why) });
        let standing = Standing { uid: client.uid, granted: client.granted, desk, card };
        method.admit(standing)
    }

    /// Whether a client may use a card now.
    pub(super) fn may_use(&self, client: &Client, card: CardId) -> Result<(), Refusal> {
        self.owners.may_use(client, card, self.seat_of(card))
    }

    /// Whether there is a card that can be meant, or none at all. One that was put in by somebody else is no secret:
    /// everybody can see that a card is in the reader.
    fn some_card(&self, client: &Client) -> Result<(), Refusal> {
        let mut foreign = None;
        for card in self.picture.cards.keys() {
            match self.may_use(client, *card) {
                Ok(()) => return Ok(()),
                Err(why @ (Refusal::NotInsertedHere | Refusal::SeatUnknown)) => foreign = Some(why),
                Err(Refusal::Desk(_)) => {}
            }
        }
        foreign.map_or(Ok(()), Err)
    }

    /// The seat of the reader that a card is in, once that is known.
    pub(super) fn seat_of(&self, card: CardId) -> Option<&SeatName> {
        self.picture.reader(self.picture.card(card)?.reader)?.seat.as_ref()
    }
}
