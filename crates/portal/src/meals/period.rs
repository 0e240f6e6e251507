//! `preview_period` and `change_period`: many days and many children in one act with one receipt.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    families::denied,
    http::{Caller, Input},
    meals::days::{Days, Refusal, refused_view},
    operation::{read, write},
    receipts::issue::{Registrar, issue},
};
use api::{
    ErrorCode,
    meals::{
        ChangePeriod, OnRefused, PeriodDays, PeriodRequest, PeriodView, PreviewPeriod, ReceiptLineView,
        RefusedDayView,
    },
};
use axum::extract::State;
use domain::{
    Cents, ChildId, Instant, ServiceDay,
    meals::ChangeError,
    people::{Actor, Denied, Right},
    time::{days_between, month_of},
};
use http::StatusCode;
use std::collections::BTreeSet;
use storage::{
    StorageError, Tx,
    calendar::{self, Reach},
};

/// Days between the first and the last of a period: a school year fits.
const LONGEST: i64 = 366;
/// Children in one act: more than any family has.
const MOST_CHILDREN: usize = 20;

/// Why a period was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PeriodError {
    /// One of them is not a child whose days this person may change.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No child, or too many.
    #[error("one to {MOST_CHILDREN} children")]
    Children,
    /// Some days cannot be changed, and the person asked for all or nothing.
    #[error("{} days cannot be changed", .0.len())]
    Refused(Vec<RefusedDayView>),
    /// Nothing to change, or longer than a school year.
    #[error("no day can be changed")]
    Empty(Vec<RefusedDayView>),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<PeriodError> for ApiError {
    fn from(error: PeriodError) -> Self {
        match error {
            PeriodError::Denied(denied) => denied.into(),
            PeriodError::Children => Self::invalid("children", PeriodError::Children),
            PeriodError::Refused(refused) => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::DaysRefused,
                "Alcuni giorni non si possono cambiare, quindi non è stato cambiato nulla. Togli quei giorni e riprova.",
            )
            .with("refused", refused),
            PeriodError::Empty(refused) => {
                let error = Self::new(
                    StatusCode::CONFLICT,
                    ErrorCode::EmptyPeriod,
                    "In questo periodo non c'è nessun giorno da cambiare. Scegli altri giorni, al massimo un anno scolastico.",
                );
                if refused.is_empty() { error } else { error.with("refused", refused) }
            }
            PeriodError::Storage(error) => error.into(),
        }
    }
}

/// What a period act would do.
struct Plan {
    changed: Vec<(ChildId, ServiceDay)>,
    refused: Vec<RefusedDayView>,
    amount: Cents,
}

/// What [`change`] would do with the same request; it never refuses for single days but lists them.
pub(crate) fn preview(
    tx: &mut dyn Tx,
    actor: Actor,
    now: Instant,
    request: &PeriodRequest,
) -> Result<PeriodView, PeriodError> {
    let (_, plan) = plan(tx, actor, now, request)?;
    if plan.changed.is_empty() && plan.refused.is_empty() {
        return Err(PeriodError::Empty(Vec::new()));
    }
    Ok(plan.into_view())
}

/// Changes the days in one act.
pub(crate) fn change(
    tx: &mut dyn Tx,
    registrar: Registrar<'_>,
    actor: Actor,
    now: Instant,
    request: &PeriodRequest,
) -> Result<PeriodView, PeriodError> {
    let (days, plan) = plan(tx, actor, now, request)?;
    if request.refused == OnRefused::Stop && !plan.refused.is_empty() {
        return Err(PeriodError::Refused(plan.refused));
    }
    if plan.changed.is_empty() {
        return Err(PeriodError::Empty(plan.refused));
    }
    let receipt = issue(tx, registrar, &days, request.choice, &plan.changed)?;
    Ok(PeriodView {
        receipt: Some(receipt),
        ..plan.into_view()
    })
}

impl Plan {
    fn into_view(self) -> PeriodView {
        let line = |(child, day): &(ChildId, ServiceDay)| ReceiptLineView {
            child: *child,
            day: *day,
        };
        PeriodView {
            receipt: None,
            changed: self.changed.iter().map(line).collect(),
            meals: u32::try_from(self.changed.len()).unwrap_or(u32::MAX),
            refused: self.refused,
            amount: self.amount,
        }
    }
}

fn plan(
    tx: &mut dyn Tx,
    actor: Actor,
    now: Instant,
    request: &PeriodRequest,
) -> Result<(Days, Plan), PeriodError> {
    let children: BTreeSet<ChildId> = request.children.iter().copied().collect();
    if children.is_empty() || children.len() > MOST_CHILDREN {
        return Err(PeriodError::Children);
    }
    let asked = asked(&request.days).ok_or(PeriodError::Empty(Vec::new()))?;
    let (Some(first), Some(last)) = (asked.first().copied(), asked.last().copied()) else {
        return Err(PeriodError::Empty(Vec::new()));
    };
    let rules = calendar::rules(tx, actor.body)?;
    // Whole months: what a meal costs may depend on the month's other meals.
    let range = (month_of(first).0, month_of(last).1);
    let mut days = Days::load(tx, rules, actor, now, Reach::Cancel, range)?;
    days.load_charged(tx, range)?;
    if let Some(child) = children.iter().find(|child| days.child(**child).is_none()) {
        return Err(denied(tx, actor, now, *child, Right::Cancel)?.into());
    }
    let silent = matches!(request.days, PeriodDays::Range { .. });
    let mut plan = Plan {
        changed: Vec::new(),
        refused: Vec::new(),
        amount: Cents::ZERO,
    };
    for child in days.children.iter().filter(|child| children.contains(&child.id)) {
        let mut changed = BTreeSet::new();
        for day in &asked {
            match days.change(child, *day, request.choice) {
                Ok(()) => {
                    changed.insert(*day);
                }
                Err(Refusal::Storage(error)) => return Err(error.into()),
                Err(Refusal::Rule(ChangeError::NoService(_))) if silent => {}
                Err(Refusal::Rule(reason)) => plan.refused.push(refused_view(child.id, *day, reason)),
            }
        }
        plan.amount += days.cost_of_change(child, &changed, request.choice);
        plan.changed
            .extend(changed.into_iter().map(|day| (child.id, day)));
    }
    Ok((days, plan))
}

/// The days asked for, in order and once each; none where they span more than a school year.
fn asked(days: &PeriodDays) -> Option<BTreeSet<ServiceDay>> {
    let (first, last) = match days {
        PeriodDays::Range { first, last } => (*first, *last),
        PeriodDays::List { days } => (*days.iter().min()?, *days.iter().max()?),
    };
    if last.signed_duration_since(first).num_days() > LONGEST {
        return None;
    }
    Some(match days {
        PeriodDays::Range { .. } => days_between(first, last).collect(),
        PeriodDays::List { days } => days.iter().copied().collect(),
    })
}

/// `preview_period`. It changes nothing, so it needs no idempotency key.
pub(crate) async fn handle_preview(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<PeriodRequest>,
) -> ApiResult<PeriodView> {
    read::<PreviewPeriod, _, _>(&app, &caller, move |tx, asking| {
        preview(tx, asking.actor, asking.now, &request)
    })
    .await
}

/// `change_period`.
pub(crate) async fn handle_change(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<PeriodRequest>,
) -> ApiResult<PeriodView> {
    let (registering, asked) = (app.clone(), request.clone());
    write::<ChangePeriod, _, _>(&app, &caller, &request, move |tx, asking| {
        change(tx, Registrar::of(&registering), asking.actor, asking.now, &asked)
    })
    .await
}
