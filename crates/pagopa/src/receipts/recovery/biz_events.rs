//! Biz-events' receipts over HTTP: the same receipt in JSON, amounts as numbers of euro.

use super::{
    FoundReceipt, MissingReceipts, RecoveryError, Source, Wanted, allowance::Allowance, checked, failure,
};
use crate::{
    BodyFiscalCode, Breaker,
    config::ServiceUrl,
    http::{HttpSetupError, Patience, Service, SubscriptionKey},
    receipts::{Receipt, ReceiptTransfer, Subject},
    soap, wire,
};
use async_trait::async_trait;
use chrono::NaiveDate;
use domain::Cents;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::time::{Duration, Instant};

/// What pagoPA allows a subscription.
const CALLS: usize = 10;
const WITHIN: Duration = Duration::from_hours(1);

/// Biz-events' receipts, `GET /organizations/{body}/receipts/{iur}`, for one subscription key. Asks once, and no more
/// than ten times in an hour: the eleventh is [`RecoveryError::RateLimited`] without a call. That count is this client's
/// own and forgets with it; whoever counts what lasts says so by [`BizEvents::counted_by_caller`].
#[derive(Debug, Clone)]
pub struct BizEvents {
    service: Service,
    allowance: Allowance,
}

impl BizEvents {
    /// A client of the service at `base`: `https://api.platform.pagopa.it/bizevents/service/v1`.
    pub fn new(base: ServiceUrl, key: SubscriptionKey, patience: Patience) -> Result<Self, HttpSetupError> {
        Ok(Self {
            service: Service::new(base, Some(key), patience.once())?,
            allowance: Allowance::new(CALLS, WITHIN, Instant::now),
        })
    }

    /// The same with another breaker.
    #[must_use]
    pub fn with_breaker(mut self, breaker: Breaker) -> Self {
        self.service.breaker = breaker;
        self
    }

    /// The same for a caller who counts the calls where a restart forgets nothing, and asks for no more than pagoPA
    /// allows: nothing is counted here.
    #[must_use]
    pub fn counted_by_caller(self) -> Self {
        self.with_allowance(usize::MAX, Duration::ZERO, Instant::now)
    }

    /// The same with another allowance than ten calls in an hour of the machine's steady clock: one that is counted
    /// elsewhere, or by a clock of one's own.
    #[must_use]
    pub fn with_allowance(
        mut self,
        calls: usize,
        within: Duration,
        clock: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Self {
        self.allowance = Allowance::new(calls, within, clock);
        self
    }
}

#[async_trait]
impl MissingReceipts for BizEvents {
    async fn find(&self, body: BodyFiscalCode, wanted: &Wanted) -> Result<FoundReceipt, RecoveryError> {
        let iur = wanted.iur.as_deref().ok_or(RecoveryError::NoIur)?;
        self.allowance.take().map_err(|wait| RecoveryError::RateLimited {
            retry_after: Some(wait),
        })?;
        let url = self
            .service
            .base
            .below(["organizations", &body.to_string(), "receipts", iur]);
        let answer = self.service.get(url).await.map_err(RecoveryError::Unavailable)?;
        if answer.status != 200 {
            return Err(failure(&answer));
        }
        let found = FoundReceipt {
            receipt: read(&answer.body).map_err(RecoveryError::Unreadable)?,
            raw: String::from_utf8_lossy(&answer.body).into_owned(),
            source: Source::BizEvents,
        };
        checked(body, wanted, found)
    }
}

/// `CtReceiptModelResponse`, as far as we read it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    receipt_id: String,
    notice_number: String,
    fiscal_code: String,
    outcome: String,
    creditor_reference_id: String,
    payment_amount: Box<RawValue>,
    description: String,
    company_name: Option<String>,
    office_name: Option<String>,
    debtor: Person,
    payer: Option<Person>,
    transfer_list: Vec<Part>,
    #[serde(rename = "idPSP")]
    id_psp: String,
    psp_company_name: String,
    psp_fiscal_code: Option<String>,
    id_channel: Option<String>,
    channel_description: Option<String>,
    payment_method: Option<String>,
    fee: Option<Box<RawValue>>,
    primary_ci_incurred_fee: Option<Box<RawValue>>,
    payment_date_time: Option<String>,
    payment_date_time_formatted: Option<String>,
    application_date: Option<String>,
    transfer_date: Option<String>,
    metadata: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    entity_unique_identifier_value: String,
    full_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    id_transfer: Option<u8>,
    transfer_amount: Box<RawValue>,
    #[serde(rename = "fiscalCodePA")]
    fiscal_code_pa: String,
    iban: Option<String>,
    remittance_information: String,
    transfer_category: String,
    metadata: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    key: Option<String>,
    value: Option<String>,
}

impl From<Person> for Subject {
    fn from(person: Person) -> Self {
        Self {
            code: person.entity_unique_identifier_value,
            full_name: person.full_name,
        }
    }
}

fn read(json: &[u8]) -> Result<Receipt, String> {
    // Where, and not what: serde would quote a name.
    let body: Body = serde_json::from_slice(json)
        .map_err(|error| format!("not the published JSON at {}:{}", error.line(), error.column()))?;
    let paid = match body.outcome.as_str() {
        "OK" => true,
        "KO" => false,
        other => return Err(format!("outcome {}", other.chars().take(20).collect::<String>())),
    };
    if body.transfer_list.is_empty() || body.transfer_list.len() > 5 {
        return Err("not one to five transfers".to_owned());
    }
    let transfers = (1..)
        .zip(body.transfer_list)
        .map(|(place, part)| part.read(place))
        .collect::<Result<Vec<_>, _>>()?;
    if body.receipt_id.is_empty() || body.receipt_id.len() > 255 {
        return Err("receiptId".to_owned());
    }
    // The day alone says too little, and the time is no reason to lose a receipt.
    let times = [body.payment_date_time_formatted, body.payment_date_time];
    Ok(Receipt {
        receipt_id: body.receipt_id,
        notice_number: body
            .notice_number
            .parse()
            .map_err(|error| format!("noticeNumber: {error}"))?,
        body_fiscal_code: body.fiscal_code,
        paid,
        iuv: body.creditor_reference_id,
        amount: euro("paymentAmount", &body.payment_amount)?,
        description: body.description,
        company_name: body.company_name,
        office_name: body.office_name,
        debtor: body.debtor.into(),
        payer: body.payer.map(Into::into),
        transfers,
        psp_id: body.id_psp,
        psp: body.psp_company_name,
        psp_fiscal_code: body.psp_fiscal_code,
        channel_id: body.id_channel,
        channel: body.channel_description,
        payment_method: body.payment_method,
        payment_note: None,
        fee: optional_euro("fee", body.fee.as_deref())?,
        body_fee: optional_euro("primaryCiIncurredFee", body.primary_ci_incurred_fee.as_deref())?,
        paid_at: times.into_iter().flatten().find_map(|text| soap::instant(&text)),
        applied_on: date(body.application_date.as_deref()),
        transferred_on: date(body.transfer_date.as_deref()),
        metadata: entries(body.metadata),
        stand_in: false,
    })
}

impl Part {
    fn read(self, place: u8) -> Result<ReceiptTransfer, String> {
        let id = self.id_transfer.unwrap_or(place);
        if !(1..=5).contains(&id) {
            return Err(format!("idTransfer {id}"));
        }
        Ok(ReceiptTransfer {
            id,
            amount: euro("transferAmount", &self.transfer_amount)?,
            body_fiscal_code: self.fiscal_code_pa,
            remittance_information: self.remittance_information,
            iban: self.iban.and_then(|text| text.parse().ok()),
            category: self.transfer_category,
            metadata: entries(self.metadata),
        })
    }
}

fn euro(what: &str, number: &RawValue) -> Result<Cents, String> {
    wire::cents(number).ok_or_else(|| format!("{what} {}", number.get()))
}

fn optional_euro(what: &str, number: Option<&RawValue>) -> Result<Option<Cents>, String> {
    number.map(|number| euro(what, number)).transpose()
}

fn date(text: Option<&str>) -> Option<NaiveDate> {
    // Some of them have a time.
    text.and_then(|text| text.get(..10))
        .and_then(|day| day.parse().ok())
}

fn entries(list: Option<Vec<Entry>>) -> Vec<(String, String)> {
    list.into_iter()
        .flatten()
        .filter_map(|entry| Some((entry.key?, entry.value?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"receiptId":"c110729d","noticeNumber":"301000000000004285","fiscalCode":"03334231200",
        "outcome":"OK","creditorReferenceId":"01000000000004285","paymentAmount":123.6,"description":"Mensa",
        "companyName":"Comune di Prova","debtor":{"entityUniqueIdentifierType":"F",
        "entityUniqueIdentifierValue":"RSSMRA85T10A562S","fullName":"Maria Rossi"},
        "transferList":[{"idTransfer":1,"transferAmount":123.60,"fiscalCodePA":"03334231200",
        "iban":"IT60X0542811101000000123456","mbdAttachment":"","remittanceInformation":"Mensa",
        "transferCategory":"9/0107101TS/"}],"idPSP":"ABCDITMM","pspCompanyName":"Banca di Prova",
        "idChannel":"00001060966_01","channelDescription":"app","fee":1.5,"paymentDateTime":"2026-11-23",
        "paymentDateTimeFormatted":"2026-11-23T08:41:00Z","applicationDate":"2026-11-23","metadata":null}"#;

    #[test]
    fn the_json_receipt_is_the_same_receipt() {
        let receipt = read(ANSWER.as_bytes()).unwrap();
        assert_eq!(receipt.amount, Cents::new(12_360));
        assert_eq!(receipt.fee, Some(Cents::new(150)));
        assert_eq!(receipt.paid_at.unwrap().to_rfc3339(), "2026-11-23T08:41:00+00:00");
        assert_eq!(receipt.applied_on, "2026-11-23".parse().ok());
        assert_eq!(receipt.transfers[0].amount, Cents::new(12_360));
        assert!(receipt.paid && !format!("{receipt:?}").contains("Rossi"));
        let found = FoundReceipt {
            receipt,
            raw: ANSWER.to_owned(),
            source: Source::BizEvents,
        };
        assert!(!format!("{found:?}").contains("Rossi"));
        let error = read(ANSWER.replace(r#""Maria Rossi""#, "[\"Maria Rossi\"]").as_bytes());
        assert!(!error.unwrap_err().contains("Rossi"));
    }

    #[test]
    fn what_decides_about_money_must_be_right_and_a_time_need_not() {
        let late = ANSWER.replace("2026-11-23T08:41:00Z", "ieri");
        assert_eq!(read(late.as_bytes()).unwrap().paid_at, None);
        for (right, wrong) in [
            ("123.6,", "123.605,"),
            ("123.6,", "\"123.6\","),
            ("123.6,", "-1,"),
            ("301000000000004285", "30100000000000428"),
            (r#""outcome":"OK""#, r#""outcome":"SI""#),
            (r#""idTransfer":1"#, r#""idTransfer":6"#),
            ("c110729d", ""),
        ] {
            assert!(ANSWER.contains(right), "{right}");
            assert!(read(ANSWER.replace(right, wrong).as_bytes()).is_err(), "{wrong}");
        }
    }
}
