//! What the portal does by itself: it processes receipts that were only kept, freezes and charges each day at its
//! cut-off, makes the office's notices known to pagoPA, compares what was paid, and forgets what has served.

use crate::{
    App, audit, charging, issuing, logins, outbox,
    reconcile::{self, Pace},
    sessions::opening::DEVICE_KNOWN,
    station, telling,
};
use chrono::TimeDelta;
use domain::{Instant, time::day_in_rome};
use std::time::Duration;
use storage::{
    StorageError, Tx, contacts, idempotency, notifications, recoveries, sessions, subscriptions, throttle,
};
use tokio::{sync::watch, time::timeout};

/// The longest nap: a clock that was set by hand, or a day that another portal missed, is noticed within it.
const NAP: Duration = Duration::from_secs(30);
/// The shortest, so that a fault does not become a storm.
const BLINK: Duration = Duration::from_millis(200);

/// How long the answer to a write is kept for a retry, and a failed attempt to sign in for throttling.
const KEPT: TimeDelta = TimeDelta::days(3);
/// For how long after its end an invitation is kept: who made it sees how it ended.
const INVITATIONS_KEPT: TimeDelta = TimeDelta::days(90);
/// How long the office can look up what became of a message.
const MESSAGES_KEPT: TimeDelta = TimeDelta::days(90);
/// A computer that was off for longer is told no old news.
const SHOWN: TimeDelta = TimeDelta::days(4);
/// How often old answers and attempts are looked for.
const SWEEP: TimeDelta = TimeDelta::hours(1);

/// Works until `stopped` turns true. Nothing is lost where it is killed: what is due stays due. What waits for pagoPA
/// waits by itself: a day is charged on time also while pagoPA is slow.
pub async fn run(app: App, stopped: watch::Receiver<bool>) {
    tokio::join!(
        here(app.clone(), stopped.clone()),
        outbox::run(app.clone(), stopped.clone()),
        outside(app, stopped)
    );
}

/// Issues, asks, reconciles.
async fn outside(app: App, mut stopped: watch::Receiver<bool>) {
    let nap = if app.settings.clock_stands_still {
        BLINK
    } else {
        NAP
    };
    while !*stopped.borrow_and_update() {
        // A portal that is to stop does not wait for pagoPA: what was begun can be left anywhere.
        tokio::select! {
            () = round(&app) => {}
            _ = stopped.changed() => return,
        }
        if timeout(nap, stopped.changed())
            .await
            .is_ok_and(|changed| changed.is_err())
        {
            return;
        }
    }
}

async fn round(app: &App) {
    if let Err(error) = issuing::publish_due(app).await {
        tracing::error!(%error, "issued notices could not be read; they will be tried again");
    }
    if let Err(error) = reconcile::round(app, Pace::Due).await {
        tracing::error!(%error, "the reconciliation stopped; it will be tried again");
    }
}

/// What needs nobody else.
async fn here(app: App, mut stopped: watch::Receiver<bool>) {
    let stands_still = app.settings.clock_stands_still;
    let mut swept: Option<Instant> = None;
    while !*stopped.borrow_and_update() {
        let now = app.now();
        if swept.is_none_or(|last| now - last >= SWEEP) {
            swept = Some(now);
            if let Err(error) = sweep(&app, now).await {
                tracing::error!(%error, "what has served could not be forgotten; it will be tried again");
            }
            if let Err(error) = telling::renewal::due(&app).await {
                tracing::error!(%error, "a renewal could not be told; it will be tried again");
            }
        }
        match station::process::due(&app).await {
            Ok(0) => {}
            Ok(left) => tracing::warn!(
                left,
                "receipts wait that cannot be processed: the office must look"
            ),
            Err(error) => tracing::error!(%error, "receipts wait; they will be tried again"),
        }
        if let Err(error) = charging::run_due(&app).await {
            tracing::error!(%error, "what is due could not be read; it will be tried again");
        }
        if let Err(error) = telling::reminders::due(&app).await {
            tracing::error!(%error, "reminders wait; they will be tried again");
        }
        let nap = if stands_still {
            BLINK
        } else {
            until_next(&app).await
        };
        if timeout(nap, stopped.changed())
            .await
            .is_ok_and(|changed| changed.is_err())
        {
            return;
        }
    }
}

async fn until_next(app: &App) -> Duration {
    match charging::next_due(app).await {
        Ok(Some(next)) => (next - app.now()).to_std().unwrap_or(BLINK).clamp(BLINK, NAP),
        Ok(None) | Err(_) => NAP,
    }
}

/// Forgets old answers and attempts, and lines of the audit whose time is over.
async fn sweep(app: &App, now: Instant) -> Result<(), StorageError> {
    let before = now - KEPT;
    let forget = app.store.write(move |tx| {
        Ok((
            idempotency::prune(tx, before)?,
            throttle::prune(tx, before)? + forget_codes(tx, now)?,
            audit::prune(tx, now)?,
            storage::invitations::prune(tx, now - INVITATIONS_KEPT)?,
            storage::outbox::wipe(tx, now, now - MESSAGES_KEPT)?
                + notifications::prune(tx, now, now - SHOWN)?,
            subscriptions::prune(tx, now)?,
            // After logins and subscriptions, which name them.
            sessions::prune(tx, before)?,
        ))
    });
    let (answers, attempts, audited, invitations, messages, devices, sessions) = forget.await?;
    tracing::debug!(
        answers,
        attempts,
        audited,
        invitations,
        messages,
        devices,
        sessions,
        "forgot what has served"
    );
    Ok(())
}

/// Forgets logins, recoveries, sent codes and calendar addresses whose time is over, and devices that nobody has used for
/// long.
fn forget_codes(tx: &mut dyn Tx, now: Instant) -> Result<u64, StorageError> {
    let before = now - KEPT;
    Ok(logins::prune(tx, now)?
        + recoveries::prune(tx, before)?
        + contacts::prune_sent(tx, before)?
        + storage::feeds::end_lost(tx, day_in_rome(now), now)?
        + storage::feeds::prune(tx, before)?
        + throttle::prune_devices(tx, now - DEVICE_KNOWN)?)
}
