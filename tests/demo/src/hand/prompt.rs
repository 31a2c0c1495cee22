//! The person at the prompt: an application asks, and the passcode that was typed in the demo answers.

use lanyard_witness::{Does, Options, Person, Witness, ended, own_agent};
use tokio::runtime::{self, Runtime};

use crate::DemoError;

/// An application with a passcode agent of its own, so that every other agent can be the desktop's.
pub(super) struct Prompt {
    runtime: Runtime,
    witness: Witness,
    person: Person,
}

impl Prompt {
    pub(super) fn on_bus(address: &str) -> Result<Self, DemoError> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let person = Person::new();
        let witness = runtime.block_on(async {
            let witness = Witness::on_bus(address).await;
            person.sit_at(witness.connection()).await;
            witness
        });
        Ok(Self { runtime, witness, person })
    }

    /// Asks to be authenticated, types this when asked, and says what came of it.
    pub(super) fn answered_with(&self, does: Does) {
        self.person.forget().then(does);
        let ended = self.runtime.block_on(async {
            let options: Options = own_agent();
            ended(&self.witness.request("/", options).await).await
        });
        for shown in self.person.shown() {
            if shown.method == "RequestPasscode" {
                let holder = shown.text("holder").unwrap_or("nobody known");
                println!("  a prompt: the card of {holder}, {}", tries(shown.number("tries-left")));
            }
        }
        let message = ended.details.get("message");
        let message = message.and_then(|it| <&str>::try_from(&**it).ok()).unwrap_or_default();
        println!("  {}: {message}, {}", ended.outcome, tries(ended.tries_left()));
    }
}

fn tries(left: Option<i32>) -> String {
    match left {
        None => "tries not told".to_owned(),
        Some(1) => "1 try left".to_owned(),
        Some(left) => format!("{left} tries left"),
    }
}
