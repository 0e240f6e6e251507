//! Avviso: what a family is asked to pay through pagoPA, whoever asked for it.

use serde::{Deserialize, Serialize};

/// Why there is a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Ricarica: the family made it to pay meals in advance.
    TopUp,
    /// Retta: the office asks for meals that were eaten, or for a debt.
    Invoice,
    /// Quota: the office asks for something else, as an enrolment fee.
    Fee,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::TopUp, Self::Invoice, Self::Fee];

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::Invoice => "invoice",
            Self::Fee => "fee",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether the office made it: such a notice is withdrawn by the office alone.
    pub const fn is_issued(self) -> bool {
        matches!(self, Self::Invoice | Self::Fee)
    }
}

/// Notices that one payment may hold: pagoPA's limit for a cart.
pub const MOST_IN_CART: usize = 5;

/// Longest subject (oggetto) of a printed notice, in characters: specification of the notice, 3.5.
pub const MOST_SUBJECT: usize = 90;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_as_what_it_names() {
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::from_name(kind.as_str()), Some(kind));
        }
        assert_eq!(NoticeKind::from_name("gift"), None);
    }

    #[test]
    fn only_a_top_up_is_the_familys_own() {
        assert!(!NoticeKind::TopUp.is_issued());
        assert!(NoticeKind::Invoice.is_issued() && NoticeKind::Fee.is_issued());
    }
}
