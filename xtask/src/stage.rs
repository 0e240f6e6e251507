//! A desktop that nobody sees: screen, message bus, keychain, notifications and the two WebDriver servers, each on a free place, with a
//! home of its own. Dropped, all of it is gone.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::run::Background;
use crate::{ports, programs, run, setup};

const PATIENCE: Duration = Duration::from_secs(30);

/// Fields are dropped from first to last: the drivers before the keychain, the bus before the screen.
pub struct Stage {
    _drivers: Vec<Background>,
    _keychain: Option<Background>,
    _notifications: Background,
    _bus: Option<Background>,
    _screen: Background,
    variables: Vec<(&'static str, String)>,
    chromedriver: String,
    tauri_driver: String,
    _home: TempDir,
}

impl Stage {
    /// Starts everything and waits until each answers.
    pub fn set() -> Result<Self> {
        run::say("==> set the stage: screen, bus, keychain, drivers");
        let started = Instant::now();
        let home = tempfile::Builder::new().prefix("refettorio-stage-").tempdir()?;
        let runtime = private_folder(&home, "runtime")?;
        let house = private_folder(&home, "home")?;
        let mut variables = vec![
            ("HOME", house.display().to_string()),
            ("XDG_RUNTIME_DIR", runtime.display().to_string()),
            ("XDG_CONFIG_HOME", house.join(".config").display().to_string()),
            ("XDG_DATA_HOME", house.join(".local/share").display().to_string()),
            ("XDG_CACHE_HOME", house.join(".cache").display().to_string()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "Europe/Rome".to_owned()),
        ];
        let mut xvfb = dressed("Xvfb", &variables);
        // It finds a free display by itself and tells its number.
        xvfb.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1440x1000x24",
            "-nolisten",
            "tcp",
        ]);
        let (screen, display) = Background::start_and_hear("stage-screen", xvfb)?;
        variables.push(("DISPLAY", format!(":{display}")));

        let mut bus = dressed("dbus-daemon", &variables);
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        let (bus, address) = Background::start_and_hear("stage-bus", bus)?;
        variables.push(("DBUS_SESSION_BUS_ADDRESS", address));

        let keychain = unlocked_keychain(&variables)?;
        let notified = home.path().join("notified");
        let notifications = notification_daemon(&home, &notified, &variables)?;
        variables.push(("STORY_NOTIFIED", notified.display().to_string()));
        variables.push(("STORY_BUTTON", home.path().join("button").display().to_string()));
        let (chrome, chromedriver) = driver("chromedriver", &variables, |command, port| {
            command.arg(format!("--port={port}"));
            Ok(())
        })?;
        let tauri_program = setup::tauri_driver_path();
        let (tauri, tauri_driver) = driver(
            &tauri_program.display().to_string(),
            &variables,
            |command, port| {
                let native = programs::find("WebKitWebDriver").context("WebKitWebDriver is not here")?;
                command.args([
                    "--port",
                    &port.to_string(),
                    "--native-port",
                    &ports::free()?.to_string(),
                    "--native-driver",
                ]);
                command.arg(native);
                Ok(())
            },
        )?;
        run::say(&format!(
            "    done in {}",
            crate::tally::seconds(started.elapsed())
        ));
        Ok(Self {
            _drivers: vec![chrome, tauri],
            _keychain: Some(keychain),
            _notifications: notifications,
            _bus: Some(bus),
            _screen: screen,
            variables,
            chromedriver,
            tauri_driver,
            _home: home,
        })
    }

    /// Gives a command this stage's screen, bus and home.
    pub fn enter(&self, command: &mut Command) {
        dress(command, &self.variables);
    }

    /// Where Chromium's driver listens.
    pub fn chromedriver(&self) -> &str {
        &self.chromedriver
    }

    /// Where the desktop app's driver listens.
    pub fn tauri_driver(&self) -> &str {
        &self.tauri_driver
    }
}

fn dressed(program: &str, variables: &[(&'static str, String)]) -> Command {
    let mut command = run::command(program);
    dress(&mut command, variables);
    command
}

fn dress(command: &mut Command, variables: &[(&'static str, String)]) {
    // Somebody's real desktop must neither be seen nor touched.
    for name in [
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "DBUS_SESSION_BUS_ADDRESS",
        "GNOME_KEYRING_CONTROL",
    ] {
        command.env_remove(name);
    }
    // Where the machine has no GPU, WebKit's own way to share buffers shows an empty window.
    command
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .env("GDK_BACKEND", "x11")
        .env("NO_AT_BRIDGE", "1");
    command.envs(variables.iter().map(|(name, value)| (*name, value)));
}

fn private_folder(home: &TempDir, name: &str) -> Result<PathBuf> {
    let folder = home.path().join(name);
    std::fs::create_dir(&folder)?;
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
    Ok(folder)
}

/// A real keychain, opened with a password that nobody needs.
fn unlocked_keychain(variables: &[(&'static str, String)]) -> Result<Background> {
    let mut daemon = dressed("gnome-keyring-daemon", variables);
    daemon
        .args(["--foreground", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped());
    let mut keychain = Background::start("stage-keychain", daemon)?;
    // The end of the input, too, tells it that the password is complete.
    keychain
        .input()
        .context("the keychain has no input")?
        .write_all(b"stage")?;
    await_name("org.freedesktop.secrets", &mut keychain, variables)?;
    Ok(keychain)
}

/// A real notification daemon. What it shows it notes in `notified`, a line each; a button is pressed by `dunstctl context`,
/// which asks a program that reads in the file `button` which one.
fn notification_daemon(
    home: &TempDir,
    notified: &Path,
    variables: &[(&'static str, String)],
) -> Result<Background> {
    let note = program(
        home,
        "note",
        &format!(
            "printf '%s\\t%s\\t%s\\n' \"$DUNST_ID\" \"$2\" \"$3\" | tr -d '\\r' >> '{}'",
            notified.display()
        ),
    )?;
    let choose = program(
        home,
        "choose",
        &format!(
            "grep -F -- \"$(cat '{}')\" | head -n 1",
            home.path().join("button").display()
        ),
    )?;
    let settings = home.path().join("dunstrc");
    std::fs::write(
        &settings,
        format!(
            "[global]\nfont = Sans 9\ndmenu = {}\nidle_threshold = 0\nsticky_history = yes\n\
             [urgency_low]\ntimeout = 0\n[urgency_normal]\ntimeout = 0\n[urgency_critical]\ntimeout = 0\n\
             [note]\nsummary = \"*\"\nscript = {}\n",
            choose.display(),
            note.display()
        ),
    )?;
    let mut daemon = dressed("dunst", variables);
    daemon.arg("-config").arg(settings);
    let mut daemon = Background::start("stage-notifications", daemon)?;
    await_name("org.freedesktop.Notifications", &mut daemon, variables)?;
    Ok(daemon)
}

/// A small program of this stage's own.
fn program(home: &TempDir, name: &str, words: &str) -> Result<PathBuf> {
    let path = home.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{words}\n"))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?;
    Ok(path)
}

/// Waits until somebody on the bus answers to a name.
fn await_name(name: &str, program: &mut Background, variables: &[(&'static str, String)]) -> Result<()> {
    let started = Instant::now();
    loop {
        let mut ask = dressed("dbus-send", variables);
        ask.args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
        ]);
        ask.args(["org.freedesktop.DBus.NameHasOwner", &format!("string:{name}")]);
        if run::answer(ask).is_some_and(|answer| answer.contains("true")) {
            return Ok(());
        }
        if !program.alive() || started.elapsed() > PATIENCE {
            bail!(
                "{name} does not answer; see {}",
                run::relative(&run::log_path(program.name())?)
            );
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn driver(
    program: &str,
    variables: &[(&'static str, String)],
    arguments: impl FnOnce(&mut Command, u16) -> Result<()>,
) -> Result<(Background, String)> {
    let port = ports::free()?;
    let mut command = dressed(program, variables);
    arguments(&mut command, port)?;
    let name = Path::new(program)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut background = Background::start(&format!("stage-{name}"), command)?;
    ports::wait_for(port, PATIENCE, || background.alive())
        .with_context(|| format!("{} does not answer", background.name()))?;
    Ok((background, format!("http://127.0.0.1:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_drivers_answer_and_a_secret_can_be_kept() {
        let missing = [
            "Xvfb",
            "dbus-daemon",
            "gnome-keyring-daemon",
            "chromedriver",
            "WebKitWebDriver",
            "dbus-send",
            "dunst",
        ]
        .into_iter()
        .find(|program| programs::find(program).is_none());
        if missing.is_some() || !setup::tauri_driver_path().is_file() {
            eprintln!(
                "skipped: the stage's programs are not installed here ({})",
                missing.unwrap_or("tauri-driver")
            );
            return;
        }
        let stage = Stage::set().unwrap();
        assert_ne!(stage.chromedriver(), stage.tauri_driver());
        let mut ask = run::command("dbus-send");
        stage.enter(&mut ask);
        ask.args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
        ]);
        ask.args(["org.freedesktop.Secret.Service.ReadAlias", "string:default"]);
        let collection = run::answer(ask).unwrap();
        assert!(
            collection.contains("/org/freedesktop/secrets/collection/"),
            "{collection}"
        );
    }
}
