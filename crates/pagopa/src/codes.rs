//! The numbers of a notice: NAV (numero avviso), IUV, the body's fiscal code, and the texts made of them.
//!
//! Source: pagoPA, "Specifiche attuative dei codici identificativi di versamento" 3.2 (SACI), and the notice
//! specification for the QR text.

use domain::Cents;
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

/// The 29 digits that name one payment in the whole of pagoPA: body's fiscal code and notice number.
pub fn rpt_id(body: BodyFiscalCode, notice: NoticeNumber) -> String {
    format!("{body}{notice}")
}

/// The text in a printed notice's QR code (drawn at version 4, error correction M).
pub fn qr_payload(body: BodyFiscalCode, notice: NoticeNumber, amount: Cents) -> Result<String, CodeError> {
    let cents = amount.get();
    if !(1..=9_999_999_999).contains(&cents) {
        return Err(CodeError::QrAmount);
    }
    Ok(format!("PAGOPA|002|{notice}|{body}|{cents:02}"))
}

/// The address that opens pagoPA's Checkout with this one notice, without a cart and without a way back.
/// For mails and printed notices.
pub fn checkout_link(body: BodyFiscalCode, notice: NoticeNumber) -> String {
    format!("https://checkout.pagopa.it/{}", rpt_id(body, notice))
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn notice(text: &str) -> NoticeNumber {
        text.parse().unwrap()
    }

    fn body(text: &str) -> BodyFiscalCode {
        text.parse().unwrap()
    }

    #[test]
    fn the_published_example_is_generated_to_the_digit() {
        let made = NoticeNumber::generate("01".parse().unwrap(), 42).unwrap();
        assert_eq!(made.to_string(), "301000000000004285");
        assert_eq!(made.iuv(), "01000000000004285");
        assert_eq!(made.grouped(), "3010 0000 0000 0042 85");
        assert_eq!(made.auxiliary_digit(), 3);
    }

    #[test]
    fn numbers_seen_in_the_wild_have_right_check_digits() {
        for text in [
            "301000000000004285",
            "302032002700000251",
            "347164993070184562",
            "382202100000000101",
            "301185850000001130",
            "322201151398574181",
            "302722280174467480",
            "301730000000007517",
            "300715700000000032",
        ] {
            assert_eq!(
                NoticeNumber::parse(text),
                Ok((notice(text), CheckDigit::Valid)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_wrong_check_digit_is_a_warning_that_names_the_right_one() {
        for (text, expected) in [
            ("302012387654312384", 86),
            ("302012387654312385", 86),
            ("302000100440009424", 84),
            ("311111111112222222", 47),
            ("302051234567890111", 38),
            ("301000000000000000", 43),
            ("301000000000004286", 85),
        ] {
            assert_eq!(
                NoticeNumber::parse(text),
                Ok((notice(text), CheckDigit::Wrong { expected })),
                "{text}"
            );
        }
    }

    #[test]
    fn old_forms_are_read_with_their_own_iuv() {
        let first = 1_234_567_890_123_u64;
        let check = (u64::from(1_u8) * 10_000_000_000_000 + first) % 93;
        let oldest = notice(&format!("001{first:013}{check:02}"));
        assert_eq!(oldest.check(), CheckDigit::Valid);
        assert_eq!(oldest.iuv(), format!("{first:013}{check:02}"));
        let (free, digit) = NoticeNumber::parse("112345678901234567").unwrap();
        assert_eq!(
            (free.iuv().as_str(), digit),
            ("12345678901234567", CheckDigit::Absent)
        );
    }

    #[test]
    fn spaces_are_allowed_where_people_type_and_nowhere_else() {
        assert_eq!(
            NoticeNumber::parse(" 3010 0000 0000 0042\u{a0}85 ").unwrap().0,
            notice("301000000000004285")
        );
        assert_eq!(
            "3010 0000 0000 0042 85".parse::<NoticeNumber>(),
            Err(CodeError::NoticeLength)
        );
        for text in [
            "",
            "01000000000004285",
            "3010000000000042850",
            "30100000000000428x",
            "٣01000000000004285",
        ] {
            assert_eq!(NoticeNumber::parse(text), Err(CodeError::NoticeLength), "{text}");
        }
        assert_eq!(
            NoticeNumber::parse("401000000000004285"),
            Err(CodeError::AuxiliaryDigit)
        );
    }

    #[test]
    fn a_sequence_has_at_most_thirteen_digits() {
        let segregation = SegregationCode::new(99).unwrap();
        assert!(NoticeNumber::generate(segregation, NoticeNumber::MAX_SEQUENCE).is_ok());
        assert_eq!(
            NoticeNumber::generate(segregation, 10_000_000_000_000),
            Err(CodeError::SequenceTooLong(10_000_000_000_000))
        );
        assert_eq!(SegregationCode::new(100), Err(CodeError::Segregation));
        for text in ["1", "001", "a1", ""] {
            assert_eq!(
                text.parse::<SegregationCode>(),
                Err(CodeError::Segregation),
                "{text}"
            );
        }
    }

    #[test]
    fn a_body_is_known_by_eleven_digits_with_a_right_last_one() {
        for text in ["81005750021", "03334231200", "80002270074", "00050800523"] {
            assert_eq!(body(text).to_string(), text);
        }
        assert_eq!(
            "81005750022".parse::<BodyFiscalCode>(),
            Err(CodeError::BodyCheckDigit)
        );
        assert_eq!(
            "77777777777".parse::<BodyFiscalCode>(),
            Err(CodeError::BodyCheckDigit)
        );
        assert_eq!("8100575002".parse::<BodyFiscalCode>(), Err(CodeError::BodyLength));
    }

    #[test]
    fn the_qr_text_is_the_published_one() {
        let (nav, cf) = (notice("302032002700000251"), body("03334231200"));
        assert_eq!(
            qr_payload(cf, nav, Cents::new(11)).unwrap(),
            "PAGOPA|002|302032002700000251|03334231200|11"
        );
        assert_eq!(
            qr_payload(body("81005750021"), notice("322201151398574181"), Cents::new(1)).unwrap(),
            "PAGOPA|002|322201151398574181|81005750021|01"
        );
        assert_eq!(
            qr_payload(
                body("00050800523"),
                notice("302722280174467480"),
                Cents::new(38_300)
            )
            .unwrap(),
            "PAGOPA|002|302722280174467480|00050800523|38300"
        );
        for cents in [0, -1, 10_000_000_000] {
            assert_eq!(qr_payload(cf, nav, Cents::new(cents)), Err(CodeError::QrAmount));
        }
    }

    #[test]
    fn a_payment_has_one_name_and_a_link() {
        let (nav, cf) = (notice("301000000000004285"), body("03334231200"));
        assert_eq!(rpt_id(cf, nav), "03334231200301000000000004285");
        assert_eq!(
            checkout_link(cf, nav),
            "https://checkout.pagopa.it/03334231200301000000000004285"
        );
    }

    proptest! {
        #[test]
        fn what_we_generate_is_valid_and_read_back(segregation in 0..100_u8, sequence in 0..=NoticeNumber::MAX_SEQUENCE) {
            let made = NoticeNumber::generate(SegregationCode::new(segregation).unwrap(), sequence).unwrap();
            let text = made.to_string();
            prop_assert_eq!(text.len(), 18);
            prop_assert_eq!(NoticeNumber::parse(&text), Ok((made, CheckDigit::Valid)));
            prop_assert_eq!(NoticeNumber::parse(&made.grouped()), Ok((made, CheckDigit::Valid)));
            prop_assert_eq!(made.iuv().len(), 17);
            prop_assert_eq!(&text[1..3], format!("{segregation:02}"));
            prop_assert_eq!(text[3..16].parse::<u64>().unwrap(), sequence);
        }

        #[test]
        fn one_wrong_digit_never_passes(sequence in 0..=NoticeNumber::MAX_SEQUENCE, place in 1..16_usize, shift in 1..10_u8) {
            let made = NoticeNumber::generate(SegregationCode::new(1).unwrap(), sequence).unwrap();
            let mut bytes = made.to_string().into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + shift) % 10;
            let (_, check) = NoticeNumber::parse(std::str::from_utf8(&bytes).unwrap()).unwrap();
            prop_assert_ne!(check, CheckDigit::Valid);
        }

        #[test]
        fn the_qr_text_fits_a_version_4_code(sequence in 0..=NoticeNumber::MAX_SEQUENCE, cents in 1..=9_999_999_999_i64) {
            let made = NoticeNumber::generate(SegregationCode::new(1).unwrap(), sequence).unwrap();
            let text = qr_payload(body("03334231200"), made, Cents::new(cents)).unwrap();
            prop_assert!((44..=52).contains(&text.len()));
        }

        #[test]
        fn no_text_makes_the_parsers_panic(text in ".*") {
            let _ = NoticeNumber::parse(&text);
            let _ = text.parse::<BodyFiscalCode>();
        }
    }
}
