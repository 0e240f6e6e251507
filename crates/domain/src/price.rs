//! Tariffa: what a meal costs, with VAT and the body's rounding.

use crate::{Cents, ServiceDay};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// How a fraction of a cent is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// Cut off towards zero.
    Trunc,
    /// Half a cent away from zero.
    HalfUp,
    /// Half a cent to the even cent.
    HalfEven,
}

/// Where rounding happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundingLevel {
    /// At each meal: the shown price times the meals is the total.
    Unit,
    /// At the document: taxable amount and VAT are rounded once each over all its meals.
    Document,
}

/// A body's rounding rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rounding {
    /// How.
    pub mode: RoundingMode,
    /// Where.
    pub level: RoundingLevel,
}

impl RoundingMode {
    fn cents(self, euro: Decimal) -> Option<Cents> {
        let strategy = match self {
            Self::Trunc => RoundingStrategy::ToZero,
            Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
        };
        let cents = euro
            .checked_mul(Decimal::ONE_HUNDRED)?
            .round_dp_with_strategy(0, strategy)
            .to_i64()?;
        (cents.abs() <= Cents::MAX.get()).then_some(Cents::new(cents))
    }
}

/// One version of a tariff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tariff {
    /// The name enrolments refer to, such as `ordinaria`.
    pub code: String,
    /// First day on which it holds.
    pub first: ServiceDay,
    /// Last day, included; open where absent.
    pub last: Option<ServiceDay>,
    /// Price of a meal before VAT, in euro with up to six decimals.
    pub net: Decimal,
    /// VAT in per cent; zero where the service is exempt or out of scope. School meals: 4 (DPR 633/72, Tab. A
    /// part II no. 37).
    pub vat: Decimal,
}

/// A price that cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Larger than an amount may be, or less than no meals.
    #[error("the amount cannot be computed")]
    OutOfRange,
}

impl Tariff {
    /// True where it holds on that day.
    pub fn holds_on(&self, day: ServiceDay) -> bool {
        self.first <= day && self.last.is_none_or(|last| day <= last)
    }

    /// The price of a meal as it is shown to a family: net plus VAT, rounded once.
    pub fn unit_price(&self, rounding: Rounding) -> Result<Cents, PriceError> {
        let gross = self.net * (Decimal::ONE + self.vat / Decimal::ONE_HUNDRED);
        rounding.mode.cents(gross).ok_or(PriceError::OutOfRange)
    }

    /// What `meals` of them cost together.
    pub fn total(&self, meals: u32, rounding: Rounding) -> Result<Cents, PriceError> {
        match rounding.level {
            RoundingLevel::Unit => {
                let total = self
                    .unit_price(rounding)?
                    .checked_mul(i64::from(meals))
                    .ok_or(PriceError::OutOfRange)?;
                if total > Cents::MAX {
                    Err(PriceError::OutOfRange)
                } else {
                    Ok(total)
                }
            }
            RoundingLevel::Document => {
                let net = self
                    .net
                    .checked_mul(Decimal::from(meals))
                    .ok_or(PriceError::OutOfRange)?;
                let vat = net
                    .checked_mul(self.vat / Decimal::ONE_HUNDRED)
                    .ok_or(PriceError::OutOfRange)?;
                let taxable = rounding.mode.cents(net).ok_or(PriceError::OutOfRange)?;
                Ok(taxable + rounding.mode.cents(vat).ok_or(PriceError::OutOfRange)?)
            }
        }
    }

    /// What the next meal costs after `already` of the same document: so the postings of a month add up to the
    /// document's total whichever level rounds.
    pub fn next_meal(&self, already: u32, rounding: Rounding) -> Result<Cents, PriceError> {
        let with_it = already.checked_add(1).ok_or(PriceError::OutOfRange)?;
        Ok(self.total(with_it, rounding)? - self.total(already, rounding)?)
    }
}

/// The version of a tariff that holds on a day.
pub fn tariff_on<'a>(tariffs: &'a [Tariff], code: &str, day: ServiceDay) -> Option<&'a Tariff> {
    tariffs
        .iter()
        .find(|tariff| tariff.code == code && tariff.holds_on(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clusone() -> Tariff {
        Tariff {
            code: "ordinaria".into(),
            first: "2026-09-01".parse().unwrap(),
            last: None,
            net: "5.95".parse().unwrap(),
            vat: Decimal::from(4),
        }
    }

    const fn rule(mode: RoundingMode, level: RoundingLevel) -> Rounding {
        Rounding { mode, level }
    }

    #[test]
    fn a_meal_at_clusone_costs_six_euro_eighteen_and_twenty_cost_123_60() {
        let rounding = rule(RoundingMode::Trunc, RoundingLevel::Unit);
        assert_eq!(clusone().unit_price(rounding), Ok(Cents::new(618)));
        assert_eq!(clusone().total(20, rounding), Ok(Cents::new(12_360)));
    }

    #[test]
    fn half_up_at_the_unit_gives_123_80_and_at_the_document_123_76() {
        assert_eq!(
            clusone().total(20, rule(RoundingMode::HalfUp, RoundingLevel::Unit)),
            Ok(Cents::new(12_380))
        );
        for mode in [RoundingMode::Trunc, RoundingMode::HalfUp, RoundingMode::HalfEven] {
            assert_eq!(
                clusone().total(20, rule(mode, RoundingLevel::Document)),
                Ok(Cents::new(12_376))
            );
        }
    }

    #[test]
    fn half_a_cent_goes_where_the_mode_says() {
        let tariff = Tariff {
            net: "0.125".parse().unwrap(),
            vat: Decimal::ZERO,
            ..clusone()
        };
        let unit = |mode| tariff.unit_price(rule(mode, RoundingLevel::Unit)).unwrap().get();
        assert_eq!(
            (
                unit(RoundingMode::Trunc),
                unit(RoundingMode::HalfUp),
                unit(RoundingMode::HalfEven)
            ),
            (12, 13, 12)
        );
    }

    #[test]
    fn the_version_of_the_day_holds() {
        let old = Tariff {
            last: Some("2026-12-31".parse().unwrap()),
            ..clusone()
        };
        let new = Tariff {
            first: "2027-01-01".parse().unwrap(),
            net: "6.00".parse().unwrap(),
            ..clusone()
        };
        let both = [old.clone(), new.clone()];
        assert_eq!(
            tariff_on(&both, "ordinaria", "2026-12-31".parse().unwrap()),
            Some(&old)
        );
        assert_eq!(
            tariff_on(&both, "ordinaria", "2027-01-01".parse().unwrap()),
            Some(&new)
        );
        assert_eq!(tariff_on(&both, "ridotta", "2027-01-01".parse().unwrap()), None);
    }

    proptest! {
        #[test]
        fn meals_posted_one_by_one_add_up_to_the_document(
            net in 0_i64..2_000_000, meals in 0_u32..300, mode in 0_usize..3, level in 0_usize..2,
        ) {
            let tariff = Tariff { net: Decimal::new(net, 4), ..clusone() };
            let mode = [RoundingMode::Trunc, RoundingMode::HalfUp, RoundingMode::HalfEven][mode];
            let level = [RoundingLevel::Unit, RoundingLevel::Document][level];
            let sum: Cents = (0..meals).map(|n| tariff.next_meal(n, rule(mode, level)).unwrap()).sum();
            prop_assert_eq!(Ok(sum), tariff.total(meals, rule(mode, level)));
        }

        #[test]
        fn rounding_never_moves_a_price_by_a_cent_or_more(net in 0_i64..10_000_000) {
            let tariff = Tariff { net: Decimal::new(net, 4), ..clusone() };
            let exact = tariff.net * Decimal::new(104, 2) * Decimal::ONE_HUNDRED;
            for mode in [RoundingMode::Trunc, RoundingMode::HalfUp, RoundingMode::HalfEven] {
                let cents = Decimal::from(tariff.unit_price(rule(mode, RoundingLevel::Unit)).unwrap().get());
                prop_assert!((cents - exact).abs() < Decimal::ONE);
            }
        }
    }
}
