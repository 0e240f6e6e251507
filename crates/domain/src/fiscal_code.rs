//! Codice fiscale of a person: sixteen characters with a control character (DM 12 March 1974), omocodia included.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A personal fiscal code whose control character is right. Upper case, without `TINIT-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct FiscalCode(String);

/// Why a text is not a personal fiscal code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FiscalCodeError {
    /// Not sixteen letters and digits.
    #[error("a fiscal code has 16 characters")]
    Length,
    /// A letter where a digit belongs or the other way round.
    #[error("character {position} does not fit a fiscal code")]
    Shape {
        /// One-based position of the first character that does not fit.
        position: usize,
    },
    /// The last character is not the one that the others give.
    #[error("the control character should be {expected}")]
    Control {
        /// What the first fifteen characters give.
        expected: char,
    },
}

/// `L` a letter, `D` a digit or the letter that replaces it when two people share a code (omocodia).
const SHAPE: &[u8; 16] = b"LLLLLLDDLDDLDDDL";
/// The letters that stand for 0 to 9 in omocodia.
const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";
/// Value of 0 to 9 (and A to J) in odd positions, then of K to Z.
const ODD: [u32; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

impl FiscalCode {
    /// Reads a fiscal code; blanks around and lower case are accepted. The prefix `TINIT-` of SPID and CIE is not: only
    /// `identity` meets it, and takes it off.
    pub fn parse(text: &str) -> Result<Self, FiscalCodeError> {
        let code = text.trim().to_ascii_uppercase();
        if code.len() != 16 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(FiscalCodeError::Length);
        }
        for (i, (byte, kind)) in code.bytes().zip(SHAPE).enumerate() {
            let fits = match kind {
                b'L' => byte.is_ascii_uppercase(),
                _ => byte.is_ascii_digit() || OMOCODIA.contains(&byte),
            };
            if !fits {
                return Err(FiscalCodeError::Shape { position: i + 1 });
            }
        }
        let expected = control_character(&code[..15]);
        if code.ends_with(expected) {
            Ok(Self(code))
        } else {
            Err(FiscalCodeError::Control { expected })
        }
    }

    /// The sixteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The sixteenth character that fifteen letters and digits give. Samples and tests make codes with it.
pub fn control_character(first_fifteen: &str) -> char {
    let sum: u32 = first_fifteen
        .bytes()
        .enumerate()
        .map(|(i, byte)| {
            let value = if byte.is_ascii_digit() {
                u32::from(byte - b'0')
            } else {
                u32::from(byte.saturating_sub(b'A'))
            };
            // Positions are counted from one: the first is odd.
            if i % 2 == 0 {
                ODD.get(value as usize).copied().unwrap_or(0)
            } else {
                value
            }
        })
        .sum();
    char::from_u32(u32::from(b'A') + sum % 26).unwrap_or('A')
}

impl fmt::Display for FiscalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for FiscalCode {
    type Error = FiscalCodeError;
    fn try_from(text: String) -> Result<Self, FiscalCodeError> {
        Self::parse(&text)
    }
}

impl From<FiscalCode> for String {
    fn from(code: FiscalCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_right_code_is_read_in_any_dress() {
        for text in ["RSSMRA80A01H501U", " rssmra80a01h501u "] {
            assert_eq!(FiscalCode::parse(text).unwrap().as_str(), "RSSMRA80A01H501U");
        }
        assert_eq!(
            FiscalCode::parse("TINIT-RSSMRA80A01H501U"),
            Err(FiscalCodeError::Length)
        );
    }

    #[test]
    fn omocodia_replaces_digits_by_letters_and_moves_the_control_character() {
        let stem = "RSSMRA80A01H50M";
        let code = format!("{stem}{}", control_character(stem));
        assert!(FiscalCode::parse(&code).is_ok());
        assert_ne!(code.chars().last(), Some('U'));
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(FiscalCode::parse("RSSMRA80A01H501"), Err(FiscalCodeError::Length));
        assert_eq!(
            FiscalCode::parse("RSSMRA80A01H501X"),
            Err(FiscalCodeError::Control { expected: 'U' })
        );
        assert_eq!(
            FiscalCode::parse("1SSMRA80A01H501U"),
            Err(FiscalCodeError::Shape { position: 1 })
        );
        assert_eq!(
            FiscalCode::parse("RSSMRA8AA01H501U"),
            Err(FiscalCodeError::Shape { position: 8 })
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = FiscalCode::parse(&text);
        }

        #[test]
        fn one_changed_letter_is_noticed(position in 0_usize..6, step in 1_u8..26) {
            let mut bytes = *b"RSSMRA80A01H501U";
            bytes[position] = b'A' + (bytes[position] - b'A' + step) % 26;
            let changed = String::from_utf8(bytes.to_vec()).unwrap();
            prop_assert!(FiscalCode::parse(&changed).is_err());
        }
    }
}
