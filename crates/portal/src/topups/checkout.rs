//! `start_checkout`: a new trip to the checkout with the same notice.
//!
//! Three steps: a transaction that decides and writes the attempt; pagoPA, outside of any transaction; a transaction
//! that notes how far it came. A crash between them leaves a notice that can be tried again: the debt's key follows
//! from the notice, and a cart that nobody opened is nothing.

use super::{
    gateway::Gateway,
    view::{locked_until, view},
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
use domain::{AttemptId, Instant, NoticeId, time::instant_in_rome, topup::TopUpState};
use http::StatusCode;
use pagopa::{
    Causale, NoticeNumber,
    checkout::{Cart, CartNotice, CheckoutError, ReturnUrls},
    gpd::{Debtor, GpdError, NewDebt},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies,
    bodies::Body,
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

/// All that the trip needs, read in one transaction.
#[derive(Clone)]
pub(crate) struct Trip {
    pub(crate) notice: Notice,
    pub(crate) attempt: AttemptId,
    pub(crate) body: Body,
    pub(crate) debtor: notices::Debtor,
}

/// Reads a notice with all that a trip needs.
pub(crate) fn load(tx: &mut dyn Tx, asking: &Asking, begun: Begun) -> Result<Trip, StartCheckoutError> {
    let notice = notices::of_person_by_id(tx, asking.actor, begun.notice)?.ok_or(StartCheckoutError::NotFound)?;
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(StartCheckoutError::NotFound)?;
    Ok(Trip { notice, attempt: begun.attempt, body, debtor: notices::debtor(tx, asking.actor)? })
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
        let begun = Begun { notice: id, attempt: fresh };
        let trip = load(tx, &asking, begun)?;
        may_begin(&trip.notice, asking.now)?;
        keep(tx, &asking, &keyed, &begun)?;
        Ok(trip)
    });
    let trip = trip.await.map_err(|error: StartCheckoutError| ApiError::from(error))?;
    go(&app, trip).await.map(Json)
}

/// Goes to pagoPA with a notice: publishes the debt where that is still to be done, opens a cart, and answers how the
/// top-up stands. What pagoPA refuses is told in `problem`; the notice stays.
pub(crate) async fn go(app: &App, trip: Trip) -> Result<TopUpView, ApiError> {
    let gateway = app.gateways.of(app, &trip.body)?;
    let outcome = match publish(app, &gateway, &trip).await? {
        Ok(()) => open(app, &gateway, &trip).await?,
        Err(problem) => Err(problem),
    };
    let (id, person, body) = (trip.notice.id, trip.notice.person, trip.notice.body);
    let actor = domain::people::Actor { body, person };
    let notice = app.store.read(move |tx| notices::of_person_by_id(tx, actor, id)).await?;
    let notice = notice.ok_or_else(ApiError::not_found)?;
    let mut view = view(&notice, &gateway.settings.fiscal_code.to_string(), app.now());
    match outcome {
        Ok(url) => view.checkout_url = Some(url),
        Err(problem) => view.problem = Some(problem),
    }
    Ok(view)
}

type Outcome<T> = Result<T, ErrorCode>;

async fn publish(app: &App, gateway: &Gateway, trip: &Trip) -> Result<Outcome<()>, ApiError> {
    if trip.notice.state != TopUpState::Preparing {
        return Ok(Ok(()));
    }
    let debt = debt(gateway, trip)?;
    match gateway.gpd.create(&debt).await {
        Ok(_) => {
            let id = trip.notice.id;
            let moved = app.store.write(move |tx| {
                notices::shift(tx, id, TopUpState::Preparing, TopUpState::Payable)
            });
            moved.await.map_err(ApiError::from)?;
            Ok(Ok(()))
        }
        Err(error) => {
            tell("the debt could not be published", &trip.notice, &error);
            Ok(Err(ErrorCode::PaymentUnavailable))
        }
    }
}

fn debt(gateway: &Gateway, trip: &Trip) -> Result<NewDebt, ApiError> {
    let settings = &gateway.settings;
    let day = trip.notice.due_day;
    Ok(NewDebt {
        body: settings.fiscal_code,
        company_name: settings.company_name.clone(),
        debtor: Debtor {
            fiscal_code: trip.debtor.fiscal_code.clone(),
            full_name: trip.debtor.full_name.clone(),
        },
        notice: number(&trip.notice)?,
        amount: trip.notice.amount,
        causale: causale(&trip.notice)?,
        due: instant_in_rome(day, chrono::NaiveTime::MIN),
        expires: false,
        iban: settings.iban.clone(),
        taxonomy: settings.taxonomy.clone(),
    })
}

fn number(notice: &Notice) -> Result<NoticeNumber, ApiError> {
    NoticeNumber::parse(&notice.nav).map(|(number, _)| number).map_err(ApiError::internal)
}

fn causale(notice: &Notice) -> Result<Causale, ApiError> {
    Causale::new(&notice.causale).map_err(ApiError::internal)
}

async fn open(app: &App, gateway: &Gateway, trip: &Trip) -> Result<Outcome<String>, ApiError> {
    // The attempt is written before the cart: a payment can never come from a trip that we know nothing of.
    let (id, attempt, now) = (trip.notice.id, trip.attempt, app.now());
    let written = app.store.write(move |tx| notices::insert_attempt(tx, attempt, id, now));
    written.await.map_err(ApiError::from)?;
    let cart = cart(app, gateway, trip)?;
    match gateway.checkout.open_cart(&cart).await {
        Ok(url) => {
            let moved = app.store.write(move |tx| {
                notices::shift(tx, id, TopUpState::Payable, TopUpState::Verifying)
            });
            moved.await.map_err(ApiError::from)?;
            Ok(Ok(url.into()))
        }
        Err(error) => {
            tell("the checkout could not be opened", &trip.notice, &error);
            note(app, trip.attempt, "errore").await?;
            if matches!(error, CheckoutError::AlreadyPaidOrInProgress(_)) {
                return Ok(Err(paid_or_locked(gateway, &trip.notice).await?));
            }
            Ok(Err(ErrorCode::PaymentUnavailable))
        }
    }
}

/// Checkout says 422 for two different things; GPD knows which.
async fn paid_or_locked(gateway: &Gateway, notice: &Notice) -> Result<ErrorCode, ApiError> {
    let iupd = pagopa::gpd::Iupd::of(gateway.settings.fiscal_code, number(notice)?);
    match gateway.gpd.get(gateway.settings.fiscal_code, &iupd).await {
        Ok(position) if position.status.is_paid() => Ok(ErrorCode::AlreadyPaid),
        Ok(_) | Err(GpdError::NotFound) => Ok(ErrorCode::PaymentInProgress),
        Err(error) => {
            tell("the debt could not be read", notice, &error);
            Ok(ErrorCode::PaymentUnavailable)
        }
    }
}

/// Notes how a trip ended; a hint.
pub(crate) async fn note(app: &App, attempt: AttemptId, word: &'static str) -> Result<(), ApiError> {
    let now = app.now();
    let noted = app.store.write(move |tx| notices::note_return(tx, attempt, word, now));
    noted.await.map_err(ApiError::from)
}

fn cart(app: &App, gateway: &Gateway, trip: &Trip) -> Result<Cart, ApiError> {
    let notice = CartNotice {
        notice: number(&trip.notice)?,
        body: gateway.settings.fiscal_code,
        company_name: gateway.settings.company_name.clone(),
        amount: trip.notice.amount,
        causale: causale(&trip.notice)?,
    };
    let back = |word: &str| {
        let path = format!("/ritorno/{}/{word}", trip.attempt);
        app.settings.public_url.join(&path).map_err(ApiError::internal)
    };
    let returns = ReturnUrls {
        ok: back("ok")?,
        cancel: back("annullato")?,
        error: back("errore")?,
        waiting: back("attesa")?,
    };
    Cart::new(vec![notice], returns).map_err(ApiError::internal)
}

fn tell(what: &str, notice: &Notice, error: &dyn std::error::Error) {
    tracing::warn!(notice = %notice.id, error = %error, "{what}");
}
