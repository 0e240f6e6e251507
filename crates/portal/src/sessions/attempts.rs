//! Counting attempts: each is counted before its password is looked at, and taken back where it was right.

use crate::errors::ApiError;
use api::ErrorCode;
use domain::Instant;
use http::StatusCode;
use identity::{
    TokenHash,
    throttle::{self, Record, Subject},
};
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use storage::{
    StorageError, Tx,
    throttle::{self as rows, Attempts},
};

/// Somebody has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts, {seconds} s to wait")]
pub(crate) struct TooMany {
    pub(crate) seconds: i64,
}

impl From<TooMany> for ApiError {
    fn from(error: TooMany) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::TooManyAttempts,
            "Troppi tentativi. Aspetta un poco e riprova; se hai perso la password, chiama l'ufficio.",
        )
        .with("retry_after", error.seconds)
    }
}

/// What is counted, by a hash: neither a badge nor an address lies in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    subject: Subject,
    key: String,
}

impl Counted {
    fn new(subject: Subject, text: &str) -> Self {
        Self {
            subject,
            key: hex::encode(Sha256::digest(text.as_bytes())),
        }
    }

    /// A badge of a body, as typed where it is none.
    pub(crate) fn badge(body: &str, badge: &str) -> Self {
        Self::new(Subject::Badge, &format!("badge/{body}/{badge}"))
    }

    /// A device on which that person has signed in before.
    pub(crate) fn device(token: &TokenHash, person: domain::PersonId) -> Self {
        Self::new(Subject::Device, &format!("device/{token}/{person}"))
    }

    /// An address that asks for codes.
    pub(crate) fn codes(address: IpAddr) -> Self {
        Self::new(Subject::Codes, &format!("codes/{}", network(address)))
    }

    /// An address that begins logins by SPID or CIE.
    pub(crate) fn logins(address: IpAddr) -> Self {
        Self::new(Subject::Logins, &format!("logins/{}", network(address)))
    }

    /// A person who changes the password.
    pub(crate) fn person(person: domain::PersonId) -> Self {
        Self::new(Subject::Badge, &format!("person/{person}"))
    }

    /// An address; of IPv6 the network that one household gets.
    pub(crate) fn address(address: IpAddr) -> Self {
        Self::new(Subject::Address, &format!("address/{}", network(address)))
    }
}

/// An address as it is counted.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Why an attempt was not even counted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CountError {
    #[error(transparent)]
    Wait(#[from] TooMany),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Counts one attempt of each, unless one of them has to wait.
pub(crate) fn count(tx: &mut dyn Tx, all: &[Counted], now: Instant) -> Result<(), CountError> {
    let mut records = Vec::with_capacity(all.len());
    for counted in all {
        let record = rows::find(tx, &counted.key)?.map(|row| Record {
            failures: row.failures,
            last_failure: row.last_failure_at,
            blocked_until: row.blocked_until,
        });
        if let Some(left) = throttle::wait(record.as_ref(), now) {
            let seconds = left.num_milliseconds().div_euclid(1000) + 1;
            return Err(TooMany { seconds }.into());
        }
        records.push(record);
    }
    for (counted, record) in all.iter().zip(records) {
        let Record {
            failures,
            last_failure,
            blocked_until,
        } = throttle::counted(record.as_ref(), counted.subject, now);
        rows::save(
            tx,
            &counted.key,
            &Attempts {
                failures,
                last_failure_at: last_failure,
                blocked_until,
            },
        )?;
    }
    Ok(())
}

/// Takes the attempt back where one of several persons was right: what was tried stays counted, since it was tried with the
/// others' passwords, too.
pub(crate) fn take_back_one(tx: &mut dyn Tx, all: &[Counted]) -> Result<(), StorageError> {
    for counted in all {
        rows::take_back(tx, &counted.key)?;
    }
    Ok(())
}

/// Takes an attempt back: it was right. A badge is forgotten whole; of an address only this attempt.
pub(crate) fn take_back(tx: &mut dyn Tx, all: &[Counted]) -> Result<(), StorageError> {
    for counted in all {
        match counted.subject {
            Subject::Badge | Subject::Device => rows::forget(tx, &counted.key)?,
            Subject::Address | Subject::Codes | Subject::Logins => rows::take_back(tx, &counted.key)?,
        }
    }
    Ok(())
}
