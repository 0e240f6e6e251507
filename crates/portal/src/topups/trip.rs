//! To pagoPA with a notice: the debt is published where that is still to be done, a cart is opened.
//!
//! pagoPA is called outside of any transaction; before and after each call a short one writes how far the notice has
//! come. A crash between any two steps leaves a notice that can be tried again: the debt's key follows from the notice,
//! the attempt is written before its cart, and a cart whose address nobody got is nothing.

use super::{
    create::{DUE_DAYS, fresh_number, numbered_by},
    gateway::Gateway,
    view::{locked_until, view},
};
use crate::{app::App, errors::ApiError};
use api::{ErrorCode, topups::TopUpView};
use domain::{AttemptId, people::Actor, time::day_in_rome, time::instant_in_rome, topup::TopUpState};
use pagopa::{
    Causale, NoticeNumber,
    checkout::{Cart, CartNotice, CheckoutError, ReturnUrls},
    gpd::{Debtor, GpdError, Iupd, NewDebt, PositionStatus},
};
use storage::{
    StorageError, attempts,
    bodies::Body,
    notices::{self, Notice},
};

/// So many notice numbers are left out where one was taken: more than a day's notices, in case a backup was restored.
const JUMP: u32 = 1_000;

/// All that the trip needs, read in one transaction.
#[derive(Clone)]
pub(crate) struct Trip {
    pub(crate) notice: Notice,
    pub(crate) attempt: AttemptId,
    pub(crate) body: Body,
    pub(crate) debtor: notices::Debtor,
}

/// A step's result, or what the family is told in `problem`. The notice stays.
type Outcome<T> = Result<T, ErrorCode>;

/// Goes, and answers how the top-up stands, with the checkout's address where there is one. A notice that is paid or
/// withdrawn goes nowhere: a late retry is only told so.
pub(crate) async fn go(app: &App, mut trip: Trip) -> Result<TopUpView, ApiError> {
    let gateway = app.gateways.of(app, &trip.body)?;
    let outcome = match trip.notice.state {
        TopUpState::Paid | TopUpState::Cancelled => Ok(None),
        TopUpState::Preparing | TopUpState::Payable | TopUpState::Verifying => {
            travel(app, &gateway, &mut trip).await?.map(Some)
        }
    };
    let notice = reload(app, &trip.notice).await?;
    let mut view = view(&notice, &gateway.settings.fiscal_code.to_string(), app.now());
    match outcome {
        Ok(url) => view.checkout_url = url,
        Err(problem) => view.problem = Some(problem),
    }
    Ok(view)
}

async fn travel(app: &App, gateway: &Gateway, trip: &mut Trip) -> Result<Outcome<String>, ApiError> {
    if trip.notice.state == TopUpState::Preparing
        && let Err(problem) = publish(app, gateway, trip).await?
    {
        return Ok(Err(problem));
    }
    let cart = cart(app, gateway, trip)?;
    if let Err(problem) = depart(app, trip).await? {
        return Ok(Err(problem));
    }
    open(app, gateway, trip, &cart).await
}

async fn reload(app: &App, notice: &Notice) -> Result<Notice, ApiError> {
    let (id, actor) = (
        notice.id,
        Actor {
            body: notice.body,
            person: notice.person,
        },
    );
    let found = app
        .store
        .read(move |tx| notices::of_person_by_id(tx, actor, id))
        .await?;
    found.ok_or_else(ApiError::not_found)
}

async fn shift(app: &App, notice: &Notice, from: TopUpState, to: TopUpState) -> Result<bool, ApiError> {
    let id = notice.id;
    app.store
        .write(move |tx| notices::shift(tx, id, from, to))
        .await
        .map_err(ApiError::from)
}

/// Publishes the debt. Where its number belongs to another debt, which happens after a restored backup, it gets a new
/// one, once.
async fn publish(app: &App, gateway: &Gateway, trip: &mut Trip) -> Result<Outcome<()>, ApiError> {
    let mut created = gateway.gpd.create(&debt(app, gateway, trip)?).await;
    if let Err(GpdError::NumberTaken(detail)) = &created {
        trip.notice = renumber(app, gateway, trip, detail).await?;
        created = gateway.gpd.create(&debt(app, gateway, trip)?).await;
    }
    match created {
        Ok(position) => published(app, gateway, &trip.notice, position.status).await,
        Err(error) => {
            tell("the debt could not be published", &trip.notice, &error);
            Ok(Err(ErrorCode::PaymentUnavailable))
        }
    }
}

async fn published(
    app: &App,
    gateway: &Gateway,
    notice: &Notice,
    status: PositionStatus,
) -> Result<Outcome<()>, ApiError> {
    // Creating it again may find what became of it meanwhile.
    if matches!(status, PositionStatus::Invalid | PositionStatus::Expired) {
        shift(app, notice, TopUpState::Preparing, TopUpState::Cancelled).await?;
        return Ok(Err(ErrorCode::TopUpCancelled));
    }
    shift(app, notice, TopUpState::Preparing, TopUpState::Payable).await?;
    if status.is_paid() {
        // The receipt is on its way, and it alone credits.
        return Ok(Err(ErrorCode::AlreadyPaid));
    }
    if reload(app, notice).await?.state == TopUpState::Cancelled {
        // The family withdrew it while it was on its way to pagoPA.
        let withdrawn = gateway
            .gpd
            .invalidate(gateway.settings.fiscal_code, &Iupd::kept(&notice.iupd))
            .await;
        if let Err(error) = withdrawn {
            tell(
                "a withdrawn debt stays payable at pagoPA: withdraw it there",
                notice,
                &error,
            );
        }
        return Ok(Err(ErrorCode::TopUpCancelled));
    }
    Ok(Ok(()))
}

async fn renumber(app: &App, gateway: &Gateway, trip: &Trip, detail: &str) -> Result<Notice, ApiError> {
    let notice = &trip.notice;
    let (id, body, old) = (notice.id, trip.body.clone(), notice.nav.clone());
    let (inside, settings) = (app.clone(), gateway.settings.clone());
    let number = app.store.write(move |tx| {
        let owner = numbered_by(&inside, tx, &body)?;
        notices::skip_numbers(tx, owner, JUMP)?;
        let number = fresh_number(&inside, tx, &body, &settings)?;
        let done = notices::renumber(tx, id, &old, (&number.to_string(), &number.iuv()))?;
        Ok::<_, ApiError>(done.then_some(number))
    });
    if let Some(number) = number.await? {
        tracing::error!(
            notice = %id, taken = notice.nav, fresh = %number, detail,
            "a notice number was taken at pagoPA: the body's sequence jumps ahead"
        );
    }
    reload(app, notice).await
}

fn debt(app: &App, gateway: &Gateway, trip: &Trip) -> Result<NewDebt, ApiError> {
    let settings = &gateway.settings;
    let due = instant_in_rome(trip.notice.due_day, chrono::NaiveTime::MIN);
    let now = app.now();
    // GPD takes no date that has passed; a notice may wait long for its first trip.
    let due = if due > now {
        due
    } else {
        instant_in_rome(
            day_in_rome(now) + chrono::Days::new(DUE_DAYS),
            chrono::NaiveTime::MIN,
        )
    };
    Ok(NewDebt {
        body: settings.fiscal_code,
        iupd: Iupd::kept(&trip.notice.iupd),
        company_name: settings.company_name.clone(),
        debtor: Debtor {
            fiscal_code: trip.debtor.fiscal_code.clone(),
            full_name: trip.debtor.full_name.clone(),
        },
        notice: number(&trip.notice)?,
        amount: trip.notice.amount,
        causale: causale(&trip.notice)?,
        due,
        expires: false,
        iban: settings.iban.clone(),
        taxonomy: settings.taxonomy.top_up.clone(),
    })
}

fn number(notice: &Notice) -> Result<NoticeNumber, ApiError> {
    NoticeNumber::parse(&notice.nav)
        .map(|(number, _)| number)
        .map_err(ApiError::internal)
}

fn causale(notice: &Notice) -> Result<Causale, ApiError> {
    Causale::new(&notice.causale).map_err(ApiError::internal)
}

/// Writes the attempt before its cart: no payment can come from a trip that we know nothing of, and nobody else may
/// set out meanwhile.
async fn depart(app: &App, trip: &Trip) -> Result<Outcome<()>, ApiError> {
    let (id, attempt, now) = (trip.notice.id, trip.attempt, app.now());
    let actor = Actor {
        body: trip.notice.body,
        person: trip.notice.person,
    };
    let departed = app.store.write(move |tx| {
        let Some(notice) = notices::of_person_by_id(tx, actor, id)? else {
            return Ok(Err(ErrorCode::NotFound));
        };
        let problem = match notice.state {
            TopUpState::Paid => Some(ErrorCode::AlreadyPaid),
            TopUpState::Cancelled => Some(ErrorCode::TopUpCancelled),
            TopUpState::Preparing => Some(ErrorCode::PaymentUnavailable),
            TopUpState::Payable | TopUpState::Verifying => {
                // A retry whose first answer was lost goes on with its own trip.
                let own = notice
                    .attempt
                    .as_ref()
                    .is_some_and(|last| last.id == attempt && last.returned.is_none());
                (!own && locked_until(&notice, now).is_some()).then_some(ErrorCode::PaymentInProgress)
            }
        };
        if let Some(problem) = problem {
            return Ok(Err(problem));
        }
        attempts::begin(tx, attempt, actor, &[id], now)?;
        notices::shift(tx, id, notice.state, TopUpState::Verifying)?;
        Ok(Ok(()))
    });
    departed.await.map_err(|error: StorageError| error.into())
}

async fn open(app: &App, gateway: &Gateway, trip: &Trip, cart: &Cart) -> Result<Outcome<String>, ApiError> {
    match gateway.checkout.open_cart(cart).await {
        Ok(url) => Ok(Ok(url.into())),
        Err(error) => {
            tell("the checkout could not be opened", &trip.notice, &error);
            ended_unpaid(app, trip.attempt).await?;
            if matches!(error, CheckoutError::AlreadyPaidOrInProgress(_)) {
                return Ok(Err(paid_or_locked(app, gateway, &trip.notice).await?));
            }
            Ok(Err(ErrorCode::PaymentUnavailable))
        }
    }
}

/// A trip that got no further than our door: nothing can be paid by it.
async fn ended_unpaid(app: &App, attempt: AttemptId) -> Result<(), ApiError> {
    let now = app.now();
    let noted = app
        .store
        .write(move |tx| attempts::note_return(tx, attempt, "errore", now));
    noted.await.map_err(ApiError::from)
}

/// Checkout says 422 for several different things; GPD knows which.
async fn paid_or_locked(app: &App, gateway: &Gateway, notice: &Notice) -> Result<ErrorCode, ApiError> {
    match gateway
        .gpd
        .get(gateway.settings.fiscal_code, &Iupd::kept(&notice.iupd))
        .await
    {
        Ok(position) if position.status.is_paid() => Ok(ErrorCode::AlreadyPaid),
        Ok(position) if matches!(position.status, PositionStatus::Invalid | PositionStatus::Expired) => {
            shift(app, notice, TopUpState::Verifying, TopUpState::Cancelled).await?;
            Ok(ErrorCode::TopUpCancelled)
        }
        Ok(_) => Ok(ErrorCode::PaymentInProgress),
        Err(error) => {
            tell("the debt could not be read", notice, &error);
            Ok(ErrorCode::PaymentUnavailable)
        }
    }
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

/// The log names notices, never people.
fn tell(what: &str, notice: &Notice, error: &dyn std::error::Error) {
    tracing::warn!(notice = %notice.id, %error, "{what}");
}
