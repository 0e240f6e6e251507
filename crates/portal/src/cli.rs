//! What an office and an operator type. Each command is a file; `serve` alone listens.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command answers on its terminal"
)]

mod accounting;
mod audit;
mod body;
mod import;
mod issue;
mod ledger;
mod messages;
mod notices;
mod office;
mod password;
mod people;
mod receipt;
mod reconcile;
mod serve;

use crate::{
    App,
    clock::{Chance, Clock, ClockChoice, SystemChance},
    config::{EXAMPLE, LogFormat, Settings},
    logins::Logins,
    openapi, outbox,
    passwords::Passwords,
    receipts::signer,
    topups::{Gateways, gateway},
};
use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use domain::{
    Instant,
    body::{BodyKind, BodySettings, SignInWay},
};
use identity::Hasher;
use std::{
    collections::BTreeMap, fmt::Write as _, io::IsTerminal as _, path::PathBuf, process::ExitCode, sync::Arc,
};
use storage::{
    Options, Store,
    bodies::{self, Body},
};
use tracing_subscriber::EnvFilter;

/// The portal of a school canteen.
#[derive(Debug, Parser)]
#[command(name = "refettorio-portal", version)]
pub struct Arguments {
    /// The configuration; `check-config --example` prints one. Each key can be set by environment too.
    #[arg(long, global = true, env = "REFETTORIO_CONFIG")]
    config: Option<PathBuf>,
    /// The portal's clock: `system`, `2026-11-23T08:30` (Rome; runs on from there), or `file:PATH` for tests.
    #[arg(long, global = true, default_value = "system")]
    clock: ClockChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves families until it is told to stop.
    Serve(serve::Serve),
    /// Brings an office's data in: all of a folder or nothing.
    Import(import::Import),
    /// Asks families to pay: the notices of a CSV file, all or none.
    Issue(issue::Issue),
    /// Withdraws a notice that the office issued.
    Withdraw(issue::Withdraw),
    /// Reads the configuration and says what it means.
    CheckConfig {
        /// Prints a commented example instead.
        #[arg(long)]
        example: bool,
    },
    /// Prints the `OpenAPI` document.
    Openapi,
    /// Recomputes balances, charges and numbers, and says what differs.
    VerifyLedger,
    /// Says whether a receipt is genuine.
    VerifyReceipt(receipt::VerifyReceipt),
    /// Makes a body from its `ente.toml`, or changes its settings.
    CreateBody(body::CreateBody),
    /// Prints a new provisional password for a badge and ends the sessions of its family.
    ResetPassword(password::ResetPassword),
    /// The adults around a child: lists them, adds one, ends one.
    People(people::People),
    /// Who signed in, with what, and who was turned away.
    Audit(audit::Audit),
    /// Leaves notice numbers out, after a backup was restored.
    SkipNotices(notices::SkipNotices),
    /// Compares what pagoPA holds as paid with the receipts that came, now.
    Reconcile(reconcile::Reconcile),
    /// Messages that could not be delivered: lists them, tries them again.
    Messages(messages::Messages),
    /// What somebody must look at: lists it, closes it, credits what only a flow tells of.
    Office(office::Queue),
    /// A table for the accountants: notices, receipts, flows, amounts.
    Accounting(accounting::Accounting),
}

/// Runs a command; the exit code is not zero where it failed or found something wrong.
pub fn run(arguments: Arguments) -> ExitCode {
    match dispatch(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("Errore: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        Command::CheckConfig { example: true } => {
            print!("{EXAMPLE}");
            return Ok(ExitCode::SUCCESS);
        }
        Command::Openapi => {
            println!("{}", openapi::document());
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let env: BTreeMap<String, String> = std::env::vars().collect();
    let settings = Settings::load(arguments.config.as_deref(), &env)?;
    let office = Office {
        settings,
        clock: arguments.clock,
    };
    match arguments.command {
        Command::Serve(serve) => serve.run(office),
        Command::Import(import) => import.run(&office),
        Command::Issue(issue) => issue.run(&office),
        Command::Withdraw(withdraw) => withdraw.run(office),
        Command::VerifyLedger => ledger::run(&office),
        Command::VerifyReceipt(verify) => verify.run(&office),
        Command::CreateBody(create) => create.run(&office),
        Command::ResetPassword(reset) => reset.run(&office),
        Command::People(people) => people.run(&office),
        Command::Audit(audit) => audit.run(&office),
        Command::SkipNotices(skip) => skip.run(office),
        Command::Reconcile(reconcile::Reconcile {}) => reconcile::Reconcile::run(office),
        Command::Messages(messages) => messages.run(&office),
        Command::Office(queue) => queue.run(office),
        Command::Accounting(accounting) => accounting.run(&office),
        Command::CheckConfig { .. } => check(&office),
        Command::Openapi => Ok(ExitCode::SUCCESS),
    }
}

/// What the commands share.
pub(crate) struct Office {
    pub(crate) settings: Settings,
    pub(crate) clock: ClockChoice,
}

impl Office {
    pub(crate) fn clock(&self) -> Result<Arc<dyn Clock>> {
        self.clock.start().context("--clock")
    }

    pub(crate) fn store(&self) -> Result<Store> {
        let target = &self.settings.database;
        Store::open(target, &Options::default()).with_context(|| format!("il database {target} non si apre"))
    }

    /// The whole portal, not yet listening.
    pub(crate) fn assemble(self) -> Result<App> {
        let chance: Arc<dyn Chance> = Arc::new(SystemChance);
        let signer = signer::load_or_create(&self.settings.signing_key_file, &*chance)?;
        let at_once = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(App {
            store: self.store()?,
            clock: self.clock()?,
            passwords: Passwords::new(Hasher::default(), at_once)?,
            chance,
            signer: Arc::new(signer),
            gateways: Gateways::default(),
            logins: Logins::new(&self.settings)?,
            settings: Arc::new(self.settings),
        })
    }
}

/// A runtime for the commands that wait for something.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("tokio")
}

/// The log goes to stderr; what a command answers goes to stdout.
pub(crate) fn start_log(settings: &Settings) -> Result<()> {
    let filter = EnvFilter::try_new(&settings.log.filter).context("log.filter")?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match settings.log.format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("{error}"))
}

/// Says by which ways families can be told.
fn channels(settings: &Settings, code: &mut ExitCode) -> Result<()> {
    let word = |there: bool| if there { "sì" } else { "no" };
    println!(
        "Mail: {}; SMS: {}; notifiche nei browser: {}, su Android: {}, su iPhone: {}; App IO: {}",
        word(settings.mail.is_some()),
        word(settings.sms.is_some()),
        word(settings.push.is_some()),
        word(settings.fcm.is_some()),
        word(settings.apns.is_some()),
        word(settings.io.is_some())
    );
    let runtime = runtime()?;
    let _inside = runtime.enter();
    for error in outbox::from_settings(settings).1 {
        *code = ExitCode::FAILURE;
        println!("Un canale NON funziona: {error}");
    }
    Ok(())
}

fn check(office: &Office) -> Result<ExitCode> {
    let now = office.clock()?.now();
    println!("Configurazione: {}", office.settings.summary(now));
    let signer = signer::load_or_create(&office.settings.signing_key_file, &SystemChance)?;
    println!("Chiave pubblica delle ricevute: {}", signer::public_key(&signer));
    let mut code = ExitCode::SUCCESS;
    let logins = providers(office, now, &mut code)?;
    channels(&office.settings, &mut code)?;
    let store = office.store()?;
    let known = store.read_blocking(|tx| bodies::list(tx))?;
    if known.is_empty() {
        println!("Nessun ente: usa `import CARTELLA` o `create-body FILE`.");
    }
    let writers = office.settings.io.iter().flat_map(|io| io.bodies.keys());
    for slug in writers {
        let is_public = |body: &Body| body.slug == *slug && body.settings.kind == BodyKind::Public;
        if !known.iter().any(is_public) {
            code = ExitCode::FAILURE;
            println!(
                "io.bodies.{slug}: non è un ente pubblico di questo portale; solo un ente pubblico scrive su App IO."
            );
        }
    }
    for body in known {
        let pagopa = match office.settings.pagopa.of(&body.slug, body.pagopa.as_deref()) {
            Ok(None) => "senza pagoPA".to_owned(),
            Ok(Some(settings)) => match gateway::check(&settings) {
                Ok(()) => format!("pagoPA: codice fiscale {}", settings.fiscal_code),
                Err(error) => {
                    code = ExitCode::FAILURE;
                    format!("pagoPA NON funziona: {error}")
                }
            },
            Err(error) => {
                code = ExitCode::FAILURE;
                format!("pagoPA NON funziona: {error}")
            }
        };
        println!("Ente {} ({}): {pagopa}", body.slug, body.name);
        let (ways, missing) = ways(&logins, &body.settings);
        println!("  {ways}");
        if missing {
            code = ExitCode::FAILURE;
        }
    }
    store.close_blocking();
    Ok(code)
}

/// What is known of SPID and CIE, and whether their providers answer.
fn providers(office: &Office, now: Instant, code: &mut ExitCode) -> Result<Logins> {
    let logins = Logins::new(&office.settings)?;
    for one in logins.all() {
        let answers = runtime()?.block_on(one.login().probe(now));
        for (i, line) in one.provider().summary().iter().enumerate() {
            println!("{}{line}", if i == 0 { "" } else { "  " });
        }
        println!("  ritorno da registrare presso il gestore: {}", one.callback());
        match answers {
            Ok(()) => println!("  risponde"),
            Err(error) => {
                *code = ExitCode::FAILURE;
                println!("  NON risponde: {error}");
            }
        }
    }
    Ok(logins)
}

/// How families of a body sign in, and whether a way has nobody behind it.
fn ways(logins: &Logins, settings: &BodySettings) -> (String, bool) {
    let name = |way: &SignInWay| match way {
        SignInWay::Badge => "badge",
        SignInWay::Spid => "SPID",
        SignInWay::Cie => "CIE",
    };
    let names: Vec<_> = settings.sign_in_ways.iter().map(name).collect();
    let mut line = format!("accesso: {}", names.join(", "));
    if let Some(reason) = &settings.badge_reason {
        // Writing to a text cannot fail.
        let _ = write!(line, "; badge perché «{reason}»");
    }
    let missing = logins.missing(&settings.sign_in_ways);
    let names: Vec<_> = missing.iter().map(name).collect();
    if !names.is_empty() {
        let _ = write!(line, "; MANCA [[login.provider]] per {}", names.join(" e "));
    }
    (line, !names.is_empty())
}
