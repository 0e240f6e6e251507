//! Checkout's `POST /carts`, version 2.

use super::{payments::Unpayable, problem::Problem, receipts, state::Platform};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use url::Url;

/// `CartRequestV2`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CartRequest {
    payment_notices: Vec<CartNotice>,
    return_urls: ReturnUrls,
    email_notice: Option<String>,
    id_cart: Option<String>,
    #[serde(rename = "allCCP", default)]
    _all_ccp: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CartNotice {
    pub notice_number: String,
    pub fiscal_code: String,
    pub amount: i64,
    pub company_name: String,
    pub description: String,
}

/// Format `uri` in the document; the real page takes one without a scheme for a relative path and leads
/// nowhere, so the stand-in insists.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the published names")]
pub(super) struct ReturnUrls {
    pub return_ok_url: Url,
    pub return_cancel_url: Url,
    pub return_error_url: Url,
    pub return_waiting_url: Url,
}

/// What became of a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Open,
    Paid,
    Refused,
    Cancelled,
    Waiting,
    Closed,
}

#[derive(Debug, Clone)]
pub(super) struct Cart {
    pub notices: Vec<CartNotice>,
    pub returns: ReturnUrls,
    pub note: Option<String>,
    pub opened: DateTime<Utc>,
    pub outcome: Outcome,
}

impl Cart {
    /// pagoPA keeps a cart for ten minutes.
    pub(super) fn is_forgotten(&self, now: DateTime<Utc>) -> bool {
        now > self.until()
    }

    /// The last moment at which it can be paid.
    pub(super) fn until(&self) -> DateTime<Utc> {
        self.opened + TimeDelta::minutes(10)
    }
}

/// 302, 400 or 422; 502 where a body's own station does not answer.
pub(super) async fn create(State(platform): State<Arc<Platform>>, json: Bytes) -> Response {
    let request = match serde_json::from_slice::<CartRequest>(&json)
        .map_err(|e| e.to_string())
        .and_then(check)
    {
        Ok(request) => request,
        Err(detail) => {
            return Problem::new(StatusCode::BAD_REQUEST, "Request validation error", detail).into_response();
        }
    };
    let unprocessable =
        |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid payment info", detail);
    let different: BTreeSet<_> = request
        .payment_notices
        .iter()
        .map(|n| (&n.fiscal_code, &n.notice_number))
        .collect();
    if different.len() != request.payment_notices.len() {
        return unprocessable("Duplicate payment notice values found.").into_response();
    }
    // The amount is not compared here; the real platform does that only when somebody pays.
    for notice in &request.payment_notices {
        match platform.look(&notice.fiscal_code, &notice.notice_number).await {
            Ok(_) => {}
            Err(Unpayable::NoAnswer) => {
                let detail = "The creditor institution does not answer";
                return Problem::new(StatusCode::BAD_GATEWAY, "Bad gateway", detail).into_response();
            }
            Err(_) => return unprocessable("Invalid payment notice data").into_response(),
        }
    }
    let id = receipts::new_id();
    let cart = Cart {
        notices: request.payment_notices,
        returns: request.return_urls,
        note: request.id_cart,
        opened: platform.clock.now(),
        outcome: Outcome::Open,
    };
    platform.state().carts.insert(id.clone(), cart);
    let base = platform.public_url.as_str().trim_end_matches('/');
    let location = format!("{base}/ecommerce/checkout/v1/carts/{id}/redirect?clientId=CHECKOUT_CART");
    match HeaderValue::from_str(&location) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => {
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error", "").into_response()
        }
    }
}

fn check(request: CartRequest) -> Result<CartRequest, String> {
    let count = request.payment_notices.len();
    if !(1..=5).contains(&count) {
        return Err(format!("paymentNotices: {count} items, allowed 1 to 5"));
    }
    for notice in &request.payment_notices {
        let digits = |text: &str, long: usize| text.len() == long && text.bytes().all(|b| b.is_ascii_digit());
        let upto = |text: &str| !text.is_empty() && text.chars().count() <= 140;
        if !digits(&notice.notice_number, 18) {
            return Err("noticeNumber: 18 digits".to_owned());
        }
        if !digits(&notice.fiscal_code, 11) {
            return Err("fiscalCode: 11 digits".to_owned());
        }
        if notice.amount < 1 || notice.amount > 99_999_999_999 {
            return Err("amount: at least 1".to_owned());
        }
        if !upto(&notice.company_name) || !upto(&notice.description) {
            return Err("companyName, description: at most 140 characters".to_owned());
        }
    }
    if request
        .email_notice
        .as_ref()
        .is_some_and(|mail| !mail.contains('@'))
    {
        return Err("emailNotice: not an address".to_owned());
    }
    if request
        .id_cart
        .as_ref()
        .is_some_and(|id| id.is_empty() || id.chars().count() > 210)
    {
        return Err("idCart: at most 210 characters".to_owned());
    }
    Ok(request)
}
