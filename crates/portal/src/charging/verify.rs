//! `verify-ledger`: recomputes what can be recomputed and tells what differs. Changes nothing.

use crate::{charging::freeze::expected, receipts::issue::SEQUENCE};
use domain::{
    BodyId, Cents, PostingId, ServiceDay, WalletId,
    wallet::{Cause, PostingKind},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use storage::{
    StorageError, Tx,
    calendar::{self, Rules},
    ledger::{self, Posting},
    meals,
};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Checks that agree: one a wallet, a frozen day, a numbering, a body's presences.
    pub passed: usize,
    /// What differs, a line each.
    pub failures: Vec<String>,
}

impl Report {
    /// `12 passed, 0 failed`.
    pub fn tally(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failures.len())
    }

    fn note(&mut self, failures: Vec<String>) {
        if failures.is_empty() {
            self.passed += 1;
        }
        self.failures.extend(failures);
    }
}

/// Checks every body. Run it in one read, so that all is seen as of one moment.
pub fn check(tx: &mut dyn Tx) -> Result<Report, StorageError> {
    let mut report = Report::default();
    for body in calendar::bodies(tx)? {
        let rules = calendar::rules(tx, body)?;
        let mut amounts = HashMap::new();
        let mut reversals = Vec::new();
        for wallet in ledger::all_wallets(tx, body)? {
            let postings = ledger::all_postings(tx, wallet)?;
            report.note(wallet_failures(wallet, &postings));
            for posting in postings {
                if posting.kind == PostingKind::Reversal {
                    reversals.push((posting.cause.clone(), posting.amount));
                }
                amounts.insert(posting.id, posting.amount);
            }
        }
        report.note(reversal_failures(&reversals, &amounts));
        days(tx, &rules, &mut report)?;
        report.note(presence_failures(tx, body)?);
        report.note(numbering_failures(tx, &rules)?);
    }
    Ok(report)
}

fn wallet_failures(wallet: WalletId, postings: &[Posting]) -> Vec<String> {
    let mut failures = Vec::new();
    let mut sum = Cents::ZERO;
    for (position, posting) in (1_i64..).zip(postings) {
        sum += posting.amount;
        if posting.position != position {
            failures.push(format!(
                "wallet {wallet}: position {} where {position} is due",
                posting.position
            ));
        }
        if posting.balance_after != sum {
            failures.push(format!(
                "wallet {wallet}, position {position}: stored balance {}, sum of postings {sum}",
                posting.balance_after
            ));
        }
        if let Some(problem) = posting_failure(posting) {
            failures.push(format!("wallet {wallet}, posting {}: {problem}", posting.id));
        }
    }
    failures
}

fn posting_failure(posting: &Posting) -> Option<String> {
    let (cause, amount) = (posting.cause.as_str(), posting.amount);
    let fits = match posting.kind {
        PostingKind::Meal => posting.child.is_some_and(|child| {
            cause
                == Cause::Meal {
                    child,
                    day: posting.day,
                }
                .to_string()
                && amount <= Cents::ZERO
        }),
        PostingKind::TopUp => cause.starts_with("receipt/") && amount > Cents::ZERO,
        PostingKind::Reversal => cause.starts_with("reversal/"),
        PostingKind::Opening => cause.starts_with("opening/"),
        PostingKind::Adjustment => cause.starts_with("office/"),
    };
    (!fits).then(|| format!("{} of {amount} with the cause {cause}", posting.kind.as_str()))
}

fn reversal_failures(reversals: &[(String, Cents)], amounts: &HashMap<PostingId, Cents>) -> Vec<String> {
    let agrees = |cause: &str, amount: Cents| {
        let id = cause
            .strip_prefix("reversal/")
            .and_then(|id| id.parse::<PostingId>().ok());
        id.and_then(|id| amounts.get(&id))
            .is_some_and(|reversed| -*reversed == amount)
    };
    let wrong = reversals.iter().filter(|(cause, amount)| !agrees(cause, *amount));
    wrong
        .map(|(cause, amount)| format!("{cause}: {amount} does not undo it"))
        .collect()
}

/// Meals counted at the freeze against meals in the ledger, day by day.
fn days(tx: &mut dyn Tx, rules: &Rules, report: &mut Report) -> Result<(), StorageError> {
    let mut frozen: BTreeMap<ServiceDay, u32> = BTreeMap::new();
    let schools = meals::frozen_days(tx, rules.body, first_day(rules))?;
    for school in &schools {
        for (day, meals) in &school.days {
            *frozen.entry(*day).or_default() += meals;
        }
    }
    let charged: BTreeMap<ServiceDay, u32> = meals::meals_by_day(tx, rules.body)?.into_iter().collect();
    let all: BTreeSet<ServiceDay> = frozen.keys().chain(charged.keys()).copied().collect();
    for day in all {
        let (counted, posted) = (frozen.get(&day), charged.get(&day).copied().unwrap_or(0));
        let mut failures = Vec::new();
        match counted {
            None => failures.push(format!(
                "{}, {day}: {posted} meals charged on a day that is not frozen",
                rules.slug
            )),
            Some(counted) if *counted != posted => {
                failures.push(format!(
                    "{}, {day}: {counted} meals counted, {posted} charged",
                    rules.slug
                ));
                let charged = meals::charged_on(tx, rules.body, day)?;
                for school in &schools {
                    for countable in expected(tx, rules, school.school, day)? {
                        if !charged.contains(&countable.child) {
                            failures.push(format!(
                                "{}, {day}: child {} was not charged (tariff {})",
                                rules.slug, countable.child, countable.enrolment.tariff
                            ));
                        }
                    }
                }
            }
            Some(_) => {}
        }
        report.note(failures);
    }
    Ok(())
}

fn first_day(rules: &Rules) -> ServiceDay {
    rules
        .calendars
        .iter()
        .map(|calendar| calendar.year.first)
        .min()
        .unwrap_or_default()
}

fn presence_failures(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<String>, StorageError> {
    let cancelled = meals::charged_though_cancelled(tx, body)?;
    let unaccounted = meals::said_without_act(tx, body)?;
    let cancelled = cancelled
        .iter()
        .map(|(child, day)| format!("child {child}, {day}: charged though cancelled"));
    let unaccounted = unaccounted
        .iter()
        .map(|(child, day)| format!("child {child}, {day}: no act says so"));
    Ok(cancelled.chain(unaccounted).collect())
}

fn numbering_failures(tx: &mut dyn Tx, rules: &Rules) -> Result<Vec<String>, StorageError> {
    let mut failures = Vec::new();
    let mut due = 1;
    for act in meals::acts(tx, rules.body)? {
        if act.sequence != due {
            failures.push(format!(
                "{}: receipt {} where {due} is due",
                rules.slug, act.sequence
            ));
            due = act.sequence;
        }
        due += 1;
    }
    let next = meals::next_of(tx, rules.body, SEQUENCE)?;
    if next != due {
        failures.push(format!(
            "{}: the next receipt is {next} where {due} is due",
            rules.slug
        ));
    }
    Ok(failures)
}
