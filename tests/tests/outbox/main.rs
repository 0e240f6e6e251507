//! A thousand families are told by five channels that fail, by a worker that is killed again and again: everybody gets
//! what is due, nobody anything twice where the channel can tell a repetition, and nobody anything at night.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

mod channels;
mod families;

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    Cents, Instant, MessageId, PersonId, SessionId, SubscriptionId,
    message::{Address, Message, Text},
    people::Actor,
    telling::QuietHours,
};
use portal::{App, Chance as _, outbox};
use sandbox::{Options, Sandbox, apns, fcm, mailbox, push};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use storage::{
    StorageError, params,
    sessions::{self, Client, Kind, Session},
    subscriptions::{self, Device, Subscription},
};
use testkit::Bench;

const FAMILIES: usize = 1_000;
/// Encrypting takes long where nothing is optimised: every so many families has a browser, as many an Android phone, as
/// many an iPhone.
const WITH_DEVICE: usize = 5;

/// Notes when a parcel was handed over, by the portal's clock.
struct Watched {
    inner: Arc<dyn notify::Carrier>,
    app: App,
    seen: Arc<Mutex<Vec<Instant>>>,
}

#[async_trait]
impl notify::Carrier for Watched {
    async fn carry(&self, parcel: &notify::Parcel) -> Result<(), notify::CarryError> {
        self.seen.lock().unwrap().push(self.app.now());
        self.inner.carry(parcel).await
    }
}

fn person(number: usize) -> PersonId {
    let mut random = [3; 10];
    random[..8].copy_from_slice(&(number as u64).to_be_bytes());
    PersonId::from_parts(1, random)
}

fn message(bench: &Bench, number: usize, to: Address, due: Instant) -> Message {
    let now = bench.now();
    Message {
        id: bench.app.fresh(now, MessageId::from_parts),
        body: bench.town.family.body,
        person: Some(person(number)),
        to,
        cause: format!("prova/{number}"),
        due,
        expires: None,
        text: Text::PaymentReceived {
            amount: Cents::new(2_000),
            at: now,
            notice: "302000000000000001".to_owned(),
        },
    }
}

/// Writes the families, their devices and what is due to them between eight and nine in the evening.
async fn settle(bench: &Bench, sandbox: &Sandbox) {
    let (body, now) = (bench.town.family.body, bench.now());
    let mut people = Vec::new();
    for number in 0..FAMILIES {
        let due = now + TimeDelta::seconds(i64::try_from(number * 3_540 / FAMILIES).unwrap());
        let mut messages = vec![
            message(
                bench,
                number,
                Address::Mail(format!("famiglia{number}@example.it")),
                due,
            ),
            message(bench, number, Address::Phone(format!("+3933{number:08}")), due),
        ];
        let mut device = None;
        let of = match number % WITH_DEVICE {
            0 => {
                let told = sandbox.push().subscribe().unwrap();
                Some(Device::Web {
                    endpoint: told.endpoint,
                    public_key: told.public_key,
                    secret: told.secret,
                })
            }
            1 => sandbox.firebase().register().map(|token| Device::Fcm { token }),
            2 => sandbox.apple().register(false).map(|token| Device::Apns {
                token,
                development: false,
            }),
            _ => None,
        };
        if let Some(of) = of {
            let id = bench.app.fresh(now, SubscriptionId::from_parts);
            messages.push(message(bench, number, Address::Push(id), due));
            device = Some(Subscription {
                id,
                session: bench.app.fresh(now, SessionId::from_parts),
                device: of,
            });
        }
        people.push((number, messages, device));
    }
    let settled = bench.app.store.write(move |tx| {
        for (number, messages, device) in &people {
            let id = person(*number);
            tx.execute(
                "INSERT INTO person (id, body_id, fiscal_code, first_name, surname) VALUES ($1, $2, $3, 'Anna', 'Riva')",
                &params![id, body, format!("PROVA-{number}")],
            )?;
            if let Some(device) = device {
                let session = Session {
                    id: device.session,
                    body,
                    person: id,
                    kind: Kind::Full,
                    client: Client::Browser,
                    access_expires_at: now + TimeDelta::days(30),
                    last_used_at: now,
                    ends_at: now + TimeDelta::days(180),
                    confirmed_at: None,
                };
                sessions::open(tx, &session, &format!("hash-{number}"))?;
                subscriptions::save(tx, Actor { body, person: id }, device, now)?;
            }
            for message in messages {
                storage::outbox::add(tx, message, now)?;
            }
        }
        Ok::<_, StorageError>(())
    });
    settled.await.unwrap();
}

async fn waiting(app: &App) -> i64 {
    let count = app.store.read(|tx| {
        tx.query_one("SELECT COUNT(*) AS n FROM outbox WHERE state = 'waiting'", &[])?
            .int("n")
    });
    count.await.map_err(|error: StorageError| error).unwrap()
}

/// Lets the worker run for a while and kills it wherever it is, until the clock has come to an instant or nothing waits.
async fn evening(bench: &Bench, carriers: &notify::Carriers, (until, clock): (Instant, &Path)) -> usize {
    let mut kills = 0;
    while bench.now() < until && waiting(&bench.app).await > 0 {
        // What is signed is looked at by the same clock.
        std::fs::write(clock, bench.now().to_rfc3339()).unwrap();
        let mut random = [0; 2];
        bench.chance.bytes(&mut random);
        // Now and then it lives long enough for the slowest: encryption takes long where nothing is optimised.
        let patience = match random[0] {
            0..32 => Duration::from_mins(1),
            other => Duration::from_millis(u64::from(other) * 2 + 5),
        };
        match tokio::time::timeout(patience, outbox::round(&bench.app, carriers)).await {
            Err(_) => kills += 1,
            Ok(done) => {
                done.unwrap();
            }
        }
        bench
            .clock
            .forward(TimeDelta::seconds(i64::from(random[1]) / 2 + 1));
    }
    kills
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
#[tokio::test(flavor = "multi_thread")]
async fn every_message_comes_once_to_a_thousand_families_and_none_at_night() {
    let bench = Bench::new().await;
    // 20:00 in Rome.
    bench.set("2026-11-23T19:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    let sandbox = Sandbox::start(Options {
        starts_at: Some(bench.now()),
        clock_file: Some(clock.clone()),
        ..Options::default()
    })
    .await
    .unwrap();
    settle(&bench, &sandbox).await;
    let mut settings = (*bench.app.settings).clone();
    let there = sandbox.url().as_str().trim_end_matches('/').to_owned();
    settings.mail = serde_json::from_value(serde_json::json!({
        "host": "127.0.0.1", "port": sandbox.mailbox().smtp().port(), "security": "none",
        "from": "mensa@refettorio.example.it",
    }))
    .unwrap();
    settings.sms =
        serde_json::from_value(serde_json::json!({ "url": format!("{there}/sandbox/sms") })).unwrap();
    settings.push = serde_json::from_value(serde_json::json!({
        "key_file": folder.path().join("push.key"), "contact": "mailto:mensa@refettorio.example.it",
        "hosts": [there.trim_start_matches("http://")],
    }))
    .unwrap();
    let phones = channels::settings(&sandbox, &folder);
    settings.fcm = serde_json::from_value(phones["fcm"].clone()).unwrap();
    settings.apns = serde_json::from_value(phones["apns"].clone()).unwrap();
    sandbox.firebase().set_faults(fcm::Faults {
        later: 6,
        unauthorized: 10,
        no_token: 2,
        ..fcm::Faults::default()
    });
    sandbox.apple().set_faults(apns::Faults {
        later: 6,
        unsaid: 9,
        ..apns::Faults::default()
    });
    sandbox.mailbox().set_faults(mailbox::Faults {
        mail_later: 7,
        sms_later: 5,
        sms_unsaid: 11,
        ..mailbox::Faults::default()
    });
    sandbox.push().set_faults(push::Faults { later: 6, unsaid: 9 });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (plain, problems) = outbox::from_settings(&settings);
    assert!(problems.is_empty(), "{problems:?}");
    let watched = |inner: Option<Arc<dyn notify::Carrier>>| {
        let (app, seen) = (bench.app.clone(), Arc::clone(&seen));
        inner.map(|inner| Arc::new(Watched { inner, app, seen }) as Arc<dyn notify::Carrier>)
    };
    let carriers = notify::Carriers {
        mail: watched(plain.mail),
        sms: watched(plain.sms),
        push: watched(plain.push),
        fcm: watched(plain.fcm),
        apns: watched(plain.apns),
        io: None,
    };

    // Until two hours after quiet hours began, then the next morning.
    let mut kills = evening(
        &bench,
        &carriers,
        ("2026-11-23T22:00:00Z".parse().unwrap(), &clock),
    )
    .await;
    bench.set("2026-11-24T06:00:00Z");
    kills += evening(
        &bench,
        &carriers,
        ("2026-11-25T18:00:00Z".parse().unwrap(), &clock),
    )
    .await;

    assert_eq!(waiting(&bench.app).await, 0);
    let delivered = bench
        .number("select count(*) as n from outbox where state = 'delivered'")
        .await;
    assert_eq!(
        usize::try_from(delivered).unwrap(),
        FAMILIES * 2 + 3 * FAMILIES / WITH_DEVICE
    );
    let at_night = |at: &Instant| QuietHours::DEFAULT.end(*at).is_some();
    assert!(
        !seen.lock().unwrap().iter().any(at_night),
        "somebody was told at night"
    );

    let texts = sandbox.mailbox().texts();
    let numbers: BTreeSet<_> = texts.iter().map(|text| &text.to).collect();
    assert_eq!((texts.len(), numbers.len()), (FAMILIES, FAMILIES));
    let pushed = sandbox.push().pushed();
    let devices: BTreeSet<_> = pushed.iter().map(|pushed| &pushed.device).collect();
    assert_eq!(
        (pushed.len(), devices.len()),
        (FAMILIES / WITH_DEVICE, FAMILIES / WITH_DEVICE)
    );
    assert!(
        pushed
            .iter()
            .all(|pushed| pushed.payload["body"] == "Il tuo pagamento è arrivato.")
    );
    let alerted = sandbox.apple().alerted();
    let devices: BTreeSet<_> = alerted.iter().map(|alerted| &alerted.device).collect();
    assert_eq!(
        (alerted.len(), devices.len()),
        (FAMILIES / WITH_DEVICE, FAMILIES / WITH_DEVICE)
    );
    // Nor has Google: there too a repetition comes only of a kill, and takes the first one's place by its tag.
    let received = sandbox.firebase().received();
    let devices: BTreeSet<_> = received.iter().map(|received| &received.device).collect();
    assert_eq!(devices.len(), FAMILIES / WITH_DEVICE);
    let again = received.len() - devices.len();
    // Mail has no way to say "I have that already": a repetition has the same Message-ID, and comes only of a kill.
    let mut mails: BTreeMap<String, usize> = BTreeMap::new();
    for mail in sandbox.mailbox().mails() {
        assert!(!mail.id.is_empty() && mail.plain.contains("20,00 €"));
        *mails.entry(format!("{} {}", mail.to[0], mail.id)).or_default() += 1;
    }
    assert_eq!(mails.len(), FAMILIES);
    let twice: usize = mails.values().map(|times| times - 1).sum();
    assert!(
        twice + again <= kills * 16,
        "{twice} mails and {again} notifications came twice after {kills} kills"
    );
    assert!(kills > 0, "nobody was killed");
    println!(
        "{kills} kills; {twice} mails twice; {again} Android notifications twice; told again and known: {} texts, {} \
         notifications, {} on iPhones",
        sandbox.mailbox().repeated(),
        sandbox.push().repeated(),
        sandbox.apple().repeated()
    );
    sandbox.stop().await.unwrap();
}
