//! Running commands: what a long one is doing and for how long, what it said when it failed, and that nothing which was
//! started stays behind.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::tally::seconds;
use crate::workspace;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, a hang-up and a polite kill raise a flag instead of ending this program, so that it can stop what
/// it started.
pub fn stop_on_signals() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst)).context("signals cannot be handled")
}

/// Whether somebody asked this program to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// One line for the person.
pub fn say(line: &str) {
    // A closed pipe is no reason to leave servers behind.
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// One line about what went wrong.
pub fn complain(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// A command in the checkout's root, without the variables that `cargo run` leaves for this program: they would make
/// cargo build everything again, and rustup choose for others.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        let left_by_cargo = name_text.starts_with("CARGO_PKG_")
            || name_text.starts_with("CARGO_MANIFEST_")
            || name_text == "CARGO_BIN_NAME";
        if left_by_cargo {
            command.env_remove(&name);
        }
    }
    command
}

/// The cargo that runs this program.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a long step: says its name, what it is doing and for how many seconds; what it prints goes to a log, whose end
/// is shown when it fails.
pub fn step(label: &str, command: Command) -> Result<()> {
    step_with(label, command, |_| false)
}

/// Like [`step`]; `show` sees each line the command prints, and answers whether the person should see it too.
pub fn step_with(label: &str, mut command: Command, mut show: impl FnMut(&str) -> bool) -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    let started = Instant::now();
    say(&format!("==> {label}"));
    let log_path = log_path(label)?;
    let mut log =
        File::create(&log_path).with_context(|| format!("{} cannot be written", log_path.display()))?;
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} cannot be started", command.get_program().to_string_lossy()))?;
    let (sender, lines) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        forward_lines(out, sender.clone());
    }
    if let Some(err) = child.stderr.take() {
        forward_lines(err, sender);
    }
    let mut guard = Background {
        name: label.to_owned(),
        child,
    };
    let mut ticker = Ticker::new(started);
    loop {
        match lines.recv_timeout(Duration::from_millis(500)) {
            Ok(line) => {
                writeln!(log, "{line}")?;
                if show(&line) {
                    ticker.clear();
                    say(&format!("    {line}"));
                }
                ticker.heard(&line);
            }
            Err(RecvTimeoutError::Timeout) => {
                if interrupted() {
                    bail!("interrupted");
                }
                // Something the command left running may still hold its pipes; the command's own end is what counts.
                if guard.child.try_wait()?.is_some() && !ticker.heard_lately() {
                    break;
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
        ticker.show();
    }
    let status = guard.child.wait()?;
    ticker.clear();
    if interrupted() {
        bail!("interrupted");
    }
    if !status.success() {
        show_end(&log_path)?;
        bail!(
            "{label} failed ({status}); everything it said is in {}",
            relative(&log_path)
        );
    }
    say(&format!("    done in {}", seconds(started.elapsed())));
    Ok(())
}

/// Runs a short command and answers what it printed, or nothing when it cannot be started or fails.
pub fn answer(mut command: Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where the words of a program are kept.
pub fn log_path(label: &str) -> Result<PathBuf> {
    let folder = workspace::root().join("target/xtask");
    std::fs::create_dir_all(&folder)?;
    let name: String = label
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    Ok(folder.join(format!("{name}.log")))
}

fn forward_lines(from: impl Read + Send + 'static, to: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from)
            .split(b'\n')
            .map_while(std::result::Result::ok)
        {
            if to
                .send(String::from_utf8_lossy(&line).trim_end().to_owned())
                .is_err()
            {
                break;
            }
        }
    });
}

fn show_end(log: &Path) -> Result<()> {
    let text = String::from_utf8_lossy(&std::fs::read(log)?).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(60)..] {
        say(&format!("    | {line}"));
    }
    Ok(())
}

/// A path as seen from the checkout's root.
pub fn relative(path: &Path) -> String {
    path.strip_prefix(workspace::root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The line that says what a long step is doing: rewritten in place on a terminal, every 15 seconds elsewhere.
struct Ticker {
    started: Instant,
    shown: Instant,
    heard: Instant,
    last: String,
    terminal: bool,
    dirty: bool,
}

impl Ticker {
    fn new(started: Instant) -> Self {
        let terminal = std::io::stdout().is_terminal();
        Self {
            started,
            shown: started,
            heard: started,
            last: String::new(),
            terminal,
            dirty: false,
        }
    }

    fn heard(&mut self, line: &str) {
        self.heard = Instant::now();
        if !line.trim().is_empty() {
            self.last = line.trim().chars().take(70).collect();
        }
    }

    fn heard_lately(&self) -> bool {
        self.heard.elapsed() < Duration::from_millis(400)
    }

    fn show(&mut self) {
        let every = if self.terminal {
            Duration::from_millis(500)
        } else {
            Duration::from_secs(15)
        };
        if self.shown.elapsed() < every {
            return;
        }
        self.shown = Instant::now();
        let line = format!("    {}: {}", seconds(self.started.elapsed()), self.last);
        if self.terminal {
            let mut out = std::io::stdout();
            drop(write!(out, "\r\x1b[2K{line}").and_then(|()| out.flush()));
            self.dirty = true;
        } else {
            say(&line);
        }
    }

    fn clear(&mut self) {
        if self.dirty {
            drop(write!(std::io::stdout(), "\r\x1b[2K"));
            self.dirty = false;
        }
    }
}

/// A program that runs until it is no longer needed: dropped, it is asked to stop, and after ten seconds made to.
pub struct Background {
    name: String,
    child: Child,
}

impl Background {
    /// Starts a program; what it says goes to its log.
    pub fn start(name: &str, mut command: Command) -> Result<Self> {
        let log = File::create(log_path(name)?)?;
        let child = command
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| {
                format!(
                    "{name} ({}) cannot be started",
                    command.get_program().to_string_lossy()
                )
            })?;
        Ok(Self {
            name: name.to_owned(),
            child,
        })
    }

    /// Starts a program and answers the first line that it prints.
    pub fn start_and_hear(name: &str, mut command: Command) -> Result<(Self, String)> {
        let log = File::create(log_path(name)?)?;
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| {
                format!(
                    "{name} ({}) cannot be started",
                    command.get_program().to_string_lossy()
                )
            })?;
        let out = child.stdout.take();
        let background = Self {
            name: name.to_owned(),
            child,
        };
        let mut line = String::new();
        if let Some(out) = out {
            BufReader::new(out).read_line(&mut line)?;
        }
        if line.trim().is_empty() {
            bail!(
                "{name} stopped without a word; see {}",
                relative(&log_path(name)?)
            );
        }
        Ok((background, line.trim().to_owned()))
    }

    /// Its input, once, when it was given one; dropped, the input ends.
    pub fn input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Whether it still runs.
    pub fn alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// How it ended, when it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if !self.alive() {
            return;
        }
        // It may have ended this moment: then there is nobody to tell.
        let _told = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let asked = Instant::now();
        while self.alive() {
            if asked.elapsed() > Duration::from_secs(10) {
                drop(self.child.kill());
                drop(self.child.wait());
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
