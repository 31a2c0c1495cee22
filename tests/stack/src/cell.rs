//! The cell: mount, network and process namespaces of their own, made by threads of this process.
//!
//! One thread leaves the machine's mount and network namespaces; threads that it starts are in the cell
//! as well, the rest of the process is not. A second thread, the nursery, also leaves the process
//! namespace (namespaces(7), `pid_namespaces(7)`): whatever it starts is born in the cell.
//!
//! The first process in there, `init.sh`, hides the machine and then reads from a pipe whose other end
//! only we hold. When that closes, because the cell was dropped or because this process died in any way,
//! it removes the folder and ends, and the kernel kills every other process of the cell with it: nothing
//! has to be trusted to end by itself, and no signal can be missed.

use std::io::{self, BufRead, BufReader};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::thread::UnshareFlags;

use crate::deadline::Deadline;
use crate::error::StackError;
use crate::process::wait_for_exit;
use crate::programs::search_path;

/// Longer than the mounts, or the removal of a folder, take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Namespaces with an init process; they end when this is dropped.
#[derive(Debug)]
pub(crate) struct Cell {
    inside: Worker,
    nursery: Worker,
    init: Child,
}

impl Cell {
    /// Makes the namespaces. `folder` is removed with the cell, also when this process is killed;
    /// `drivers`, where pcscd looks for drivers of real readers, is empty in the cell.
    pub(crate) fn open(folder: &Path, drivers: &Path) -> Result<Self, StackError> {
        let inside = Worker::start("cell", || leave(UnshareFlags::NEWNS | UnshareFlags::NEWNET))
            .map_err(|source| StackError::NotAllowed { source })?;
        let nursery = inside
            .call(|| Worker::start("nursery", || leave(UnshareFlags::NEWPID)))
            .and_then(|nursery| nursery)
            .map_err(|source| StackError::NotAllowed { source })?;

        let mut command = Command::new("sh");
        command
            .args(["-c", include_str!("init.sh"), "lanyard-stack"])
            .args([folder, drivers])
            .env("PATH", search_path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let init = spawn_in(&nursery, command)
            .map_err(|source| StackError::NotStarted { program: "sh".into(), source })?;
        let mut cell = Self { inside, nursery, init };
        cell.wait_until_furnished()?;
        Ok(cell)
    }

    /// Starts a program in the cell.
    pub(crate) fn spawn(&self, command: Command) -> io::Result<Child> {
        spawn_in(&self.nursery, command)
    }

    /// Has something short done in the cell's mount and network namespaces.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        self.inside.call(job)
    }

    /// Starts a thread in the cell. It sees the cell's files, sockets and ports; programs that it starts
    /// are outside the cell's process namespace.
    pub(crate) fn thread<T: Send + 'static>(
        &self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        self.inside.call(|| thread::Builder::new().spawn(body))?
    }

    fn wait_until_furnished(&mut self) -> Result<(), StackError> {
        let too_late = |output| StackError::TooLate {
            what: "the mounts of the cell".into(),
            patience: PATIENCE,
            output,
        };
        let Some(stdout) = self.init.stdout.take() else {
            return Err(too_late("no output of its init".into()));
        };
        let failed = || StackError::io("reading the output of the cell's init");
        let ready = Deadline::after(PATIENCE).wait_readable(&[stdout.as_fd()]).map_err(failed())?;
        let mut line = String::new();
        if ready {
            BufReader::new(stdout).read_line(&mut line).map_err(failed())?;
        }
        if line == "furnished\n" {
            return Ok(());
        }
        // Ended, so that its complaint has an end too.
        let _ = self.init.kill();
        let stderr = self.init.stderr.take();
        let complaint = stderr.map(io::read_to_string).transpose();
        let complaint = complaint.map_err(failed())?.unwrap_or_default();
        Err(too_late(complaint))
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        drop(self.init.stdin.take());
        // An init that does not end by itself is ended; its folder then stays behind, which the next line
        // of whoever looks will show.
        if !matches!(wait_for_exit(&mut self.init, PATIENCE), Ok(Some(_))) {
            let _ = self.init.kill();
            let _ = self.init.wait();
        }
    }
}

fn spawn_in(nursery: &Worker, mut command: Command) -> io::Result<Child> {
    nursery.call(move || command.spawn())?
}

/// Leaves namespaces, for the calling thread alone.
#[expect(
    deprecated,
    reason = "deprecated for `UnshareFlags::FILES`, the one flag that is unsound and is not used here; \
              its successor is an unsafe function"
)]
fn leave(namespaces: UnshareFlags) -> io::Result<()> {
    Ok(rustix::thread::unshare(namespaces)?)
}

type Job = Box<dyn FnOnce() + Send>;

/// A thread that does what it is handed, one job after the other; it ends when this is dropped.
#[derive(Debug)]
struct Worker {
    jobs: SyncSender<Job>,
}

impl Worker {
    /// Starts the thread; `enter` is its first act, and its failure is ours.
    fn start(
        name: &str,
        enter: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> io::Result<Self> {
        let (jobs, inbox): (SyncSender<Job>, Receiver<Job>) = sync_channel(1);
        thread::Builder::new().name(name.into()).spawn(move || {
            for job in inbox {
                job();
            }
        })?;
        let worker = Self { jobs };
        worker.call(enter)??;
        Ok(worker)
    }

    /// Has `job` done by the thread and waits for what comes of it.
    fn call<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        let (answer, answers) = sync_channel(1);
        let gone = || io::Error::other("a thread of the cell is gone");
        self.jobs
            .send(Box::new(move || {
                let _ = answer.send(job());
            }))
            .map_err(|_| gone())?;
        answers.recv().map_err(|_| gone())
    }
}
