//! What pagoPA tells when it is asked: flows of transfers, and receipts that did not come.

use crate::{
    platform::{Made, Platform, envelope},
    stage::VALMORA,
};
use async_trait::async_trait;
use domain::{Cents, Instant, time::day_in_rome};
use pagopa::{
    BodyFiscalCode,
    fdr::{FdrError, Flow, FlowKey, FlowPayment, Flows, PayStatus, PublishedFlow},
    receipts::{
        PushedReceipt,
        recovery::{FoundReceipt, MissingReceipts, RecoveryError, Source, Wanted},
    },
};

/// A flow that pagoPA published.
#[derive(Debug, Clone)]
pub struct Reported {
    pub name: String,
    pub at: Instant,
    pub lines: Vec<Made>,
}

impl Reported {
    fn key(&self) -> FlowKey {
        FlowKey {
            fdr: self.name.clone(),
            psp_id: "MODEL".to_owned(),
            revision: 1,
        }
    }

    fn payments(&self) -> Vec<FlowPayment> {
        let line = |(place, made): (usize, &Made)| FlowPayment {
            index: place as u64 + 1,
            iuv: made.nav[1..].to_owned(),
            iur: made.id.clone(),
            transfer: 1,
            amount: Cents::new(made.amount),
            // One in three providers says that nobody was told.
            pay_status: if made.amount % 3 == 0 {
                PayStatus::NoReceipt
            } else {
                PayStatus::Executed
            },
            pay_date: self.at,
        };
        self.lines.iter().enumerate().map(line).collect()
    }
}

fn away() -> FdrError {
    FdrError::Unavailable("the model cut the wire".to_owned())
}

#[async_trait]
impl Flows for Platform {
    async fn published_since(
        &self,
        _: BodyFiscalCode,
        since: Instant,
    ) -> Result<Vec<PublishedFlow>, FdrError> {
        let flows = self.reported().await.ok_or_else(away)?;
        let published = |flow: &Reported| PublishedFlow {
            key: flow.key(),
            published_at: Some(flow.at),
            made_at: Some(flow.at),
        };
        Ok(flows
            .iter()
            .filter(|flow| flow.at > since)
            .map(published)
            .collect())
    }

    async fn flow(&self, _: BodyFiscalCode, key: &FlowKey) -> Result<Flow, FdrError> {
        let flows = self.reported().await.ok_or_else(away)?;
        let flow = flows
            .iter()
            .find(|flow| flow.name == key.fdr)
            .ok_or(FdrError::NotFound)?;
        Ok(Flow {
            key: flow.key(),
            psp: None,
            body: VALMORA.to_owned(),
            published_at: Some(flow.at),
            made_at: Some(flow.at),
            regulation: format!("TRN-{}", flow.name),
            regulation_date: day_in_rome(flow.at),
            bic: None,
            count: flow.lines.len() as u64,
            sum: flow.lines.iter().map(|made| Cents::new(made.amount)).sum(),
        })
    }

    async fn payments(&self, _: BodyFiscalCode, key: &FlowKey) -> Result<Vec<FlowPayment>, FdrError> {
        let flows = self.reported().await.ok_or_else(away)?;
        let flow = flows
            .iter()
            .find(|flow| flow.name == key.fdr)
            .ok_or(FdrError::NotFound)?;
        Ok(flow.payments())
    }
}

#[async_trait]
impl MissingReceipts for Platform {
    async fn find(&self, _: BodyFiscalCode, wanted: &Wanted) -> Result<FoundReceipt, RecoveryError> {
        let gone = || RecoveryError::Unavailable("the model cut the wire".to_owned());
        let made = self.asked_for(wanted).await.ok_or_else(gone)?;
        let made = made.ok_or(RecoveryError::NotFound)?;
        let raw = envelope(VALMORA, &made, Instant::UNIX_EPOCH);
        let pushed = PushedReceipt::parse(raw.as_bytes()).expect("the model's receipts are right");
        Ok(FoundReceipt {
            receipt: pushed.receipt,
            raw,
            source: Source::Gpd,
        })
    }
}
