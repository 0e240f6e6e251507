//! Portafoglio: postings that only ever grow, and what their sum is worth in meals.

use crate::{ActId, Cents, ChildId, PostingId, ServiceDay};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whose a wallet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WalletScope {
    /// One for each child.
    Child,
    /// One for the family: brothers and sisters share it.
    Family,
}

/// Movimento: what a posting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PostingKind {
    /// Ricarica, from a pagoPA receipt. Positive.
    TopUp,
    /// Pasto. Negative.
    Meal,
    /// Storno of another posting, with the opposite sign.
    Reversal,
    /// Rettifica by the office, with a reason.
    Adjustment,
    /// Saldo iniziale, by import.
    Opening,
}

impl PostingKind {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::Meal => "meal",
            Self::Reversal => "reversal",
            Self::Adjustment => "adjustment",
            Self::Opening => "opening",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::TopUp,
            Self::Meal,
            Self::Reversal,
            Self::Adjustment,
            Self::Opening,
        ]
        .into_iter()
        .find(|k| k.as_str() == name)
    }
}

/// Why a posting exists. Unique within a body: the same cause twice is the same posting once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cause<'a> {
    /// The meal of a child on a day.
    Meal {
        /// Who ate.
        child: ChildId,
        /// When.
        day: ServiceDay,
    },
    /// One line of a pagoPA receipt.
    Receipt {
        /// pagoPA's identifier of the payment.
        receipt_id: &'a str,
        /// Which line of the notice, from zero.
        line: usize,
    },
    /// Undoes another posting.
    Reversal(PostingId),
    /// Opening balance of a child, from an import, by its natural key.
    Opening {
        /// The child's fiscal code.
        key: &'a str,
        /// Name of the school year.
        year: &'a str,
    },
    /// An office's act.
    Office(ActId),
}

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Meal { child, day } => write!(f, "meal/{child}/canteen/{day}"),
            Self::Receipt { receipt_id, line } => write!(f, "receipt/{receipt_id}/{line}"),
            Self::Reversal(posting) => write!(f, "reversal/{posting}"),
            Self::Opening { key, year } => write!(f, "opening/{year}/{key}"),
            Self::Office(act) => write!(f, "office/{act}"),
        }
    }
}

/// How many whole meals a balance covers, rounded down; a debt counts below zero. None where a meal is free.
pub fn meals_left(balance: Cents, unit_price: Cents) -> Option<i64> {
    (unit_price > Cents::ZERO).then(|| balance.get().div_euclid(unit_price.get()))
}

/// The last day that the balance still covers in full, given the meals to come in order of day, and whether it
/// outlasts them all. None where it does not cover even the first.
pub fn lasts_until(
    balance: Cents,
    meals: impl IntoIterator<Item = (ServiceDay, Cents)>,
) -> Option<ServiceDay> {
    let mut left = balance;
    let mut covered = None;
    let mut day_start = covered;
    let mut current = None;
    for (day, price) in meals {
        if current != Some(day) {
            day_start = covered;
            current = Some(day);
        }
        left = left - price;
        if left.is_negative() {
            // A day on which only some of the children could eat is not covered.
            return if covered == Some(day) { day_start } else { covered };
        }
        covered = Some(day);
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    #[test]
    fn meals_left_are_floored_also_below_zero() {
        let unit = Cents::new(618);
        for (balance, meals) in [
            (11_124, 18),
            (11_123, 17),
            (0, 0),
            (-1, -1),
            (-618, -1),
            (-619, -2),
        ] {
            assert_eq!(meals_left(Cents::new(balance), unit), Some(meals), "{balance}");
        }
        assert_eq!(meals_left(Cents::new(5), Cents::ZERO), None);
    }

    #[test]
    fn a_balance_lasts_until_the_last_day_on_which_every_child_is_covered() {
        let p = Cents::new(600);
        let two_children = [
            ("2026-11-23", p),
            ("2026-11-23", p),
            ("2026-11-24", p),
            ("2026-11-24", p),
        ];
        let meals = || two_children.iter().map(|(d, p)| (day(d), *p));
        assert_eq!(lasts_until(Cents::new(500), meals()), None);
        assert_eq!(lasts_until(Cents::new(600), meals()), None);
        assert_eq!(lasts_until(Cents::new(1_200), meals()), Some(day("2026-11-23")));
        assert_eq!(lasts_until(Cents::new(1_800), meals()), Some(day("2026-11-23")));
        assert_eq!(lasts_until(Cents::new(2_400), meals()), Some(day("2026-11-24")));
    }

    #[test]
    fn causes_differ_where_their_reasons_do() {
        let child = ChildId::from_parts(1, [1; 10]);
        let a = Cause::Meal {
            child,
            day: day("2026-11-23"),
        }
        .to_string();
        let b = Cause::Meal {
            child,
            day: day("2026-11-24"),
        }
        .to_string();
        assert_ne!(a, b);
        assert_eq!(
            Cause::Receipt {
                receipt_id: "abc",
                line: 0
            }
            .to_string(),
            "receipt/abc/0"
        );
    }

    proptest! {
        #[test]
        fn meals_left_is_what_can_be_eaten(balance in -100_000_i64..100_000, unit in 1_i64..2_000) {
            let meals = meals_left(Cents::new(balance), Cents::new(unit)).unwrap();
            prop_assert!(meals * unit <= balance && balance < (meals + 1) * unit);
        }
    }
}
