//! One school's day, frozen and charged in one transaction: all of it is there afterwards, or nothing.

use crate::{
    charging::{in_service, school_service, served_or_closed},
    clock::{Chance, fresh},
    telling::{self, Teller},
};
use domain::{
    BodyId, Cents, ChildId, Instant, PostingId, SchoolId, ServiceDay,
    meals::Choice,
    price::{RoundingLevel, Tariff, tariff_on},
    time::month_of,
    wallet::{Cause, PostingKind},
};
use std::collections::{BTreeSet, HashMap};
use storage::{
    StorageError, Tx,
    calendar::{self, Rules},
    ledger::{self, Entry, Posted},
    meals::{self, Countable},
};

/// What became of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frozen {
    /// It was frozen by this call.
    Now {
        /// Meals charged.
        charged: u32,
        /// Who eats without a tariff, and was charged nothing.
        without_tariff: Vec<ChildId>,
    },
    /// Somebody froze it before.
    Before,
    /// Its cut-off has not passed, or it is no day of service of this portal.
    NotDue,
}

/// Freezes a day and charges its meals. The frozen row comes first: whoever inserts it charges.
pub fn freeze(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    (body, school, day): (BodyId, SchoolId, ServiceDay),
    now: Instant,
) -> Result<Frozen, StorageError> {
    let rules = calendar::rules(tx, body)?;
    let cut_offs = rules.cut_offs_of(school)?;
    let is_due = cut_offs.freezes(day) <= now
        && in_service(&rules, school, &cut_offs, day, now)
        && served_or_closed(&rules, school, day);
    let Some(year) = rules.calendar_on(day).filter(|_| is_due) else {
        return Ok(Frozen::NotDue);
    };
    let eats = expected(tx, &rules, school, day)?;
    let meals = u32::try_from(eats.len()).unwrap_or(u32::MAX);
    if !meals::freeze(tx, body, school, day, now, meals)? {
        return Ok(Frozen::Before);
    }
    let mut already: HashMap<ChildId, u32> = HashMap::new();
    if rules.settings.rounding.level == RoundingLevel::Document {
        let (first, last) = month_of(day);
        already.extend(ledger::meals_charged_at(
            tx,
            school,
            &year.year.name,
            first,
            last,
        )?);
    }
    let (mut charged, mut without_tariff) = (0, Vec::new());
    let mut lowered = BTreeSet::new();
    for countable in eats {
        let tariff = tariff_on(&rules.tariffs, &countable.enrolment.tariff, day);
        let before = already.get(&countable.child).copied().unwrap_or(0);
        let price =
            tariff.and_then(|tariff| Some((tariff, tariff.next_meal(before, rules.settings.rounding).ok()?)));
        let Some((tariff, price)) = price else {
            without_tariff.push(countable.child);
            continue;
        };
        if let Posted::Posted { .. } =
            ledger::post(tx, &entry(chance, body, &countable, day, now, tariff, price))?
        {
            charged += 1;
            lowered.insert(countable.wallet);
        }
    }
    telling::balance::changed(tx, Teller { chance, now, body }, &rules, &lowered, false)?;
    Ok(Frozen::Now {
        charged,
        without_tariff,
    })
}

/// The children who eat at a school on a day, as things stand in this transaction.
pub(crate) fn expected(
    tx: &mut dyn Tx,
    rules: &Rules,
    school: SchoolId,
    day: ServiceDay,
) -> Result<Vec<Countable>, StorageError> {
    let Some(calendar) = rules
        .calendar_on(day)
        .filter(|calendar| school_service(calendar, school, day).is_ok())
    else {
        return Ok(Vec::new());
    };
    let default = rules.settings.model.default_choice();
    let mut eats = meals::countable(tx, school, &calendar.year.name, day)?;
    eats.retain(|countable| {
        calendar.child_service(day, &countable.enrolment).is_ok()
            && countable.said.unwrap_or(default) == Choice::Eats
    });
    Ok(eats)
}

fn entry(
    chance: &dyn Chance,
    body: BodyId,
    countable: &Countable,
    day: ServiceDay,
    now: Instant,
    tariff: &Tariff,
    price: Cents,
) -> Entry<'static> {
    Entry {
        id: fresh(chance, now, PostingId::from_parts),
        body,
        wallet: countable.wallet,
        child: Some(countable.child),
        kind: PostingKind::Meal,
        amount: -price,
        cause: Cause::Meal {
            child: countable.child,
            day,
        },
        day,
        at: now,
        note: Some(note(tariff)),
    }
}

/// How the price came about: `5,95 € + IVA 4%`.
fn note(tariff: &Tariff) -> String {
    let mut net = tariff.net.normalize();
    if net.scale() < 2 {
        net.rescale(2);
    }
    let net = net.to_string().replace('.', ",");
    if tariff.vat.is_zero() {
        format!("{net} €")
    } else {
        format!(
            "{net} € + IVA {}%",
            tariff.vat.normalize().to_string().replace('.', ",")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meal_says_how_its_price_came_about() {
        let tariff = |net: &str, vat: &str| Tariff {
            code: "ordinaria".into(),
            first: "2026-09-01".parse().unwrap(),
            last: None,
            net: net.parse().unwrap(),
            vat: vat.parse().unwrap(),
        };
        assert_eq!(note(&tariff("5.95", "4")), "5,95 € + IVA 4%");
        assert_eq!(note(&tariff("5.8", "0")), "5,80 €");
        assert_eq!(note(&tariff("5.125", "4.50")), "5,125 € + IVA 4,5%");
    }
}
