//! Reading a request's parts, so that every mistake in them is answered with the same `invalid_request`.

use crate::errors::ApiError;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::BytesRejection},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;

/// The JSON body.
#[derive(Debug)]
pub struct Input<T>(pub T);

/// The path's arguments.
#[derive(Debug)]
pub struct Args<T>(pub T);

/// What follows the question mark.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        if kind.split(';').next().unwrap_or("").trim() != "application/json" {
            return Err(ApiError::invalid("content-type", "is not application/json"));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| too_large(&rejection))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| ApiError::invalid("body", shape(&error)))
    }
}

fn too_large(rejection: &BytesRejection) -> ApiError {
    let mut error = ApiError::invalid("body", "is too large or incomplete");
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        error.status = StatusCode::PAYLOAD_TOO_LARGE;
    }
    error
}

/// What is wrong with a JSON text, without repeating its values: they may be passwords.
fn shape(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column());
    if words.starts_with("unknown field") || words.starts_with("missing field") {
        return words;
    }
    match error.classify() {
        serde_json::error::Category::Data => format!("a value is not of the expected kind at {place}"),
        _ => format!("is not JSON at {place}"),
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Args<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(value)| Self(value))
            .map_err(|_| ApiError::invalid("path", "has a malformed argument"))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|Query(value)| Self(value))
            .map_err(|error| ApiError::invalid("query", error.body_text()))
    }
}
