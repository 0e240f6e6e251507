//! argon2id hashes in PHC form.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};

/// A hash that cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("password hash: {0}")]
pub struct HashError(String);

/// Makes and checks hashes. The parameters of a hash lie in the hash, so that old ones stay good.
#[derive(Debug, Clone)]
pub struct Hasher {
    params: Params,
}

impl Default for Hasher {
    /// OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self {
            params: Params::DEFAULT,
        }
    }
}

impl Hasher {
    /// Hardly any work. Only for tests that sign in hundreds of times.
    pub fn quick() -> Result<Self, HashError> {
        let params = Params::new(Params::MIN_M_COST, 1, 1, None).map_err(|e| HashError(e.to_string()))?;
        Ok(Self { params })
    }

    fn argon2(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    /// Hashes a password with 16 random bytes of salt.
    pub fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String, HashError> {
        self.argon2()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| HashError(error.to_string()))
    }

    /// Whether the password is the one of that hash. A hash that cannot be read is nobody's.
    pub fn verify(&self, password: &str, hash: &str) -> bool {
        self.argon2().verify_password(password.as_bytes(), hash).is_ok()
    }

    /// The hash of a password that nobody has, to do the same work where there is no such person.
    pub fn decoy(&self) -> Result<String, HashError> {
        self.hash("\u{0}nobody", [0x5a; 16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_with_owasp_parameters_and_knows_its_password() {
        let hasher = Hasher::default();
        let hash = hasher.hash("quattro mele verdi", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify("quattro mele verdi", &hash));
        assert!(!hasher.verify("quattro mele rosse", &hash));
        assert!(!hasher.verify("quattro mele verdi", "not a hash"));
    }

    #[test]
    fn a_hash_of_other_parameters_is_still_good() {
        let hash = Hasher::quick()
            .unwrap()
            .hash("quattro mele verdi", [7; 16])
            .unwrap();
        assert!(Hasher::default().verify("quattro mele verdi", &hash));
        assert!(!Hasher::default().verify("", &Hasher::default().decoy().unwrap()));
    }
}
