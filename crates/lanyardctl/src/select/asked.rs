//! Asking in the terminal for a role: two to five are listed, more are looked for by a word.

use lanyard_dbus::{RoleDescription, SessionDescription};
use tokio::task::spawn_blocking;

use super::search::{self, FEW, Next};
use crate::{
    Failure,
    interrupts::Interrupts,
    roles,
    terminal::{Terminal, Unsaid, Wanted},
};

/// What is asked.
struct Choice {
    roles: Vec<RoleDescription>,
    current: Option<String>,
}

/// The role that somebody at the terminal takes; none when they do not want to.
pub(crate) async fn ask(
    session: &SessionDescription,
    interrupts: &mut Interrupts,
) -> Result<Option<RoleDescription>, Failure> {
    let current = session.role.as_ref().map(|role| role.id.clone());
    let choice = Choice { roles: session.roles.clone(), current };
    let (wanted, wish) = Wanted::by_us().map_err(Failure::Terminal)?;
    let mut asking = spawn_blocking(move || choice.ask(&wanted));
    let asked = tokio::select! {
        asked = &mut asking => asked,
        () = interrupts.next() => {
            wish.end();
            asking.await
        }
    };
    match asked.map_err(|error| Failure::Terminal(std::io::Error::other(error)))? {
        Ok(chosen) => Ok(chosen),
        Err(Unsaid::Unwanted) => Ok(None),
        Err(Unsaid::Failed(failure)) => Err(failure),
    }
}

impl Choice {
    fn ask(&self, wanted: &Wanted) -> Result<Option<RoleDescription>, Unsaid> {
        let terminal = Terminal::open()?;
        let question = if self.roles.len() <= FEW {
            self.show(&terminal, 0..self.roles.len())?;
            "Number of the role: ".to_owned()
        } else {
            format!("{} roles. Part of a role or organisation, or a number: ", self.roles.len())
        };
        while let Some(line) = terminal.ask(&question, wanted)? {
            match search::next(&line, &self.roles) {
                Next::Take(place) => return Ok(self.roles.get(place).cloned()),
                Next::Show(found, more) => {
                    self.show(&terminal, found)?;
                    if more > 0 {
                        terminal.say(&format!("and {more} more: type more of it"))?;
                    }
                }
                Next::NoSuch => terminal.say("There is no such role.")?,
            }
        }
        Ok(None)
    }

    fn show(
        &self,
        terminal: &Terminal,
        places: impl IntoIterator<Item = usize>,
    ) -> Result<(), Unsaid> {
        for place in places {
            if let Some(role) = self.roles.get(place) {
                terminal.say(&roles::entry(place + 1, role, self.current.as_deref()))?;
            }
        }
        Ok(())
    }
}
