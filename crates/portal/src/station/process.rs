//! What becomes of a receipt that was acknowledged: its notice is paid and the wallets of its lines are credited, once.
//!
//! Runs right after the acknowledgement. Whatever stops it then (a crash, a busy database) leaves the receipt
//! `received`, and [`due`] takes it up at the next start and on each round of the jobs.

use super::office::{About, ask};
use crate::{
    app::App,
    telling::{self, Teller},
};
use domain::{
    Cents, Instant, PostingId,
    time::day_in_rome,
    topup::TopUpState,
    wallet::{Cause, PostingKind},
};
use std::{cmp::Ordering, collections::BTreeSet};
use storage::{
    StorageError, Tx, calendar,
    ledger::{self, Entry, Posted},
    notices::{self, Notice, NoticeLine},
    office::{self, OfficeKind},
    receipts::{self, Known, ReceiptOutcome},
};

/// Receipts that are read at once.
const BATCH: u32 = 100;

/// Processes every receipt that waits; answers how many could not be and wait on. Running it twice at once, or stopping
/// it anywhere, changes nothing of what it does.
pub async fn due(app: &App) -> Result<usize, StorageError> {
    let (mut after, mut left): (Option<Known>, usize) = (None, 0);
    loop {
        let from = after.clone();
        let waiting = app
            .store
            .read(move |tx| receipts::to_process(tx, from.as_ref(), BATCH))
            .await?;
        let Some(last) = waiting.last() else {
            return Ok(left);
        };
        after = Some(last.clone());
        for receipt in waiting {
            if !one(app, receipt).await? {
                left += 1;
            }
        }
    }
}

/// Processes the receipt with this id where it waits.
pub(super) async fn now(app: &App, receipt_id: &str) -> Result<(), StorageError> {
    let id = receipt_id.to_owned();
    let known = app.store.read(move |tx| receipts::by_receipt_id(tx, &id)).await?;
    match known {
        Some(known) if known.outcome == ReceiptOutcome::Received => one(app, known).await.map(drop),
        _ => Ok(()),
    }
}

/// Processes one receipt; false where it cannot be and somebody must look.
async fn one(app: &App, receipt: Known) -> Result<bool, StorageError> {
    let (inside, now, known) = (app.clone(), app.now(), receipt.clone());
    let done = app.store.write(move |tx| settle(&inside, tx, &known, now)).await;
    let error = match done {
        Ok(()) => return Ok(true),
        Err(error) if error.is_temporary() || matches!(error, StorageError::OutcomeUnknown(_)) => {
            return Err(error);
        }
        Err(error) => error,
    };
    tracing::error!(receipt = receipt.receipt_id, nav = receipt.nav, %error, "a receipt cannot be processed");
    let inside = app.clone();
    let told = app.store.write(move |tx| {
        ask(
            &inside,
            tx,
            OfficeKind::NotProcessed,
            about(&receipt, receipt.amount),
            now,
        )
    });
    told.await.map(|()| false)
}

fn about(receipt: &Known, amount: Cents) -> About<'_> {
    About {
        body: receipt.body,
        receipt_id: &receipt.receipt_id,
        nav: &receipt.nav,
        amount,
    }
}

/// The second transaction of a receipt.
fn settle(app: &App, tx: &mut dyn Tx, receipt: &Known, now: Instant) -> Result<(), StorageError> {
    let waits = receipts::by_receipt_id(tx, &receipt.receipt_id)?
        .is_some_and(|known| known.outcome == ReceiptOutcome::Received);
    if !waits {
        return Ok(());
    }
    let broken = |what: &str| StorageError::Constraint(what.to_owned());
    let notice = match receipt.notice {
        Some(id) => notices::by_id(tx, receipt.body, id)?,
        None => None,
    };
    let notice = notice.ok_or_else(|| broken("a receipt that settles has no notice"))?;
    let outcome = match receipt.amount.cmp(&notice.amount) {
        Ordering::Less => {
            let missing = Cents::new(notice.amount.get() - receipt.amount.get());
            ask(app, tx, OfficeKind::AmountDiffers, about(receipt, missing), now)?;
            ReceiptOutcome::AmountDiffers
        }
        order => {
            if order == Ordering::Greater {
                let excess = Cents::new(receipt.amount.get() - notice.amount.get());
                ask(app, tx, OfficeKind::FeeAdded, about(receipt, excess), now)?;
            }
            credit(app, tx, &notice, receipt, now)?;
            if notice.state == TopUpState::Cancelled {
                ask(
                    app,
                    tx,
                    OfficeKind::PaidAfterCancel,
                    about(receipt, notice.amount),
                    now,
                )?;
                ReceiptOutcome::PaidAfterCancel
            } else {
                ReceiptOutcome::Credited
            }
        }
    };
    if !receipts::processed(tx, receipt.id, outcome, now)? {
        return Err(broken("a receipt was processed twice"));
    }
    office::close(
        tx,
        receipt.body,
        (OfficeKind::NotProcessed, &receipt.receipt_id),
        "È stata elaborata.",
        now,
    )?;
    tracing::info!(notice = %notice.id, outcome = outcome.as_str(), "a receipt was processed");
    Ok(())
}

fn credit(
    app: &App,
    tx: &mut dyn Tx,
    notice: &Notice,
    receipt: &Known,
    now: Instant,
) -> Result<(), StorageError> {
    let lines: Cents = notice.lines.iter().map(|line| line.amount).sum();
    if lines != notice.amount || !notices::mark_paid(tx, notice.id, receipt.received_at)? {
        return Err(StorageError::Constraint(
            "a notice is not the sum of its lines, or is paid".to_owned(),
        ));
    }
    let mut lifted = BTreeSet::new();
    for (place, line) in notice.lines.iter().enumerate() {
        // What credits no wallet, such as an enrolment fee, is paid and that is all.
        let Some(wallet) = line.wallet else { continue };
        let entry = Entry {
            id: app.fresh(now, PostingId::from_parts),
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
            note: note(line),
        };
        if ledger::post(tx, &entry)? == Posted::AlreadyPosted {
            return Err(StorageError::Constraint(
                "a receipt that waits was credited before".to_owned(),
            ));
        }
        lifted.insert(wallet);
    }
    let teller = Teller {
        chance: &*app.chance,
        now,
        body: notice.body,
    };
    telling::payments::received(tx, teller, notice)?;
    let rules = calendar::rules(tx, notice.body)?;
    telling::balance::changed(tx, teller, &rules, &lifted, true)
}

fn note(line: &NoticeLine) -> Option<String> {
    match line.meals {
        Some(1) => Some("1 pasto".to_owned()),
        Some(meals) => Some(format!("{meals} pasti")),
        None => line.description.clone(),
    }
}
