//! Signing in, refreshing, choosing a password and signing out, through the whole router with a fixed clock.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    ErrorBody, ErrorCode, NoQuery, Reply,
    children::GetMe,
    meals::GetToday,
    sessions::{
        ChoosePassword, ChoosePasswordRequest, ClientKind, RefreshRequest, RefreshSession, Secret,
        SessionKind, SessionView, SignIn, SignInRequest, SignOut, SignOutEverywhere,
    },
    subscriptions::{SubscribePush, SubscribePushRequest},
};
use chrono::TimeDelta;
use domain::Cents;
use http::header;
use testkit::{
    Actor, Bench, Means, PASSWORD, PROVISIONAL,
    portal::router::Body,
    role::{Anonymous, OtherParent, Parent, ProvisionalParent},
};

const CHOSEN: &str = "tre gatti sul tetto rosso";

fn request(body: &str, badge: &str, password: &str) -> SignInRequest {
    SignInRequest {
        body: body.to_owned(),
        badge: badge.to_owned(),
        password: Secret(password.to_owned()),
        client: ClientKind::App,
        device: None,
    }
}

async fn sign_in(bench: &Bench, body: &str, badge: &str, password: &str) -> Result<SessionView, ErrorBody> {
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    anonymous
        .ask(&SignIn {}, &NoQuery {}, &request(body, badge, password))
        .await
}

/// Somebody who signed in as an app.
async fn app(bench: &Bench, view: &SessionView) -> Actor {
    let token = &view.tokens.as_ref().unwrap().access_token.0;
    bench.actor::<Anonymous>(Means::App).await.holding(Some(token))
}

async fn refresh(bench: &Bench, token: &str) -> Result<SessionView, ErrorBody> {
    let request = RefreshRequest {
        refresh_token: Secret(token.to_owned()),
    };
    bench
        .actor::<Anonymous>(Means::App)
        .await
        .ask(&RefreshSession {}, &NoQuery {}, &request)
        .await
}

async fn choose(actor: &Actor, current: &str, new: &str) -> Result<SessionView, ErrorBody> {
    let request = ChoosePasswordRequest {
        current: Secret(current.to_owned()),
        new: Secret(new.to_owned()),
    };
    actor.ask(&ChoosePassword {}, &NoQuery {}, &request).await
}

async fn me(actor: &Actor) -> Reply {
    actor.send(&GetMe {}, &NoQuery {}, &()).await
}

#[tokio::test]
async fn any_badge_of_the_family_opens_the_whole_family_on_both_engines() {
    for bench in Bench::each().await {
        for badge in ["VM0001", " vm-0002 "] {
            let view = sign_in(&bench, "valmora", badge, PASSWORD).await.unwrap();
            assert_eq!(
                (view.kind, view.body.as_str(), view.password_min),
                (SessionKind::Full, "valmora", 12)
            );
            let me = me(&app(&bench, &view).await).await.read::<GetMe>().unwrap();
            assert_eq!((me.name.as_str(), me.initials.as_str()), ("Ada Bruni", "AB"));
            let names: Vec<_> = me
                .children
                .iter()
                .map(|child| child.first_name.as_str())
                .collect();
            assert_eq!(names, ["Elio", "Gaia"]);
            assert_eq!(me.children[0].unit_price, Some(Cents::new(618)));
            assert_eq!(me.children[1].school.as_deref(), Some("Infanzia Arcobaleno"));
            assert_eq!(me.body.schools.len(), 2);
        }
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_badge_get_the_same_answer() {
    let bench = Bench::new().await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let mut answers = Vec::new();
    for (badge, password) in [
        ("VM0001", "quattro mele rosse"),
        ("ZZ9999", PASSWORD),
        ("not a badge!", PASSWORD),
        ("", ""),
        // A badge of another body is unknown here.
        ("PV0001", PROVISIONAL),
    ] {
        answers.push(
            anonymous
                .send(&SignIn {}, &NoQuery {}, &request("valmora", badge, password))
                .await,
        );
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
        assert_eq!(answer.status, 401);
    }
    let error = answers.remove(0).read::<SignIn>().unwrap_err();
    assert_eq!(error.code, ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn an_unknown_body_and_a_way_that_is_not_offered_say_so() {
    let bench = Bench::new().await;
    let unknown = sign_in(&bench, "nowhere", "VM0001", PASSWORD).await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::NotFound);
    bench
        .sql("update body set settings = replace(settings, '\"badge\",', '') where slug = 'valmora'")
        .await;
    let other = sign_in(&bench, "valmora", "VM0001", PASSWORD).await.unwrap_err();
    assert_eq!(other.code, ErrorCode::WayNotOffered);
}

#[tokio::test]
async fn the_fifth_failure_makes_a_badge_wait_longer_each_time_and_never_for_ever() {
    for bench in Bench::each().await {
        for _ in 0..5 {
            let error = sign_in(&bench, "valmora", "VM0001", "sbagliata")
                .await
                .unwrap_err();
            assert_eq!(error.code, ErrorCode::WrongCredentials);
        }
        // Right or wrong: who is throttled waits.
        let error = sign_in(&bench, "valmora", "VM0001", PASSWORD).await.unwrap_err();
        assert_eq!(
            (error.code, error.field("retry_after")),
            (ErrorCode::TooManyAttempts, Some(3))
        );
        // Another badge of the same street is not concerned.
        sign_in(&bench, "valmora", "VM0003", PASSWORD).await.unwrap();
        bench.clock.forward(TimeDelta::seconds(3));
        sign_in(&bench, "valmora", "VM0001", "sbagliata")
            .await
            .unwrap_err();
        let error = sign_in(&bench, "valmora", "VM0001", PASSWORD).await.unwrap_err();
        assert_eq!(error.field("retry_after"), Some(5));
        bench.clock.forward(TimeDelta::minutes(15));
        sign_in(&bench, "valmora", "VM0001", PASSWORD).await.unwrap();
        // A right password forgets the failures.
        sign_in(&bench, "valmora", "VM0001", "sbagliata")
            .await
            .unwrap_err();
        sign_in(&bench, "valmora", "VM0001", PASSWORD).await.unwrap();
    }
}

#[tokio::test]
async fn an_unknown_badge_is_throttled_like_a_known_one() {
    let bench = Bench::new().await;
    for _ in 0..5 {
        sign_in(&bench, "valmora", "ZZ9999", "sbagliata")
            .await
            .unwrap_err();
    }
    let error = sign_in(&bench, "valmora", "ZZ9999", "sbagliata")
        .await
        .unwrap_err();
    assert_eq!(
        (error.code, error.field("retry_after")),
        (ErrorCode::TooManyAttempts, Some(3))
    );
}

#[tokio::test]
async fn an_address_that_tries_many_badges_waits_too() {
    let bench = Bench::new().await;
    for i in 0..30 {
        let error = sign_in(&bench, "valmora", &format!("ZZ{i:04}"), "sbagliata")
            .await
            .unwrap_err();
        assert_eq!(error.code, ErrorCode::WrongCredentials, "{i}");
    }
    let error = sign_in(&bench, "valmora", "VM0001", PASSWORD).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooManyAttempts);
}

#[tokio::test]
async fn a_burst_of_parallel_guesses_gains_nothing() {
    let bench = Bench::new().await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let guesses: Vec<_> = (0..20)
        .map(|i| {
            let anonymous = anonymous.clone();
            tokio::spawn(async move {
                let request = request("valmora", "VM0001", &format!("tentativo {i}"));
                anonymous.send(&SignIn {}, &NoQuery {}, &request).await.status
            })
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        looked_at += usize::from(guess.await.unwrap() == 401);
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn a_provisional_password_opens_only_the_choice_of_another() {
    for bench in Bench::each().await {
        // As it is typed from the letter.
        let typed = PROVISIONAL.to_uppercase().replace('-', " ");
        let view = sign_in(&bench, "pieve", "PV0002", &typed).await.unwrap();
        assert_eq!(view.kind, SessionKind::ChoosePassword);
        let provisional = app(&bench, &view).await;
        let error = me(&provisional).await.read::<GetMe>().unwrap_err();
        assert_eq!(error.code, ErrorCode::PasswordChoiceRequired);
        let full = choose(&provisional, PROVISIONAL, CHOSEN).await.unwrap();
        assert_eq!(full.kind, SessionKind::Full);
        assert_eq!(
            me(&provisional).await.status,
            401,
            "the session that chose is over"
        );
        assert_eq!(me(&app(&bench, &full).await).await.status, 200);
        sign_in(&bench, "pieve", "PV0001", PROVISIONAL).await.unwrap_err();
        sign_in(&bench, "pieve", "PV0001", CHOSEN).await.unwrap();
    }
}

#[tokio::test]
async fn a_provisional_password_that_is_too_old_is_told_so_only_to_who_knows_it() {
    let bench = Bench::new().await;
    bench.set("2026-11-30T23:59:59Z");
    sign_in(&bench, "pieve", "PV0001", PROVISIONAL).await.unwrap();
    bench.set("2026-12-01T00:00:00Z");
    let error = sign_in(&bench, "pieve", "PV0001", PROVISIONAL).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ProvisionalExpired);
    let error = sign_in(&bench, "pieve", "PV0001", "rabi-teku-sina-vube-gilo")
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn a_weak_password_is_refused_with_its_reason_however_often_it_is_tried() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    for (new, code) in [
        ("corta", ErrorCode::PasswordTooShort),
        (&*"lunga ".repeat(30), ErrorCode::PasswordTooLong),
        ("juventus2026", ErrorCode::PasswordGuessable),
        ("valmora123456", ErrorCode::PasswordGuessable),
        ("vm0001vm0001", ErrorCode::PasswordGuessable),
        ("password12345", ErrorCode::PasswordGuessable),
        (PASSWORD, ErrorCode::PasswordUnchanged),
    ] {
        let error = choose(&parent, PASSWORD, new).await.unwrap_err();
        assert_eq!(error.code, code, "{new}");
    }
    assert_eq!(
        choose(&parent, PASSWORD, "corta").await.unwrap_err().field("min"),
        Some(12)
    );
    assert_eq!(me(&parent).await.status, 200, "nothing was changed");
    choose(&parent, PASSWORD, CHOSEN).await.unwrap();
}

#[tokio::test]
async fn a_stolen_session_cannot_guess_the_password() {
    let bench = Bench::new().await;
    let thief = bench.actor::<Parent>(Means::App).await;
    for _ in 0..5 {
        assert_eq!(
            choose(&thief, "sbagliata", CHOSEN).await.unwrap_err().code,
            ErrorCode::WrongCredentials
        );
    }
    assert_eq!(
        choose(&thief, PASSWORD, CHOSEN).await.unwrap_err().code,
        ErrorCode::TooManyAttempts
    );
}

#[tokio::test]
async fn choosing_a_password_ends_every_other_session() {
    let bench = Bench::new().await;
    let (phone, tablet) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<Parent>(Means::Browser).await,
    );
    let other = bench.actor::<OtherParent>(Means::App).await;
    choose(&phone, PASSWORD, CHOSEN).await.unwrap();
    assert_eq!((me(&phone).await.status, me(&tablet).await.status), (401, 401));
    assert_eq!(
        me(&other).await.status,
        200,
        "another adult's sessions are their own"
    );
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_session() {
    for bench in Bench::each().await {
        let first = sign_in(&bench, "valmora", "VM0001", PASSWORD).await.unwrap();
        let spent = first.tokens.clone().unwrap().refresh_token.0;
        bench.clock.forward(TimeDelta::minutes(15));
        assert_eq!(
            me(&app(&bench, &first).await).await.status,
            401,
            "an access token lasts 15 minutes"
        );
        let second = refresh(&bench, &spent).await.unwrap();
        assert_eq!(me(&app(&bench, &second).await).await.status, 200);
        assert_eq!(
            refresh(&bench, &spent).await.unwrap_err().code,
            ErrorCode::Unauthenticated
        );
        // Thief or owner: nobody goes on.
        assert_eq!(me(&app(&bench, &second).await).await.status, 401);
        let token = second.tokens.unwrap().refresh_token.0;
        assert_eq!(
            refresh(&bench, &token).await.unwrap_err().code,
            ErrorCode::Unauthenticated
        );
    }
}

#[tokio::test]
async fn a_session_ends_after_thirty_idle_days_and_after_half_a_year_whatever_is_done() {
    let bench = Bench::new().await;
    let view = sign_in(&bench, "valmora", "VM0001", PASSWORD).await.unwrap();
    let mut token = view.tokens.unwrap().refresh_token.0;
    for _ in 0..6 {
        bench.clock.forward(TimeDelta::days(29));
        token = refresh(&bench, &token)
            .await
            .unwrap()
            .tokens
            .unwrap()
            .refresh_token
            .0;
    }
    bench.clock.forward(TimeDelta::days(7));
    assert_eq!(
        refresh(&bench, &token).await.unwrap_err().code,
        ErrorCode::Unauthenticated
    );
    let idle = sign_in(&bench, "valmora", "VM0001", PASSWORD)
        .await
        .unwrap()
        .tokens
        .unwrap()
        .refresh_token
        .0;
    bench.clock.forward(TimeDelta::days(30));
    assert_eq!(
        refresh(&bench, &idle).await.unwrap_err().code,
        ErrorCode::Unauthenticated
    );
}

#[tokio::test]
async fn a_browser_gets_a_cookie_that_scripts_cannot_read_and_no_token() {
    let bench = Bench::new().await;
    let anonymous = bench.actor::<Anonymous>(Means::Browser).await;
    let request = SignInRequest {
        client: ClientKind::Browser,
        ..request("valmora", "VM0001", PASSWORD)
    };
    let sent = anonymous
        .request("POST", "/api/v1/sessions")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(serde_json::to_vec(&request).unwrap()))
        .unwrap();
    let response = anonymous.raw(sent).await;
    assert_eq!(response.status(), 200);
    let cookie = response.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    for part in [
        "refettorio=",
        "; Path=/",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Max-Age=2592000",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let bytes = testkit::portal::router::bytes_of(response.into_body())
        .await
        .unwrap();
    let view: SessionView = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(view.tokens, None);
    let token = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let browser = anonymous.holding(Some(&token));
    assert_eq!(me(&browser).await.status, 200);
    assert_eq!(
        me(&browser.by(Means::App)).await.status,
        401,
        "a cookie is no bearer token"
    );

    // It is renewed once a day, when the family comes back.
    bench.clock.forward(TimeDelta::days(29));
    let again = browser
        .raw(browser.request("GET", "/api/v1/me").body(Body::empty()).unwrap())
        .await;
    assert!(
        again.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .contains(&token)
    );
    bench.clock.forward(TimeDelta::days(29));
    assert_eq!(me(&browser).await.status, 200);

    let gone = browser
        .raw(
            browser
                .request("DELETE", "/api/v1/sessions/current")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert!(
        gone.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(me(&browser).await.status, 401);
}

#[tokio::test]
async fn on_https_the_cookie_is_bound_to_the_host() {
    let bench =
        Bench::with(|toml| *toml = toml.replace("http://127.0.0.1:8080", "https://mensa.example.it")).await;
    let anonymous = bench.actor::<Anonymous>(Means::Browser).await;
    let request = SignInRequest {
        client: ClientKind::Browser,
        ..request("valmora", "VM0001", PASSWORD)
    };
    let sent = anonymous
        .request("POST", "/api/v1/sessions")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(serde_json::to_vec(&request).unwrap()))
        .unwrap();
    let response = anonymous.raw(sent).await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-refettorio=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert!(response.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
}

#[tokio::test]
async fn a_token_of_the_app_is_no_cookie() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    assert_eq!(me(&parent).await.status, 200);
    assert_eq!(me(&parent.by(Means::Browser)).await.status, 401);
}

#[tokio::test]
async fn a_cookie_without_our_header_changes_nothing() {
    let bench = Bench::new().await;
    let browser = bench.actor::<Parent>(Means::Browser).await;
    let token = browser.token.clone().unwrap();
    let bare = http::Request::delete("/api/v1/sessions")
        .header(header::COOKIE, format!("refettorio={token}"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(browser.raw(bare).await.status(), 403);
    let foreign = browser
        .request("DELETE", "/api/v1/sessions")
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::empty())
        .unwrap();
    assert_eq!(browser.raw(foreign).await.status(), 403);
    assert_eq!(me(&browser).await.status, 200, "the session is still there");
}

#[tokio::test]
async fn signing_out_ends_this_session_and_everywhere_ends_all() {
    let bench = Bench::new().await;
    let phone = bench.actor::<Parent>(Means::App).await;
    let (tablet, laptop) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<Parent>(Means::Browser).await,
    );
    phone.ask(&SignOut {}, &NoQuery {}, &()).await.unwrap();
    assert_eq!((me(&phone).await.status, me(&tablet).await.status), (401, 200));
    laptop.ask(&SignOutEverywhere {}, &NoQuery {}, &()).await.unwrap();
    assert_eq!((me(&tablet).await.status, me(&laptop).await.status), (401, 401));
    assert_eq!(phone.send(&SignOut {}, &NoQuery {}, &()).await.status, 401);
}

#[tokio::test]
async fn a_session_that_may_only_choose_can_also_leave() {
    let bench = Bench::new().await;
    let provisional = bench.actor::<ProvisionalParent>(Means::Browser).await;
    assert_eq!(
        provisional
            .send(&SignOutEverywhere {}, &NoQuery {}, &())
            .await
            .status,
        403
    );
    provisional.ask(&SignOut {}, &NoQuery {}, &()).await.unwrap();
}

#[tokio::test]
async fn a_bond_that_ended_opens_nothing_any_more() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let gaia = bench.town.family.children[1].id;
    bench
        .sql(&format!("update bond set ended_at = 1 where child_id = '{gaia}'"))
        .await;
    let me = me(&parent).await.read::<GetMe>().unwrap();
    assert_eq!(me.children.len(), 1);
    let today = parent.ask(&GetToday {}, &NoQuery {}, &()).await.unwrap();
    assert_eq!(today.children.len(), 1);
    let error = sign_in(&bench, "valmora", "VM0002", PASSWORD).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn a_person_is_told_on_twenty_devices_and_the_one_that_was_left_longest_goes_on_both_engines() {
    for bench in Bench::each().await {
        let mut ids = Vec::new();
        for minute in 0..22 {
            bench.set(&format!("2026-11-23T08:{minute:02}:00Z"));
            let parent = bench.actor::<Parent>(Means::App).await;
            let desktop = SubscribePushRequest::Desktop {};
            let subscribed = parent.ask(&SubscribePush {}, &NoQuery {}, &desktop).await;
            ids.push(subscribed.unwrap().id);
        }
        let kept = "select count(*) as n from subscription";
        assert_eq!(bench.number(kept).await, 20);
        for (n, id) in ids.iter().enumerate() {
            let one = format!("{kept} where id = '{id}'");
            assert_eq!(bench.number(&one).await, i64::from(n >= 2), "{n}");
        }
    }
}
