//! `accounting`: a table of what was paid and transferred, that adds up.

use super::Office;
use crate::reconcile::accounting::{AccountingError, Totals, read, write};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use domain::ServiceDay;
use std::{fs::File, io, path::PathBuf, process::ExitCode};
use storage::bodies;

/// Options of `accounting`.
#[derive(Debug, Args)]
pub struct Accounting {
    /// Short name of the body.
    #[arg(long)]
    body: String,
    /// First day of payment, `2026-11-01`.
    #[arg(long)]
    from: ServiceDay,
    /// Last day of payment, in it.
    #[arg(long)]
    to: ServiceDay,
    /// File to write; on the terminal where absent.
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Accounting {
    #[expect(clippy::print_stderr, reason = "the sums must not stand in the table")]
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let store = office.store()?;
        let slug = self.body.clone();
        let accounts = store.read_blocking(move |tx| {
            let Some(body) = bodies::by_slug(tx, &slug)? else {
                return Ok(None);
            };
            read(tx, body.id, self.from, self.to).map(Some)
        });
        store.close_blocking();
        let accounts = accounts.map_err(|error: AccountingError| error)?;
        let Some(accounts) = accounts else {
            bail!("non c'è nessun ente «{}»", self.body);
        };
        let totals: Totals = match &self.out {
            Some(path) => {
                let file = File::create(path).with_context(|| path.display().to_string())?;
                let totals = write(&accounts, &file)?;
                file.sync_all()?;
                totals
            }
            None => write(&accounts, io::stdout().lock())?,
        };
        eprintln!(
            "{} pagamenti per {} €: riversati {} €, in attesa {} ({} €), differenze {} €",
            totals.receipts,
            totals.paid,
            totals.transferred,
            totals.waiting,
            totals.waiting_amount,
            totals.difference
        );
        if !totals.adds_up() {
            bail!("la tabella non quadra: è un difetto del programma, segnalalo");
        }
        Ok(ExitCode::SUCCESS)
    }
}
