//! `GET …/debtpositions`: page by page, by dates and state.

use super::admit;
use crate::pagopa::{
    positions::{Position, Status},
    problem::Problem,
    state::Platform,
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub(in crate::pagopa) struct ListQuery {
    limit: Option<usize>,
    page: Option<usize>,
    due_date_from: Option<String>,
    due_date_to: Option<String>,
    payment_date_from: Option<String>,
    payment_date_to: Option<String>,
    status: Option<Status>,
    orderby: Option<Order>,
    ordering: Option<Direction>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Order {
    InsertedDate,
    Iupd,
    Status,
    CompanyName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Direction {
    Asc,
    Desc,
}

/// 200, 400, 401, 403.
pub(in crate::pagopa) async fn list(
    State(platform): State<Arc<Platform>>,
    Path(body): Path<String>,
    query: Result<Query<ListQuery>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let now = platform.clock.now();
    let found = query
        .map_err(|e| e.body_text())
        .and_then(|Query(query)| page(&platform, &body, &query, now));
    match found {
        Ok(page) => Json(page).into_response(),
        Err(detail) => Problem::new(StatusCode::BAD_REQUEST, "BAD REQUEST", detail).into_response(),
    }
}

fn page(platform: &Platform, body: &str, query: &ListQuery, now: DateTime<Utc>) -> Result<Value, String> {
    let (limit, page) = (query.limit.unwrap_or(10), query.page.unwrap_or(0));
    if !(1..=50).contains(&limit) {
        return Err("limit: 1 to 50".to_owned());
    }
    let due = Span::read(query.due_date_from.as_ref(), query.due_date_to.as_ref())?;
    let payment = Span::read(query.payment_date_from.as_ref(), query.payment_date_to.as_ref())?;
    if due.is_some() && payment.is_some() {
        return Err("due dates or payment dates, not both".to_owned());
    }
    let state = platform.state();
    let mut found: Vec<&Position> = state
        .positions
        .iter()
        .filter(|p| p.body == body && !p.own_station)
        .filter(|p| query.status.is_none_or(|status| p.status(now) == status))
        .filter(|p| due.is_none_or(|span| span.holds(p.due)))
        .filter(|p| payment.is_none_or(|span| p.payment.as_ref().is_some_and(|paid| span.holds(paid.at))))
        .collect();
    match query.orderby {
        Some(Order::Iupd) => found.sort_by(|a, b| a.asked.iupd.cmp(&b.asked.iupd)),
        Some(Order::CompanyName) => found.sort_by(|a, b| a.asked.company_name.cmp(&b.asked.company_name)),
        Some(Order::Status) => found.sort_by_key(|p| format!("{:?}", p.status(now))),
        // They stand in this order already.
        Some(Order::InsertedDate) | None => {}
    }
    if query.ordering != Some(Direction::Asc) {
        found.reverse();
    }
    let list: Vec<Value> = found
        .iter()
        .skip(page.saturating_mul(limit))
        .take(limit)
        .map(|position| position.answer(now))
        .collect();
    Ok(json!({
        "payment_position_list": list,
        "page_info": {
            "page": page,
            "limit": limit,
            "items_found": list.len(),
            "total_pages": found.len().div_ceil(limit),
        },
    }))
}

/// Both ends belong to it.
#[derive(Debug, Clone, Copy)]
struct Span(NaiveDate, NaiveDate);

impl Span {
    /// Without one end it lies 30 days from the other.
    fn read(from: Option<&String>, to: Option<&String>) -> Result<Option<Self>, String> {
        let day = |text: Option<&String>| -> Result<Option<NaiveDate>, String> {
            text.map(|text| text.parse().map_err(|_| format!("not a date: {text}")))
                .transpose()
        };
        let month = Days::new(30);
        Ok(match (day(from)?, day(to)?) {
            (None, None) => None,
            (Some(from), Some(to)) => Some(Self(from, to)),
            (Some(from), None) => Some(Self(from, from + month)),
            (None, Some(to)) => Some(Self(to - month, to)),
        })
    }

    fn holds(self, at: DateTime<Utc>) -> bool {
        (self.0..=self.1).contains(&at.date_naive())
    }
}
