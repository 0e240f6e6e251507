//! Riconciliazione: what pagoPA holds as paid against the receipts that came here.
//!
//! Three ways lead to a receipt that did not come: a family went to the checkout and nothing was heard ([`pending`]),
//! a flow of transfers names a payment that nobody told us of ([`transfers`]), an operator asks. Each only begins a
//! search; [`recover`] fetches the receipt, within what pagoPA allows, and hands it to the same door as a pushed one.
//! Nothing here credits anything. What nobody can give goes to the office's list.
//!
//! Every step is bounded and can be killed at any moment: what is due stays due.

pub mod accounting;
mod adjust;
mod pending;
mod recover;
mod settle;
mod transfers;

pub use adjust::{AdjustError, Adjustment, adjust};
pub use settle::{SettleError, settle};

use crate::app::App;
use domain::BodyId;
use pagopa::BodyFiscalCode;
use std::collections::BTreeSet;
use storage::{StorageError, bodies, bodies::Body};

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Notices that pagoPA was asked about.
    pub asked: usize,
    /// Of these, paid and without receipt here.
    pub paid_unheard: usize,
    /// Flows that were read.
    pub flows: usize,
    /// Their lines.
    pub lines: usize,
    /// Lines without a receipt.
    pub missing: usize,
    /// Receipts that were fetched.
    pub recovered: usize,
    /// Searches that ended without one: the office has to look.
    pub for_office: usize,
    /// Calls that failed and will be made again.
    pub postponed: usize,
}

impl Report {
    /// Whether anything happened at all.
    pub fn is_quiet(&self) -> bool {
        *self == Self::default()
    }
}

/// How thorough a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// What is due: the job.
    Due,
    /// Flows are asked for now, whenever they were last: the command.
    Now,
}

/// One round over all bodies.
pub async fn round(app: &App, pace: Pace) -> Result<Report, StorageError> {
    let mut report = Report::default();
    pending::ask(app, &mut report).await?;
    transfers::import(app, pace, &mut report).await?;
    recover::fetch(app, &mut report).await?;
    if !report.is_quiet() {
        tracing::info!(?report, "reconciled");
    }
    Ok(report)
}

/// The bodies that share a fiscal code: a caterer may hold the credit of several. Flows and searches are kept in the
/// name of the eldest.
#[derive(Debug, Clone)]
pub(crate) struct Creditor {
    pub(crate) fiscal_code: BodyFiscalCode,
    pub(crate) owner: BodyId,
    pub(crate) bodies: Vec<Body>,
    /// What its numbers begin with.
    pub(crate) segregation_codes: BTreeSet<String>,
}

/// Every creditor with usable settings.
async fn creditors(app: &App) -> Result<Vec<Creditor>, StorageError> {
    let all = app.store.read(|tx| bodies::list(tx)).await?;
    let mut found: Vec<Creditor> = Vec::new();
    for body in all {
        let Ok(gateway) = app.gateways.of(app, &body) else {
            continue;
        };
        let code = gateway.settings.fiscal_code;
        let segregation_code = gateway.settings.segregation_code.to_string();
        if let Some(known) = found.iter_mut().find(|known| known.fiscal_code == code) {
            known.owner = known.owner.min(body.id);
            known.bodies.push(body);
            known.segregation_codes.insert(segregation_code);
        } else {
            found.push(Creditor {
                fiscal_code: code,
                owner: body.id,
                bodies: vec![body],
                segregation_codes: BTreeSet::from([segregation_code]),
            });
        }
    }
    Ok(found)
}

async fn body_of(app: &App, id: BodyId) -> Result<Option<Body>, StorageError> {
    app.store.read(move |tx| bodies::by_id(tx, id)).await
}
