//! The two kinds of value that both engines keep the same way, and the rows they come back in.

use crate::StorageError;
use domain::{Cents, Instant, ServiceDay};
use std::{fmt::Display, str::FromStr, sync::Arc};

/// What a parameter or a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A `BIGINT`: counts, cents, microseconds since 1970, 0 and 1.
    Int(i64),
    /// A `TEXT`: words, ids, ISO days.
    Text(String),
}

impl Value {
    /// The text that a domain value shows (`Value::text(badge)`), where there is no `From`.
    pub fn text(shown: impl Display) -> Self {
        Self::Text(shown.to_string())
    }

    /// As [`Value::text`], or null.
    pub fn opt_text(shown: Option<impl Display>) -> Self {
        shown.map_or(Self::Null, Self::text)
    }
}

macro_rules! from_ints {
    ($($int:ty),+) => {$(
        impl From<$int> for Value {
            fn from(value: $int) -> Self {
                Self::Int(value.into())
            }
        }
    )+};
}
from_ints!(i64, i32, i16, u32, u16, u8, bool);

macro_rules! from_shown {
    ($($shown:ty),+ $(,)?) => {$(
        impl From<$shown> for Value {
            fn from(value: $shown) -> Self {
                Self::Text(value.to_string())
            }
        }
    )+};
}
from_shown!(
    &str,
    &String,
    domain::BodyId,
    domain::SchoolId,
    domain::ClassGroupId,
    domain::ChildId,
    domain::PersonId,
    domain::EnrolmentId,
    domain::WalletId,
    domain::PostingId,
    domain::ActId,
    domain::SessionId,
    domain::ContactId,
    domain::RecoveryId,
    domain::LoginId,
    domain::ClosureId,
    domain::InvitationId,
    domain::TariffId,
    domain::NoticeId,
    domain::AttemptId,
    domain::FlowId,
    domain::FeedId,
    domain::OfficeItemId,
    domain::MessageId,
    domain::SubscriptionId,
    domain::IdempotencyKey,
    ServiceDay,
);

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Instant> for Value {
    fn from(value: Instant) -> Self {
        Self::Int(value.timestamp_micros())
    }
}

impl From<Cents> for Value {
    fn from(value: Cents) -> Self {
        Self::Int(value.get())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Makes `[Value; n]` from anything that converts: `tx.execute(SQL, &params![child, day, 3])`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::Value::from($value)),*]
    };
}

/// One row of an answer; columns are asked for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    names: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(names: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { names, values }
    }

    /// The value of a column.
    pub fn value(&self, name: &str) -> Result<&Value, StorageError> {
        let index = self.names.iter().position(|have| have == name);
        index
            .and_then(|index| self.values.get(index))
            .ok_or_else(|| wrong(name, "is not in the answer"))
    }

    /// An integer that is there.
    pub fn int(&self, name: &str) -> Result<i64, StorageError> {
        self.opt_int(name)?.ok_or_else(|| wrong(name, "is null"))
    }

    /// An integer, or null.
    pub fn opt_int(&self, name: &str) -> Result<Option<i64>, StorageError> {
        match self.value(name)? {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(*value)),
            Value::Text(_) => Err(wrong(name, "is a text, not an integer")),
        }
    }

    /// A text that is there.
    pub fn text(&self, name: &str) -> Result<&str, StorageError> {
        self.opt_text(name)?.ok_or_else(|| wrong(name, "is null"))
    }

    /// A text, or null.
    pub fn opt_text(&self, name: &str) -> Result<Option<&str>, StorageError> {
        match self.value(name)? {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            Value::Int(_) => Err(wrong(name, "is an integer, not a text")),
        }
    }

    /// A text that is there and parses: ids, days, codes.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Result<T, StorageError> {
        parse(name, self.text(name)?)
    }

    /// A text that parses, or null.
    pub fn opt_parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, StorageError> {
        self.opt_text(name)?.map(|text| parse(name, text)).transpose()
    }

    /// An integer that is 0 or 1.
    pub fn bool(&self, name: &str) -> Result<bool, StorageError> {
        match self.int(name)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(wrong(name, "is neither 0 nor 1")),
        }
    }

    /// An integer that fits a smaller type (`row.small::<u32>("meals")`).
    pub fn small<T: TryFrom<i64>>(&self, name: &str) -> Result<T, StorageError> {
        T::try_from(self.int(name)?).map_err(|_| wrong(name, "is out of range"))
    }

    /// An amount of money.
    pub fn cents(&self, name: &str) -> Result<Cents, StorageError> {
        self.int(name).map(Cents::new)
    }

    /// An instant that is there.
    pub fn instant(&self, name: &str) -> Result<Instant, StorageError> {
        instant(name, self.int(name)?)
    }

    /// An instant, or null.
    pub fn opt_instant(&self, name: &str) -> Result<Option<Instant>, StorageError> {
        self.opt_int(name)?
            .map(|micros| instant(name, micros))
            .transpose()
    }
}

fn parse<T: FromStr>(name: &str, text: &str) -> Result<T, StorageError> {
    text.parse().map_err(|_| wrong(name, "does not parse"))
}

fn instant(name: &str, micros: i64) -> Result<Instant, StorageError> {
    Instant::from_timestamp_micros(micros).ok_or_else(|| wrong(name, "is not an instant"))
}

fn wrong(name: &str, problem: &str) -> StorageError {
    StorageError::Column {
        name: name.to_owned(),
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let names = ["id", "cents", "note", "sold"].map(String::from);
        Row::new(names.into(), params!["a", 618, None::<String>, true].to_vec())
    }

    #[test]
    fn a_column_is_read_by_name_and_type() {
        assert_eq!(row().text("id"), Ok("a"));
        assert_eq!(row().int("cents"), Ok(618));
        assert_eq!(row().opt_text("note"), Ok(None));
        assert_eq!(row().bool("sold"), Ok(true));
    }

    #[test]
    fn an_absent_or_mistyped_column_is_named() {
        assert_eq!(
            row().int("price").unwrap_err().to_string(),
            "column price: is not in the answer"
        );
        assert_eq!(
            row().int("id").unwrap_err().to_string(),
            "column id: is a text, not an integer"
        );
        assert_eq!(
            row().text("cents").unwrap_err().to_string(),
            "column cents: is an integer, not a text"
        );
        assert_eq!(
            row().text("note").unwrap_err().to_string(),
            "column note: is null"
        );
        assert_eq!(
            row().bool("cents").unwrap_err().to_string(),
            "column cents: is neither 0 nor 1"
        );
        assert_eq!(
            row().parsed::<ServiceDay>("id").unwrap_err().to_string(),
            "column id: does not parse"
        );
        assert_eq!(
            row().small::<u8>("cents").unwrap_err().to_string(),
            "column cents: is out of range"
        );
    }

    #[test]
    fn an_instant_keeps_its_microseconds() {
        let at = Instant::from_timestamp_micros(1_795_422_600_000_001).unwrap();
        let row = Row::new(["at".to_owned()].into(), params![at].to_vec());
        assert_eq!(row.instant("at"), Ok(at));
        assert_eq!(row.opt_instant("at"), Ok(Some(at)));
    }
}
