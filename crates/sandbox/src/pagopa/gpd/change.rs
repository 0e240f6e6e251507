//! Changing a debt position: each rule of its states answers 409.

use super::{PublishQuery, admit, clashes, is, not_found, read_position, taken};
use crate::pagopa::{
    positions::{Position, Status},
    problem::Problem,
    state::Platform,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use std::sync::Arc;

type One = Path<(String, String)>;

/// `PUT …/debtpositions/{iupd}`: 200, 400, 401, 403, 404, 409.
pub(in crate::pagopa) async fn update(
    State(platform): State<Arc<Platform>>,
    Path((body, iupd)): One,
    Query(query): Query<PublishQuery>,
    headers: HeaderMap,
    json: Bytes,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let now = platform.clock.now();
    let wanted = match read_position(&body, &json, false, now) {
        Ok(wanted) if wanted.asked.iupd == iupd => wanted,
        Ok(_) => {
            let detail = "iupd is not the one of the path";
            return Problem::new(StatusCode::BAD_REQUEST, "BAD REQUEST", detail).into_response();
        }
        Err(problem) => return problem.into_response(),
    };
    let mut state = platform.state();
    let others = state.positions.iter().filter(|p| !is(p, &body, &iupd));
    let clash = others.into_iter().any(|other| clashes(other, &wanted));
    let Some(position) = state.positions.iter_mut().find(|p| is(p, &body, &iupd)) else {
        return not_found(&iupd);
    };
    if clash {
        return taken(&body);
    }
    if !position.is_changeable(now) {
        return conflict(
            "Debt position is not in updatable state",
            "updated",
            position.status(now),
        );
    }
    position.change(wanted, query.to_publish, now);
    Json(position.model(now)).into_response()
}

/// `DELETE …/debtpositions/{iupd}`: 200, 401, 403, 404, 409.
pub(in crate::pagopa) async fn delete(
    State(platform): State<Arc<Platform>>,
    Path((body, iupd)): One,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let now = platform.clock.now();
    let mut state = platform.state();
    let Some(at) = state.positions.iter().position(|p| is(p, &body, &iupd)) else {
        return not_found(&iupd);
    };
    if let Some(paid) = state.positions.get(at).filter(|p| p.is_paid()) {
        return conflict("Debt position has been paid", "deleted", paid.status(now));
    }
    state.positions.remove(at);
    Json("Deleted").into_response()
}

/// `POST …/debtpositions/{iupd}/publish`: 200, 401, 403, 404, 409.
pub(in crate::pagopa) async fn publish(
    state: State<Arc<Platform>>,
    path: One,
    headers: HeaderMap,
) -> Response {
    transition(
        &state,
        path,
        &headers,
        ("Debt position is not in publishable state", "published"),
        Position::publish,
    )
}

/// `POST …/debtpositions/{iupd}/invalidate`: 200, 401, 403, 404, 409.
pub(in crate::pagopa) async fn invalidate(
    state: State<Arc<Platform>>,
    path: One,
    headers: HeaderMap,
) -> Response {
    transition(
        &state,
        path,
        &headers,
        ("Debt position is not in invalidable state", "invalidated"),
        Position::invalidate,
    )
}

fn transition(
    platform: &Platform,
    Path((body, iupd)): One,
    headers: &HeaderMap,
    (title, done): (&'static str, &str),
    step: impl FnOnce(&mut Position, DateTime<Utc>) -> Result<(), Status>,
) -> Response {
    if let Err(refusal) = admit(platform, &body, headers) {
        return refusal;
    }
    let now = platform.clock.now();
    let mut state = platform.state();
    let Some(position) = state.positions.iter_mut().find(|p| is(p, &body, &iupd)) else {
        return not_found(&iupd);
    };
    match step(position, now) {
        Ok(()) => Json(position.model(now)).into_response(),
        Err(status) => conflict(title, done, status),
    }
}

fn conflict(title: &'static str, done: &str, status: Status) -> Response {
    let detail = format!("The debt position cannot be {done} in state {status:?}");
    Problem::new(StatusCode::CONFLICT, title, detail).into_response()
}
