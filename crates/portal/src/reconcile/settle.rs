//! Credits a payment whose receipt nobody can give, on the strength of the flow that transferred it. Somebody in the
//! office has looked at the account and says so.

use super::recover::searched;
use crate::{
    app::App,
    station::process,
    topups::gateway::{GatewayError, bodies_with, settings_of},
};
use domain::{BodyId, Cents, NoticeId, OfficeItemId, time::instant_in_rome};
use storage::{
    StorageError, Tx, bodies,
    flows::{self, Evidence},
    notices,
    office::{self, OfficeKind},
    receipts::{self, KeptReceipt, ReceiptOutcome, Source},
};

/// Why nothing was credited.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// Nobody said how it was checked.
    #[error("scrivi come hai controllato che i soldi ci sono, con --why")]
    NoReason,
    /// Not open, or of another body.
    #[error("non è aperto: guarda `office list`")]
    NotOpen,
    /// Not about a missing receipt.
    #[error("si accredita così solo una ricevuta introvabile; per il resto usa una rettifica")]
    AnotherKind,
    /// No flow tells of it.
    #[error(
        "nessun flusso di rendicontazione riporta questo pagamento: senza, non si accredita. Aspetta il flusso, o chiedi all'assistenza di pagoPA"
    )]
    NoFlow,
    /// The receipt itself came meanwhile.
    #[error(
        "la ricevuta è arrivata nel frattempo: non c'è niente da accreditare né da restituire, la voce si chiude da sola"
    )]
    Came,
    /// Kept, and not credited: it is less than the notice.
    #[error(
        "il flusso riporta {0} €, meno dell'importo dell'avviso: la ricevuta è conservata ma non è stato accreditato nulla. Guarda `office list`"
    )]
    TooLittle(Cents),
    /// Kept, and not credited yet.
    #[error(
        "la ricevuta è conservata ma non è ancora accreditata: guarda `office list` e il registro del portale"
    )]
    NotYet,
    /// The body's settings.
    #[error("le impostazioni di pagoPA dell'ente non si leggono: {0}")]
    Gateway(#[from] GatewayError),
    /// The notice is settled.
    #[error("l'avviso è già saldato da un'altra ricevuta: l'importo va restituito a chi ha pagato")]
    Settled,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Credits, closes the item, answers the amount.
pub async fn settle(app: &App, body: BodyId, item: OfficeItemId, why: &str) -> Result<Cents, SettleError> {
    let why = why.trim().to_owned();
    if why.is_empty() {
        return Err(SettleError::NoReason);
    }
    let now = app.now();
    let row = app.fresh(now, NoticeId::from_parts);
    let inside = app.clone();
    let (iur, amount) = app
        .store
        .write(move |tx| keep(&inside, tx, row, (body, item), &why, now))
        .await?;
    process::due(app).await?;
    let kept = app
        .store
        .read(move |tx| receipts::by_receipt_id(tx, &iur))
        .await
        .map_err(|error: StorageError| error)?;
    match kept.map(|kept| kept.outcome) {
        Some(ReceiptOutcome::AmountDiffers) => Err(SettleError::TooLittle(amount)),
        Some(ReceiptOutcome::Received) | None => Err(SettleError::NotYet),
        Some(_) => Ok(amount),
    }
}

/// The flow's line of that payment, among the flows of the body's creditor alone.
fn evidence(app: &App, tx: &mut dyn Tx, body: BodyId, iuv: &str) -> Result<Evidence, SettleError> {
    let body = bodies::by_id(tx, body)?.ok_or(SettleError::NotOpen)?;
    let fiscal_code = settings_of(app, &body)?.fiscal_code;
    for sharing in bodies_with(app, tx, fiscal_code)?? {
        if let Some(found) = flows::evidence(tx, sharing.id, iuv)? {
            return Ok(found);
        }
    }
    Err(SettleError::NoFlow)
}

fn keep(
    app: &App,
    tx: &mut dyn Tx,
    row: NoticeId,
    (body, item): (BodyId, OfficeItemId),
    why: &str,
    now: domain::Instant,
) -> Result<(String, Cents), SettleError> {
    let open = office::open_by_id(tx, body, item)?.ok_or(SettleError::NotOpen)?;
    if open.kind != OfficeKind::ReceiptMissing {
        return Err(SettleError::AnotherKind);
    }
    let iuv = searched(&open.about);
    let named = flows::notices_of_iuv(tx, iuv)?;
    let named = named
        .into_iter()
        .find(|notice| notice.body == body)
        .ok_or(SettleError::NotOpen)?;
    let notice = notices::by_id(tx, body, named.id)?.ok_or(SettleError::NotOpen)?;
    let settling = receipts::settling(tx, body, &notice.nav)?;
    let Evidence {
        iur,
        amount,
        pay_day,
        psp_id,
        psp,
        fdr,
    } = match (evidence(app, tx, body, iuv), &settling) {
        (Err(SettleError::NoFlow), Some(_)) => return Err(SettleError::Came),
        (found, _) => found?,
    };
    if receipts::by_receipt_id(tx, &iur)?.is_some() {
        return Err(SettleError::Came);
    }
    if settling.is_some() {
        return Err(SettleError::Settled);
    }
    let evidence = serde_json::json!({ "fdr": fdr, "iur": iur, "why": why }).to_string();
    let receipt = KeptReceipt {
        id: row,
        receipt_id: &iur,
        body,
        nav: &notice.nav,
        amount,
        received_at: now,
        xml: &evidence,
        outcome: ReceiptOutcome::Received,
        notice: Some(notice.id),
        source: Source::Recovered,
        paid_at: Some(instant_in_rome(pay_day, chrono::NaiveTime::MIN)),
        psp_id: &psp_id,
        psp: &psp,
        method: None,
        fee: None,
        payer: None,
    };
    receipts::keep(tx, &receipt)?;
    flows::settle_lines(tx, &iur, amount)?;
    office::close_by_id(tx, body, item, why, now)?;
    Ok((iur, amount))
}
