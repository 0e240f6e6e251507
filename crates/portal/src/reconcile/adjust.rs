//! Rettifica: the office corrects a wallet, with a reason that the family reads beside the movement.
//!
//! Only ever another posting. With an item of the office's list, its cause is that item: the same item corrects once,
//! however often the command is typed.

use crate::{
    app::App,
    clock::Chance,
    telling::{self, Teller},
};
use domain::{
    ActId, BadgeCode, BodyId, Cents, OfficeItemId, PostingId,
    time::day_in_rome,
    wallet::{Cause, PostingKind},
};
use std::collections::BTreeSet;
use storage::{
    StorageError, Tx, calendar,
    ledger::{self, Entry, Posted},
    office, people,
};

/// The longest reason.
const MOST_WORDS: usize = 140;

/// What is corrected.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// A badge of the child whose wallet it is.
    pub badge: BadgeCode,
    /// Signed.
    pub amount: Cents,
    /// For the family to read.
    pub why: String,
    /// What is settled by it.
    pub item: Option<OfficeItemId>,
}

/// Why nothing was corrected.
#[derive(Debug, thiserror::Error)]
pub enum AdjustError {
    /// Nothing, or nothing that a family could read.
    #[error("scrivi perché, con --why: da 1 a {MOST_WORDS} caratteri, lo legge la famiglia")]
    NoReason,
    /// Zero.
    #[error("una rettifica di zero non cambia niente")]
    Zero,
    /// Nobody has it.
    #[error("nessun alunno di questo ente ha quel badge")]
    NoBadge,
    /// Not open, or of another body.
    #[error("quella voce non è aperta: guarda `office list`")]
    NotOpen,
    /// The same item twice.
    #[error("per quella voce una rettifica c'è già")]
    Done,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Posts the correction, closes the item, answers the wallet's balance.
pub async fn adjust(app: &App, body: BodyId, asked: Adjustment) -> Result<Cents, AdjustError> {
    let why = asked.why.trim().to_owned();
    if why.is_empty() || why.chars().count() > MOST_WORDS {
        return Err(AdjustError::NoReason);
    }
    if asked.amount == Cents::ZERO {
        return Err(AdjustError::Zero);
    }
    let now = app.now();
    let id = app.fresh(now, PostingId::from_parts);
    let fresh: ActId = app.fresh(now, ActId::from_parts);
    let chance = app.chance.clone();
    app.store
        .write(move |tx| post(tx, &*chance, body, &asked, &why, (id, fresh, now)))
        .await
}

fn post(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    body: BodyId,
    asked: &Adjustment,
    why: &str,
    (id, fresh, now): (PostingId, ActId, domain::Instant),
) -> Result<Cents, AdjustError> {
    let (child, wallet) = people::wallet_of_badge(tx, body, &asked.badge)?.ok_or(AdjustError::NoBadge)?;
    let mut act = fresh;
    if let Some(item) = asked.item {
        if !office::close_by_id(tx, body, item, why, now)? {
            return Err(AdjustError::NotOpen);
        }
        // The same letters: an item stands for one act of the office.
        act = item.to_string().parse().map_err(|_| AdjustError::NotOpen)?;
    }
    let entry = Entry {
        id,
        body,
        wallet,
        child: Some(child),
        kind: PostingKind::Adjustment,
        amount: asked.amount,
        cause: Cause::Office(act),
        day: day_in_rome(now),
        at: now,
        note: Some(why.to_owned()),
    };
    if ledger::post(tx, &entry)? == Posted::AlreadyPosted {
        return Err(AdjustError::Done);
    }
    let rules = calendar::rules(tx, body)?;
    let teller = Teller { chance, now, body };
    let lifted = asked.amount > Cents::ZERO;
    telling::balance::changed(tx, teller, &rules, &BTreeSet::from([wallet]), lifted)?;
    Ok(ledger::balance(tx, body, wallet)?)
}
