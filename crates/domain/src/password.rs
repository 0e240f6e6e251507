//! What a family's password must be: long, not guessable from the family's own words. No composition rules
//! (OWASP ASVS 5.0 chapter 6, NIST SP 800-63B).

/// Least number of characters where the body does not ask for more.
pub const MIN_LENGTH: usize = 12;
/// Most characters: enough for a phrase, little enough not to burden the hash.
pub const MAX_LENGTH: usize = 128;

/// Why a password is not good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Shorter than the body asks.
    #[error("at least {min} characters")]
    TooShort {
        /// Least length.
        min: usize,
    },
    /// Longer than [`MAX_LENGTH`].
    #[error("at most {MAX_LENGTH} characters")]
    TooLong,
    /// Contains a word that a stranger would try: the badge, the school, the town, a name.
    #[error("it contains a word that is easy to guess")]
    Guessable,
    /// The same as the one that it replaces.
    #[error("it is the same as before")]
    Unchanged,
}

/// Checks length and that no word of `context` (badge, school, town, names) makes up the password. Words of
/// fewer than four letters are ignored. Strength beyond that is measured by `identity`.
pub fn check<'a>(
    password: &str,
    min: usize,
    context: impl IntoIterator<Item = &'a str>,
) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < min {
        return Err(PasswordError::TooShort { min });
    }
    if length > MAX_LENGTH {
        return Err(PasswordError::TooLong);
    }
    let lower = password.to_lowercase();
    let guessable = context.into_iter().map(str::to_lowercase).any(|word| {
        let letters = word.chars().count();
        // A long phrase may well mention the town; a password that is mostly the town may not.
        letters >= 4 && lower.contains(&word) && letters * 2 > length.saturating_sub(4)
    });
    if guessable {
        Err(PasswordError::Guessable)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_own_words_decide() {
        let context = ["Valmora", "AB1234", "Ada"];
        let of = |password: &str| check(password, MIN_LENGTH, context);
        assert_eq!(of("corta"), Err(PasswordError::TooShort { min: 12 }));
        assert_eq!(of(&"è".repeat(129)), Err(PasswordError::TooLong));
        assert_eq!(of("valmora12345"), Err(PasswordError::Guessable));
        assert_eq!(of("ab1234ab1234"), Err(PasswordError::Guessable));
        assert_eq!(of("tre gatti sul tetto di valmora"), Ok(()));
        assert_eq!(of("quattro mele verdi"), Ok(()));
    }
}
