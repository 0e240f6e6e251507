//! The office withdraws a notice that it issued: at pagoPA first, so that nobody pays it any more.

use crate::{
    app::App,
    errors::ApiError,
    topups::{
        cancel::{CancelTopUpError, withdraw as invalidate},
        gateway::GatewayError,
        locked_until,
    },
};
use domain::{Instant, time::wall_clock_in_rome, topup::TopUpState};
use pagopa::gpd::Iupd;
use storage::{
    StorageError, bodies,
    notices::{self, Notice},
    receipts,
};

/// Why it was not withdrawn. An Italian sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// No such body.
    #[error("l'ente «{0}» non c'è. I nomi brevi si leggono con check-config.")]
    NoBody(String),
    /// No such notice.
    #[error("l'ente non ha emesso un avviso con il numero «{0}». È la colonna «numero» di avvisi.csv.")]
    NoNotice(String),
    /// Somebody may be paying it now.
    #[error("qualcuno potrebbe essere a metà del pagamento. Riprova dopo le {}.", wall_clock_in_rome(*.0).format("%H:%M"))]
    InProgress(Instant),
    /// It is paid.
    #[error("è già pagato: non si ritira. Un pagamento si restituisce con un bonifico.")]
    AlreadyPaid,
    /// pagoPA cannot be reached, so that it could still be paid.
    #[error("pagoPA non risponde e l'avviso resta da pagare. Riprova tra poco. ({0})")]
    Unavailable(String),
    /// The body's settings.
    #[error("pagoPA non è configurato per questo ente: {0}")]
    Gateway(#[from] GatewayError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CancelTopUpError> for WithdrawError {
    fn from(error: CancelTopUpError) -> Self {
        match error {
            CancelTopUpError::AlreadyPaid => Self::AlreadyPaid,
            CancelTopUpError::InProgress { until } => Self::InProgress(until),
            CancelTopUpError::Storage(error) => error.into(),
            CancelTopUpError::Unavailable(detail) => Self::Unavailable(detail),
            CancelTopUpError::NotFound => Self::Unavailable("404".to_owned()),
            CancelTopUpError::Refused(ApiError { detail, .. }) => {
                Self::Unavailable(detail.unwrap_or_default())
            }
        }
    }
}

/// Withdraws the notice with the office's own number; once withdrawn it stays so. Answers the notice number.
pub async fn withdraw(app: &App, slug: &str, reference: &str) -> Result<String, WithdrawError> {
    let (slug, reference) = (slug.to_owned(), reference.trim().to_uppercase());
    let seen = app.store.read(move |tx| {
        let body = bodies::by_slug(tx, &slug)?.ok_or_else(|| WithdrawError::NoBody(slug.clone()))?;
        let notice = notices::by_reference(tx, body.id, &reference)?
            .ok_or_else(|| WithdrawError::NoNotice(reference.clone()))?;
        Ok::<_, WithdrawError>((body, notice))
    });
    let (body, notice) = seen.await?;
    match notice.state {
        TopUpState::Cancelled => return Ok(notice.nav),
        TopUpState::Paid => return Err(WithdrawError::AlreadyPaid),
        TopUpState::Preparing | TopUpState::Payable | TopUpState::Verifying => {}
    }
    if let Some(until) = locked_until(&notice, app.now()) {
        return Err(WithdrawError::InProgress(until));
    }
    let gateway = app.gateways.of(app, &body)?;
    // Where pagoPA asks the body's own station, the station's answer changes with the row.
    if gateway.settings.station.is_none() {
        invalidate(&gateway, &Iupd::kept(&notice.iupd)).await?;
    }
    let Notice { id, nav, .. } = notice;
    let number = nav.clone();
    let done = app.store.write(move |tx| {
        let notice = notices::by_id(tx, body.id, id)?.ok_or_else(|| WithdrawError::NoNotice(nav.clone()))?;
        // A receipt may have come in between: then it is paid, and stays so.
        if notice.state == TopUpState::Paid || receipts::settling(tx, body.id, &nav)?.is_some() {
            return Err(WithdrawError::AlreadyPaid);
        }
        if notice.state != TopUpState::Cancelled {
            notices::shift(tx, id, notice.state, TopUpState::Cancelled)?;
        }
        Ok(())
    });
    done.await?;
    Ok(number)
}
