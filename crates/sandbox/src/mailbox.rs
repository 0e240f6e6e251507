//! The post: a mail server that delivers to nobody, and a gateway that sends no SMS. What they took can be read.
//!
//! | path | what it is |
//! |---|---|
//! | `/posta` | the page with the mail and the texts that came |
//! | `/posta/{number}` | one mail as it would be seen |
//! | `GET /sandbox/mailbox` | the mail as JSON, oldest first; `?to=` for one address |
//! | `POST /sandbox/sms`, `GET /sandbox/sms` | the gateway, and what it took |
//! | `PUT /sandbox/mailbox/faults` | what goes wrong from now on ([`Faults`]) |
//!
//! The mail server speaks SMTP (RFC 5321) without TLS on a port of its own, on this machine only.

mod page;
mod smtp;
mod texts;

use crate::clock::Clock;
use axum::{
    Json, Router,
    extract::{Query, State},
    routing::{get, post, put},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(crate) use smtp::serve;

/// A mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// When.
    pub at: DateTime<Utc>,
    /// `Message-ID`, without brackets.
    pub id: String,
    /// Envelope: from whom.
    pub from: String,
    /// Envelope: to whom.
    pub to: Vec<String>,
    /// Decoded.
    pub subject: String,
    /// The plain text, decoded.
    pub plain: String,
    /// The page, decoded.
    pub html: String,
    /// Everything as it came over the line.
    pub raw: String,
}

/// A text that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sms {
    /// When.
    pub at: DateTime<Utc>,
    /// The sender's own number for it, by which a repetition is told.
    pub id: String,
    /// To whom.
    pub to: String,
    /// What.
    pub text: String,
}

/// What goes wrong: of so many attempts each first is refused. 0 is never, 1 always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every so many mails: "come back later" (451).
    pub mail_later: u32,
    /// Every so many mails: "no such mailbox" (550).
    pub mail_never: u32,
    /// Every so many texts: 503.
    pub sms_later: u32,
    /// Every so many texts: taken, and the connection closed without an answer's worth (502).
    pub sms_unsaid: u32,
}

#[derive(Debug, Default)]
struct Kept {
    mails: Vec<Mail>,
    texts: Vec<Sms>,
    repeated: usize,
    faults: Faults,
    mail_attempts: u32,
    sms_attempts: u32,
}

/// The post.
#[derive(Debug)]
pub struct Mailbox {
    clock: Clock,
    smtp: SocketAddr,
    kept: Mutex<Kept>,
}

impl Mailbox {
    pub(crate) fn new(smtp: SocketAddr, starts_at: Option<DateTime<Utc>>) -> Self {
        Self {
            clock: Clock::new(starts_at),
            smtp,
            kept: Mutex::default(),
        }
    }

    /// Where mail is taken.
    pub fn smtp(&self) -> SocketAddr {
        self.smtp
    }

    /// The mail that came, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.kept().mails.clone()
    }

    /// The texts that came, oldest first; each once however often it was sent.
    pub fn texts(&self) -> Vec<Sms> {
        self.kept().texts.clone()
    }

    /// How many texts came again and were taken for what they are.
    pub fn repeated(&self) -> usize {
        self.kept().repeated
    }

    /// Changes what goes wrong.
    pub fn set_faults(&self, faults: Faults) {
        self.kept().faults = faults;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the turn of a fault has come: each `every`th attempt, beginning with the first.
fn is_turn(attempt: u32, every: u32) -> bool {
    every != 0 && attempt.is_multiple_of(every)
}

#[derive(Debug, Deserialize)]
struct Filter {
    to: Option<String>,
}

async fn mails(State(mailbox): State<Arc<Mailbox>>, Query(filter): Query<Filter>) -> Json<Vec<Mail>> {
    let mut mails = mailbox.mails();
    if let Some(to) = filter.to {
        mails.retain(|mail| mail.to.contains(&to));
    }
    Json(mails)
}

async fn set_faults(State(mailbox): State<Arc<Mailbox>>, Json(faults): Json<Faults>) -> Json<Faults> {
    mailbox.set_faults(faults);
    Json(faults)
}

/// The post's paths.
pub(crate) fn router(mailbox: Arc<Mailbox>) -> Router {
    Router::new()
        .route("/posta", get(page::list))
        .route("/posta/{number}", get(page::one))
        .route("/sandbox/mailbox", get(mails))
        .route("/sandbox/mailbox/faults", put(set_faults))
        .route("/sandbox/sms", post(texts::take).get(texts::list))
        .with_state(mailbox)
}
