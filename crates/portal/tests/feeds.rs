//! The private calendar addresses: who makes them, what a calendar reads there, when they end.

#![expect(clippy::unwrap_used, reason = "what its helpers find missing fails the test")]

use api::{
    NoQuery,
    feeds::{CreateFeed, ListFeeds, NewFeedView, RevokeFeed},
    meals::CancelMeal,
};
use domain::{
    ServiceDay,
    people::{BondKind, Grant, Rights},
};
use http::{Request, Response, header};
use storage::families::By;
use testkit::{
    Actor, Bench, Means,
    portal::router::{Body, bytes_of},
    role::{Anonymous, OtherParent, Parent},
};

const NONE: NoQuery = NoQuery {};

fn day(text: &str) -> ServiceDay {
    text.parse().unwrap()
}

async fn parent(bench: &Bench) -> Actor {
    bench.actor::<Parent>(Means::App).await
}

async fn made(bench: &Bench, actor: &Actor) -> NewFeedView {
    let child = bench.town.family.children[0].id;
    actor.ask(&CreateFeed { child }, &NONE, &()).await.unwrap()
}

fn path(made: &NewFeedView) -> String {
    let address = made.address.0.strip_prefix("http://127.0.0.1:8080").unwrap();
    address.to_owned()
}

/// What a calendar gets, which has no session.
async fn get(bench: &Bench, path: &str) -> Response<Body> {
    let calendar = bench.actor::<Anonymous>(Means::App).await;
    calendar
        .raw(Request::get(path).body(Body::empty()).unwrap())
        .await
}

async fn text(bench: &Bench, path: &str) -> String {
    let answer = get(bench, path).await;
    assert_eq!(answer.status(), 200);
    let bytes = bytes_of(answer.into_body()).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.lines().all(|line| line.len() <= 75), "a line is too long");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    // Unfolded, as a calendar does first.
    text.replace("\r\n ", "")
}

/// The event with that identity's beginning, as its lines.
fn event<'a>(text: &'a str, about: &str) -> Vec<&'a str> {
    let mark = format!("UID:{about}.");
    let of = text.split("BEGIN:VEVENT").find(|event| event.contains(&mark));
    of.unwrap_or_else(|| panic!("no {about} in {text}"))
        .lines()
        .collect()
}

#[tokio::test]
async fn a_calendar_reads_the_meals_the_closures_and_the_ends_of_the_year() {
    for bench in Bench::each().await {
        let parent = parent(&bench).await;
        let child = bench.town.family.children[0].id;
        let feed = made(&bench, &parent).await;
        bench
            .sql(
                "insert into closure (id, body_id, school_id, class_id, first_day, last_day, reason, declared_at) \
                 select '0199a5f0-0000-7000-8000-000000000007', id, null, null, '2026-12-23', '2027-01-06', \
                 'Vacanze; di Natale', created_at from body where slug = 'valmora'",
            )
            .await;
        parent
            .ask(
                &CancelMeal {
                    child,
                    day: day("2026-11-24"),
                },
                &NONE,
                &(),
            )
            .await
            .unwrap();
        let answer = get(&bench, &path(&feed)).await;
        let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
        assert_eq!(kind, "text/calendar; charset=utf-8");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        let text = text(&bench, &path(&feed)).await;
        assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "{text}");
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        let meal = event(&text, "pasto-20261125");
        for line in [
            "DTSTART;VALUE=DATE:20261125",
            "DTEND;VALUE=DATE:20261126",
            "SUMMARY:Elio mangia a scuola",
            "TRANSP:TRANSPARENT",
        ] {
            assert!(meal.contains(&line), "{line} is not in {meal:?}");
        }
        assert_eq!(meal.iter().filter(|line| line.starts_with("DTSTAMP:")).count(), 1);
        let cancelled = event(&text, "pasto-20261124");
        assert!(
            cancelled.contains(&"SUMMARY:Elio non mangia a scuola: pasto disdetto"),
            "{cancelled:?}"
        );
        assert!(cancelled.contains(&"DTSTAMP:20261123T074100Z"), "{cancelled:?}");
        let closure = event(&text, "chiusura-0199a5f0-0000-7000-8000-000000000007");
        for line in [
            "DTSTART;VALUE=DATE:20261223",
            "DTEND;VALUE=DATE:20270107",
            "SUMMARY:Mensa chiusa: Vacanze\\; di Natale",
        ] {
            assert!(closure.contains(&line), "{line} is not in {closure:?}");
        }
        assert!(!text.contains("pasto-20261228"), "nobody eats during a closure");
        event(&text, "primo-2026-2027");
        event(&text, "ultimo-2026-2027");
        for private in ["Bruni", "Gaia", "VM0001", "vegetarian", "€"] {
            assert!(!text.contains(private), "{private} is in {text}");
        }
    }
}

#[tokio::test]
async fn the_same_days_make_the_same_bytes_and_identities_stay() {
    let bench = Bench::new().await;
    let parent = parent(&bench).await;
    let feed = made(&bench, &parent).await;
    let before = text(&bench, &path(&feed)).await;
    bench.set("2026-11-23T07:59:00Z");
    assert_eq!(text(&bench, &path(&feed)).await, before);
    // Made anew, it is another address of the same events.
    let again = made(&bench, &parent).await;
    assert_eq!(text(&bench, &path(&again)).await, before);
}

#[tokio::test]
async fn an_address_made_anew_ends_the_one_before() {
    let bench = Bench::new().await;
    let parent = parent(&bench).await;
    let first = made(&bench, &parent).await;
    let second = made(&bench, &parent).await;
    assert_eq!(get(&bench, &path(&first)).await.status(), 404);
    assert_eq!(get(&bench, &path(&second)).await.status(), 200);
    let open = parent.ask(&ListFeeds {}, &NONE, &()).await.unwrap();
    assert_eq!(
        open.iter().map(|feed| feed.id).collect::<Vec<_>>(),
        [second.feed.id]
    );
    assert_eq!(open[0].last_read_at, Some(bench.now()));
}

#[tokio::test]
async fn a_revoked_address_is_as_unknown_as_one_that_never_was() {
    let bench = Bench::new().await;
    let parent = parent(&bench).await;
    let feed = made(&bench, &parent).await;
    let other = bench.actor::<OtherParent>(Means::App).await;
    let theirs = made(&bench, &other).await;
    let revoke = RevokeFeed { feed: feed.feed.id };
    parent.ask(&revoke, &NONE, &()).await.unwrap();
    assert_eq!(parent.send(&revoke, &NONE, &()).await.status, 404, "twice");
    let unknown = format!("/feeds/{}.ics", "A".repeat(43));
    let mut answers = Vec::new();
    for path in [
        path(&feed),
        unknown,
        "/feeds/x.ics".into(),
        "/feeds/x".into(),
        "/feeds/".into(),
    ] {
        let answer = get(&bench, &path).await;
        assert_eq!(answer.status(), 404, "{path}");
        answers.push(bytes_of(answer.into_body()).await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(
        get(&bench, &path(&theirs)).await.status(),
        200,
        "the other parent's stays"
    );
}

#[tokio::test]
async fn an_address_ends_with_the_right_to_see_the_child() {
    let bench = Bench::new().await;
    let other = bench.actor::<OtherParent>(Means::App).await;
    let feed = made(&bench, &other).await;
    bench
        .sql(&format!(
            "update bond set last_day = '2026-11-23' where person_id = '{}'",
            bench.town.other_parent
        ))
        .await;
    assert_eq!(get(&bench, &path(&feed)).await.status(), 200);
    bench.set("2026-11-24T07:41:00Z");
    assert_eq!(get(&bench, &path(&feed)).await.status(), 404);
    assert_eq!(other.ask(&ListFeeds {}, &NONE, &()).await.unwrap(), []);
}

#[tokio::test]
async fn a_secret_is_kept_nowhere() {
    let bench = Bench::new().await;
    let parent = parent(&bench).await;
    let feed = made(&bench, &parent).await;
    let path = path(&feed);
    let secret = path
        .strip_prefix("/feeds/")
        .unwrap()
        .strip_suffix(".ics")
        .unwrap();
    assert_eq!(secret.len(), 43);
    let kept = bench
        .number(&format!(
            "select (select count(*) from feed where secret_hash like '%{secret}%') + \
             (select count(*) from idempotency where response like '%{secret}%') as n"
        ))
        .await;
    assert_eq!(kept, 0);
    assert_eq!(format!("{:?}", feed.address), "Secret(…)");
}

#[tokio::test]
async fn an_address_that_is_read_all_the_time_is_told_to_wait() {
    let bench = Bench::new().await;
    let parent = parent(&bench).await;
    let feed = made(&bench, &parent).await;
    for _ in 0..30 {
        assert_eq!(get(&bench, &path(&feed)).await.status(), 200);
    }
    assert_eq!(get(&bench, &path(&feed)).await.status(), 429);
    bench.set("2026-11-23T07:52:00Z");
    assert_eq!(get(&bench, &path(&feed)).await.status(), 200);
}

#[tokio::test]
async fn a_bond_that_is_granted_again_brings_no_old_address_back() {
    for ended in ["by the family", "by its last day"] {
        let bench = Bench::new().await;
        let other = bench.actor::<OtherParent>(Means::App).await;
        let feed = made(&bench, &other).await;
        assert_eq!(get(&bench, &path(&feed)).await.status(), 200);
        let (body, who) = (bench.town.family.body, bench.town.other_parent);
        let (child, now) = (bench.town.family.children[0].id, bench.now());
        if ended == "by the family" {
            let ended = bench
                .app
                .store
                .write(move |tx| storage::families::end(tx, body, (who, child), By::Person(who), now));
            assert!(ended.await.unwrap());
        } else {
            bench
                .sql(&format!(
                    "update bond set last_day = '2026-11-20' where person_id = '{who}'"
                ))
                .await;
            let swept = bench
                .app
                .store
                .write(move |tx| storage::feeds::end_lost(tx, day("2026-11-23"), now));
            assert_eq!(swept.await.unwrap(), 1);
        }
        let grant = Grant {
            kind: BondKind::Guardian,
            rights: Rights::ALL,
            last_day: None,
        };
        let again = bench
            .app
            .store
            .write(move |tx| storage::families::bind(tx, body, (who, child), grant, By::Office));
        again.await.unwrap();
        assert_eq!(get(&bench, &path(&feed)).await.status(), 404, "{ended}");
        assert_eq!(other.ask(&ListFeeds {}, &NONE, &()).await.unwrap(), [], "{ended}");
    }
}
