//! A gateway for SMS, as most are: JSON over HTTP, a key, and a number by which it tells a repetition.

use super::{Mailbox, Sms, is_turn};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    to: String,
    text: String,
}

/// `POST /sandbox/sms`.
pub(super) async fn take(
    State(mailbox): State<Arc<Mailbox>>,
    headers: HeaderMap,
    Json(sent): Json<Sent>,
) -> StatusCode {
    let number = sent.to.strip_prefix('+').unwrap_or_default();
    if !(8..=15).contains(&number.len()) || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    let id = headers.get("idempotency-key").and_then(|id| id.to_str().ok());
    let at = mailbox.clock.now();
    let mut kept = mailbox.kept();
    let attempt = kept.sms_attempts;
    kept.sms_attempts += 1;
    if is_turn(attempt, kept.faults.sms_later) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let id = id.unwrap_or_default().to_owned();
    if !id.is_empty() && kept.texts.iter().any(|known| known.id == id) {
        kept.repeated += 1;
        return StatusCode::OK;
    }
    kept.texts.push(Sms {
        at,
        id,
        to: sent.to,
        text: sent.text,
    });
    if is_turn(attempt, kept.faults.sms_unsaid) {
        return StatusCode::BAD_GATEWAY;
    }
    StatusCode::ACCEPTED
}

/// `GET /sandbox/sms`.
pub(super) async fn list(State(mailbox): State<Arc<Mailbox>>) -> Json<Vec<Sms>> {
    Json(mailbox.texts())
}
