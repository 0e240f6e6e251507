//! What the carriers over HTTP have in common: a client that is patient but not forever, the head of an answer, and how
//! long a service wants to be left alone.

use crate::carrier::CarryError;
use chrono::{DateTime, TimeDelta};
use domain::Instant;
use reqwest::{Client, ClientBuilder, Response, header, redirect};
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(15);
/// A connection that rested longer may be dead without anybody having said so.
const REST: Duration = Duration::from_secs(50);
/// More of an answer is not read.
const MOST: usize = 65_536;
/// Whoever asks for a longer pause is asked again all the same.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);

/// A client as every carrier has it.
pub(crate) fn client(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Client, reqwest::Error> {
    change(
        Client::builder()
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .pool_idle_timeout(REST)
            .redirect(redirect::Policy::none()),
    )
    .build()
}

/// `Retry-After`, in seconds or as a date.
pub(crate) fn retry_after(answer: &Response, now: Instant) -> Option<TimeDelta> {
    wait(answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?, now)
}

fn wait(text: &str, now: Instant) -> Option<TimeDelta> {
    let wait = match text.trim().parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(i64::from(seconds)),
        Err(_) => DateTime::parse_from_rfc2822(text.trim()).ok()?.to_utc() - now,
    };
    Some(wait.clamp(TimeDelta::zero(), LONGEST_WAIT))
}

/// Busy: until then where it said when, otherwise as the back-off says.
pub(crate) fn busy(wait: Option<TimeDelta>, problem: String) -> CarryError {
    match wait {
        Some(wait) => CarryError::NotBefore { problem, wait },
        None => CarryError::Later(problem),
    }
}

/// It was not reached, or did not answer in time.
pub(crate) fn unreached(error: &reqwest::Error, who: &str) -> CarryError {
    CarryError::Later(if error.is_timeout() {
        format!("{who} does not answer")
    } else {
        format!("{who} cannot be reached")
    })
}

/// The beginning of an answer; nothing where it breaks off.
pub(crate) async fn content(mut answer: Response) -> Vec<u8> {
    let mut read = Vec::new();
    while let Ok(Some(more)) = answer.chunk().await {
        read.extend_from_slice(&more);
        if read.len() > MOST {
            break;
        }
    }
    read.truncate(MOST);
    read
}

/// A header that is in no log.
pub(crate) fn secret(text: &str) -> Result<header::HeaderValue, CarryError> {
    let mut value = header::HeaderValue::from_str(text)
        .map_err(|_| CarryError::Never("the key is not one line".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A key or token that a service names, as a word for the office: nothing that was sent can be in it.
pub(crate) fn word(text: &str) -> String {
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
    text.chars().filter(plain).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_read_in_seconds_and_as_a_date_and_has_an_end() {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        assert_eq!(wait("120", now), Some(TimeDelta::seconds(120)));
        assert_eq!(
            wait("Mon, 23 Nov 2026 08:05:00 GMT", now),
            Some(TimeDelta::minutes(5))
        );
        assert_eq!(
            wait("Mon, 23 Nov 2026 07:00:00 GMT", now),
            Some(TimeDelta::zero())
        );
        assert_eq!(wait("999999999", now), Some(LONGEST_WAIT));
        assert_eq!(wait("soon", now), None);
    }

    #[test]
    fn a_word_of_a_service_cannot_carry_what_was_sent() {
        assert_eq!(word("BadDeviceToken"), "BadDeviceToken");
        assert_eq!(word("anna@example.it <b>"), "annaexampleitb");
        assert_eq!(word(&"x".repeat(200)).len(), 40);
    }
}
