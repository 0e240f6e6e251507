//! Reporting flows (flussi di rendicontazione): the bank transfers with which the providers hand over what was
//! paid, one for each body, provider and publication.

mod api;

pub(super) use api::{failure, flow, flows, number, payments};

use super::{
    payments::{Channel, PayStatus},
    state::{Platform, State},
};
use chrono::{DateTime, Days, NaiveTime, Utc};
use domain::time::{day_in_rome, instant_in_rome};
use serde::Serialize;
use std::sync::Arc;

/// One revision of a flow.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub body: String,
    pub company_name: String,
    pub channel: Channel,
    /// Its name, unique for the provider.
    pub id: String,
    pub revision: u32,
    /// The bank transfer's own reference.
    pub regulation: String,
    pub published: DateTime<Utc>,
    pub rows: Vec<Row>,
}

/// One payment in a flow.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub iuv: String,
    pub iur: String,
    /// In cents.
    pub amount: i64,
    pub status: PayStatus,
    pub paid_at: DateTime<Utc>,
    pub transfer: u8,
}

impl Flow {
    /// In cents.
    pub(super) fn sum(&self) -> i64 {
        self.rows.iter().map(|row| row.amount).sum()
    }
}

/// A published flow, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlowMade {
    /// Fiscal code of the body.
    pub body: String,
    /// The provider's code.
    pub psp: String,
    /// The flow's name.
    pub fdr: String,
    /// From 1.
    pub revision: u32,
    /// How many payments.
    pub payments: usize,
    /// Their sum in cents.
    pub sum: i64,
}

impl From<&Flow> for FlowMade {
    fn from(flow: &Flow) -> Self {
        Self {
            body: flow.body.clone(),
            psp: flow.channel.provider().id.to_owned(),
            fdr: flow.id.clone(),
            revision: flow.revision,
            payments: flow.rows.len(),
            sum: flow.sum(),
        }
    }
}

impl Platform {
    /// Publishes everything that was paid and not yet reported, now. Answers the new flows.
    pub fn publish_flows(self: &Arc<Self>) -> Vec<FlowMade> {
        let now = self.clock.now();
        publish(&mut self.state(), now, |_| true)
    }

    /// Publishes the days that are over, each as of the midnight that ended it.
    pub(super) fn publish_due_flows(&self) {
        let today = day_in_rome(self.clock.now());
        let mut state = self.state();
        loop {
            let unreported = state.paid.iter().filter(|paid| paid.flow.is_none());
            let days = unreported.map(|paid| day_in_rome(paid.message.paid_at));
            let Some(day) = days.filter(|day| *day < today).min() else {
                return;
            };
            let midnight = instant_in_rome(day + Days::new(1), NaiveTime::MIN);
            publish(&mut state, midnight, |at| day_in_rome(at) <= day);
        }
    }

    /// Publishes the next revision of a flow, with the same payments. False where there is none.
    pub fn revise_flow(&self, fdr: &str) -> bool {
        let now = self.clock.now();
        let mut state = self.state();
        let last = state.flows.iter().rev().find(|flow| flow.id == fdr).cloned();
        let Some(last) = last else { return false };
        state.flows.push(Flow {
            revision: last.revision + 1,
            published: now,
            ..last
        });
        true
    }
}

fn publish(
    state: &mut State,
    published: DateTime<Utc>,
    wanted: impl Fn(DateTime<Utc>) -> bool,
) -> Vec<FlowMade> {
    let mut made: Vec<Flow> = Vec::new();
    let count = state.flows.len();
    for paid in &mut state.paid {
        if paid.flow.is_some() || !wanted(paid.message.paid_at) {
            continue;
        }
        let message = &paid.message;
        let known = made
            .iter()
            .position(|flow| flow.body == message.body && flow.channel == message.channel);
        let at = known.unwrap_or_else(|| {
            let number = count + made.len() + 1;
            let day = day_in_rome(published);
            made.push(Flow {
                body: message.body.clone(),
                company_name: message.company_name.clone(),
                channel: message.channel,
                id: format!("{day}{}-{number:04}", message.channel.provider().id),
                revision: 1,
                regulation: format!("BONIFICO-{day}-{number:04}"),
                published,
                rows: vec![],
            });
            made.len() - 1
        });
        let Some(flow) = made.get_mut(at) else { continue };
        for transfer in message.transfers.iter().filter(|t| t.body == message.body) {
            flow.rows.push(Row {
                iuv: message.iuv.clone(),
                iur: message.receipt_id.clone(),
                amount: transfer.amount,
                status: paid.status,
                paid_at: message.paid_at,
                transfer: transfer.id.parse().unwrap_or(1),
            });
        }
        paid.flow = Some(flow.id.clone());
    }
    for flow in &made {
        for position in state.positions.iter_mut().filter(|p| p.body == flow.body) {
            let receipt = position.payment.as_ref().map(|payment| &payment.receipt_id);
            if receipt.is_some_and(|id| flow.rows.iter().any(|row| row.iur == *id)) {
                position.report(&flow.id, published);
            }
        }
    }
    let answer = made.iter().map(FlowMade::from).collect();
    state.flows.extend(made);
    answer
}
