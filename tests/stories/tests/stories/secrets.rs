//! The passcode exists in one place, for as long as it takes: it is not in the daemon's memory afterwards,
//! nor in its log, its records, or on the bus; and nobody can look while it is there.

use std::{fs, time::Duration};

use lanyard_stack::{Card, Daemon, Process, Stack};
use lanyard_witness::{
    Does, Ended, News, Options, Person, Witness, ended, occurrences, occurrences_in_memory,
};
use tokio::time::timeout;

/// Passcodes that are nowhere else by chance.
const FIRST: &str = "90517364";
const SECOND: &str = "47083926";
const WRONG: &str = "60294817";

const PATIENCE: Duration = Duration::from_secs(20);

/// A daemon that tells everything, a card with an unusual passcode, a person, and somebody who listens in.
struct Scene {
    stack: Stack,
    daemon: Daemon,
    witness: Witness,
    _card: Card,
    person: Person,
    monitor: Process,
}

impl Scene {
    async fn with(persona: &str) -> Self {
        let stack = Stack::start().unwrap();
        let card = stack.card(0, persona).unwrap();
        stack.wait_until_in(0).unwrap();
        let change = ["--reader", "Virtual", "-a", "change-pin", "-P", "123456", "-N", FIRST];
        assert!(stack.command("yubico-piv-tool").args(change).run().unwrap().status.success());

        let address = stack.bus().address();
        let monitor = stack.command("dbus-monitor").args(["--address", address]);
        let mut monitor = monitor.start().unwrap();
        // The last that it hears as an ordinary client.
        let listens = |line: &str| line.contains("member=NameLost");
        monitor.wait_for_line("listening", PATIENCE, listens).unwrap();

        let daemon = stack.daemon("[log]\nlevel = \"trace\"\n").unwrap();
        let mut witness = Witness::on_bus(address).await;
        let person = Person::new();
        person.sit_at(witness.connection()).await;
        witness.register_agent().await;
        witness.card_in_state("ready").await;
        Self { stack, daemon, witness, _card: card, person, monitor }
    }

    async fn signs_in(&mut self, passcode: &str) -> Ended {
        self.person.then(Does::types(passcode));
        self.witness.authenticate("/").await
    }

    async fn changes(&mut self, passcodes: [&str; 3]) -> Ended {
        for passcode in passcodes {
            self.person.then(Does::types(passcode));
        }
        let card = self.witness.cards().await.remove(0);
        ended(&self.witness.change(card, Options::new()).await).await
    }

    fn in_memory(&mut self, text: &str) -> usize {
        occurrences_in_memory(self.daemon.process().id(), text.as_bytes())
    }

    /// No passcode is left anywhere, as it is or in hexadecimal.
    fn nothing_is_left(&mut self, after: &str) {
        let mut written = vec![self.daemon.process().stderr(), self.daemon.process().stdout()];
        written.push(self.monitor.stdout());
        for file in fs::read_dir(self.stack.folder().join("records")).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            written.push(String::from_utf8_lossy(&bytes).into_owned());
        }
        for passcode in [FIRST, SECOND, WRONG] {
            assert_eq!(self.in_memory(passcode), 0, "{passcode} is in memory after {after}");
            for form in forms(passcode) {
                let found = |text: &&String| occurrences(text.as_bytes(), form.as_bytes()) > 0;
                let text = written.iter().find(found);
                assert!(text.is_none(), "{form} was written after {after}: {text:?}");
            }
        }
    }
}

/// A passcode as it may be written down.
fn forms(passcode: &str) -> [String; 4] {
    let hex = |between: &str| {
        let bytes = passcode.bytes().map(|byte| format!("{byte:02x}"));
        bytes.collect::<Vec<_>>().join(between)
    };
    [passcode.to_owned(), hex(""), hex(" "), hex(", 0x")]
}

async fn leaves_no_passcode_behind(persona: &str) {
    let mut scene = Scene::with(persona).await;
    assert_eq!(scene.signs_in(FIRST).await.outcome, "ok");
    scene.nothing_is_left("an authentication");
    assert_eq!(scene.signs_in(WRONG).await.outcome, "refused");
    scene.nothing_is_left("a refusal");
    assert_eq!(
        scene.changes([FIRST, SECOND, WRONG]).await.words(),
        ("wrong-format", "not-repeated")
    );
    scene.nothing_is_left("a new passcode that was not repeated");
    assert_eq!(scene.changes([FIRST, SECOND, SECOND]).await.outcome, "ok");
    scene.nothing_is_left("a change");
    assert_eq!(scene.signs_in(SECOND).await.outcome, "ok");
    scene.nothing_is_left("all of it");

    let heard = scene.monitor.stdout();
    for word in ["RequestPasscode", "Completed", "tries-left"] {
        assert!(heard.contains(word), "the monitor did not hear {word}: {heard}");
    }
    assert!(scene.daemon.process().stderr().contains("TRACE"), "the log tells everything");
}

#[tokio::test]
async fn no_passcode_is_left_behind_with_a_p256_card() {
    leaves_no_passcode_behind("nurse").await;
}

#[tokio::test]
async fn no_passcode_is_left_behind_with_an_rsa_card() {
    leaves_no_passcode_behind("gp").await;
}

/// Whatever the log tells, it does not tell who somebody is: the last digits of the UUID are all that there is.
#[tokio::test]
async fn the_log_names_nobody_at_any_level() {
    const UUID: &str = "999900000102";
    for level in ["info", "trace"] {
        let stack = Stack::start().unwrap();
        let settings = format!("[log]\nlevel = \"{level}\"\nuuids = \"short\"\n");
        let mut daemon = stack.daemon(&settings).unwrap();
        let mut witness = Witness::on_bus(stack.bus().address()).await;
        let card = stack.card(0, "nurse").unwrap();
        witness.card_in_state("ready").await;
        let person = Person::new();
        person.sit_at(witness.connection()).await;
        witness.register_agent().await;
        witness.subscribe().await;
        for passcode in ["654321", "123456"] {
            person.then(Does::types(passcode));
            witness.authenticate("/").await;
        }
        let session = witness.hears([News::Started, News::RolesOffered]).await;
        let (_, role) = witness.session_news().await;
        assert!(matches!(role, News::RoleSelected(_)), "{role:?}");
        assert_eq!(witness.described(&session).await.name.as_deref(), Some("Test Nurse"));
        drop(card);
        witness.card_removed().await;
        assert!(daemon.terminate().unwrap().success());

        let logged = daemon.process().stderr();
        for word in ["session started", "role selected", "session ended", "holder=..0102"] {
            assert!(logged.contains(word), "{word} is not told at {level}: {logged}");
        }
        for secret in ["654321", "123456", UUID, "Test Nurse", "777700000102"] {
            let line = logged.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "{secret} is told at {level}: {line:?}");
        }
        // Commands are told by name, and those with a secret by nothing else.
        assert_eq!(
            level == "trace",
            logged.contains("VERIFY command=20 00 80 and a secret"),
            "{logged}"
        );
    }
}

/// The search finds what is there: a passcode whose agent has written it and has not answered yet.
#[tokio::test]
async fn a_passcode_is_in_memory_once_while_it_is_waited_for_and_gone_when_it_is_not() {
    let mut scene = Scene::with("nurse").await;
    let reader = scene.stack.reader_names().remove(0);
    assert!(scene.in_memory(&reader) > 0);
    scene.person.then(Does::WritesAndHangs(SECOND.into()));
    let request = scene.witness.request("/", Options::new()).await;
    scene.person.is_shown_something().await;
    let is_read = async {
        while scene.in_memory(SECOND) == 0 {
            scene.witness.objects().await;
        }
    };
    timeout(PATIENCE, is_read).await.unwrap();
    assert_eq!(scene.in_memory(SECOND), 1);
    request.cancel().await.unwrap();
    assert_eq!(ended(&request).await.outcome, "cancelled");
    scene.nothing_is_left("a request that was cancelled");
}

/// As its own user, which is not root where it is installed.
#[tokio::test]
async fn its_memory_cannot_be_looked_at_by_its_own_user_and_never_becomes_a_core_file() {
    let stack = Stack::start().unwrap();
    let program = lanyard_stack::own_program("lanyardd").unwrap();
    let somebody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
    let daemon = stack.command("setpriv").args(somebody).arg(program);
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    witness.hear_of_the_daemon_itself().await;
    let daemon = daemon.args(["--bus", stack.bus().address()]).start().unwrap();
    assert!(witness.daemon_came().await);
    let limits = fs::read_to_string(format!("/proc/{}/limits", daemon.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let numbers: Vec<_> = core.split_whitespace().filter(|word| *word == "0").collect();
    assert_eq!(numbers.len(), 2, "{core}");

    let looks = |words: &str| {
        let looker = stack.command("setpriv").args(somebody).args(["sh", "-c", words]);
        looker.run().unwrap()
    };
    assert!(looks("cat /proc/$$/maps").status.success(), "others of this user can be looked at");
    let daemon = daemon.id_inside().unwrap();
    for file in ["maps", "mem", "environ"] {
        let finished = looks(&format!("cat /proc/{daemon}/{file}"));
        assert!(finished.stderr.contains("Permission denied"), "{file}: {}", finished.stderr);
    }
    let traced = looks(&format!("strace -p {daemon}"));
    assert!(traced.stderr.contains("Operation not permitted"), "{}", traced.stderr);
}
