//! `skip-notices`: after a restored backup, numbers that pagoPA may know already are left out.

use super::Office;
use crate::{errors::ApiError, topups::numbered_by};
use anyhow::{Result, anyhow};
use clap::Args;
use std::process::ExitCode;
use storage::{bodies, notices};

/// Options of `skip-notices`.
#[derive(Debug, Args)]
pub struct SkipNotices {
    /// Short name of the body.
    #[arg(long)]
    body: String,
    /// How many numbers are left out: more than the notices since the backup.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    by: u32,
}

impl SkipNotices {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: Office) -> Result<ExitCode> {
        let app = office.assemble()?;
        let (inside, slug) = (app.clone(), self.body.clone());
        let next = app.store.write_blocking(move |tx| {
            let body = bodies::by_slug(tx, &slug)?.ok_or_else(ApiError::not_found)?;
            let owner = numbered_by(&inside, tx, &body)?;
            Ok::<_, ApiError>(notices::skip_numbers(tx, owner, self.by)?)
        });
        app.store.close_blocking();
        let why = |error: ApiError| {
            error
                .detail
                .unwrap_or_else(|| "l'ente non c'è o non ha pagoPA".to_owned())
        };
        let next = next.map_err(|error| anyhow!("«{}»: {}", self.body, why(error)))?;
        println!(
            "Il prossimo avviso di «{}» avrà il numero di sequenza {next}",
            self.body
        );
        Ok(ExitCode::SUCCESS)
    }
}
