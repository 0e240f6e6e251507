//! `start_checkout`: a new trip to the checkout with the same notice.
//!
//! Here a trip begins: one transaction that decides and keeps which notice and which attempt belong to the key, so that
//! a retry goes on with the same ones. [`super::trip`] goes to pagoPA.

use super::{
    trip::{Trip, go},
    view::{arrived, locked_until},
};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    idempotency::{Keyed, keep, recall},
    session::{Asking, authenticate},
};
use api::{
    Access, ErrorCode,
    topups::{StartCheckout, TopUpView},
};
use axum::{Json, extract::State};
use domain::{AttemptId, Instant, NoticeId, topup::TopUpState};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies,
    notices::{self, Notice},
};

/// Why there is no trip.
#[derive(Debug, thiserror::Error)]
pub enum StartCheckoutError {
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
    /// Withdrawn.
    #[error("it was withdrawn")]
    Cancelled,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Who asks, the key, the settings.
    #[error("{0:?}")]
    Refused(ApiError),
}

impl From<StartCheckoutError> for ApiError {
    fn from(error: StartCheckoutError) -> Self {
        let conflict = |code, message| Self::new(StatusCode::CONFLICT, code, message);
        match error {
            StartCheckoutError::NotFound => Self::not_found(),
            StartCheckoutError::InProgress { until } => conflict(
                ErrorCode::PaymentInProgress,
                "Un pagamento di questo avviso può essere ancora in corso. Stiamo verificando: aspetta prima di riprovare.",
            )
            .with("until", until),
            StartCheckoutError::AlreadyPaid => {
                conflict(ErrorCode::AlreadyPaid, "Questo avviso è già pagato: non devi fare altro.")
            }
            StartCheckoutError::Cancelled => {
                conflict(ErrorCode::TopUpCancelled, "Questa ricarica è stata annullata. Fanne una nuova.")
            }
            StartCheckoutError::Storage(error) => error.into(),
            StartCheckoutError::Refused(error) => error,
        }
    }
}

impl From<ApiError> for StartCheckoutError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

/// What the key of a write is kept with: a retry goes on with the same notice and the same attempt.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Begun {
    pub(crate) notice: NoticeId,
    pub(crate) attempt: AttemptId,
}

/// Reads a notice with all that a trip needs.
pub(crate) fn load(tx: &mut dyn Tx, asking: &Asking, begun: Begun) -> Result<Trip, StartCheckoutError> {
    let notice = notices::of_person_by_id(tx, asking.actor, begun.notice)?
        .filter(|notice| !notice.kind.is_issued())
        .ok_or(StartCheckoutError::NotFound)?;
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(StartCheckoutError::NotFound)?;
    Ok(Trip {
        notices: vec![notice],
        attempt: begun.attempt,
        body,
    })
}

/// Whether a trip may begin.
fn may_begin(notice: &Notice, now: Instant) -> Result<(), StartCheckoutError> {
    match notice.state {
        TopUpState::Paid => Err(StartCheckoutError::AlreadyPaid),
        TopUpState::Cancelled => Err(StartCheckoutError::Cancelled),
        _ => locked_until(notice, now).map_or(Ok(()), |until| Err(StartCheckoutError::InProgress { until })),
    }
}

/// `start_checkout`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<NoticeId>,
) -> ApiResult<TopUpView> {
    let keyed = Keyed::new::<StartCheckout>(caller.key()?, &caller.path, &())?;
    let fresh = app.fresh(app.now(), AttemptId::from_parts);
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let trip = app.store.write(move |tx| {
        let asking = authenticate(tx, &credentials, Access::Session, clock.now())?;
        if let Some(begun) = recall::<Begun>(tx, &asking, &keyed)? {
            return load(tx, &asking, begun);
        }
        let begun = Begun {
            notice: id,
            attempt: fresh,
        };
        let trip = load(tx, &asking, begun)?;
        for notice in &trip.notices {
            may_begin(notice, asking.now)?;
        }
        keep(tx, &asking, &keyed, &begun)?;
        Ok(trip)
    });
    let trip = trip
        .await
        .map_err(|error: StartCheckoutError| ApiError::from(error))?;
    let arrival = go(&app, trip).await?;
    arrived(arrival, app.now()).map(Json)
}
