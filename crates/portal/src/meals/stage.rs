//! The stage of this room's stories: one body, two schools, two families, a clock that is set by hand. On SQLite
//! always, on PostgreSQL where `REFETTORIO_TEST_POSTGRES` names a server.

use crate::{
    App, Chance, Clock,
    charging::{self, Summary, verify},
    config::Settings,
    passwords::Passwords,
    router,
};
use api::{Call, Endpoint, ErrorBody, Reply};
use axum::body::{Body, to_bytes};
use domain::{
    BodyId, Cents, ChildId, ClassGroupId, IdempotencyKey, Instant, PersonId, PostingId, SchoolId, ServiceDay,
    WalletId,
    body::{BodyKind, BodySettings, Contacts, SignInWay},
    meals::Model,
    price::{Rounding, RoundingLevel, RoundingMode},
    topup::TopUpRules,
    wallet::{Cause, PostingKind, WalletScope},
};
use ed25519_dalek::SigningKey;
use http::Request;
use identity::{Hasher, TokenHash};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use storage::{Options, StorageError, Store, Target, Tx, Value, ledger, params};
use tower::ServiceExt as _;

/// What differs from body to body.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) model: Model,
    pub(crate) scope: WalletScope,
    pub(crate) rounding: Rounding,
    pub(crate) created_at: &'static str,
}

/// Clusone's rules: disdetta, a wallet a child, 5.95 + 4 % truncated at the unit.
pub(crate) const PLAN: Plan = Plan {
    model: Model::ExpectedByDefault,
    scope: WalletScope::Child,
    rounding: Rounding {
        mode: RoundingMode::Trunc,
        level: RoundingLevel::Unit,
    },
    created_at: "2026-11-20T12:00:00Z",
};

/// In time for Monday 23 November.
pub(crate) const MORNING: &str = "2026-11-23T07:41:07Z";

pub(crate) struct HandClock(Mutex<Instant>);

impl Clock for HandClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}

/// Bytes that never repeat, the same in every run.
pub(crate) struct Counting(AtomicU64);

impl Chance for Counting {
    fn bytes(&self, into: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        into.fill(0);
        for (to, from) in into.iter_mut().rev().zip(next.iter().rev()) {
            *to = *from;
        }
    }
}

pub(crate) struct Stage {
    pub(crate) app: App,
    clock: Arc<HandClock>,
    keys: AtomicU64,
    _folder: tempfile::TempDir,
}

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> ServiceDay {
    text.parse().unwrap()
}

fn bytes(number: u8) -> [u8; 10] {
    [number; 10]
}

pub(crate) fn body() -> BodyId {
    BodyId::from_parts(1, bytes(1))
}
/// The first school goes by the body's 9:30, the second by its own 9:15.
pub(crate) fn school(number: u8) -> SchoolId {
    SchoolId::from_parts(1, bytes(number))
}
fn class(number: u8) -> ClassGroupId {
    ClassGroupId::from_parts(1, bytes(number))
}
/// Ada, eldest, first school, Monday to Friday.
pub(crate) fn ada() -> ChildId {
    ChildId::from_parts(1, bytes(1))
}
/// Bruno, Ada's brother, second school, not on Wednesdays.
pub(crate) fn bruno() -> ChildId {
    ChildId::from_parts(1, bytes(2))
}
/// Carla, another family's, first school.
pub(crate) fn carla() -> ChildId {
    ChildId::from_parts(1, bytes(3))
}
pub(crate) fn wallet(number: u8) -> WalletId {
    WalletId::from_parts(1, bytes(number))
}
fn person(number: u8) -> PersonId {
    PersonId::from_parts(1, bytes(number))
}

/// The token of Ada's and Bruno's parent.
pub(crate) const PARENT: &str = "parent";
/// The token of Carla's parent.
pub(crate) const OTHER: &str = "other";
/// The token of somebody who may only see Ada.
pub(crate) const AUNT: &str = "aunt";

/// One stage an engine, so that every story is told on both.
pub(crate) fn stages(plan: Plan) -> Vec<Stage> {
    let folder = tempfile::tempdir().unwrap();
    let file = Target::Sqlite(folder.path().join("portal.db"));
    let mut stages = vec![Stage::new(&file, plan, folder)];
    match std::env::var("REFETTORIO_TEST_POSTGRES") {
        Ok(server) => stages.push(Stage::new(
            &fresh_schema(&server),
            plan,
            tempfile::tempdir().unwrap(),
        )),
        Err(_) => eprintln!("SKIPPED ON POSTGRESQL: REFETTORIO_TEST_POSTGRES names no server"),
    }
    stages
}

/// A schema of its own, so that stories do not meet.
fn fresh_schema(server: &str) -> Target {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let name = format!(
        "portal_{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let create = format!("CREATE SCHEMA {name}");
    let joint = if server.contains('?') { '&' } else { '?' };
    let target = Target::Postgres(format!("{server}{joint}options=-csearch_path%3D{name}"));
    let server = Target::Postgres(server.to_owned());
    std::thread::spawn(move || {
        let store = Store::open(&server, &few()).unwrap();
        store.write_blocking(move |tx| tx.execute(&create, &[])).unwrap();
        store.close_blocking();
    })
    .join()
    .unwrap();
    target
}

fn few() -> Options {
    Options {
        write_threads: 3,
        read_threads: 2,
        ..Options::default()
    }
}

fn settings(plan: Plan) -> BodySettings {
    BodySettings {
        kind: BodyKind::Caterer,
        sign_in_ways: vec![SignInWay::Badge],
        badge_reason: None,
        contacts: Contacts {
            phone: "0346 000000".into(),
            office: "Ufficio scuola".into(),
            ..Contacts::default()
        },
        model: plan.model,
        wallet_scope: plan.scope,
        rounding: plan.rounding,
        top_up: TopUpRules {
            fixed: vec![],
            min: Cents::new(500),
            max: Cents::new(50_000),
        },
        receipt_prefix: "VA".into(),
        families: domain::body::Families::default(),
        telling: domain::telling::Thresholds::default(),
        renewal: None,
    }
}

fn scene(tx: &mut dyn Tx, plan: Plan) -> Result<(), StorageError> {
    let run = |tx: &mut dyn Tx, sql: &str, params: &[Value]| tx.execute(sql, params).map(|_| ());
    let (one, two) = (school(1), school(2));
    let json = serde_json::to_string(&settings(plan)).unwrap();
    run(
        tx,
        "INSERT INTO body (id, slug, name, settings, created_at) VALUES ($1, 'valdarca', 'Comune di Valdarca', $2, $3)",
        &params![body(), json, at(plan.created_at)],
    )?;
    run(
        tx,
        "INSERT INTO school_year (body_id, name, first_day, last_day, weekdays) \
         VALUES ($1, '2026/2027', '2026-09-14', '2027-06-08', 31)",
        &params![body()],
    )?;
    for (id, code, name) in [(one, "1", "Primaria Rodari"), (two, "2", "Infanzia Munari")] {
        let sql = "INSERT INTO school (id, body_id, code, name) VALUES ($1, $2, $3, $4)";
        run(tx, sql, &params![id, body(), code, name])?;
        let sql =
            "INSERT INTO class_group (id, body_id, school_id, code, name) VALUES ($1, $2, $3, 'A', '3A')";
        run(tx, sql, &params![class(code.as_bytes()[0] - b'0'), body(), id])?;
    }
    for action in ["cancel", "book"] {
        for (school, minute) in [(String::new(), 570), (two.to_string(), 555)] {
            let sql = "INSERT INTO cut_off (body_id, school_id, action, days_before, at_minute, max_ahead_days) \
                VALUES ($1, $2, $3, 0, $4, 60)";
            run(tx, sql, &params![body(), school, action, minute])?;
        }
    }
    run(
        tx,
        "INSERT INTO tariff (id, body_id, code, first_day, net, vat) VALUES ($1, $2, 'ordinaria', '2026-09-01', '5.95', '4')",
        &params![domain::TariffId::from_parts(1, bytes(1)), body()],
    )?;
    let scope = if plan.scope == WalletScope::Child {
        "child"
    } else {
        "family"
    };
    for number in 1..=3 {
        let sql = "INSERT INTO wallet (id, body_id, scope) VALUES ($1, $2, $3)";
        run(tx, sql, &params![wallet(number), body(), scope])?;
    }
    for number in 1..=3 {
        let sql = "INSERT INTO person (id, body_id, fiscal_code, first_name, surname) VALUES ($1, $2, $3, 'Nora', 'Belli')";
        run(tx, sql, &params![person(number), body(), format!("P{number}")])?;
    }
    let brothers = if plan.scope == WalletScope::Child { 2 } else { 1 };
    for (number, (child, name, born, pays, school, days)) in (1_u8..).zip([
        (ada(), "Ada", "2016-03-01", 1, one, 31),
        (bruno(), "Bruno", "2019-05-01", brothers, two, 27),
        (carla(), "Carla", "2017-01-01", 3, one, 31),
    ]) {
        let sql = "INSERT INTO child (id, body_id, fiscal_code, first_name, surname, born_on, wallet_id) \
            VALUES ($1, $2, $3, $4, 'Belli', $5, $6)";
        run(
            tx,
            sql,
            &params![child, body(), format!("C{number}"), name, born, wallet(pays)],
        )?;
        let sql = "INSERT INTO badge (body_id, code, child_id) VALUES ($1, $2, $3)";
        run(tx, sql, &params![body(), format!("10042{number}"), child])?;
        let class = class(if school == one { 1 } else { 2 });
        let sql = "INSERT INTO enrolment (id, body_id, child_id, year_name, school_id, class_id, first_day, last_day, \
            use_days, tariff_code) VALUES ($1, $2, $3, '2026/2027', $4, $5, '2026-09-14', '2027-06-08', $6, 'ordinaria')";
        let id = domain::EnrolmentId::from_parts(1, bytes(number));
        run(tx, sql, &params![id, body(), child, school, class, days])?;
    }
    for (person, child, may) in [(1, ada(), 1), (1, bruno(), 1), (2, carla(), 1), (3, ada(), 0)] {
        let sql = "INSERT INTO bond (person_id, child_id, body_id, kind, may_see, may_cancel, may_pay, may_documents, \
            granted_by) VALUES ($1, $2, $3, 'guardian', 1, $4, $4, $4, 'test')";
        run(tx, sql, &params![self::person(person), child, body(), may])?;
    }
    for (number, token) in (1_u8..).zip([PARENT, OTHER, AUNT]) {
        let sql = "INSERT INTO session (id, body_id, person_id, kind, client, access_hash, access_expires_at, created_at, \
            last_used_at, ends_at) VALUES ($1, $2, $3, 'full', 'app', $4, $5, $6, $6, $5)";
        let id = domain::SessionId::from_parts(1, bytes(number));
        let hash = TokenHash::of(token).as_str().to_owned();
        run(
            tx,
            sql,
            &params![
                id,
                body(),
                person(number),
                hash,
                at("2028-01-01T00:00:00Z"),
                at(plan.created_at)
            ],
        )?;
    }
    Ok(())
}

impl Stage {
    fn new(target: &Target, plan: Plan, folder: tempfile::TempDir) -> Self {
        let store = Store::open(target, &few()).unwrap();
        let config = format!(
            "public_url = \"http://localhost:1\"\ndatabase = \"sqlite:{0}/x.db\"\nsigning_key_file = \"{0}/key\"\n",
            folder.path().display()
        );
        let clock = Arc::new(HandClock(Mutex::new(at(MORNING))));
        let app = App {
            store: store.clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            chance: Arc::new(Counting(AtomicU64::new(1))),
            signer: Arc::new(SigningKey::from_bytes(&[7; 32])),
            settings: Arc::new(Settings::parse(&config, &BTreeMap::new()).unwrap()),
            passwords: Passwords::new(Hasher::quick().unwrap(), 1).unwrap(),
            gateways: crate::topups::Gateways::default(),
            logins: crate::logins::Logins::default(),
        };
        std::thread::spawn(move || store.write_blocking(move |tx| scene(tx, plan)).unwrap())
            .join()
            .unwrap();
        Self {
            app,
            clock,
            keys: AtomicU64::new(1),
            _folder: folder,
        }
    }

    pub(crate) fn set(&self, now: &str) {
        *self.clock.0.lock().unwrap() = at(now);
    }

    pub(crate) fn key(&self) -> IdempotencyKey {
        IdempotencyKey::from_parts(self.keys.fetch_add(1, Ordering::Relaxed), [9; 10])
    }

    /// Calls an operation through the router; an error with its status.
    pub(crate) async fn ask<E: Endpoint>(
        &self,
        who: &str,
        endpoint: E,
        query: E::Query,
        request: E::Request,
    ) -> Result<E::Response, (u16, ErrorBody)> {
        self.ask_with::<E>(who, &endpoint, &query, &request, self.key())
            .await
    }

    pub(crate) async fn ask_with<E: Endpoint>(
        &self,
        who: &str,
        endpoint: &E,
        query: &E::Query,
        request: &E::Request,
        key: IdempotencyKey,
    ) -> Result<E::Response, (u16, ErrorBody)> {
        let call = Call::new(endpoint, query, request, Some(key)).unwrap();
        let http = Request::builder()
            .method(call.method.as_str())
            .uri(&call.path)
            .header("authorization", format!("Bearer {who}"))
            .header(api::IDEMPOTENCY_KEY, key.to_string())
            .header("content-type", "application/json")
            .body(
                call.body
                    .map_or_else(Body::empty, |body| Body::from(body.to_string())),
            )
            .unwrap();
        let response = router(self.app.clone()).oneshot(http).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(serde_json::Value::Null);
        Reply { status, body }
            .read::<E>()
            .map_err(|error| (status, error))
    }

    /// Changes the scene behind the portal's back.
    pub(crate) async fn sql(&self, sql: &'static str, params: Vec<Value>) {
        self.app
            .store
            .write(move |tx| tx.execute(sql, &params))
            .await
            .unwrap();
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        self.app
            .store
            .read(move |tx| tx.query_one(sql, &[])?.int("n"))
            .await
            .unwrap()
    }

    /// Who was charged a meal on which day.
    pub(crate) async fn charged(&self) -> BTreeSet<(ChildId, ServiceDay)> {
        let read = |tx: &mut dyn Tx| {
            let rows = tx.query("SELECT child_id, day FROM posting WHERE kind = 'meal'", &[])?;
            rows.iter()
                .map(|row| Ok::<_, StorageError>((row.parsed("child_id")?, row.parsed("day")?)))
                .collect()
        };
        self.app.store.read(read).await.unwrap()
    }

    pub(crate) async fn charge(&self) -> Summary {
        charging::run_due(&self.app).await.unwrap()
    }

    pub(crate) async fn balance(&self, id: WalletId) -> i64 {
        self.app
            .store
            .read(move |tx| ledger::balance(tx, body(), id))
            .await
            .unwrap()
            .get()
    }

    pub(crate) async fn credit(&self, id: WalletId, cents: i64, receipt: &'static str) -> ledger::Posted {
        let posting = PostingId::from_parts(self.keys.fetch_add(1, Ordering::Relaxed), [8; 10]);
        let post = move |tx: &mut dyn Tx| {
            let entry = ledger::Entry {
                id: posting,
                body: body(),
                wallet: id,
                child: None,
                kind: PostingKind::TopUp,
                amount: Cents::new(cents),
                cause: Cause::Receipt {
                    receipt_id: receipt,
                    line: 0,
                },
                day: day("2026-11-23"),
                at: at(MORNING),
                note: None,
            };
            ledger::post(tx, &entry)
        };
        self.app.store.write(post).await.unwrap()
    }

    pub(crate) async fn verify(&self) -> verify::Report {
        self.app.store.read(verify::check).await.unwrap()
    }
}
