//! What can go wrong between an operation and its disk. No variant carries a stored value: texts name
//! statements, columns and constraints only, so they may be logged.

/// Why an operation was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The text does not name a database.
    #[error("not a database address: {0} (expected sqlite:PATH or postgres://…)")]
    Target(String),
    /// The database cannot be opened or reached.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The schema could not be brought up to date.
    #[error("migration failed: {0}")]
    Migration(String),
    /// No place in the queue, or no lock, within the time limit. Nothing was done.
    #[error("the database is busy")]
    Busy,
    /// The store was closed. Nothing was done.
    #[error("the database is closed")]
    Closed,
    /// Other transactions got in the way again and again. Nothing was done.
    #[error("gave up after {attempts} attempts that collided with other transactions")]
    Conflict {
        /// How often the operation was tried.
        attempts: u32,
    },
    /// A unique constraint refused the row.
    #[error("already there: {constraint}")]
    Unique {
        /// As the engine names it: SQLite `posting.wallet, posting.cause` (its columns) or `index 'name'`,
        /// PostgreSQL the constraint's name.
        constraint: String,
    },
    /// Another constraint (foreign key, check, not null) refused the row.
    #[error("refused by a constraint: {0}")]
    Constraint(String),
    /// A query that must find one row found none.
    #[error("no row: {sql}")]
    NoRow {
        /// The statement.
        sql: String,
    },
    /// A column is absent, or not of the type that was asked for.
    #[error("column {name}: {problem}")]
    Column {
        /// The name that was asked for.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The engine refused a statement.
    #[error("{detail} in: {sql}")]
    Statement {
        /// The statement, without its values.
        sql: String,
        /// The engine's words.
        detail: String,
    },
    /// The connection broke before the commit. Nothing was done.
    #[error("the connection to the database broke: {0}")]
    Disconnected(String),
    /// The commit failed, nothing was done.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// The connection broke during the commit: the operation may have been done or not. Ask again with
    /// the same idempotency key.
    #[error("the connection broke during the commit, its outcome is unknown: {0}")]
    OutcomeUnknown(String),
    /// The operation panicked and was rolled back.
    #[error("the operation panicked: {0}")]
    Panicked(String),
}

impl StorageError {
    /// Whether a unique constraint refused the row.
    pub fn is_unique(&self) -> bool {
        matches!(self, Self::Unique { .. })
    }

    /// Whether the same operation may succeed a little later (503 rather than 500).
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::Closed | Self::Conflict { .. } | Self::Disconnected(_) | Self::Unavailable(_)
        )
    }
}
