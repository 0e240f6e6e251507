//! A database of an earlier version keeps all its rows through an upgrade.

use crate::support::empty_postgres;
use domain::{Cents, notice::NoticeKind, people::Actor, topup::TopUpState};
use refettorio_storage::{
    Options, StorageError, Store, Target, notices,
    receipts::{self, ReceiptOutcome},
};
use refinery::{Runner, Target as Version};

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
