//! GPD v1: create, read, invalidate, with the published status codes.

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
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateQuery {
    #[serde(default)]
    to_publish: bool,
}

/// `POST …/debtpositions`: 201, 400, 401, 403, 409.
pub(super) async fn create(
    State(platform): State<Arc<Platform>>,
    Path(body): Path<String>,
    Query(query): Query<CreateQuery>,
    headers: HeaderMap,
    json: Bytes,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let now = platform.clock.now();
    let position = serde_json::from_slice::<PositionModel>(&json)
        .map_err(|e| e.to_string())
        .and_then(|asked| Position::new(&body, asked, query.to_publish, now));
    let position = match position {
        Ok(position) => position,
        Err(detail) => return Problem::new(StatusCode::BAD_REQUEST, "BAD REQUEST", detail).into_response(),
    };
    let mut state = platform.state();
    let taken = state.positions.iter().any(|other| {
        other.body == body
            && (other.asked.iupd == position.asked.iupd
                || other.nav == position.nav
                || other.iuv() == position.iuv())
    });
    if taken {
        let detail = format!("Already exists a Debt Position or a notice with these keys for {body}");
        return Problem::new(StatusCode::CONFLICT, "Existing debt position", detail).into_response();
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
    match state
        .positions
        .iter()
        .find(|p| p.body == body && p.asked.iupd == iupd)
    {
        Some(position) => Json(position.answer(platform.clock.now())).into_response(),
        None => not_found(&iupd),
    }
}

/// `POST …/debtpositions/{iupd}/invalidate`: 200, 401, 403, 404, 409.
pub(super) async fn invalidate(
    State(platform): State<Arc<Platform>>,
    Path((body, iupd)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let now = platform.clock.now();
    let mut state = platform.state();
    let Some(position) = state
        .positions
        .iter_mut()
        .find(|p| p.body == body && p.asked.iupd == iupd)
    else {
        return not_found(&iupd);
    };
    match position.invalidate(now) {
        Ok(()) => Json(position.model(now)).into_response(),
        Err(status) => {
            let detail = format!("The debt position cannot be invalidated in state {status:?}");
            Problem::new(
                StatusCode::CONFLICT,
                "Debt position is not in invalidable state",
                detail,
            )
            .into_response()
        }
    }
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
fn admit(platform: &Platform, body: &str, headers: &HeaderMap) -> Result<(), Response> {
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
