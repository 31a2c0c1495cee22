//! The program itself: its control socket, its orders, its end. The reader is played by the test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

const DEADLINE: Duration = Duration::from_secs(60);

/// A running program. Dropping it kills it.
pub(crate) struct Tool {
    child: Child,
    output: BufReader<ChildStdout>,
    control: PathBuf,
    folder: TempDir,
}

impl Tool {
    pub(crate) fn start(reader: &TcpListener, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let control = folder.path().join("control");
        let mut child = program()
            .args(["--persona", "blank", "--vpcd"])
            .arg(reader.local_addr().unwrap().to_string())
            .arg("--control")
            .arg(&control)
            .arg("--state")
            .arg(folder.path().join("state"))
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output, control, folder }
    }

    /// Where it keeps its cards.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) fn line(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    pub(crate) fn order(&self, line: &str) -> Value {
        let mut client = UnixStream::connect(&self.control).unwrap();
        client.set_read_timeout(Some(DEADLINE)).unwrap();
        writeln!(client, "{line}").unwrap();
        let mut answer = String::new();
        BufReader::new(client).read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        // It may have ended as it should.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lanyard-virtcard"))
}

pub(crate) fn reader() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

#[test]
fn the_card_goes_in_and_out_as_ordered() {
    let reader = reader();
    let mut tool = Tool::start(&reader, &[]);
    assert_eq!(tool.line(), json!({"ready": true, "persona": "blank", "inserted": true}));
    let (mut first, _) = reader.accept().unwrap();

    let refused = tool.order("insert nurse");
    let error = "blank is in the reader: `remove` it or `swap`";
    assert_eq!(refused, json!({"ok": false, "error": error}));
    assert_eq!(tool.order("remove"), json!({"ok": true}));
    assert_eq!(first.read(&mut [0; 1]).unwrap(), 0, "the connection is closed");
    assert_eq!(tool.order("remove")["ok"], json!(false));
    assert_eq!(tool.order("status")["inserted"], json!(false));

    let inserted = tool.order("insert");
    assert_eq!((&inserted["ok"], &inserted["plugged"]), (&json!(true), &json!(true)));
    let (mut second, _) = reader.accept().unwrap();
    assert_eq!(tool.order("swap nobody")["ok"], json!(false));
    assert_eq!(tool.order("status")["inserted"], json!(true), "nothing was pulled for nobody");
    let swapped = tool.order("swap unsupported");
    assert_eq!(swapped["persona"], json!("unsupported"));
    assert_eq!(second.read(&mut [0; 1]).unwrap(), 0);
    let (mut third, _) = reader.accept().unwrap();

    third.write_all(&[0, 4, 0, 0x20, 0, 0x80]).unwrap();
    third.read_exact(&mut [0; 4]).unwrap();
    let mut counts = tool.order("counts");
    let worked = counts.as_object_mut().unwrap().remove("worked_us").unwrap();
    assert!((1..20_000_000).contains(&worked.as_u64().unwrap()), "{worked}");
    let answered = counts.as_object_mut().unwrap().remove("answered_us").unwrap();
    // In September 2026, or after it.
    assert!(answered.as_u64() > Some(1_788_220_800_000_000), "{answered}");
    let expected = json!({"ok": true, "apdus": 1, "bytes_in": 4, "bytes_out": 2,
        "instructions": {"20": 1}, "headers": ["00200080"]});
    assert_eq!(counts, expected);
    assert_eq!(tool.order("counts reset"), json!({"ok": true}));
    let counts = tool.order("counts");
    assert_eq!((&counts["apdus"], &counts["answered_us"]), (&json!(0), &json!(0)));
    assert_eq!(tool.order("fault slow 5"), json!({"ok": true}));
    assert_eq!(tool.order("status")["fault"], json!("slow 5"));
    assert_eq!(tool.order("fault none"), json!({"ok": true}));
    assert_eq!(tool.order("dance")["ok"], json!(false));
}

#[test]
fn several_clients_are_answered_one_line_each() {
    let reader = reader();
    let mut tool = Tool::start(&reader, &["--out"]);
    assert_eq!(tool.line()["inserted"], json!(false));
    let mut clients: Vec<UnixStream> =
        (0..3).map(|_| UnixStream::connect(&tool.control).unwrap()).collect();
    for client in &mut clients {
        client.write_all(b"status\nnonsense\nstatus\n").unwrap();
    }
    for client in clients {
        client.set_read_timeout(Some(DEADLINE)).unwrap();
        let lines = BufReader::new(client).lines().take(3);
        let oks: Vec<Value> = lines
            .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap()["ok"].clone())
            .collect();
        assert_eq!(oks, [json!(true), json!(false), json!(true)]);
    }
}

#[test]
fn quit_ends_it_and_leaves_no_socket() {
    let reader = reader();
    let mut tool = Tool::start(&reader, &["--out"]);
    tool.line();
    assert_eq!(tool.order("quit"), json!({"ok": true}));
    assert!(tool.child.wait().unwrap().success());
    assert!(!tool.control.exists());
}

#[test]
fn a_signal_ends_it_and_leaves_no_socket() {
    let reader = reader();
    let mut tool = Tool::start(&reader, &[]);
    tool.line();
    let pid = tool.child.id().to_string();
    assert!(Command::new("kill").arg(pid).status().unwrap().success());
    assert!(tool.child.wait().unwrap().success());
    assert!(!tool.control.exists());
}

#[test]
fn a_reader_that_is_not_there_is_explained() {
    let reader = reader();
    let mut tool = Tool::start(&reader, &["--out"]);
    tool.line();
    drop(reader);
    let answer = tool.order("insert");
    assert_eq!(answer["ok"], json!(false));
    let error = answer["error"].as_str().unwrap();
    assert!(error.starts_with("No virtual reader listens at 127.0.0.1:"), "{error}");
    assert!(error.contains("vsmartcard-vpcd"), "{error}");
    assert_eq!(tool.order("status")["inserted"], json!(false));
}

#[test]
fn a_person_is_told_in_words() {
    let reader = reader();
    let mut child = program()
        .args(["--persona", "blank", "--out", "--vpcd"])
        .arg(reader.local_addr().unwrap().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "help\nwhat\nremove\nquit").unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(said.starts_with("No card is in; blank would be next."), "{said}");
    assert!(said.contains("swap PERSONA "), "{said}");
    assert!(said.contains("\"what\" is no order; say `help`"), "{said}");
    assert!(said.ends_with("there is no card in the reader\nGood bye.\n"), "{said}");
}

#[test]
fn an_unknown_persona_is_an_error_that_names_the_known() {
    let output = program().args(["--persona", "nobody"]).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is no persona \"nobody\"; there are: blank,"), "{said}");
}
