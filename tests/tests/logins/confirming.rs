//! Showing again who one is, before a sensitive act.

use crate::stage::{PAGE, Stage, VERIFIER, told};
use api::{
    ErrorCode, NoQuery,
    logins::{LoginOutcome, LoginState, StartLogin, StartLoginRequest},
};
use sandbox::provider::Fault;
use testkit::{Actor, Means, role::Parent};

const OLD: &str = "update session set confirmed_at = 1";
const FRESH: &str = "select count(*) as n from session where confirmed_at > 1";

fn confirming(request: StartLoginRequest) -> StartLoginRequest {
    StartLoginRequest {
        confirm: true,
        ..request
    }
}

async fn start(actor: &Actor, request: &StartLoginRequest) -> Result<api::logins::LoginView, api::ErrorBody> {
    actor.ask(&StartLogin {}, &NoQuery {}, request).await
}

#[tokio::test]
async fn a_browser_confirms_its_own_session_and_keeps_it() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    stage.sign_in(&mut browser, "marta").await;
    stage.bench.sql(OLD).await;
    let cookie = browser.cookies["refettorio"].clone();
    let signed_in = stage.anyone.holding(Some(&cookie));
    let request = confirming(Stage::of_browser());
    assert_eq!(
        start(&stage.anyone, &request).await.unwrap_err().code,
        ErrorCode::Unauthenticated
    );

    let begun = start(&signed_in, &request).await.unwrap();
    let provider = browser.go(&begun.url).await;
    assert!(
        provider
            .query_pairs()
            .any(|(name, value)| name == "prompt" && value == "login"),
        "{provider}"
    );
    let callback = browser.choose(&provider, ("andrea", 2, "acconsento")).await;
    assert_eq!(
        browser.get(&callback).await.location,
        Some(told(LoginOutcome::OtherPerson))
    );
    assert_eq!(stage.bench.number(FRESH).await, 0);

    let begun = start(&signed_in, &request).await.unwrap();
    let callback = browser
        .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
        .await;
    assert_eq!(browser.get(&callback).await.location.as_deref(), Some(PAGE));
    assert_eq!(stage.bench.number(FRESH).await, 1);
    assert_eq!(browser.cookies["refettorio"], cookie);
    assert_eq!(stage.audited("confirm", "done", "spid").await, 1);
    assert_eq!(stage.audited("confirm", "refused", "other_person").await, 1);
}

#[tokio::test]
async fn nobody_confirms_the_session_of_whoever_sent_them_the_address() {
    let stage = Stage::new().await;
    let (mut thief, mut victim) = (stage.browser(), stage.browser());
    for browser in [&mut thief, &mut victim] {
        stage.sign_in(browser, "marta").await;
    }
    stage.bench.sql(OLD).await;
    let stolen = stage.anyone.holding(Some(&thief.cookies["refettorio"]));
    let begun = start(&stolen, &confirming(Stage::of_browser())).await.unwrap();
    assert_eq!(
        victim.get(&begun.url).await.location,
        Some(told(LoginOutcome::OtherBrowser))
    );
    assert_eq!(stage.bench.number(FRESH).await, 0);
}

#[tokio::test]
async fn an_old_sign_in_at_the_provider_confirms_nothing() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    stage.sign_in(&mut browser, "marta").await;
    stage.bench.sql(OLD).await;
    let signed_in = stage.anyone.holding(Some(&browser.cookies["refettorio"]));
    let begun = start(&signed_in, &confirming(Stage::of_browser())).await.unwrap();
    let provider = browser.go(&begun.url).await;
    stage.provider().set_fault(Some(Fault::StaleSession));
    let callback = browser.choose(&provider, ("marta", 2, "acconsento")).await;
    assert_eq!(
        browser.get(&callback).await.location,
        Some(told(LoginOutcome::ProviderFault))
    );
    assert_eq!(stage.bench.number(FRESH).await, 0);
}

#[tokio::test]
async fn an_app_confirms_once_its_code_is_back() {
    let stage = Stage::new().await;
    let phone = stage.bench.actor::<Parent>(Means::App).await;
    stage.bench.sql(OLD).await;
    let begun = start(&phone, &confirming(Stage::of_app())).await.unwrap();
    let mut browser = stage.browser();
    let callback = browser
        .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
        .await;
    browser.get(&callback).await;
    assert_eq!(
        stage.bench.number(FRESH).await,
        0,
        "not before the app itself says so"
    );
    browser.number(begun.id, &begun.number.clone().unwrap()).await;
    let redeemed = stage.redeem(begun.id, VERIFIER, None).await.unwrap();
    assert_eq!((redeemed.state, redeemed.session), (LoginState::Done, None));
    assert_eq!(stage.bench.number(FRESH).await, 1);
    assert_eq!(stage.bench.number("select count(*) as n from session").await, 1);
}

#[tokio::test]
async fn whoever_has_no_bond_today_is_still_themselves() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    stage.sign_in(&mut browser, "marta").await;
    stage.bench.sql(OLD).await;
    stage
        .bench
        .sql("update bond set ended_at = 1 where person_id in (select id from person where first_name = 'Ada')")
        .await;
    let signed_in = stage.anyone.holding(Some(&browser.cookies["refettorio"]));
    for (person, goes_to, fresh) in [
        ("andrea", told(LoginOutcome::OtherPerson), 0),
        ("marta", PAGE.to_owned(), 1),
    ] {
        let begun = start(&signed_in, &confirming(Stage::of_browser())).await.unwrap();
        let callback = browser.go_and_choose(&begun.url, (person, 2, "acconsento")).await;
        assert_eq!(browser.get(&callback).await.location, Some(goes_to), "{person}");
        assert_eq!(stage.bench.number(FRESH).await, fresh, "{person}");
    }
}
