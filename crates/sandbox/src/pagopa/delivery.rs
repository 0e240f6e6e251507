//! Sending receipts: at least once, until the portal takes or refuses them; late, twice or in the wrong order where the
//! faults say so.

use super::{
    faults::{Faults, ReceiptFault},
    receipts::{Attempt, Message, Push, outcome},
    record::{Called, Exchange},
    state::Platform,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{sync::Arc, time::Duration};

/// The Node tries that often, one hour apart.
const MOST_ATTEMPTS: usize = 48;

/// A receipt that waits.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub message: Message,
    /// Until then by the sandbox's clock, or until another receipt went first.
    pub until: Option<DateTime<Utc>>,
}

/// Sends receipts of one payment as the faults want it.
pub(super) fn send(platform: &Arc<Platform>, messages: Vec<Message>, faults: &Faults) {
    match faults.receipts {
        ReceiptFault::Normal | ReceiptFault::StandIn => {
            for message in messages {
                start(platform, &[message]);
            }
        }
        ReceiptFault::Duplicated => {
            for message in messages {
                start(platform, std::slice::from_ref(&message));
                start(platform, &[message]);
            }
        }
        ReceiptFault::Late => {
            let wait = TimeDelta::seconds(faults.late_seconds.into());
            let until = platform.clock.now() + wait;
            let held = messages.into_iter().map(|message| Held {
                message,
                until: Some(until),
            });
            platform.state().held.extend(held);
            wake_at(platform, wait);
        }
        ReceiptFault::OutOfOrder => {
            let mut state = platform.state();
            if let ([_], true) = (messages.as_slice(), state.held.iter().all(|h| h.until.is_some())) {
                let held = messages.into_iter().map(|message| Held { message, until: None });
                state.held.extend(held);
                return;
            }
            let (first, later) = state.held.drain(..).partition(|held| held.until.is_none());
            state.held = later;
            drop(state);
            let first: Vec<Held> = first;
            let mut all: Vec<Message> = first.into_iter().map(|held| held.message).collect();
            all.extend(messages);
            all.reverse();
            start(platform, &all);
        }
        ReceiptFault::OtherId => {
            for message in messages {
                let second = {
                    let mut state = platform.state();
                    let first = state
                        .paid
                        .iter()
                        .find(|paid| paid.message.receipt_id == message.receipt_id);
                    let second = first.map(|paid| paid.second(platform.clock.now()));
                    state.paid.extend(second.clone());
                    second
                };
                let both: Vec<Message> = [Some(message), second.map(|paid| paid.message)]
                    .into_iter()
                    .flatten()
                    .collect();
                start(platform, &both);
            }
        }
        ReceiptFault::Never | ReceiptFault::StandInNever => {}
    }
}

/// Lets late receipts go when their time has come without anybody moving the clock.
fn wake_at(platform: &Arc<Platform>, wait: TimeDelta) {
    let platform = Arc::clone(platform);
    tokio::spawn(async move {
        let mut stopped = platform.stopped.clone();
        tokio::select! {
            () = tokio::time::sleep(wait.to_std().unwrap_or(Duration::ZERO)) => platform.release_due(),
            _ = stopped.wait_for(|stop| *stop) => {}
        }
    });
}

impl Platform {
    /// Sends a receipt once more, or one that was never sent. False where there is none with this id.
    pub fn resend(self: &Arc<Self>, receipt_id: &str) -> bool {
        let found = {
            let state = self.state();
            let sent = state.pushes.iter().rev().find(|p| p.receipt_id == receipt_id);
            let paid = || state.paid.iter().find(|p| p.message.receipt_id == receipt_id);
            sent.map(Push::again)
                .or_else(|| paid().map(|paid| Push::of(&paid.message)))
        };
        match found {
            Some(push) => {
                self.state()
                    .held
                    .retain(|held| held.message.receipt_id != receipt_id);
                queue(self, vec![push]);
                true
            }
            None => false,
        }
    }

    /// Lets go of every receipt that is held back, the latest first. Answers how many.
    pub fn release(self: &Arc<Self>) -> usize {
        let held = std::mem::take(&mut self.state().held);
        let count = held.len();
        if count > 0 {
            let held: Vec<Message> = held.into_iter().rev().map(|held| held.message).collect();
            start(self, &held);
        }
        count
    }

    pub(super) fn release_due(self: &Arc<Self>) {
        let now = self.clock.now();
        let due: Vec<Held> = {
            let mut state = self.state();
            let (due, later) = state
                .held
                .drain(..)
                .partition(|held| held.until.is_some_and(|until| until <= now));
            state.held = later;
            due
        };
        for held in due {
            start(self, &[held.message]);
        }
    }
}

/// Starts sending receipts, one after the other.
pub(super) fn start(platform: &Arc<Platform>, messages: &[Message]) {
    queue(platform, messages.iter().map(Push::of).collect());
}

fn queue(platform: &Arc<Platform>, pushes: Vec<Push>) {
    let count = pushes.len();
    if count == 0 {
        return;
    }
    let first = {
        let mut state = platform.state();
        let first = state.pushes.len();
        for (offset, push) in pushes.into_iter().enumerate() {
            state.pushes.push(Push {
                id: first + offset,
                ..push
            });
        }
        first
    };
    platform.in_flight.send_modify(|flying| *flying += count);
    let platform = Arc::clone(platform);
    tokio::spawn(async move {
        let mut stopped = platform.stopped.clone();
        for id in first..first + count {
            tokio::select! {
                () = deliver(&platform, id) => {}
                _ = stopped.wait_for(|stop| *stop) => {}
            }
            if let Some(push) = platform.state().pushes.get_mut(id) {
                push.done = true;
            }
            platform.in_flight.send_modify(|flying| *flying -= 1);
        }
    });
}

async fn deliver(platform: &Platform, id: usize) {
    let Some(xml) = platform.state().pushes.get(id).map(|push| push.xml.clone()) else {
        return;
    };
    for _ in 0..MOST_ATTEMPTS {
        let attempt = once(platform, &xml).await;
        let again = attempt.asks_for_more();
        if let Some(push) = platform.state().pushes.get_mut(id) {
            push.attempts.push(attempt);
        }
        if !again {
            return;
        }
        tokio::time::sleep(platform.retry_every).await;
    }
}

async fn once(platform: &Platform, xml: &str) -> Attempt {
    let mut receipt_url = platform.receipt_url.subscribe();
    // The sender lives in the platform, so waiting for an address cannot fail.
    let url = receipt_url
        .wait_for(Option::is_some)
        .await
        .ok()
        .and_then(|url| url.clone());
    let mut attempt = Attempt {
        at: platform.clock.now(),
        status: None,
        outcome: None,
        fault_code: None,
        error: None,
        answer: None,
    };
    let Some(url) = url else { return attempt };
    match call_station(platform, url, "paSendRTV2", xml).await {
        Ok((status, text)) => {
            attempt.status = Some(status);
            match outcome(&text, "paSendRTV2Response").filter(|_| status == 200) {
                Some((outcome, fault_code)) => {
                    (attempt.outcome, attempt.fault_code) = (Some(outcome), fault_code);
                }
                None => attempt.error = Some("not a paSendRTV2Response with status 200".to_owned()),
            }
            attempt.answer = Some(text);
        }
        Err(error) => attempt.error = Some(error.without_url().to_string()),
    }
    attempt
}

/// One SOAP call of a body's station; answers status and text.
pub(super) async fn call_station(
    platform: &Platform,
    url: url::Url,
    operation: &str,
    xml: &str,
) -> Result<(u16, String), reqwest::Error> {
    let mut request = platform
        .http
        .post(url)
        .header("Content-Type", "text/xml; charset=utf-8")
        .header("SOAPAction", format!("\"{operation}\""))
        .body(xml.to_owned());
    for (name, value) in &platform.receipt_headers {
        request = request.header(name, value);
    }
    let response = request.send().await?;
    let status = response.status().as_u16();
    let answer_type = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .and_then(|whole| whole.split(';').next())
        .map(|media| media.trim().to_owned());
    let text = response.text().await?;
    platform.keep(Exchange {
        called: Called::Station,
        method: "POST".to_owned(),
        path: operation.to_owned(),
        agent: None,
        with_key: false,
        sent_type: Some("text/xml".to_owned()),
        sent: xml.as_bytes().to_vec(),
        status,
        answer_type,
        location: None,
        answer: text.clone().into_bytes(),
    });
    Ok((status, text))
}
