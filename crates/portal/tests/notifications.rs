//! What a family's computers are to show: once each, with the words of the notes, and no more when it was acted upon
//! elsewhere or is true no longer.

#![expect(clippy::unwrap_used, reason = "what its helpers find missing fails the test")]

use api::{
    ErrorCode, NoQuery,
    meals::CancelMeal,
    notifications::{
        EndNotification, ListNotifications, NotificationAction, NotificationsQuery, NotificationsView,
    },
    preferences::SetPreferences,
    sessions::SignOut,
    subscriptions::{SubscribePush, SubscribePushRequest, UnsubscribePush},
};
use chrono::TimeDelta;
use domain::{
    Cents, ServiceDay,
    telling::{Preferences, Ways},
    time::{days_between, instant_in_rome},
};
use notify::Carriers;
use refettorio_portal::{
    charging, outbox,
    reconcile::{Adjustment, adjust},
    telling::reminders,
};
use testkit::{
    Actor, Bench, Means,
    role::{OtherParent, Parent, ParentOfAnotherFamily},
};

fn day(text: &str) -> ServiceDay {
    text.parse().unwrap()
}

fn rome(text: &str, hour: u32, minute: u32) -> domain::Instant {
    instant_in_rome(
        day(text),
        chrono::NaiveTime::from_hms_opt(hour, minute, 0).unwrap(),
    )
}

async fn watch(actor: &Actor) -> domain::SubscriptionId {
    let subscribed = actor
        .ask(&SubscribePush {}, &NoQuery {}, &SubscribePushRequest::Desktop {})
        .await;
    subscribed.unwrap().id
}

async fn look(actor: &Actor, after: Option<&str>) -> NotificationsView {
    let query = NotificationsQuery {
        after: after.map(ToOwned::to_owned),
    };
    actor.ask(&ListNotifications {}, &query, &()).await.unwrap()
}

/// Nothing but computers is reached here.
async fn deliver(bench: &Bench) -> usize {
    outbox::round(&bench.app, &Carriers::default()).await.unwrap()
}

/// Charges every day between two and delivers what is due then.
async fn live(bench: &Bench, (first, last): (&str, &str)) {
    for at in days_between(day(first), day(last)) {
        bench.clock.set(rome(&at.to_string(), 10, 0));
        charging::run_due(&bench.app).await.unwrap();
        bench.clock.forward(TimeDelta::minutes(2));
        deliver(bench).await;
    }
}

async fn pay(bench: &Bench) {
    for child in &bench.town.family.children {
        let lifted = Adjustment {
            badge: child.badge.clone(),
            amount: Cents::new(8_000),
            why: "prova".to_owned(),
            item: None,
        };
        adjust(&bench.app, bench.town.family.body, lifted).await.unwrap();
    }
}

const PUSHED: Ways = Ways {
    push: true,
    mail: false,
    io: false,
};

async fn wish(actor: &Actor, wanted: &Preferences) {
    actor.ask(&SetPreferences {}, &NoQuery {}, wanted).await.unwrap();
}

fn reminded() -> Preferences {
    Preferences {
        morning_reminder: PUSHED,
        days_changed: PUSHED,
        ..Preferences::default()
    }
}

#[tokio::test]
async fn a_low_balance_is_told_once_to_each_computer_and_acting_on_one_ends_it_on_the_other() {
    for bench in Bench::each().await {
        bench.clock.set(rome("2026-09-14", 8, 0));
        let (here, there) = (
            bench.actor::<Parent>(Means::App).await,
            bench.actor::<Parent>(Means::App).await,
        );
        assert_ne!(watch(&here).await, watch(&there).await);
        live(&bench, ("2026-09-14", "2026-09-18")).await;
        let first = look(&here, None).await;
        let [told] = &first.items[..] else {
            panic!("{first:?}");
        };
        assert!(
            told.title.starts_with("Mensa - ") && told.body.contains("5 pasti") && !told.ended,
            "{told:?}"
        );
        let actions: Vec<_> = told
            .actions
            .iter()
            .map(|action| (action.id, action.label.as_str(), action.path.as_str()))
            .collect();
        assert_eq!(actions, [(NotificationAction::TopUp, "Ricarica", "/ricarica")]);
        // The second look gives nothing twice, and a cursor outlives the program that got it.
        let second = look(&here, Some(&first.cursor)).await;
        assert_eq!((second.items.len(), &second.cursor), (0, &first.cursor));
        let before = look(&there, None).await;
        assert_eq!(before.items.len(), 1);
        assert_ne!(before.items[0].id, told.id, "each device has its own message");
        let end = EndNotification { message: told.id };
        here.ask(&end, &NoQuery {}, &()).await.unwrap();
        // A second time is no error.
        here.ask(&end, &NoQuery {}, &()).await.unwrap();
        let after = look(&there, Some(&before.cursor)).await;
        let [ended] = &after.items[..] else {
            panic!("{after:?}");
        };
        assert!(
            ended.ended
                && ended.id == before.items[0].id
                && ended.body.is_empty()
                && ended.actions.is_empty(),
            "{ended:?}"
        );
        assert!(look(&there, Some(&after.cursor)).await.items.is_empty());
        // A computer that looks only now is shown nothing.
        assert!(look(&there, None).await.items.is_empty());
    }
}

#[tokio::test]
async fn a_payment_ends_a_low_balance_and_the_next_crossing_is_told_anew() {
    for bench in Bench::each().await {
        bench.clock.set(rome("2026-09-14", 8, 0));
        let parent = bench.actor::<Parent>(Means::App).await;
        watch(&parent).await;
        live(&bench, ("2026-09-14", "2026-09-18")).await;
        let told = look(&parent, None).await;
        assert_eq!(told.items.len(), 1);
        // Nothing new until the next threshold.
        live(&bench, ("2026-09-21", "2026-09-22")).await;
        assert!(look(&parent, Some(&told.cursor)).await.items.is_empty());
        pay(&bench).await;
        let paid = look(&parent, Some(&told.cursor)).await;
        let ended: Vec<_> = paid.items.iter().map(|one| (one.id, one.ended)).collect();
        assert_eq!(ended, [(told.items[0].id, true)]);
        live(&bench, ("2026-09-23", "2026-10-09")).await;
        let again = look(&parent, Some(&paid.cursor)).await;
        assert!(again.items.iter().any(|one| !one.ended), "{again:?}");
    }
}

#[tokio::test]
async fn a_reminder_ends_when_nobody_of_it_eats_any_more() {
    for bench in Bench::each().await {
        let (parent, other) = (
            bench.actor::<Parent>(Means::App).await,
            bench.actor::<OtherParent>(Means::App).await,
        );
        bench.clock.set(rome("2026-11-25", 8, 0));
        for actor in [&parent, &other] {
            wish(actor, &reminded()).await;
            watch(actor).await;
        }
        bench.clock.set(rome("2026-11-25", 8, 20));
        reminders::due(&bench.app).await.unwrap();
        deliver(&bench).await;
        let (both, one) = (look(&parent, None).await, look(&other, None).await);
        let label = |view: &NotificationsView| view.items[0].actions[0].label.clone();
        assert_eq!(
            (label(&both), label(&one)),
            ("Oggi non mangiano".to_owned(), "Oggi non mangia".to_owned())
        );
        let [elio, gaia] = &bench.town.family.children[..] else {
            panic!("two children");
        };
        // The button is about those whom the words name.
        assert_eq!(both.items[0].actions[0].children, [elio.id, gaia.id]);
        assert_eq!(one.items[0].actions[0].children, [elio.id]);
        let absent = |child| CancelMeal {
            child,
            day: day("2026-11-25"),
        };
        // The other parent is bound to Elio only, so there the reminder is over; here Gaia still eats.
        parent.ask(&absent(elio.id), &NoQuery {}, &()).await.unwrap();
        let theirs = look(&other, Some(&one.cursor)).await;
        assert_eq!(theirs.items.len(), 1);
        assert!(theirs.items[0].ended && theirs.items[0].id == one.items[0].id);
        assert!(look(&parent, Some(&both.cursor)).await.items.is_empty());
        parent.ask(&absent(gaia.id), &NoQuery {}, &()).await.unwrap();
        let mine = look(&parent, Some(&both.cursor)).await;
        assert!(mine.items.len() == 1 && mine.items[0].ended, "{mine:?}");
        // What the other parent did is still told to who did not do it.
        deliver(&bench).await;
        let news = look(&other, Some(&theirs.cursor)).await;
        assert!(
            news.items
                .iter()
                .any(|one| one.body.contains("Elio") && !one.ended),
            "{news:?}"
        );
    }
}

#[tokio::test]
async fn a_reminder_that_has_run_out_is_not_shown() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    bench.clock.set(rome("2026-11-25", 8, 0));
    wish(&parent, &reminded()).await;
    watch(&parent).await;
    bench.clock.set(rome("2026-11-25", 8, 20));
    reminders::due(&bench.app).await.unwrap();
    deliver(&bench).await;
    bench.clock.set(rome("2026-11-25", 9, 29));
    assert_eq!(look(&parent, None).await.items.len(), 1);
    bench.clock.set(rome("2026-11-25", 9, 30));
    assert!(look(&parent, None).await.items.is_empty());
}

#[tokio::test]
async fn without_previews_a_computer_says_only_that_there_is_something() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    bench.clock.set(rome("2026-11-25", 8, 0));
    let silent = Preferences {
        preview: false,
        ..reminded()
    };
    wish(&parent, &silent).await;
    watch(&parent).await;
    bench.clock.set(rome("2026-11-25", 8, 20));
    reminders::due(&bench.app).await.unwrap();
    deliver(&bench).await;
    let seen = look(&parent, None).await;
    let [told] = &seen.items[..] else {
        panic!("{seen:?}");
    };
    assert!(
        told.actions.is_empty() && !told.body.contains("Elio") && !told.body.is_empty(),
        "{told:?}"
    );
}

#[tokio::test]
async fn nobody_sees_or_ends_what_is_anothers_and_who_signed_out_sees_nothing() {
    let bench = Bench::new().await;
    bench.clock.set(rome("2026-09-14", 8, 0));
    let (parent, neighbour) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<ParentOfAnotherFamily>(Means::App).await,
    );
    let refused = parent
        .ask(&ListNotifications {}, &NotificationsQuery::default(), &())
        .await;
    assert_eq!(
        refused.unwrap_err().code,
        ErrorCode::NotFound,
        "not a computer yet"
    );
    let mine = watch(&parent).await;
    assert_eq!(mine, watch(&parent).await, "one a session");
    watch(&neighbour).await;
    live(&bench, ("2026-09-14", "2026-09-18")).await;
    let told = look(&parent, None).await;
    let theirs = look(&neighbour, None).await;
    assert!(theirs.items.iter().all(|one| one.id != told.items[0].id));
    let end = EndNotification {
        message: told.items[0].id,
    };
    assert_eq!(neighbour.send(&end, &NoQuery {}, &()).await.status, 404);
    assert_eq!(look(&parent, None).await.items.len(), 1, "it stays");
    let odd = NotificationsQuery {
        after: Some("ieri".to_owned()),
    };
    assert_eq!(parent.send(&ListNotifications {}, &odd, &()).await.status, 400);
    // Switched off on this computer, what lay ready for it is gone.
    let off = UnsubscribePush { subscription: mine };
    parent.ask(&off, &NoQuery {}, &()).await.unwrap();
    assert_eq!(
        bench
            .number(&format!(
                "select count(*) as n from notification where subscription_id = '{mine}'"
            ))
            .await,
        0
    );
    watch(&parent).await;
    parent.ask(&SignOut {}, &NoQuery {}, &()).await.unwrap();
    let query = NotificationsQuery::default();
    assert_eq!(parent.send(&ListNotifications {}, &query, &()).await.status, 401);
}

#[tokio::test]
async fn a_computer_that_heard_nothing_for_days_still_hears_what_comes_then() {
    for bench in Bench::each().await {
        bench.clock.set(rome("2026-09-14", 8, 0));
        let parent = bench.actor::<Parent>(Means::App).await;
        watch(&parent).await;
        live(&bench, ("2026-09-14", "2026-09-18")).await;
        let told = look(&parent, None).await;
        assert_eq!(told.items.len(), 1);
        pay(&bench).await;
        let paid = look(&parent, Some(&told.cursor)).await;
        let now = rome("2026-09-28", 8, 0);
        let swept = bench
            .app
            .store
            .write(move |tx| storage::notifications::prune(tx, now, now - TimeDelta::days(4)));
        swept.await.unwrap();
        assert_eq!(
            bench
                .number("select count(*) as n from notification where words <> ''")
                .await,
            0
        );
        live(&bench, ("2026-09-28", "2026-10-09")).await;
        let again = look(&parent, Some(&paid.cursor)).await;
        assert!(again.items.iter().any(|one| !one.ended), "{again:?}");
    }
}

#[tokio::test]
async fn what_was_laid_ready_by_day_waits_for_the_morning_where_a_computer_is_switched_on_at_night() {
    for bench in Bench::each().await {
        bench.clock.set(rome("2026-09-14", 8, 0));
        let parent = bench.actor::<Parent>(Means::App).await;
        watch(&parent).await;
        live(&bench, ("2026-09-14", "2026-09-18")).await;
        bench.clock.set(rome("2026-09-18", 23, 0));
        let night = look(&parent, None).await;
        assert!(night.items.is_empty(), "{night:?}");
        bench.clock.set(rome("2026-09-19", 7, 0));
        let morning = look(&parent, Some(&night.cursor)).await;
        assert_eq!(morning.items.len(), 1, "{morning:?}");
    }
}
