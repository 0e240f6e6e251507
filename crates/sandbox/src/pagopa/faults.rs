//! What goes wrong on purpose: services that are slow or answer with an error, and receipts that come late, twice, in
//! the wrong order, with another id or never. Set by JSON, by the page or in the same process; nothing goes wrong
//! unless somebody asked for it.

use super::state::Platform;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Everything that may go wrong, at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Debt positions.
    pub gpd: Option<ServiceFault>,
    /// `POST /carts`. The payment page always works.
    pub checkout: Option<ServiceFault>,
    /// The services that give receipts again: GPD's and biz-events.
    pub receipts_service: Option<ServiceFault>,
    /// Reporting flows.
    pub fdr: Option<ServiceFault>,
    /// Milliseconds that every service waits before it answers.
    pub slow_ms: u32,
    /// How receipts go out from now on.
    pub receipts: ReceiptFault,
    /// How late [`ReceiptFault::Late`] is, in seconds of the sandbox's clock.
    pub late_seconds: u32,
    /// Whether a receipt that is never pushed can be asked for.
    pub recoverable: bool,
    /// Cents that the platform adds to what is paid, as SEND's notification fee does.
    pub amount_plus_cents: u32,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            gpd: None,
            checkout: None,
            receipts_service: None,
            fdr: None,
            slow_ms: 0,
            receipts: ReceiptFault::Normal,
            late_seconds: 3_600,
            recoverable: false,
            amount_plus_cents: 0,
        }
    }
}

/// What a service does instead of its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServiceFault {
    /// Answers with an error.
    Status {
        /// 400 to 599.
        status: u16,
        /// How many calls; none means until it is taken away.
        #[serde(default)]
        times: Option<u32>,
        /// Seconds for `Retry-After`. A 429 without it says 1.
        #[serde(default)]
        retry_after: Option<u32>,
        /// Whether the work is done all the same, and only its answer is lost.
        #[serde(default)]
        done: bool,
    },
    /// Answers rightly, but late.
    Slow {
        /// Milliseconds.
        ms: u32,
        /// How many calls; none means until it is taken away.
        #[serde(default)]
        times: Option<u32>,
    },
}

impl ServiceFault {
    /// The fault after one more call, if anything is left of it.
    fn spent(mut self) -> Option<Self> {
        let (Self::Status { times, .. } | Self::Slow { times, .. }) = &mut self;
        if let Some(left) = times {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return None;
            }
        }
        Some(self)
    }
}

/// How receipts go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptFault {
    /// At once.
    #[default]
    Normal,
    /// After [`Faults::late_seconds`], or when somebody lets it go.
    Late,
    /// Each one twice.
    Duplicated,
    /// Each one after the next.
    OutOfOrder,
    /// Each one followed by a second payment of the same notice, with its own receipt.
    OtherId,
    /// Not at all: the money is there, the flow says 9 (`NO_RPT`).
    Never,
    /// Paid while the body could not be reached: the receipt says so, the flow says 4 (`STAND_IN`).
    StandIn,
    /// The same, and its receipt never comes: the flow says 8 (`STAND_IN_NO_RPT`).
    StandInNever,
}

/// The services that can be disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Gpd,
    Checkout,
    Receipts,
    Fdr,
}

impl Faults {
    /// Why they cannot be.
    pub fn check(&self) -> Result<(), &'static str> {
        let services = [self.gpd, self.checkout, self.receipts_service, self.fdr];
        for fault in services.into_iter().flatten() {
            if let ServiceFault::Status { status, .. } = fault
                && !(400..=599).contains(&status)
            {
                return Err("status: 400 to 599");
            }
        }
        if self.amount_plus_cents > 100_000 {
            return Err("amount_plus_cents: at most 100000");
        }
        Ok(())
    }

    /// The fault that the next call of a service meets; it counts as met.
    fn take(&mut self, service: Service) -> Option<ServiceFault> {
        let slot = match service {
            Service::Gpd => &mut self.gpd,
            Service::Checkout => &mut self.checkout,
            Service::Receipts => &mut self.receipts_service,
            Service::Fdr => &mut self.fdr,
        };
        let met = *slot;
        *slot = met.and_then(ServiceFault::spent);
        met
    }
}

impl Platform {
    /// What goes wrong at present; counted faults count down.
    pub fn faults(&self) -> Faults {
        self.state().faults.clone()
    }

    /// What goes wrong from now on, instead of what did.
    pub fn set_faults(&self, faults: Faults) {
        self.state().faults = faults;
    }
}

/// In front of a service.
pub(super) async fn meddle(
    State((platform, service)): State<(Arc<Platform>, Service)>,
    request: Request,
    next: Next,
) -> Response {
    let (fault, slow) = {
        let mut state = platform.state();
        (state.faults.take(service), state.faults.slow_ms)
    };
    pause(slow).await;
    match fault {
        None => next.run(request).await,
        Some(ServiceFault::Slow { ms, .. }) => {
            pause(ms).await;
            next.run(request).await
        }
        Some(ServiceFault::Status {
            status,
            retry_after,
            done,
            ..
        }) => {
            if done {
                next.run(request).await;
            }
            refusal(service, status, retry_after)
        }
    }
}

async fn pause(ms: u32) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms.into())).await;
    }
}

/// 429 and the 502 family are the gateway's, in its own shape; others are the service's.
fn refusal(service: Service, status: u16, retry_after: Option<u32>) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match status {
        429 | 502..=504 => super::problem::gateway(code, code.canonical_reason().unwrap_or_default()),
        _ if service == Service::Fdr => super::fdr::failure(code, "FDR-0500", "on purpose"),
        _ => super::problem::Problem::new(code, "Fault of the sandbox", "on purpose").into_response(),
    };
    if let Some(seconds) = retry_after.or((status == 429).then_some(1)) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// `GET /sandbox/faults`.
pub(super) async fn show(State(platform): State<Arc<Platform>>) -> Json<Faults> {
    Json(platform.faults())
}

/// `PUT /sandbox/faults`: what is left out goes well. 200 with the faults, or 400 and why.
pub(super) async fn set(
    State(platform): State<Arc<Platform>>,
    Json(faults): Json<Faults>,
) -> Result<Json<Faults>, (StatusCode, Json<Value>)> {
    if let Err(why) = faults.check() {
        return Err((StatusCode::BAD_REQUEST, Json(json!({ "detail": why }))));
    }
    platform.set_faults(faults);
    Ok(Json(platform.faults()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_fault_is_met_that_often() {
        let mut faults: Faults =
            serde_json::from_str(r#"{"gpd": {"kind": "status", "status": 502, "times": 2}}"#).unwrap();
        assert!(faults.take(Service::Checkout).is_none());
        assert!(faults.take(Service::Gpd).is_some());
        assert!(faults.take(Service::Gpd).is_some());
        assert!(faults.take(Service::Gpd).is_none());
        assert_eq!(faults, Faults::default());
    }

    #[test]
    fn a_fault_that_does_not_exist_is_not_taken_for_none() {
        for wrong in [
            r#"{"receipts": "sometimes"}"#,
            r#"{"gdp": null}"#,
            r#"{"gpd": {"kind": "status"}}"#,
        ] {
            assert!(serde_json::from_str::<Faults>(wrong).is_err(), "{wrong}");
        }
        let odd: Faults = serde_json::from_str(r#"{"fdr": {"kind": "status", "status": 200}}"#).unwrap();
        assert!(odd.check().is_err());
    }
}
