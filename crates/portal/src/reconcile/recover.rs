//! Fetches the receipts that did not come, a few an hour, and hands them to the door of the pushed ones.

use super::{Creditor, Report, body_of, creditors};
use crate::{
    app::App,
    station::{
        process,
        receive::{self, Source},
    },
    topups::gateway::Gateway,
};
use chrono::TimeDelta;
use domain::{BodyId, FlowId, Instant, OfficeItemId};
use pagopa::receipts::{
    Answer, PushedReceipt,
    recovery::{FoundReceipt, RecoveryError, Wanted},
};
use storage::{
    StorageError, flows,
    office::{self, OfficeItem, OfficeKind},
    searches::{self, MissingReceipt},
};

/// Searches in one round.
const MOST: i64 = 20;
/// Calls an hour that pagoPA allows a creditor. They are counted here, in the database and by the portal's clock, and
/// nowhere else: a restart forgets nothing, and two portals count together.
const CALLS: i64 = 10;
const HOUR: TimeDelta = TimeDelta::hours(1);
/// After each vain call the next one waits so long; after the last one the office has to look.
const AGAIN: [TimeDelta; 4] = [
    TimeDelta::hours(1),
    TimeDelta::hours(6),
    TimeDelta::hours(24),
    TimeDelta::hours(48),
];

/// A service that cannot even say whether it has the receipt is asked for so long; then the office has to look.
const PATIENCE: TimeDelta = TimeDelta::days(7);

pub(super) async fn fetch(app: &App, report: &mut Report) -> Result<(), StorageError> {
    let now = app.now();
    let read = app.store.read(move |tx| {
        Ok::<_, StorageError>((searches::answered(tx, MOST)?, searches::missed(tx, now, MOST)?))
    });
    let (answered, due) = read.await?;
    for missing in answered {
        // Pushed, or settled by the office, after nobody could give it.
        came_meanwhile(app, &missing).await?;
    }
    if due.is_empty() {
        return Ok(());
    }
    let creditors = creditors(app).await?;
    for missing in due {
        one(app, &creditors, &missing, report).await?;
    }
    Ok(())
}

/// In whose name the calls for a body are counted: bodies that share a fiscal code share its calls.
fn counted_on(creditors: &[Creditor], body: BodyId) -> BodyId {
    let creditor = creditors
        .iter()
        .find(|creditor| creditor.bodies.iter().any(|one| one.id == body));
    creditor.map_or(body, |creditor| creditor.owner)
}

async fn one(
    app: &App,
    creditors: &[Creditor],
    missing: &MissingReceipt,
    report: &mut Report,
) -> Result<(), StorageError> {
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
    let owner = counted_on(creditors, body.id);
    let (mut later, mut used_up) = (None, false);
    for source in 0..gateway.receipts.len() {
        match call(app, owner, &gateway, source, missing).await? {
            Heard::Found(found) => return take(app, missing, &found, report).await,
            Heard::Nothing => {}
            // Another service may have it.
            Heard::Later(wait) => later = Some(wait),
            Heard::UsedUp => {
                (later, used_up) = (Some(HOUR), true);
                break;
            }
        }
    }
    match later {
        None => try_again(app, missing, report).await,
        // Whoever only waits for its turn waits on.
        Some(_) if !used_up && app.now() - missing.since >= PATIENCE => give_up(app, missing, report).await,
        Some(wait) => {
            report.postponed += 1;
            postpone(app, missing, wait).await
        }
    }
}

/// What a service said.
enum Heard {
    /// The receipt.
    Found(Box<FoundReceipt>),
    /// It has none.
    Nothing,
    /// It cannot say now.
    Later(TimeDelta),
    /// The hour's calls were made.
    UsedUp,
}

async fn call(
    app: &App,
    owner: BodyId,
    gateway: &Gateway,
    source: usize,
    missing: &MissingReceipt,
) -> Result<Heard, StorageError> {
    let now = app.now();
    let call = app.fresh(now, FlowId::from_parts);
    let allowed = app
        .store
        .write(move |tx| searches::may_call(tx, call, owner, (now - HOUR, now), CALLS));
    if !allowed.await? {
        tracing::info!(creditor = %owner, "this hour's calls for missing receipts are used up");
        return Ok(Heard::UsedUp);
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
    if came_meanwhile(app, missing).await? {
        report.recovered += 1;
        tracing::info!(iuv = missing.iuv, "a receipt that had not come was fetched");
        return Ok(());
    }
    // It could not be kept: that is a vain try, so that the hour's calls are not spent on it again and again.
    try_again(app, missing, report).await
}

/// Whether a receipt for the payment is here now; then the search ends, and the flows that waited for it are told.
async fn came_meanwhile(app: &App, missing: &MissingReceipt) -> Result<bool, StorageError> {
    let (body, iuv, iur, now) = (missing.body, missing.iuv.clone(), missing.iur.clone(), app.now());
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
        searches::end_search(tx, body, &iuv, true)?;
        for about in asked_about(&iuv, iur.as_deref()) {
            let kind = (OfficeKind::ReceiptMissing, about.as_str());
            office::close(tx, body, kind, "La ricevuta è arrivata.", now)?;
        }
        Ok(true)
    });
    here.await
}

async fn postpone(app: &App, missing: &MissingReceipt, wait: TimeDelta) -> Result<(), StorageError> {
    let (body, iuv, next) = (missing.body, missing.iuv.clone(), app.now() + wait);
    app.store
        .write(move |tx| searches::postponed(tx, body, &iuv, next))
        .await
}

async fn try_again(app: &App, missing: &MissingReceipt, report: &mut Report) -> Result<(), StorageError> {
    let place = usize::try_from(missing.tries).unwrap_or(usize::MAX);
    let Some(wait) = AGAIN.get(place) else {
        return give_up(app, missing, report).await;
    };
    let (body, iuv, next) = (missing.body, missing.iuv.clone(), app.now() + *wait);
    app.store
        .write(move |tx| searches::tried(tx, body, &iuv, next))
        .await
}

/// Nobody can give it: the office has to look.
async fn give_up(app: &App, missing: &MissingReceipt, report: &mut Report) -> Result<(), StorageError> {
    report.for_office += 1;
    let now = app.now();
    let id = app.fresh(now, OfficeItemId::from_parts);
    let missing = missing.clone();
    let given = app.store.write(move |tx| {
        for about in asked_about(&missing.iuv, missing.iur.as_deref()) {
            // The same notice may have been asked about before, for another payment.
            if office::open(tx, &item(id, about, &missing, now))? {
                break;
            }
        }
        searches::end_search(tx, missing.body, &missing.iuv, false)
    });
    given.await
}

/// What an item about a search is filed under: the IUV; where that was asked about before, the IUR beside it.
fn asked_about(iuv: &str, iur: Option<&str>) -> Vec<String> {
    let beside = iur.map(|iur| format!("{iuv}/{iur}"));
    std::iter::once(iuv.to_owned()).chain(beside).collect()
}

/// The IUV that an item about a search is filed under.
pub(super) fn searched(about: &str) -> &str {
    about.split_once('/').map_or(about, |(iuv, _)| iuv)
}

fn item(id: OfficeItemId, about: String, missing: &MissingReceipt, now: Instant) -> OfficeItem {
    let iur = missing.iur.as_deref().unwrap_or("sconosciuto");
    OfficeItem {
        id,
        body: missing.body,
        kind: OfficeKind::ReceiptMissing,
        about,
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
