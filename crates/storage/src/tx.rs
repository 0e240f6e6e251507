//! The thin trait over the two drivers that every noun's functions take.

use crate::{Row, StorageError, Value};

/// A transaction: what an operation's closure works on.
///
/// After a statement has failed the transaction is lost, on both engines: every later statement answers the
/// same error, and the operation is rolled back whatever the closure answers. For "insert once" use
/// `ON CONFLICT DO NOTHING` and look at the count.
pub trait Tx {
    /// Runs a statement that answers no rows; returns how many rows it changed.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StorageError>;

    /// Runs a statement that answers rows (`SELECT`, or anything with `RETURNING`).
    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StorageError>;

    /// Checks that the engine takes a statement and answers columns of our two types, without running it.
    fn prepare(&mut self, sql: &str) -> Result<(), StorageError>;

    /// The first row, if any.
    fn query_opt(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, StorageError> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// The first row; [`StorageError::NoRow`] where there is none.
    fn query_one(&mut self, sql: &str, params: &[Value]) -> Result<Row, StorageError> {
        self.query_opt(sql, params)?
            .ok_or_else(|| StorageError::NoRow { sql: sql.to_owned() })
    }
}

/// Watches an engine's transaction and remembers its first failed statement.
pub(crate) struct Watched<'a> {
    engine: &'a mut dyn Tx,
    failure: Option<StorageError>,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(engine: &'a mut dyn Tx) -> Self {
        Self {
            engine,
            failure: None,
        }
    }

    pub(crate) fn into_failure(self) -> Option<StorageError> {
        self.failure
    }

    fn run<T>(
        &mut self,
        statement: impl FnOnce(&mut dyn Tx) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        statement(self.engine).inspect_err(|error| self.failure = Some(error.clone()))
    }
}

impl Tx for Watched<'_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StorageError> {
        self.run(|engine| engine.execute(sql, params))
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StorageError> {
        self.run(|engine| engine.query(sql, params))
    }

    fn prepare(&mut self, sql: &str) -> Result<(), StorageError> {
        self.run(|engine| engine.prepare(sql))
    }
}
