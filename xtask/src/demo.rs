//! `demo`: everything on this machine, with two invented municipalities and nothing that leaves it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::{NaiveDateTime, SecondsFormat};
use clap::Args;
use domain::time::instant_in_rome;

use crate::run::{self, Background};
use crate::setup::{self, For};
use crate::tally::seconds;
use crate::{desktop, ports, ui, workspace};

/// How the demo starts.
#[derive(Args, Clone)]
pub struct Options {
    /// Start the demo's clock at this wall time in Rome, such as 2026-11-23T08:30; it runs on from there, on fresh data.
    #[arg(long, value_parser = wall_time)]
    pub at: Option<NaiveDateTime>,
    /// The portal's port on 127.0.0.1 (8080 when that is free, otherwise one that the system chooses).
    #[arg(long)]
    pub port: Option<u16>,
    /// Do not open the desktop app's window, even where there is a screen.
    #[arg(long)]
    pub no_window: bool,
    /// Throw away what was done in earlier demos.
    #[arg(long)]
    pub fresh: bool,
}

fn wall_time(text: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .ok_or_else(|| "write it as 2026-11-23T08:30".to_owned())
}

/// Sees to what is needed, builds, and runs until Ctrl-C.
pub fn run(options: &Options) -> Result<()> {
    let mut demo = start(options, false)?;
    demo.wait()
}

/// The running programs; dropped, they stop, the portal first.
pub struct Demo {
    window: Option<Background>,
    portal: Background,
    sandbox: Background,
}

impl Demo {
    /// Whether all that must run does; an error names the one that stopped.
    pub fn look(&mut self) -> Result<()> {
        for program in [&mut self.portal, &mut self.sandbox] {
            if let Some(status) = program.ended() {
                if run::interrupted() {
                    return Ok(());
                }
                let log = run::relative(&run::log_path(program.name())?);
                bail!(
                    "the {} stopped ({status}); what it said is in {log}",
                    program.name()
                );
            }
        }
        Ok(())
    }

    fn wait(&mut self) -> Result<()> {
        while !run::interrupted() {
            self.look()?;
            std::thread::sleep(Duration::from_millis(200));
        }
        run::say("\nMi fermo. / Stopping.");
        self.window = None;
        Ok(())
    }
}

/// Builds and starts everything, and says where to look.
pub fn start(options: &Options, dev: bool) -> Result<Demo> {
    let started = Instant::now();
    let window = desktop::has_screen() && !options.no_window;
    setup::prepare(For::Demo { window })?;
    ui::build(dev)?;
    let mut build = run::cargo();
    build.args([
        "build",
        "--locked",
        "--package",
        "refettorio-portal",
        "--package",
        "refettorio-sandbox",
    ]);
    run::step("build the portal and the stand-ins", build)?;
    if window {
        desktop::build()?;
    }
    let data = prepare_data(options)?;
    let port = match options.port {
        Some(port) => port,
        None => ports::free_or(8080)?,
    };
    let address = format!("http://127.0.0.1:{port}");

    let mut sandbox = run::command(workspace::built("refettorio-sandbox"));
    sandbox.args(["--receipt-url", &format!("{address}/pagopa/station")]);
    if let Some(at) = options.at {
        let instant = instant_in_rome(at.date(), at.time());
        sandbox.args(["--at", &instant.to_rfc3339_opts(SecondsFormat::Secs, true)]);
    }
    let (sandbox, said) = Background::start_and_hear("sandbox", sandbox)?;
    let outside = said.rsplit(' ').next().unwrap_or_default().to_owned();

    let config = data.join("portal.toml");
    write_config(&config, &data, port, &outside)?;
    let mut portal = run::command(workspace::built("refettorio-portal"));
    portal.arg("--config").arg(&config).arg("serve");
    if let Some(at) = options.at {
        portal.args(["--clock", &at.format("%Y-%m-%dT%H:%M:%S").to_string()]);
    }
    let mut portal = Background::start("portal", portal)?;
    ports::wait_for(port, Duration::from_mins(1), || portal.alive()).with_context(|| {
        format!(
            "the portal does not answer; what it said is in {}",
            run::log_path("portal").map_or_else(|_| "its log".into(), |log| run::relative(&log))
        )
    })?;
    let window = if window { Some(desktop::open()?) } else { None };
    welcome(&address, options, started);
    Ok(Demo {
        window,
        portal,
        sandbox,
    })
}

/// The demo's folder, with the sample bodies imported; kept from one demo to the next unless the clock was or is set.
fn prepare_data(options: &Options) -> Result<PathBuf> {
    let data = workspace::root().join("data/demo");
    let mark = data.join("imported");
    let samples = sample_folders()?;
    let key = ui::tree_key(&samples)?;
    let keep = !options.fresh
        && options.at.is_none()
        && std::fs::read_to_string(&mark).is_ok_and(|text| text == key);
    if keep {
        return Ok(data);
    }
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let config = data.join("portal.toml");
    write_config(&config, &data, 8080, "http://127.0.0.1:9")?;
    for sample in &samples {
        let mut import = run::command(workspace::built("refettorio-portal"));
        import.arg("--config").arg(&config).arg("import").arg(sample);
        if let Some(at) = options.at {
            import.args(["--clock", &at.format("%Y-%m-%dT%H:%M:%S").to_string()]);
        }
        run::step(&format!("import {}", run::relative(sample)), import)?;
    }
    // Data of a set clock serves that demo only.
    if options.at.is_none() {
        std::fs::write(mark, key)?;
    }
    Ok(data)
}

fn sample_folders() -> Result<Vec<PathBuf>> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(workspace::root().join("samples"))
        .context("there are no sample bodies (samples/)")?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    Ok(folders)
}

fn write_config(file: &Path, data: &Path, port: u16, outside: &str) -> Result<()> {
    let mut out = std::fs::File::create(file)?;
    writeln!(out, "# Written by `cargo xtask demo`, anew at each start.")?;
    writeln!(out, "listen = \"127.0.0.1:{port}\"")?;
    writeln!(out, "public_url = \"http://127.0.0.1:{port}\"")?;
    writeln!(out, "database = \"{}\"", data.join("refettorio.sqlite").display())?;
    writeln!(out, "site = \"{}\"", workspace::ui_folder("site").display())?;
    writeln!(out, "pagopa_url = \"{outside}\"")?;
    Ok(())
}

fn welcome(address: &str, options: &Options, started: Instant) {
    let clock = options.at.map_or_else(String::new, |at| {
        format!(
            "\n  Orologio / clock: {}, ora di Roma, e da lì va avanti / Rome time, running on from there",
            at.format("%d/%m/%Y %H:%M")
        )
    });
    run::say(&format!(
        "\n  Refettorio è pronto / is ready: {address}   (in {}){clock}\n\n{}\n  Ctrl-C ferma tutto / stops everything.\n",
        seconds(started.elapsed()),
        words_to_try()
    ));
}

/// What the sample's own page says about sign-ins, or where it would.
fn words_to_try() -> String {
    std::fs::read_to_string(workspace::root().join("samples/demo.txt")).unwrap_or_default()
}
