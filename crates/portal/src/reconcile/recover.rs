//! Fetches the receipts that did not come, a few an hour, and hands them to the door of the pushed ones.

use super::{Report, body_of};
use crate::{
    app::App,
    station::{
        process,
        receive::{self, Source},
    },
    topups::gateway::Gateway,
};
use chrono::TimeDelta;
use domain::{FlowId, Instant, OfficeItemId};
use pagopa::receipts::{
    Answer, PushedReceipt,
    recovery::{FoundReceipt, RecoveryError, Wanted},
};
use storage::{
    StorageError,
    bodies::Body,
    flows::{self, MissingReceipt},
    office::{self, OfficeItem, OfficeKind},
};

/// Searches in one round.
const MOST: i64 = 20;
/// Calls an hour that pagoPA allows a body.
const CALLS: i64 = 10;
const HOUR: TimeDelta = TimeDelta::hours(1);
/// After each vain call the next one waits so long; after the last one the office has to look.
const AGAIN: [TimeDelta; 4] = [
    TimeDelta::hours(1),
    TimeDelta::hours(6),
    TimeDelta::hours(24),
    TimeDelta::hours(48),
];

pub(super) async fn fetch(app: &App, report: &mut Report) -> Result<(), StorageError> {
    let now = app.now();
    let due = app.store.read(move |tx| flows::missed(tx, now, MOST)).await?;
    for missing in due {
        one(app, &missing, report).await?;
    }
    Ok(())
}

async fn one(app: &App, missing: &MissingReceipt, report: &mut Report) -> Result<(), StorageError> {
    if came_meanwhile(app, missing).await? {
        return Ok(());
    }
    let Some(body) = body_of(app, missing.body).await? else {
        return Ok(());
    };
    let gateway = match app.gateways.of(app, &body) {
        Ok(gateway) => gateway,
        Err(error) => {
            tracing::warn!(body = body.slug, %error, "a missing receipt cannot be asked for");
            return postpone(app, missing, HOUR).await;
        }
    };
    if gateway.receipts.is_empty() {
        return give_up(app, missing, report).await;
    }
    let mut in_vain = true;
    for source in 0..gateway.receipts.len() {
        match call(app, &body, &gateway, source, missing).await? {
            Heard::Found(found) => return take(app, missing, &found, report).await,
            Heard::Nothing => {}
            Heard::Later(wait) => {
                in_vain = false;
                report.postponed += 1;
                postpone(app, missing, wait).await?;
                break;
            }
        }
    }
    if in_vain {
        try_again(app, missing, report).await?;
    }
    Ok(())
}

/// What a service said.
enum Heard {
    /// The receipt.
    Found(Box<FoundReceipt>),
    /// It has none.
    Nothing,
    /// It cannot say now, or was asked often enough.
    Later(TimeDelta),
}

async fn call(
    app: &App,
    body: &Body,
    gateway: &Gateway,
    source: usize,
    missing: &MissingReceipt,
) -> Result<Heard, StorageError> {
    let (id, owner, now) = (body.id, body.id, app.now());
    let call = app.fresh(now, FlowId::from_parts);
    let allowed = app
        .store
        .write(move |tx| flows::may_call(tx, call, owner, (now - HOUR, now), CALLS));
    if !allowed.await? {
        tracing::info!(body = %id, "this hour's calls for missing receipts are used up");
        return Ok(Heard::Later(HOUR));
    }
    let wanted = Wanted {
        iuv: missing.iuv.clone(),
        iur: missing.iur.clone(),
    };
    let found = gateway.receipts[source]
        .find(gateway.settings.fiscal_code, &wanted)
        .await;
    Ok(match found {
        Ok(found) => Heard::Found(Box::new(found)),
        Err(RecoveryError::NotFound | RecoveryError::NotYet(_) | RecoveryError::NoIur) => Heard::Nothing,
        Err(RecoveryError::AnotherPayment(other)) => {
            tracing::error!(iuv = missing.iuv, "pagoPA gave the receipt of another payment");
            // It is money as well, and the door decides what it is worth.
            keep(app, &other).await?;
            Heard::Nothing
        }
        Err(error) => {
            tracing::warn!(%error, "a missing receipt could not be asked for");
            Heard::Later(HOUR)
        }
    })
}

async fn keep(app: &App, found: &FoundReceipt) -> Result<(), StorageError> {
    let pushed = PushedReceipt {
        id_pa: found.receipt.body_fiscal_code.clone(),
        // Nobody pushed it.
        id_broker_pa: String::new(),
        id_station: String::new(),
        receipt: found.receipt.clone(),
    };
    let answer = receive::keep_read(app, pushed, found.raw.as_bytes(), Source::Recovered).await;
    if let Answer::Ko(fault) = answer {
        // Kept beside the notice, or not kept at all: then the search goes on.
        tracing::warn!(
            fault = fault.code.as_str(),
            "a fetched receipt was not taken as it is"
        );
    }
    process::due(app).await.map(drop)
}

async fn take(
    app: &App,
    missing: &MissingReceipt,
    found: &FoundReceipt,
    report: &mut Report,
) -> Result<(), StorageError> {
    keep(app, found).await?;
    report.recovered += 1;
    tracing::info!(iuv = missing.iuv, "a receipt that had not come was fetched");
    came_meanwhile(app, missing).await.map(drop)
}

/// Whether a receipt for the payment is here now; then the search ends, and the flows that waited for it are told.
async fn came_meanwhile(app: &App, missing: &MissingReceipt) -> Result<bool, StorageError> {
    let (body, iuv, iur) = (missing.body, missing.iuv.clone(), missing.iur.clone());
    let here = app.store.write(move |tx| {
        let notices = flows::notices_of_iuv(tx, &iuv)?;
        let Some(notice) = notices.iter().find(|notice| notice.body == body) else {
            return Ok(false);
        };
        let by_iur = match &iur {
            Some(iur) => flows::receipt_amount(tx, iur)?,
            None => None,
        };
        if let (Some(iur), Some(amount)) = (&iur, by_iur) {
            flows::settle_lines(tx, iur, amount)?;
        } else if iur.is_some() || !flows::has_receipt(tx, notice)? {
            return Ok(false);
        }
        flows::end_search(tx, body, &iuv, true)?;
        Ok(true)
    });
    here.await
}

async fn postpone(app: &App, missing: &MissingReceipt, wait: TimeDelta) -> Result<(), StorageError> {
    let (body, iuv, next) = (missing.body, missing.iuv.clone(), app.now() + wait);
    app.store
        .write(move |tx| flows::postponed(tx, body, &iuv, next))
        .await
}

async fn try_again(app: &App, missing: &MissingReceipt, report: &mut Report) -> Result<(), StorageError> {
    let place = usize::try_from(missing.tries).unwrap_or(usize::MAX);
    let Some(wait) = AGAIN.get(place) else {
        return give_up(app, missing, report).await;
    };
    let (body, iuv, next) = (missing.body, missing.iuv.clone(), app.now() + *wait);
    app.store
        .write(move |tx| flows::tried(tx, body, &iuv, next))
        .await
}

/// Nobody can give it: the office has to look.
async fn give_up(app: &App, missing: &MissingReceipt, report: &mut Report) -> Result<(), StorageError> {
    report.for_office += 1;
    let now = app.now();
    let id = app.fresh(now, OfficeItemId::from_parts);
    let missing = missing.clone();
    let given = app.store.write(move |tx| {
        office::open(tx, &item(id, &missing, now))?;
        flows::end_search(tx, missing.body, &missing.iuv, false)
    });
    given.await
}

fn item(id: OfficeItemId, missing: &MissingReceipt, now: Instant) -> OfficeItem {
    let iur = missing.iur.as_deref().unwrap_or("sconosciuto");
    OfficeItem {
        id,
        body: missing.body,
        kind: OfficeKind::ReceiptMissing,
        about: missing.iuv.clone(),
        nav: None,
        amount: Some(missing.amount),
        detail: format!(
            "pagoPA dice che è stato pagato, ma nessuno può dare la ricevuta. IUV {}, IUR {iur}. Controlla l'accredito \
             sul conto; poi `office settle`, oppure chiedi all'assistenza di pagoPA.",
            missing.iuv
        ),
        opened_at: now,
        closed: None,
    }
}
