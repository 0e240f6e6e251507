//! `verify-receipt`: by the number, or by the text that a parent brings.

use super::Office;
use crate::{
    clock::SystemChance,
    receipts::{
        signer,
        verify::{by_number, by_text},
    },
};
use anyhow::{Context as _, Result};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Options of `verify-receipt`.
#[derive(Debug, Args)]
pub struct VerifyReceipt {
    /// The number on the receipt, such as CL-0002C-7.
    #[arg(required_unless_present = "text", conflicts_with = "text")]
    number: Option<String>,
    /// A file with the text that a parent brings.
    #[arg(long, requires = "signature")]
    text: Option<PathBuf>,
    /// The signature on it.
    #[arg(long)]
    signature: Option<String>,
}

impl VerifyReceipt {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let key = signer::load_or_create(&office.settings.signing_key_file, &SystemChance)?.verifying_key();
        let finding = match (self.text, self.number) {
            (Some(path), _) => {
                let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                by_text(&key, &text, self.signature.unwrap_or_default().trim())
            }
            (None, number) => {
                let store = office.store()?;
                let number = number.unwrap_or_default();
                let finding = store.read_blocking(move |tx| by_number(tx, &key, &number))?;
                store.close_blocking();
                finding
            }
        };
        for line in &finding.words {
            println!("{line}");
        }
        Ok(if finding.genuine {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
