//! `verify-ledger`: recomputes what can be recomputed.

use super::Office;
use crate::charging::verify::check;
use anyhow::Result;
use std::process::ExitCode;

#[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
pub(super) fn run(office: &Office) -> Result<ExitCode> {
    let store = office.store()?;
    let report = store.read_blocking(check)?;
    store.close_blocking();
    for failure in &report.failures {
        println!("{failure}");
    }
    println!("{}", report.tally());
    Ok(if report.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
