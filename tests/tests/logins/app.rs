//! The app: the browser comes back to it with a code, or the person types its number.

use crate::stage::{Browser, Stage, VERIFIER};
use api::{
    ErrorCode, NoQuery,
    children::GetMe,
    logins::{BackTo, LoginOutcome, LoginState, LoginView},
};
use chrono::TimeDelta;
use testkit::Means;

/// A browser that came back as that person, and the page at which it ended.
async fn at_the_end(stage: &Stage, person: &str) -> (LoginView, Browser, String) {
    let begun = stage.start(&Stage::of_app()).await.unwrap();
    let mut browser = stage.browser();
    let callback = browser.go_and_choose(&begun.url, (person, 2, "acconsento")).await;
    let answer = browser.get(&callback).await;
    let path = format!("/accesso/fine/{}", begun.id);
    assert_eq!(answer.location.as_deref(), Some(path.as_str()), "{}", answer.text);
    (begun, browser, path)
}

/// The code in the page's way to the app.
fn code(page: &str) -> &str {
    let after = page.split_once("code=").unwrap().1;
    after.split('"').next().unwrap()
}

#[tokio::test]
async fn the_app_gets_its_session_by_the_code_that_the_browser_brings() {
    let stage = Stage::new().await;
    let (begun, mut browser, path) = at_the_end(&stage, "marta").await;
    let page = browser.get(&path).await;
    let to_app = format!("http://127.0.0.1:40123/ritorno?login={}&amp;code=", begun.id);
    assert!(page.text.contains(&to_app), "{}", page.text);
    assert!(page.text.contains("Torna all'app") && page.text.contains("http-equiv=\"refresh\""));
    assert!(page.text.contains("lang=\"it\"") && !page.text.contains("<script"));
    let csp = page.headers["content-security-policy"].to_str().unwrap();
    assert!(csp.contains("default-src 'none'"), "{csp}");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");

    let redeemed = stage
        .redeem(begun.id, VERIFIER, Some(code(&page.text)))
        .await
        .unwrap();
    assert_eq!((redeemed.state, redeemed.outcome), (LoginState::Done, None));
    let tokens = redeemed.session.unwrap().tokens.unwrap();
    let phone = stage.anyone.by(Means::App).holding(Some(&tokens.access_token.0));
    let me = phone.ask(&GetMe {}, &NoQuery {}, &()).await.unwrap();
    assert_eq!(me.name, "Ada Bruni");
    assert_eq!(stage.audited("sign_in", "done", "spid").await, 1);
    assert!(browser.me().await.is_err(), "the browser itself is not signed in");
    assert!(browser.get(&path).await.text.contains("Fatto"));

    let again = stage
        .redeem(begun.id, VERIFIER, Some(code(&page.text)))
        .await
        .unwrap();
    assert_eq!(
        (again.state, again.outcome, again.session),
        (LoginState::Failed, Some(LoginOutcome::AlreadyUsed), None)
    );
}

#[tokio::test]
async fn the_apps_scheme_is_the_second_way() {
    let stage = Stage::new().await;
    let mut request = Stage::of_app();
    request.back = BackTo::Scheme;
    let mut browser = stage.browser();
    let to = stage
        .sign_in_with(&mut browser, &request, ("marta", 2, "acconsento"))
        .await;
    let page = browser.get(&to).await;
    assert!(
        page.text.contains("href=\"it.refettorio.app://ritorno?login="),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_wrong_verifier_finds_nothing() {
    let stage = Stage::new().await;
    let (begun, mut browser, path) = at_the_end(&stage, "marta").await;
    let page = browser.get(&path).await;
    let other = "a".repeat(43);
    for verifier in [other.as_str(), "", "kurz"] {
        let refused = stage.redeem(begun.id, verifier, Some(code(&page.text))).await;
        assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
    }
    let unknown = "0199a5f0-0000-7000-8000-000000000001".parse().unwrap();
    let refused = stage.redeem(unknown, VERIFIER, None).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
    // A browser's login has no verifier at all.
    let of_browser = stage.start(&Stage::of_browser()).await.unwrap();
    assert!(stage.redeem(of_browser.id, VERIFIER, None).await.is_err());
}

#[tokio::test]
async fn without_code_or_number_a_strangers_login_opens_nothing() {
    let stage = Stage::new().await;
    let (begun, mut browser, path) = at_the_end(&stage, "marta").await;
    // Whoever began it asks and asks; the person it was sent to has signed in.
    let wrong = "A".repeat(43);
    for code in [None, Some(wrong.as_str())] {
        let asked = stage.redeem(begun.id, VERIFIER, code).await.unwrap();
        assert_eq!((asked.state, asked.session), (LoginState::Waiting, None));
    }
    let page = browser.get(&path).await;
    assert!(
        page.text.contains("Se nell'app non vedi nessun numero"),
        "{}",
        page.text
    );
    stage.wait(TimeDelta::minutes(5));
    let asked = stage.redeem(begun.id, VERIFIER, None).await.unwrap();
    assert_eq!(asked.outcome, Some(LoginOutcome::Expired));
}

#[tokio::test]
async fn the_number_of_the_app_is_enough_where_the_app_did_not_open() {
    let stage = Stage::new().await;
    let (begun, mut browser, path) = at_the_end(&stage, "marta").await;
    let number = begun.number.clone().unwrap();
    assert!(
        number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()),
        "{number}"
    );
    let page = browser.number(begun.id, &number).await;
    assert!(page.text.contains("Fatto"), "{}", page.text);
    assert!(browser.get(&path).await.text.contains("Fatto"));
    let redeemed = stage.redeem(begun.id, VERIFIER, None).await.unwrap();
    assert_eq!(redeemed.state, LoginState::Done);
    assert!(redeemed.session.unwrap().tokens.is_some());
}

#[tokio::test]
async fn a_number_guessed_wrong_three_times_ends_the_login() {
    let stage = Stage::new().await;
    let (begun, mut browser, path) = at_the_end(&stage, "marta").await;
    let right = begun.number.clone().unwrap();
    let wrong = if right == "0000" { "0001" } else { "0000" };
    for _ in 0..2 {
        let page = browser.number(begun.id, wrong).await;
        assert!(page.text.contains("Il numero non è quello"), "{}", page.text);
        assert!(
            !page.text.contains("http-equiv"),
            "whoever reads is not sent away"
        );
    }
    let page = browser.number(begun.id, wrong).await;
    assert!(
        page.text.contains("cominciato da un'altra parte"),
        "{}",
        page.text
    );
    for number in [wrong, right.as_str()] {
        browser.number(begun.id, number).await;
    }
    assert!(!browser.get(&path).await.text.contains("Fatto"));
    let asked = stage.redeem(begun.id, VERIFIER, None).await.unwrap();
    assert_eq!(
        (asked.state, asked.outcome),
        (LoginState::Failed, Some(LoginOutcome::OtherBrowser))
    );
    assert_eq!(stage.audited("sign_in", "refused", "wrong_number").await, 1);
}

#[tokio::test]
async fn a_code_is_good_for_a_minute_and_the_page_gives_another() {
    let stage = Stage::new().await;
    let (begun, mut browser, path) = at_the_end(&stage, "marta").await;
    let first = browser.get(&path).await.text;
    stage.wait(TimeDelta::seconds(60));
    let asked = stage
        .redeem(begun.id, VERIFIER, Some(code(&first)))
        .await
        .unwrap();
    assert_eq!(asked.state, LoginState::Waiting);
    let second = browser.get(&path).await.text;
    let third = browser.get(&path).await.text;
    let asked = stage
        .redeem(begun.id, VERIFIER, Some(code(&second)))
        .await
        .unwrap();
    assert_eq!(asked.state, LoginState::Waiting, "a newer one is out");
    let done = stage
        .redeem(begun.id, VERIFIER, Some(code(&third)))
        .await
        .unwrap();
    assert_eq!(done.state, LoginState::Done);
}

#[tokio::test]
async fn what_went_wrong_is_told_in_the_browser_and_in_the_app() {
    let stage = Stage::new().await;
    let (begun, mut browser, path) = at_the_end(&stage, "mario").await;
    let page = browser.get(&path).await;
    assert!(page.text.contains("Non ti troviamo"), "{}", page.text);
    let to_app = format!("/ritorno?login={}&amp;esito=no_match", begun.id);
    assert!(page.text.contains(&to_app), "{}", page.text);
    let asked = stage.redeem(begun.id, VERIFIER, None).await.unwrap();
    assert_eq!(
        (asked.state, asked.outcome),
        (LoginState::Failed, Some(LoginOutcome::NoMatch))
    );
}

#[tokio::test]
async fn the_last_page_is_for_the_browser_that_began() {
    let stage = Stage::new().await;
    let (begun, _browser, path) = at_the_end(&stage, "marta").await;
    let mut stranger = stage.browser();
    let own = stage.start(&Stage::of_browser()).await.unwrap();
    for _ in 0..2 {
        assert_eq!(stranger.get(&path).await.status, 404);
        let number = begun.number.clone().unwrap();
        assert_eq!(stranger.number(begun.id, &number).await.status, 404);
        stranger.go(&own.url).await;
        // The second time with a cookie of its own.
        if !stranger.cookies.is_empty() {
            break;
        }
    }
    let asked = stage.redeem(begun.id, VERIFIER, None).await.unwrap();
    assert_eq!(asked.state, LoginState::Waiting);
}

#[tokio::test]
async fn a_login_that_is_still_away_is_waited_for() {
    let stage = Stage::new().await;
    let begun = stage.start(&Stage::of_app()).await.unwrap();
    let mut browser = stage.browser();
    for _ in 0..2 {
        let asked = stage.redeem(begun.id, VERIFIER, None).await.unwrap();
        assert_eq!((asked.state, asked.outcome), (LoginState::Waiting, None));
        let path = format!("/accesso/fine/{}", begun.id);
        assert_eq!(browser.get(&path).await.status, 404);
        if browser.cookies.is_empty() {
            browser.go(&begun.url).await;
        }
    }
}
