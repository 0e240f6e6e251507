//! What a person paid in a year, for the tax return. Riepilogo dei pagamenti dell'anno.

use chrono::Datelike;
use domain::{Cents, Instant, ServiceDay};
use serde::Serialize;

use crate::{
    DocumentError,
    texts::{breakable, date_and_time, digits, groups_of_four, optional, required},
    typeset::{Particulars, Template, typeset},
};

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

/// What the template gets.
#[derive(Serialize)]
struct Values {
    title: String,
    year: i32,
    body_name: String,
    body_fiscal_code: String,
    person_name: String,
    person_fiscal_code: String,
    rows: Vec<Row>,
    pupils: bool,
    total: String,
    issued_at: String,
}

#[derive(Serialize)]
struct Row {
    paid_on: String,
    causale: String,
    pupil: Option<String>,
    notice_number: String,
    amount: String,
}

/// The statement as a PDF/UA-1 file, in Italian.
pub fn year_statement(statement: &YearStatement) -> Result<Vec<u8>, DocumentError> {
    let values = values(statement)?;
    let particulars = Particulars {
        ident: format!(
            "statement {} {} {}",
            statement.year, statement.body_fiscal_code, statement.person_fiscal_code
        ),
        made_at: Some(statement.issued_at),
        pages: 200,
    };
    typeset(Template::Statement, &values, &particulars)
}

fn values(statement: &YearStatement) -> Result<Values, DocumentError> {
    let wide = |field, text: &str, limit| required(field, text, limit).map(|text| breakable(&text));
    let rows = statement.rows.iter().map(|row| {
        if row.paid_on.year() != statement.year {
            return Err(DocumentError::Malformed { field: "paid_on" });
        }
        if row.amount <= Cents::ZERO {
            return Err(DocumentError::Amount);
        }
        Ok(Row {
            paid_on: row.paid_on.format("%d/%m/%Y").to_string(),
            causale: wide("causale", &row.causale, 140)?,
            pupil: optional("pupil", row.pupil.as_deref(), 140)?.map(|name| breakable(&name)),
            notice_number: groups_of_four(&digits("notice_number", &row.notice_number, 18)?),
            amount: row.amount.to_string(),
        })
    });
    let rows = rows.collect::<Result<Vec<_>, DocumentError>>()?;
    Ok(Values {
        title: format!("Pagamenti del {}", statement.year),
        year: statement.year,
        body_name: wide("body_name", &statement.body_name, 140)?,
        body_fiscal_code: digits("body_fiscal_code", &statement.body_fiscal_code, 11)?,
        person_name: wide("person_name", &statement.person_name, 140)?,
        person_fiscal_code: required("person_fiscal_code", &statement.person_fiscal_code, 16)?,
        pupils: rows.iter().any(|row| row.pupil.is_some()),
        rows,
        total: statement
            .rows
            .iter()
            .map(|row| row.amount)
            .sum::<Cents>()
            .to_string(),
        issued_at: date_and_time(statement.issued_at),
    })
}
