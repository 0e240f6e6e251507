//! The codes that come by mail or SMS: eight digits, ten minutes, five tries, each bound to what it was sent for.
//!
//! OWASP ASVS 5.0: 6.5.1 (once), 6.5.2 (kept as a slow hash), 6.5.4 (26 bits), 6.5.5 (ten minutes), 6.6.2 (bound to
//! the request), 6.6.3 (few tries).

use chrono::TimeDelta;
use domain::Instant;
use std::fmt;

/// How many digits a code has.
pub const DIGITS: u8 = 8;
/// How long a code is good.
pub const HOLDS: TimeDelta = TimeDelta::minutes(10);
/// How often it may be tried.
pub const TRIES: u32 = 5;
/// Codes to one contact, and from one person, within [`WINDOW`].
pub const PER_CONTACT: u32 = 4;
/// In what time [`PER_CONTACT`] counts.
pub const WINDOW: TimeDelta = TimeDelta::hours(1);

/// How many different codes there are.
const CODES: u64 = 10_u64.pow(DIGITS as u32);

/// A code. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Makes a code of eight random bytes.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        // 2^64 is so much more than 10^8 that no code is noticeably likelier than another.
        let number = u64::from_be_bytes(bytes) % CODES;
        Self(format!("{number:0width$}", width = usize::from(DIGITS)))
    }

    /// Reads a code as typed: blanks and hyphens are dropped. None where it has not eight digits.
    pub fn as_typed(text: &str) -> Option<Self> {
        let digits: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(usize::from(DIGITS) + 1)
            .collect();
        let ok = digits.len() == usize::from(DIGITS) && digits.bytes().all(|b| b.is_ascii_digit());
        ok.then_some(Self(digits))
    }

    /// The digits, for the message and the hash.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Until when a code that is sent now is good.
pub fn until(now: Instant) -> Instant {
    now + HOLDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_has_eight_digits_also_where_it_is_small() {
        let code = Code::from_random([0, 0, 0, 0, 0, 0, 0, 7]);
        assert_eq!(code.reveal(), "00000007");
        assert_eq!(Code::as_typed(" 0000-0007 "), Some(code.clone()));
        assert_eq!(format!("{code:?}"), "Code(…)");
        for text in ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨"] {
            assert_eq!(Code::as_typed(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_code_is_read_back_as_it_was_sent(random: [u8; 8]) {
            let code = Code::from_random(random);
            prop_assert_eq!(code.reveal().len(), 8);
            prop_assert_eq!(Code::as_typed(code.reveal()), Some(code));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            if let Some(code) = Code::as_typed(&text) {
                prop_assert_eq!(code.reveal().len(), 8);
            }
        }
    }
}
