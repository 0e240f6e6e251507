//! Opaque tokens: 256 random bits to whoever signed in, their SHA-256 to the database.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A token as the client holds it. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Makes a token from random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The text for the client: 43 characters of the URL-safe alphabet.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What may be kept.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// SHA-256 of a token, hex. A token has 256 bits, so no salt is needed and equality in the database is enough.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of what a client sent, whatever it sent.
    pub fn of(text: &str) -> Self {
        Self(hex::encode(Sha256::digest(text.as_bytes())))
    }

    /// 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_to_nobody_and_found_by_its_hash() {
        let token = Token::from_random([0xab; 32]);
        assert_eq!(token.reveal().len(), 43);
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_eq!(TokenHash::of(token.reveal()), token.hash());
        assert_ne!(TokenHash::of("another"), token.hash());
        assert_eq!(token.hash().as_str().len(), 64);
    }
}
