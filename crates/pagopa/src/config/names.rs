//! What a body is called, and the account it is paid to. A value that was read is one that pagoPA takes.

use super::ConfigError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! names {
    ($($(#[doc = $doc:literal])+ $name:ident, $error:ident, $fits:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ConfigError;
            fn from_str(text: &str) -> Result<Self, ConfigError> {
                let (text, fits): (&str, fn(&str) -> bool) = (text.trim(), $fits);
                if fits(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(ConfigError::$error)
                }
            }
        }

        texts!($name);
    )+};
}

macro_rules! texts {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = ConfigError;
            fn try_from(text: String) -> Result<Self, ConfigError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

names! {
    /// The body's name as payers read it, 1 to 140 characters.
    CompanyName, CompanyName, |text| has_up_to(text, 140);
    /// Settore: the office, 1 to 50 characters (notice specification 3.5).
    OfficeName, OfficeName, |text| has_up_to(text, 50);
    /// How to reach the office, 1 to 100 characters (notice specification 3.5).
    OfficeInfo, OfficeInfo, |text| has_up_to(text, 100);
    /// Codice CBILL, also called codice interbancario or SIA: five capital letters and digits.
    Cbill, Cbill, |text| text.len() == 5 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    /// A station's code, such as `03334231200_01`: 1 to 35 visible characters.
    StationId, StationId, is_code;
    /// A broker's code, its fiscal code: 1 to 35 visible characters.
    BrokerId, BrokerId, is_code;
}

fn has_up_to(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

fn is_code(text: &str) -> bool {
    (1..=35).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Account number (ISO 13616). Debug output shows its last four characters only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(String);

impl Iban {
    /// The number without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Iban {
    type Err = ConfigError;
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let iban: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let shape = (15..=34).contains(&iban.len())
            && iban.bytes().all(|b| b.is_ascii_alphanumeric())
            && iban.bytes().take(2).all(|b| b.is_ascii_uppercase())
            && (!iban.starts_with("IT") || iban.len() == 27);
        // ISO 7064: country and check digits go last, letters count 10 to 35, the rest modulo 97 is 1.
        let remainder =
            iban.bytes()
                .skip(4)
                .chain(iban.bytes().take(4))
                .fold(0_u32, |rest, byte| match byte {
                    b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
                    _ => (rest * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
                });
        if shape && remainder == 1 {
            Ok(Self(iban))
        } else {
            Err(ConfigError::Iban)
        }
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iban(…{})", self.0.get(self.0.len() - 4..).unwrap_or_default())
    }
}

texts!(Iban);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_numbers_are_checked() {
        assert!("GB82 WEST 1234 5698 7654 32".parse::<Iban>().is_ok());
        for bad in [
            "",
            "IT60X0542811101000000123457",
            "IT60X054281110100000012345",
            "è",
        ] {
            assert_eq!(bad.parse::<Iban>(), Err(ConfigError::Iban), "{bad}");
        }
    }
}
