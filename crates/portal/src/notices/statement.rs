//! `get_year_statement`: all that a person paid in a calendar year, for the tax return.
//!
//! A payment for several children is told child by child, because the tax return asks for whom.

use super::{press, view::Beside};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    issuing::{Creditor, CreditorError},
    session::Asking,
};
use api::notices::DocumentView;
use axum::extract::State;
use chrono::NaiveTime;
use documents::{StatementRow, YearStatement};
use domain::{
    Cents, ChildId, NoticeId, ServiceDay,
    time::{day_in_rome, instant_in_rome},
};
use std::collections::HashMap;
use storage::{
    StorageError, Tx, bodies,
    notices::{self, Notice},
    receipts::{self, Payment},
};

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum GetYearStatementError {
    /// This person paid nothing in that year.
    #[error("nothing was paid in that year")]
    NotFound,
    /// The body's pagoPA settings.
    #[error(transparent)]
    Creditor(#[from] CreditorError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetYearStatementError> for ApiError {
    fn from(error: GetYearStatementError) -> Self {
        match error {
            GetYearStatementError::NotFound => Self::not_found(),
            GetYearStatementError::Creditor(error) => Self::internal(error),
            GetYearStatementError::Storage(error) => error.into(),
        }
    }
}

/// What was paid for each child, in the order of the lines; for nobody where a line names none.
fn by_child(notice: &Notice, paid: Cents) -> Vec<(Option<ChildId>, Cents)> {
    let mut sums: Vec<(Option<ChildId>, Cents)> = Vec::new();
    for line in &notice.lines {
        match sums.iter_mut().find(|(child, _)| *child == line.child) {
            Some((_, sum)) => *sum += line.amount,
            None => sums.push((line.child, line.amount)),
        }
    }
    let told: Cents = sums.iter().map(|(_, sum)| *sum).sum();
    match (paid - told).get() {
        // Costs of notification are for no child.
        1.. => sums.push((None, paid - told)),
        0 => {}
        _ => sums = vec![(None, paid)],
    }
    sums
}

fn rows(notice: &Notice, payment: &Payment, beside: &Beside) -> Vec<StatementRow> {
    let pupil = |child: Option<ChildId>| {
        let child = beside.child(child?)?;
        Some(format!("{} {}", child.first_name, child.surname))
    };
    by_child(notice, payment.amount)
        .into_iter()
        .map(|(child, amount)| StatementRow {
            paid_on: day_in_rome(payment.paid_at),
            causale: notice.causale.clone(),
            pupil: pupil(child),
            notice_number: notice.nav.clone(),
            amount,
        })
        .collect()
}

fn paper(
    app: &App,
    tx: &mut dyn Tx,
    asking: &Asking,
    year: i32,
) -> Result<YearStatement, GetYearStatementError> {
    // Years in which no payment can lie are not reckoned with.
    let first = ServiceDay::from_ymd_opt(year, 1, 1).filter(|_| (2000..=2200).contains(&year));
    let next = ServiceDay::from_ymd_opt(year.saturating_add(1), 1, 1);
    let (first, next) = first.zip(next).ok_or(GetYearStatementError::NotFound)?;
    let span = (
        instant_in_rome(first, NaiveTime::MIN),
        instant_in_rome(next, NaiveTime::MIN),
    );
    let mut paid: Vec<Payment> = receipts::payments_of(tx, asking.actor)?;
    paid.retain(|payment| span.0 <= payment.paid_at && payment.paid_at < span.1);
    if paid.is_empty() {
        return Err(GetYearStatementError::NotFound);
    }
    paid.sort_by(|a, b| (a.paid_at, &a.receipt_id).cmp(&(b.paid_at, &b.receipt_id)));
    let notices: HashMap<NoticeId, Notice> = notices::paid_between(tx, asking.actor, span)?
        .into_iter()
        .map(|notice| (notice.id, notice))
        .collect();
    let beside = Beside::load(app, tx, asking)?;
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(GetYearStatementError::NotFound)?;
    let creditor = Creditor::of(&app.settings.pagopa, &body)?;
    let person = notices::debtor(tx, asking.actor)?;
    Ok(YearStatement {
        year,
        body_name: creditor.company_name.as_str().to_owned(),
        body_fiscal_code: creditor.fiscal_code.to_string(),
        person_name: person.full_name,
        person_fiscal_code: person.fiscal_code,
        rows: paid
            .iter()
            .filter_map(|payment| Some(rows(notices.get(&payment.notice)?, payment, &beside)))
            .flatten()
            .collect(),
        issued_at: asking.now,
    })
}

/// `get_year_statement`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(year): Args<i32>,
) -> ApiResult<DocumentView> {
    let inside = app.clone();
    let paper = press::read(&app, &caller, move |tx, asking| paper(&inside, tx, asking, year)).await?;
    press::print(format!("pagamenti-{year}.pdf"), move || {
        documents::year_statement(&paper)
    })
    .await
}
