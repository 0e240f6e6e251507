//! A debt position: what was asked, checked as GPD checks it, and what became of it.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// `PaymentPositionModel`, as far as the stand-in keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PositionModel {
    pub iupd: String,
    pub r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_stand_in: Option<bool>,
    pub fiscal_code: String,
    pub full_name: String,
    pub company_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office_name: Option<String>,
    pub switch_to_expired: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validity_date: Option<String>,
    #[serde(default)]
    pub payment_option: Vec<OptionModel>,
}

/// `PaymentOptionModel`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OptionModel {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nav: Option<String>,
    pub iuv: String,
    pub amount: i64,
    pub description: String,
    pub is_partial_payment: bool,
    pub due_date: String,
    #[serde(default)]
    pub transfer: Vec<TransferModel>,
}

/// `TransferModel`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransferModel {
    pub id_transfer: String,
    pub amount: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_fiscal_code: Option<String>,
    pub remittance_information: String,
    pub category: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Draft,
    Published,
    Valid,
    Invalid,
    Expired,
    Paid,
}

#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub at: DateTime<Utc>,
    pub receipt_id: String,
    pub method: &'static str,
    pub fee: i64,
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
    updated: DateTime<Utc>,
    pub payment: Option<Payment>,
    /// While somebody is paying it elsewhere.
    pub locked_until: Option<DateTime<Utc>>,
}

impl Position {
    /// Checks a request as GPD v1 does; the error is the detail of a 400.
    pub(super) fn new(
        body: &str,
        asked: PositionModel,
        publish: bool,
        now: DateTime<Utc>,
    ) -> Result<Self, String> {
        let check = |right: bool, wrong: &str| if right { Ok(()) } else { Err(wrong.to_owned()) };
        let upto = |text: &str, most: usize| !text.is_empty() && text.chars().count() <= most;
        check(
            upto(&asked.iupd, 100)
                && asked
                    .iupd
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_*-".contains(&b)),
            "iupd",
        )?;
        check(matches!(asked.r#type.as_str(), "F" | "G"), "type: F or G")?;
        check(upto(&asked.fiscal_code, 16), "fiscalCode: must not be blank")?;
        check(upto(&asked.full_name, 255), "fullName: must not be blank")?;
        check(
            upto(&asked.company_name, 140),
            "companyName: size must be between 0 and 140",
        )?;
        let [option] = asked.payment_option.as_slice() else {
            return Err("paymentOption: the sandbox takes exactly one".to_owned());
        };
        check(upto(&option.iuv, 35), "iuv: must not be blank")?;
        check(option.amount >= 1, "amount: minimum value is 1")?;
        check(
            upto(&option.description, 140),
            "description: size must be between 0 and 140",
        )?;
        let due = date(&option.due_date).ok_or("dueDate: not a date-time")?;
        check(due >= now, "dueDate must be >= current date")?;
        let nav = option.nav.clone().unwrap_or_else(|| format!("3{}", option.iuv));
        check(
            nav.len() == 18 && nav.bytes().all(|b| b.is_ascii_digit()),
            "nav: 18 digits",
        )?;
        transfers(option)?;
        let valid_from = match &asked.validity_date {
            None => None,
            Some(text) => {
                let from = date(text).ok_or("validityDate: not a date-time")?;
                check(
                    from > now && from <= due,
                    "validityDate must be > current date and <= dueDate",
                )?;
                Some(from)
            }
        };
        let status = match (publish, valid_from) {
            (false, _) => Status::Draft,
            (true, Some(_)) => Status::Published,
            (true, None) => Status::Valid,
        };
        Ok(Self {
            body: body.to_owned(),
            nav,
            asked,
            due,
            valid_from,
            status,
            inserted: now,
            updated: now,
            payment: None,
            locked_until: None,
        })
    }

    pub(super) fn option(&self) -> Option<&OptionModel> {
        self.asked.payment_option.first()
    }

    pub(super) fn iuv(&self) -> &str {
        self.option().map_or("", |option| &option.iuv)
    }

    pub(super) fn amount(&self) -> i64 {
        self.option().map_or(0, |option| option.amount)
    }

    pub(super) fn description(&self) -> &str {
        self.option().map_or("", |option| &option.description)
    }

    pub(super) fn status(&self, now: DateTime<Utc>) -> Status {
        match self.status {
            Status::Published if self.valid_from.is_some_and(|from| from <= now) => Status::Valid,
            Status::Valid if self.asked.switch_to_expired && self.due < now => Status::Expired,
            status => status,
        }
    }

    /// Whether the Node would let somebody pay it now.
    pub(super) fn is_payable(&self, now: DateTime<Utc>) -> bool {
        self.status(now) == Status::Valid && self.locked_until.is_none_or(|until| until <= now)
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

    pub(super) fn pay(&mut self, payment: Payment) {
        (self.status, self.updated, self.payment) = (Status::Paid, payment.at, Some(payment));
    }

    /// `PaymentPositionModel`: the answer to a creation or an invalidation.
    pub(super) fn model(&self, now: DateTime<Utc>) -> Value {
        let mut model = serde_json::to_value(&self.asked).unwrap_or_default();
        model["status"] = json!(self.status(now));
        model["paymentOption"][0]["nav"] = json!(self.nav);
        model
    }

    /// `PaymentPositionModelBaseResponse`: the answer to a read.
    pub(super) fn answer(&self, now: DateTime<Utc>) -> Value {
        let Some(option) = self.option() else {
            return Value::Null;
        };
        let transfers: Vec<Value> = option
            .transfer
            .iter()
            .map(|transfer| {
                json!({
                    "organizationFiscalCode": transfer.organization_fiscal_code.as_ref().unwrap_or(&self.body),
                    "idTransfer": transfer.id_transfer,
                    "amount": transfer.amount,
                    "remittanceInformation": transfer.remittance_information,
                    "category": transfer.category,
                    "iban": transfer.iban,
                    "insertedDate": text(self.inserted),
                    "status": "T_UNREPORTED",
                    "lastUpdatedDate": text(self.updated),
                })
            })
            .collect();
        let mut answer = json!({
            "iupd": self.asked.iupd,
            "organizationFiscalCode": self.body,
            "type": self.asked.r#type,
            "companyName": self.asked.company_name,
            "insertedDate": text(self.inserted),
            "publishDate": text(self.inserted),
            "validityDate": text(self.valid_from.unwrap_or(self.inserted)),
            "status": self.status(now),
            "lastUpdatedDate": text(self.updated),
            "paymentOption": [{
                "nav": self.nav,
                "iuv": option.iuv,
                "organizationFiscalCode": self.body,
                "amount": option.amount,
                "description": option.description,
                "isPartialPayment": option.is_partial_payment,
                "dueDate": text(self.due),
                "insertedDate": text(self.inserted),
                "fee": 0,
                "notificationFee": 0,
                "status": "PO_UNPAID",
                "lastUpdatedDate": text(self.updated),
                "transfer": transfers,
            }],
        });
        if let Some(payment) = &self.payment {
            answer["paymentDate"] = json!(text(payment.at));
            let option = &mut answer["paymentOption"][0];
            option["status"] = json!("PO_PAID");
            option["paymentDate"] = json!(text(payment.at));
            option["paymentMethod"] = json!(payment.method);
            option["fee"] = json!(payment.fee);
            option["pspCompany"] = json!(super::receipts::PSP);
            option["idReceipt"] = json!(payment.receipt_id);
        }
        answer
    }
}

fn transfers(option: &OptionModel) -> Result<(), String> {
    let transfers = &option.transfer;
    if transfers.is_empty() || transfers.len() > 5 {
        return Err("transfer: between 1 and 5".to_owned());
    }
    let ids: BTreeSet<_> = transfers.iter().map(|t| t.id_transfer.as_str()).collect();
    if ids.len() != transfers.len() || !ids.iter().all(|id| matches!(*id, "1" | "2" | "3" | "4" | "5")) {
        return Err("idTransfer: 1 to 5, each once".to_owned());
    }
    for transfer in transfers {
        let iban =
            |iban: &String| (1..=35).contains(&iban.len()) && iban.bytes().all(|b| b.is_ascii_alphanumeric());
        let target = transfer.iban.as_ref().is_some_and(iban) != transfer.stamp.is_some();
        let category = !transfer.category.is_empty() && transfer.category.len() <= 140;
        let text = transfer.remittance_information.chars().count();
        if transfer.amount < 1 || !target || !category || text == 0 || text > 140 {
            return Err(format!("transfer {}: not valid", transfer.id_transfer));
        }
    }
    let sum = transfers
        .iter()
        .try_fold(0_i64, |sum, t| sum.checked_add(t.amount));
    if sum == Some(option.amount) {
        Ok(())
    } else {
        Err("the transfers' sum is not the amount".to_owned())
    }
}

/// GPD's times are UTC, with or without a zone.
fn date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .ok()
        .or_else(|| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                .ok()
                .map(|at| at.and_utc())
        })
}

pub(super) fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// How long a payment elsewhere locks a notice.
pub(super) fn lock_of(minutes: u16) -> TimeDelta {
    TimeDelta::minutes(i64::from(minutes))
}
