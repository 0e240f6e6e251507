//! Families that went to the checkout and of which nothing was heard: pagoPA is asked how the debt stands, a few times,
//! ever more rarely. What it says never credits; a paid debt begins the search for its receipt.

use super::{Report, body_of};
use crate::{app::App, topups::LOCK};
use chrono::TimeDelta;
use domain::{Cents, Instant, topup::TopUpState};
use pagopa::gpd::{DebtPosition, GpdError, Iupd, PositionStatus};
use storage::{
    StorageError, notices,
    searches::{self, Asked, MissingReceipt},
};

/// Notices asked about in one round.
const MOST: i64 = 20;
/// After the lock window, and then so long after the time before. After the last one the flows alone tell.
const AGAIN: [TimeDelta; 4] = [
    TimeDelta::hours(1),
    TimeDelta::hours(6),
    TimeDelta::hours(24),
    TimeDelta::hours(72),
];

fn next(asks: i64, now: Instant) -> Option<Instant> {
    let place = usize::try_from(asks).ok()?;
    AGAIN.get(place).map(|wait| now + *wait)
}

pub(super) async fn ask(app: &App, report: &mut Report) -> Result<(), StorageError> {
    let now = app.now();
    let due = app
        .store
        .read(move |tx| searches::to_ask(tx, now, now - LOCK, MOST))
        .await?;
    for notice in due {
        one(app, &notice, report).await?;
    }
    Ok(())
}

async fn one(app: &App, asked: &Asked, report: &mut Report) -> Result<(), StorageError> {
    let Some(body) = body_of(app, asked.body).await? else {
        return Ok(());
    };
    let (id, now) = (asked.id, app.now());
    let again = next(asked.asks, now);
    // Written before the call: a portal that dies in between asks once less, never without end.
    app.store.write(move |tx| searches::asked(tx, id, again)).await?;
    let gateway = match app.gateways.of(app, &body) {
        Ok(gateway) if gateway.settings.station.is_none() => gateway,
        // pagoPA asks such a body; there is nobody to ask back.
        Ok(_) => return Ok(()),
        Err(error) => {
            tracing::warn!(body = body.slug, %error, "pagoPA cannot be asked about a payment");
            return Ok(());
        }
    };
    report.asked += 1;
    let told = gateway
        .gpd
        .get(gateway.settings.fiscal_code, &Iupd::kept(&asked.iupd))
        .await;
    match told {
        Ok(position) => hear(app, asked, &position, again.is_none(), report).await,
        Err(GpdError::NotFound) => {
            tracing::error!(notice = %id, "pagoPA does not know a notice that a family went to pay");
            Ok(())
        }
        Err(error) => {
            report.postponed += 1;
            tracing::warn!(notice = %id, %error, "pagoPA could not be asked about a payment");
            Ok(())
        }
    }
}

async fn hear(
    app: &App,
    asked: &Asked,
    position: &DebtPosition,
    last: bool,
    report: &mut Report,
) -> Result<(), StorageError> {
    let (id, status) = (asked.id, position.status);
    let missing = MissingReceipt {
        body: asked.body,
        iuv: asked.iuv.clone(),
        iur: position.receipt_id.clone(),
        amount: if position.amount > Cents::ZERO {
            position.amount
        } else {
            Cents::ZERO
        },
        since: app.now(),
        tries: 0,
    };
    if status.is_paid() {
        report.paid_unheard += 1;
        return app.store.write(move |tx| searches::miss(tx, &missing)).await;
    }
    let to = match status {
        PositionStatus::Invalid | PositionStatus::Expired => TopUpState::Cancelled,
        _ if last => TopUpState::Payable,
        _ => return Ok(()),
    };
    let moved = app
        .store
        .write(move |tx| notices::shift(tx, id, TopUpState::Verifying, to));
    moved.await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pagopa_is_asked_ever_more_rarely_and_not_for_ever() {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let waits: Vec<_> = (0..4).map(|asks| next(asks, now).unwrap() - now).collect();
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
        assert_eq!(next(4, now), None);
    }
}
