use std::{
    fmt, io,
    io::Read,
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    fs::Timespec,
    process::{Pid, PidfdFlags, pidfd_open},
};

use super::{Case, Finished, Signal, Step, children_of, signal, step::Meaning, wait_until};

/// How long the provider's process may take to appear. It is a bound against hanging, not a measurement.
const PROVIDER_DEADLINE: Duration = Duration::from_mins(1);

/// A process that leads a group of its own and whose output is gathered while it runs.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    shown: String,
    started: Instant,
    stdout: Gathered,
    stderr: Gathered,
}

impl Process {
    /// Starts the command. `shown` is the command line for transcripts.
    pub(crate) fn start(mut command: Command, shown: String) -> io::Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let started = Instant::now();
        let mut child = command.spawn()?;
        let stdout = Gathered::from(child.stdout.take());
        let stderr = Gathered::from(child.stderr.take());
        Ok(Self {
            child,
            shown,
            started,
            stdout,
            stderr,
        })
    }

    /// Waits for the end. A process that outlives the deadline is killed with its group, which `Err` tells.
    pub(crate) fn wait(mut self, deadline: Duration) -> io::Result<Result<Finished, Finished>> {
        let in_time = self.ended_within(deadline)?;
        if !in_time {
            // The process has not been waited for, so its id is still its own.
            signal(self.child.id(), true, Signal::KILL).map_err(io::Error::other)?;
        }
        let status = self.child.wait()?;
        let finished = self.finished(status);
        Ok(if in_time { Ok(finished) } else { Err(finished) })
    }

    fn ended_within(&self, deadline: Duration) -> io::Result<bool> {
        let pid = Pid::from_child(&self.child);
        let descriptor = pidfd_open(pid, PidfdFlags::empty())?;
        let end = Instant::now() + deadline;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], Some(&timeout)) {
                Ok(ready) => return Ok(ready > 0),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn finished(self, status: ExitStatus) -> Finished {
        Finished {
            command: self.shown,
            status,
            elapsed: self.started.elapsed(),
            stdout: self.stdout.into_whole(),
            stderr: self.stderr.into_whole(),
        }
    }
}

/// What a process has printed to one of its streams.
struct Gathered {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Gathered {
    fn from(stream: Option<impl Read + Send + 'static>) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&text);
        let reader = stream.map(|mut stream| {
            thread::spawn(move || {
                let mut buffer = [0; 8192];
                while let Ok(count @ 1..) = stream.read(&mut buffer) {
                    sink.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .extend_from_slice(&buffer[..count]);
                }
            })
        });
        Self { text, reader }
    }

    fn so_far(&self) -> String {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&text).into_owned()
    }

    fn into_whole(mut self) -> String {
        if let Some(reader) = self.reader.take() {
            // The thread only reads and copies; if it had panicked, what it gathered is still here.
            drop(reader.join());
        }
        self.so_far()
    }
}

impl fmt::Debug for Gathered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.so_far().fmt(formatter)
    }
}

/// A step under way, which a test may disturb.
#[must_use = "wait for its end"]
pub struct Running<'case, T> {
    case: &'case Case,
    process: Process,
    meaning: Meaning<'case, T>,
}

impl<T> fmt::Debug for Running<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.process.fmt(formatter)
    }
}

impl<'case, T> Running<'case, T> {
    pub(crate) fn new(case: &'case Case, process: Process, meaning: Meaning<'case, T>) -> Self {
        Self { case, process, meaning }
    }

    /// Process id of the tool, which is the id of its group too.
    pub fn id(&self) -> u32 {
        self.process.child.id()
    }

    /// SIGINT to the tool alone, as a pipeline's runner sends it.
    #[track_caller]
    pub fn interrupt(&self) {
        send(self.id(), false, Signal::INT);
    }

    /// SIGINT to the tool and the provider, as Ctrl-C in a terminal sends it.
    #[track_caller]
    pub fn interrupt_group(&self) {
        send(self.id(), true, Signal::INT);
    }

    /// SIGKILL to the tool alone.
    #[track_caller]
    pub fn kill(&self) {
        send(self.id(), false, Signal::KILL);
    }

    /// SIGKILL to the provider's process, found as the tool's child.
    #[track_caller]
    pub fn kill_provider(&self) {
        send(self.provider(), false, Signal::KILL);
    }

    /// Process id of the provider, once the tool has started it. A tool starts several in a command, one after the
    /// other or side by side; the newest is the one at work.
    #[track_caller]
    pub fn provider(&self) -> u32 {
        let found = wait_until(PROVIDER_DEADLINE, || {
            children_of(self.id(), "terraform-provider-quickfra")
                .ok()?
                .into_iter()
                .max()
        });
        match found {
            Some(id) => id,
            None => panic!("the provider was not started within {PROVIDER_DEADLINE:?}\n{self:?}"),
        }
    }

    /// Waits until the tool has printed `text`, or, in a case that is traced, logged it.
    #[track_caller]
    pub fn wait_for(&self, text: &str, deadline: Duration) {
        let seen = wait_until(deadline, || {
            let said = self.process.stdout.so_far().contains(text) || self.process.stderr.so_far().contains(text);
            (said || self.case.log().contains(text)).then_some(())
        });
        assert!(
            seen.is_some(),
            "neither output nor log held {text:?} within {deadline:?}\n{self:?}"
        );
    }

    /// Waits for the end of the step; a step that outlives the deadline fails the test.
    #[track_caller]
    pub fn wait(self, deadline: Duration) -> Step<'case, T> {
        let finished = self.case.end_of(self.process, deadline);
        Step::new(self.case, finished, self.meaning)
    }
}

#[track_caller]
fn send(id: u32, whole_group: bool, what: Signal) {
    if let Err(error) = signal(id, whole_group, what) {
        panic!("{error}: {:?}", std::error::Error::source(&error));
    }
}
