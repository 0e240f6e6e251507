//! `create-body FILE`: a body without its schools yet, or new settings for one.

use super::{Office, runtime};
use crate::{
    clock::SystemChance,
    import::{Folder, Options, run, settings::FILE},
};
use anyhow::{Context as _, Result};
use clap::Args;
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Options of `create-body`.
#[derive(Debug, Args)]
pub struct CreateBody {
    /// The body's `ente.toml`.
    file: PathBuf,
}

impl CreateBody {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let text = std::fs::read(&self.file).with_context(|| self.file.display().to_string())?;
        // A folder that holds nothing but the body's own file.
        let folder = Folder([(FILE.to_owned(), text)].into());
        let (store, now) = (office.store()?, office.clock()?.now());
        let report = runtime()?.block_on(async {
            let report = run(&store, &folder, &Options::default(), now, Arc::new(SystemChance)).await;
            store.close().await;
            report
        })?;
        println!("{report}");
        Ok(ExitCode::SUCCESS)
    }
}
