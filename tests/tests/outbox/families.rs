//! From the wallet to the phone: one low balance, told on each kind of device, by mail and in App IO.

use crate::channels::{CITIZEN, sandbox, settings};
use api::{
    NoQuery,
    preferences::{GetPreferences, SetPreferences},
    sessions::{Secret, SignOut},
    subscriptions::{SubscribePush, SubscribePushRequest},
};
use chrono::TimeDelta;
use domain::{
    Cents, PersonId,
    telling::{Preferences, Ways},
};
use portal::{
    outbox,
    reconcile::{Adjustment, adjust},
};
use sandbox::{Sandbox, io};
use std::{
    fmt::Write as _,
    io::Write,
    sync::{Arc, Mutex},
};
use tempfile::TempDir;
use testkit::{
    Bench, Means,
    role::{Parent, ParentOfAnotherBody},
};
use tracing_subscriber::{EnvFilter, util::SubscriberInitExt as _};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

const MAIL: &str = "ada@example.it";

async fn bench(sandbox: &Sandbox, folder: &TempDir) -> Bench {
    let settings = settings(sandbox, folder);
    let port = sandbox.mailbox().smtp().port();
    let bench = Bench::with(|toml| {
        let io = &settings["io"];
        writeln!(
            toml,
            "[mail]\nhost = '127.0.0.1'\nport = {port}\nsecurity = 'none'\nfrom = 'mensa@refettorio.example.it'"
        )
        .unwrap();
        writeln!(
            toml,
            "[io]\nurl = {}\n[io.bodies.valmora]\nkey_file = {}",
            io["url"], io["bodies"]["valmora"]["key_file"]
        )
        .unwrap();
        for section in ["fcm", "apns"] {
            writeln!(toml, "[{section}]").unwrap();
            for (key, value) in settings[section].as_object().unwrap() {
                writeln!(toml, "{key} = {value}").unwrap();
            }
        }
    })
    .await;
    let payer = bench.town.family.payer;
    bench
        .sql(&format!(
            "update person set fiscal_code = '{CITIZEN}' where id = '{payer}'"
        ))
        .await;
    with_mail(&bench, payer, MAIL).await;
    bench
}

async fn with_mail(bench: &Bench, person: PersonId, mail: &str) {
    bench
        .sql(&format!(
            "insert into contact (id, body_id, person_id, kind, value, added_at, verified_at) \
             select '{person}', body_id, id, 'mail', '{mail}', 0, 0 from person where id = '{person}'"
        ))
        .await;
}

fn wanting(low_balance: Ways) -> Preferences {
    Preferences {
        low_balance,
        ..Preferences::default()
    }
}

/// Made once, as a portal does: Apple wants one token for a while.
fn carriers(bench: &Bench) -> notify::Carriers {
    let (carriers, problems) = outbox::from_settings(&bench.app.settings);
    assert!(problems.is_empty(), "{problems:?}");
    carriers
}

/// Takes so much from a child's wallet, and delivers what that calls for.
async fn spend(
    (bench, carriers): (&Bench, &notify::Carriers),
    sandbox: &Sandbox,
    child: &testkit::Child,
    (body, cents): (domain::BodyId, i64),
) {
    let taken = Adjustment {
        badge: child.badge.clone(),
        amount: Cents::new(-cents),
        why: "prova".to_owned(),
        item: None,
    };
    adjust(&bench.app, body, taken).await.unwrap();
    bench.clock.forward(TimeDelta::minutes(2));
    sandbox.firebase().advance(TimeDelta::minutes(2));
    sandbox.apple().advance(TimeDelta::minutes(2));
    outbox::round(&bench.app, carriers).await.unwrap();
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
#[tokio::test]
async fn a_low_balance_comes_to_each_kind_of_device_and_nothing_secret_into_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let _guard = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(
            "off,refettorio_portal=trace,refettorio_notify=trace,refettorio_storage=trace",
        ))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .set_default();
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let bench = bench(&sandbox, &folder).await;
    let carriers = carriers(&bench);
    let (android, iphone, desktop) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<Parent>(Means::App).await,
    );
    let (google, apple) = (
        sandbox.firebase().register().unwrap(),
        sandbox.apple().register(false).unwrap(),
    );
    let devices = [
        (
            &android,
            SubscribePushRequest::Fcm {
                token: Secret(google.clone()),
            },
        ),
        (
            &iphone,
            SubscribePushRequest::Apns {
                token: Secret(apple.clone()),
                development: false,
            },
        ),
        (&desktop, SubscribePushRequest::Desktop {}),
    ];
    for (actor, device) in &devices {
        let first = actor.ask(&SubscribePush {}, &NoQuery {}, device).await.unwrap();
        let again = actor.ask(&SubscribePush {}, &NoQuery {}, device).await.unwrap();
        assert_eq!(first, again);
    }
    // A phone's token changes now and then: a session has the one that came last.
    let old = SubscribePushRequest::Fcm {
        token: Secret(sandbox.firebase().register().unwrap()),
    };
    android.ask(&SubscribePush {}, &NoQuery {}, &old).await.unwrap();
    android
        .ask(&SubscribePush {}, &NoQuery {}, &devices[0].1)
        .await
        .unwrap();
    for bad in [
        SubscribePushRequest::Fcm {
            token: Secret("https://example.it/any/where".to_owned()),
        },
        SubscribePushRequest::Apns {
            token: Secret("../x".to_owned()),
            development: true,
        },
    ] {
        assert_eq!(
            android.send(&SubscribePush {}, &NoQuery {}, &bad).await.status,
            400
        );
    }
    let all = wanting(Ways {
        push: true,
        mail: true,
        io: true,
    });
    let view = android.ask(&SetPreferences {}, &NoQuery {}, &all).await.unwrap();
    assert_eq!((view.devices, view.io, view.push), (3, true, true));
    let (family, body) = (&bench.town.family, bench.town.family.body);
    spend((&bench, &carriers), &sandbox, &family.children[0], (body, 5_000)).await;

    let received = sandbox.firebase().received();
    let alerted = sandbox.apple().alerted();
    let told = sandbox.io().told();
    assert_eq!((received.len(), alerted.len(), told.len()), (1, 1, 1));
    let words = received[0].message["notification"]["body"].as_str().unwrap();
    assert!(words.starts_with("Resta 1 pasto"), "{words}");
    assert_eq!(alerted[0].payload["aps"]["alert"]["body"], words);
    let markdown = told[0].message["content"]["markdown"].as_str().unwrap();
    assert!(markdown.contains(words) && markdown.contains("/ricarica"));
    assert_eq!(told[0].message["fiscal_code"], CITIZEN);
    let mails = sandbox.mailbox().mails();
    assert_eq!(mails.len(), 1);
    // For the computer it lies ready.
    assert_eq!(bench.number("select count(*) as n from notification").await, 1);
    let shown = format!("{}{}{markdown}", received[0].message, alerted[0].payload);
    for never in ["Bruni", "€", "debito", "11,80"] {
        assert!(!shown.contains(never), "{never}");
    }

    // Who signs out of a phone silences it, and it alone.
    android.ask(&SignOut {}, &NoQuery {}, &()).await.unwrap();
    spend((&bench, &carriers), &sandbox, &family.children[1], (body, 5_600)).await;
    assert_eq!(sandbox.firebase().received().len(), 1);
    assert_eq!(sandbox.apple().alerted().len(), 2);
    // The app was removed from the other: it is forgotten.
    assert!(sandbox.apple().forget(&apple));
    spend((&bench, &carriers), &sandbox, &family.children[0], (body, 1_180)).await;
    let left = bench
        .number("select count(*) as n from subscription where kind = 'apns'")
        .await;
    assert_eq!(left, 0);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("delivered") && log.contains("fcm"));
    for secret in [google.as_str(), &apple, CITIZEN, MAIL, io::KEY, words] {
        assert!(!log.contains(secret), "in the log: {secret}");
    }
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn who_is_not_in_app_io_gets_the_mail_and_a_body_without_a_key_never_asks() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let bench = bench(&sandbox, &folder).await;
    let carriers = carriers(&bench);
    let io_alone = wanting(Ways {
        push: false,
        mail: false,
        io: true,
    });
    let ada = bench.actor::<Parent>(Means::App).await;
    ada.ask(&SetPreferences {}, &NoQuery {}, &io_alone).await.unwrap();
    sandbox.io().set_citizen(CITIZEN, io::Citizen::Absent);
    let family = &bench.town.family;
    spend(
        (&bench, &carriers),
        &sandbox,
        &family.children[0],
        (family.body, 5_000),
    )
    .await;
    // The mail is put into the outbox when IO has said no, and goes out with the same round.
    let mails = sandbox.mailbox().mails();
    assert_eq!((sandbox.io().told().len(), mails.len()), (0, 1));
    assert_eq!(mails[0].to, [MAIL]);
    let since = bench.now() - TimeDelta::days(1);
    let unsent = bench.app.store.read(move |tx| storage::outbox::unsent(tx, since));
    let unsent = unsent.await.unwrap();
    assert_eq!(unsent.len(), 1);
    assert_eq!((unsent[0].channel.as_str(), unsent[0].count), ("io", 1));
    assert_eq!(unsent[0].problem, "this person does not use App IO");
    assert_eq!(sandbox.io().profiles(), 1);

    // A caterer has no service in App IO, whatever somebody chose.
    let elsewhere = &bench.town.elsewhere;
    with_mail(&bench, elsewhere.payer, "noa@example.it").await;
    let noa = bench.actor::<ParentOfAnotherBody>(Means::App).await;
    let view = noa.ask(&SetPreferences {}, &NoQuery {}, &io_alone).await.unwrap();
    assert!(!view.io);
    spend(
        (&bench, &carriers),
        &sandbox,
        &elsewhere.children[0],
        (elsewhere.body, 11_000),
    )
    .await;
    assert_eq!(sandbox.io().profiles(), 1);
    let mails = sandbox.mailbox().mails();
    assert_eq!(mails.last().unwrap().to, ["noa@example.it"]);
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn only_a_proven_fiscal_code_is_named_to_app_io() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let bench = bench(&sandbox, &folder).await;
    let (payer, delegate) = (bench.town.family.payer, bench.town.delegates.see);
    let proven = |person| {
        let store = bench.app.store.clone();
        async move {
            store
                .read(move |tx| storage::people::proven_code(tx, person))
                .await
                .unwrap()
        }
    };
    assert_eq!(proven(payer).await.as_deref(), Some(CITIZEN));
    // A delegate was brought in by another adult, and typed a code that nobody looked at.
    assert_eq!(proven(delegate).await, None);
    let ada = bench.actor::<Parent>(Means::App).await;
    assert!(ada.ask(&GetPreferences {}, &NoQuery {}, &()).await.unwrap().io);
    // A child's is never named, also where somebody entered it for an adult.
    bench
        .sql(&format!(
            "update child set fiscal_code = '{CITIZEN}' where id = '{}'",
            bench.town.family.children[0].id
        ))
        .await;
    assert_eq!(proven(payer).await, None);
    sandbox.stop().await.unwrap();
}
