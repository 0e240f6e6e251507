//! `paSendRTV2`: a receipt is kept as it came and credits the wallets of its notice, in one transaction, once.

use super::forwarder::may_push;
use crate::{app::App, errors::ApiError, topups::gateway::bodies_with};
use axum::{
    body::to_bytes,
    extract::{ConnectInfo, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    Cents, NoticeId, PostingId,
    time::day_in_rome,
    topup::TopUpState,
    wallet::{Cause, PostingKind},
};
use pagopa::{
    BodyFiscalCode,
    receipts::{Answer, Fault, FaultCode, MAX_BYTES, PushedReceipt, Receipt, ReceiptError},
};
use std::net::SocketAddr;
use storage::{
    StorageError, Tx,
    ledger::{self, Entry},
    notices::{self, Notice},
    receipts::{self, KeptReceipt, ReceiptOutcome, Source},
};

/// The most lines that a notice has: so many identifiers are made before the transaction, which may run twice.
const MOST_LINES: usize = 5;

/// `POST /pagopa/station`.
pub(crate) async fn handle(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    // Before the body is read: a stranger is told nothing, not even what is too large.
    if !may_push(&app, peer.ip().to_canonical(), request.headers()) {
        tracing::warn!(peer = %peer.ip(), "a stranger tried to push a receipt");
        return ApiError::not_found().into_response();
    }
    let answer = match to_bytes(request.into_body(), MAX_BYTES).await {
        Ok(xml) => receive(&app, &xml).await,
        Err(_) => Answer::Ko(ReceiptError::TooLarge.fault("")),
    };
    if let Answer::Ko(fault) = &answer {
        tracing::warn!(fault = fault.code.as_str(), "a receipt was not taken");
    }
    (
        [(header::CONTENT_TYPE, "text/xml; charset=utf-8")],
        answer.to_xml(),
    )
        .into_response()
}

async fn receive(app: &App, xml: &[u8]) -> Answer {
    let pushed = match PushedReceipt::parse(xml) {
        Ok(pushed) => pushed,
        Err(error) => return Answer::Ko(error.fault("")),
    };
    let refuse = |code| Answer::Ko(Fault::new(code, &pushed.id_pa));
    let Ok(fiscal_code) = pushed.receipt.body_fiscal_code.parse::<BodyFiscalCode>() else {
        return refuse(FaultCode::Domain);
    };
    if pushed.id_pa != pushed.receipt.body_fiscal_code || !pushed.receipt.paid {
        return refuse(FaultCode::Semantics);
    }
    let now = app.now();
    let made = Made {
        row: app.fresh(now, NoticeId::from_parts),
        postings: std::array::from_fn(|_| app.fresh(now, PostingId::from_parts)),
        xml: String::from_utf8_lossy(xml).into_owned(),
    };
    let (inside, inner) = (app.clone(), pushed.clone());
    let done = app
        .store
        .write(move |tx| take(&inside, tx, fiscal_code, &inner, &made, now));
    match done.await {
        Ok(answer) => answer,
        Err::<_, StorageError>(error) => {
            // Not kept: the only answer after which pagoPA sends it again.
            tracing::error!(%error, "a receipt could not be kept");
            refuse(FaultCode::System)
        }
    }
}

/// What is made before the transaction.
struct Made {
    row: NoticeId,
    postings: [PostingId; MOST_LINES],
    xml: String,
}

fn take(
    app: &App,
    tx: &mut dyn Tx,
    fiscal_code: BodyFiscalCode,
    pushed: &PushedReceipt,
    made: &Made,
    now: domain::Instant,
) -> Result<Answer, StorageError> {
    let refuse = |code| Ok(Answer::Ko(Fault::new(code, &pushed.id_pa)));
    let receipt = &pushed.receipt;
    let nav = receipt.notice_number.to_string();
    let Ok(bodies) = bodies_with(app, tx, fiscal_code)? else {
        return refuse(FaultCode::System);
    };
    let Some(first) = bodies.first() else {
        return refuse(FaultCode::Domain);
    };
    if let Some(known) = receipts::by_receipt_id(tx, &receipt.receipt_id)? {
        // Pushed before: answered as before, and nothing else happens.
        return if known.nav == nav {
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
    let mut outcome = decide(notice.as_ref(), receipt);
    if let Some(notice) = &notice
        && receipts::settling(tx, notice.body, &nav)?.is_some()
    {
        outcome = ReceiptOutcome::SecondPayment;
    }
    let kept = KeptReceipt {
        id: made.row,
        receipt_id: &receipt.receipt_id,
        body: notice.as_ref().map_or(first.id, |notice| notice.body),
        nav: &nav,
        amount: receipt.amount,
        received_at: now,
        xml: &made.xml,
        outcome,
        notice: notice.as_ref().map(|notice| notice.id),
        source: Source::Push,
        paid_at: receipt.paid_at,
        psp_id: &receipt.psp_id,
        psp: &receipt.psp,
        method: receipt.payment_method.as_deref(),
        fee: receipt.fee,
        payer: receipt.payer.as_ref().map(|payer| payer.full_name.as_str()),
    };
    receipts::keep(tx, &kept)?;
    if let (Some(notice), ReceiptOutcome::Credited | ReceiptOutcome::PaidAfterCancel) = (&notice, outcome) {
        credit(tx, notice, receipt, made, now)?;
        tracing::info!(notice = %notice.id, outcome = outcome.as_str(), "a receipt was credited");
    } else {
        tracing::error!(
            nav,
            outcome = outcome.as_str(),
            "a receipt was kept and not credited: the office must look"
        );
    }
    Ok(answer_of(outcome, &pushed.id_pa))
}

fn decide(notice: Option<&Notice>, receipt: &Receipt) -> ReceiptOutcome {
    match notice {
        None => ReceiptOutcome::UnknownNotice,
        Some(notice) if notice.state == TopUpState::Paid => ReceiptOutcome::SecondPayment,
        Some(notice) if notice.amount != receipt.amount => ReceiptOutcome::AmountDiffers,
        Some(notice) if notice.state == TopUpState::Cancelled => ReceiptOutcome::PaidAfterCancel,
        Some(_) => ReceiptOutcome::Credited,
    }
}

fn answer_of(outcome: ReceiptOutcome, body: &str) -> Answer {
    match outcome {
        ReceiptOutcome::Received | ReceiptOutcome::Credited | ReceiptOutcome::PaidAfterCancel => Answer::Ok,
        ReceiptOutcome::UnknownNotice => Answer::Ko(Fault::new(FaultCode::UnknownNotice, body)),
        ReceiptOutcome::SecondPayment => Answer::Ko(Fault::new(FaultCode::Duplicate, body)),
        ReceiptOutcome::AmountDiffers => Answer::Ko(
            Fault::new(FaultCode::Semantics, body).describe("importo diverso da quello dell'avviso"),
        ),
    }
}

fn credit(
    tx: &mut dyn Tx,
    notice: &Notice,
    receipt: &Receipt,
    made: &Made,
    now: domain::Instant,
) -> Result<(), StorageError> {
    let lines: Cents = notice.lines.iter().map(|line| line.amount).sum();
    if lines != notice.amount || notice.lines.len() > MOST_LINES || !notices::mark_paid(tx, notice.id, now)? {
        return Err(StorageError::Constraint(
            "a notice is not the sum of its lines, or is paid".to_owned(),
        ));
    }
    for (place, (line, id)) in notice.lines.iter().zip(made.postings).enumerate() {
        let Some(wallet) = line.wallet else { continue };
        let entry = Entry {
            id,
            body: notice.body,
            wallet,
            child: line.child,
            kind: PostingKind::TopUp,
            amount: line.amount,
            cause: Cause::Receipt {
                receipt_id: &receipt.receipt_id,
                line: place,
            },
            day: day_in_rome(now),
            at: now,
            note: line.meals.map(|meals| {
                if meals == 1 {
                    "1 pasto".to_owned()
                } else {
                    format!("{meals} pasti")
                }
            }),
        };
        ledger::post(tx, &entry)?;
    }
    Ok(())
}
