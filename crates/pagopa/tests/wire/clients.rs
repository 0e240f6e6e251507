//! The clients against answers that were written down. Retries and redirects are tried in the sandbox's tests.

use crate::support::{
    Server, body, debt, header, json_receipt, key, listed, notice, page, patience, payment, position,
    receipt_inside, says,
};
use chrono::SecondsFormat;
use domain::Cents;
use refettorio_pagopa::{
    Breaker, Causale,
    checkout::{Advice, Cart, CartNotice, Checkout, CheckoutClient, CheckoutError, ReturnUrls},
    fdr::{FdrClient, FdrError, FlowKey, Flows, PayStatus, Totals},
    gpd::{DebtPositions, GpdClient, GpdError, PositionStatus},
    receipts::recovery::{BizEvents, GpdReceipts, MissingReceipts, RecoveryError, Source, Wanted},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use url::Url;

fn gpd(server: &Server) -> GpdClient {
    GpdClient::new(server.base(), key(), patience()).unwrap()
}

fn checkout(server: &Server) -> CheckoutClient {
    CheckoutClient::new(server.base(), None, vec![], patience()).unwrap()
}

fn fdr(server: &Server) -> FdrClient {
    FdrClient::new(server.base(), key(), patience()).unwrap()
}

fn cart(notices: u64) -> Cart {
    let notices = (1..=notices)
        .map(|sequence| CartNotice {
            notice: notice(sequence),
            body: body(),
            company_name: "Comune di Prova".parse().unwrap(),
            amount: Cents::new(500),
            causale: Causale::new("Mensa scolastica").unwrap(),
        })
        .collect();
    let home = Url::parse("https://mensa.example/ritorno/a1/ok").unwrap();
    let returns = ReturnUrls {
        ok: home.clone(),
        cancel: home.clone(),
        error: home.clone(),
        waiting: home,
    };
    Cart::new(notices, returns).unwrap()
}

fn key_of(fdr: &str) -> FlowKey {
    FlowKey {
        fdr: fdr.to_owned(),
        psp_id: "ABCDITMM".to_owned(),
        revision: 2,
    }
}

/// A breaker that opens after two failures, and its clock's seconds.
fn breaker() -> (Breaker, Arc<AtomicU64>) {
    let (start, seconds) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let shown = Arc::clone(&seconds);
    let clock = move || start + Duration::from_secs(shown.load(Ordering::SeqCst));
    (Breaker::with_clock(2, Duration::from_secs(10), clock), seconds)
}

#[tokio::test]
async fn a_draft_is_published_and_a_published_one_is_fine() {
    let server = Server::new(vec![
        says(200, position(1, "VALID", 500)),
        says(409, r#"{"title":"not publishable"}"#),
        says(200, position(1, "PAID", 500)),
        says(409, r#"{"title":"not publishable"}"#),
        says(200, position(1, "INVALID", 500)),
        says(404, ""),
    ])
    .await;
    let (gpd, debt) = (gpd(&server), debt(1, 500));
    let publish = || gpd.publish(body(), &debt.iupd);
    assert_eq!(publish().await.unwrap().status, PositionStatus::Valid);
    assert_eq!(publish().await.unwrap().status, PositionStatus::Paid);
    assert_eq!(
        publish().await,
        Err(GpdError::NotPublishable("not publishable".to_owned()))
    );
    assert_eq!(publish().await, Err(GpdError::NotFound));
    let path = format!("/base/v1/organizations/03334231200/debtpositions/{}", debt.iupd);
    assert_eq!(
        server.lines()[..2],
        [format!("POST {path}/publish"), format!("POST {path}/publish")]
    );
    assert_eq!(server.lines()[2], format!("GET {path}"));
    assert!(
        server.asked()[0]
            .head
            .to_lowercase()
            .contains("ocp-apim-subscription-key: k")
    );
}

#[tokio::test]
async fn a_debt_that_stands_there_as_a_draft_is_published_by_its_creation() {
    let server = Server::new(vec![
        says(409, "{}"),
        says(200, position(1, "DRAFT", 500)),
        says(200, position(1, "VALID", 500)),
    ])
    .await;
    let created = gpd(&server).create(&debt(1, 500)).await.unwrap();
    assert_eq!(created.status, PositionStatus::Valid);
    let ends: Vec<_> = server
        .lines()
        .iter()
        .map(|line| line.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(ends[0], "debtpositions?toPublish=true");
    assert_eq!(ends[2], "publish");
}

#[tokio::test]
async fn another_debt_under_the_same_key_is_a_number_taken() {
    for standing in [position(2, "VALID", 500), position(1, "VALID", 501)] {
        let server = Server::new(vec![says(409, r#"{"title":"exists"}"#), says(200, standing)]).await;
        assert_eq!(
            gpd(&server).create(&debt(1, 500)).await,
            Err(GpdError::NumberTaken("exists".to_owned()))
        );
    }
}

#[tokio::test]
async fn a_debt_is_written_anew_and_stays_published() {
    let server = Server::new(vec![
        says(503, ""),
        says(200, position(1, "VALID", 700)),
        says(409, r#"{"title":"not updatable"}"#),
    ])
    .await;
    let (gpd, debt) = (gpd(&server), debt(1, 700));
    let updated = gpd.update(&debt).await.unwrap();
    assert_eq!(
        (updated.amount, updated.status),
        (Cents::new(700), PositionStatus::Valid)
    );
    let error = gpd.update(&debt).await.unwrap_err();
    assert_eq!(error, GpdError::NotUpdatable("not updatable".to_owned()));
    assert!(!error.is_passing());
    let asked = server.asked();
    let put = format!(
        "PUT /base/v1/organizations/03334231200/debtpositions/{}?toPublish=true",
        debt.iupd
    );
    assert_eq!(
        (asked[0].line.as_str(), asked[1].line.as_str()),
        (put.as_str(), put.as_str())
    );
    assert_eq!(asked[0].body, asked[1].body);
    let written: serde_json::Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(written["paymentOption"][0]["amount"], 700);
    assert_eq!(written["iupd"], debt.iupd.as_str());
}

#[tokio::test]
async fn a_service_that_fails_again_and_again_is_not_asked_for_a_while() {
    let (breaker, seconds) = breaker();
    let server = Server::new(vec![says(500, ""), says(500, "")]).await;
    let gpd = gpd(&server).with_breaker(breaker.clone());
    let iupd = debt(1, 500).iupd;
    for _ in 0..2 {
        assert!(gpd.get(body(), &iupd).await.unwrap_err().is_passing());
    }
    assert!(breaker.is_open());
    let error = gpd.get(body(), &iupd).await.unwrap_err();
    let GpdError::Unavailable(text) = &error else {
        panic!("{error}")
    };
    assert!(text.contains("2 times in a row and was not asked"), "{text}");
    assert_eq!(server.asked().len(), 2, "nobody went there");

    // The first one after the rest goes alone and once, also where it could be patient.
    seconds.store(10, Ordering::SeqCst);
    server.will_say(says(503, ""));
    assert!(gpd.get(body(), &iupd).await.is_err());
    assert_eq!(server.asked().len(), 3);
    assert!(gpd.get(body(), &iupd).await.is_err());
    assert_eq!(server.asked().len(), 3);

    seconds.store(20, Ordering::SeqCst);
    // An answer is an answer, also one that says no.
    server.will_say(says(404, ""));
    assert_eq!(gpd.get(body(), &iupd).await, Err(GpdError::NotFound));
    assert!(!breaker.is_open());
}

#[tokio::test]
async fn checkout_is_left_alone_too_and_a_refusal_is_no_failure() {
    let (breaker, _) = breaker();
    let server = Server::new(vec![
        says(422, r#"{"title":"Invalid payment info"}"#),
        says(400, ""),
        says(422, ""),
        says(500, ""),
        says(429, "").with("retry-after: 60"),
    ])
    .await;
    let checkout = checkout(&server).with_breaker(breaker.clone());
    for _ in 0..5 {
        assert!(!breaker.is_open());
        checkout.open_cart(&cart(1)).await.unwrap_err();
    }
    assert!(breaker.is_open());
    let error = checkout.open_cart(&cart(1)).await.unwrap_err();
    assert!(
        matches!(&error, CheckoutError::Unavailable(text) if text.contains("was not asked")),
        "{error}"
    );
    assert_eq!(
        error.advice(),
        Advice::TryAgain {
            after: Duration::from_mins(1)
        }
    );
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn a_cart_of_five_goes_in_its_order_and_either_answer_leads_to_the_page() {
    let page = "https://checkout.pagopa.it/c/1?clientId=CHECKOUT_CART";
    let server = Server::new(vec![
        says(302, "").with(&format!("location: {page}")),
        says(200, format!(r#"{{"checkoutRedirectUrl":"{page}"}}"#)),
    ])
    .await;
    let checkout = checkout(&server);
    for _ in 0..2 {
        assert_eq!(checkout.open_cart(&cart(5)).await.unwrap().as_str(), page);
    }
    assert_eq!(server.lines(), ["POST /base/v1/carts", "POST /base/v1/carts"]);
    let sent: serde_json::Value = serde_json::from_str(&server.asked()[0].body).unwrap();
    let numbers: Vec<_> = sent["paymentNotices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n["noticeNumber"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        numbers,
        (1..=5).map(|s| notice(s).to_string()).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn flows_are_listed_page_by_page_each_once() {
    let (a, b) = (
        listed("2026-11-24A-1", 1, "2026-11-24T07:00:00Z"),
        listed("2026-11-24A-1", 2, "2026-11-25T07:00:00.123456Z"),
    );
    let server = Server::new(vec![
        says(200, page(1, 2, &[b.clone(), a.clone()])),
        says(200, page(2, 2, &[a])),
    ])
    .await;
    let since = "2026-11-23T23:00:00Z".parse().unwrap();
    let flows = fdr(&server).published_since(body(), since).await.unwrap();
    assert_eq!(flows.iter().map(|f| f.key.revision).collect::<Vec<_>>(), [1, 2]);
    let latest = flows[1].published_at.unwrap();
    assert_eq!(
        latest.to_rfc3339_opts(SecondsFormat::Micros, true),
        "2026-11-25T07:00:00.123456Z"
    );
    assert_eq!(
        server.lines(),
        [1, 2].map(|page| format!(
            "GET /base/v1/organizations/03334231200/fdrs?publishedGt=2026-11-23T23%3A00%3A00.000Z&page={page}&size=1000"
        ))
    );
    let none = Server::new(vec![says(200, page(1, 0, &[]))]).await;
    assert_eq!(fdr(&none).published_since(body(), since).await, Ok(vec![]));
}

#[tokio::test]
async fn a_flow_is_read_whole_and_adds_up() {
    let states = [
        "EXECUTED",
        "STAND_IN",
        "STAND_IN_NO_RPT",
        "NO_RPT",
        "REVOKED",
        "SOMETHING_NEW",
    ];
    let payments: Vec<String> = (1..)
        .zip(states)
        .map(|(i, state)| payment(i, "0.10", state))
        .collect();
    let name = "2026-11-24A/B-1";
    let server = Server::new(vec![
        says(200, header(name, 2, 6, "0.60")),
        says(200, page(1, 2, &payments[..4])),
        says(503, ""),
        says(200, page(2, 2, &payments[4..])),
    ])
    .await;
    let (flow, read) = fdr(&server).read(body(), &key_of(name)).await.unwrap();
    assert_eq!((flow.sum, flow.count), (Cents::new(60), 6));
    assert_eq!(flow.regulation_date, "2026-11-24".parse().unwrap());
    assert_eq!(flow.psp.as_deref(), Some("Banca di Prova"));
    let codes: Vec<_> = read.iter().map(|payment| payment.pay_status.code()).collect();
    assert_eq!(codes, [Some(0), Some(4), Some(8), Some(9), Some(3), None]);
    let lacking = read.iter().filter(|payment| payment.pay_status.lacks_receipt());
    assert_eq!(lacking.map(|payment| payment.index).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(read[5].pay_status, PayStatus::Unknown);
    assert_eq!(
        (read[0].iuv.as_str(), read[0].iur.as_str()),
        (notice(1).iuv().as_str(), "iur-1")
    );
    let path = "/base/v1/organizations/03334231200/fdrs/2026-11-24A%2FB-1/revisions/2/psps/ABCDITMM";
    assert_eq!(server.lines()[0], format!("GET {path}"));
    assert_eq!(server.lines()[3], format!("GET {path}/payments?page=2&size=1000"));
}

#[tokio::test]
async fn a_flow_that_does_not_add_up_is_not_given() {
    let two = [payment(1, "10.00", "EXECUTED"), payment(2, "2.5E0", "EXECUTED")];
    for (count, sum) in [(2, "12.51"), (3, "12.50")] {
        let server = Server::new(vec![
            says(200, header("F", 2, count, sum)),
            says(200, page(1, 1, &two)),
        ])
        .await;
        let error = fdr(&server).read(body(), &key_of("F")).await.unwrap_err();
        let found = Totals {
            count: 2,
            sum: Cents::new(1_250),
        };
        assert!(
            matches!(error, FdrError::Totals { said, found: f } if f == found && said != found),
            "{error}"
        );
    }
    let twice = [payment(1, "1.00", "EXECUTED"), payment(1, "1.00", "EXECUTED")];
    for (header, payments) in [
        (header("F", 2, 2, "2.00"), page(1, 1, &twice)),
        (header("G", 2, 2, "12.50"), page(1, 1, &two)),
        (header("F", 3, 2, "12.50"), page(1, 1, &two)),
        (header("F", 2, 1, "0.001"), page(1, 1, &two)),
        (
            header("F", 2, 1, "1"),
            page(1, 1, &[payment(1, "-1.00", "EXECUTED")]),
        ),
    ] {
        let server = Server::new(vec![says(200, header), says(200, payments)]).await;
        let error = fdr(&server).read(body(), &key_of("F")).await.unwrap_err();
        assert!(matches!(error, FdrError::Unreadable(_)), "{error}");
    }
}

#[tokio::test]
async fn what_fdr_refuses_has_its_own_error() {
    let problem = r#"{"httpStatusCode":400,"appErrorCode":"FDR-0001","errors":[{"message":"no"}]}"#;
    for (status, error) in [
        (400, FdrError::Invalid("FDR-0001: no".to_owned())),
        (401, FdrError::Key),
        (403, FdrError::NotEnabled),
        (404, FdrError::NotFound),
        (500, FdrError::Unavailable("500 FDR-0001: no".to_owned())),
    ] {
        let server = Server::new(vec![says(status, problem)]).await;
        assert_eq!(fdr(&server).flow(body(), &key_of("F")).await, Err(error));
    }
}

#[tokio::test]
async fn gpd_gives_the_receipt_that_was_to_be_pushed() {
    let kept = |sequence, id| {
        format!(
            "<PaSendRTV2Request>{}</PaSendRTV2Request>",
            receipt_inside(sequence, id, "5.00")
        )
    };
    let server = Server::new(vec![
        says(200, kept(1, "r-1")),
        says(200, kept(1, "r-2")),
        says(200, kept(2, "r-1")),
        says(200, "<html>"),
        says(404, ""),
        says(422, r#"{"title":"not processable"}"#),
        says(429, "").with("retry-after: 3600"),
        says(403, ""),
        says(500, ""),
    ])
    .await;
    let receipts = GpdReceipts::new(server.base(), key(), patience())
        .unwrap()
        .with_breaker(Breaker::default());
    let wanted = Wanted {
        iuv: notice(1).iuv(),
        iur: Some("r-1".to_owned()),
    };
    let found = receipts.find(body(), &wanted).await.unwrap();
    assert_eq!(found.source, Source::Gpd);
    assert_eq!(found.receipt.amount, Cents::new(500));
    assert_eq!(found.receipt.notification_fee(), Some(Cents::new(150)));
    assert!(found.raw.starts_with("<PaSendRTV2Request>"));
    for other in ["r-2", "r-1"] {
        let error = receipts.find(body(), &wanted).await.unwrap_err();
        let RecoveryError::AnotherPayment(found) = error else {
            panic!("{error}")
        };
        assert_eq!(found.receipt.receipt_id, other);
    }
    let next = || receipts.find(body(), &wanted);
    assert!(matches!(next().await, Err(RecoveryError::Unreadable(_))));
    assert_eq!(next().await, Err(RecoveryError::NotFound));
    assert_eq!(
        next().await,
        Err(RecoveryError::NotYet("not processable".to_owned()))
    );
    assert_eq!(
        next().await,
        Err(RecoveryError::RateLimited {
            retry_after: Some(Duration::from_hours(1))
        })
    );
    assert_eq!(next().await, Err(RecoveryError::NotEnabled));
    assert!(matches!(next().await, Err(RecoveryError::Unavailable(_))));
    assert_eq!(
        server.lines()[0],
        format!("GET /base/v1/payments/03334231200/receipts/{}", notice(1).iuv())
    );
}

#[tokio::test]
async fn biz_events_is_asked_once_and_ten_times_an_hour() {
    let server = Server::new(vec![
        says(200, json_receipt(1, "r/1", "5.0")),
        says(503, ""),
        says(404, ""),
    ])
    .await;
    let receipts = BizEvents::new(server.base(), key(), patience())
        .unwrap()
        .with_breaker(Breaker::new(100, Duration::ZERO));
    let wanted = Wanted {
        iuv: notice(1).iuv(),
        iur: Some("r/1".to_owned()),
    };
    let found = receipts.find(body(), &wanted).await.unwrap();
    assert_eq!(
        (found.source, found.receipt.amount),
        (Source::BizEvents, Cents::new(500))
    );
    assert_eq!(
        server.lines(),
        ["GET /base/v1/organizations/03334231200/receipts/r%2F1"]
    );
    assert!(matches!(
        receipts.find(body(), &wanted).await,
        Err(RecoveryError::Unavailable(_))
    ));
    assert_eq!(server.asked().len(), 2, "a call is too dear to be repeated");
    assert_eq!(receipts.find(body(), &wanted).await, Err(RecoveryError::NotFound));
    let by_iuv_only = Wanted {
        iur: None,
        ..wanted.clone()
    };
    for _ in 3..10 {
        assert_eq!(
            receipts.find(body(), &by_iuv_only).await,
            Err(RecoveryError::NoIur)
        );
        assert!(receipts.find(body(), &wanted).await.unwrap_err().is_passing());
    }
    assert_eq!(server.asked().len(), 10);
    let error = receipts.clone().find(body(), &wanted).await.unwrap_err();
    assert!(
        matches!(error, RecoveryError::RateLimited { retry_after: Some(wait) } if wait > Duration::from_mins(59)),
        "{error}"
    );
    assert_eq!(server.asked().len(), 10);
}
