//! A process that makes attempts is killed (SIGKILL) at every named point; the ledger is opened after it
//! and compared with what the card knows.
//!
//! The points are before and after each step of the disk and of the conversation with the card.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::SystemTime;

use lanyard_ledger::disk::{Disk, Folder};
use lanyard_ledger::{CardSerial, Counter, Intent, Ledger, Purpose};
use rustix::process::{Signal, getpid, kill_process};
use tempfile::TempDir;

/// Tells the run inside where to work.
const INSIDE: &str = "LANYARD_LEDGER_FOLDER";
/// The point at which the run inside is killed.
const KILL_AT: &str = "LANYARD_LEDGER_KILL_AT";
/// Whether the card tells its tries.
const TELLS: &str = "LANYARD_LEDGER_CARD_TELLS";

const TRIES: u8 = 10;

/// Names the points as they are passed, counted where one is passed again, and ends at the one asked for.
#[derive(Clone)]
struct Points {
    folder: PathBuf,
}

impl Points {
    fn pass(&self, name: &str) {
        let path = self.folder.join("points");
        let passed = fs::read_to_string(&path).unwrap_or_default();
        let times = passed.lines().filter(|line| line.starts_with(name)).count();
        let point = format!("{name} {times}");
        fs::write(path, format!("{passed}{point}\n")).unwrap();
        if std::env::var(KILL_AT).is_ok_and(|kill_at| kill_at == point) {
            kill_process(getpid(), Signal::KILL).unwrap();
        }
    }

    fn around<T>(&self, name: &str, act: impl FnOnce() -> T) -> T {
        self.pass(&format!("before {name}"));
        let result = act();
        self.pass(&format!("after {name}"));
        result
    }
}

/// A real folder with points around each step.
struct Watched(Folder, Points);

impl Disk for Watched {
    fn read(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        self.0.read(most)
    }
    fn has_been_used(&mut self) -> io::Result<bool> {
        self.0.has_been_used()
    }
    fn mark_used(&mut self) -> io::Result<()> {
        self.1.around("mark used", || self.0.mark_used())
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.1.around("write", || self.0.write_at(offset, bytes))
    }
    fn sync(&mut self) -> io::Result<()> {
        self.1.around("sync", || self.0.sync())
    }
    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.1.around("write beside", || self.0.write_beside(bytes))
    }
    fn keep_aside(&mut self) -> io::Result<String> {
        self.1.around("keep aside", || self.0.keep_aside())
    }
    fn replace(&mut self) -> io::Result<()> {
        self.1.around("replace", || self.0.replace())
    }
}

/// A card whose memory is a file with two numbers: tries left, refusals since the last success.
struct Card(PathBuf);

impl Card {
    fn memory(&self) -> (u8, u8) {
        let Ok(memory) = fs::read(self.0.join("card")) else { return (TRIES, 0) };
        (memory[0], memory[1])
    }

    fn counter(&self, tells: bool) -> Counter {
        if tells { Counter::Left(self.memory().0) } else { Counter::Untold }
    }

    fn verify(&self, right: bool) {
        let (left, refusals) = self.memory();
        let after = if right { [TRIES, 0] } else { [left - 1, refusals + 1] };
        fs::write(self.0.join("card.new"), after).unwrap();
        fs::rename(self.0.join("card.new"), self.0.join("card")).unwrap();
    }
}

/// In memory, where there is such a folder: what a killed process wrote is there all the same.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn serial() -> CardSerial {
    CardSerial::new(&[7; 16]).unwrap()
}

fn intent(counter_before: Counter) -> Intent {
    let at = SystemTime::UNIX_EPOCH;
    Intent { card: serial(), counter_before, purpose: Purpose::SignIn, at }
}

/// What is killed: wrong, right, wrong, wrong, wrong, and one more that must not be sent.
fn attempts(folder: &Path) {
    let tells = std::env::var(TELLS).unwrap() == "yes";
    let (points, card) = (Points { folder: folder.into() }, Card(folder.into()));
    let disk = Watched(Folder::lock(folder).unwrap(), points.clone());
    let (mut ledger, _) = Ledger::open_on(Box::new(disk)).unwrap();
    for right in [false, true, false, false, false] {
        let synced = points.around("begin", || ledger.begin(intent(card.counter(tells))).unwrap());
        let sent = synced.sending();
        points.around("send", || card.verify(right));
        let left = card.counter(tells);
        let settlement = if right { sent.accepted() } else { sent.refused(left) };
        points.around("settle", || ledger.settle(settlement).unwrap());
        if right {
            ledger.saw(&serial(), left).unwrap();
        }
    }
    assert!(ledger.begin(intent(card.counter(tells))).is_err());
}

fn run(folder: &Path, tells: &str, kill_at: &str) -> ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::a_ledger_killed_at_any_point_forgets_nothing"])
        .envs([(TELLS, tells), (KILL_AT, kill_at)])
        .env(INSIDE, folder)
        .stdout(Stdio::null())
        .status()
        .unwrap()
}

/// Kills the run at one point and judges what the ledger then says. Further wrong passcodes are entered
/// until it lets none through.
fn kill_and_judge(tells: &str, kill_at: &str) {
    let folder = folder();
    let status = run(folder.path(), tells, kill_at);
    assert_eq!(status.signal(), Some(Signal::KILL.as_raw()), "{kill_at}: {status}");
    let (card, tells) = (Card(folder.path().into()), tells == "yes");
    let (mut ledger, findings) = Ledger::open(folder.path()).unwrap();
    assert!(!ledger.doubt(), "{kill_at}: {findings:?}");
    let standing = ledger.saw(&serial(), card.counter(tells)).unwrap();
    let refusals = card.memory().1;
    if tells {
        assert_eq!(standing.strikes, refusals, "{kill_at}");
    } else {
        let may = refusals..=refusals + 2;
        assert!(may.contains(&standing.strikes), "{kill_at}: {standing:?}, {refusals} refusals");
    }
    while let Ok(synced) = ledger.begin(intent(card.counter(tells))) {
        let sent = synced.sending();
        card.verify(false);
        ledger.settle(sent.refused(card.counter(tells))).unwrap();
    }
    let refusals = card.memory().1;
    assert!(refusals <= 3, "{kill_at}: a fourth try");
    assert!(!tells || refusals == 3, "{kill_at}: a false block");
}

#[test]
fn a_ledger_killed_at_any_point_forgets_nothing() {
    if let Some(folder) = std::env::var_os(INSIDE) {
        return attempts(Path::new(&folder));
    }
    for tells in ["yes", "no"] {
        let folder = folder();
        assert!(run(folder.path(), tells, "nowhere").success());
        let points = fs::read_to_string(folder.path().join("points")).unwrap();
        let points: BTreeSet<&str> = points.lines().collect();
        assert!(points.len() > 60, "{}", points.len());
        for point in points {
            kill_and_judge(tells, point);
        }
    }
}
