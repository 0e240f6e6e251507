//! `refettorio-sandbox`: the stand-ins as a program of its own.

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Parser;
use sandbox::{Options, Sandbox};
use std::{io::Write, path::PathBuf, time::Duration};
use url::Url;

/// Stand-in for pagoPA on this machine. No money moves; everything is forgotten at the end.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 lets the system choose.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Port on 127.0.0.1 where mail is taken; 0 lets the system choose.
    #[arg(long, default_value_t = 0)]
    smtp_port: u16,
    /// Where the portal takes receipts, such as <http://127.0.0.1:8080/pagopa/station>.
    #[arg(long)]
    receipt_url: Option<Url>,
    /// How a browser reaches this program, where that is not its own address.
    #[arg(long)]
    public_url: Option<Url>,
    /// Subscription key that GPD asks for.
    #[arg(
        long,
        env = "SANDBOX_KEY",
        default_value = "sandbox-key",
        hide_env_values = true
    )]
    key: String,
    /// Fiscal code for which the key is enabled; may be repeated. None means all.
    #[arg(long = "body")]
    bodies: Vec<String>,
    /// Milliseconds before a receipt that was not taken is pushed again.
    #[arg(long, default_value_t = 2_000)]
    retry_ms: u64,
    /// Push every receipt twice.
    #[arg(long)]
    duplicates: bool,
    /// What the clock shows at the start, with a zone: 2026-11-23T08:30:00+01:00.
    #[arg(long)]
    at: Option<DateTime<Utc>>,
    /// File with the instant by which the identity provider goes: the one of a portal's `--clock file:…`.
    #[arg(long)]
    clock_file: Option<PathBuf>,
    /// Fiscal code of a body with a station of its own, which is asked for notices that GPD does not hold; may be
    /// repeated.
    #[arg(long = "station")]
    stations: Vec<String>,
    /// Where that station is; otherwise where receipts go.
    #[arg(long)]
    station_url: Option<Url>,
    /// Header sent along with each call of a station, as name=value; may be repeated.
    #[arg(long = "receipt-header", value_parser = header)]
    receipt_headers: Vec<(String, String)>,
}

fn header(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected name=value".to_owned())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let sandbox = Sandbox::start(Options {
        port: arguments.port,
        smtp_port: arguments.smtp_port,
        receipt_url: arguments.receipt_url,
        public_url: arguments.public_url,
        key: arguments.key,
        bodies: arguments.bodies,
        retry_every: Duration::from_millis(arguments.retry_ms),
        duplicates: arguments.duplicates,
        starts_at: arguments.at,
        clock_file: arguments.clock_file,
        receipt_headers: arguments.receipt_headers,
        stations: arguments.stations,
        station_url: arguments.station_url,
        record: false,
    })
    .await
    .context("the sandbox cannot start")?;
    let mut out = std::io::stdout();
    writeln!(out, "sandbox {}", sandbox.url().as_str().trim_end_matches('/'))?;
    out.flush()?;
    until_told_to_stop().await?;
    sandbox.stop().await.context("the sandbox did not stop cleanly")
}

#[cfg(unix)]
async fn until_told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn until_told_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
