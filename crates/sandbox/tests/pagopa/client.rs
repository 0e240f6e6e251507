//! The client's manners towards a server that misbehaves.

use crate::{
    contract,
    support::{body, cart, debt, notice, patience, serve},
};
use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use pagopa::{
    Patience, SubscriptionKey,
    checkout::{Checkout, CheckoutClient, CheckoutError},
    gpd::{DebtPositions, GpdClient, GpdError, Iupd, PositionStatus},
};
use sandbox::pagopa::{Called, Exchange};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use url::Url;

/// What the server answers, one after the other, and then never; and what it was asked.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Response>>,
    asked: Mutex<Vec<Exchange>>,
}

/// The test's side of it. What was asked is held against the published documents when the test ends.
struct Played(Arc<Script>);

impl Played {
    /// How many answers nobody has asked for.
    fn left(&self) -> usize {
        self.0.answers.lock().unwrap().len()
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let asked = self.0.asked.lock().unwrap();
            let held = contract::hold_requests(&asked).unwrap_or_else(|why| panic!("{why}"));
            contract::count(&held);
        }
    }
}

async fn play(State(script): State<Arc<Script>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let text = |name: &str| {
        let value = parts.headers.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let exchange = Exchange {
        called: Called::Platform,
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        agent: text("user-agent"),
        with_key: parts.headers.contains_key("ocp-apim-subscription-key"),
        sent_type: text("content-type"),
        sent: to_bytes(body, 1 << 20).await.unwrap().to_vec(),
        status: 0,
        answer_type: None,
        location: None,
        answer: vec![],
    };
    script.asked.lock().unwrap().push(exchange);
    let next = script.answers.lock().unwrap().pop_front();
    match next {
        Some(answer) => answer,
        None => std::future::pending().await,
    }
}

async fn server(answers: Vec<Response>) -> (Url, Played) {
    let script = Arc::new(Script {
        answers: Mutex::new(answers.into()),
        ..Script::default()
    });
    (
        serve(Router::new().fallback(play).with_state(Arc::clone(&script))).await,
        Played(script),
    )
}

fn gpd(base: &Url, patience: Patience) -> GpdClient {
    GpdClient::new(
        base.join("gpd/debt-positions-service/v1")
            .unwrap()
            .try_into()
            .unwrap(),
        SubscriptionKey::new("k").unwrap(),
        patience,
    )
    .unwrap()
}

fn checkout(base: &Url) -> CheckoutClient {
    let base = base.join("checkout/ec/v2").unwrap();
    CheckoutClient::new(base.try_into().unwrap(), None, vec![], patience()).unwrap()
}

fn says(status: u16) -> Response {
    StatusCode::from_u16(status).unwrap().into_response()
}

fn position() -> Response {
    format!(
        r#"{{"status":"VALID","paymentOption":[{{"nav":"{}","amount":500}}]}}"#,
        notice(1)
    )
    .into_response()
}

#[tokio::test]
async fn a_passing_trouble_is_tried_again_a_few_times() {
    let (base, script) = server(vec![says(503), says(429), position()]).await;
    let published = gpd(&base, patience()).create(&debt(1, 500)).await.unwrap();
    assert_eq!(published.status, PositionStatus::Valid);
    assert_eq!(script.left(), 0);

    let (base, script) = server(vec![says(502), says(502), says(502), position()]).await;
    let error = gpd(&base, patience()).create(&debt(1, 500)).await.unwrap_err();
    assert!(error.is_passing(), "{error}");
    assert_eq!(script.left(), 1);
}

#[tokio::test]
async fn a_final_answer_is_not_tried_again() {
    for status in [400, 401, 403, 404, 500] {
        let (base, script) = server(vec![says(status), position()]).await;
        assert!(
            gpd(&base, patience())
                .get(body(), &Iupd::of(body(), notice(1)))
                .await
                .is_err()
        );
        assert_eq!(script.left(), 1, "{status}");
    }
    let (base, script) = server(vec![says(503), position()]).await;
    let error = gpd(&base, patience())
        .invalidate(body(), &Iupd::of(body(), notice(1)))
        .await
        .unwrap_err();
    assert!(error.is_passing());
    assert_eq!(script.left(), 1, "invalidating is not repeated");
}

#[tokio::test]
async fn a_server_that_asks_for_a_long_pause_gets_it() {
    let slow = (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "10")]).into_response();
    let (base, script) = server(vec![slow, position()]).await;
    let error = checkout(&base).open_cart(&cart(&[(1, 500)])).await.unwrap_err();
    assert_eq!(
        error,
        CheckoutError::RateLimited {
            retry_after: Some(Duration::from_secs(10))
        }
    );
    assert_eq!(script.left(), 1);
}

#[tokio::test]
async fn a_server_that_never_answers_does_not_hold_the_parent() {
    let (base, _script) = server(vec![]).await;
    let impatient = Patience {
        answer: Duration::from_millis(20),
        ..patience()
    };
    let error = gpd(&base, impatient)
        .get(body(), &Iupd::of(body(), notice(1)))
        .await
        .unwrap_err();
    assert!(matches!(error, GpdError::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_never_followed() {
    let to = |address: &str| (StatusCode::FOUND, [("location", address.to_owned())]).into_response();
    let (base, script) = server(vec![to("https://checkout.pagopa.it/c/1?clientId=x"), position()]).await;
    let address = checkout(&base).open_cart(&cart(&[(1, 500)])).await.unwrap();
    assert_eq!(address.as_str(), "https://checkout.pagopa.it/c/1?clientId=x");
    assert_eq!(script.left(), 1);

    let (base, _script) = server(vec![to("https://checkout.example/c/1")]).await;
    let error = checkout(&base).open_cart(&cart(&[(1, 500)])).await.unwrap_err();
    assert!(matches!(error, CheckoutError::ForeignRedirect(_)), "{error}");

    let (base, script) = server(vec![to("/elsewhere"), position()]).await;
    assert!(gpd(&base, patience()).create(&debt(1, 500)).await.is_err());
    assert_eq!(script.left(), 1, "the key goes nowhere else");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let (base, _script) = server(vec![vec![b' '; 3_000_000].into_response()]).await;
    let error = gpd(&base, patience().once())
        .get(body(), &Iupd::of(body(), notice(1)))
        .await
        .unwrap_err();
    assert!(matches!(error, GpdError::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn nobody_listening_is_unavailable_and_names_no_debtor() {
    let (base, _script) = server(vec![]).await;
    let mut nobody = base.clone();
    nobody.set_port(Some(1)).unwrap();
    let error = gpd(&nobody, patience())
        .get(body(), &Iupd::of(body(), notice(1)))
        .await
        .unwrap_err();
    assert!(matches!(error, GpdError::Unavailable(_)), "{error}");
    assert!(!error.to_string().contains(&notice(1).to_string()), "{error}");
}
