//! Credits a payment whose receipt nobody can give, on the strength of the flow that transferred it. Somebody in the
//! office has looked at the account and says so.

use crate::{app::App, station::process};
use domain::{BodyId, Cents, NoticeId, OfficeItemId, time::instant_in_rome};
use storage::{
    StorageError, Tx,
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
    let kept = app
        .store
        .write(move |tx| keep(tx, row, body, item, &why, now))
        .await?;
    process::due(app).await?;
    Ok(kept)
}

fn keep(
    tx: &mut dyn Tx,
    row: NoticeId,
    body: BodyId,
    item: OfficeItemId,
    why: &str,
    now: domain::Instant,
) -> Result<Cents, SettleError> {
    let open = office::open_by_id(tx, body, item)?.ok_or(SettleError::NotOpen)?;
    if open.kind != OfficeKind::ReceiptMissing {
        return Err(SettleError::AnotherKind);
    }
    let named = flows::notices_of_iuv(tx, &open.about)?;
    let named = named
        .into_iter()
        .find(|notice| notice.body == body)
        .ok_or(SettleError::NotOpen)?;
    let Evidence {
        iur,
        amount,
        pay_day,
        psp_id,
        psp,
        fdr,
    } = flows::evidence(tx, &open.about)?.ok_or(SettleError::NoFlow)?;
    let notice = notices::by_id(tx, body, named.id)?.ok_or(SettleError::NotOpen)?;
    let settled =
        receipts::settling(tx, body, &notice.nav)?.is_some() || receipts::by_receipt_id(tx, &iur)?.is_some();
    if settled {
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
    Ok(amount)
}
