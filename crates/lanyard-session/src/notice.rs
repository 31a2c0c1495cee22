//! What may be shown, and to whom: the one place where a notice is made.
//!
//! News that give take a [`Confirmed`] grant, which only the confirmation of its record makes.

use crate::{
    Desk, EndReason, News, SessionId, State,
    grant::{Confirmed, Grant},
    session::Session,
};

/// News of a session, for its own desk and nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    desk: Desk,
    session: SessionId,
    news: News,
}

/// What may be shown at once, since it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taking {
    Locked,
    Ended(EndReason),
}

/// What may be shown at once, since it neither gives nor takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Telling {
    RolesOffered,
    Unattended,
}

impl Notice {
    /// The only desk that may hear of it.
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The session it is about.
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// What is told.
    pub const fn news(&self) -> &News {
        &self.news
    }

    /// What a confirmed grant gives; `before` and the session as it is since say how the state changed.
    pub(crate) fn giving<R, P>(
        confirmed: &Confirmed<R>,
        before: State,
        session: &Session<R, P>,
    ) -> Vec<Self> {
        let state = session.state();
        let changed = (state != before).then_some(News::StateChanged(state));
        let news = match confirmed.grant() {
            Grant::Start => vec![News::Started(state)],
            Grant::Resume => changed.into_iter().collect(),
            Grant::Role(role, _) => {
                let selected = News::RoleSelected(role.offer.id.clone());
                std::iter::once(selected).chain(changed).collect()
            }
        };
        news.into_iter().map(|news| Self::of(session, news)).collect()
    }

    pub(crate) fn taking<R, P>(taking: Taking, session: &Session<R, P>) -> Self {
        match taking {
            Taking::Locked => Self::of(session, News::StateChanged(State::Locked)),
            Taking::Ended(reason) => Self::of(session, News::Ended(reason)),
        }
    }

    pub(crate) fn telling<R, P>(telling: Telling, session: &Session<R, P>) -> Self {
        match telling {
            Telling::RolesOffered => Self::of(session, News::RolesOffered),
            Telling::Unattended => Self::of(session, News::Unattended),
        }
    }

    fn of<R, P>(session: &Session<R, P>, news: News) -> Self {
        Self { desk: session.desk.clone(), session: session.id, news }
    }
}
