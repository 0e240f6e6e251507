//! `demo`: everything on this machine, with two invented municipalities and nothing that leaves it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use clap::Args;
use domain::time::instant_in_rome;

use crate::run::{self, Background};
use crate::setup::{self, For};
use crate::tally::seconds;
use crate::{desktop, ports, ui, workspace};

/// The key that the stand-in for pagoPA asks for.
const SANDBOX_KEY: &str = "sandbox-key";
/// The portal's secret at the stand-in for SPID and CIE; it opens nothing but invented people.
const LOGIN_SECRET: &str = "segreto-di-prova:non+protegge%nulla";
const SIGN_INS: &str = "accessi.txt";

/// A family of the samples that shows something.
struct Family {
    body: &'static str,
    place: &'static str,
    badge: &'static str,
    what: &'static str,
}

/// Of the many families of samples/README.md, those with which a visitor sees most.
const FAMILIES: &[Family] = &[
    Family {
        body: "valdarca",
        place: "Valdarca",
        badge: "VD1001",
        what: "due figli in due scuole, limite 9:30 / two children, two schools, cut-off 9:30",
    },
    Family {
        body: "valdarca",
        place: "Valdarca",
        badge: "VD1003",
        what: "tre figli, uno deve due pasti / three children, one owes two meals",
    },
    Family {
        body: "pratolieto",
        place: "Pratolieto",
        badge: "PL1001",
        what: "un portafoglio per famiglia, limite 9:15 / one wallet a family, cut-off 9:15",
    },
    Family {
        body: "pratolieto",
        place: "Pratolieto",
        badge: "PL1003",
        what: "il portafoglio comune è in debito / the shared wallet owes",
    },
];

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
    let options = &Options {
        at: options.at.or_else(|| clock_for_samples(today())),
        ..options.clone()
    };
    let window = desktop::has_screen() && !options.no_window;
    setup::prepare(For::Demo { window })?;
    ui::build(dev)?;
    let mut build = run::cargo();
    build.args([
        "build",
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
    let smtp = ports::free()?;
    sandbox.args(["--smtp-port", &smtp.to_string()]);
    if let Some(at) = options.at {
        let instant = instant_in_rome(at.date(), at.time());
        sandbox.args(["--at", &instant.to_rfc3339_opts(SecondsFormat::Secs, true)]);
    }
    let (sandbox, said) = Background::start_and_hear("sandbox", sandbox)?;
    let outside = said
        .strip_prefix("sandbox ")
        .with_context(|| format!("the stand-ins said {said:?}"))?;

    write_config(&data, port, outside, smtp)?;
    let mut portal = portal_command(&data, options.at);
    portal.arg("serve");
    // Its first line says that it listens.
    let (portal, _) = Background::start_and_hear("portal", portal)?;
    let window = if window {
        Some(desktop::open(Some(&address))?)
    } else {
        None
    };
    welcome((&address, outside), &data, options, started);
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
    std::fs::write(data.join("pagopa.key"), SANDBOX_KEY)?;
    // Nobody listens there yet: importing speaks to no one.
    write_config(&data, 8080, "http://127.0.0.1:9", 9)?;
    for sample in &samples {
        let mut import = portal_command(&data, options.at);
        import.arg("import").arg(sample);
        run::step(&format!("import {}", run::relative(sample)), import)?;
    }
    let sign_ins = sign_ins(&data, options.at)?;
    std::fs::write(data.join(SIGN_INS), sign_ins)?;
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

fn portal_command(data: &Path, at: Option<NaiveDateTime>) -> Command {
    let mut portal = run::command(workspace::built("refettorio-portal"));
    // Settings of a real portal in this terminal's environment are not the demo's.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("REFETTORIO_") {
            portal.env_remove(&name);
        }
    }
    portal.arg("--config").arg(data.join("portal.toml"));
    if let Some(at) = at {
        portal.args(["--clock", &clock_word(at)]);
    }
    portal
}

#[expect(
    clippy::disallowed_methods,
    reason = "only chooses how the demo's own clock is set"
)]
fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}

/// The sample bodies serve meals in the school year 2026/2027 only: on another day the clock is set into it.
fn clock_for_samples(today: NaiveDate) -> Option<NaiveDateTime> {
    let in_year =
        NaiveDate::from_ymd_opt(2026, 9, 14)? <= today && today <= NaiveDate::from_ymd_opt(2027, 6, 8)?;
    if in_year {
        None
    } else {
        NaiveDate::from_ymd_opt(2026, 11, 23)?.and_hms_opt(8, 30, 0)
    }
}

fn clock_word(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Gives each family to try a provisional password, as the office does, and tells them in a list.
fn sign_ins(data: &Path, at: Option<NaiveDateTime>) -> Result<String> {
    let mut list = String::new();
    for family in FAMILIES {
        let mut reset = portal_command(data, at);
        reset.args(["reset-password", "--body", family.body, "--badge", family.badge]);
        let said = run::answer(reset).with_context(|| format!("no password for {}", family.badge))?;
        let password = said.split_whitespace().last().unwrap_or_default();
        writeln!(
            list,
            "    {:<22} {:<8} {password:<25} {}",
            family.place, family.badge, family.what
        )?;
    }
    Ok(list)
}

fn write_config(data: &Path, port: u16, outside: &str, smtp: u16) -> Result<()> {
    let quoted = |path: PathBuf| format!("{:?}", path.display().to_string());
    let key = quoted(data.join("pagopa.key"));
    let mut text = format!(
        "# Written by `cargo xtask demo`, anew at each start.\n\
         listen = \"127.0.0.1:{port}\"\n\
         public_url = \"http://127.0.0.1:{port}\"\n\
         database = {:?}\n\
         signing_key_file = {}\n\
         ui_dir = {}\n\n\
         [pagopa]\n\
         gpd_url = \"{outside}/gpd/debt-positions-service/v1\"\n\
         checkout_url = \"{outside}/checkout/ec/v2\"\n\
         fdr_url = \"{outside}/fdr-org/service/v1\"\n\
         receipts_url = \"{outside}/gpd/payments-receipts-service/v1\"\n\
         biz_events_url = \"{outside}/bizevents/service/v1\"\n\
         checkout_hosts = [\"127.0.0.1\"]\n\n\
         [mail]\n\
         host = \"127.0.0.1\"\n\
         port = {smtp}\n\
         security = \"none\"\n\
         from = \"mensa@refettorio.example.it\"\n\n\
         [sms]\n\
         url = \"{outside}/sandbox/sms\"\n\n\
         [push]\n\
         key_file = {}\n\
         contact = \"mailto:mensa@refettorio.example.it\"\n\
         hosts = [\"{}\"]\n",
        format!("sqlite:{}", data.join("portal.db").display()),
        quoted(data.join("signing.key")),
        quoted(workspace::ui_folder("site")),
        quoted(data.join("push.key")),
        outside.trim_start_matches("http://").trim_end_matches('/'),
    );
    let secret = data.join("login.secret");
    std::fs::write(&secret, LOGIN_SECRET)?;
    for (id, label, more) in [
        ("spid", "Entra con SPID", ""),
        ("cie", "Entra con CIE", "extra_params = { idp_hint = \"cie\" }\n"),
    ] {
        write!(
            text,
            "\n[[login.provider]]\n\
             id = \"{id}\"\n\
             label = \"{label}\"\n\
             kind = \"{id}\"\n\
             issuer = \"{outside}/identita\"\n\
             client_id = \"refettorio\"\n\
             client_secret_file = {}\n\
             {more}\
             acr = {{ request = [\"https://www.spid.gov.it/SpidL2\"], policy = \"require\" }}\n",
            quoted(secret.clone()),
        )?;
    }
    for sample in sample_folders()? {
        let body = sample.file_name().unwrap_or_default().to_string_lossy();
        write!(text, "\n[pagopa.bodies.{body}]\nkey_file = {key}\n")?;
    }
    std::fs::write(data.join("portal.toml"), text)?;
    Ok(())
}

fn welcome((address, outside): (&str, &str), data: &Path, options: &Options, started: Instant) {
    let clock = options.at.map_or_else(String::new, |at| {
        format!(
            "\n  L'orologio parte da / the clock starts at {} (Roma)",
            at.format("%d/%m/%Y %H:%M")
        )
    });
    let sign_ins = std::fs::read_to_string(data.join(SIGN_INS)).unwrap_or_default();
    run::say(&format!(
        "\n  Refettorio: {address}    ({}){clock}\n\n\
         \x20 Per entrare: scegli il Comune, poi badge e password provvisoria. La prima volta ti chiede di cambiarla;\n\
         \x20 se l'hai già cambiata vale la tua (`--fresh` ricomincia da capo).\n\
         \x20 To sign in: choose the municipality, then badge and provisional password, which you change at once;\n\
         \x20 after that your own counts (`--fresh` starts over).\n\n{sign_ins}\n\
         \x20 Oppure, a Valdarca, SPID o CIE: nella pagina che si apre scegli chi sei (Marta Locatelli e Andrea Ferrari, genitori\n\
         \x20 di Sofia e Luca; Samira Haddad e Karim Benali; Mario Rossi, che non è iscritto). Guasti: {outside}/identita\n\
         \x20 Or, at Valdarca, SPID or CIE: on the page that opens pick who you are (Marta Locatelli, Andrea Ferrari, ...).\n\n\
         \x20 Prova / try: «Oggi non mangia» e l'annullo / cancel today's meal and undo; un periodo dal calendario /\n\
         \x20 a period from the calendar; una ricarica, pagata, rifiutata o lasciata a metà / a top-up paid, refused\n\
         \x20 or left halfway. Nessun euro si muove / no money moves. pagoPA di prova, con sportello e guasti /\n\
         \x20 pagoPA's stand-in, with a shop's counter and faults: {outside}\n\
         \x20 Un altro orario / another hour:\n\
         \x20 cargo xtask demo --at 2026-11-23T08:30\n\n\
         \x20 Ctrl-C ferma tutto / stops everything.\n",
        seconds(started.elapsed()),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_time_is_taken_with_and_without_seconds() {
        assert_eq!(
            clock_word(wall_time("2026-11-23T08:30").unwrap()),
            "2026-11-23T08:30:00"
        );
        assert_eq!(
            clock_word(wall_time("2026-11-23T09:29:59").unwrap()),
            "2026-11-23T09:29:59"
        );
        assert!(wall_time("tomorrow").unwrap_err().contains("2026-11-23T08:30"));
    }

    #[test]
    fn the_clock_is_set_only_outside_the_samples_school_year() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(clock_for_samples(day("2026-12-01")), None);
        let set = clock_for_samples(day("2027-08-01")).unwrap();
        assert_eq!(clock_word(set), "2026-11-23T08:30:00");
    }

    #[test]
    fn every_family_to_try_is_of_a_sample_body() {
        let folders = sample_folders().unwrap();
        for family in FAMILIES {
            assert!(
                folders.iter().any(|folder| folder.ends_with(family.body)),
                "{}",
                family.body
            );
            let children = std::fs::read(
                workspace::root()
                    .join("samples")
                    .join(family.body)
                    .join("alunni.csv"),
            )
            .unwrap();
            assert!(
                String::from_utf8_lossy(&children).contains(family.badge),
                "{}",
                family.badge
            );
        }
    }
}
