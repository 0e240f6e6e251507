//! To pagoPA with one to five notices: their debts are published where that is still to be done, one cart is opened.
//!
//! pagoPA is called outside of any transaction; before and after each call a short one writes how far the notices have
//! come. A crash between any two steps leaves notices that can be tried again: a debt's key follows from its notice,
//! the attempt is written before its cart, and a cart whose address nobody got is nothing.

use super::{
    gateway::Gateway,
    publish::{Outcome, causale, number, owner, publish, reload, shift, tell},
    view::locked_until,
};
use crate::{app::App, errors::ApiError};
use api::ErrorCode;
use domain::{AttemptId, Instant, NoticeId, people::Actor, topup::TopUpState};
use pagopa::{
    checkout::{Advice, Cart, CartNotice, ReturnUrls},
    config::PagopaSettings,
    gpd::{Iupd, PositionStatus},
};
use storage::{
    StorageError, Tx, attempts,
    bodies::Body,
    notices::{self, Notice},
    receipts,
};

/// All that a trip needs, read in one transaction.
#[derive(Clone)]
pub(crate) struct Trip {
    /// One to five, of one person and one body.
    pub(crate) notices: Vec<Notice>,
    pub(crate) attempt: AttemptId,
    pub(crate) body: Body,
}

/// How far it came.
pub(crate) struct Arrival {
    /// The notices as they stand now, in the same order.
    pub(crate) notices: Vec<Notice>,
    /// What body and pagoPA agreed on.
    pub(crate) settings: PagopaSettings,
    /// The checkout's address, where one was opened; why none was, where it should have been.
    pub(crate) outcome: Outcome<Option<String>>,
}

/// Goes to the checkout. Notices that are paid or withdrawn go nowhere: a late retry is only told so.
pub(crate) async fn go(app: &App, trip: Trip) -> Result<Arrival, ApiError> {
    arrive(app, trip, true).await
}

/// Only makes the notices payable: they are paid with the printed notice, at a counter, in another app.
pub(crate) async fn make_payable(app: &App, trip: Trip) -> Result<Arrival, ApiError> {
    arrive(app, trip, false).await
}

async fn arrive(app: &App, mut trip: Trip, to_checkout: bool) -> Result<Arrival, ApiError> {
    let gateway = app.gateways.of(app, &trip.body)?;
    let ended = |notice: &&Notice| matches!(notice.state, TopUpState::Paid | TopUpState::Cancelled);
    let outcome = match trip.notices.iter().filter(ended).count() {
        0 => travel(app, &gateway, &mut trip, to_checkout).await?,
        some if some == trip.notices.len() => Ok(None),
        _ => Err(ErrorCode::NotPayable),
    };
    let mut arrived = Vec::new();
    for notice in &trip.notices {
        arrived.push(reload(app, notice).await?);
    }
    Ok(Arrival {
        notices: arrived,
        settings: gateway.settings.clone(),
        outcome,
    })
}

async fn travel(
    app: &App,
    gateway: &Gateway,
    trip: &mut Trip,
    to_checkout: bool,
) -> Result<Outcome<Option<String>>, ApiError> {
    for notice in &mut trip.notices {
        if notice.state == TopUpState::Preparing
            && let Err(problem) = publish(app, gateway, &trip.body, notice).await?
        {
            return Ok(Err(problem));
        }
    }
    if !to_checkout {
        return Ok(Ok(None));
    }
    let cart = cart(app, gateway, trip)?;
    if let Err(problem) = depart(app, trip).await? {
        return Ok(Err(problem));
    }
    Ok(open(app, gateway, trip, &cart).await?.map(Some))
}

/// Writes the attempt before its cart: no payment can come from a trip that we know nothing of, and nobody else may
/// set out meanwhile.
async fn depart(app: &App, trip: &Trip) -> Result<Outcome<()>, ApiError> {
    let (attempt, now) = (trip.attempt, app.now());
    let ids: Vec<NoticeId> = trip.notices.iter().map(|notice| notice.id).collect();
    let Some(actor) = trip.notices.first().map(owner) else {
        return Ok(Err(ErrorCode::WrongCart));
    };
    let departed = app.store.write(move |tx| {
        let mut going = Vec::new();
        for id in &ids {
            match may_depart(tx, actor, *id, (attempt, now))? {
                Ok(notice) => going.push(notice),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        attempts::begin(tx, attempt, actor, &ids, now)?;
        for notice in going {
            notices::shift(tx, notice.id, notice.state, TopUpState::Verifying)?;
        }
        Ok(Ok(()))
    });
    departed.await.map_err(|error: StorageError| error.into())
}

fn may_depart(
    tx: &mut dyn Tx,
    actor: Actor,
    id: NoticeId,
    (attempt, now): (AttemptId, Instant),
) -> Result<Outcome<Notice>, StorageError> {
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
            if receipts::settling(tx, notice.body, &notice.nav)?.is_some() {
                // A receipt is kept and about to be processed.
                Some(ErrorCode::AlreadyPaid)
            } else {
                (!own && locked_until(&notice, now).is_some()).then_some(ErrorCode::PaymentInProgress)
            }
        }
    };
    Ok(problem.map_or(Ok(notice), Err))
}

async fn open(app: &App, gateway: &Gateway, trip: &Trip, cart: &Cart) -> Result<Outcome<String>, ApiError> {
    let error = match gateway.checkout.open_cart(cart).await {
        Ok(url) => return Ok(Ok(url.into())),
        Err(error) => error,
    };
    for notice in &trip.notices {
        tell("the checkout could not be opened", notice, &error);
    }
    ended_unpaid(app, trip.attempt).await?;
    match error.advice() {
        Advice::WaitForTheLock { .. } => {}
        Advice::TryAgain { .. } => return Ok(Err(ErrorCode::PaymentUnavailable)),
        Advice::AskTheOffice => return Ok(Err(ErrorCode::PaymentFault)),
    }
    let mut told = ErrorCode::PaymentInProgress;
    for notice in &trip.notices {
        match paid_or_locked(app, gateway, notice).await? {
            ErrorCode::PaymentInProgress => {}
            // The first that is not merely locked is why none of them could go.
            problem => {
                told = problem;
                break;
            }
        }
    }
    Ok(Err(told))
}

/// A trip that got no further than our door: nothing can be paid by it.
async fn ended_unpaid(app: &App, attempt: AttemptId) -> Result<(), ApiError> {
    let now = app.now();
    let noted = app
        .store
        .write(move |tx| attempts::note_return(tx, attempt, "errore", now));
    noted.await.map_err(ApiError::from)
}

/// Checkout says 422 for several different things; GPD knows which, and of a body's own station we know ourselves.
async fn paid_or_locked(app: &App, gateway: &Gateway, notice: &Notice) -> Result<ErrorCode, ApiError> {
    if gateway.settings.station.is_some() {
        let (body, nav) = (notice.body, notice.nav.clone());
        let settled = app
            .store
            .read(move |tx| receipts::settling(tx, body, &nav))
            .await?;
        return Ok(settled.map_or(ErrorCode::PaymentInProgress, |_| ErrorCode::AlreadyPaid));
    }
    let found = gateway
        .gpd
        .get(gateway.settings.fiscal_code, &Iupd::kept(&notice.iupd))
        .await;
    match found {
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
    let mut notices = Vec::new();
    for notice in &trip.notices {
        notices.push(CartNotice {
            notice: number(notice)?,
            body: gateway.settings.fiscal_code,
            company_name: gateway.settings.company_name.clone(),
            amount: notice.amount,
            causale: causale(notice)?,
        });
    }
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
    Cart::new(notices, returns).map_err(ApiError::internal)
}
