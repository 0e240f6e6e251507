//! Values in pagoPA's JSON.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{Cents, time::Instant};
use serde_json::value::RawValue;

/// The platform's times are UTC, some with a zone and some without.
pub(crate) fn instant(text: &str) -> Option<Instant> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .ok()
        .or_else(|| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                .ok()
                .map(|at| at.and_utc())
        })
}

/// A number of euro, digit by digit as it was written, never through a float: `150`, `12.5`, `12.50`, and `1.25E7`, as
/// Java writes large ones. None where it is negative, has a fraction of a cent or is larger than 999 999 999.99.
pub(crate) fn cents(number: &RawValue) -> Option<Cents> {
    euro(number.get())
}

fn euro(text: &str) -> Option<Cents> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if whole.is_empty() || digits().count() > 40 || !digits().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // So many of the digits stand before the point of the number of cents.
    let point = i64::try_from(whole.len()).ok()? + i64::from(exponent) + 2;
    let mut total = 0_i64;
    for (place, digit) in (0_i64..).zip(digits()) {
        if place < point {
            total = total.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
        } else if digit != b'0' {
            return None;
        }
    }
    let written = i64::try_from(digits().count()).ok()?;
    if total != 0 {
        let missing = u32::try_from((point - written).max(0)).ok()?;
        total = total.checked_mul(10_i64.checked_pow(missing)?)?;
    }
    (total <= Cents::MAX.get()).then(|| Cents::new(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_of_euro_is_read_digit_by_digit() {
        for (text, cents) in [
            ("0", 0),
            ("0.01", 1),
            ("1", 100),
            ("12.5", 1_250),
            ("12.50", 1_250),
            ("12.5000", 1_250),
            ("100.95", 10_095),
            ("1.234567E7", 1_234_567_000),
            ("1.2345678912e8", 12_345_678_912),
            ("1250e-2", 1_250),
            ("0.0e9", 0),
            ("0E-400", 0),
            ("999999999.99", 99_999_999_999),
        ] {
            assert_eq!(euro(text), Some(Cents::new(cents)), "{text}");
        }
        for text in [
            "",
            "-1",
            "1.234",
            "100.94999999999999",
            "1000000000",
            "1e30",
            "1e2147483647",
            "1e-2147483648",
            "1e99999999999",
            "1,5",
            ".5",
            "\"1\"",
            "null",
            "1.5.5",
        ] {
            assert_eq!(euro(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_is_read_in_every_way_it_is_written(cents in 0..=99_999_999_999_i64, shift in 0..12_usize) {
            let plain = format!("{}.{:02}", cents / 100, cents % 100);
            prop_assert_eq!(euro(&plain), Some(Cents::new(cents)));
            let digits = format!("{cents:014}");
            let (whole, fraction) = digits.split_at(1 + shift);
            let exponent = 11 - i64::try_from(shift).unwrap();
            let shifted = format!("{whole}.{fraction}E{exponent}");
            prop_assert_eq!(euro(&shifted), Some(Cents::new(cents)), "{}", shifted);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9.eE+-]{0,60}") {
            let _ = euro(&text);
        }
    }
}
