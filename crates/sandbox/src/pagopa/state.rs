//! What the platform remembers, in memory.

use super::{
    carts::Cart,
    positions::{Payment, Position},
    receipts::{self, Message, Push},
};
use crate::{Options, StartError, clock::Clock};
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
    pub(super) public_url: Url,
    pub(super) retry_every: Duration,
    pub(super) receipt_headers: Vec<(String, String)>,
    pub(super) clock: Clock,
    pub(super) http: reqwest::Client,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) receipt_url: watch::Sender<Option<Url>>,
    /// Receipts on their way.
    pub(super) in_flight: watch::Sender<usize>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub positions: Vec<Position>,
    pub carts: BTreeMap<String, Cart>,
    pub pushes: Vec<Push>,
    pub duplicates: bool,
}

/// Why a notice cannot be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unpayable {
    Unknown,
    NotNow,
    OtherAmount,
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
        Ok(Self {
            key: options.key,
            bodies: options.bodies,
            public_url: options.public_url.unwrap_or(own_url),
            retry_every: options.retry_every,
            receipt_headers: options.receipt_headers,
            clock: Clock::new(options.starts_at),
            http,
            stopped,
            receipt_url: watch::Sender::new(options.receipt_url),
            in_flight: watch::Sender::new(0),
            state: Mutex::new(State {
                duplicates: options.duplicates,
                ..State::default()
            }),
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sandbox's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Where receipts go from now on; those that wait are sent at once.
    pub fn set_receipt_url(&self, url: Url) {
        self.receipt_url.send_replace(Some(url));
    }

    /// All receipts pushed so far, with the answers.
    pub fn pushes(&self) -> Vec<Push> {
        self.state().pushes.clone()
    }

    /// Returns when no receipt is on its way any more.
    pub async fn settled(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.in_flight.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Pays notices together, all or none, and pushes one receipt for each. Answers the receipts' ids.
    pub(super) fn pay(
        self: &Arc<Self>,
        notices: &[(String, String, i64)],
        channel: Channel,
        note: Option<&str>,
    ) -> Result<Vec<String>, Unpayable> {
        let now = self.clock.now();
        let mut messages = Vec::new();
        let mut ids = Vec::new();
        {
            let mut state = self.state();
            for (body, nav, amount) in notices {
                let position = state.position(body, nav).ok_or(Unpayable::Unknown)?;
                if !position.is_payable(now) {
                    return Err(Unpayable::NotNow);
                }
                if position.amount() != *amount {
                    return Err(Unpayable::OtherAmount);
                }
            }
            for (body, nav, _) in notices {
                let Some(position) = state.position_mut(body, nav) else {
                    continue;
                };
                let receipt_id = receipts::new_id();
                position.pay(Payment {
                    at: now,
                    receipt_id: receipt_id.clone(),
                    method: channel.method(),
                    fee: channel.fee(),
                });
                messages.push(Message::of(position, &receipt_id, now, channel, note));
                ids.push(receipt_id);
            }
        }
        for message in messages {
            receipts::push(self, &message);
        }
        Ok(ids)
    }

    /// Pays a notice at the tobacconist's, without any browser. Answers the receipt's id.
    pub fn pay_at_counter(self: &Arc<Self>, nav: &str) -> Option<String> {
        let notice = self
            .state()
            .by_notice(nav)
            .map(|p| (p.body.clone(), p.nav.clone(), p.amount()))?;
        self.pay(&[notice], Channel::Counter, None).ok()?.pop()
    }
}

/// How a payer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Checkout,
    Counter,
}

impl Channel {
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Checkout => "creditCard",
            Self::Counter => "cash",
        }
    }

    pub(super) fn fee(self) -> i64 {
        match self {
            Self::Checkout => 150,
            Self::Counter => 200,
        }
    }

    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Checkout => "web",
            Self::Counter => "tabaccheria",
        }
    }
}
