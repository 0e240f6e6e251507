//! A wallet reaches a threshold: told once, and again only when it has recovered.

use super::{Teller, Word};
use crate::wallets;
use chrono::TimeDelta;
use domain::{
    Cents, PersonId, WalletId,
    message::{LowWallet, Text},
    people::Actor,
    price::tariff_on,
    telling::{Crossing, Topic, crossing},
    time::day_in_rome,
    wallet::meals_left,
};
use std::collections::{BTreeMap, BTreeSet};
use storage::{
    StorageError, Tx,
    calendar::{self, Rules},
    ledger, notifications,
    telling::{self, Told},
};

/// As the outbox names it.
const KIND: &str = "low_balance";

/// So long a message waits for the family's other wallets: schools are charged one after the other.
const GRACE: TimeDelta = TimeDelta::minutes(1);

/// Looks at wallets whose balance has changed in this transaction. `paid`: money came in.
pub(crate) fn changed(
    tx: &mut dyn Tx,
    teller: Teller<'_>,
    rules: &Rules,
    wallets: &BTreeSet<WalletId>,
    paid: bool,
) -> Result<(), StorageError> {
    let today = day_in_rome(teller.now);
    // Each adult's own cause: what one family was told of says nothing of another.
    let (mut lower, mut outdated) = (BTreeMap::new(), BTreeSet::new());
    let mut crossings = Vec::new();
    for wallet in wallets {
        let told = telling::told(tx, teller.body, *wallet)?;
        let rank = rank(tx, teller, rules, *wallet)?;
        match crossing(told.rank, rank, paid) {
            Crossing::Silent => {}
            Crossing::Speak => {
                let told = Told {
                    rank,
                    crossing: told.crossing + 1,
                };
                let payers = telling::payers(tx, teller.body, *wallet, today)?;
                for person in &payers {
                    lower
                        .entry(*person)
                        .or_insert_with(|| format!("low_balance/{wallet}/{}", told.crossing));
                }
                crossings.push((*wallet, told, payers));
            }
            Crossing::Recovered => {
                outdated.extend(telling::payers(tx, teller.body, *wallet, today)?);
                telling::tell(tx, teller.body, *wallet, Told { rank, ..told }, teller.now)?;
            }
        }
    }
    // What still waits is said anew, with all that is true now.
    let mut reached = BTreeSet::new();
    outdated.extend(lower.keys().copied());
    for person in outdated {
        let waited = telling::outdate_balance(tx, teller.body, person, teller.now)? > 0;
        let news = lower.remove(&person);
        let low = if teller.ways(tx, person, Topic::LowBalance)?.is_empty() {
            Vec::new()
        } else {
            low(tx, teller, rules, person)?
        };
        let again = news.is_some() || waited;
        // What a computer shows stays true while another of the family's wallets is low.
        if low.is_empty() || again {
            notifications::end_kind(tx, teller.body, person, KIND, teller.now)?;
        }
        if again && !low.is_empty() {
            let cause = news.unwrap_or_else(|| anew(teller));
            if tell(tx, teller, person, cause, low)? {
                reached.insert(person);
            }
        }
    }
    // A crossing of which nobody could be told is news still, when somebody can: after an import nobody is there yet.
    for (wallet, told, payers) in crossings {
        if payers.iter().any(|person| reached.contains(person)) {
            telling::tell(tx, teller.body, wallet, told, teller.now)?;
        }
    }
    Ok(())
}

fn anew(teller: Teller<'_>) -> String {
    format!("low_balance/{}", teller.now.timestamp_micros())
}

fn rank(tx: &mut dyn Tx, teller: Teller<'_>, rules: &Rules, wallet: WalletId) -> Result<u32, StorageError> {
    let today = day_in_rome(teller.now);
    let balance = ledger::balance(tx, teller.body, wallet)?;
    // As the wallet's page counts: by the dearest of its children's meals.
    let price = telling::tariffs(tx, teller.body, wallet, today)?
        .iter()
        .filter_map(|code| tariff_on(&rules.tariffs, code, today))
        .filter_map(|tariff| tariff.unit_price(rules.settings.rounding).ok())
        .max();
    let left = price.and_then(|price| meals_left(balance, price));
    Ok(rules.settings.telling.rank(left, balance))
}

/// All the low wallets that an adult pays into.
fn low(
    tx: &mut dyn Tx,
    teller: Teller<'_>,
    rules: &Rules,
    person: PersonId,
) -> Result<Vec<LowWallet>, StorageError> {
    let actor = Actor {
        body: teller.body,
        person,
    };
    let thresholds = &rules.settings.telling;
    let fresh_rules = calendar::rules(tx, teller.body)?;
    let (_, views) = wallets::list::views(tx, fresh_rules, actor, teller.now)?;
    let names = storage::people::children(tx, actor, day_in_rome(teller.now))?;
    let low = views
        .iter()
        .filter(|view| thresholds.rank(view.meals_left, view.balance) > 0)
        .map(|view| {
            (
                view,
                names
                    .iter()
                    .filter(move |child| view.children.contains(&child.id)),
            )
        })
        .map(|(view, children)| LowWallet {
            children: children.clone().map(|child| child.first_name.clone()).collect(),
            who: children.map(|child| child.id).collect(),
            meals_left: view
                .meals_left
                .and_then(|left| u32::try_from(left).ok())
                .unwrap_or(0),
            balance: view.balance,
            last_day: view.lasts_until.filter(|_| view.balance > Cents::ZERO),
            at_limit: thresholds.is_at_limit(view.balance),
        });
    Ok(low.collect())
}

/// Tells an adult of them; false where it was told before.
fn tell(
    tx: &mut dyn Tx,
    teller: Teller<'_>,
    person: PersonId,
    cause: String,
    low: Vec<LowWallet>,
) -> Result<bool, StorageError> {
    let word = Word {
        person,
        topic: Topic::LowBalance,
        cause,
        due: teller.now + GRACE,
        expires: Some(teller.now + TimeDelta::days(2)),
        text: Text::LowBalance { wallets: low },
    };
    teller.say(tx, &word).map(|messages| messages > 0)
}
