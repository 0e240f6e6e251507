//! Tassonomia dei servizi di incasso: the code that tells what a transfer collects.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Not a code such as `9/0107101TS/`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a taxonomy code such as 9/0107101TS/")]
pub struct TaxonomyError;

/// The codes with which a canteen is collected, with prefix `9/`, and what each one is. Pagopa's list, v16.
pub const CANTEEN_CODES: [(&str, &str); 3] = [
    ("9/0107101TS/", "Comune, Unione o Consorzio: mensa scolastica"),
    ("9/0601104TS/", "Scuola statale o università: mensa e buoni pasto"),
    ("9/0901100AP/", "Gestore di pubblico servizio: incassi generali"),
];

/// Whether pagoPA may push a position to the debtor's bank by itself (SEPA Request-to-Pay, since March 2026).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Push {
    /// `9/`: yes.
    Allowed,
    /// `6/`: no, the body judges that it would do harm. For top-ups that the parent is paying already.
    NotWanted,
    /// `7/`: no, the body has an exclusive contract with another provider.
    OtherProvider,
    /// `8/`: no, for both reasons.
    NotWantedAndOtherProvider,
}

/// A taxonomy code: prefix `6/` to `9/`, kind of body (2 digits), area (2), service (3), legal ground
/// (`IM`, `TS`, `SP`, `SA`, `AP`) and a slash.
///
/// The syntax must be exact: with a mistake in it pagoPA ignores the prefix and pushes the notice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxonomyCode(String);

impl TaxonomyCode {
    /// `9/0107101TS/`: a municipality's school canteen.
    pub fn school_canteen() -> Self {
        Self("9/0107101TS/".to_owned())
    }

    /// The code as pagoPA writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the prefix says.
    pub fn push(&self) -> Push {
        match self.0.as_bytes().first() {
            Some(b'6') => Push::NotWanted,
            Some(b'7') => Push::OtherProvider,
            Some(b'8') => Push::NotWantedAndOtherProvider,
            _ => Push::Allowed,
        }
    }

    /// What is collected, where it is one of the canteen's own codes; otherwise the body should look twice.
    pub fn canteen_meaning(&self) -> Option<&'static str> {
        CANTEEN_CODES
            .iter()
            .find(|(code, _)| code.get(1..) == self.0.get(1..))
            .map(|(_, meaning)| *meaning)
    }
}

impl FromStr for TaxonomyCode {
    type Err = TaxonomyError;
    fn from_str(text: &str) -> Result<Self, TaxonomyError> {
        let right = match text.as_bytes() {
            [b'6'..=b'9', b'/', rest @ .., b'/'] if rest.len() == 9 => {
                let (digits, ground) = rest.split_at(7);
                digits.iter().all(u8::is_ascii_digit)
                    && [b"IM", b"TS", b"SP", b"SA", b"AP"].iter().any(|g| *g == ground)
            }
            _ => false,
        };
        if right {
            Ok(Self(text.to_owned()))
        } else {
            Err(TaxonomyError)
        }
    }
}

impl fmt::Display for TaxonomyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TaxonomyCode {
    type Error = TaxonomyError;
    fn try_from(text: String) -> Result<Self, TaxonomyError> {
        text.parse()
    }
}

impl From<TaxonomyCode> for String {
    fn from(code: TaxonomyCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_says_whether_a_bank_is_told() {
        for (text, push) in [
            ("9/0107101TS/", Push::Allowed),
            ("6/0107101TS/", Push::NotWanted),
            ("7/0107101TS/", Push::OtherProvider),
            ("8/0107101TS/", Push::NotWantedAndOtherProvider),
        ] {
            let code: TaxonomyCode = text.parse().unwrap();
            assert_eq!(code.push(), push);
            assert_eq!(code.canteen_meaning(), Some(CANTEEN_CODES[0].1));
        }
        assert_eq!(
            "9/0101100IM/".parse::<TaxonomyCode>().unwrap().canteen_meaning(),
            None
        );
        assert_eq!(TaxonomyCode::school_canteen().to_string(), "9/0107101TS/");
    }

    #[test]
    fn a_mistake_in_the_syntax_is_refused() {
        for text in [
            "",
            "9/0107101TS",
            "5/0107101TS/",
            "9/010710TS/",
            "9/0107101XX/",
            "9/0107101ts/",
            "90107101TS/",
            " 9/0107101TS/",
        ] {
            assert_eq!(text.parse::<TaxonomyCode>(), Err(TaxonomyError), "{text}");
        }
    }
}
