//! Pagamenti attesi: notices that the office issues, from its CSV to pagoPA.
//!
//! Issuing writes the notice here with its number, in one transaction or not at all; pagoPA hears of it afterwards, by
//! [`publish_due`]. A notice that is issued is never changed: it is withdrawn, and another one is issued. Never names a
//! child to pagoPA.

mod creditor;
mod issue;
mod names;
mod numbers;
mod publish;
mod withdraw;

pub use creditor::{Creditor, CreditorError};
pub use issue::Issue;
pub use publish::publish_due;
pub use withdraw::{WithdrawError, withdraw};

use crate::{
    clock::Chance,
    config::PagopaSection,
    import::{
        ImportError, columns,
        files::{self, Files},
        report::{Findings, Problem, Report},
    },
};
use domain::Instant;
use std::{collections::BTreeMap, sync::Arc};
use storage::{StorageError, Store, Tx, bodies};

/// A file of notices alone, for a body that is there.
pub struct Batch {
    /// Short name of the body.
    pub slug: String,
    /// The file's contents.
    pub csv: Vec<u8>,
    /// What the configuration says of pagoPA.
    pub pagopa: PagopaSection,
    /// Check and count everything, keep nothing.
    pub dry_run: bool,
}

/// Issues the notices of a file: all of them, or none.
pub async fn run(
    store: &Store,
    batch: Batch,
    now: Instant,
    chance: Arc<dyn Chance>,
) -> Result<Report, ImportError> {
    let mut findings = Findings::default();
    let contents = BTreeMap::from([(columns::NOTICES.file.to_owned(), batch.csv.clone())]);
    let files = files::read(&contents, &mut findings);
    let outcome = store
        .write(move |tx| {
            let mut report = write(tx, &batch, &files, findings.clone(), now, &*chance)?;
            report.dry_run = batch.dry_run;
            if batch.dry_run {
                // Undoes it.
                return Err(ImportError::Trial(Box::new(report)));
            }
            Ok(report)
        })
        .await;
    match outcome {
        Err(ImportError::Trial(report)) => Ok(*report),
        other => other,
    }
}

fn write(
    tx: &mut dyn Tx,
    batch: &Batch,
    files: &Files,
    mut findings: Findings,
    now: Instant,
    chance: &dyn Chance,
) -> Result<Report, ImportError> {
    let Some(body) = bodies::by_slug(tx, &batch.slug)? else {
        let message = format!(
            "l'ente «{}» non c'è. I nomi brevi si leggono con check-config.",
            batch.slug
        );
        findings.error(Problem::file(columns::NOTICES.file, message));
        return Err(ImportError::Wrong(findings));
    };
    let mut report = Report {
        body: body.name.clone(),
        dry_run: false,
        counts: BTreeMap::new(),
        warnings: Vec::new(),
    };
    let mut issue = Issue {
        body: &body,
        pagopa: &batch.pagopa,
        rows: &files.notices,
        now,
        chance,
        report: &mut report,
        findings: &mut findings,
    };
    issue
        .run(tx)
        .map_err(|error: StorageError| ImportError::from(error))?;
    findings.sort();
    if !findings.errors.is_empty() {
        return Err(ImportError::Wrong(findings));
    }
    report.warnings = findings.warnings;
    Ok(report)
}
