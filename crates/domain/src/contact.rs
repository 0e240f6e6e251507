//! Recapito: where a person is reached, and in which language.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of contact it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ContactKind {
    /// Indirizzo e-mail.
    Mail,
    /// Numero di cellulare.
    Phone,
}

impl ContactKind {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Phone => "phone",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Mail, Self::Phone]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// A text that is no contact of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Not an address that mail reaches.
    #[error("not a mail address")]
    Mail,
    /// Not a number that a message reaches.
    #[error("not the number of a mobile phone")]
    Phone,
}

/// A contact in the one form in which it is kept and compared. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Contact {
    kind: ContactKind,
    value: String,
}

/// The longest address (RFC 5321, 4.5.3.1.3, less the brackets).
const MAIL_MAX: usize = 254;
/// The longest part before the `@` (RFC 5321, 4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// Digits of an international number (ITU-T E.164), and the least that is no short code.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

impl Contact {
    /// Reads a contact as typed.
    pub fn parse(kind: ContactKind, text: &str) -> Result<Self, ContactError> {
        let value = match kind {
            ContactKind::Mail => mail(text).ok_or(ContactError::Mail)?,
            ContactKind::Phone => phone(text).ok_or(ContactError::Phone)?,
        };
        Ok(Self { kind, value })
    }

    /// A contact of whichever kind the text looks like: one with an `@` is a mail address.
    pub fn guess(text: &str) -> Result<Self, ContactError> {
        let kind = if text.contains('@') {
            ContactKind::Mail
        } else {
            ContactKind::Phone
        };
        Self::parse(kind, text)
    }

    /// Mail or phone.
    pub const fn kind(&self) -> ContactKind {
        self.kind
    }

    /// `ada@example.it`, or `+393331234567`.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({}, …)", self.kind.as_str())
    }
}

/// One `@`, no blank, no quoted local part, a domain with a dot; lower case, as every provider delivers it.
fn mail(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let (local, domain) = text.split_once('@')?;
    let local_ok = (1..=LOCAL_MAX).contains(&local.len())
        && local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_ok = labels.len() >= 2
        && labels.iter().copied().all(label_ok)
        && labels
            .last()
            .is_some_and(|last| last.len() >= 2 && last.bytes().any(|b| b.is_ascii_alphabetic()));
    (text.len() <= MAIL_MAX && local_ok && domain_ok).then_some(text)
}

/// International, with an Italian number's `+39` filled in; of Italian numbers only mobile ones, which begin with 3.
fn phone(text: &str) -> Option<String> {
    let kept: String = text
        .trim()
        .chars()
        .filter(|c| !c.is_whitespace() && !"-./()".contains(*c))
        .collect();
    let digits = if let Some(rest) = kept.strip_prefix('+') {
        rest.to_owned()
    } else if let Some(rest) = kept.strip_prefix("00") {
        rest.to_owned()
    } else {
        format!("39{kept}")
    };
    let number = digits.bytes().all(|b| b.is_ascii_digit())
        && DIGITS.contains(&digits.len())
        && !digits.starts_with('0');
    let reachable = match digits.strip_prefix("39") {
        Some(national) => national.starts_with('3') && (9..=10).contains(&national.len()),
        None => true,
    };
    (number && reachable).then(|| format!("+{digits}"))
}

/// The language of papers and messages to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Language {
    /// Italiano.
    #[default]
    It,
    /// Tedesco (Alto Adige).
    De,
    /// Inglese.
    En,
    /// Francese (Valle d'Aosta).
    Fr,
    /// Sloveno (Friuli Venezia Giulia).
    Sl,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::It, Self::De, Self::En, Self::Fr, Self::Sl];

    /// ISO 639-1.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::It => "it",
            Self::De => "de",
            Self::En => "en",
            Self::Fr => "fr",
            Self::Sl => "sl",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mail_address_is_kept_in_one_form() {
        let read = |text| Contact::parse(ContactKind::Mail, text).map(|c| c.as_str().to_owned());
        assert_eq!(read(" Ada.Bruni@Example.IT "), Ok("ada.bruni@example.it".into()));
        for text in [
            "",
            "ada",
            "ada@",
            "@example.it",
            "ada@example",
            "ada bruni@example.it",
            "a@b@example.it",
            "ada@example.it\r\nBcc: x@example.it",
            ".ada@example.it",
            "a..b@example.it",
            "ada@-x.it",
            "ada@example.1",
            "ada,noa@example.it",
            "\"ada\"@example.it",
            "<ada@example.it>",
        ] {
            assert_eq!(read(text), Err(ContactError::Mail), "{text}");
        }
    }

    #[test]
    fn a_mobile_number_is_kept_with_its_country() {
        let read = |text| Contact::parse(ContactKind::Phone, text).map(|c| c.as_str().to_owned());
        for text in [
            "333 123 4567",
            "+39 333-1234567",
            "0039 333/1234567",
            "(333) 1234567",
        ] {
            assert_eq!(read(text), Ok("+393331234567".into()), "{text}");
        }
        assert_eq!(read("+43 664 1234567"), Ok("+436641234567".into()));
        for text in [
            "",
            "112",
            "0471 123456",
            "+39 0471 123456",
            "333 12x4567",
            "+0123456789",
            "٣٣٣١٢٣٤٥٦٧",
        ] {
            assert_eq!(read(text), Err(ContactError::Phone), "{text}");
        }
    }

    #[test]
    fn a_contact_is_not_shown_by_debug() {
        let contact = Contact::guess("ada@example.it").unwrap();
        assert_eq!(format!("{contact:?}"), "Contact(mail, …)");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_comes_out_is_read_again(text in "\\PC*") {
            for kind in [ContactKind::Mail, ContactKind::Phone] {
                if let Ok(contact) = Contact::parse(kind, &text) {
                    prop_assert_eq!(Contact::parse(kind, contact.as_str()), Ok(contact));
                }
            }
        }

        #[test]
        fn what_looks_like_a_contact_is_read_again(local in "[a-z.+]{1,12}", host in "[a-z0-9.-]{1,20}", n in "[+0-9 ]{1,18}") {
            for text in [format!("{local}@{host}"), n] {
                if let Ok(contact) = Contact::guess(&text) {
                    prop_assert_eq!(Contact::guess(contact.as_str()), Ok(contact));
                }
            }
        }
    }
}
