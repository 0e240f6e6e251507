//! Receipts to ask for, where one did not come: GPD's receipts service, and biz-events for the exceptional case.

use super::{
    fdr::number, gpd::admit, payments::Paid, positions::text, problem::Problem, problem::gateway,
    receipts::Message, state::Platform,
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::time::day_in_rome;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// biz-events lets a subscription ask that often in an hour.
const CALLS_AN_HOUR: usize = 10;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReceiptsQuery {
    page_num: Option<usize>,
    page_size: Option<usize>,
    debtor: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    segregation_codes: Option<String>,
    debtor_or_iuv: Option<String>,
}

/// `GET /payments/{cf}/receipts`: 200, 401, 403. A page has 1 to 100.
pub(super) async fn list(
    State(platform): State<Arc<Platform>>,
    Path(body): Path<String>,
    Query(query): Query<ReceiptsQuery>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let (page, size) = (
        query.page_num.unwrap_or(0),
        query.page_size.unwrap_or(20).clamp(1, 100),
    );
    let state = platform.state();
    let found: Vec<&Message> = state
        .paid
        .iter()
        .filter(|paid| paid.recoverable)
        .map(|paid| &paid.message)
        .filter(|message| message.body == body && query.wants(message))
        .filter(|message| held_by_gpd(&state.positions, message))
        .collect();
    let results: Vec<Value> = found
        .iter()
        .skip(page.saturating_mul(size))
        .take(size)
        .map(|message| {
            json!({
                "organizationFiscalCode": message.body,
                "iuv": message.iuv,
                "debtor": message.debtor.code,
                "paymentDateTime": text(message.paid_at),
                "status": "PAID",
            })
        })
        .collect();
    Json(json!({
        "currentPageNumber": page,
        "length": results.len(),
        "totalPages": found.len().div_ceil(size),
        "results": results,
    }))
    .into_response()
}

impl ReceiptsQuery {
    fn wants(&self, message: &Message) -> bool {
        let day = message.paid_at.date_naive();
        let codes = self.segregation_codes.as_ref();
        let either = self.debtor_or_iuv.as_ref();
        self.debtor
            .as_ref()
            .is_none_or(|code| *code == message.debtor.code)
            && either.is_none_or(|text| *text == message.debtor.code || *text == message.iuv)
            && self.from.is_none_or(|from| day >= from)
            && self.to.is_none_or(|to| day <= to)
            && codes.is_none_or(|codes| {
                let code = message.iuv.get(..2).unwrap_or_default();
                codes.split(',').any(|wanted| wanted == code)
            })
    }
}

/// The service knows what GPD holds; bodies with their own station have their receipts themselves.
fn held_by_gpd(positions: &[super::positions::Position], message: &Message) -> bool {
    positions
        .iter()
        .any(|p| p.body == message.body && p.nav == message.nav && !p.own_station)
}

/// `GET /payments/{cf}/receipts/{iuv}`: 200 with the receipt as XML, 401, 403, 404. The first where there are two.
pub(super) async fn one(
    State(platform): State<Arc<Platform>>,
    Path((body, iuv)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    let state = platform.state();
    let wanted = |paid: &&Paid| paid.recoverable && paid.message.body == body && paid.message.iuv == iuv;
    let found = state
        .paid
        .iter()
        .find(wanted)
        .filter(|paid| held_by_gpd(&state.positions, &paid.message));
    if let Some(paid) = found {
        let xml = paid.message.document();
        return ([(header::CONTENT_TYPE, "application/xml")], xml).into_response();
    }
    let detail = format!("Not found a receipt with IUV {iuv}");
    Problem::new(StatusCode::NOT_FOUND, "Receipt not found", detail).into_response()
}

#[derive(Debug, Deserialize)]
pub(super) struct EventPath {
    body: String,
    iur: String,
    iuv: Option<String>,
}

/// `GET /organizations/{cf}/receipts/{iur}`, with `/paymentoptions/{iuv}` or without: 200, 401, 404, 429.
pub(super) async fn event(
    State(platform): State<Arc<Platform>>,
    Path(path): Path<EventPath>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &path.body, &headers) {
        return refusal;
    }
    let now = platform.clock.now();
    let mut state = platform.state();
    if let Some(wait) = wait(&mut state.event_calls, now) {
        let mut response = gateway(StatusCode::TOO_MANY_REQUESTS, "Rate limit is exceeded.");
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait.num_seconds().max(1)));
        return response;
    }
    let wanted = |paid: &&Paid| {
        paid.recoverable
            && paid.message.body == path.body
            && paid.message.receipt_id == path.iur
            && path.iuv.as_ref().is_none_or(|iuv| *iuv == paid.message.iuv)
    };
    if let Some(paid) = state.paid.iter().find(wanted) {
        return Json(model(&paid.message)).into_response();
    }
    let detail = format!("Not found a receipt with id {}", path.iur);
    Problem::new(StatusCode::NOT_FOUND, "Biz event not found", detail).into_response()
}

/// Counts this call, or says how long to wait.
fn wait(calls: &mut Vec<DateTime<Utc>>, now: DateTime<Utc>) -> Option<TimeDelta> {
    let hour = TimeDelta::hours(1);
    calls.retain(|call| now - *call < hour);
    match calls.first() {
        Some(first) if calls.len() >= CALLS_AN_HOUR => Some(hour - (now - *first)),
        _ => {
            calls.push(now);
            None
        }
    }
}

/// `CtReceiptModelResponse`: amounts are euro as numbers.
fn model(message: &Message) -> Value {
    let psp = message.channel.provider();
    let day = day_in_rome(message.paid_at).to_string();
    let transfers: Vec<Value> = message
        .transfers
        .iter()
        .map(|transfer| {
            json!({
                "idTransfer": transfer.id.parse().unwrap_or(1_u8),
                "transferAmount": number(transfer.amount),
                "fiscalCodePA": transfer.body,
                "iban": transfer.iban,
                "mbdAttachment": "",
                "remittanceInformation": transfer.remittance,
                "transferCategory": transfer.category,
            })
        })
        .collect();
    json!({
        "receiptId": message.receipt_id,
        "noticeNumber": message.nav,
        "fiscalCode": message.body,
        "outcome": "OK",
        "creditorReferenceId": message.iuv,
        "paymentAmount": number(message.amount),
        "description": message.description,
        "companyName": message.company_name,
        "debtor": {
            "entityUniqueIdentifierType": message.debtor.kind,
            "entityUniqueIdentifierValue": message.debtor.code,
            "fullName": message.debtor.full_name,
        },
        "transferList": transfers,
        "idPSP": psp.id,
        "pspFiscalCode": psp.fiscal_code,
        "pspCompanyName": psp.name,
        "idChannel": psp.channel,
        "channelDescription": message.channel.description(),
        "paymentMethod": message.channel.method(),
        "fee": number(message.channel.fee()),
        "paymentDateTime": day,
        "paymentDateTimeFormatted": text(message.paid_at),
        "applicationDate": day,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_calls_an_hour_and_no_more() {
        let start: DateTime<Utc> = "2026-11-23T08:00:00Z".parse().unwrap();
        let mut calls = vec![];
        for minute in 0..10 {
            assert_eq!(wait(&mut calls, start + TimeDelta::minutes(minute)), None);
        }
        let late = start + TimeDelta::minutes(20);
        assert_eq!(wait(&mut calls, late), Some(TimeDelta::minutes(40)));
        assert_eq!(wait(&mut calls, start + TimeDelta::minutes(60)), None);
    }
}
