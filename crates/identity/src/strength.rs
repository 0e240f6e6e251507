//! Whether a password that a family chooses is good enough: its length, its own words, and how fast it is guessed.

use domain::password::{self, PasswordError};
use zxcvbn::{Score, zxcvbn};

/// Words that Italian families choose and that foreign lists of common passwords lack.
const ITALIAN: [&str; 48] = [
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
    "lunedi",
    "martedi",
    "mercoledi",
    "giovedi",
    "venerdi",
    "sabato",
    "domenica",
    "juventus",
    "juve",
    "milan",
    "inter",
    "napoli",
    "roma",
    "lazio",
    "atalanta",
    "fiorentina",
    "torino",
    "bologna",
    "forza",
    "campioni",
    "mensa",
    "mensascuola",
    "refettorio",
    "scuola",
    "asilo",
    "comune",
    "pranzo",
    "bambino",
    "bambina",
    "amore",
    "amoremio",
    "ciao",
    "password",
    "mamma",
    "papa",
    "italia",
];

/// Checks a new password against the rules of [`password::check`] and its guessability. `context` are the family's
/// own words: badges, names, school, town.
pub fn check(new: &str, min: usize, context: &[&str]) -> Result<(), PasswordError> {
    password::check(new, min, context.iter().copied().chain(ITALIAN))?;
    let known: Vec<&str> = context.iter().copied().chain(ITALIAN).collect();
    if zxcvbn(new, &known).score() < Score::Three {
        return Err(PasswordError::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_italian_family_would_try_first_is_refused() {
        for guess in [
            "juventus2026",
            "settembre2026",
            "mensascuola1",
            "password1234",
            "forzanapoli1",
            "aaaaaaaaaaaa",
        ] {
            assert_eq!(check(guess, 12, &[]), Err(PasswordError::Guessable), "{guess}");
        }
        assert_eq!(
            check("valdarca2026", 12, &["Valdarca"]),
            Err(PasswordError::Guessable)
        );
    }

    #[test]
    fn a_phrase_of_one_s_own_is_taken() {
        for good in [
            "tre gatti sul tetto rosso",
            "quattro mele verdi",
            "Kq8-vulcano-zia-73",
        ] {
            assert_eq!(check(good, 12, &["Valdarca", "AB1234"]), Ok(()), "{good}");
        }
        assert_eq!(check("corta", 12, &[]), Err(PasswordError::TooShort { min: 12 }));
    }
}
