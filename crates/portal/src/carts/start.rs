//! `start_cart`: one checkout for one to five notices.
//!
//! One transaction decides and keeps which notices and which attempt belong to the key, so that a retry goes on with
//! the same ones; the trip to pagoPA is that of a top-up.

use super::view::view;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Caller, Input},
    idempotency::{Keyed, keep, recall},
    session::{Asking, authenticate},
    topups::{
        trip::{Trip, go},
        view::locked_until,
    },
};
use api::{
    Access, ErrorCode,
    notices::{CartRequest, CartView, StartCart},
};
use axum::{Json, extract::State};
use domain::{AttemptId, Instant, NoticeId, notice::MOST_IN_CART, topup::TopUpState};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies,
    notices::{self, Notice},
};

/// Why there is no checkout.
#[derive(Debug, thiserror::Error)]
pub enum StartCartError {
    /// None, too many, or one twice.
    #[error("{0} notices in a cart, or one of them twice")]
    Wrong(usize),
    /// One of them is not this person's.
    #[error("not this person's notice")]
    NotFound,
    /// Some are paid or withdrawn.
    #[error("{} notices cannot be paid", .0.len())]
    NotPayable(Vec<NoticeId>),
    /// Somebody may be paying one of them now.
    #[error("a payment may be under way until {until}")]
    InProgress {
        /// When it may be tried again.
        until: Instant,
    },
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Who asks, the key, the settings.
    #[error("{0:?}")]
    Refused(ApiError),
}

impl From<StartCartError> for ApiError {
    fn from(error: StartCartError) -> Self {
        match error {
            StartCartError::Wrong(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                ErrorCode::WrongCart,
                &format!("Si pagano insieme da uno a {MOST_IN_CART} avvisi, ognuno una volta sola."),
            ),
            StartCartError::NotFound => Self::not_found(),
            StartCartError::NotPayable(notices) => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::NotPayable,
                "Alcuni avvisi che hai scelto sono già pagati o sono stati ritirati. Toglili e riprova.",
            )
            .with("notices", notices),
            StartCartError::InProgress { until } => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::PaymentInProgress,
                "Un pagamento di uno di questi avvisi può essere ancora in corso. Stiamo verificando: aspetta prima di riprovare.",
            )
            .with("until", until),
            StartCartError::Storage(error) => error.into(),
            StartCartError::Refused(error) => error,
        }
    }
}

impl From<ApiError> for StartCartError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

/// What the key is kept with.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Begun {
    attempt: AttemptId,
}

fn load(
    tx: &mut dyn Tx,
    asking: &Asking,
    ids: &[NoticeId],
    attempt: AttemptId,
) -> Result<Trip, StartCartError> {
    let mut found = Vec::new();
    for id in ids {
        let notice = notices::of_person_by_id(tx, asking.actor, *id)?;
        found.push(notice.ok_or(StartCartError::NotFound)?);
    }
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(StartCartError::NotFound)?;
    Ok(Trip {
        notices: found,
        attempt,
        body,
    })
}

/// Whether a cart of these may set out.
fn may_begin(notices: &[Notice], now: Instant) -> Result<(), StartCartError> {
    let ended: Vec<NoticeId> = notices
        .iter()
        .filter(|notice| matches!(notice.state, TopUpState::Paid | TopUpState::Cancelled))
        .map(|notice| notice.id)
        .collect();
    if !ended.is_empty() {
        return Err(StartCartError::NotPayable(ended));
    }
    let until = notices
        .iter()
        .filter_map(|notice| locked_until(notice, now))
        .max();
    until.map_or(Ok(()), |until| Err(StartCartError::InProgress { until }))
}

/// The first transaction. A retry goes on with the same attempt.
async fn begin(app: &App, caller: &Caller, request: &CartRequest) -> Result<Trip, StartCartError> {
    let ids = request.notices.clone();
    let twice = (1..ids.len()).any(|place| ids[..place].contains(&ids[place]));
    let wrong = ids.is_empty() || ids.len() > MOST_IN_CART || twice;
    let keyed = Keyed::new::<StartCart>(caller.key()?, &caller.path, request)?;
    let fresh = app.fresh(app.now(), AttemptId::from_parts);
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let trip = app.store.write(move |tx| {
        let asking = authenticate(tx, &credentials, Access::Session, clock.now())?;
        if wrong {
            return Err(StartCartError::Wrong(ids.len()));
        }
        if let Some(begun) = recall::<Begun>(tx, &asking, &keyed)? {
            return load(tx, &asking, &ids, begun.attempt);
        }
        let trip = load(tx, &asking, &ids, fresh)?;
        may_begin(&trip.notices, asking.now)?;
        keep(tx, &asking, &keyed, &Begun { attempt: fresh })?;
        Ok(trip)
    });
    trip.await
}

/// `start_cart`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<CartRequest>,
) -> ApiResult<CartView> {
    let trip = begin(&app, &caller, &request).await.map_err(ApiError::from)?;
    let attempt = trip.attempt;
    let arrival = go(&app, trip).await?;
    let (inside, clock) = (app.clone(), Arc::clone(&app.clock));
    let seen = app.store.read(move |tx| {
        let asking = authenticate(tx, &caller.credentials, Access::Session, clock.now())?;
        Ok::<_, ApiError>(view(&inside, tx, &asking, (attempt, &request.notices))?)
    });
    let mut view = seen.await?;
    match arrival.outcome {
        Ok(url) => view.checkout_url = url,
        Err(problem) => view.problem = Some(problem),
    }
    Ok(Json(view))
}
