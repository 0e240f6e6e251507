//! The list of devices, the end of one, and what the audit keeps of who came in, through the whole router.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    ErrorCode, NoQuery, Reply,
    children::GetMe,
    meals::GetToday,
    sessions::{
        ChoosePassword, ChoosePasswordRequest, ClientKind, EndSession, ListSessions, OpenSessionView,
        RefreshRequest, RefreshSession, Secret, SessionView, SignIn, SignInRequest, SignOut,
        SignOutEverywhere,
    },
};
use chrono::{Months, TimeDelta};
use domain::Instant;
use http::header;
use std::{fs, path::Path};
use testkit::{
    Actor, Bench, Means, PASSWORD, PROVISIONAL, portal,
    portal::router::{Body, bytes_of},
    role::{Anonymous, OtherParent, Parent, ParentOfAnotherBody, ParentOfAnotherFamily},
};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
const APP: &str = "refettorio/0.1.0 (linux)";

/// Signs in as a program that calls itself so.
async fn sign_in(bench: &Bench, badge: &str, password: &str, client: ClientKind) -> (u16, Reply, String) {
    let (means, agent) = match client {
        ClientKind::App => (Means::App, APP),
        ClientKind::Browser => (Means::Browser, FIREFOX),
    };
    let anonymous = bench.actor::<Anonymous>(means).await;
    let body = if badge.starts_with("PV") {
        "pieve"
    } else {
        "valmora"
    };
    let request = SignInRequest {
        body: body.to_owned(),
        badge: badge.to_owned(),
        password: Secret(password.to_owned()),
        client,
        device: None,
    };
    let sent = anonymous
        .request("POST", "/api/v1/sessions")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, agent)
        .body(Body::from(serde_json::to_vec(&request).unwrap()))
        .unwrap();
    let response = anonymous.raw(sent).await;
    let status = response.status().as_u16();
    let cookie = response
        .headers()
        .get(header::SET_COOKIE)
        .and_then(|value| value.to_str().ok()?.split(['=', ';']).nth(1).map(str::to_owned));
    let bytes = bytes_of(response.into_body()).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap();
    (status, Reply { status, body }, cookie.unwrap_or_default())
}

/// The payer of the family with the app on Linux.
async fn app(bench: &Bench) -> (Actor, SessionView) {
    let (_, reply, _) = sign_in(bench, "VM0001", PASSWORD, ClientKind::App).await;
    let view = reply.read::<SignIn>().unwrap();
    let token = view.tokens.clone().unwrap().access_token.0;
    let actor = bench.actor::<Anonymous>(Means::App).await.holding(Some(&token));
    (actor, view)
}

/// The same with Firefox on Windows.
async fn browser(bench: &Bench) -> Actor {
    let (_, _, cookie) = sign_in(bench, "VM0001", PASSWORD, ClientKind::Browser).await;
    bench
        .actor::<Anonymous>(Means::Browser)
        .await
        .holding(Some(&cookie))
}

async fn devices(actor: &Actor) -> Vec<OpenSessionView> {
    actor.ask(&ListSessions {}, &NoQuery {}, &()).await.unwrap()
}

async fn end(actor: &Actor, of: &OpenSessionView) -> Reply {
    actor.send(&EndSession { session: of.id }, &NoQuery {}, &()).await
}

async fn refresh(bench: &Bench, view: &SessionView) -> Result<SessionView, api::ErrorBody> {
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let request = RefreshRequest {
        refresh_token: view.tokens.clone().unwrap().refresh_token,
    };
    anonymous.ask(&RefreshSession {}, &NoQuery {}, &request).await
}

async fn today(actor: &Actor) -> u16 {
    actor.send(&GetToday {}, &NoQuery {}, &()).await.status
}

/// Act, outcome, detail, means, network, device and whether a person stands there, the eldest first.
async fn audited(bench: &Bench) -> Vec<String> {
    let body = bench.town.family.body;
    let read = bench.app.store.read(move |tx| storage_list(tx, body));
    read.await.unwrap()
}

fn storage_list(
    tx: &mut dyn storage::Tx,
    body: domain::BodyId,
) -> Result<Vec<String>, storage::StorageError> {
    let lines = storage::audit::list(tx, body, None, Instant::UNIX_EPOCH)?;
    let words = |entry: storage::audit::Entry| {
        [
            entry.act.as_str(),
            entry.outcome.as_str(),
            entry.detail.as_str(),
            entry.means.as_str(),
            &entry.network,
            &entry.device,
            if entry.person.is_some() { "known" } else { "nobody" },
        ]
        .join("|")
    };
    Ok(lines.into_iter().map(words).collect())
}

#[tokio::test]
async fn the_list_names_each_device_in_words_and_marks_this_one() {
    for bench in Bench::each().await {
        let (phone, _) = app(&bench).await;
        bench.clock.forward(TimeDelta::seconds(90));
        let laptop = browser(&bench).await;
        bench.actor::<OtherParent>(Means::App).await;
        let seen = devices(&phone).await;
        let rows: Vec<_> = seen
            .iter()
            .map(|row| (row.device.as_str(), row.means, row.this))
            .collect();
        assert_eq!(
            rows,
            [
                ("App Refettorio su Linux", ClientKind::App, true),
                ("Firefox su Windows", ClientKind::Browser, false),
            ]
        );
        assert_eq!(seen[0].signed_in_at.to_rfc3339(), "2026-11-23T07:41:00+00:00");
        assert_eq!(seen[1].signed_in_at.to_rfc3339(), "2026-11-23T07:42:30+00:00");
        assert_eq!(
            seen[1].last_used_at.to_rfc3339(),
            "2026-11-23T07:42:00+00:00",
            "whole minutes"
        );
        assert!(
            devices(&laptop).await[0].device.starts_with("Firefox"),
            "this one first"
        );
        let raw = laptop
            .send(&ListSessions {}, &NoQuery {}, &())
            .await
            .body
            .to_string();
        assert!(!raw.contains("Mozilla") && !raw.contains("Gecko"), "{raw}");
    }
}

#[tokio::test]
async fn the_use_of_a_session_is_noted_at_most_every_five_minutes() {
    for bench in Bench::each().await {
        let laptop = browser(&bench).await;
        let used = async || devices(&laptop).await[0].last_used_at.to_rfc3339();
        bench.clock.forward(TimeDelta::seconds(299));
        assert_eq!(today(&laptop).await, 200);
        assert_eq!(used().await, "2026-11-23T07:41:00+00:00");
        bench.clock.forward(TimeDelta::seconds(1));
        assert_eq!(today(&laptop).await, 200);
        assert_eq!(used().await, "2026-11-23T07:46:00+00:00");
        bench.clock.forward(TimeDelta::minutes(10));
        laptop.ask(&GetMe {}, &NoQuery {}, &()).await.unwrap();
        assert_eq!(
            used().await,
            "2026-11-23T07:56:00+00:00",
            "asking who one is counts too"
        );
    }
}

#[tokio::test]
async fn a_cookie_that_is_used_every_day_is_still_renewed_every_day() {
    let bench = Bench::new().await;
    let laptop = browser(&bench).await;
    // More than thirty days, never a whole day without use.
    for _ in 0..70 {
        bench.clock.forward(TimeDelta::hours(12));
        assert_eq!(today(&laptop).await, 200);
        laptop.ask(&GetMe {}, &NoQuery {}, &()).await.unwrap();
    }
    // Whatever is used, half a year is the end.
    for day in 35..180 {
        assert_eq!(
            laptop.send(&GetMe {}, &NoQuery {}, &()).await.status,
            200,
            "day {day}"
        );
        bench.clock.forward(TimeDelta::days(1));
    }
    assert_eq!(laptop.send(&GetMe {}, &NoQuery {}, &()).await.status, 401);
}

#[tokio::test]
async fn ending_a_session_ends_it_and_its_refresh_tokens_at_once() {
    for bench in Bench::each().await {
        let laptop = browser(&bench).await;
        let (phone, view) = app(&bench).await;
        let seen = devices(&laptop).await;
        let other = seen.iter().find(|row| !row.this).unwrap();
        let (endpoint, key) = (EndSession { session: other.id }, laptop.key());
        for _ in 0..2 {
            let reply = laptop.send_keyed(&endpoint, &NoQuery {}, &(), Some(key)).await;
            assert!(
                !reply.read::<EndSession>().unwrap().this,
                "a retry is told the same"
            );
        }
        assert_eq!(today(&phone).await, 401);
        assert_eq!(
            refresh(&bench, &view).await.unwrap_err().code,
            ErrorCode::Unauthenticated
        );
        assert_eq!(end(&laptop, other).await.status, 404, "it is not there any more");
        assert_eq!((devices(&laptop).await.len(), today(&laptop).await), (1, 200));
        let ended = audited(&bench)
            .await
            .into_iter()
            .filter(|line| line.starts_with("end_session"));
        assert_eq!(
            ended.collect::<Vec<_>>(),
            ["end_session|done|other_device|browser|192.0.2.0/24|Browser|known"],
            "once, however often it was sent"
        );
    }
}

#[tokio::test]
async fn ending_ones_own_session_is_signing_out() {
    let bench = Bench::new().await;
    let laptop = browser(&bench).await;
    let own = devices(&laptop).await.remove(0);
    let sent = laptop
        .request("POST", &format!("/api/v1/sessions/{}/end", own.id))
        .header(api::IDEMPOTENCY_KEY, laptop.key().to_string())
        .body(Body::empty())
        .unwrap();
    let response = laptop.raw(sent).await;
    assert_eq!(response.status(), 200);
    let cookie = response.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    assert_eq!(today(&laptop).await, 401);
}

#[tokio::test]
async fn a_session_of_somebody_else_does_not_exist() {
    for bench in Bench::each().await {
        let (phone, _) = app(&bench).await;
        let own = devices(&phone).await.remove(0);
        for stranger in [
            bench.actor::<OtherParent>(Means::App).await,
            bench.actor::<ParentOfAnotherFamily>(Means::Browser).await,
            bench.actor::<ParentOfAnotherBody>(Means::App).await,
        ] {
            assert_eq!(end(&stranger, &own).await.status, 404, "{}", stranger.name);
        }
        assert_eq!(today(&phone).await, 200);
    }
}

#[tokio::test]
async fn a_session_that_nobody_can_use_any_more_is_not_listed() {
    let bench = Bench::new().await;
    let (_, _) = app(&bench).await;
    bench.clock.forward(TimeDelta::days(29));
    let (phone, _) = app(&bench).await;
    assert_eq!(devices(&phone).await.len(), 2, "its refresh token is still good");
    bench.clock.forward(TimeDelta::minutes(10));
    bench
        .actor::<Parent>(Means::Browser)
        .await
        .ask(&SignOut {}, &NoQuery {}, &())
        .await
        .unwrap();
    assert_eq!(devices(&phone).await.len(), 2, "who signed out is gone");
    bench.clock.forward(TimeDelta::days(1));
    let (phone, _) = app(&bench).await;
    assert_eq!(
        devices(&phone).await.len(),
        2,
        "the first one idled for thirty days"
    );
}

#[tokio::test]
async fn the_audit_tells_who_came_in_and_who_was_turned_away() {
    for bench in Bench::each().await {
        for (badge, password) in [
            ("VM0001", "sbagliatissima"),
            ("ZZ9999", "sbagliatissima"),
            ("non è un badge", PASSWORD),
        ] {
            bench.clock.forward(TimeDelta::seconds(1));
            assert_eq!(sign_in(&bench, badge, password, ClientKind::Browser).await.0, 401);
        }
        bench.clock.forward(TimeDelta::seconds(1));
        let (phone, view) = app(&bench).await;
        bench.clock.forward(TimeDelta::seconds(1));
        let new = ChoosePasswordRequest {
            current: Secret("sbagliatissima".to_owned()),
            new: Secret("tre gatti sul tetto rosso".to_owned()),
        };
        phone.send(&ChoosePassword {}, &NoQuery {}, &new).await;
        bench.clock.forward(TimeDelta::seconds(1));
        let renewed = refresh(&bench, &view).await.unwrap();
        bench.clock.forward(TimeDelta::seconds(1));
        // A thief, or the owner after a thief; twice, and noted once.
        for _ in 0..2 {
            refresh(&bench, &view).await.unwrap_err();
        }
        refresh(&bench, &renewed).await.unwrap_err();
        bench.clock.forward(TimeDelta::seconds(1));
        let laptop = browser(&bench).await;
        bench.clock.forward(TimeDelta::seconds(1));
        laptop.ask(&SignOut {}, &NoQuery {}, &()).await.unwrap();
        bench.clock.forward(TimeDelta::seconds(1));
        let parent = bench.actor::<Parent>(Means::App).await;
        let new = ChoosePasswordRequest {
            current: Secret(PASSWORD.to_owned()),
            ..new
        };
        parent.ask(&ChoosePassword {}, &NoQuery {}, &new).await.unwrap();
        bench.clock.forward(TimeDelta::seconds(1));
        let parent = bench.actor::<Parent>(Means::App).await;
        parent.ask(&SignOutEverywhere {}, &NoQuery {}, &()).await.unwrap();

        let here = "192.0.2.0/24";
        let expected = [
            format!("sign_in|refused|wrong_password|browser|{here}|Firefox su Windows|known"),
            format!("sign_in|refused|unknown_badge|browser|{here}|Firefox su Windows|nobody"),
            format!("sign_in|refused|unknown_badge|browser|{here}|Firefox su Windows|nobody"),
            format!("sign_in|done|badge|app|{here}|App Refettorio su Linux|known"),
            format!("choose_password|refused|wrong_password|app|{here}|App Refettorio|known"),
            format!("refresh_session|refused|refresh_reused|app|{here}|App Refettorio|known"),
            format!("sign_in|done|badge|browser|{here}|Firefox su Windows|known"),
            format!("sign_out|done||browser|{here}|Browser|known"),
            format!("choose_password|done||app|{here}|App Refettorio|known"),
            format!("sign_out_everywhere|done||app|{here}|App Refettorio|known"),
        ];
        assert_eq!(audited(&bench).await, expected);
    }
}

#[tokio::test]
async fn a_provisional_password_is_noted_for_what_it_is() {
    let bench = Bench::new().await;
    sign_in(&bench, "PV0001", PROVISIONAL, ClientKind::App).await;
    bench.set("2026-12-01T00:00:00Z");
    sign_in(&bench, "PV0001", PROVISIONAL, ClientKind::App).await;
    for (outcome, detail) in [("done", "provisional"), ("refused", "provisional_expired")] {
        let query = format!(
            "select count(*) as n from audit where act = 'sign_in' and outcome = '{outcome}' and \
             detail = '{detail}' and person_id = '{}'",
            bench.town.elsewhere.payer
        );
        assert_eq!(bench.number(&query).await, 1, "{detail}");
    }
}

#[tokio::test]
async fn a_line_stays_for_twenty_four_months_and_is_deleted_then() {
    for bench in Bench::each().await {
        sign_in(&bench, "VM0001", "sbagliatissima", ClientKind::App).await;
        let kept = Months::new(portal::audit::KEPT_MONTHS);
        let end = bench.now().checked_add_months(kept).unwrap();
        for (at, deleted) in [(end, 0), (end + TimeDelta::microseconds(1), 1)] {
            let prune = bench.app.store.write(move |tx| portal::audit::prune(tx, at));
            assert_eq!(prune.await.unwrap(), deleted);
        }
        assert!(audited(&bench).await.is_empty());
    }
}

#[tokio::test]
async fn the_audit_holds_no_secret_no_name_and_no_whole_address() {
    let bench = Bench::new().await;
    sign_in(&bench, "VM0001", "sbagliatissima", ClientKind::Browser).await;
    let (phone, view) = app(&bench).await;
    phone.ask(&SignOut {}, &NoQuery {}, &()).await.unwrap();
    let tokens = view.tokens.unwrap();
    let text = audited(&bench).await.join("\n");
    for secret in [
        PASSWORD,
        "sbagliatissima",
        "VM0001",
        "Bruni",
        "VALMORA-ADA",
        "192.0.2.7",
        "Mozilla",
        &tokens.access_token.0,
        &tokens.refresh_token.0,
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// What holds "append-only": no statement anywhere in the sources changes a line, and one alone deletes them.
#[test]
fn no_statement_changes_a_line_of_the_audit_and_one_alone_deletes_the_old() {
    fn sources(folder: &Path, all: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs" || end == "sql") {
                let text = fs::read_to_string(&path).unwrap().to_lowercase();
                all.push((path.display().to_string(), text));
            }
        }
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = Vec::new();
    for room in ["storage/src", "storage/migrations", "portal/src"] {
        sources(&crates.join(room), &mut all);
    }
    assert!(all.len() > 100, "the sources are somewhere else");
    let mut deletes = Vec::new();
    for (path, text) in &all {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for change in [
            "update audit ",
            "replace into audit",
            "insert or replace into audit",
            "drop table audit",
        ] {
            assert!(!flat.contains(change), "{path}: {change}");
        }
        for (at, _) in flat.match_indices("delete from audit") {
            deletes.push(flat[at..].split('"').next().unwrap().to_owned());
        }
        for (at, _) in flat.match_indices("insert into audit") {
            let statement = flat[at..].split('"').next().unwrap();
            assert!(!statement.contains("on conflict"), "{path}: {statement}");
        }
    }
    assert_eq!(deletes, ["delete from audit where at < $1"]);
}
