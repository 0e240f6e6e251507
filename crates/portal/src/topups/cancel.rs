//! `cancel_top_up`: withdraws an unpaid notice, at pagoPA first.

use super::{
    gateway::Gateway,
    view::{locked_until, view},
};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    idempotency::{Keyed, keep, recall},
    session::authenticate,
};
use api::{
    Access, ErrorCode,
    topups::{CancelTopUp, TopUpView},
};
use axum::{Json, extract::State};
use domain::{Instant, NoticeId, topup::TopUpState};
use http::StatusCode;
use pagopa::gpd::{GpdError, Iupd};
use std::sync::Arc;
use storage::{StorageError, bodies, notices, receipts};

/// Why it was not withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum CancelTopUpError {
    /// Not a top-up of this person.
    #[error("not this person's top-up")]
    NotFound,
    /// Somebody may be paying it now.
    #[error("a payment may be under way until {until}")]
    InProgress {
        /// When it may be tried again.
        until: Instant,
    },
    /// Paid.
    #[error("it is paid")]
    AlreadyPaid,
    /// pagoPA cannot be reached, so that it could still be paid.
    #[error("pagoPA cannot be reached: {0}")]
    Unavailable(String),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Who asks, the key, the settings.
    #[error("{0:?}")]
    Refused(ApiError),
}

impl From<CancelTopUpError> for ApiError {
    fn from(error: CancelTopUpError) -> Self {
        match error {
            CancelTopUpError::NotFound => Self::not_found(),
            CancelTopUpError::InProgress { until } => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::PaymentInProgress,
                "Un pagamento può essere ancora in corso: potrai annullare la ricarica più tardi.",
            )
            .with("until", until),
            CancelTopUpError::AlreadyPaid => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::AlreadyPaid,
                "Questo avviso risulta pagato: non si può annullare. Il saldo si aggiorna da solo.",
            ),
            CancelTopUpError::Unavailable(detail) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::PaymentUnavailable,
                "pagoPA ora non risponde e la ricarica non è stata annullata. Riprova tra poco.",
            )
            .because(detail),
            CancelTopUpError::Storage(error) => error.into(),
            CancelTopUpError::Refused(error) => error,
        }
    }
}

impl From<ApiError> for CancelTopUpError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

/// `cancel_top_up`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<NoticeId>,
) -> ApiResult<TopUpView> {
    run(&app, &caller, id).await.map(Json).map_err(ApiError::from)
}

/// Makes the debt unpayable at pagoPA.
pub(crate) async fn withdraw(gateway: &Gateway, iupd: &Iupd) -> Result<(), CancelTopUpError> {
    let body = gateway.settings.fiscal_code;
    let unavailable = |error: GpdError| CancelTopUpError::Unavailable(error.to_string());
    match gateway.gpd.invalidate(body, iupd).await {
        // A debt that GPD never heard of cannot be paid either.
        Ok(()) | Err(GpdError::NotFound) => Ok(()),
        Err(GpdError::NotInvalidable(why)) => match gateway.gpd.get(body, iupd).await {
            Ok(position) if position.status.is_paid() => Err(CancelTopUpError::AlreadyPaid),
            Ok(_) => Err(CancelTopUpError::Unavailable(why)),
            Err(error) => Err(unavailable(error)),
        },
        Err(error) => Err(unavailable(error)),
    }
}

async fn run(app: &App, caller: &Caller, id: NoticeId) -> Result<TopUpView, CancelTopUpError> {
    let keyed = Keyed::new::<CancelTopUp>(caller.key()?, &caller.path, &())?;
    let (clock, credentials, mark) = (Arc::clone(&app.clock), caller.credentials.clone(), keyed.clone());
    let seen = app.store.read(move |tx| {
        let asking = authenticate(tx, &credentials, Access::Session, clock.now())?;
        let before = recall::<TopUpView>(tx, &asking, &mark)?;
        let notice = notices::of_person_by_id(tx, asking.actor, id)?
            // What the office issued, the office withdraws.
            .filter(|notice| !notice.kind.is_issued())
            .ok_or(CancelTopUpError::NotFound)?;
        let body = bodies::by_id(tx, asking.actor.body)?.ok_or(CancelTopUpError::NotFound)?;
        Ok::<_, CancelTopUpError>((before, notice, body, asking.now))
    });
    let (before, notice, body, now) = seen.await?;
    if let Some(before) = before {
        return Ok(before);
    }
    match notice.state {
        TopUpState::Paid => return Err(CancelTopUpError::AlreadyPaid),
        TopUpState::Cancelled => {
            let gateway = app.gateways.of(app, &body).map_err(ApiError::from)?;
            return Ok(view(&notice, &gateway.settings.fiscal_code.to_string(), now));
        }
        TopUpState::Preparing | TopUpState::Payable | TopUpState::Verifying => {}
    }
    if let Some(until) = locked_until(&notice, now) {
        return Err(CancelTopUpError::InProgress { until });
    }
    let gateway = app.gateways.of(app, &body).map_err(ApiError::from)?;
    let fiscal_code = gateway.settings.fiscal_code;
    if gateway.settings.station.is_none() {
        withdraw(&gateway, &Iupd::kept(&notice.iupd)).await?;
    }
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let done = app.store.write(move |tx| {
        let asking = authenticate(tx, &credentials, Access::Session, clock.now())?;
        let seen = notices::of_person_by_id(tx, asking.actor, id)?.ok_or(CancelTopUpError::NotFound)?;
        let state = seen.state;
        // A receipt may have come in between: then it is paid, and stays so.
        if state == TopUpState::Paid || receipts::settling(tx, seen.body, &seen.nav)?.is_some() {
            return Err(CancelTopUpError::AlreadyPaid);
        }
        if state != TopUpState::Cancelled {
            notices::shift(tx, id, state, TopUpState::Cancelled)?;
        }
        let notice = notices::of_person_by_id(tx, asking.actor, id)?.ok_or(CancelTopUpError::NotFound)?;
        let view = view(&notice, &fiscal_code.to_string(), asking.now);
        keep(tx, &asking, &keyed, &view)?;
        Ok(view)
    });
    done.await
}
