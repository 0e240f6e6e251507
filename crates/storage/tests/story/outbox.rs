//! Messages: once an address and cause, back where their deliverer was killed, wiped when they have ended.

use crate::support::{Scratch, engines};
use chrono::TimeDelta;
use domain::{
    BodyId, Instant, MessageId,
    message::{Address, Hidden, Message, Text},
};
use refettorio_storage::{StorageError, outbox, params};

fn at(minute: i64) -> Instant {
    "2026-11-23T08:00:00Z".parse::<Instant>().unwrap() + TimeDelta::minutes(minute)
}

fn body() -> BodyId {
    BodyId::from_parts(1, [1; 10])
}

fn message(number: u8) -> Message {
    Message {
        id: MessageId::from_parts(2, [number; 10]),
        body: body(),
        person: None,
        to: Address::Mail("anna@example.it".to_owned()),
        cause: format!("contact/{number}"),
        due: at(0),
        expires: Some(at(10)),
        text: Text::ContactCode {
            code: Hidden::new("48151623"),
            until: at(10),
        },
    }
}

async fn with_body() -> Vec<Scratch> {
    let engines = engines();
    for engine in &engines {
        let made = engine.store.write(|tx| {
            tx.execute(
                "INSERT INTO body (id, slug, name, settings, created_at) VALUES ($1, 'valdarca', 'Valdarca', '{}', 0)",
                &params![body()],
            )
        });
        made.await.unwrap();
    }
    engines
}

async fn kept(engine: &Scratch) -> Vec<(String, String)> {
    let rows = engine
        .store
        .read(|tx| tx.query("SELECT state, content FROM outbox ORDER BY id", &[]))
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            (
                row.text("state").unwrap().to_owned(),
                row.text("content").unwrap().to_owned(),
            )
        })
        .collect()
}

#[tokio::test]
async fn the_same_cause_is_said_once_to_an_address() {
    for engine in with_body().await {
        let added = engine.store.write(|tx| {
            let again = Message {
                id: MessageId::from_parts(3, [9; 10]),
                ..message(1)
            };
            let elsewhere = Message {
                id: MessageId::from_parts(3, [8; 10]),
                to: Address::Phone("+393331234567".to_owned()),
                ..message(1)
            };
            Ok::<_, StorageError>([
                outbox::add(tx, &message(1), at(0))?,
                outbox::add(tx, &again, at(0))?,
                outbox::add(tx, &elsewhere, at(0))?,
            ])
        });
        assert_eq!(added.await.unwrap(), [true, false, true], "{:?}", engine.target);
    }
}

#[tokio::test]
async fn what_was_taken_comes_back_where_nobody_says_what_became_of_it() {
    for engine in with_body().await {
        let story = engine.store.write(|tx| {
            outbox::add(tx, &message(1), at(0))?;
            let first = outbox::claim(tx, at(0), at(5), 10)?;
            let meanwhile = outbox::claim(tx, at(4), at(9), 10)?;
            let second = outbox::claim(tx, at(5), at(9), 10)?;
            // The first deliverer wakes up late: it has no say any more.
            outbox::failed(tx, &first[0], at(6), "too late")?;
            let third = outbox::claim(tx, at(6), at(9), 10)?;
            Ok::<_, StorageError>((first, meanwhile, second, third))
        });
        let (first, meanwhile, second, third) = story.await.unwrap();
        assert_eq!(first[0].message.as_ref().unwrap().text, message(1).text);
        assert_eq!((first[0].tries, second[0].tries), (1, 2));
        assert!(meanwhile.is_empty() && third.is_empty());
    }
}

#[tokio::test]
async fn a_code_is_wiped_when_it_was_delivered_and_when_it_has_expired() {
    for engine in with_body().await {
        let story = engine.store.write(|tx| {
            for number in 1..=4 {
                outbox::add(tx, &message(number), at(0))?;
            }
            let taken = outbox::claim(tx, at(0), at(5), 3)?;
            outbox::delivered(tx, taken[0].id, at(1))?;
            outbox::dead(tx, &taken[1], "no such mailbox", at(1))?;
            outbox::withdraw(tx, body(), "contact/3", at(1))?;
            let troubled = outbox::troubled(tx, 10)?;
            Ok::<_, StorageError>(troubled)
        });
        let troubled = story.await.unwrap();
        assert_eq!(troubled.len(), 1);
        assert_eq!(troubled[0].problem, "no such mailbox");
        let states = kept(&engine).await;
        assert_eq!(states[0], ("delivered".to_owned(), String::new()));
        assert!(states[1].0 == "dead" && states[1].1.contains("48151623"));
        assert_eq!(states[2], ("withdrawn".to_owned(), String::new()));
        assert_eq!(states[3].0, "waiting");
        let wiped = engine.store.write(|tx| outbox::wipe(tx, at(10), at(1)));
        assert_eq!(wiped.await.unwrap(), 0);
        assert!(kept(&engine).await.iter().all(|(_, content)| content.is_empty()));
        let forgotten = engine.store.write(|tx| outbox::wipe(tx, at(10), at(60)));
        assert_eq!(forgotten.await.unwrap(), 4);
    }
}

#[tokio::test]
async fn an_ended_message_forgets_its_address_and_its_cause_is_still_said_once() {
    for engine in with_body().await {
        let story = engine.store.write(|tx| {
            for number in 1..=4 {
                outbox::add(tx, &message(number), at(0))?;
            }
            outbox::add(
                tx,
                &Message {
                    id: MessageId::from_parts(3, [5; 10]),
                    to: Address::Mail("luca@example.it".to_owned()),
                    ..message(1)
                },
                at(0),
            )?;
            let taken = outbox::claim(tx, at(0), at(5), 10)?;
            for taken in &taken {
                match taken.message.as_ref().map(|message| message.cause.as_str()) {
                    Some("contact/1") => outbox::delivered(tx, taken.id, at(1))?,
                    Some("contact/2") => outbox::dead(tx, taken, "away", at(1))?,
                    _ => {}
                }
            }
            outbox::withdraw(tx, body(), "contact/3", at(1))?;
            Ok::<_, StorageError>(taken.len())
        });
        assert_eq!(story.await.unwrap(), 5);
        let addresses = || async {
            let rows = engine
                .store
                .read(|tx| {
                    tx.query(
                        "SELECT address FROM outbox WHERE address LIKE '%@%' ORDER BY cause",
                        &[],
                    )
                })
                .await
                .unwrap();
            rows.len()
        };
        // A dead letter can be tried again as long as it has not run out; the fourth waits.
        assert_eq!(addresses().await, 2);
        engine
            .store
            .write(|tx| outbox::wipe(tx, at(10), at(0)))
            .await
            .unwrap();
        assert_eq!(addresses().await, 0);
        let again = engine.store.write(|tx| {
            let mut said = Vec::new();
            for number in 1..=4 {
                let again = Message {
                    id: MessageId::from_parts(9, [number; 10]),
                    ..message(number)
                };
                said.push(outbox::add(tx, &again, at(11))?);
            }
            let elsewhere = Message {
                id: MessageId::from_parts(9, [9; 10]),
                to: Address::Mail("sara@example.it".to_owned()),
                ..message(1)
            };
            said.push(outbox::add(tx, &elsewhere, at(11))?);
            Ok::<_, StorageError>(said)
        });
        assert_eq!(again.await.unwrap(), [false, false, false, false, true]);
    }
}

#[tokio::test]
async fn the_office_tries_a_dead_message_again_and_an_expired_one_never() {
    for engine in with_body().await {
        let story = engine.store.write(|tx| {
            outbox::add(tx, &message(1), at(0))?;
            outbox::add(
                tx,
                &Message {
                    expires: None,
                    ..message(2)
                },
                at(0),
            )?;
            for taken in outbox::claim(tx, at(0), at(5), 10)? {
                outbox::dead(tx, &taken, "away", at(1))?;
            }
            outbox::wipe(tx, at(20), at(0))?;
            let tried = outbox::retry(tx, None, at(20))?;
            Ok::<_, StorageError>((tried, outbox::claim(tx, at(20), at(25), 10)?))
        });
        let (tried, taken) = story.await.unwrap();
        assert_eq!(tried, 1);
        assert_eq!((taken[0].id, taken[0].tries), (message(2).id, 1));
    }
}

#[tokio::test]
async fn what_waits_for_the_morning_has_not_been_tried() {
    for engine in with_body().await {
        let story = engine.store.write(|tx| {
            outbox::add(
                tx,
                &Message {
                    expires: None,
                    ..message(1)
                },
                at(0),
            )?;
            let taken = outbox::claim(tx, at(0), at(5), 10)?;
            outbox::postponed(tx, &taken[0], at(60))?;
            assert!(!outbox::is_due(tx, at(59))?);
            assert!(outbox::is_due(tx, at(60))?);
            outbox::claim(tx, at(60), at(65), 10)
        });
        assert_eq!(story.await.unwrap()[0].tries, 1);
    }
}
