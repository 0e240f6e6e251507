//! `get_receipt`: a receipt of one of this family's acts.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    meals::days::Days,
    operation::read,
    receipts::issue,
};
use api::meals::{GetReceipt, ReceiptView};
use axum::extract::State;
use domain::{Instant, ReceiptNumber, ServiceDay, people::Actor, time::day_in_rome};
use storage::{
    StorageError, Tx,
    calendar::{self, Reach},
    meals,
};

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum GetReceiptError {
    /// Not a number, or not one of this family's.
    #[error("no such receipt")]
    NotFound,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetReceiptError> for ApiError {
    fn from(error: GetReceiptError) -> Self {
        match error {
            GetReceiptError::NotFound => Self::not_found(),
            GetReceiptError::Storage(error) => error.into(),
        }
    }
}

/// The receipt, where this person may see every child that it names.
pub(crate) fn run(
    tx: &mut dyn Tx,
    actor: Actor,
    now: Instant,
    number: &str,
) -> Result<ReceiptView, GetReceiptError> {
    let number = ReceiptNumber::parse(number).map_err(|_| GetReceiptError::NotFound)?;
    let rules = calendar::rules(tx, actor.body)?;
    if !rules
        .settings
        .receipt_prefix
        .eq_ignore_ascii_case(number.prefix())
    {
        return Err(GetReceiptError::NotFound);
    }
    let sequence = i64::try_from(number.sequence()).map_err(|_| GetReceiptError::NotFound)?;
    let act = meals::act_of(tx, actor, day_in_rome(now), sequence)?.ok_or(GetReceiptError::NotFound)?;
    let lines = meals::act_lines(tx, act.id)?;
    let range = bounds(&lines).ok_or(GetReceiptError::NotFound)?;
    let days = Days::load(tx, rules, actor, now, Reach::See, range)?;
    let last_word = lines.iter().all(|(child, day)| {
        days.said(*child, *day)
            .is_some_and(|said| said.sequence == act.sequence)
    });
    let mut view = issue::view(&days, act, &lines);
    if !last_word {
        view.undo_until = None;
    }
    Ok(view)
}

fn bounds<T>(lines: &[(T, ServiceDay)]) -> Option<(ServiceDay, ServiceDay)> {
    let days = || lines.iter().map(|(_, day)| *day);
    Some((days().min()?, days().max()?))
}

/// `get_receipt`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(number): Args<String>,
) -> ApiResult<ReceiptView> {
    read::<GetReceipt, _, _>(&app, &caller, move |tx, asking| {
        run(tx, asking.actor, asking.now, &number)
    })
    .await
}
