//! `issue` and `withdraw`: the notices that the office asks families to pay.

use super::{Office, runtime};
use crate::{clock::SystemChance, issuing};
use anyhow::{Context as _, Result};
use clap::Args;
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Options of `issue`.
#[derive(Debug, Args)]
pub struct Issue {
    /// Short name of the body.
    #[arg(long)]
    body: String,
    /// The CSV file, as `avvisi.csv` of an import.
    file: PathBuf,
    /// Checks and counts everything, keeps nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Issue {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let csv = std::fs::read(&self.file).with_context(|| self.file.display().to_string())?;
        let batch = issuing::Batch {
            slug: self.body,
            csv,
            pagopa: office.settings.pagopa.clone(),
            dry_run: self.dry_run,
        };
        let (store, now) = (office.store()?, office.clock()?.now());
        let report = runtime()?.block_on(async {
            let report = issuing::run(&store, batch, now, Arc::new(SystemChance)).await;
            store.close().await;
            report
        })?;
        println!("{report}");
        if !self.dry_run {
            println!("Gli avvisi nuovi si possono pagare appena il portale li ha pubblicati su pagoPA.");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Options of `withdraw`.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// Short name of the body.
    #[arg(long)]
    body: String,
    /// The office's own number of the notice.
    #[arg(long)]
    numero: String,
}

impl Withdraw {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: Office) -> Result<ExitCode> {
        let app = office.assemble()?;
        let done = runtime()?.block_on(async {
            let done = issuing::withdraw(&app, &self.body, &self.numero).await;
            app.store.close().await;
            done
        });
        let nav = done.with_context(|| format!("l'avviso «{}» non è stato ritirato", self.numero))?;
        println!(
            "Avviso «{}» ritirato: il codice avviso {nav} non si può più pagare.",
            self.numero
        );
        Ok(ExitCode::SUCCESS)
    }
}
