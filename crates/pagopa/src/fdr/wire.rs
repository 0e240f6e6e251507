//! FDR's own words: the published models `PaginatedFlowsResponse`, `SingleFlowResponse` and
//! `PaginatedPaymentsResponse`, as far as we read them.

use super::{FdrError, Flow, FlowKey, FlowPayment, PayStatus, PublishedFlow};
use crate::wire::{cents, instant};
use domain::{Cents, time::Instant};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) metadata: Option<Metadata>,
    #[serde(default = "Vec::new")]
    pub(super) data: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) tot_page: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    fdr: String,
    psp_id: String,
    revision: u64,
    published: Option<String>,
    flow_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Header {
    fdr: Option<String>,
    revision: Option<u64>,
    fdr_date: Option<String>,
    regulation: String,
    regulation_date: chrono::NaiveDate,
    bic_code_pouring_bank: Option<String>,
    sender: Option<Sender>,
    receiver: Receiver,
    published: Option<String>,
    tot_payments: u64,
    sum_payments: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sender {
    psp_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receiver {
    organization_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    index: u64,
    iuv: String,
    iur: String,
    id_transfer: u8,
    pay: Box<RawValue>,
    pay_status: PayStatus,
    pay_date: String,
}

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, FdrError> {
    serde_json::from_slice(body).map_err(|e| FdrError::Unreadable(e.to_string()))
}

fn time(what: &str, text: &str) -> Result<Instant, FdrError> {
    instant(text).ok_or_else(|| FdrError::Unreadable(format!("{what} {text}")))
}

fn optional_time(what: &str, text: Option<&str>) -> Result<Option<Instant>, FdrError> {
    text.map(|text| time(what, text)).transpose()
}

fn amount(what: &str, number: &RawValue) -> Result<Cents, FdrError> {
    cents(number).ok_or_else(|| FdrError::Unreadable(format!("{what} {}", number.get())))
}

impl Listed {
    pub(super) fn flow(self) -> Result<PublishedFlow, FdrError> {
        Ok(PublishedFlow {
            published_at: optional_time("published", self.published.as_deref())?,
            made_at: optional_time("flowDate", self.flow_date.as_deref())?,
            key: FlowKey {
                fdr: self.fdr,
                psp_id: self.psp_id,
                revision: self.revision,
            },
        })
    }
}

impl Header {
    /// The header of the flow that was asked for.
    pub(super) fn flow(self, key: &FlowKey) -> Result<Flow, FdrError> {
        let other = self.fdr.as_ref().is_some_and(|fdr| *fdr != key.fdr)
            || self.revision.is_some_and(|revision| revision != key.revision);
        if other {
            return Err(FdrError::Unreadable("the header of another flow".to_owned()));
        }
        Ok(Flow {
            key: key.clone(),
            psp: self.sender.and_then(|sender| sender.psp_name),
            body: self.receiver.organization_id,
            published_at: optional_time("published", self.published.as_deref())?,
            made_at: optional_time("fdrDate", self.fdr_date.as_deref())?,
            regulation: self.regulation,
            regulation_date: self.regulation_date,
            bic: self.bic_code_pouring_bank,
            count: self.tot_payments,
            sum: amount("sumPayments", &self.sum_payments)?,
        })
    }
}

impl Payment {
    pub(super) fn payment(self) -> Result<FlowPayment, FdrError> {
        if !(1..=5).contains(&self.id_transfer) {
            return Err(FdrError::Unreadable(format!("idTransfer {}", self.id_transfer)));
        }
        Ok(FlowPayment {
            index: self.index,
            amount: amount("pay", &self.pay)?,
            pay_date: time("payDate", &self.pay_date)?,
            iuv: self.iuv,
            iur: self.iur,
            transfer: self.id_transfer,
            pay_status: self.pay_status,
        })
    }
}
