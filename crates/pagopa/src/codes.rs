//! The numbers of a notice: NAV (numero avviso), IUV, the body's fiscal code, and the texts made of them.
//!
//! Nothing here asks anybody: a right check digit says that a number was typed well, not that it is owed.
//!
//! Source: pagoPA, "Specifiche attuative dei codici identificativi di versamento" 3.2 (SACI), and the notice
//! specification for the QR text.

mod texts;

pub use texts::{NoticeQr, checkout_link, checkout_link_at, qr_payload, rpt_id};

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Why a text or a number is not a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// A notice number has 18 digits.
    #[error("a notice number has 18 digits")]
    NoticeLength,
    /// The first digit is 0, 1, 2 or 3.
    #[error("a notice number begins with 0, 1, 2 or 3")]
    AuxiliaryDigit,
    /// The sequence does not fit in 13 digits.
    #[error("the sequence of notice numbers is used up: {0} has more than 13 digits")]
    SequenceTooLong(u64),
    /// A segregation code has two digits.
    #[error("a segregation code has two digits")]
    Segregation,
    /// A body's fiscal code has 11 digits.
    #[error("a body's fiscal code has 11 digits")]
    BodyLength,
    /// The last digit of a body's fiscal code is wrong.
    #[error("the last digit of the body's fiscal code is wrong")]
    BodyCheckDigit,
    /// An IUV that we can turn into a notice number has 17 digits.
    #[error("an IUV has 17 digits")]
    IuvLength,
    /// Not the text of a notice's QR code.
    #[error("not the text of a notice's QR code")]
    Qr,
    /// A QR code carries 1 to 9 999 999 999 cents.
    #[error("a notice's QR code carries between 0,01 and 99.999.999,99 euro")]
    QrAmount,
}

/// Codice di segregazione: two digits that pagoPA assigns to a body's station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SegregationCode(u8);

impl SegregationCode {
    /// The code from its number, 0 to 99.
    pub fn new(code: u8) -> Result<Self, CodeError> {
        if code < 100 {
            Ok(Self(code))
        } else {
            Err(CodeError::Segregation)
        }
    }
}

impl FromStr for SegregationCode {
    type Err = CodeError;
    fn from_str(text: &str) -> Result<Self, CodeError> {
        if text.len() == 2 && all_digits(text) {
            text.parse().map(Self).map_err(|_| CodeError::Segregation)
        } else {
            Err(CodeError::Segregation)
        }
    }
}

impl fmt::Display for SegregationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// What the last two digits of a notice number say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDigit {
    /// They are right.
    Valid,
    /// They are not what the other sixteen ask for. Payment providers may skip the test, and numbers made
    /// elsewhere with wrong digits exist and are payable: warn, do not refuse.
    Wrong {
        /// What they should be, 0 to 92.
        expected: u8,
    },
    /// Numbers that begin with 1 have none.
    Absent,
}

/// Numero avviso (NAV): 18 digits, what a payer types.
///
/// New ones are `3` + segregation code (2) + base (13) + check (2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NoticeNumber(u64);

impl NoticeNumber {
    /// The largest base: thirteen nines.
    pub const MAX_SEQUENCE: u64 = 9_999_999_999_999;

    /// Makes the number of a new notice. `sequence` is the body's own and is never used twice, not even
    /// after a restore from backup.
    pub fn generate(segregation: SegregationCode, sequence: u64) -> Result<Self, CodeError> {
        if sequence > Self::MAX_SEQUENCE {
            return Err(CodeError::SequenceTooLong(sequence));
        }
        let first_16 = 3_000_000_000_000_000 + u64::from(segregation.0) * 10_000_000_000_000 + sequence;
        Ok(Self(first_16 * 100 + first_16 % 93))
    }

    /// Reads a number made by anyone, also with the spaces it is printed with, and says whether its check
    /// digits are right.
    pub fn parse(text: &str) -> Result<(Self, CheckDigit), CodeError> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let number: Self = digits.parse()?;
        Ok((number, number.check()))
    }

    /// The number of which this is the IUV, and whether its check digits are right. Reporting flows and receipts name
    /// a payment by its IUV; ours have auxiliary digit 3, so the number is `3` and the IUV's 17 digits.
    pub fn from_iuv(iuv: &str) -> Result<(Self, CheckDigit), CodeError> {
        if iuv.len() != 17 || !all_digits(iuv) {
            return Err(CodeError::IuvLength);
        }
        Self::parse(&format!("3{iuv}"))
    }

    /// Whether the last two digits are right.
    pub fn check(self) -> CheckDigit {
        let expected = (self.0 / 100) % 93;
        match self.auxiliary_digit() {
            1 => CheckDigit::Absent,
            _ if self.0 % 100 == expected => CheckDigit::Valid,
            _ => CheckDigit::Wrong {
                expected: u8::try_from(expected).unwrap_or_default(),
            },
        }
    }

    /// The first digit: 3 for every new notice, 0 to 2 in old ones.
    pub fn auxiliary_digit(self) -> u8 {
        u8::try_from(self.0 / 100_000_000_000_000_000).unwrap_or_default()
    }

    /// IUV (identificativo univoco di versamento): the number without its first digit, or in the oldest form
    /// (auxiliary digit 0) also without the application code.
    pub fn iuv(self) -> String {
        let text = self.to_string();
        let from = if self.auxiliary_digit() == 0 { 3 } else { 1 };
        text.get(from..).unwrap_or_default().to_owned()
    }

    /// The number in groups of four, as a notice prints it: `3010 0000 0000 0042 85`.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        let mut grouped = String::with_capacity(22);
        for (i, digit) in text.chars().enumerate() {
            if i > 0 && i % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(digit);
        }
        grouped
    }
}

/// Exactly 18 digits.
impl FromStr for NoticeNumber {
    type Err = CodeError;
    fn from_str(text: &str) -> Result<Self, CodeError> {
        if text.len() != 18 || !all_digits(text) {
            return Err(CodeError::NoticeLength);
        }
        let number = Self(text.parse().map_err(|_| CodeError::NoticeLength)?);
        if number.auxiliary_digit() > 3 {
            return Err(CodeError::AuxiliaryDigit);
        }
        Ok(number)
    }
}

impl fmt::Display for NoticeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:018}", self.0)
    }
}

/// Codice fiscale of a body (ente creditore): 11 digits, the last a check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BodyFiscalCode(u64);

impl FromStr for BodyFiscalCode {
    type Err = CodeError;
    fn from_str(text: &str) -> Result<Self, CodeError> {
        if text.len() != 11 || !all_digits(text) {
            return Err(CodeError::BodyLength);
        }
        // D.M. 23 December 1976: digits in even places count double, and a double above 9 loses 9.
        let sum: u32 = text
            .bytes()
            .map(|b| u32::from(b - b'0'))
            .enumerate()
            .map(|(place, digit)| match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            })
            .sum();
        if !sum.is_multiple_of(10) {
            return Err(CodeError::BodyCheckDigit);
        }
        text.parse().map(Self).map_err(|_| CodeError::BodyLength)
    }
}

impl fmt::Display for BodyFiscalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:011}", self.0)
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

macro_rules! texts {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = CodeError;
            fn try_from(text: String) -> Result<Self, CodeError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.to_string()
            }
        }
    )+};
}
texts!(SegregationCode, NoticeNumber, BodyFiscalCode);

#[cfg(test)]
mod tests;
