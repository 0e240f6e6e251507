//! `reconcile`: what pagoPA holds as paid is compared now, not when it is due.

use super::{Office, runtime};
use crate::reconcile::{Pace, round};
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// Options of `reconcile`.
#[derive(Debug, Args)]
pub struct Reconcile {}

impl Reconcile {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(office: Office) -> Result<ExitCode> {
        let app = office.assemble()?;
        let report = runtime()?.block_on(round(&app, Pace::Now));
        app.store.close_blocking();
        let report = report?;
        println!("Avvisi chiesti a pagoPA: {}", report.asked);
        println!("  di questi pagati, senza ricevuta qui: {}", report.paid_unheard);
        println!("Flussi letti: {}, con {} righe", report.flows, report.lines);
        println!("  righe senza ricevuta: {}", report.missing);
        println!("Ricevute recuperate: {}", report.recovered);
        println!("Passati all'ufficio (`office list`): {}", report.for_office);
        println!("Da richiedere più tardi: {}", report.postponed);
        Ok(if report.postponed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
