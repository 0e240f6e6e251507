//! The number on each registered act, short enough to read over the telephone: `CL-0002C-7`.

use std::fmt;

/// No letter that is mistaken for a digit; 31 is prime, so the check character catches every single slip.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKMNPQRSTVWXY";
const BASE: u64 = ALPHABET.len() as u64;

/// A receipt number: the body's prefix, a sequence and a check character.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReceiptNumber {
    prefix: String,
    sequence: u64,
}

/// Why a text is not a receipt number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptNumberError {
    /// Not of the form `XX-00000-0`.
    #[error("a receipt number looks like CL-0002C-7")]
    Malformed,
    /// A character was mistyped.
    #[error("the receipt number contains a typing error")]
    Check,
}

impl ReceiptNumber {
    /// The number of the act with that sequence.
    pub fn new(prefix: &str, sequence: u64) -> Self {
        Self {
            prefix: prefix.to_ascii_uppercase(),
            sequence,
        }
    }

    /// The sequence within the body.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The body's prefix.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Reads a number as people type it.
    pub fn parse(text: &str) -> Result<Self, ReceiptNumberError> {
        let upper = text
            .trim()
            .to_ascii_uppercase()
            .replace('O', "0")
            .replace(['I', 'L'], "1");
        let original = text.trim().to_ascii_uppercase();
        let (prefix, _) = original.split_once('-').ok_or(ReceiptNumberError::Malformed)?;
        let (_, rest) = upper.split_once('-').ok_or(ReceiptNumberError::Malformed)?;
        let (digits, check) = rest.rsplit_once('-').ok_or(ReceiptNumberError::Malformed)?;
        let plain = !prefix.is_empty() && prefix.len() <= 4 && prefix.bytes().all(|b| b.is_ascii_uppercase());
        if !plain || digits.len() < 5 || digits.len() > 12 || check.len() != 1 {
            return Err(ReceiptNumberError::Malformed);
        }
        let mut sequence = 0_u64;
        for byte in digits.bytes() {
            let value = ALPHABET
                .iter()
                .position(|b| *b == byte)
                .ok_or(ReceiptNumberError::Malformed)?;
            sequence = sequence * BASE + value as u64;
        }
        let number = Self {
            prefix: prefix.to_owned(),
            sequence,
        };
        if check.as_bytes() == [number.check()] {
            Ok(number)
        } else {
            Err(ReceiptNumberError::Check)
        }
    }

    fn digits(&self) -> Vec<u8> {
        let mut digits = Vec::new();
        let mut rest = self.sequence;
        while rest > 0 || digits.len() < 5 {
            digits.push(ALPHABET[usize::try_from(rest % BASE).unwrap_or_default()]);
            rest /= BASE;
        }
        digits.reverse();
        digits
    }

    /// Weighted by odd factors, so that one wrong character or two neighbours swapped are noticed.
    fn check(&self) -> u8 {
        let value = |byte: &u8| {
            ALPHABET
                .iter()
                .position(|b| b == byte)
                .unwrap_or(usize::from(*byte))
        };
        let text = [self.prefix.as_bytes(), &self.digits()].concat();
        let sum: usize = text
            .iter()
            .rev()
            .enumerate()
            .map(|(i, byte)| value(byte) * (2 * i + 3))
            .sum();
        ALPHABET[sum % 31]
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        write!(
            f,
            "{}-{}-{}",
            self.prefix,
            String::from_utf8_lossy(&digits),
            char::from(self.check())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mistyped_number_is_refused() {
        let text = ReceiptNumber::new("CL", 74).to_string();
        assert_eq!(ReceiptNumber::parse(&text), Ok(ReceiptNumber::new("CL", 74)));
        assert_eq!(
            ReceiptNumber::parse(&text.to_lowercase()),
            Ok(ReceiptNumber::new("CL", 74))
        );
        assert_eq!(ReceiptNumber::parse("CL74"), Err(ReceiptNumberError::Malformed));
        assert_eq!(
            ReceiptNumber::parse(&text.replacen("0002C", "0002B", 1)),
            Err(ReceiptNumberError::Check)
        );
    }

    proptest! {
        #[test]
        fn every_number_is_read_back_and_no_single_slip_passes(sequence in 0_u64..1 << 40, slip in 0_usize..5, step in 1_usize..31) {
            let number = ReceiptNumber::new("VM", sequence);
            let text = number.to_string();
            prop_assert_eq!(ReceiptNumber::parse(&text), Ok(number.clone()));
            let mut bytes = text.into_bytes();
            let value = ALPHABET.iter().position(|b| *b == bytes[3 + slip]).unwrap();
            bytes[3 + slip] = ALPHABET[(value + step) % 31];
            let slipped = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(ReceiptNumber::parse(&slipped), Err(ReceiptNumberError::Check));
        }
    }
}
