//! Codice badge: a child's code for the whole school path. A user name, never a secret.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A badge code: 4 to 16 letters and digits, upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct BadgeCode(String);

/// A text that is not a badge code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a badge code has 4 to 16 letters and digits")]
pub struct BadgeError;

impl BadgeCode {
    /// Reads a badge code; blanks and hyphens, which people copy from cards, are dropped.
    pub fn parse(text: &str) -> Result<Self, BadgeError> {
        let code: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let ok = (4..=16).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if ok { Ok(Self(code)) } else { Err(BadgeError) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BadgeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for BadgeCode {
    type Error = BadgeError;
    fn try_from(text: String) -> Result<Self, BadgeError> {
        Self::parse(&text)
    }
}

impl From<BadgeCode> for String {
    fn from(code: BadgeCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_comes_out_can_be_read_again(text in "\\PC*") {
            if let Ok(code) = BadgeCode::parse(&text) {
                prop_assert_eq!(BadgeCode::parse(code.as_str()), Ok(code));
            }
        }
    }

    #[test]
    fn a_badge_is_read_as_people_copy_it() {
        assert_eq!(BadgeCode::parse(" 10-04 27a ").unwrap().as_str(), "100427A");
        for text in ["", "123", "12345678901234567", "12é45", "12;45"] {
            assert_eq!(BadgeCode::parse(text), Err(BadgeError), "{text}");
        }
    }
}
