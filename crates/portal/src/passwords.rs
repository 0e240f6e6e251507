//! Password hashing, off the async threads and only a few at a time: each takes 19 MiB and a core.

use crate::errors::ApiError;
use identity::{HashError, Hasher};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Semaphore;

/// Checks and makes password hashes.
#[derive(Clone)]
pub struct Passwords {
    hasher: Hasher,
    decoy: Arc<str>,
    places: Arc<Semaphore>,
    runs: Arc<AtomicU64>,
}

impl Passwords {
    /// At most `at_once` hashes at a time; the others wait.
    pub fn new(hasher: Hasher, at_once: usize) -> Result<Self, HashError> {
        let decoy = hasher.decoy()?.into();
        Ok(Self {
            hasher,
            decoy,
            places: Arc::new(Semaphore::new(at_once.max(1))),
            runs: Arc::default(),
        })
    }

    /// One verification, always: against a hash that nobody's password has where there is none.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, ApiError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let right = self.run(move |hasher| hasher.verify(&password, &hash)).await?;
        Ok(right && known)
    }

    /// How many hashes were made or checked so far: what tells a stranger who exists would show here.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, ApiError> {
        self.run(move |hasher| hasher.hash(&password, salt))
            .await?
            .map_err(ApiError::internal)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hasher) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(ApiError::internal)?;
        self.runs.fetch_add(1, Ordering::Relaxed);
        let hasher = self.hasher.clone();
        tokio::task::spawn_blocking(move || {
            let done = work(&hasher);
            drop(place);
            done
        })
        .await
        .map_err(ApiError::internal)
    }
}
