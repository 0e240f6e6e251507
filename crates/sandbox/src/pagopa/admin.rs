//! JSON for tests: look at everything, and make happen what a browser cannot.

use super::{
    delivery,
    faults::ReceiptFault,
    fdr::FlowMade,
    payments::{Channel, PaymentMade, Unpayable},
    positions::{lock_of, text},
    problem::Problem,
    receipts::{self, Debtor, Message, Push, Transfer},
    state::Platform,
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use url::Url;

type Shared = State<Arc<Platform>>;

/// `GET /sandbox/health`: what it is and what its clock shows.
pub(super) async fn health(State(platform): Shared) -> Json<Value> {
    Json(json!({"sandbox": "pagoPA", "now": text(platform.clock.now())}))
}

/// `GET /sandbox/positions`.
pub(super) async fn positions(State(platform): Shared) -> Json<Value> {
    let now = platform.clock.now();
    let state = platform.state();
    let list: Vec<Value> = state
        .positions
        .iter()
        .map(|p| {
            json!({
                "body": p.body,
                "iupd": p.asked.iupd,
                "notice_number": p.nav,
                "iuv": p.iuv(),
                "amount": p.amount(),
                "notification_fee": p.notification_fee,
                "description": p.description(),
                "due": text(p.due),
                "status": p.status(now),
                "receipt_id": p.payment.as_ref().map(|payment| &payment.receipt_id),
            })
        })
        .collect();
    Json(Value::Array(list))
}

/// `GET /sandbox/carts`.
pub(super) async fn carts(State(platform): Shared) -> Json<Value> {
    let now = platform.clock.now();
    let state = platform.state();
    let list: Vec<Value> = state
        .carts
        .iter()
        .map(|(id, cart)| {
            json!({
                "id": id,
                "notices": cart.notices,
                "opened": text(cart.opened),
                "outcome": cart.outcome,
                "forgotten": cart.is_forgotten(now),
            })
        })
        .collect();
    Json(Value::Array(list))
}

/// `GET /sandbox/pushes`: every receipt pushed, with each answer.
pub(super) async fn pushes(State(platform): Shared) -> Json<Vec<Push>> {
    Json(platform.pushes())
}

#[derive(Debug, Deserialize)]
pub(super) struct SettledQuery {
    timeout_ms: Option<u64>,
}

/// `GET /sandbox/pushes/settled?timeout_ms=10000`: answers when no receipt is on its way any more, or after
/// the time with `settled: false`.
pub(super) async fn settled(State(platform): Shared, Query(query): Query<SettledQuery>) -> Json<Value> {
    let most = Duration::from_millis(query.timeout_ms.unwrap_or(10_000).min(60_000));
    let settled = tokio::time::timeout(most, platform.settled()).await.is_ok();
    Json(json!({"settled": settled, "pushes": platform.pushes()}))
}

/// `POST /sandbox/positions/{notice}/pay-at-counter`: 200 with the receipt's id, 409 if it cannot be paid.
pub(super) async fn pay_at_counter(
    State(platform): Shared,
    Path(notice): Path<String>,
) -> Result<Json<Value>, Problem> {
    match platform.pay_at_counter(&notice) {
        Some(receipt_id) => Ok(Json(json!({"receipt_id": receipt_id}))),
        None => Err(Problem::new(StatusCode::CONFLICT, "Not payable", notice)),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct LockRequest {
    minutes: u16,
}

/// `POST /sandbox/positions/{notice}/lock {"minutes": 15}`: as if somebody were paying it elsewhere; 0 frees.
pub(super) async fn lock(
    State(platform): Shared,
    Path(notice): Path<String>,
    Json(request): Json<LockRequest>,
) -> Result<StatusCode, Problem> {
    let until = platform.clock.now() + lock_of(request.minutes);
    match platform.state().positions.iter_mut().find(|p| p.nav == notice) {
        Some(position) => {
            position.locked_until = Some(until);
            Ok(StatusCode::NO_CONTENT)
        }
        None => Err(Problem::new(StatusCode::NOT_FOUND, "Unknown notice", notice)),
    }
}

/// `POST /sandbox/positions/{notice}/pay-anyway`: pays also what was withdrawn or has expired, as if the payment had
/// begun before. 200 with the receipt's id, 409 if it is paid or unknown.
pub(super) async fn pay_anyway(
    State(platform): Shared,
    Path(notice): Path<String>,
) -> Result<Json<Value>, Problem> {
    match platform.pay_anyway(&notice) {
        Some(receipt_id) => Ok(Json(json!({"receipt_id": receipt_id}))),
        None => Err(Problem::new(StatusCode::CONFLICT, "Not payable", notice)),
    }
}

/// `POST /sandbox/positions/{notice}/pay-again`: a second payment of a paid notice, with a receipt of its own.
pub(super) async fn pay_again(
    State(platform): Shared,
    Path(notice): Path<String>,
) -> Result<Json<Value>, Problem> {
    match platform.pay_again(&notice) {
        Some(receipt_id) => Ok(Json(json!({"receipt_id": receipt_id}))),
        None => Err(Problem::new(StatusCode::CONFLICT, "Not paid yet", notice)),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct FeeRequest {
    cents: u32,
}

/// `POST /sandbox/positions/{notice}/notification-fee {"cents": 200}`: what is due becomes more. 204, or 409 where it
/// cannot be paid any more.
pub(super) async fn add_fee(
    State(platform): Shared,
    Path(notice): Path<String>,
    Json(request): Json<FeeRequest>,
) -> Result<StatusCode, Problem> {
    if platform.add_notification_fee(&notice, request.cents) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(StatusCode::CONFLICT, "Not payable", notice))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct CounterRequest {
    body: String,
    notice_number: String,
}

/// `POST /sandbox/counter {"body", "notice_number"}`: cash at a tobacconist's, also for a notice that its body's own
/// station holds. 200 with the receipt's id, 404, 409, or 502 where the station does not answer.
pub(super) async fn counter(
    State(platform): Shared,
    Json(request): Json<CounterRequest>,
) -> Result<Json<Value>, Problem> {
    let paid = platform.pay_typed(&request.body, &request.notice_number).await;
    paid.map(|receipt_id| Json(json!({"receipt_id": receipt_id})))
        .map_err(|why| {
            let status = match why {
                Unpayable::Unknown => StatusCode::NOT_FOUND,
                Unpayable::NoAnswer => StatusCode::BAD_GATEWAY,
                Unpayable::NotNow | Unpayable::OtherAmount => StatusCode::CONFLICT,
            };
            Problem::new(status, "Not payable", format!("{why:?}"))
        })
}

/// `GET /sandbox/payments`: every payment that was made, whatever became of its receipt.
pub(super) async fn payments(State(platform): Shared) -> Json<Vec<PaymentMade>> {
    Json(platform.payments())
}

/// `POST /sandbox/receipts/release`: lets go of receipts that are held back.
pub(super) async fn release(State(platform): Shared) -> Json<Value> {
    Json(json!({"released": platform.release()}))
}

/// `POST /sandbox/fdr/publish`: reports everything that was paid and not yet reported.
pub(super) async fn publish_flows(State(platform): Shared) -> Json<Vec<FlowMade>> {
    Json(platform.publish_flows())
}

#[derive(Debug, Deserialize)]
pub(super) struct ReviseRequest {
    fdr: String,
}

/// `POST /sandbox/fdr/revise {"fdr"}`: publishes the flow's next revision.
pub(super) async fn revise_flow(
    State(platform): Shared,
    Json(request): Json<ReviseRequest>,
) -> Result<StatusCode, Problem> {
    if platform.revise_flow(&request.fdr) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(StatusCode::NOT_FOUND, "Unknown flow", request.fdr))
    }
}

/// A receipt made by hand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReceiptRequest {
    body: String,
    notice_number: String,
    amount: i64,
    /// Otherwise a new one.
    receipt_id: Option<String>,
}

/// `POST /sandbox/receipts {"body", "notice_number", "amount", "receipt_id"?}`: pushes a receipt for any notice
/// and amount, known or not. Positions stay as they are.
pub(super) async fn send_receipt(
    State(platform): Shared,
    Json(request): Json<ReceiptRequest>,
) -> Result<Json<Value>, Problem> {
    if request.amount < 1 || request.notice_number.len() != 18 || !request.notice_number.is_ascii() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "Not a receipt",
            "amount or notice_number",
        ));
    }
    let receipt_id = request.receipt_id.clone().unwrap_or_else(receipts::new_id);
    let now = platform.clock.now();
    let known = platform
        .state()
        .position(&request.body, &request.notice_number)
        .map(|position| Message::of(position, &receipt_id, now, Channel::Counter, None));
    let message = known.unwrap_or_else(|| made_up(&request, &receipt_id, now));
    let message = message.over(request.amount);
    let twice = platform.faults().receipts == ReceiptFault::Duplicated;
    for _ in 0..=u8::from(twice) {
        delivery::start(&platform, std::slice::from_ref(&message));
    }
    Ok(Json(json!({"receipt_id": receipt_id})))
}

/// A receipt for a notice that nobody knows.
fn made_up(request: &ReceiptRequest, receipt_id: &str, now: DateTime<Utc>) -> Message {
    let description = "Pagamento di prova".to_owned();
    Message {
        receipt_id: receipt_id.to_owned(),
        company_name: "Ente di Prova".to_owned(),
        iuv: request.notice_number.get(1..).unwrap_or_default().to_owned(),
        nav: request.notice_number.clone(),
        body: request.body.clone(),
        amount: request.amount,
        description: description.clone(),
        debtor: Debtor {
            kind: "F".to_owned(),
            code: "ANONIMO".to_owned(),
            full_name: "ANONIMO".to_owned(),
        },
        transfers: vec![Transfer {
            id: "1".to_owned(),
            amount: request.amount,
            body: request.body.clone(),
            iban: "IT60X0542811101000000123456".to_owned(),
            remittance: description,
            category: "9/0107101TS/".to_owned(),
            notification_fee: 0,
        }],
        channel: Channel::Counter,
        note: None,
        paid_at: now,
        stand_in: false,
    }
}

/// `POST /sandbox/receipts/{receipt_id}/resend`: once more, or at last where it was never sent.
pub(super) async fn resend(
    State(platform): Shared,
    Path(receipt): Path<String>,
) -> Result<StatusCode, Problem> {
    if platform.resend(&receipt) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(StatusCode::NOT_FOUND, "Unknown receipt", receipt))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ReceiptUrlRequest {
    url: Url,
}

/// `PUT /sandbox/receipt-url {"url"}`: where the portal listens, once that is known.
pub(super) async fn set_receipt_url(
    State(platform): Shared,
    Json(request): Json<ReceiptUrlRequest>,
) -> StatusCode {
    platform.set_receipt_url(request.url);
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
pub(super) struct DuplicatesRequest {
    on: bool,
}

/// `PUT /sandbox/duplicates {"on": true}`: push each receipt twice from now on.
pub(super) async fn set_duplicates(
    State(platform): Shared,
    Json(request): Json<DuplicatesRequest>,
) -> StatusCode {
    platform.state().faults.receipts = if request.on {
        ReceiptFault::Duplicated
    } else {
        ReceiptFault::Normal
    };
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
pub(super) struct ClockRequest {
    advance_seconds: u32,
}

/// `POST /sandbox/clock {"advance_seconds": 601}`: late receipts go out, days that are over are reported.
pub(super) async fn advance_clock(State(platform): Shared, Json(request): Json<ClockRequest>) -> Json<Value> {
    platform.advance(TimeDelta::seconds(request.advance_seconds.into()));
    Json(json!({"now": text(platform.clock.now())}))
}
