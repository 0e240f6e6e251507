//! Flussi di rendicontazione: what providers transferred, compared line by line with the receipts.

use super::{Creditor, Pace, Report, creditors};
use crate::app::App;
use chrono::TimeDelta;
use domain::{FlowId, Instant, OfficeItemId, time::day_in_rome};
use pagopa::fdr::{FdrError, Flow, FlowPayment, Flows, PayStatus, PublishedFlow};
use std::sync::Arc;
use storage::{
    StorageError, Tx,
    flows::{self, KeptFlow, KeptLine, LineState},
    office::{self, OfficeItem, OfficeKind},
    searches::{self, MissingReceipt},
};

/// How often flows are asked for.
const EVERY: TimeDelta = TimeDelta::hours(6);
/// pagoPA shows the flows of so many days.
const DEPTH: TimeDelta = TimeDelta::days(30);
/// Where something could not be read, flows are asked for again after so long.
const AGAIN: TimeDelta = TimeDelta::minutes(30);
/// The name under which it is noted when this was done.
const ROUND: &str = "flows";

pub(super) async fn import(app: &App, pace: Pace, report: &mut Report) -> Result<(), StorageError> {
    for creditor in creditors(app).await? {
        let gateway = app.gateways.of(app, &creditor.bodies[0]);
        let Some(flows) = gateway.ok().and_then(|gateway| gateway.flows.clone()) else {
            continue;
        };
        if is_due(app, &creditor, pace).await? {
            let done = one(app, &creditor, &*flows, report).await?;
            let owner = creditor.owner;
            let at = if done {
                app.now()
            } else {
                app.now() - EVERY + AGAIN
            };
            app.store
                .write(move |tx| searches::note_round(tx, ROUND, owner, at))
                .await?;
        }
    }
    Ok(())
}

async fn is_due(app: &App, creditor: &Creditor, pace: Pace) -> Result<bool, StorageError> {
    let owner = creditor.owner;
    let last = app
        .store
        .read(move |tx| searches::last_round(tx, ROUND, owner))
        .await?;
    Ok(pace == Pace::Now || last.is_none_or(|last| app.now() - last >= EVERY))
}

/// Reads what is new; false where something could not be read and is to be asked for again.
async fn one(
    app: &App,
    creditor: &Creditor,
    flows: &dyn Flows,
    report: &mut Report,
) -> Result<bool, StorageError> {
    // All that pagoPA shows, each time: a flow that could not be read, or that showed up late, is not passed over
    // because others came after it. What is here already is not read again.
    let since = app.now() - DEPTH;
    let published = match flows.published_since(creditor.fiscal_code, since).await {
        Ok(published) => published,
        Err(error) => return Ok(postpone(creditor, &error, report)),
    };
    let mut all = true;
    for flow in published {
        all &= take(app, creditor, flows, &flow, report).await?;
    }
    Ok(all)
}

fn postpone(creditor: &Creditor, error: &FdrError, report: &mut Report) -> bool {
    report.postponed += 1;
    if error.is_passing() {
        tracing::warn!(creditor = %creditor.fiscal_code, %error, "flows could not be read; they will be asked for again");
    } else {
        tracing::error!(creditor = %creditor.fiscal_code, %error, "flows cannot be read");
    }
    false
}

async fn take(
    app: &App,
    creditor: &Creditor,
    flows: &dyn Flows,
    published: &PublishedFlow,
    report: &mut Report,
) -> Result<bool, StorageError> {
    let (owner, key) = (creditor.owner, published.key.clone());
    let revision = i64::try_from(key.revision).unwrap_or(i64::MAX);
    let known = app
        .store
        .read(move |tx| flows::is_known(tx, owner, &key.fdr, &key.psp_id, revision))
        .await?;
    if known {
        return Ok(true);
    }
    let (flow, payments) = match flows.read(creditor.fiscal_code, &published.key).await {
        Ok(read) => read,
        Err(error) => return Ok(postpone(creditor, &error, report)),
    };
    if flow.body != creditor.fiscal_code.to_string() {
        tracing::error!(fdr = flow.key.fdr, "a flow is for another body and was left out");
        return Ok(true);
    }
    let now = app.now();
    let work = Arc::new(Work {
        creditor: creditor.clone(),
        kept: kept(app, creditor, &flow, now),
        items: payments
            .iter()
            .map(|_| app.fresh(now, OfficeItemId::from_parts))
            .collect(),
        payments,
    });
    let counted = app.store.write(move |tx| book(tx, &work)).await?;
    report.flows += 1;
    report.lines += counted.0;
    report.missing += counted.1;
    Ok(true)
}

/// What is made before the transaction, which may run twice.
struct Work {
    creditor: Creditor,
    kept: KeptFlow,
    items: Vec<OfficeItemId>,
    payments: Vec<FlowPayment>,
}

fn kept(app: &App, creditor: &Creditor, flow: &Flow, now: Instant) -> KeptFlow {
    KeptFlow {
        id: app.fresh(now, FlowId::from_parts),
        body: creditor.owner,
        fdr: flow.key.fdr.clone(),
        revision: i64::try_from(flow.key.revision).unwrap_or(i64::MAX),
        psp_id: flow.key.psp_id.clone(),
        psp: flow.psp.clone().unwrap_or_else(|| flow.key.psp_id.clone()),
        made_at: flow.made_at.or(flow.published_at).unwrap_or(now),
        published_at: flow.published_at.unwrap_or(now),
        regulation: flow.regulation.clone(),
        regulation_day: flow.regulation_date,
        total: flow.sum,
        payments: i64::try_from(flow.count).unwrap_or(i64::MAX),
        imported_at: now,
    }
}

/// Keeps the flow, compares each line, begins the searches. Answers how many lines, and how many without receipt.
fn book(tx: &mut dyn Tx, work: &Work) -> Result<(usize, usize), StorageError> {
    let mut lines = Vec::with_capacity(work.payments.len());
    let mut missing = 0;
    for (payment, item) in work.payments.iter().zip(&work.items) {
        let state = compare(tx, work, payment, *item)?;
        missing += usize::from(state == LineState::Missing);
        lines.push(KeptLine {
            place: i64::try_from(payment.index).unwrap_or(i64::MAX),
            iuv: payment.iuv.clone(),
            iur: payment.iur.clone(),
            amount: payment.amount,
            pay_status: payment.pay_status.code().map_or(-1, i64::from),
            pay_day: day_in_rome(payment.pay_date),
            state,
        });
    }
    flows::keep(tx, &work.kept, &lines)?;
    Ok((lines.len(), missing))
}

fn compare(
    tx: &mut dyn Tx,
    work: &Work,
    payment: &FlowPayment,
    item: OfficeItemId,
) -> Result<LineState, StorageError> {
    if payment.pay_status == PayStatus::Revoked {
        differs(
            tx,
            work,
            payment,
            item,
            "Il prestatore ha ripreso questo pagamento: controlla con la banca e correggi il portafoglio.",
        )?;
        return Ok(LineState::Revoked);
    }
    if let Some(amount) = flows::receipt_amount(tx, &payment.iur)? {
        if amount == payment.amount {
            return Ok(LineState::Matched);
        }
        differs(
            tx,
            work,
            payment,
            item,
            "Il riversamento ha un importo diverso dalla ricevuta: confrontalo con il back office di pagoPA.",
        )?;
        return Ok(LineState::Differs);
    }
    let ours = flows::notices_of_iuv(tx, &payment.iuv)?
        .into_iter()
        .find(|notice| work.creditor.bodies.iter().any(|body| body.id == notice.body));
    let Some(notice) = ours else {
        if numbered_here(&work.creditor, &payment.iuv) {
            unknown(tx, work, payment, item)?;
        }
        return Ok(LineState::Foreign);
    };
    let missing = MissingReceipt {
        body: notice.body,
        iuv: payment.iuv.clone(),
        iur: Some(payment.iur.clone()),
        amount: payment.amount,
        since: work.kept.imported_at,
        tries: 0,
    };
    searches::miss(tx, &missing)?;
    Ok(LineState::Missing)
}

/// Whether such an IUV can only come from this portal: pagoPA gives each program of a body its own segregation code.
fn numbered_here(creditor: &Creditor, iuv: &str) -> bool {
    let codes = &creditor.segregation_codes;
    iuv.len() == 17 && codes.iter().any(|code| iuv.starts_with(code.as_str()))
}

/// A payment of a notice that was made here and is here no more: after a restored backup nothing else tells of it.
fn unknown(
    tx: &mut dyn Tx,
    work: &Work,
    payment: &FlowPayment,
    id: OfficeItemId,
) -> Result<(), StorageError> {
    let item = OfficeItem {
        id,
        body: work.kept.body,
        kind: OfficeKind::UnknownNotice,
        about: payment.iur.clone(),
        nav: None,
        amount: Some(payment.amount),
        detail: format!(
            "Un flusso riporta il pagamento di un avviso che qui non c'è; succede dopo il ripristino di una copia. \
             Cerca la famiglia nel back office di pagoPA. IUV {}, FdR {}.",
            payment.iuv, work.kept.fdr
        ),
        opened_at: work.kept.imported_at,
        closed: None,
    };
    office::open(tx, &item).map(drop)
}

fn differs(
    tx: &mut dyn Tx,
    work: &Work,
    payment: &FlowPayment,
    id: OfficeItemId,
    detail: &str,
) -> Result<(), StorageError> {
    let item = OfficeItem {
        id,
        body: work.kept.body,
        kind: OfficeKind::FlowDiffers,
        about: format!("{}/{}/{}", work.kept.fdr, work.kept.revision, payment.index),
        nav: None,
        amount: Some(payment.amount),
        detail: format!("{detail} FdR {}, IUR {}.", work.kept.fdr, payment.iur),
        opened_at: work.kept.imported_at,
        closed: None,
    };
    office::open(tx, &item).map(drop)
}
