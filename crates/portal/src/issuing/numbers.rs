//! Notice numbers for a command: the sequence is the one that families' top-ups count on.

use super::creditor::Creditor;
use crate::{
    config::PagopaSection,
    topups::{
        gateway::{GatewayError, bodies_by},
        is_taken,
    },
};
use pagopa::{NoticeNumber, codes::CodeError};
use storage::{StorageError, Tx, bodies::Body, meals::next_number, notices};

/// Why there is no number.
#[derive(Debug, thiserror::Error)]
pub enum NumberError {
    /// Another body's settings hide whether it shares the sequence.
    #[error("le impostazioni di pagoPA non si leggono: {0}")]
    Gateway(#[from] GatewayError),
    /// The numbers are used up.
    #[error("i numeri degli avvisi sono finiti: {0}")]
    Code(#[from] CodeError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The next notice number of a body; none is ever made twice. Bodies with one creditor count on the eldest's sequence.
pub(crate) fn fresh_number(
    tx: &mut dyn Tx,
    section: &PagopaSection,
    body: &Body,
    creditor: &Creditor,
) -> Result<NoticeNumber, NumberError> {
    let sharing = bodies_by(section, tx, creditor.fiscal_code)??;
    let owner = sharing.iter().map(|body| body.id).min().unwrap_or(body.id);
    loop {
        let sequence = next_number(tx, owner, notices::SEQUENCE)?;
        // Negative only in a database that somebody has written in by hand: then it does not fit either.
        let sequence = u64::try_from(sequence).unwrap_or(u64::MAX);
        let number = NoticeNumber::generate(creditor.segregation_code, sequence)?;
        if !is_taken(tx, &sharing, number)? {
            return Ok(number);
        }
    }
}
