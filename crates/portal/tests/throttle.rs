//! Strangers are slowed, and the family's own device is not.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    ErrorCode, NoQuery, Reply,
    sessions::{ClientKind, Secret, SessionView, SignIn, SignInRequest},
};
use domain::{ContactId, contact::Contact, people::Actor as Person};
use http::header;
use std::net::{Ipv4Addr, SocketAddr};
use testkit::{Actor, Bench, Means, PASSWORD, portal, portal::router::Body, role::Anonymous};

const WRONG: &str = "quattro mele rosse";

fn request(name: &str, password: &str, device: Option<&str>) -> SignInRequest {
    SignInRequest {
        body: "valmora".into(),
        badge: name.into(),
        password: Secret(password.into()),
        client: ClientKind::App,
        device: device.map(|token| Secret(token.into())),
    }
}

async fn send(actor: &Actor, name: &str, password: &str, device: Option<&str>) -> Reply {
    let request = request(name, password, device);
    actor.send(&SignIn {}, &NoQuery {}, &request).await
}

fn view(reply: Reply) -> SessionView {
    reply.read::<SignIn>().unwrap()
}

/// One wrong password from each of that many addresses.
async fn attack(bench: &Bench, attempts: u32) -> (usize, usize) {
    let mut stranger = bench.actor::<Anonymous>(Means::App).await;
    let (mut looked_at, mut slowed) = (0, 0);
    for n in 0..attempts {
        stranger.peer = SocketAddr::from((Ipv4Addr::from(0x0a00_0000 + n), 40_000));
        match send(&stranger, "VM0001", WRONG, None).await.status {
            401 => looked_at += 1,
            429 => slowed += 1,
            other => panic!("{other}"),
        }
    }
    (looked_at, slowed)
}

#[tokio::test]
async fn a_thousand_wrong_passwords_from_many_addresses_do_not_stop_the_family_s_own_device() {
    let bench = Bench::in_memory().await;
    let family = bench.actor::<Anonymous>(Means::App).await;
    let first = view(send(&family, "VM0001", PASSWORD, None).await);
    let device = first.tokens.unwrap().device_token.unwrap().0;
    assert_eq!(attack(&bench, 1_000).await, (5, 995));
    // A stranger with the right password has to wait as well.
    assert_eq!(send(&family, "VM0001", PASSWORD, None).await.status, 429);
    // The family's own device has not, by any of its badges, not even after a slip of its own.
    assert_eq!(send(&family, "VM0001", WRONG, Some(&device)).await.status, 401);
    for badge in ["VM0001", "VM0002"] {
        let view = view(send(&family, badge, PASSWORD, Some(&device)).await);
        // It is known already, and keeps its token.
        assert_eq!(view.tokens.unwrap().device_token, None);
    }
    // The stranger is none the better for it.
    assert_eq!(send(&family, "VM0001", PASSWORD, None).await.status, 429);
}

#[tokio::test]
async fn a_device_is_one_person_s_and_a_stolen_token_is_slowed_like_anybody() {
    let bench = Bench::new().await;
    let anybody = bench.actor::<Anonymous>(Means::App).await;
    let neighbour = view(send(&anybody, "VM0003", PASSWORD, None).await);
    let device = neighbour.tokens.unwrap().device_token.unwrap().0;
    // The neighbours' device has no bucket of its own for another family's badge.
    for _ in 0..5 {
        assert_eq!(send(&anybody, "VM0001", WRONG, Some(&device)).await.status, 401);
    }
    assert_eq!(
        send(&anybody, "VM0001", PASSWORD, Some(&device)).await.status,
        429
    );
    // And for its own it is slowed after five.
    for _ in 0..5 {
        assert_eq!(send(&anybody, "VM0003", WRONG, Some(&device)).await.status, 401);
    }
    let slowed = send(&anybody, "VM0003", PASSWORD, Some(&device)).await;
    assert_eq!(
        slowed.read::<SignIn>().unwrap_err().code,
        ErrorCode::TooManyAttempts
    );
    // A token that nobody gave is nothing.
    assert_eq!(
        send(&anybody, "VM0001", PASSWORD, Some("made up")).await.status,
        429
    );
}

#[tokio::test]
async fn a_browser_is_known_again_by_a_cookie_that_outlives_the_session() {
    let bench = Bench::new().await;
    let browser = bench.actor::<Anonymous>(Means::Browser).await;
    let send = async |password: &str, cookie: &str| {
        let body = SignInRequest {
            client: ClientKind::Browser,
            ..request("VM0001", password, None)
        };
        let sent = browser
            .request("POST", "/api/v1/sessions")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, cookie)
            .body(Body::from(serde_json::to_vec(&body).unwrap()))
            .unwrap();
        browser.raw(sent).await
    };
    let first = send(PASSWORD, "").await;
    let cookies: Vec<_> = first
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect();
    let device = cookies
        .iter()
        .find(|c| c.starts_with("refettorio-device="))
        .unwrap();
    assert!(
        device.contains("HttpOnly") && device.contains("SameSite=Lax"),
        "{device}"
    );
    assert!(device.contains("Max-Age=34560000"), "{device}");
    let device = device.split(';').next().unwrap().to_owned();
    attack(&bench, 20).await;
    assert_eq!(send(PASSWORD, "").await.status(), 429);
    let again = send(PASSWORD, &device).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.headers().get_all(header::SET_COOKIE).iter().count(), 1);
}

#[tokio::test]
async fn known_and_unknown_badges_and_mail_addresses_cost_the_same_number_of_hashes() {
    let bench = Bench::new().await;
    let actor = Person {
        body: bench.town.family.body,
        person: bench.town.family.payer,
    };
    let (chance, now) = (bench.chance.clone(), bench.now());
    let kept = bench.app.store.write(move |tx| {
        let id = portal::clock::fresh(&*chance, now, ContactId::from_parts);
        let mail = Contact::guess("ada@example.it").unwrap();
        storage::contacts::add_verified(tx, actor, id, &mail, now)
    });
    kept.await.unwrap();
    let anybody = bench.actor::<Anonymous>(Means::App).await;
    // An address may be several persons', so it costs as many hashes, also where it is one person's or nobody's.
    for (names, hashes) in [
        (["VM0001", "ZZ9999", "!"], 1),
        (["ada@example.it", "nobody@example.it", "@"], 3),
    ] {
        let mut answers = Vec::new();
        for name in names {
            let runs = bench.app.passwords.runs();
            let reply = send(&anybody, name, WRONG, Some("made up")).await;
            answers.push((reply, bench.app.passwords.runs() - runs));
            assert_eq!(answers.last(), answers.first(), "{name}");
        }
        assert_eq!((answers[0].0.status, answers[0].1), (401, hashes));
    }
}
