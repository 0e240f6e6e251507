//! The address itself: `GET /feeds/{secret}.ics`. Whoever knows it reads, with the rights that its maker has now.
//!
//! The secret stands in no log: the line of a request has the route, not the path.

use super::{
    calendar::{self, Calendar},
    limit::{Limit, Wait},
};
use crate::{app::App, errors::ApiError, http::Caller, meals::days::Days};
use api::ErrorCode;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;
use domain::{Instant, time::day_in_rome};
use http::{HeaderValue, StatusCode, header};
use identity::TokenHash;
use std::sync::Arc;
use storage::{
    StorageError, Tx,
    calendar::{self as rules, Reach},
    feeds::{self, Found},
};

/// That it was read is noted at most so often.
const READ_NOTED: TimeDelta = TimeDelta::hours(1);

pub(super) async fn handle(
    limit: Arc<Limit>,
    State(app): State<App>,
    caller: Caller,
    Path(file): Path<String>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let secret = file.strip_suffix(".ics").ok_or_else(ApiError::not_found)?;
    let hash = TokenHash::of(secret);
    limit.ask(&hash, caller.address, now).map_err(too_often)?;
    let key = hash.clone();
    let read = app.store.read(move |tx| run(tx, &key, now)).await?;
    let Some((found, calendar)) = read else {
        limit.wrong(caller.address, now);
        return Err(ApiError::not_found());
    };
    limit.good(&hash, now);
    if found.last_read_at.is_none_or(|last| now - last >= READ_NOTED) {
        let noted = app.store.write(move |tx| feeds::note_read(tx, found.id, now));
        if let Err(error) = noted.await {
            tracing::debug!(%error, "that a calendar was read was not noted");
        }
    }
    let host = app.settings.public_url.host_str().unwrap_or("refettorio");
    let mut answer = calendar.text(host).into_response();
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/calendar; charset=utf-8"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("inline; filename=\"mensa.ics\""),
    );
    // A private address is nobody's search result.
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    Ok(answer)
}

/// What lies behind a secret; nothing where there is no such address or its maker may not see the child any more.
fn run(tx: &mut dyn Tx, hash: &TokenHash, now: Instant) -> Result<Option<(Found, Calendar)>, StorageError> {
    let Some(found) = feeds::by_secret(tx, hash.as_str())? else {
        return Ok(None);
    };
    let rules = rules::rules(tx, found.actor.body)?;
    let range = calendar::range(&rules, day_in_rome(now));
    let days = Days::load(tx, rules, found.actor, now, Reach::See, range)?;
    let calendar = days
        .child(found.child)
        .map(|child| Calendar::of(&days, child, range));
    Ok(calendar.map(|calendar| (found, calendar)))
}

fn too_often(Wait(seconds): Wait) -> ApiError {
    ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::TooManyAttempts,
        "Il calendario viene letto troppo spesso. Riprova tra qualche minuto.",
    )
    .with("retry_after", seconds)
}
