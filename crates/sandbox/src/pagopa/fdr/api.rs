//! The organisations' side of the service of reporting flows, version 1: which flows there are, one flow, its payments.

use super::Flow;
use crate::pagopa::{gpd::admit, receipts::euro, state::Platform};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Days, SecondsFormat, Utc};
use domain::time::day_in_rome;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::pagopa) struct FlowsQuery {
    published_gt: Option<String>,
    flow_date: Option<String>,
    psp_id: Option<String>,
    page: Option<usize>,
    size: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(in crate::pagopa) struct PageQuery {
    page: Option<usize>,
    size: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(in crate::pagopa) struct FlowPath {
    body: String,
    fdr: String,
    revision: u32,
    psp: String,
}

/// `GET /organizations/{id}/fdrs`: 200, 400. The last revision of each flow.
pub(in crate::pagopa) async fn flows(
    State(platform): State<Arc<Platform>>,
    Path(body): Path<String>,
    Query(query): Query<FlowsQuery>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &body, &headers) {
        return refusal;
    }
    platform.publish_due_flows();
    let (Ok(published), Ok(dated)) = (
        since(query.published_gt.as_ref()),
        since(query.flow_date.as_ref()),
    ) else {
        return failure(StatusCode::BAD_REQUEST, "FDR-0400", "not a date and time");
    };
    // The service keeps about a month for whoever does not say since when.
    let first = platform.clock.now() - Days::new(30);
    let state = platform.state();
    let found: Vec<Value> = state
        .flows
        .iter()
        .filter(|flow| flow.body == body)
        .filter(|flow| flow.published > published.unwrap_or(first))
        .filter(|flow| dated.is_none_or(|since| flow.published >= since))
        .filter(|flow| {
            query
                .psp_id
                .as_ref()
                .is_none_or(|psp| psp == flow.channel.provider().id)
        })
        .filter(|flow| {
            let same = |other: &&Flow| other.id == flow.id && other.body == flow.body;
            let last = state.flows.iter().filter(same).map(|other| other.revision).max();
            last == Some(flow.revision)
        })
        .map(|flow| {
            json!({
                "fdr": flow.id,
                "pspId": flow.channel.provider().id,
                "revision": flow.revision,
                "published": instant(flow.published),
                "flowDate": instant(flow.published),
            })
        })
        .collect();
    page(&found, query.page, query.size)
}

fn since(text: Option<&String>) -> Result<Option<DateTime<Utc>>, chrono::ParseError> {
    let read = |text| DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    text.map(String::as_str).map(read).transpose()
}

/// `GET …/fdrs/{fdr}/revisions/{revision}/psps/{pspId}`: 200, 404.
pub(in crate::pagopa) async fn flow(
    State(platform): State<Arc<Platform>>,
    Path(path): Path<FlowPath>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &path.body, &headers) {
        return refusal;
    }
    let Some(flow) = find(&platform, &path) else {
        return not_found();
    };
    let psp = flow.channel.provider();
    let (count, sum) = (flow.rows.len(), number(flow.sum()));
    Json(json!({
        "status": "PUBLISHED",
        "revision": flow.revision,
        "created": instant(flow.published),
        "updated": instant(flow.published),
        "fdr": flow.id,
        "fdrDate": instant(flow.published),
        "regulation": flow.regulation,
        "regulationDate": day_in_rome(flow.published).to_string(),
        "bicCodePouringBank": "PROVAITMMXXX",
        "sender": {
            "type": "LEGAL_PERSON",
            "id": psp.id,
            "pspId": psp.id,
            "pspName": psp.name,
            "pspBrokerId": psp.fiscal_code,
            "channelId": psp.channel,
        },
        "receiver": {
            "id": flow.body,
            "organizationId": flow.body,
            "organizationName": flow.company_name,
        },
        "published": instant(flow.published),
        "computedTotPayments": count,
        "computedSumPayments": sum,
        "totPayments": count,
        "sumPayments": sum,
    }))
    .into_response()
}

/// `GET …/psps/{pspId}/payments`: 200, 404.
pub(in crate::pagopa) async fn payments(
    State(platform): State<Arc<Platform>>,
    Path(path): Path<FlowPath>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = admit(&platform, &path.body, &headers) {
        return refusal;
    }
    let Some(flow) = find(&platform, &path) else {
        return not_found();
    };
    let rows: Vec<Value> = flow
        .rows
        .iter()
        .zip(1_u32..)
        .map(|(row, index)| {
            json!({
                "index": index,
                "iuv": row.iuv,
                "iur": row.iur,
                "idTransfer": row.transfer,
                "pay": number(row.amount),
                "payStatus": row.status,
                "payDate": instant(row.paid_at),
            })
        })
        .collect();
    page(&rows, query.page, query.size)
}

fn find(platform: &Platform, path: &FlowPath) -> Option<Flow> {
    let state = platform.state();
    let wanted = |flow: &&Flow| {
        flow.body == path.body
            && flow.id == path.fdr
            && flow.revision == path.revision
            && flow.channel.provider().id == path.psp
    };
    state.flows.iter().find(wanted).cloned()
}

/// Pages count from 1.
fn page(all: &[Value], page: Option<usize>, size: Option<usize>) -> Response {
    let (page, size) = (page.unwrap_or(1), size.unwrap_or(1_000));
    if page < 1 || !(1..=1_000).contains(&size) {
        return failure(StatusCode::BAD_REQUEST, "FDR-0400", "page or size");
    }
    let data: Vec<&Value> = all
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .collect();
    Json(json!({
        "metadata": {"pageSize": size, "pageNumber": page, "totPage": all.len().div_ceil(size)},
        "count": all.len(),
        "data": data,
    }))
    .into_response()
}

fn not_found() -> Response {
    failure(StatusCode::NOT_FOUND, "FDR-0701", "there is no such flow")
}

/// `ErrorResponse`.
pub(in crate::pagopa) fn failure(status: StatusCode, code: &str, message: &str) -> Response {
    (
        status,
        Json(json!({
            "errorId": code,
            "httpStatusCode": status.as_u16(),
            "httpStatusDescription": status.canonical_reason(),
            "appErrorCode": code,
            "errors": [{"message": message}],
        })),
    )
        .into_response()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Euro as the JSON number that the document asks for.
pub(in crate::pagopa) fn number(cents: i64) -> Value {
    serde_json::from_str(&euro(cents)).unwrap_or(Value::Null)
}
