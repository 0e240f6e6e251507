//! Causale: what the payer reads in the bank statement and the receipt.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text cannot be a causale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CausaleError {
    /// Nothing to read.
    #[error("a causale is not empty")]
    Empty,
    /// More than 140 characters.
    #[error("a causale has at most 140 characters, this one has {0}")]
    TooLong(usize),
    /// A character that a bank transfer cannot carry.
    #[error("a bank transfer cannot carry the character {0:?}")]
    Character(char),
    /// Somebody's fiscal code stands in it.
    #[error("a causale never names a person")]
    PersonalData,
}

/// A causale: 1 to 140 characters that a SEPA transfer can carry.
///
/// It travels through banks, so it never says who eats or what: it is built from the body's name, the service
/// and a month. A text that contains a person's fiscal code is refused as a last guard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Causale(String);

impl Causale {
    /// The longest causale, in characters (published limit of `remittanceInformation`).
    pub const MAX: usize = 140;

    /// Takes a text that is already free of personal data. Accents become apostrophes, as on Italian
    /// bank forms.
    pub fn new(text: &str) -> Result<Self, CausaleError> {
        let plain = without_accents(text.trim());
        if plain.is_empty() {
            return Err(CausaleError::Empty);
        }
        if let Some(odd) = plain.chars().find(|c| !sepa(*c)) {
            return Err(CausaleError::Character(odd));
        }
        if plain.len() > Self::MAX {
            return Err(CausaleError::TooLong(plain.len()));
        }
        if words(&plain).any(looks_like_a_persons_code) {
            return Err(CausaleError::PersonalData);
        }
        Ok(Self(plain))
    }

    /// The causale of a top-up begun on `day`: `Comune di Clusone - Mensa scolastica, ricarica, novembre 2026`.
    /// A long name is cut; characters that banks do not carry become spaces.
    pub fn top_up(body_name: &str, day: NaiveDate) -> Result<Self, CausaleError> {
        let what = format!("Mensa scolastica, ricarica, {} {}", month(day), day.year());
        let carried: String = without_accents(body_name)
            .chars()
            .map(|c| if sepa(c) { c } else { ' ' })
            .collect();
        let words: Vec<&str> = carried.split_whitespace().collect();
        let name: String = words.join(" ").chars().take(Self::MAX - what.len() - 3).collect();
        match name.trim() {
            "" => Self::new(&what),
            name => Self::new(&format!("{name} - {what}")),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Causale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Causale {
    type Error = CausaleError;
    fn try_from(text: String) -> Result<Self, CausaleError> {
        Self::new(&text)
    }
}

impl From<Causale> for String {
    fn from(causale: Causale) -> Self {
        causale.0
    }
}

/// The characters that every bank must carry (EPC217-08, SEPA basic set).
fn sepa(c: char) -> bool {
    c.is_ascii_alphanumeric() || " /-?:().,'+".contains(c)
}

fn without_accents(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'à' | 'á' => plain.push_str("a'"),
            'è' | 'é' => plain.push_str("e'"),
            'ì' | 'í' => plain.push_str("i'"),
            'ò' | 'ó' => plain.push_str("o'"),
            'ù' | 'ú' => plain.push_str("u'"),
            'À' | 'Á' => plain.push_str("A'"),
            'È' | 'É' => plain.push_str("E'"),
            'Ì' | 'Í' => plain.push_str("I'"),
            'Ò' | 'Ó' => plain.push_str("O'"),
            'Ù' | 'Ú' => plain.push_str("U'"),
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            '’' | '‘' | '`' => plain.push('\''),
            '–' | '—' => plain.push('-'),
            '\u{a0}' => plain.push(' '),
            other => plain.push(other),
        }
    }
    plain
}

fn month(day: NaiveDate) -> &'static str {
    const MONTHS: [&str; 12] = [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ];
    MONTHS.get(day.month0() as usize).copied().unwrap_or_default()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}

/// The first word of a notice's subject that tells of health or means: such a subject is not to go through banks, nor on
/// paper. For what an office writes; a body's own name may hold what it likes.
pub fn special_word(subject: &str) -> Option<&str> {
    words(subject).find(|word| is_special(word))
}

fn is_special(word: &str) -> bool {
    const BEGINNINGS: [&str; 7] = [
        "dieta",
        "diete",
        "celiac",
        "allergi",
        "intolleran",
        "disabil",
        "handicap",
    ];
    let word = word.to_ascii_lowercase();
    word == "isee" || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
}

/// Sixteen characters in the shape of a person's codice fiscale, replaced letters (omocodia) included.
fn looks_like_a_persons_code(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 16
        && [0, 1, 2, 3, 4, 5, 8, 11, 15]
            .iter()
            .all(|place| bytes[*place].is_ascii_alphabetic())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_top_up_says_who_collects_what_and_when() {
        assert_eq!(
            Causale::top_up("Comune di Clusone", day("2026-11-23"))
                .unwrap()
                .as_str(),
            "Comune di Clusone - Mensa scolastica, ricarica, novembre 2026"
        );
        assert_eq!(
            Causale::top_up("Comune di Cantù & C.", day("2026-09-01"))
                .unwrap()
                .as_str(),
            "Comune di Cantu' C. - Mensa scolastica, ricarica, settembre 2026"
        );
    }

    #[test]
    fn a_person_never_gets_into_a_causale() {
        assert_eq!(
            Causale::new("Mensa di RSSMRA85T10A562S"),
            Err(CausaleError::PersonalData)
        );
        assert_eq!(
            Causale::new("mensa rssmra85t1laS62s"),
            Err(CausaleError::PersonalData)
        );
        assert!(Causale::new("Mensa scolastica, ricarica").is_ok());
    }

    #[test]
    fn a_subject_that_tells_of_a_diet_or_a_band_of_isee_is_found() {
        for (text, word) in [
            ("Mensa, fascia ISEE 3", "ISEE"),
            ("Mensa, dieta speciale", "dieta"),
            ("Pasti per celiaci", "celiaci"),
            ("Mensa (intolleranze)", "intolleranze"),
        ] {
            assert_eq!(special_word(text), Some(word));
        }
        assert_eq!(special_word("Mensa dietro la scuola, fascia 3"), None);
    }

    #[test]
    fn only_what_a_bank_carries_is_accepted() {
        assert_eq!(Causale::new("  "), Err(CausaleError::Empty));
        assert_eq!(Causale::new("pasti <5>"), Err(CausaleError::Character('<')));
        assert_eq!(Causale::new("riga\nnuova"), Err(CausaleError::Character('\n')));
        assert_eq!(Causale::new(&"x".repeat(141)), Err(CausaleError::TooLong(141)));
        assert!(Causale::new(&"x".repeat(140)).is_ok());
    }

    proptest! {
        #[test]
        fn any_body_name_gives_a_causale_that_fits(name in "\\PC{0,300}", offset in 0..4000_i64) {
            let day = day("2026-01-01") + chrono::TimeDelta::days(offset);
            match Causale::top_up(&name, day) {
                Ok(causale) => prop_assert!(causale.as_str().len() <= Causale::MAX),
                Err(error) => prop_assert_eq!(error, CausaleError::PersonalData),
            }
        }
    }
}
