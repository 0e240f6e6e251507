//! A database of an earlier version keeps all its rows through an upgrade.

use crate::support::empty_postgres;
use domain::{
    Cents, Instant,
    message::{Address, Message, Text},
    notice::NoticeKind,
    people::Actor,
    topup::TopUpState,
};
use refettorio_storage::{
    Options, StorageError, Store, Target, notices, outbox, params,
    receipts::{self, ReceiptOutcome},
    subscriptions::{self, Device, Subscription},
};
use refinery::{Runner, Target as Version};
use std::{fmt::Debug, str::FromStr};

refinery::embed_migrations!("migrations");

/// Migrations up to and including this version.
fn up_to(version: i64) -> Runner {
    migrations::runner()
        .set_grouped(true)
        .set_target(Version::Version(version.try_into().unwrap()))
}

/// An empty database on each engine.
fn empty() -> Vec<(Target, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let file = Target::Sqlite(folder.path().join("portal.db"));
    let mut all = vec![(file, Some(folder))];
    all.extend(empty_postgres().map(|target| (target, None)));
    all
}

/// Migrates to a version and runs statements there.
fn at_version(target: &Target, version: i64, sql: &'static str) {
    match target.clone() {
        Target::Sqlite(path) => {
            let mut connection = rusqlite::Connection::open(path).unwrap();
            connection.pragma_update(None, "foreign_keys", true).unwrap();
            up_to(version).run(&mut connection).unwrap();
            connection.execute_batch(sql).unwrap();
        }
        Target::Postgres(url) => {
            let fill = move || {
                let mut client = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
                up_to(version).run(&mut client).unwrap();
                client.batch_execute(sql).unwrap();
            };
            std::thread::spawn(fill).join().unwrap();
        }
    }
}

/// A family of version 5: one top-up for two children that was paid and for which another amount had come before, one
/// that was tried twice, and a receipt that nobody understands.
const FIFTH: &str = "
    insert into body (id, slug, name, settings, created_at) values
        ('01890000-0000-7000-8000-000000000001', 'valmora', 'Valmora', '{}', 1);
    insert into person (id, body_id, fiscal_code, first_name, surname) values
        ('01890000-0000-7000-8000-000000000002', '01890000-0000-7000-8000-000000000001', 'X', 'Ada', 'Bruni');
    insert into wallet (id, body_id, scope) values
        ('01890000-0000-7000-8000-000000000003', '01890000-0000-7000-8000-000000000001', 'family');
    insert into child (id, body_id, fiscal_code, first_name, surname, born_on, wallet_id) values
        ('01890000-0000-7000-8000-000000000004', '01890000-0000-7000-8000-000000000001', 'Y', 'Elio', 'Bruni',
         '2018-01-01', '01890000-0000-7000-8000-000000000003');
    insert into notice (id, body_id, person_id, nav, iuv, iupd, amount, causale, state, created_at, due_day, paid_at)
        values
        ('01890000-0000-7000-8000-000000000005', '01890000-0000-7000-8000-000000000001',
         '01890000-0000-7000-8000-000000000002', '1', '1', 'a', 1000, 'Mensa', 'paid', 10, '2026-12-01', 30),
        ('01890000-0000-7000-8000-000000000006', '01890000-0000-7000-8000-000000000001',
         '01890000-0000-7000-8000-000000000002', '2', '2', 'b', 500, 'Mensa', 'verifying', 20, '2026-12-01', null);
    insert into notice_line (notice_id, line, child_id, wallet_id, amount, meals) values
        ('01890000-0000-7000-8000-000000000005', 0, '01890000-0000-7000-8000-000000000004',
         '01890000-0000-7000-8000-000000000003', 618, 1),
        ('01890000-0000-7000-8000-000000000005', 1, '01890000-0000-7000-8000-000000000004',
         '01890000-0000-7000-8000-000000000003', 382, null),
        ('01890000-0000-7000-8000-000000000006', 0, '01890000-0000-7000-8000-000000000004',
         '01890000-0000-7000-8000-000000000003', 500, null);
    insert into attempt (id, notice_id, started_at, returned, returned_at) values
        ('01890000-0000-7000-8000-000000000007', '01890000-0000-7000-8000-000000000006', 21, 'errore', 22),
        ('01890000-0000-7000-8000-000000000008', '01890000-0000-7000-8000-000000000006', 23, null, null);
    insert into receipt (id, receipt_id, body_id, nav, amount, received_at, xml, outcome, notice_id) values
        ('01890000-0000-7000-8000-000000000009', 'early', '01890000-0000-7000-8000-000000000001', '1', 1001, 24, '<a/>',
         'amount_differs', '01890000-0000-7000-8000-000000000005'),
        ('01890000-0000-7000-8000-00000000000a', 'right', '01890000-0000-7000-8000-000000000001', '1', 1000, 25, '<b/>',
         'credited', '01890000-0000-7000-8000-000000000005'),
        ('01890000-0000-7000-8000-00000000000b', 'lost', '01890000-0000-7000-8000-000000000001', '9', 700, 26, '<c/>',
         'unknown_notice', null),
        ('01890000-0000-7000-8000-00000000000c', 'lost-too', '01890000-0000-7000-8000-000000000001', '9', 700, 27,
         '<d/>', 'unknown_notice', null),
        ('01890000-0000-7000-8000-00000000000d', 'less', '01890000-0000-7000-8000-000000000001', '2', 1, 28, '<e/>',
         'amount_differs', '01890000-0000-7000-8000-000000000006'),
        ('01890000-0000-7000-8000-00000000000e', 'less-too', '01890000-0000-7000-8000-000000000001', '2', 2, 28, '<f/>',
         'amount_differs', '01890000-0000-7000-8000-000000000006');
";

#[test]
fn notices_attempts_and_receipts_of_the_fifth_version_survive() {
    for (target, _folder) in empty() {
        at_version(&target, 5, FIFTH);
        let store = Store::open(&target, &Options::default()).unwrap();
        let actor = Actor {
            body: "01890000-0000-7000-8000-000000000001".parse().unwrap(),
            person: "01890000-0000-7000-8000-000000000002".parse().unwrap(),
        };
        let kept = store.read_blocking(move |tx| {
            let notices = notices::top_ups_of(tx, actor)?;
            let mut receipts = Vec::new();
            for id in ["early", "right", "lost", "lost-too", "less", "less-too"] {
                receipts.push(receipts::by_receipt_id(tx, id)?.map(|known| known.outcome));
            }
            Ok::<_, StorageError>((notices, receipts, receipts::payments_of(tx, actor)?))
        });
        let (notices, receipts, payments) = kept.unwrap();
        let [tried, paid] = &notices[..] else {
            panic!("{notices:?}")
        };
        assert_eq!((paid.kind, paid.state), (NoticeKind::TopUp, TopUpState::Paid));
        assert_eq!(paid.lines.len(), 2);
        assert_eq!(
            (paid.lines[0].amount, paid.lines[0].meals),
            (Cents::new(618), Some(1))
        );
        assert_eq!(paid.attempt, None);
        let last = tried.attempt.as_ref().unwrap();
        assert!(last.id.to_string().ends_with("08") && last.returned.is_none());
        assert_eq!(
            receipts,
            [
                Some(ReceiptOutcome::SecondPayment),
                Some(ReceiptOutcome::Credited),
                Some(ReceiptOutcome::UnknownNotice),
                Some(ReceiptOutcome::UnknownNotice),
                Some(ReceiptOutcome::AmountDiffers),
                Some(ReceiptOutcome::SecondPayment),
            ]
        );
        assert_eq!(payments.len(), 1);
        assert_eq!(
            (payments[0].receipt_id.as_str(), payments[0].notice),
            ("right", paid.id)
        );
        let attempts = store.read_blocking(|tx| {
            tx.query_one(
                "SELECT COUNT(*) AS n FROM attempt a JOIN attempt_notice x ON x.attempt_id = a.id \
                 WHERE a.returned = 'errore' AND a.returned_at = 22 AND x.started_at = a.started_at",
                &[],
            )?
            .int("n")
        });
        assert_eq!(attempts, Ok::<_, StorageError>(1));
    }
}

/// Somebody of version 13 with a browser, a phone, a message that waits and one that has gone.
const THIRTEENTH: &str = "
    insert into body (id, slug, name, settings, created_at) values
        ('01890000-0000-7000-8000-000000000001', 'valmora', 'Valmora', '{}', 1);
    insert into person (id, body_id, fiscal_code, first_name, surname) values
        ('01890000-0000-7000-8000-000000000002', '01890000-0000-7000-8000-000000000001', 'X', 'Ada', 'Bruni');
    insert into session (id, body_id, person_id, kind, client, access_hash, access_expires_at, created_at, last_used_at,
        ends_at) values
        ('01890000-0000-7000-8000-000000000003', '01890000-0000-7000-8000-000000000001',
         '01890000-0000-7000-8000-000000000002', 'full', 'browser', 'h', 9000000000000000, 1, 1, 9000000000000000);
    insert into subscription (id, body_id, person_id, session_id, kind, endpoint, public_key, secret, created_at) values
        ('01890000-0000-7000-8000-000000000004', '01890000-0000-7000-8000-000000000001',
         '01890000-0000-7000-8000-000000000002', '01890000-0000-7000-8000-000000000003', 'web', 'https://push/a', 'p',
         's', 7),
        ('01890000-0000-7000-8000-000000000005', '01890000-0000-7000-8000-000000000001',
         '01890000-0000-7000-8000-000000000002', '01890000-0000-7000-8000-000000000003', 'fcm', 'a-token', '', '', 8);
    insert into outbox (id, body_id, person_id, channel, address, cause, kind, content, urgent, created_at, expires_at,
        state, tries, next_at, problem, ended_at) values
        ('01890000-0000-7000-8000-000000000006', '01890000-0000-7000-8000-000000000001',
         '01890000-0000-7000-8000-000000000002', 'push', '01890000-0000-7000-8000-000000000004', 'prova/1',
         'password_changed', '{\"kind\":\"password_changed\",\"at\":\"2026-11-23T08:00:00Z\"}', 1, 5, null,
         'waiting', 3, 6, 'the push service answers 503', null),
        ('01890000-0000-7000-8000-000000000007', '01890000-0000-7000-8000-000000000001', null, 'mail', 'a@example.it',
         'prova/2', 'password_changed', '', 0, 5, null, 'delivered', 1, 5, '', 6);
";

#[test]
fn devices_and_messages_of_the_thirteenth_version_survive_and_stay_as_tied_as_they_were() {
    for (target, _folder) in empty() {
        at_version(&target, 13, THIRTEENTH);
        let store = Store::open(&target, &Options::default()).unwrap();
        let actor = Actor {
            body: "01890000-0000-7000-8000-000000000001".parse().unwrap(),
            person: "01890000-0000-7000-8000-000000000002".parse().unwrap(),
        };
        let session = "01890000-0000-7000-8000-000000000003".parse().unwrap();
        let now = Instant::from_timestamp_micros(1_000).unwrap();
        let (web, phone) = (
            Device::Web {
                endpoint: "https://push/a".to_owned(),
                public_key: "p".to_owned(),
                secret: "s".to_owned(),
            },
            Device::Fcm {
                token: "a-token".to_owned(),
            },
        );
        let kept = store
            .read_blocking(move |tx| subscriptions::of(tx, actor.person, now))
            .unwrap();
        let kinds: Vec<_> = kept.into_iter().map(|kept| (kept.id, kept.device)).collect();
        assert!(kinds == [(id("04"), web.clone()), (id("05"), phone)]);
        let written = store.write_blocking(move |tx| {
            // The same device is the same subscription still; a computer is one of its own.
            let again = Subscription {
                id: id("10"),
                session,
                device: web.clone(),
            };
            assert_eq!(subscriptions::save(tx, actor, &again, now)?, id("04"));
            let desktop = Subscription {
                device: Device::Desktop,
                ..again
            };
            let first = subscriptions::save(tx, actor, &desktop, now)?;
            assert_eq!(subscriptions::save(tx, actor, &desktop, now)?, first);
            // What was said is not said again; what waits still waits, with all that is known of it.
            let said = Message {
                id: id("11"),
                body: actor.body,
                person: None,
                to: Address::Mail("a@example.it".to_owned()),
                cause: "prova/2".to_owned(),
                due: now,
                expires: None,
                text: Text::PasswordChanged { at: now },
            };
            assert!(!outbox::add(tx, &said, now)?);
            let io = Message {
                to: Address::Io(actor.person),
                ..said
            };
            assert!(outbox::add(tx, &io, now)?);
            outbox::claim(tx, now, now, 1)
        });
        let claimed = written.unwrap();
        assert_eq!((claimed[0].id, claimed[0].tries), (id("06"), 4));
        // A device of a session that is not there is refused, as before.
        let nowhere = store.write_blocking(move |tx| {
            let stray = Subscription {
                id: id("12"),
                session: id("99"),
                device: Device::Fcm {
                    token: "stray".to_owned(),
                },
            };
            subscriptions::save(tx, actor, &stray, now)
        });
        assert!(nowhere.is_err());
        let list = match target {
            Target::Sqlite(_) => "SELECT COUNT(*) AS n FROM sqlite_master WHERE type = 'index' AND name = $1",
            Target::Postgres(_) => "SELECT COUNT(*) AS n FROM pg_indexes WHERE indexname = $1",
        };
        for index in INDEXES {
            let found = store.read_blocking(move |tx| tx.query_one(list, &params![index])?.int("n"));
            assert_eq!(found, Ok::<_, StorageError>(1), "{index}");
        }
    }
}

fn id<T: FromStr<Err: Debug>>(last: &str) -> T {
    format!("01890000-0000-7000-8000-0000000000{last}")
        .parse()
        .unwrap()
}

const INDEXES: [&str; 5] = [
    "subscription_of_person",
    "subscription_of_session",
    "outbox_waiting",
    "outbox_of_cause",
    "outbox_ended",
];
