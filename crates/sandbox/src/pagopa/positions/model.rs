//! GPD v1's words for a debt position, and what it refuses.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// `PaymentPositionModel`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::pagopa) struct PositionModel {
    pub iupd: String,
    pub r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_stand_in: Option<bool>,
    pub fiscal_code: String,
    pub full_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub civic_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
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
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::pagopa) struct OptionModel {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nav: Option<String>,
    pub iuv: String,
    pub amount: i64,
    pub description: String,
    pub is_partial_payment: bool,
    pub due_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_option_metadata: Option<Vec<Value>>,
    #[serde(default)]
    pub transfer: Vec<TransferModel>,
}

/// `TransferModel`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::pagopa) struct TransferModel {
    pub id_transfer: String,
    pub amount: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_fiscal_code: Option<String>,
    pub remittance_information: String,
    pub category: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_iban: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_metadata: Option<Vec<Value>>,
}

/// What was asked, after the checks.
pub(super) struct Checked {
    pub nav: String,
    pub due: DateTime<Utc>,
    pub valid_from: Option<DateTime<Utc>>,
}

fn check(right: bool, wrong: &str) -> Result<(), String> {
    if right { Ok(()) } else { Err(wrong.to_owned()) }
}

fn upto(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most
}

impl PositionModel {
    /// Checks a request as GPD v1 does; the error is the detail of a 400.
    pub(super) fn check(&self, now: DateTime<Utc>) -> Result<Checked, String> {
        check(
            upto(&self.iupd, 100)
                && self
                    .iupd
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_*-".contains(&b)),
            "iupd",
        )?;
        check(matches!(self.r#type.as_str(), "F" | "G"), "type: F or G")?;
        check(upto(&self.fiscal_code, 16), "fiscalCode: must not be blank")?;
        check(upto(&self.full_name, 255), "fullName: must not be blank")?;
        check(
            upto(&self.company_name, 140),
            "companyName: size must be between 0 and 140",
        )?;
        check(
            self.country
                .as_ref()
                .is_none_or(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())),
            "country: [A-Z]{2}",
        )?;
        let [option] = self.payment_option.as_slice() else {
            return Err("paymentOption: the sandbox takes exactly one".to_owned());
        };
        let (nav, due) = option.check(now)?;
        let valid_from = match &self.validity_date {
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
        Ok(Checked { nav, due, valid_from })
    }
}

impl OptionModel {
    fn check(&self, now: DateTime<Utc>) -> Result<(String, DateTime<Utc>), String> {
        check(upto(&self.iuv, 35), "iuv: must not be blank")?;
        check(self.amount >= 1, "amount: minimum value is 1")?;
        check(
            upto(&self.description, 140),
            "description: size must be between 0 and 140",
        )?;
        let due = date(&self.due_date).ok_or("dueDate: not a date-time")?;
        check(due >= now, "dueDate must be >= current date")?;
        // GPD makes the number from the IUV where none was given.
        let nav = self.nav.clone().unwrap_or_else(|| format!("3{}", self.iuv));
        check(
            nav.len() == 18 && nav.bytes().all(|b| b.is_ascii_digit()),
            "nav: 18 digits",
        )?;
        let metadata = self.payment_option_metadata.as_ref();
        check(
            metadata.is_none_or(|list| list.len() <= 10),
            "paymentOptionMetadata: at most 10",
        )?;
        self.check_transfers()?;
        Ok((nav, due))
    }

    fn check_transfers(&self) -> Result<(), String> {
        let transfers = &self.transfer;
        check((1..=5).contains(&transfers.len()), "transfer: between 1 and 5")?;
        let ids: BTreeSet<_> = transfers.iter().map(|t| t.id_transfer.as_str()).collect();
        check(
            ids.len() == transfers.len() && ids.iter().all(|id| matches!(*id, "1" | "2" | "3" | "4" | "5")),
            "idTransfer: 1 to 5, each once",
        )?;
        for transfer in transfers {
            check(
                transfer.is_right(),
                &format!("transfer {}: not valid", transfer.id_transfer),
            )?;
        }
        let sum = transfers
            .iter()
            .try_fold(0_i64, |sum, t| sum.checked_add(t.amount));
        check(sum == Some(self.amount), "the transfers' sum is not the amount")
    }
}

impl TransferModel {
    fn is_right(&self) -> bool {
        let iban =
            |iban: &String| (1..=35).contains(&iban.len()) && iban.bytes().all(|b| b.is_ascii_alphanumeric());
        self.amount >= 1
            && self.iban.as_ref().is_some_and(iban) != self.stamp.is_some()
            && upto(&self.category, 140)
            && upto(&self.remittance_information, 140)
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
