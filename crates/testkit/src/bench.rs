//! A portal on a bench: everything real but clock, chance and the work of the password hash.

use crate::{Actor, FixedClock, Means, Role, SeededChance, town::Town};
use api::{
    invitations::{InvitationKeysRequest, InvitationView},
    sessions::Secret,
};
use chrono::TimeDelta;
use domain::{Instant, SessionId};
use ed25519_dalek::SigningKey;
use identity::{Hasher, Token};
use portal::{App, Chance as _, clock::fresh, config::Settings, passwords::Passwords, router::Router};
use std::{
    collections::BTreeMap,
    env,
    path::Path,
    process::{self, Command},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use storage::{
    Options, StorageError, Store, Target,
    sessions::{self, Client, Session},
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// When every bench starts: a Monday of November, 08:41 in Rome.
pub const START: &str = "2026-11-23T07:41:00Z";

/// A portal with two bodies and their families, gone when it is dropped.
pub struct Bench {
    /// The portal.
    pub app: App,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    /// Its chance.
    pub chance: Arc<SeededChance>,
    /// Its router, whole.
    pub router: Router,
    /// Who lives there.
    pub town: Town,
    folder: TempDir,
}

impl Bench {
    /// On SQLite, at [`START`].
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// On SQLite, with other settings. `edit` gets the configuration's TOML.
    pub async fn with(edit: impl FnOnce(&mut String)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the bench");
        let file = folder.path().join("portal.db");
        let town = settled(&file).await;
        Self::on(Target::Sqlite(file), folder, Some(town), edit).await
    }

    /// On SQLite in a folder that is kept in memory, where the machine has one: for tests of very many transactions.
    pub async fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
        let folder = folder.expect("a folder for the bench");
        let file = folder.path().join("portal.db");
        let town = settled(&file).await;
        Self::on(Target::Sqlite(file), folder, Some(town), |_| ()).await
    }

    /// On PostgreSQL, where `REFETTORIO_TEST_POSTGRES` names a server.
    pub async fn on_postgres() -> Option<Self> {
        let server = env::var("REFETTORIO_TEST_POSTGRES").ok()?;
        let folder = tempfile::tempdir().expect("a folder for the bench");
        Some(Self::on(postgres(&server), folder, None, |_| ()).await)
    }

    /// On SQLite, and on PostgreSQL where `REFETTORIO_TEST_POSTGRES` names a server.
    pub async fn each() -> Vec<Self> {
        Self::each_with(|_| ()).await
    }

    /// The same, with other settings.
    pub async fn each_with(edit: impl Fn(&mut String)) -> Vec<Self> {
        let mut benches = vec![Self::with(&edit).await];
        match env::var("REFETTORIO_TEST_POSTGRES") {
            Ok(server) => {
                let folder = tempfile::tempdir().expect("a folder for the bench");
                benches.push(Self::on(postgres(&server), folder, None, &edit).await);
            }
            Err(_) => said_once("SKIPPED ON POSTGRESQL: REFETTORIO_TEST_POSTGRES names no server"),
        }
        benches
    }

    async fn on(target: Target, folder: TempDir, town: Option<Town>, edit: impl FnOnce(&mut String)) -> Self {
        let store = Store::open(&target, &Options::default()).expect("the bench's database opens");
        let clock = Arc::new(FixedClock::new(START.parse().expect("an instant")));
        let chance = Arc::new(SeededChance::new(7));
        let mut toml = format!(
            "public_url = 'http://127.0.0.1:8080'\nlisten = '127.0.0.1:0'\ndatabase = 'sqlite:{0}/portal.db'\n\
             signing_key_file = '{0}/signing.key'\n",
            folder.path().display()
        );
        edit(&mut toml);
        let settings = Settings::parse(&toml, &BTreeMap::new()).expect("the bench's configuration");
        let hasher = Hasher::quick().expect("a quick hasher");
        let logins = portal::logins::Logins::new(&settings).expect("the bench's providers");
        let app = App {
            store,
            clock: clock.clone(),
            chance: chance.clone(),
            signer: Arc::new(SigningKey::from_bytes(&[7; 32])),
            settings: Arc::new(settings),
            passwords: Passwords::new(hasher, 4).expect("a quick hasher"),
            gateways: portal::topups::Gateways::default(),
            logins,
        };
        let town = match town {
            Some(town) => town,
            None => Town::settle(&app.store).await.expect("the town settles"),
        };
        let router = portal::router(app.clone());
        Self {
            app,
            clock,
            chance,
            router,
            town,
            folder,
        }
    }

    /// The instant it is.
    pub fn now(&self) -> Instant {
        self.app.now()
    }

    /// Sets the clock: `bench.set("2026-11-23T08:30:00Z")`.
    pub fn set(&self, at: &str) {
        self.clock
            .set(at.parse().expect("an instant such as 2026-11-23T08:30:00Z"));
    }

    /// The bench's own folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An actor with an open session of its own. The session was not opened by a password: other adults than the
    /// payer have none.
    pub async fn actor<R: Role>(&self, means: Means) -> Actor {
        let Some(who) = R::who(&self.town) else {
            return Actor::new(R::NAME, self, means, None, None);
        };
        let now = self.now();
        let mut random = [0; 32];
        self.chance.bytes(&mut random);
        let token = Token::from_random(random);
        let session = Session {
            id: fresh(&*self.chance, now, SessionId::from_parts),
            body: who.body,
            person: who.person,
            kind: who.kind,
            client: match means {
                Means::App => Client::App,
                Means::Browser => Client::Browser,
            },
            access_expires_at: now + TimeDelta::days(30),
            last_used_at: now,
            ends_at: now + TimeDelta::days(180),
            confirmed_at: Some(now),
        };
        let id = session.id;
        let hash = token.hash();
        let opened = self
            .app
            .store
            .write(move |tx| sessions::open(tx, &session, hash.as_str()));
        opened.await.expect("a session opens");
        Actor::new(R::NAME, self, means, Some(token.reveal().to_owned()), Some(id))
    }

    /// Runs a statement of a test's own, such as a bond that ends.
    pub async fn sql(&self, statement: &str) {
        let statement = statement.to_owned();
        let done = self
            .app
            .store
            .write(move |tx| tx.execute(&statement, &[]).map(|_| ()));
        done.await.expect("the statement runs");
    }

    /// The link's token of an invitation, from the mail that waits, and the code that its maker was told.
    pub async fn keys_of(&self, invitation: &InvitationView) -> InvitationKeysRequest {
        let sql = "select content from outbox where state = 'waiting' and cause like $1 order by cause desc limit 1";
        let cause = format!("invitation/{}/%", invitation.id);
        let read = self.app.store.read(move |tx| {
            let row = tx.query_one(sql, &storage::params![cause.as_str()])?;
            Ok::<_, StorageError>(row.text("content")?.to_owned())
        });
        let content = read.await.expect("the invitation's mail waits");
        let (_, rest) = content.split_once("/invito/").expect("the mail holds a link");
        let token = rest.split('"').next().unwrap_or_default().to_owned();
        InvitationKeysRequest {
            token: Secret(token),
            code: invitation.code.clone().expect("the answer holds the code"),
        }
    }

    /// One number that a query answers in a column named `n`.
    pub async fn number(&self, query: &str) -> i64 {
        let query = query.to_owned();
        let read = self.app.store.read(move |tx| tx.query_one(&query, &[])?.int("n"));
        read.await
            .map_err(|error: StorageError| error)
            .expect("the query answers a number")
    }
}

/// Copies a database in which the town has settled; it settles once a program.
async fn settled(file: &Path) -> Town {
    static TOWN: OnceCell<(TempDir, Town)> = OnceCell::const_new();
    let (folder, town) = TOWN
        .get_or_init(async || {
            let folder = tempfile::tempdir().expect("a folder for the town");
            let target = Target::Sqlite(folder.path().join("town.db"));
            let store = Store::open(&target, &Options::default()).expect("the town's database opens");
            let town = Town::settle(&store).await.expect("the town settles");
            store.close().await;
            (folder, town)
        })
        .await;
    std::fs::copy(folder.path().join("town.db"), file).expect("the town is copied");
    // The last connection to close empties the log into the file; where two close at once, none is the last.
    let log = folder.path().join("town.db-wal");
    if log.exists() {
        let mut name = file.as_os_str().to_owned();
        name.push("-wal");
        std::fs::copy(log, name).expect("the town's log is copied");
    }
    town.clone()
}

/// A database of its own on the test server, made by its own command so that no driver is needed here.
fn postgres(server: &str) -> Target {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "bench_{}_{}",
        process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    let done = Command::new("psql")
        .args(["-q", "-d", &with_database(server, "postgres"), "-c", &create])
        .status()
        .expect("psql, which comes with the PostgreSQL server, makes the bench's database");
    assert!(done.success(), "psql could not make the database {name}");
    Target::parse(&with_database(server, &name)).expect("a PostgreSQL address")
}

/// The last of two names in a URL holds.
fn with_database(server: &str, name: &str) -> String {
    format!(
        "{server}{}dbname={name}",
        if server.contains('?') { '&' } else { '?' }
    )
}

#[expect(
    clippy::print_stderr,
    reason = "a test that runs on one engine only has to say so"
)]
fn said_once(words: &str) {
    static SAID: std::sync::Once = std::sync::Once::new();
    SAID.call_once(|| eprintln!("{words}"));
}
