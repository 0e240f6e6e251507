//! A notice becomes payable: its debt is published at GPD, or it simply is where pagoPA asks the body's own station.
//!
//! The debt's key follows from the notice, so that publishing it again finds what stands there.

use super::{
    create::{DUE_DAYS, fresh_number, numbered_by},
    gateway::Gateway,
};
use crate::{app::App, errors::ApiError};
use api::ErrorCode;
use domain::{
    Instant, OfficeItemId,
    people::Actor,
    time::{day_in_rome, instant_in_rome},
    topup::TopUpState,
};
use pagopa::{
    Causale, NoticeNumber,
    config::PagopaSettings,
    gpd::{Debtor, GpdError, Iupd, NewDebt, PositionStatus},
};
use storage::{
    StorageError,
    bodies::Body,
    notices::{self, Notice},
    office::{self, OfficeItem, OfficeKind},
};

/// So many notice numbers are left out where one was taken: more than a day's notices, in case a backup was restored.
const JUMP: u32 = 1_000;

/// A step's result, or what the family is told in `problem`. The notice stays.
pub(crate) type Outcome<T> = Result<T, ErrorCode>;

/// Whose a notice is.
pub(crate) fn owner(notice: &Notice) -> Actor {
    Actor {
        body: notice.body,
        person: notice.person,
    }
}

pub(crate) async fn reload(app: &App, notice: &Notice) -> Result<Notice, ApiError> {
    let (id, actor) = (notice.id, owner(notice));
    let found = app
        .store
        .read(move |tx| notices::of_person_by_id(tx, actor, id))
        .await?;
    found.ok_or_else(ApiError::not_found)
}

pub(crate) async fn shift(
    app: &App,
    notice: &Notice,
    from: TopUpState,
    to: TopUpState,
) -> Result<bool, ApiError> {
    let id = notice.id;
    app.store
        .write(move |tx| notices::shift(tx, id, from, to))
        .await
        .map_err(ApiError::from)
}

/// Publishes the debt of a notice that is being prepared. Where its number belongs to another debt, which happens after
/// a restored backup, it gets a new one, once.
pub(crate) async fn publish(
    app: &App,
    gateway: &Gateway,
    body: &Body,
    notice: &mut Notice,
) -> Result<Outcome<()>, ApiError> {
    if gateway.settings.station.is_some() {
        // pagoPA asks us: there is nobody to tell.
        return told(app, gateway, notice, PositionStatus::Valid).await;
    }
    let actor = owner(notice);
    let debtor = app
        .store
        .read(move |tx| notices::debtor(tx, actor))
        .await
        .map_err(|error: StorageError| ApiError::from(error))?;
    let settings = &gateway.settings;
    let mut created = gateway
        .gpd
        .create(&debt(settings, notice, &debtor, app.now())?)
        .await;
    if let Err(GpdError::NumberTaken(detail)) = &created {
        *notice = renumber(app, gateway, body, notice, detail).await?;
        created = gateway
            .gpd
            .create(&debt(settings, notice, &debtor, app.now())?)
            .await;
    }
    match created {
        Ok(position) => told(app, gateway, notice, position.status).await,
        Err(error) => {
            tell("the debt could not be published", notice, &error);
            Ok(Err(if error.is_passing() {
                ErrorCode::PaymentUnavailable
            } else {
                ErrorCode::PaymentFault
            }))
        }
    }
}

/// pagoPA knows the debt; creating it again may have found what became of it meanwhile.
async fn told(
    app: &App,
    gateway: &Gateway,
    notice: &Notice,
    status: PositionStatus,
) -> Result<Outcome<()>, ApiError> {
    if matches!(status, PositionStatus::Invalid | PositionStatus::Expired) {
        shift(app, notice, TopUpState::Preparing, TopUpState::Cancelled).await?;
        return Ok(Err(ErrorCode::TopUpCancelled));
    }
    let (id, now) = (notice.id, app.now());
    app.store
        .write(move |tx| notices::publish(tx, id, now))
        .await
        .map_err(|error: StorageError| ApiError::from(error))?;
    if status.is_paid() {
        // The receipt is on its way, and it alone credits.
        return Ok(Err(ErrorCode::AlreadyPaid));
    }
    if reload(app, notice).await?.state == TopUpState::Cancelled {
        // The family withdrew it while it was on its way to pagoPA.
        withdraw_after_all(app, gateway, notice).await?;
        return Ok(Err(ErrorCode::TopUpCancelled));
    }
    Ok(Ok(()))
}

async fn withdraw_after_all(app: &App, gateway: &Gateway, notice: &Notice) -> Result<(), ApiError> {
    if gateway.settings.station.is_some() {
        return Ok(());
    }
    let withdrawn = gateway
        .gpd
        .invalidate(gateway.settings.fiscal_code, &Iupd::kept(&notice.iupd))
        .await;
    let Err(error) = withdrawn else {
        return Ok(());
    };
    tell("a withdrawn debt stays payable at pagoPA", notice, &error);
    let now = app.now();
    let item = OfficeItem {
        id: app.fresh(now, OfficeItemId::from_parts),
        body: notice.body,
        kind: OfficeKind::NotWithdrawn,
        about: notice.nav.clone(),
        nav: Some(notice.nav.clone()),
        amount: Some(notice.amount),
        detail:
            "L'avviso è stato annullato qui, ma su pagoPA si può ancora pagare: annullalo nel back office."
                .to_owned(),
        opened_at: now,
        closed: None,
    };
    let opened = app.store.write(move |tx| office::open(tx, &item)).await;
    opened
        .map(drop)
        .map_err(|error: StorageError| ApiError::from(error))
}

async fn renumber(
    app: &App,
    gateway: &Gateway,
    body: &Body,
    notice: &Notice,
    detail: &str,
) -> Result<Notice, ApiError> {
    let (id, body, old) = (notice.id, body.clone(), notice.nav.clone());
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

/// What is owed on a notice, in pagoPA's terms.
pub(crate) fn debt(
    settings: &PagopaSettings,
    notice: &Notice,
    debtor: &notices::Debtor,
    now: Instant,
) -> Result<NewDebt, ApiError> {
    // The last minute of the day in Rome is the same day in UTC, which is what payers are shown.
    let end_of = |day| {
        instant_in_rome(
            day,
            chrono::NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default(),
        )
    };
    let due = end_of(notice.due_day);
    // pagoPA takes no date that has passed; a notice may wait long for its first trip.
    let due = if due > now {
        due
    } else {
        end_of(day_in_rome(now) + chrono::Days::new(DUE_DAYS))
    };
    let taxonomy = if notice.kind.is_issued() {
        &settings.taxonomy.invoice
    } else {
        &settings.taxonomy.top_up
    };
    Ok(NewDebt {
        body: settings.fiscal_code,
        iupd: Iupd::kept(&notice.iupd),
        company_name: settings.company_name.clone(),
        debtor: Debtor {
            fiscal_code: debtor.fiscal_code.clone(),
            full_name: debtor.full_name.clone(),
        },
        notice: number(notice)?,
        amount: notice.amount,
        causale: causale(notice)?,
        due,
        // Whoever pays late has paid: nothing of ours can no longer be paid because a day has passed.
        expires: false,
        iban: settings.iban.clone(),
        taxonomy: taxonomy.clone(),
    })
}

pub(crate) fn number(notice: &Notice) -> Result<NoticeNumber, ApiError> {
    NoticeNumber::parse(&notice.nav)
        .map(|(number, _)| number)
        .map_err(ApiError::internal)
}

pub(crate) fn causale(notice: &Notice) -> Result<Causale, ApiError> {
    Causale::new(&notice.causale).map_err(ApiError::internal)
}

/// The log names notices, never people.
pub(crate) fn tell(what: &str, notice: &Notice, error: &dyn std::error::Error) {
    tracing::warn!(notice = %notice.id, %error, "{what}");
}
