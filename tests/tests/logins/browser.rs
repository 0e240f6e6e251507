//! A browser: from the button to the page that it came from.

use crate::stage::{HERE, PAGE, Stage, told};
use api::{ErrorCode, logins::LoginOutcome};
use chrono::TimeDelta;
use std::collections::BTreeMap;

#[tokio::test]
async fn a_parent_signs_in_with_spid_and_is_back_where_they_came_from() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    assert_eq!(stage.sign_in(&mut browser, "marta").await, PAGE);
    let me = browser.me().await.unwrap();
    assert_eq!(
        (me.name.as_str(), me.children.len()),
        ("Ada Bruni", 2),
        "names are those of the enrolment"
    );
    assert_eq!(stage.audited("sign_in", "done", "spid").await, 1);
    let kept = stage
        .bench
        .number("select count(*) as n from login_proof where level = 2 and acr = 'https://www.spid.gov.it/SpidL2'")
        .await;
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn the_other_parent_signs_in_with_cie() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let mut request = Stage::of_browser();
    request.provider = "cie".into();
    let to = stage
        .sign_in_with(&mut browser, &request, ("andrea", 3, "acconsento"))
        .await;
    assert_eq!(to, PAGE);
    assert_eq!(browser.me().await.unwrap().name, "Dino Neri");
    assert_eq!(stage.audited("sign_in", "done", "cie").await, 1);
}

#[tokio::test]
async fn badge_and_spid_of_the_same_guardian_are_one_person() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    stage.sign_in(&mut browser, "marta").await;
    stage
        .bench
        .actor::<testkit::role::Parent>(testkit::Means::App)
        .await;
    let persons = stage
        .bench
        .number("select count(distinct person_id) as n from session")
        .await;
    assert_eq!(persons, 1);
}

#[tokio::test]
async fn whoever_is_not_enrolled_or_no_longer_bound_is_told_so() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    assert_eq!(
        stage.sign_in(&mut browser, "mario").await,
        told(LoginOutcome::NoMatch)
    );
    // Enrolled, but at another body.
    assert_eq!(
        stage.sign_in(&mut browser, "karim").await,
        told(LoginOutcome::NoMatch)
    );
    stage
        .bench
        .sql("update bond set ended_at = 1 where person_id in (select id from person where first_name = 'Dino')")
        .await;
    assert_eq!(
        stage.sign_in(&mut browser, "andrea").await,
        told(LoginOutcome::NoMatch)
    );
    assert!(browser.me().await.is_err());
    assert_eq!(stage.audited("sign_in", "refused", "no_match").await, 3);
    assert_eq!(stage.bench.number("select count(*) as n from session").await, 0);
}

#[tokio::test]
async fn each_choice_at_the_provider_has_its_words() {
    let stage = Stage::new().await;
    for (choice, outcome) in [
        (("marta", 2, "annulla"), LoginOutcome::Cancelled),
        (("marta", 2, "nego"), LoginOutcome::Cancelled),
        (("marta", 1, "acconsento"), LoginOutcome::LevelTooLow),
    ] {
        let mut browser = stage.browser();
        let to = stage
            .sign_in_with(&mut browser, &Stage::of_browser(), choice)
            .await;
        assert_eq!(to, told(outcome));
        assert!(browser.me().await.is_err());
        assert!(stage.audited("sign_in", "refused", outcome.as_str()).await > 0);
    }
}

#[tokio::test]
async fn ten_minutes_are_too_long() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let begun = stage.start(&Stage::of_browser()).await.unwrap();
    let provider = browser.go(&begun.url).await;
    stage.wait(TimeDelta::minutes(10));
    let callback = browser.choose(&provider, ("marta", 2, "acconsento")).await;
    assert_eq!(
        browser.get(&callback).await.location,
        Some(told(LoginOutcome::Expired))
    );
    // And the page itself, opened as late.
    let begun = stage.start(&Stage::of_browser()).await.unwrap();
    stage.wait(TimeDelta::minutes(10));
    assert_eq!(
        browser.get(&begun.url).await.location,
        Some(told(LoginOutcome::Expired))
    );
}

#[tokio::test]
async fn a_state_and_its_code_are_worth_one_attempt() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let begun = stage.start(&Stage::of_browser()).await.unwrap();
    let callback = browser
        .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
        .await;
    assert_eq!(browser.get(&callback).await.location.as_deref(), Some(PAGE));
    let again = Some(told(LoginOutcome::AlreadyUsed));
    assert_eq!(browser.get(&callback).await.location, again);
    // The login's own page, too.
    assert_eq!(browser.get(&begun.url).await.location, again);
    assert_eq!(stage.audited("sign_in", "done", "spid").await, 1);
}

#[tokio::test]
async fn a_page_that_is_loaded_again_and_again_does_not_fill_the_audit() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let begun = stage.start(&Stage::of_browser()).await.unwrap();
    let callback = browser
        .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
        .await;
    browser.get(&callback).await;
    for _ in 0..10 {
        for path in [&begun.url, &callback] {
            assert_eq!(
                browser.get(path).await.location,
                Some(told(LoginOutcome::AlreadyUsed))
            );
        }
    }
    assert_eq!(stage.audited("sign_in", "refused", "already_used").await, 3);
}

#[tokio::test]
async fn a_flood_of_logins_from_one_address_has_to_wait() {
    let stage = Stage::new().await;
    for _ in 0..60 {
        stage.start(&Stage::of_browser()).await.unwrap();
    }
    let error = stage.start(&Stage::of_browser()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooManyAttempts);
    assert_eq!(stage.bench.number("select count(*) as n from login").await, 60);
    stage.wait(TimeDelta::seconds(5));
    stage.start(&Stage::of_browser()).await.unwrap();
}

#[tokio::test]
async fn a_code_of_another_login_is_refused() {
    let stage = Stage::new().await;
    let (mut one, mut other) = (stage.browser(), stage.browser());
    let mut callbacks = Vec::new();
    for browser in [&mut one, &mut other] {
        let begun = stage.start(&Stage::of_browser()).await.unwrap();
        callbacks.push(
            browser
                .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
                .await,
        );
    }
    let parameter = |callback: &str, name: &str| {
        let url: url::Url = callback.parse().unwrap();
        let found = url.query_pairs().find(|(key, _)| key == name).unwrap();
        found.1.into_owned()
    };
    // The first browser's state with the second one's code: the verifier is another.
    let mixed = callbacks[0].replace(
        &parameter(&callbacks[0], "code"),
        &parameter(&callbacks[1], "code"),
    );
    assert_eq!(
        one.get(&mixed).await.location,
        Some(told(LoginOutcome::AlreadyUsed))
    );
    assert!(one.me().await.is_err());
}

#[tokio::test]
async fn another_browser_is_not_let_in_and_takes_nothing_away() {
    let stage = Stage::new().await;
    let (mut browser, mut stranger) = (stage.browser(), stage.browser());
    let begun = stage.start(&Stage::of_browser()).await.unwrap();
    let callback = browser
        .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
        .await;
    // One without a cookie, and one with a cookie of its own.
    for _ in 0..2 {
        let answer = stranger.get(&callback).await;
        assert_eq!(answer.location, Some(told(LoginOutcome::OtherBrowser)));
        let own = stage.start(&Stage::of_browser()).await.unwrap();
        stranger.go(&own.url).await;
    }
    assert!(stranger.me().await.is_err());
    assert_eq!(browser.get(&callback).await.location.as_deref(), Some(PAGE));
    assert_eq!(stage.audited("sign_in", "refused", "other_browser").await, 2);
}

#[tokio::test]
async fn a_login_of_one_body_opens_nothing_at_another() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let mut request = Stage::of_browser();
    request.body = "pieve".into();
    // The same browser, at two doors at once.
    let begun = [
        stage.start(&Stage::of_browser()).await.unwrap(),
        stage.start(&request).await.unwrap(),
    ];
    let mut callbacks = Vec::new();
    for begun in &begun {
        callbacks.push(
            browser
                .go_and_choose(&begun.url, ("karim", 2, "acconsento"))
                .await,
        );
    }
    assert_eq!(
        browser.get(&callbacks[0]).await.location,
        Some(told(LoginOutcome::NoMatch)),
        "Karim is Pieve's"
    );
    assert_eq!(browser.get(&callbacks[1]).await.location.as_deref(), Some(PAGE));
    assert_eq!(browser.me().await.unwrap().body.slug, "pieve");
}

#[tokio::test]
async fn a_callback_that_nobody_waits_for_is_told_where_to_begin() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let begun = stage.start(&Stage::of_browser()).await.unwrap();
    let callback = browser
        .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
        .await;
    let query = callback.split_once('?').unwrap().1;
    for path in [
        "/accesso/ritorno/spid".to_owned(),
        "/accesso/ritorno/spid?state=x&code=y".to_owned(),
        format!("/accesso/ritorno/spid?{query}&state=x"),
        // SPID's state at CIE's door.
        format!("/accesso/ritorno/cie?{query}"),
        "/accesso/avvio/0199a5f0-0000-7000-8000-000000000001".to_owned(),
        "/accesso/avvio/x".to_owned(),
    ] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.contains("Non troviamo questo accesso"), "{path}");
    }
    assert_eq!(browser.get("/accesso/ritorno/altro?state=x").await.status, 404);
    assert_eq!(browser.get(&callback).await.location.as_deref(), Some(PAGE));
}

#[tokio::test]
async fn two_tabs_may_sign_in_at_once() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let mut callbacks = Vec::new();
    for _ in 0..2 {
        let begun = stage.start(&Stage::of_browser()).await.unwrap();
        callbacks.push(
            browser
                .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
                .await,
        );
    }
    for callback in callbacks {
        assert_eq!(browser.get(&callback).await.location.as_deref(), Some(PAGE));
    }
}

#[tokio::test]
async fn the_cookie_of_a_login_is_the_browsers_and_opens_nothing() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let begun = stage.start(&Stage::of_browser()).await.unwrap();
    assert!(begun.url.starts_with(&format!("{HERE}/accesso/avvio/")));
    assert_eq!(begun.number, None);
    browser.go(&begun.url).await;
    let names: Vec<_> = browser.cookies.keys().collect();
    assert_eq!(names, ["refettorio-accesso"]);
    assert!(browser.me().await.is_err());
    let kept = BTreeMap::clone(&browser.cookies);
    let value = &kept["refettorio-accesso"];
    let found =
        format!("select count(*) as n from login where browser_hash = '{value}' or pending like '%{value}%'");
    assert_eq!(stage.bench.number(&found).await, 0);
}
