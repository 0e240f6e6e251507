//! A debt position: what was asked, and what became of it.

mod answer;
mod model;

pub(super) use model::{OptionModel, PositionModel, TransferModel};

use super::payments::Channel;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Where a position stands. `PARTIALLY_PAID` does not occur: the stand-in takes one instalment only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Draft,
    Published,
    Valid,
    Invalid,
    Expired,
    Paid,
    Reported,
}

#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub at: DateTime<Utc>,
    pub receipt_id: String,
    pub channel: Channel,
    /// The flow that reported it, and when.
    pub flow: Option<(String, DateTime<Utc>)>,
}

#[derive(Debug, Clone)]
pub(super) struct Position {
    pub body: String,
    pub asked: PositionModel,
    pub nav: String,
    pub due: DateTime<Utc>,
    valid_from: Option<DateTime<Utc>>,
    status: Status,
    inserted: DateTime<Utc>,
    published: Option<DateTime<Utc>>,
    updated: DateTime<Utc>,
    pub payment: Option<Payment>,
    /// Cents that the platform added (SEND).
    pub notification_fee: i64,
    /// While somebody is paying it elsewhere.
    pub locked_until: Option<DateTime<Utc>>,
    /// A copy of what a body's own station said; GPD knows nothing of it.
    pub own_station: bool,
}

impl Position {
    /// Checks a request as GPD v1 does; the error is the detail of a 400.
    pub(super) fn new(
        body: &str,
        asked: PositionModel,
        publish: bool,
        now: DateTime<Utc>,
    ) -> Result<Self, String> {
        let checked = asked.check(now)?;
        let mut position = Self {
            body: body.to_owned(),
            nav: checked.nav,
            asked,
            due: checked.due,
            valid_from: checked.valid_from,
            status: Status::Draft,
            inserted: now,
            published: None,
            updated: now,
            payment: None,
            notification_fee: 0,
            locked_until: None,
            own_station: false,
        };
        if publish {
            position.open(now);
        }
        Ok(position)
    }

    /// What a body's own station said about a notice.
    pub(super) fn of_station(body: &str, said: PositionModel, now: DateTime<Utc>) -> Result<Self, String> {
        let mut position = Self::new(body, said, true, now)?;
        position.own_station = true;
        Ok(position)
    }

    fn open(&mut self, now: DateTime<Utc>) {
        self.status = match self.valid_from {
            Some(_) => Status::Published,
            None => Status::Valid,
        };
        (self.published, self.updated) = (Some(now), now);
    }

    pub(super) fn option(&self) -> Option<&OptionModel> {
        self.asked.payment_option.first()
    }

    pub(super) fn iuv(&self) -> &str {
        self.option().map_or("", |option| &option.iuv)
    }

    /// What has to be paid, in cents, notification fee included.
    pub(super) fn amount(&self) -> i64 {
        self.option().map_or(0, |option| option.amount) + self.notification_fee
    }

    pub(super) fn description(&self) -> &str {
        self.option().map_or("", |option| &option.description)
    }

    pub(super) fn status(&self, now: DateTime<Utc>) -> Status {
        match self.status {
            Status::Published if self.valid_from.is_some_and(|from| from <= now) => self.valid(now),
            Status::Valid => self.valid(now),
            status => status,
        }
    }

    fn valid(&self, now: DateTime<Utc>) -> Status {
        if self.asked.switch_to_expired && self.due < now {
            Status::Expired
        } else {
            Status::Valid
        }
    }

    /// Whether the Node would let somebody pay it now.
    pub(super) fn is_payable(&self, now: DateTime<Utc>) -> bool {
        self.status(now) == Status::Valid && !self.is_locked(now)
    }

    pub(super) fn is_locked(&self, now: DateTime<Utc>) -> bool {
        self.locked_until.is_some_and(|until| until > now)
    }

    /// The state in which it cannot be invalidated is the error.
    pub(super) fn invalidate(&mut self, now: DateTime<Utc>) -> Result<(), Status> {
        match self.status(now) {
            Status::Published | Status::Valid => {
                (self.status, self.updated) = (Status::Invalid, now);
                Ok(())
            }
            status => Err(status),
        }
    }

    /// Only a draft whose dates have not passed can be published.
    pub(super) fn publish(&mut self, now: DateTime<Utc>) -> Result<(), Status> {
        let in_time = self.due >= now && self.valid_from.is_none_or(|from| from > now);
        if self.status == Status::Draft && in_time {
            self.open(now);
            return Ok(());
        }
        Err(self.status(now))
    }

    /// Whether it may be changed: not after a payment, not after it was made unpayable.
    pub(super) fn is_changeable(&self, now: DateTime<Utc>) -> bool {
        matches!(
            self.status(now),
            Status::Draft | Status::Published | Status::Valid | Status::Expired
        )
    }

    /// Takes what was asked instead of what stood there. The account stays as it was at the creation.
    pub(super) fn change(&mut self, mut to: Self, publish: bool, now: DateTime<Utc>) {
        let ibans = self.option().into_iter().flat_map(|o| &o.transfer);
        let ibans: Vec<_> = ibans.map(|t| (t.id_transfer.clone(), t.iban.clone())).collect();
        for transfer in to.asked.payment_option.iter_mut().flat_map(|o| &mut o.transfer) {
            if let Some((_, iban)) = ibans.iter().find(|(id, _)| *id == transfer.id_transfer) {
                transfer.iban.clone_from(iban);
            }
        }
        (self.asked, self.nav, self.due, self.valid_from) = (to.asked, to.nav, to.due, to.valid_from);
        self.updated = now;
        if self.status == Status::Draft {
            if publish {
                self.open(now);
            }
        } else {
            self.open(now);
        }
    }

    pub(super) fn is_paid(&self) -> bool {
        self.payment.is_some()
    }

    pub(super) fn pay(&mut self, payment: Payment) {
        (self.status, self.updated, self.payment) = (Status::Paid, payment.at, Some(payment));
    }

    /// The flow of the bank says that the money has come.
    pub(super) fn report(&mut self, flow: &str, at: DateTime<Utc>) {
        if let Some(payment) = &mut self.payment {
            payment.flow = Some((flow.to_owned(), at));
            (self.status, self.updated) = (Status::Reported, at);
        }
    }
}

pub(super) fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// How long a payment elsewhere locks a notice.
pub(super) fn lock_of(minutes: u16) -> TimeDelta {
    TimeDelta::minutes(i64::from(minutes))
}
