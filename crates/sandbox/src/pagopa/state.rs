//! What the platform remembers, in memory.

use super::{
    carts::Cart, delivery::Held, faults::Faults, faults::ReceiptFault, fdr::Flow, payments::Paid,
    positions::Position, receipts::Push, record::Exchange,
};
use crate::{Options, StartError, clock::Clock};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;
use url::Url;

/// The stand-in platform.
#[derive(Debug)]
pub struct Platform {
    pub(super) key: String,
    pub(super) bodies: Vec<String>,
    /// Bodies with a station of their own.
    pub(super) stations: Vec<String>,
    pub(super) station_url: Option<Url>,
    pub(super) public_url: Url,
    pub(super) retry_every: Duration,
    pub(super) receipt_headers: Vec<(String, String)>,
    pub(super) clock: Clock,
    pub(super) http: reqwest::Client,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) receipt_url: watch::Sender<Option<Url>>,
    /// Receipts on their way.
    pub(super) in_flight: watch::Sender<usize>,
    pub(super) record: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub positions: Vec<Position>,
    pub carts: BTreeMap<String, Cart>,
    pub pushes: Vec<Push>,
    pub faults: Faults,
    /// Every payment that was made, in order.
    pub paid: Vec<Paid>,
    /// Receipts that wait for their time.
    pub held: Vec<Held>,
    /// Published reporting flows, every revision.
    pub flows: Vec<Flow>,
    /// When biz-events was called.
    pub event_calls: Vec<DateTime<Utc>>,
    pub exchanges: Vec<Exchange>,
}

impl State {
    pub(super) fn position(&self, body: &str, nav: &str) -> Option<&Position> {
        self.positions.iter().find(|p| p.body == body && p.nav == nav)
    }

    pub(super) fn position_mut(&mut self, body: &str, nav: &str) -> Option<&mut Position> {
        self.positions.iter_mut().find(|p| p.body == body && p.nav == nav)
    }

    /// The position of a notice, whatever the body. Two bodies with the same number do not meet here.
    pub(super) fn by_notice(&self, nav: &str) -> Option<&Position> {
        self.positions.iter().find(|p| p.nav == nav)
    }
}

impl Platform {
    pub(crate) fn new(
        options: Options,
        own_url: Url,
        stopped: watch::Receiver<bool>,
    ) -> Result<Self, StartError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // The Node waits this long for an answer to a receipt.
            .timeout(Duration::from_secs(15))
            .no_proxy()
            .build()
            .map_err(StartError::Http)?;
        let receipts = if options.duplicates {
            ReceiptFault::Duplicated
        } else {
            ReceiptFault::Normal
        };
        Ok(Self {
            key: options.key,
            bodies: options.bodies,
            stations: options.stations,
            station_url: options.station_url,
            public_url: options.public_url.unwrap_or(own_url),
            retry_every: options.retry_every,
            receipt_headers: options.receipt_headers,
            clock: Clock::new(options.starts_at),
            http,
            stopped,
            receipt_url: watch::Sender::new(options.receipt_url),
            in_flight: watch::Sender::new(0),
            record: options.record,
            state: Mutex::new(State {
                faults: Faults {
                    receipts,
                    ..Faults::default()
                },
                ..State::default()
            }),
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sandbox's clock. [`Platform::advance`] moves it.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Puts the clock ahead, and does what should have happened meanwhile: late receipts go out, flows are published.
    pub fn advance(self: &Arc<Self>, by: TimeDelta) {
        self.clock.advance(by);
        self.publish_due_flows();
        self.release_due();
    }

    /// Where receipts go from now on; those that wait are sent at once.
    pub fn set_receipt_url(&self, url: Url) {
        self.receipt_url.send_replace(Some(url));
    }

    /// All receipts pushed so far, with the answers.
    pub fn pushes(&self) -> Vec<Push> {
        self.state().pushes.clone()
    }

    /// Returns when no receipt is on its way any more. Receipts that are held back are not on their way.
    pub async fn settled(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.in_flight.subscribe().wait_for(|count| *count == 0).await;
    }
}
