//! What must be true when a schedule has ended.

use crate::{platform::Made, stage::Stage};
use domain::{BodyId, WalletId, topup::TopUpState, wallet::Cause};
use std::collections::{BTreeMap, BTreeSet};
use storage::{
    StorageError, Tx, ledger, notices, params,
    receipts::{self, ReceiptOutcome},
};

type Problems = Vec<String>;

/// Compares what pagoPA holds as paid with what was credited.
pub async fn sound(stage: &Stage, before: [i64; 2], strays: &[Made]) -> Result<(), String> {
    let mut paid: BTreeMap<String, Vec<Made>> = BTreeMap::new();
    for nav in stage.platform.navs() {
        paid.insert(nav, vec![]);
    }
    for made in stage.platform.receipts() {
        paid.entry(made.nav.clone()).or_default().push(made);
    }
    let (body, wallets, strays) = (stage.body(), stage.wallets(), strays.to_vec());
    let read = stage.bench.app.store.read(move |tx| {
        let (mut problems, mut credited) = (Problems::new(), [0, 0]);
        for (nav, made) in &paid {
            for (wallet, amount) in one(tx, body, nav, made, &mut problems)? {
                if let Some(place) = wallets.iter().position(|known| *known == wallet) {
                    credited[place] += amount;
                }
            }
        }
        for stray in &strays {
            let kept = receipts::by_receipt_id(tx, &stray.id)?.map(|known| known.outcome);
            if kept != Some(ReceiptOutcome::UnknownNotice) || !asked(tx, "unknown_notice", &stray.id)? {
                problems.push(format!("{} is {kept:?}, or the office does not know", stray.id));
            }
        }
        for place in [0, 1] {
            let now = ledger::balance(tx, body, wallets[place])?.get();
            if now != before[place] + credited[place] {
                problems.push(format!(
                    "wallet {place} went from {} to {now}, and {} were paid",
                    before[place], credited[place]
                ));
            }
        }
        Ok::<_, StorageError>(problems)
    });
    let problems = read.await.unwrap();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("; "))
    }
}

/// Notices that are paid at pagoPA and not here.
pub async fn unheard(stage: &Stage) -> Vec<String> {
    let body = stage.body();
    let navs: BTreeSet<String> = stage
        .platform
        .receipts()
        .into_iter()
        .map(|made| made.nav)
        .collect();
    let read = stage.bench.app.store.read(move |tx| {
        let mut unheard = Vec::new();
        for nav in &navs {
            let settled = receipts::settling(tx, body, nav)?;
            if settled.is_none_or(|known| known.outcome == ReceiptOutcome::Received) {
                unheard.push(nav.clone());
            }
        }
        Ok::<_, StorageError>(unheard)
    });
    read.await.unwrap()
}

fn asked(tx: &mut dyn Tx, kind: &str, about: &str) -> Result<bool, StorageError> {
    let sql = "SELECT COUNT(*) AS n FROM office_item WHERE kind = $1 AND about = $2";
    Ok(tx.query_one(sql, &params![kind, about])?.int("n")? == 1)
}

/// One notice that pagoPA knows; answers what it must have credited.
fn one(
    tx: &mut dyn Tx,
    body: BodyId,
    nav: &str,
    made: &[Made],
    problems: &mut Problems,
) -> Result<Vec<(WalletId, i64)>, StorageError> {
    let Some(notice) = notices::by_nav(tx, body, nav)? else {
        problems.push(format!("{nav} is at pagoPA and not here"));
        return Ok(vec![]);
    };
    let settling = receipts::settling(tx, body, nav)?;
    if made.is_empty() {
        if notice.state == TopUpState::Paid || settling.is_some() {
            problems.push(format!("{nav} is {:?} here and nobody paid it", notice.state));
        }
        return Ok(vec![]);
    }
    let Some(settling) = settling.filter(|_| notice.state == TopUpState::Paid) else {
        problems.push(format!(
            "{nav} is paid at pagoPA, and here it is {:?}",
            notice.state
        ));
        return Ok(vec![]);
    };
    let good = matches!(
        settling.outcome,
        ReceiptOutcome::Credited | ReceiptOutcome::PaidAfterCancel
    );
    if !good || made.iter().all(|made| made.id != settling.receipt_id) {
        problems.push(format!("{nav} is settled by {settling:?}"));
    }
    for other in made.iter().filter(|made| made.id != settling.receipt_id) {
        let kept = receipts::by_receipt_id(tx, &other.id)?.map(|known| known.outcome);
        if kept != Some(ReceiptOutcome::SecondPayment) || !asked(tx, "second_payment", &other.id)? {
            problems.push(format!(
                "the second payment {} is {kept:?}, or nobody was told",
                other.id
            ));
        }
    }
    let mut credits = Vec::new();
    for (place, line) in notice.lines.iter().enumerate() {
        let Some(wallet) = line.wallet else { continue };
        let cause = Cause::Receipt {
            receipt_id: &settling.receipt_id,
            line: place,
        };
        let sql = "SELECT COUNT(*) AS n FROM posting \
                   WHERE body_id = $1 AND cause = $2 AND wallet_id = $3 AND amount = $4";
        let row = params![body, cause.to_string(), wallet, line.amount];
        if tx.query_one(sql, &row)?.int("n")? != 1 {
            problems.push(format!("line {place} of {nav} is not credited once"));
        }
        credits.push((wallet, line.amount.get()));
    }
    Ok(credits)
}

/// The whole database: every balance is the sum of its postings, and what was credited is what was paid.
pub async fn whole(stage: &Stage) -> Result<(), String> {
    let read = stage.bench.app.store.read(|tx| {
        let number = |tx: &mut dyn Tx, sql: &str| tx.query_one(sql, &[])?.int("n");
        let sums = number(
            tx,
            "SELECT COUNT(*) AS n FROM wallet w WHERE \
             (SELECT CAST(SUM(p.amount) AS BIGINT) FROM posting p WHERE p.wallet_id = w.id) <> \
             (SELECT p.balance_after FROM posting p WHERE p.wallet_id = w.id ORDER BY p.position DESC LIMIT 1)",
        )?;
        let credited = number(
            tx,
            "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS n FROM posting WHERE kind = 'top_up'",
        )?;
        let paid = number(
            tx,
            "SELECT CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) AS n FROM notice_line l \
             JOIN receipt r ON r.notice_id = l.notice_id AND r.outcome IN ('credited', 'paid_after_cancel') \
             WHERE l.wallet_id IS NOT NULL",
        )?;
        Ok::<_, StorageError>((sums, credited, paid))
    });
    match read.await.unwrap() {
        (0, credited, paid) if credited == paid => Ok(()),
        (sums, credited, paid) => Err(format!(
            "{sums} balances are no sums; {credited} cents were credited and {paid} paid"
        )),
    }
}
