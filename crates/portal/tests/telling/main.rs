//! What families are told, from the act to the carrier: once a crossing, once a family, never at night, never to whoever
//! did it.

#![expect(clippy::unwrap_used, reason = "what its helpers find missing fails the test")]

mod left;
mod news;

use api::{
    NoQuery,
    meals::CancelMeal,
    preferences::{GetPreferences, SetPreferences},
    sessions::{Secret, SignOut},
    subscriptions::{GetPushKey, SubscribePush, SubscribePushRequest, UnsubscribePush},
};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    Cents, PersonId, ServiceDay,
    telling::{Preferences, QuietHours, Ways},
    time::{days_between, instant_in_rome},
};
use notify::{Carrier, Carriers, CarryError, Content, Destination, Parcel};
use refettorio_portal::{
    charging, outbox,
    reconcile::{Adjustment, adjust},
    telling::reminders,
};
use std::sync::{Arc, Mutex};
use storage::telling::Place;
use testkit::{
    Bench, Means,
    role::{OtherParent, Parent},
};

/// Takes everything and remembers it.
#[derive(Default)]
struct Post {
    parcels: Mutex<Vec<Parcel>>,
    answer: Mutex<Option<CarryError>>,
}

#[async_trait]
impl Carrier for Post {
    async fn carry(&self, parcel: &Parcel) -> Result<(), CarryError> {
        if let Some(error) = self.answer.lock().unwrap().clone() {
            return Err(error);
        }
        self.parcels.lock().unwrap().push(parcel.clone());
        Ok(())
    }
}

impl Post {
    fn carriers(self: &Arc<Self>) -> Carriers {
        Carriers {
            mail: Some(self.clone()),
            sms: Some(self.clone()),
            push: Some(self.clone()),
            fcm: Some(self.clone()),
            apns: Some(self.clone()),
            io: Some(self.clone()),
        }
    }

    /// What came since the last look: to whom, and its words.
    fn taken(&self) -> Vec<(String, String)> {
        let parcels = std::mem::take(&mut *self.parcels.lock().unwrap());
        parcels.into_iter().map(words).collect()
    }
}

fn words(parcel: Parcel) -> (String, String) {
    let to = match parcel.to {
        Destination::Mail(to) | Destination::Phone(to) => to,
        Destination::Web { endpoint, .. } => endpoint,
        Destination::Fcm { token } | Destination::Apns { token, .. } => token,
        Destination::Io { fiscal_code, .. } => fiscal_code,
        Destination::Inbox => String::new(),
    };
    let said = match parcel.content {
        Content::Letter(letter) => format!("{}\n{}", letter.subject, letter.plain),
        Content::Short(text) => text,
        Content::Note(note) => note.body,
        Content::Io(io) => format!("{}\n{}", io.subject, io.markdown),
    };
    (to, said)
}

async fn with_mail(bench: &Bench, person: PersonId, mail: &str) {
    bench
        .sql(&format!(
            "insert into contact (id, body_id, person_id, kind, value, added_at, verified_at) \
             select '{person}', body_id, id, 'mail', '{mail}', 0, 0 from person where id = '{person}'"
        ))
        .await;
}

fn day(text: &str) -> ServiceDay {
    text.parse().unwrap()
}

fn rome(text: &str, hour: u32, minute: u32) -> domain::Instant {
    instant_in_rome(
        day(text),
        chrono::NaiveTime::from_hms_opt(hour, minute, 0).unwrap(),
    )
}

async fn deliver(bench: &Bench, post: &Arc<Post>) -> Vec<(String, String)> {
    outbox::round(&bench.app, &post.carriers()).await.unwrap();
    post.taken()
}

/// Charges every day between two and delivers what is due then; answers the days on which somebody was told.
async fn live(bench: &Bench, post: &Arc<Post>, (first, last): (&str, &str)) -> Vec<(String, String, String)> {
    let mut told = Vec::new();
    for at in days_between(day(first), day(last)) {
        bench.clock.set(rome(&at.to_string(), 10, 0));
        charging::run_due(&bench.app).await.unwrap();
        bench.clock.forward(TimeDelta::minutes(2));
        for (to, words) in deliver(bench, post).await {
            told.push((at.to_string(), to, words));
        }
    }
    told
}

#[tokio::test]
async fn a_family_is_told_once_of_all_its_children_at_each_threshold_and_again_after_it_has_paid() {
    for bench in Bench::each().await {
        let post = Arc::new(Post::default());
        with_mail(&bench, bench.town.family.payer, "ada@example.it").await;
        // Ten meals each from 14 September on: five are left on Friday.
        let told = live(&bench, &post, ("2026-09-14", "2026-10-02")).await;
        let days: Vec<_> = told.iter().map(|(day, ..)| day.as_str()).collect();
        assert_eq!(days, ["2026-09-18", "2026-09-23", "2026-09-25"], "{told:?}");
        assert!(told.iter().all(|(_, to, _)| to == "ada@example.it"));
        assert!(told[0].2.contains("Elio") && told[0].2.contains("Gaia"));
        assert!(
            told[0].2.contains("basta per 5 pasti")
                && told[0].2.contains("Il saldo finisce venerdì 25 settembre.")
        );
        for child in &bench.town.family.children {
            let lifted = Adjustment {
                badge: child.badge.clone(),
                amount: Cents::new(8_000),
                why: "prova".to_owned(),
                item: None,
            };
            adjust(&bench.app, bench.town.family.body, lifted).await.unwrap();
        }
        let told = live(&bench, &post, ("2026-10-05", "2026-10-16")).await;
        let days: Vec<_> = told.iter().map(|(day, ..)| day.as_str()).collect();
        assert_eq!(days.len(), 3, "{told:?}");
    }
}

#[tokio::test]
async fn a_wallet_of_two_children_is_told_once_too() {
    let bench = Bench::new().await;
    let post = Arc::new(Post::default());
    with_mail(&bench, bench.town.elsewhere.payer, "noa@example.it").await;
    // Twenty meals for two children.
    let told = live(&bench, &post, ("2026-09-14", "2026-10-02")).await;
    let to_noa: Vec<_> = told.iter().filter(|(_, to, _)| to == "noa@example.it").collect();
    assert_eq!(to_noa.len(), 3, "{told:?}");
    assert_eq!(to_noa.len(), told.len());
    assert!(
        to_noa
            .iter()
            .all(|(_, _, words)| words.matches("Per Olmo e Pia").count() == 1),
        "{to_noa:?}"
    );
}

#[tokio::test]
async fn who_changes_a_day_is_not_told_and_the_other_parent_is() {
    let bench = Bench::new().await;
    let post = Arc::new(Post::default());
    with_mail(&bench, bench.town.family.payer, "ada@example.it").await;
    with_mail(&bench, bench.town.other_parent, "ugo@example.it").await;
    let (parent, other) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<OtherParent>(Means::App).await,
    );
    let wanted = Preferences {
        days_changed: Ways {
            push: true,
            mail: true,
            io: false,
        },
        ..Preferences::default()
    };
    let view = other.ask(&SetPreferences {}, &NoQuery {}, &wanted).await.unwrap();
    assert!(view.mail && !view.push && view.devices == 0);
    let elio = bench.town.family.children[0].id;
    let cancel = CancelMeal {
        child: elio,
        day: day("2026-11-25"),
    };
    parent.ask(&cancel, &NoQuery {}, &()).await.unwrap();
    let told = deliver(&bench, &post).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let (to, words) = &told[0];
    assert!(
        to == "ugo@example.it" && words.contains("Ada ha disdetto la mensa di Elio: mercoledì 25 novembre."),
        "{words}"
    );
    assert!(deliver(&bench, &post).await.is_empty());
}

#[tokio::test]
async fn what_happens_at_night_is_told_in_the_morning_and_a_code_at_once() {
    let bench = Bench::new().await;
    let post = Arc::new(Post::default());
    with_mail(&bench, bench.town.other_parent, "ugo@example.it").await;
    let (parent, other) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<OtherParent>(Means::App).await,
    );
    let wanted = Preferences {
        days_changed: Ways {
            push: false,
            mail: true,
            io: false,
        },
        ..Preferences::default()
    };
    other.ask(&SetPreferences {}, &NoQuery {}, &wanted).await.unwrap();
    bench.clock.set(rome("2026-11-23", 21, 0));
    let elio = bench.town.family.children[0].id;
    let cancel = CancelMeal {
        child: elio,
        day: day("2026-11-25"),
    };
    parent.ask(&cancel, &NoQuery {}, &()).await.unwrap();
    for (hour, minute) in [(21, 1), (23, 59)] {
        bench.clock.set(rome("2026-11-23", hour, minute));
        assert!(deliver(&bench, &post).await.is_empty());
    }
    bench.clock.set(rome("2026-11-24", 6, 59));
    assert!(deliver(&bench, &post).await.is_empty());
    bench.clock.set(rome("2026-11-24", 7, 0));
    assert_eq!(deliver(&bench, &post).await.len(), 1);
}

#[tokio::test]
async fn the_reminder_comes_before_the_cut_off_to_who_asked_for_it_and_only_where_the_child_eats() {
    let bench = Bench::new().await;
    let post = Arc::new(Post::default());
    with_mail(&bench, bench.town.family.payer, "ada@example.it").await;
    let parent = bench.actor::<Parent>(Means::App).await;
    bench.clock.set(rome("2026-11-25", 8, 20));
    assert_eq!(reminders::due(&bench.app).await.unwrap(), 0);
    let wanted = Preferences {
        morning_reminder: Ways {
            push: false,
            mail: true,
            io: false,
        },
        // Who sleeps late is reminded all the same.
        quiet: QuietHours {
            from: 21 * 60,
            to: 9 * 60,
        },
        ..Preferences::default()
    };
    parent
        .ask(&SetPreferences {}, &NoQuery {}, &wanted)
        .await
        .unwrap();
    let gaia = bench.town.family.children[1].id;
    let cancel = CancelMeal {
        child: gaia,
        day: day("2026-11-25"),
    };
    parent.ask(&cancel, &NoQuery {}, &()).await.unwrap();
    bench.clock.set(rome("2026-11-25", 8, 10));
    assert_eq!(reminders::due(&bench.app).await.unwrap(), 0);
    bench.clock.set(rome("2026-11-25", 8, 15));
    assert_eq!(reminders::due(&bench.app).await.unwrap(), 1);
    assert_eq!(reminders::due(&bench.app).await.unwrap(), 0);
    let told = deliver(&bench, &post).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].1.contains("Elio mangia a scuola") && told[0].1.contains("entro le 9:30"),
        "{told:?}"
    );
    // A Saturday has no service.
    bench.clock.set(rome("2026-11-28", 8, 20));
    assert_eq!(reminders::due(&bench.app).await.unwrap(), 0);
}

#[tokio::test]
async fn a_closure_concerns_who_has_a_child_there() {
    let bench = Bench::new().await;
    let town = &bench.town;
    let (body, school) = (town.family.body, town.family.children[1].school);
    let found = bench.app.store.read(move |tx| {
        let place = Place {
            school: Some(school),
            class: None,
        };
        let days = ("2026-12-07".parse().unwrap(), "2026-12-07".parse().unwrap());
        storage::telling::concerned(tx, body, "2026-11-23".parse().unwrap(), days, place)
    });
    let found: Vec<storage::telling::Concerned> =
        found.await.map_err(|error: storage::StorageError| error).unwrap();
    let ada = found
        .iter()
        .find(|(person, _)| *person == town.family.payer)
        .unwrap();
    assert!(ada.1.iter().any(|(_, name)| name == "Gaia"));
    assert!(found.iter().all(|(person, _)| *person != town.elsewhere.payer));
    assert!(found.iter().all(|(person, _)| *person != town.delegates.see));
}

#[tokio::test]
async fn a_device_is_told_until_it_is_signed_out_or_its_push_service_knows_it_no_more() {
    let push = tempfile::tempdir().unwrap();
    let key_file = push.path().join("push.key");
    let bench = Bench::with(|toml| {
        use std::fmt::Write as _;
        write!(
            toml,
            "[push]\nkey_file = '{}'\ncontact = 'mailto:a@example.it'\nhosts = ['127.0.0.1:9']\n",
            key_file.display()
        )
        .unwrap();
    })
    .await;
    let post = Arc::new(Post::default());
    let (parent, other) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<OtherParent>(Means::Browser).await,
    );
    let key = other
        .ask(&GetPushKey {}, &NoQuery {}, &())
        .await
        .unwrap()
        .key
        .unwrap();
    let browser = |endpoint: &str| SubscribePushRequest::Web {
        endpoint: endpoint.to_owned(),
        public_key: key.clone(),
        secret: Secret("AAAAAAAAAAAAAAAAAAAAAA".to_owned()),
    };
    let refused = other
        .send(
            &SubscribePush {},
            &NoQuery {},
            &browser("http://127.0.0.1:10/push/a"),
        )
        .await;
    assert_eq!(refused.status, 400);
    let first = other
        .ask(
            &SubscribePush {},
            &NoQuery {},
            &browser("http://127.0.0.1:9/push/a"),
        )
        .await
        .unwrap();
    let again = other
        .ask(
            &SubscribePush {},
            &NoQuery {},
            &browser("http://127.0.0.1:9/push/a"),
        )
        .await
        .unwrap();
    assert_eq!(first, again);
    assert_eq!(
        other
            .ask(&GetPreferences {}, &NoQuery {}, &())
            .await
            .unwrap()
            .devices,
        1
    );
    let elio = bench.town.family.children[0].id;
    let cancel = |at: &str| CancelMeal {
        child: elio,
        day: day(at),
    };
    parent.ask(&cancel("2026-11-25"), &NoQuery {}, &()).await.unwrap();
    let told = deliver(&bench, &post).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1, "Ada ha disdetto la mensa di mercoledì 25 per Elio.");
    // The push service says 410: the device is forgotten, and nothing is tried again.
    *post.answer.lock().unwrap() = Some(CarryError::Gone);
    parent.ask(&cancel("2026-11-26"), &NoQuery {}, &()).await.unwrap();
    assert!(deliver(&bench, &post).await.is_empty());
    assert_eq!(bench.number("select count(*) as n from subscription").await, 0);
    *post.answer.lock().unwrap() = None;
    let second = other
        .ask(
            &SubscribePush {},
            &NoQuery {},
            &browser("http://127.0.0.1:9/push/b"),
        )
        .await
        .unwrap();
    let unsubscribe = UnsubscribePush {
        subscription: second.id,
    };
    assert_eq!(parent.send(&unsubscribe, &NoQuery {}, &()).await.status, 404);
    parent.ask(&cancel("2026-11-27"), &NoQuery {}, &()).await.unwrap();
    other.ask(&SignOut {}, &NoQuery {}, &()).await.unwrap();
    assert!(
        deliver(&bench, &post).await.is_empty(),
        "a device that was signed out is silent"
    );
}

#[tokio::test]
async fn what_waits_for_one_person_is_not_shown_on_the_device_after_another_has_taken_it_over() {
    let push = tempfile::tempdir().unwrap();
    let key_file = push.path().join("push.key");
    let bench = Bench::with(|toml| {
        use std::fmt::Write as _;
        write!(
            toml,
            "[push]\nkey_file = '{}'\ncontact = 'mailto:a@example.it'\nhosts = ['127.0.0.1:9']\n",
            key_file.display()
        )
        .unwrap();
    })
    .await;
    let post = Arc::new(Post::default());
    let (parent, other) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<OtherParent>(Means::Browser).await,
    );
    let key = other.ask(&GetPushKey {}, &NoQuery {}, &()).await.unwrap().key;
    let browser = SubscribePushRequest::Web {
        endpoint: "http://127.0.0.1:9/push/a".to_owned(),
        public_key: key.unwrap(),
        secret: Secret("AAAAAAAAAAAAAAAAAAAAAA".to_owned()),
    };
    other.ask(&SubscribePush {}, &NoQuery {}, &browser).await.unwrap();
    bench.clock.set(rome("2026-11-23", 21, 30));
    let cancel = CancelMeal {
        child: bench.town.family.children[0].id,
        day: day("2026-11-25"),
    };
    parent.ask(&cancel, &NoQuery {}, &()).await.unwrap();
    parent
        .ask(&SubscribePush {}, &NoQuery {}, &browser)
        .await
        .unwrap();
    bench.clock.set(rome("2026-11-24", 7, 0));
    assert!(deliver(&bench, &post).await.is_empty());
    // The device is the new person's, and stays so.
    assert_eq!(bench.number("select count(*) as n from subscription").await, 1);
}
