//! What a person paid in a year, for the tax return. Riepilogo dei pagamenti dell'anno.

use domain::{Cents, Instant, ServiceDay};

use crate::DocumentError;

/// One payment of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// The day it was paid.
    pub paid_on: ServiceDay,
    /// What for, as pagoPA carried it.
    pub causale: String,
    /// For which pupil, where the payment was for one: the tax return asks for it.
    pub pupil: Option<String>,
    /// The notice number, 18 digits.
    pub notice_number: String,
    /// What the body received.
    pub amount: Cents,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearStatement {
    /// The calendar year, in which every row must lie.
    pub year: i32,
    /// The body that was paid.
    pub body_name: String,
    /// Its fiscal code.
    pub body_fiscal_code: String,
    /// Who paid.
    pub person_name: String,
    /// Their fiscal code.
    pub person_fiscal_code: String,
    /// The payments; the total is their sum.
    pub rows: Vec<StatementRow>,
    /// When this paper is made; shown as Rome's wall clock.
    pub issued_at: Instant,
}

/// The statement as a PDF/UA-1 file, in Italian.
pub fn year_statement(statement: &YearStatement) -> Result<Vec<u8>, DocumentError> {
    let _ = statement;
    Err(DocumentError::Typeset("not yet".to_owned()))
}
