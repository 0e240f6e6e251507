//! Ricarica: what a family may pay in advance.

use crate::Cents;
use serde::{Deserialize, Serialize};

/// What a body offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopUpRules {
    /// Fixed amounts, in the order in which they are shown.
    pub fixed: Vec<Cents>,
    /// Smallest free amount.
    pub min: Cents,
    /// Largest amount of one line, whichever way it was chosen.
    pub max: Cents,
}

/// How a family chose an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "way")]
pub enum TopUpChoice {
    /// One of the body's fixed amounts, in cents.
    Fixed {
        /// Euro cents.
        amount: Cents,
    },
    /// So many meals at the child's price.
    Meals {
        /// How many.
        meals: u32,
    },
    /// Any amount within the body's limits, in cents.
    Free {
        /// Euro cents.
        amount: Cents,
    },
}

/// Why an amount cannot be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TopUpError {
    /// Below the body's minimum, zero or negative.
    #[error("the smallest top-up is {min}")]
    TooSmall {
        /// What the body takes at least.
        min: Cents,
    },
    /// Above the body's maximum.
    #[error("the largest top-up is {max}")]
    TooLarge {
        /// What the body takes at most.
        max: Cents,
    },
    /// Not one of the fixed amounts.
    #[error("the body does not offer this amount")]
    NotOffered,
}

impl TopUpRules {
    /// The amount of a choice; `price_of` tells what so many meals cost, none where it is too much to compute.
    pub fn amount(
        &self,
        choice: TopUpChoice,
        price_of: impl FnOnce(u32) -> Option<Cents>,
    ) -> Result<Cents, TopUpError> {
        let amount = match choice {
            TopUpChoice::Fixed { amount } if self.fixed.contains(&amount) => return Ok(amount),
            TopUpChoice::Fixed { .. } => return Err(TopUpError::NotOffered),
            TopUpChoice::Meals { meals: 0 } => return Err(TopUpError::TooSmall { min: self.min }),
            TopUpChoice::Meals { meals } => price_of(meals).ok_or(TopUpError::TooLarge { max: self.max })?,
            TopUpChoice::Free { amount } if amount < self.min => {
                return Err(TopUpError::TooSmall { min: self.min });
            }
            TopUpChoice::Free { amount } => amount,
        };
        if amount > self.max {
            Err(TopUpError::TooLarge { max: self.max })
        } else if amount <= Cents::ZERO {
            Err(TopUpError::TooSmall { min: self.min })
        } else {
            Ok(amount)
        }
    }
}

/// How a top-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TopUpState {
    /// The notice is being made known to pagoPA.
    Preparing,
    /// The notice can be paid.
    Payable,
    /// The family went to the checkout; no receipt yet. Not to be paid twice meanwhile.
    Verifying,
    /// A receipt came and the wallet was credited.
    Paid,
    /// Withdrawn unpaid.
    Cancelled,
}

impl TopUpState {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Payable => "payable",
            Self::Verifying => "verifying",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Preparing,
            Self::Payable,
            Self::Verifying,
            Self::Paid,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|s| s.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> TopUpRules {
        TopUpRules {
            fixed: vec![Cents::new(5_000), Cents::new(10_000)],
            min: Cents::new(500),
            max: Cents::new(50_000),
        }
    }

    fn amount(choice: TopUpChoice) -> Result<Cents, TopUpError> {
        rules().amount(choice, |meals| Cents::new(618).checked_mul(i64::from(meals)))
    }

    #[test]
    fn each_way_gives_its_amount() {
        assert_eq!(
            amount(TopUpChoice::Fixed {
                amount: Cents::new(5_000)
            }),
            Ok(Cents::new(5_000))
        );
        assert_eq!(amount(TopUpChoice::Meals { meals: 20 }), Ok(Cents::new(12_360)));
        assert_eq!(amount(TopUpChoice::Meals { meals: 1 }), Ok(Cents::new(618)));
        assert_eq!(
            amount(TopUpChoice::Free {
                amount: Cents::new(500)
            }),
            Ok(Cents::new(500))
        );
    }

    #[test]
    fn absurd_amounts_are_refused_with_the_limit() {
        let (min, max) = (rules().min, rules().max);
        for cents in [0, -1, i64::MIN, 499] {
            assert_eq!(
                amount(TopUpChoice::Free {
                    amount: Cents::new(cents)
                }),
                Err(TopUpError::TooSmall { min })
            );
        }
        for cents in [50_001, 1_000_000_000_000, i64::MAX] {
            assert_eq!(
                amount(TopUpChoice::Free {
                    amount: Cents::new(cents)
                }),
                Err(TopUpError::TooLarge { max })
            );
        }
        assert_eq!(
            amount(TopUpChoice::Meals { meals: 0 }),
            Err(TopUpError::TooSmall { min })
        );
        assert_eq!(
            amount(TopUpChoice::Meals { meals: u32::MAX }),
            Err(TopUpError::TooLarge { max })
        );
        assert_eq!(
            amount(TopUpChoice::Fixed {
                amount: Cents::new(5_001)
            }),
            Err(TopUpError::NotOffered)
        );
    }
}
