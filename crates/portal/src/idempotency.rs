//! The same act sent again is done once and answered twice the same.
//!
//! [`crate::operation::write`] does this for every write. An operation that cannot be one transaction uses
//! [`recall`] and [`keep`] itself. Sessions are the exception: their answers hold tokens, which are never kept.

use crate::{errors::ApiError, session::Asking};
use api::{Endpoint, ErrorCode};
use domain::IdempotencyKey;
use http::StatusCode;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use storage::{
    Tx,
    idempotency::{self, Kept},
};

/// A write's key and what it was sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// The key.
    pub key: IdempotencyKey,
    /// SHA-256 of operation, path and body, hex.
    pub request_hash: String,
}

impl Keyed {
    /// Of a request to `path`.
    pub fn new<E: Endpoint>(key: IdempotencyKey, path: &str, request: &E::Request) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(request).map_err(ApiError::internal)?;
        let mut hash = Sha256::new();
        for part in [E::OPERATION.as_bytes(), path.as_bytes(), &body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Ok(Self {
            key,
            request_hash: hex::encode(hash.finalize()),
        })
    }
}

/// What this key was answered before. Another request with the same key is refused.
pub fn recall<T: DeserializeOwned>(
    tx: &mut dyn Tx,
    asking: &Asking,
    keyed: &Keyed,
) -> Result<Option<T>, ApiError> {
    let Some(kept) = idempotency::find(tx, asking.actor.person, keyed.key)? else {
        return Ok(None);
    };
    if kept.request_hash != keyed.request_hash {
        return Err(key_reused());
    }
    serde_json::from_str(&kept.response)
        .map(Some)
        .map_err(ApiError::internal)
}

/// Keeps the answer of an act, in the transaction of the act.
pub fn keep<T: Serialize>(
    tx: &mut dyn Tx,
    asking: &Asking,
    keyed: &Keyed,
    answer: &T,
) -> Result<(), ApiError> {
    let kept = Kept {
        request_hash: keyed.request_hash.clone(),
        status: StatusCode::OK.as_u16(),
        response: serde_json::to_string(answer).map_err(ApiError::internal)?,
    };
    Ok(idempotency::keep(
        tx,
        asking.actor.person,
        keyed.key,
        &kept,
        asking.now,
    )?)
}

/// 400: a write without key.
pub fn key_missing() -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        ErrorCode::KeyMissing,
        "La richiesta è incompleta e non è stato cambiato nulla. Aggiorna l'app o la pagina e riprova.",
    )
}

/// 409: the key belongs to another request.
fn key_reused() -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        ErrorCode::KeyReused,
        "Questa richiesta non corrisponde alla precedente e non è stato cambiato nulla. Aggiorna la pagina e riprova.",
    )
}
