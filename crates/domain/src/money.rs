//! Money in integer cents of euro. No floating point anywhere.

use serde::{Deserialize, Serialize};
use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub},
};

/// An amount in euro cents; may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Cents(i64);

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with an optional comma and two decimals.
    #[error("not an amount in euro, such as 1.234,56")]
    Malformed,
    /// Larger than the product can hold.
    #[error("the amount is too large")]
    TooLarge,
}

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// 999 999 999.99 euro: the largest amount that pagoPA's XSD accepts.
    pub const MAX: Self = Self(99_999_999_999);

    /// An amount of `cents` euro cents.
    pub const fn new(cents: i64) -> Self {
        Self(cents)
    }

    /// The number of cents.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// `self × times`, or nothing where it does not fit.
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }

    /// True below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Reads an amount as Italians write it: `6,18`, `1.234,50`, `-3`, `5.95` (a dot with one or two final
    /// decimals is accepted, since spreadsheets export it).
    pub fn parse_italian(text: &str) -> Result<Self, AmountError> {
        let text = text.trim().trim_end_matches('€').trim();
        let (negative, digits) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = match (digits.rsplit_once(','), digits.rsplit_once('.')) {
            (Some((whole, decimals)), _) => (whole, decimals),
            (None, Some((whole, decimals))) if decimals.len() <= 2 && !whole.contains('.') => {
                (whole, decimals)
            }
            _ => (digits, ""),
        };
        let whole = ungroup(whole)?;
        if decimals.len() > 2 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AmountError::Malformed);
        }
        let cents = format!("{decimals:0<2}")
            .parse::<i64>()
            .map_err(|_| AmountError::Malformed)?;
        let euro = whole.parse::<i64>().map_err(|_| AmountError::TooLarge)?;
        let total = euro
            .checked_mul(100)
            .and_then(|e| e.checked_add(cents))
            .ok_or(AmountError::TooLarge)?;
        if total > Self::MAX.0 {
            return Err(AmountError::TooLarge);
        }
        Ok(Self(if negative { -total } else { total }))
    }
}

/// Takes the thousands' dots out, which must stand in groups of three.
fn ungroup(whole: &str) -> Result<String, AmountError> {
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.contains('.');
    let ok = !first.is_empty()
        && first.bytes().all(|b| b.is_ascii_digit())
        && (!grouped || first.len() <= 3)
        && groups.all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()));
    if ok {
        Ok(whole.replace('.', ""))
    } else {
        Err(AmountError::Malformed)
    }
}

/// Italian form with grouping, two decimals and a real minus sign: `1.234,56`, `−6,18`. Without the euro sign.
impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.unsigned_abs();
        let euro = (cents / 100).to_string();
        let mut grouped = String::with_capacity(euro.len() + euro.len() / 3);
        for (i, digit) in euro.chars().enumerate() {
            if i > 0 && (euro.len() - i).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        write!(
            f,
            "{}{grouped},{:02}",
            if self.0 < 0 { "−" } else { "" },
            cents % 100
        )
    }
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_italians_write_them() {
        for (text, cents) in [
            ("6,18", 618),
            ("1.234,5", 123_450),
            ("5.95", 595),
            ("-3", -300),
            ("−6,18", -618),
            (" 50 € ", 5_000),
            ("1.234.567,89", 123_456_789),
            ("1.234", 123_400),
        ] {
            assert_eq!(Cents::parse_italian(text), Ok(Cents(cents)), "{text}");
        }
        for text in [
            "", "abc", "1,234", "12.34,5", "1,2,3", "1.2345", "--1", ",5", "6,1x",
        ] {
            assert_eq!(Cents::parse_italian(text), Err(AmountError::Malformed), "{text}");
        }
        assert_eq!(
            Cents::parse_italian("99999999999999999999"),
            Err(AmountError::TooLarge)
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(cents in -99_999_999_999_i64..=99_999_999_999) {
            prop_assert_eq!(Cents::parse_italian(&Cents(cents).to_string()), Ok(Cents(cents)));
        }
    }
}
