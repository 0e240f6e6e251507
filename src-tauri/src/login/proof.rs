//! What proves that a login is this app's own: a verifier that never leaves it but to the portal, and the challenge
//! made of it that travels before (RFC 7636, S256).

use api::sessions::Secret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A verifier of 256 bits.
#[derive(Debug, Clone)]
pub struct Proof(Secret);

impl Proof {
    /// A new one. Fails where the system has no randomness.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Secret(URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// What the portal keeps.
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.0.as_bytes()))
    }

    /// What is shown in the end.
    pub fn verifier(&self) -> Secret {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let proof = Proof(Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()));
        assert_eq!(proof.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn two_logins_have_two_verifiers_and_none_is_shown() {
        let (one, other) = (Proof::fresh().unwrap(), Proof::fresh().unwrap());
        assert_ne!(one.verifier(), other.verifier());
        assert_eq!(one.verifier().0.len(), 43);
        assert!(!format!("{one:?}").contains(&one.verifier().0));
    }
}
