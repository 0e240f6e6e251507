//! `cancel_meal` and `restore_meal`: one day of one child, with a numbered receipt.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    families::denied,
    http::{Args, Caller},
    meals::days::{Days, Refusal},
    operation::write,
    receipts::issue::{Registrar, issue},
};
use api::{
    ErrorCode,
    meals::{CancelMeal, ReceiptView, RestoreMeal},
};
use axum::extract::State;
use domain::{
    ChildId, Instant, ServiceDay,
    body::Contacts,
    calendar::NoService,
    cutoff::CutOffError,
    meals::{ChangeError, Choice},
    people::{Actor, Denied, Right},
    time::wall_clock_in_rome,
};
use http::StatusCode;
use storage::{
    StorageError, Tx,
    calendar::{self, Reach},
};

/// Why a day was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeMealError {
    /// Not a child whose days this person may change.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The cut-off has passed.
    #[error("too late since {closed_at}")]
    TooLate {
        /// When it passed.
        closed_at: Instant,
        /// Whom to call.
        contacts: Contacts,
    },
    /// Farther ahead than the body allows.
    #[error("acts are taken until {last} only")]
    TooFarAhead {
        /// The last day one may act on today.
        last: ServiceDay,
    },
    /// Nobody cooks.
    #[error("no service on that day")]
    NoService(NoService),
    /// It is so already.
    #[error("already so")]
    AlreadySo {
        /// Receipt number of the act that made it so, where there is one.
        number: Option<String>,
    },
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ChangeMealError> for ApiError {
    fn from(error: ChangeMealError) -> Self {
        let conflict = |code, message: &str| Self::new(StatusCode::CONFLICT, code, message);
        match error {
            ChangeMealError::Denied(denied) => denied.into(),
            ChangeMealError::TooLate { closed_at, contacts } => {
                let wall = wall_clock_in_rome(closed_at).format("%H:%M del %d/%m/%Y");
                let message = format!(
                    "Per questo giorno si poteva cambiare fino alle {wall}. Per un imprevisto chiama l'ufficio: {}.",
                    contacts.phone
                );
                conflict(ErrorCode::TooLate, &message)
                    .with("closed_at", closed_at)
                    .with("phone", contacts.phone)
            }
            ChangeMealError::TooFarAhead { last } => {
                let message = format!(
                    "Oggi puoi cambiare i giorni fino al {}. Riprova più avanti.",
                    last.format("%d/%m/%Y")
                );
                conflict(ErrorCode::TooFarAhead, &message).with("last", last)
            }
            ChangeMealError::NoService(reason) => conflict(
                ErrorCode::NoService,
                "In questo giorno la mensa non c'è: non devi fare nulla.",
            )
            .with("no_service", reason),
            ChangeMealError::AlreadySo { number } => {
                let error = conflict(ErrorCode::AlreadySo, "Il giorno è già così: non devi fare altro.");
                match number {
                    Some(number) => error.with("number", number),
                    None => error,
                }
            }
            ChangeMealError::Storage(error) => error.into(),
        }
    }
}

/// Makes a child's day `wish`, in one act.
pub(crate) fn run(
    tx: &mut dyn Tx,
    registrar: Registrar<'_>,
    actor: Actor,
    now: Instant,
    (child, day): (ChildId, ServiceDay),
    wish: Choice,
) -> Result<ReceiptView, ChangeMealError> {
    let rules = calendar::rules(tx, actor.body)?;
    let days = Days::load(tx, rules, actor, now, Reach::Cancel, (day, day))?;
    let Some(of) = days.child(child) else {
        return Err(denied(tx, actor, now, child, Right::Cancel)?.into());
    };
    days.change(of, day, wish)
        .map_err(|refusal| explain(&days, (child, day), refusal))?;
    Ok(issue(tx, registrar, &days, wish, &[(child, day)])?)
}

fn explain(days: &Days, (child, day): (ChildId, ServiceDay), refusal: Refusal) -> ChangeMealError {
    match refusal {
        Refusal::Storage(error) => ChangeMealError::Storage(error),
        Refusal::Rule(ChangeError::CutOff(CutOffError::TooLate { closed_at })) => ChangeMealError::TooLate {
            closed_at,
            contacts: days.rules.settings.contacts.clone(),
        },
        Refusal::Rule(ChangeError::CutOff(CutOffError::TooFarAhead { last })) => {
            ChangeMealError::TooFarAhead { last }
        }
        Refusal::Rule(ChangeError::NoService(reason)) => ChangeMealError::NoService(reason),
        Refusal::Rule(ChangeError::AlreadySo(_)) => {
            let number = days.said(child, day).map(|said| days.number(said.sequence));
            ChangeMealError::AlreadySo { number }
        }
    }
}

/// `cancel_meal`.
pub(crate) async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Args((child, day)): Args<(ChildId, ServiceDay)>,
) -> ApiResult<ReceiptView> {
    let registering = app.clone();
    write::<CancelMeal, _, _>(&app, &caller, &(), move |tx, asking| {
        let registrar = Registrar::of(&registering);
        run(
            tx,
            registrar,
            asking.actor,
            asking.now,
            (child, day),
            Choice::DoesNotEat,
        )
    })
    .await
}

/// `restore_meal`.
pub(crate) async fn restore(
    State(app): State<App>,
    caller: Caller,
    Args((child, day)): Args<(ChildId, ServiceDay)>,
) -> ApiResult<ReceiptView> {
    let registering = app.clone();
    write::<RestoreMeal, _, _>(&app, &caller, &(), move |tx, asking| {
        let registrar = Registrar::of(&registering);
        run(
            tx,
            registrar,
            asking.actor,
            asking.now,
            (child, day),
            Choice::Eats,
        )
    })
    .await
}
