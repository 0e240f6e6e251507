//! Addebito: at its cut-off each school's day freezes once, and each child who eats is charged one meal.
//!
//! A day is due from the instant at which nothing a family does can change it any more ([`CutOffs::freezes`]) and
//! stays due until it is frozen, however long the portal was down. Days whose cut-off had passed when the body was
//! put into service (`body.created_at`), or when the school was added (the time in its UUIDv7), are never charged:
//! the system before this one did that.
//!
//! [`CutOffs::freezes`]: domain::cutoff::CutOffs::freezes

pub mod freeze;
pub mod verify;

use crate::{app::App, clock::Chance};
use domain::{
    BodyId, Instant, SchoolId, ServiceDay,
    calendar::{NoService, ServiceCalendar},
    cutoff::CutOffs,
    time::{day_in_rome, days_between},
};
use freeze::{Frozen, freeze};
use std::{collections::BTreeSet, sync::Arc};
use storage::{
    StorageError, Store, Tx,
    calendar::{self, Rules},
    meals,
};

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Days of a school that were frozen.
    pub days: u32,
    /// Meals that were charged.
    pub charged: u32,
    /// Children who eat but have no tariff on the day.
    pub without_tariff: u32,
    /// Days that could not be frozen; the next run tries them again.
    pub failed: u32,
}

/// Freezes and charges every day that is due. Safe to run at any time, twice, and by two portals at once.
pub async fn run_due(app: &App) -> Result<Summary, StorageError> {
    run(&app.store, Arc::clone(&app.chance), app.now()).await
}

/// The next instant at which a day falls due; none where no school year has days left.
pub async fn next_due(app: &App) -> Result<Option<Instant>, StorageError> {
    let now = app.now();
    app.store.read(move |tx| next(tx, now)).await
}

/// [`run_due`] without the rest of the portal.
pub async fn run(store: &Store, chance: Arc<dyn Chance>, now: Instant) -> Result<Summary, StorageError> {
    let due = store.read(move |tx| due(tx, now)).await?;
    let mut summary = Summary::default();
    for (body, school, day) in due {
        let chance = Arc::clone(&chance);
        let outcome = store
            .write(move |tx| freeze(tx, &*chance, (body, school, day), now))
            .await;
        match outcome {
            Ok(Frozen::Now {
                charged,
                without_tariff,
            }) => {
                tracing::info!(%school, %day, charged, "a day was frozen and charged");
                for child in &without_tariff {
                    tracing::warn!(%child, %day, "a child eats but has no tariff: nothing was charged");
                }
                summary.days += 1;
                summary.charged += charged;
                summary.without_tariff += u32::try_from(without_tariff.len()).unwrap_or(u32::MAX);
            }
            Ok(Frozen::Before | Frozen::NotDue) => {}
            Err(error) => {
                tracing::error!(%school, %day, %error, "a day could not be frozen; it will be tried again");
                summary.failed += 1;
            }
        }
    }
    Ok(summary)
}

/// Whether anybody at a school could be served: its year, weekdays, holidays and the closures of body and school.
/// Class closures are looked at child by child.
pub(crate) fn school_service(
    calendar: &ServiceCalendar,
    school: SchoolId,
    day: ServiceDay,
) -> Result<(), NoService> {
    // No class has this identity, so that only closures of the body and of the school count.
    let no_class = domain::ClassGroupId::from_parts(0, [0; 10]);
    calendar.class_service(day, school, no_class)
}

/// Whether a day belongs to this portal's service: its cut-off came after the body and the school did.
pub(crate) fn in_service(
    rules: &Rules,
    school: SchoolId,
    cut_offs: &CutOffs,
    day: ServiceDay,
    now: Instant,
) -> bool {
    let millis = i64::try_from(school.uuid().as_u128() >> 80).unwrap_or(i64::MAX);
    let added = Instant::from_timestamp_millis(millis).filter(|added| *added <= now);
    let start = added.map_or(rules.created_at, |added| added.max(rules.created_at));
    cut_offs.freezes(day) > start
}

/// Every (body, school, day) that is due, oldest day first within a school.
fn due(tx: &mut dyn Tx, now: Instant) -> Result<Vec<(BodyId, SchoolId, ServiceDay)>, StorageError> {
    let mut due = Vec::new();
    for body in calendar::bodies(tx)? {
        let rules = calendar::rules(tx, body)?;
        let Some(first) = rules.calendars.iter().map(|calendar| calendar.year.first).min() else {
            continue;
        };
        let first = first.max(day_in_rome(rules.created_at));
        for school in meals::frozen_days(tx, body, first)? {
            let Some(cut_offs) = cut_offs(&rules, school.school) else {
                continue;
            };
            let frozen: BTreeSet<ServiceDay> = school.days.iter().map(|(day, _)| *day).collect();
            // A cut-off may lie days before the day that it closes.
            let ahead = cut_offs.cancel.days_before.min(cut_offs.book.days_before);
            let last = day_in_rome(now) + chrono::Days::new(u64::from(ahead));
            let is_due = |day: &ServiceDay| {
                !frozen.contains(day)
                    && cut_offs.freezes(*day) <= now
                    && in_service(&rules, school.school, &cut_offs, *day, now)
                    && served_or_closed(&rules, school.school, *day)
            };
            due.extend(
                days_between(first, last)
                    .filter(is_due)
                    .map(|day| (body, school.school, day)),
            );
        }
    }
    Ok(due)
}

/// Days on which the office closed the school are frozen too, with no meal: a closure that is taken back later does
/// not charge the past.
pub(crate) fn served_or_closed(rules: &Rules, school: SchoolId, day: ServiceDay) -> bool {
    rules.calendar_on(day).is_some_and(|calendar| {
        matches!(
            school_service(calendar, school, day),
            Ok(()) | Err(NoService::Closure { .. })
        )
    })
}

fn next(tx: &mut dyn Tx, now: Instant) -> Result<Option<Instant>, StorageError> {
    let mut earliest: Option<Instant> = None;
    for body in calendar::bodies(tx)? {
        let rules = calendar::rules(tx, body)?;
        let Some(last) = rules.calendars.iter().map(|calendar| calendar.year.last).max() else {
            continue;
        };
        for school in meals::frozen_days(tx, body, last)? {
            let Some(cut_offs) = cut_offs(&rules, school.school) else {
                continue;
            };
            let freezes = days_between(day_in_rome(now), last)
                .filter(|day| served_or_closed(&rules, school.school, *day))
                .map(|day| cut_offs.freezes(day))
                .find(|freezes| *freezes > now);
            earliest = [earliest, freezes].into_iter().flatten().min();
        }
    }
    Ok(earliest)
}

fn cut_offs(rules: &Rules, school: SchoolId) -> Option<CutOffs> {
    rules
        .cut_offs_of(school)
        .inspect_err(|error| tracing::error!(%school, %error, "a school without cut-offs is never charged"))
        .ok()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
