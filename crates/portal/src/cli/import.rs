//! `import FOLDER`: an office's own data.

use super::{Office, runtime};
use crate::{
    clock::SystemChance,
    import::{Folder, Options, run},
};
use anyhow::Result;
use clap::Args;
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Options of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The folder with `ente.toml` and the CSV files.
    folder: PathBuf,
    /// Checks and counts everything, keeps nothing.
    #[arg(long)]
    dry_run: bool,
    /// Gives provisional passwords to families who have none and writes them here, for the letters.
    #[arg(long)]
    letters: Option<PathBuf>,
}

impl Import {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let folder = Folder::open(&self.folder)?;
        let options = Options {
            dry_run: self.dry_run,
            letters: self.letters,
            pagopa: office.settings.pagopa.clone(),
            ..Options::default()
        };
        let (store, now) = (office.store()?, office.clock()?.now());
        let report = runtime()?.block_on(async {
            let report = run(&store, &folder, &options, now, Arc::new(SystemChance)).await;
            store.close().await;
            report
        })?;
        println!("{report}");
        Ok(ExitCode::SUCCESS)
    }
}
