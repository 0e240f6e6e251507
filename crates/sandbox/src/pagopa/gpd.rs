//! GPD v1 with the published status codes: create, read, list, update, delete, publish, invalidate.

mod change;
mod list;

pub(super) use change::{delete, invalidate, publish, update};
pub(super) use list::list;

use super::{
    positions::{Position, PositionModel},
    problem::{Problem, gateway},
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
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PublishQuery {
    #[serde(default)]
    to_publish: bool,
}

/// `POST …/debtpositions`: 201, 400, 401, 403, 409.
pub(super) async fn create(
    State(platform): State<Arc<Platform>>,
    Path(body): Path<String>,
    Query(query): Query<PublishQuery>,
    headers: HeaderMap,
    json: Bytes,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let now = platform.clock.now();
    let position = match read_position(&body, &json, query.to_publish, now) {
        Ok(position) => position,
        Err(problem) => return problem.into_response(),
    };
    let mut state = platform.state();
    if state.positions.iter().any(|other| clashes(other, &position)) {
        return taken(&body);
    }
    let answer = position.model(now);
    state.positions.push(position);
    (StatusCode::CREATED, Json(answer)).into_response()
}

/// `GET …/debtpositions/{iupd}`: 200, 401, 403, 404.
pub(super) async fn read(
    State(platform): State<Arc<Platform>>,
    Path((body, iupd)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let state = platform.state();
    match state.positions.iter().find(|p| is(p, &body, &iupd)) {
        Some(position) => Json(position.answer(platform.clock.now())).into_response(),
        None => not_found(&iupd),
    }
}

fn read_position(body: &str, json: &[u8], publish: bool, now: DateTime<Utc>) -> Result<Position, Problem> {
    serde_json::from_slice::<PositionModel>(json)
        .map_err(|e| e.to_string())
        .and_then(|asked| Position::new(body, asked, publish, now))
        .map_err(|detail| Problem::new(StatusCode::BAD_REQUEST, "BAD REQUEST", detail))
}

/// Whether this is the body's position with that key.
fn is(position: &Position, body: &str, iupd: &str) -> bool {
    position.body == body && position.asked.iupd == iupd && !position.own_station
}

/// Key, notice number and IUV are unique for a body.
fn clashes(one: &Position, other: &Position) -> bool {
    one.body == other.body
        && (one.asked.iupd == other.asked.iupd || one.nav == other.nav || one.iuv() == other.iuv())
}

fn taken(body: &str) -> Response {
    let detail = format!("Already exists a Debt Position or a notice with these keys for {body}");
    Problem::new(StatusCode::CONFLICT, "Existing debt position", detail).into_response()
}

fn not_found(iupd: &str) -> Response {
    let detail = format!("Not found a debt position with IUPD {iupd}");
    Problem::new(StatusCode::NOT_FOUND, "Not found the debt position", detail).into_response()
}

/// The gateway: the key first, then whether it is enabled for the body.
#[expect(
    clippy::result_large_err,
    reason = "the refusal is the answer, returned at once"
)]
pub(super) fn admit(platform: &Platform, body: &str, headers: &HeaderMap) -> Result<(), Response> {
    let key = headers
        .get("ocp-apim-subscription-key")
        .and_then(|value| value.to_str().ok());
    if key != Some(platform.key.as_str()) {
        return Err(gateway(
            StatusCode::UNAUTHORIZED,
            "Access denied due to missing or invalid subscription key.",
        ));
    }
    if !platform.bodies.is_empty() && !platform.bodies.iter().any(|enabled| enabled == body) {
        return Err(gateway(
            StatusCode::FORBIDDEN,
            "You are not allowed to access this resource.",
        ));
    }
    Ok(())
}
