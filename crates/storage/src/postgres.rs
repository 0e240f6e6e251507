//! PostgreSQL: threads with a connection each, one serialisable transaction an operation.

use crate::{
    Options, Row, StorageError, Tx, Value, migrations,
    operation::{Ended, Job},
    store::{Counters, Queue, Worker, count},
};
use ::postgres::{
    Client, Config, Error, IsolationLevel, NoTls, Statement, Transaction,
    error::SqlState,
    types::{IsNull, ToSql, Type, to_sql_checked},
};
use bytes::BytesMut;
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
    thread,
    time::Duration,
};

/// Runs of one operation before it is given up.
const ATTEMPTS: u32 = 25;
/// Statements that a connection keeps prepared; past it the cache starts anew.
const STATEMENTS: usize = 1024;
/// The advisory lock under which one process at a time migrates: "refetto" in ASCII.
const MIGRATION_LOCK: i64 = 0x0072_6566_6574_746f;

/// Connects, migrates and answers the threads to start.
pub(crate) fn open(
    url: &str,
    options: &Options,
    writes: &Queue,
    reads: &Queue,
    counters: &Arc<Counters>,
) -> Result<Vec<Worker>, StorageError> {
    let mut config: Config = url
        .parse()
        .map_err(|_| StorageError::Target("postgres".to_owned()))?;
    if config.get_application_name().is_none() {
        config.application_name("refettorio");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(options.patience);
    }
    let mut client = connect(&config, options.patience)?;
    let migrating = |error: &Error| StorageError::Migration(text_of(error));
    // A migration may take longer than a lock in an operation.
    client
        .batch_execute("SET lock_timeout = 0")
        .map_err(|error| migrating(&error))?;
    client
        .query("SELECT pg_advisory_lock($1)", &[&MIGRATION_LOCK])
        .map_err(|error| migrating(&error))?;
    migrations::run_postgres(&mut client)?;
    drop(client);

    let mut workers: Vec<Worker> = Vec::new();
    for (kind, queue, threads) in [
        (Kind::Write, writes, options.write_threads),
        (Kind::Read, reads, options.read_threads),
    ] {
        for number in 0..threads.max(1) {
            let worker = Connection {
                kind,
                config: config.clone(),
                patience: options.patience,
                link: None,
                counters: Arc::clone(counters),
            };
            let queue = queue.clone();
            workers.push((
                format!("postgres-{kind:?}-{number}").to_lowercase(),
                Box::new(move || worker.run(&queue)),
            ));
        }
    }
    Ok(workers)
}

fn connect(config: &Config, patience: Duration) -> Result<Client, StorageError> {
    let unavailable = |error: &Error| StorageError::Unavailable(text_of(error));
    let mut client = config.connect(NoTls).map_err(|error| unavailable(&error))?;
    let row = client
        .query_one("SHOW synchronous_commit", &[])
        .map_err(|error| unavailable(&error))?;
    let mut settings = format!("SET lock_timeout = {}", patience.as_millis());
    if row.get::<_, &str>(0) == "off" {
        // An answered act is on disk, whatever the server's habit is.
        settings.push_str("; SET synchronous_commit = on");
    }
    client
        .batch_execute(&settings)
        .map_err(|error| unavailable(&error))?;
    Ok(client)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Write,
    Read,
}

struct Connection {
    kind: Kind,
    config: Config,
    patience: Duration,
    link: Option<Link>,
    counters: Arc<Counters>,
}

struct Link {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl Connection {
    fn run(mut self, queue: &Queue) {
        while let Ok(mut job) = queue.recv_blocking() {
            if job.abandoned() {
                continue;
            }
            match self.until_settled(&mut *job) {
                Ok(kept) => match self.kind {
                    Kind::Read => count(&self.counters.reads, 1),
                    Kind::Write if kept => {
                        count(&self.counters.commits, 1);
                        count(&self.counters.operations, 1);
                    }
                    Kind::Write => count(&self.counters.undone, 1),
                },
                Err(error) => {
                    tracing::error!(%error, "an operation failed");
                    count(&self.counters.undone, 1);
                    job.fail(error);
                }
            }
            job.answer();
        }
    }

    /// Repeats the operation while it collides with others; whether it was kept.
    fn until_settled(&mut self, job: &mut dyn Job) -> Result<bool, StorageError> {
        for attempt in 1..=ATTEMPTS {
            match self.once(job) {
                Err(StorageError::Conflict { .. }) => pause(attempt),
                // Before the commit nothing is done yet, so that a restart of the server costs no act.
                Err(StorageError::Disconnected(_)) if attempt < 3 => {}
                settled => return settled,
            }
            count(&self.counters.retries, 1);
        }
        Err(StorageError::Conflict { attempts: ATTEMPTS })
    }

    fn once(&mut self, job: &mut dyn Job) -> Result<bool, StorageError> {
        if self.link.as_ref().is_none_or(|link| link.client.is_closed()) {
            self.link = None;
            let client = connect(&self.config, self.patience)?;
            self.link = Some(Link {
                client,
                statements: HashMap::new(),
            });
        }
        let Some(link) = &mut self.link else {
            return Err(StorageError::Disconnected("not connected".to_owned()));
        };
        let outcome = link.transaction(self.kind, job);
        if matches!(
            outcome,
            Err(StorageError::Disconnected(_) | StorageError::OutcomeUnknown(_))
        ) {
            self.link = None;
        }
        outcome
    }
}

impl Link {
    /// One run in one transaction. `Ok(false)` when the closure's own error is the answer.
    fn transaction(&mut self, kind: Kind, job: &mut dyn Job) -> Result<bool, StorageError> {
        if self.statements.len() > STATEMENTS {
            self.statements.clear();
        }
        let transaction = match kind {
            Kind::Write => self
                .client
                .build_transaction()
                .isolation_level(IsolationLevel::Serializable),
            Kind::Read => self
                .client
                .build_transaction()
                .isolation_level(IsolationLevel::RepeatableRead)
                .read_only(true),
        };
        let transaction = transaction.start().map_err(|error| refused(&error, "BEGIN"))?;
        let mut session = Session {
            transaction,
            statements: &mut self.statements,
        };
        let ended = job.run(&mut session);
        let transaction = session.transaction;
        match ended {
            Ended::Keep => {
                transaction
                    .commit()
                    .map(|()| true)
                    .map_err(|error| match refused(&error, "COMMIT") {
                        StorageError::Disconnected(why) => StorageError::OutcomeUnknown(why),
                        StorageError::Statement { detail, .. } => StorageError::Commit(detail),
                        other => other,
                    })
            }
            Ended::Failed(error @ (StorageError::Conflict { .. } | StorageError::Disconnected(_))) => {
                // The rollback's own failure shows at the next use of the connection.
                let _ = transaction.rollback();
                Err(error)
            }
            Ended::Failed(_) | Ended::Undo => {
                let _ = transaction.rollback();
                Ok(false)
            }
        }
    }
}

/// Waits a little, longer with each attempt and never in step with the others.
fn pause(attempt: u32) {
    let most = 1_000 * u64::from(attempt.min(10)).pow(2);
    let random = RandomState::new().hash_one(attempt);
    thread::sleep(Duration::from_micros(100 + random % most));
}

struct Session<'a> {
    transaction: Transaction<'a>,
    statements: &'a mut HashMap<String, Statement>,
}

impl Session<'_> {
    fn prepared(&mut self, sql: &str) -> Result<Statement, StorageError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self
            .transaction
            .prepare(sql)
            .map_err(|error| refused(&error, sql))?;
        for column in statement.columns() {
            if !INTS.contains(column.type_()) && !TEXTS.contains(column.type_()) {
                return Err(StorageError::Column {
                    name: column.name().to_owned(),
                    problem: format!("is of type {}: CAST it to BIGINT or TEXT", column.type_()),
                });
            }
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn sql_params(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Tx for Session<'_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StorageError> {
        let statement = self.prepared(sql)?;
        self.transaction
            .execute(&statement, &sql_params(params))
            .map_err(|error| refused(&error, sql))
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StorageError> {
        let statement = self.prepared(sql)?;
        let rows = self.transaction.query(&statement, &sql_params(params));
        let rows = rows.map_err(|error| refused(&error, sql))?;
        let names: Arc<[String]> = statement
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect();
        let row_of = |row: ::postgres::Row| {
            let values = (0..row.len()).map(|index| value_of(&row, index));
            Ok(Row::new(Arc::clone(&names), values.collect::<Result<_, _>>()?))
        };
        let values: Result<Vec<Row>, Error> = rows.into_iter().map(row_of).collect();
        values.map_err(|error| refused(&error, sql))
    }

    fn prepare(&mut self, sql: &str) -> Result<(), StorageError> {
        self.prepared(sql).map(|_| ())
    }
}

const INTS: [Type; 4] = [Type::INT8, Type::INT4, Type::INT2, Type::BOOL];
const TEXTS: [Type; 4] = [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME];

fn value_of(row: &::postgres::Row, index: usize) -> Result<Value, Error> {
    fn or_null<T: Into<Value>>(value: Option<T>) -> Value {
        value.into()
    }
    let kind = row.columns().get(index).map(::postgres::Column::type_);
    match kind {
        Some(&Type::INT8) => row.try_get::<_, Option<i64>>(index).map(or_null),
        Some(&Type::INT4) => row.try_get::<_, Option<i32>>(index).map(or_null),
        Some(&Type::INT2) => row.try_get::<_, Option<i16>>(index).map(or_null),
        Some(&Type::BOOL) => row.try_get::<_, Option<bool>>(index).map(or_null),
        _ => row.try_get::<_, Option<String>>(index).map(or_null),
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(value), &Type::INT8) => value.to_sql(kind, out),
            (Self::Int(value), &Type::INT4) => i32::try_from(*value)?.to_sql(kind, out),
            (Self::Int(value), &Type::INT2) => i16::try_from(*value)?.to_sql(kind, out),
            (Self::Int(value @ (0 | 1)), &Type::BOOL) => (*value == 1).to_sql(kind, out),
            (Self::Text(value), kind) if TEXTS.contains(kind) => value.to_sql(kind, out),
            (Self::Int(_), kind) => Err(format!("an integer was given where {kind} is wanted").into()),
            (Self::Text(_), kind) => Err(format!("a text was given where {kind} is wanted").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn refused(error: &Error, sql: &str) -> StorageError {
    let Some(refusal) = error.as_db_error() else {
        let broken = error.is_closed() || cause_is_io(error);
        return if broken {
            StorageError::Disconnected(text_of(error))
        } else {
            StorageError::Statement {
                sql: sql.to_owned(),
                detail: text_of(error),
            }
        };
    };
    let code = refusal.code();
    // Not the detail: it repeats the row's values.
    let message = refusal.message().to_owned();
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        StorageError::Conflict { attempts: 1 }
    } else if *code == SqlState::UNIQUE_VIOLATION {
        StorageError::Unique {
            constraint: refusal.constraint().unwrap_or(&message).to_owned(),
        }
    } else if code.code().starts_with("23") {
        StorageError::Constraint(message)
    } else if *code == SqlState::LOCK_NOT_AVAILABLE {
        StorageError::Busy
    } else if code.code().starts_with("08") || code.code().starts_with("57P") {
        StorageError::Disconnected(message)
    } else {
        StorageError::Statement {
            sql: sql.to_owned(),
            detail: format!("{message} ({})", code.code()),
        }
    }
}

fn cause_is_io(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// The driver's words and their causes; a database error without its detail, which repeats values.
fn text_of(error: &Error) -> String {
    if let Some(refusal) = error.as_db_error() {
        return format!("{} ({})", refusal.message(), refusal.code().code());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = inner.source();
    }
    text
}
