//! A receipt is kept as it came and answered: the first of its two transactions. What it credits is [`super::process`].
//!
//! Pushed and recovered receipts come through the same door, [`keep`].

use super::office::{About, ask};
use crate::{
    app::App,
    topups::gateway::{bodies_with, some_hidden},
};
use domain::{Instant, NoticeId, topup::TopUpState};
use pagopa::{
    BodyFiscalCode,
    receipts::{Answer, Fault, FaultCode, PushedReceipt, Receipt},
};
use std::sync::Arc;
use storage::{
    StorageError, Tx,
    notices::{self, Notice},
    office::OfficeKind,
    receipts::{self, KeptReceipt, ReceiptOutcome},
};

pub use storage::receipts::Source;

/// Keeps a receipt as it came, `xml`, and decides what pagoPA is answered. Credits nothing: [`super::process::due`] does,
/// for all that is kept.
pub async fn keep(app: &App, xml: &[u8], source: Source) -> Answer {
    let read = match source {
        Source::Push => PushedReceipt::parse(xml),
        Source::Recovered => PushedReceipt::parse_kept(xml),
    };
    match read {
        Ok(pushed) => keep_read(app, pushed, xml, source).await,
        Err(error) => Answer::Ko(error.fault("")),
    }
}

/// The same with a receipt that was read already.
pub async fn keep_read(app: &App, pushed: PushedReceipt, xml: &[u8], source: Source) -> Answer {
    let refuse = |code| Answer::Ko(Fault::new(code, &pushed.id_pa));
    let Ok(fiscal_code) = pushed.receipt.body_fiscal_code.parse::<BodyFiscalCode>() else {
        return refuse(FaultCode::Domain);
    };
    if pushed.id_pa != pushed.receipt.body_fiscal_code || !pushed.receipt.paid {
        return refuse(FaultCode::Semantics);
    }
    let now = app.now();
    let arrived = Arc::new(Arrived {
        row: app.fresh(now, NoticeId::from_parts),
        xml: String::from_utf8_lossy(xml).into_owned(),
        source,
        now,
        pushed: pushed.clone(),
    });
    let write = || {
        let (inside, arrived) = (app.clone(), Arc::clone(&arrived));
        app.store
            .write(move |tx| take(&inside, tx, fiscal_code, &arrived))
    };
    let mut done = write().await;
    if done.as_ref().is_err_and(StorageError::is_unique) {
        // Another one of the same payment came at the same moment: now it is seen.
        done = write().await;
    }
    match done {
        Ok(answer) => answer,
        Err::<_, StorageError>(error) => {
            // Not kept: the only answer after which pagoPA sends it again.
            tracing::error!(%error, "a receipt could not be kept");
            refuse(FaultCode::System)
        }
    }
}

/// What came, and what is made before the transaction.
struct Arrived {
    row: NoticeId,
    xml: String,
    source: Source,
    now: Instant,
    pushed: PushedReceipt,
}

fn take(
    app: &App,
    tx: &mut dyn Tx,
    fiscal_code: BodyFiscalCode,
    arrived: &Arrived,
) -> Result<Answer, StorageError> {
    let (pushed, receipt) = (&arrived.pushed, &arrived.pushed.receipt);
    let refuse = |code| Ok(Answer::Ko(Fault::new(code, &pushed.id_pa)));
    let nav = receipt.notice_number.to_string();
    let Ok(bodies) = bodies_with(app, tx, fiscal_code)? else {
        return refuse(FaultCode::System);
    };
    let Some(first) = bodies.first() else {
        return refuse(FaultCode::Domain);
    };
    if let Some(known) = receipts::by_receipt_id(tx, &receipt.receipt_id)? {
        // Pushed before: answered as before, and nothing else happens.
        return if known.nav == nav && bodies.iter().any(|body| body.id == known.body) {
            Ok(answer_of(known.outcome, &pushed.id_pa))
        } else {
            refuse(FaultCode::Semantics)
        };
    }
    let mut notice = None;
    for body in &bodies {
        notice = notices::by_nav(tx, body.id, &nav)?;
        if notice.is_some() {
            break;
        }
    }
    if notice.is_none() && some_hidden(app, tx)? {
        // It may be that body's own. Nothing is kept, so pagoPA sends it again, when its settings can be read.
        return refuse(FaultCode::System);
    }
    let outcome = decide(tx, notice.as_ref())?;
    let about = About {
        body: notice.as_ref().map_or(first.id, |notice| notice.body),
        receipt_id: &receipt.receipt_id,
        nav: &nav,
        amount: receipt.amount,
    };
    receipts::keep(tx, &kept(arrived, about, outcome, notice.as_ref()))?;
    match outcome {
        ReceiptOutcome::UnknownNotice => ask(app, tx, OfficeKind::UnknownNotice, about, arrived.now)?,
        ReceiptOutcome::SecondPayment => ask(app, tx, OfficeKind::SecondPayment, about, arrived.now)?,
        _ => {}
    }
    Ok(answer_of(outcome, &pushed.id_pa))
}

/// The first receipt of a notice settles it; any other is kept beside it.
fn decide(tx: &mut dyn Tx, notice: Option<&Notice>) -> Result<ReceiptOutcome, StorageError> {
    let Some(notice) = notice else {
        return Ok(ReceiptOutcome::UnknownNotice);
    };
    let settled =
        notice.state == TopUpState::Paid || receipts::settling(tx, notice.body, &notice.nav)?.is_some();
    Ok(if settled {
        ReceiptOutcome::SecondPayment
    } else {
        ReceiptOutcome::Received
    })
}

fn kept<'a>(
    arrived: &'a Arrived,
    about: About<'a>,
    outcome: ReceiptOutcome,
    notice: Option<&Notice>,
) -> KeptReceipt<'a> {
    let receipt: &Receipt = &arrived.pushed.receipt;
    KeptReceipt {
        id: arrived.row,
        receipt_id: about.receipt_id,
        body: about.body,
        nav: about.nav,
        amount: about.amount,
        received_at: arrived.now,
        xml: &arrived.xml,
        outcome,
        notice: notice.map(|notice| notice.id),
        source: arrived.source,
        paid_at: receipt.paid_at,
        psp_id: &receipt.psp_id,
        psp: &receipt.psp,
        method: receipt.payment_method.as_deref(),
        fee: receipt.fee,
        payer: receipt.payer.as_ref().map(|payer| payer.full_name.as_str()),
    }
}

fn answer_of(outcome: ReceiptOutcome, body: &str) -> Answer {
    match outcome {
        ReceiptOutcome::Received
        | ReceiptOutcome::Credited
        | ReceiptOutcome::PaidAfterCancel
        | ReceiptOutcome::AmountDiffers => Answer::Ok,
        ReceiptOutcome::UnknownNotice => Answer::Ko(Fault::new(FaultCode::UnknownNotice, body)),
        ReceiptOutcome::SecondPayment => Answer::Ko(Fault::new(FaultCode::Duplicate, body)),
    }
}
