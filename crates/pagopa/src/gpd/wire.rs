//! GPD v1's own words: the published models `PaymentPositionModel` and `PaymentPositionModelBaseResponse`,
//! as far as we send and read them.

use super::{DebtPosition, GpdError, NewDebt, PositionStatus};
use crate::wire::instant;
use chrono::SecondsFormat;
use domain::Cents;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PaymentPosition<'a> {
    iupd: String,
    r#type: &'static str,
    fiscal_code: &'a str,
    full_name: String,
    company_name: &'a str,
    switch_to_expired: bool,
    payment_option: [PaymentOption<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentOption<'a> {
    nav: String,
    iuv: String,
    amount: i64,
    description: &'a str,
    is_partial_payment: bool,
    due_date: String,
    transfer: [Transfer<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Transfer<'a> {
    #[serde(rename = "idTransfer")]
    id: &'static str,
    amount: i64,
    organization_fiscal_code: String,
    remittance_information: &'a str,
    category: &'a str,
    iban: &'a str,
}

impl<'a> PaymentPosition<'a> {
    pub(super) fn of(debt: &'a NewDebt) -> Self {
        let amount = debt.amount.get();
        Self {
            iupd: debt.iupd.to_string(),
            r#type: "F",
            fiscal_code: &debt.debtor.fiscal_code,
            // The SOAP side carries 70 characters.
            full_name: debt.debtor.full_name.chars().take(70).collect(),
            company_name: debt.company_name.as_str(),
            switch_to_expired: debt.expires,
            payment_option: [PaymentOption {
                nav: debt.notice.to_string(),
                iuv: debt.notice.iuv(),
                amount,
                description: debt.causale.as_str(),
                is_partial_payment: false,
                due_date: debt.due.to_rfc3339_opts(SecondsFormat::Millis, true),
                transfer: [Transfer {
                    id: "1",
                    amount,
                    organization_fiscal_code: debt.body.to_string(),
                    remittance_information: debt.causale.as_str(),
                    category: debt.taxonomy.as_str(),
                    iban: debt.iban.as_str(),
                }],
            }],
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PositionAnswer {
    /// Read-only in the published model, so an answer to a creation may lack it.
    #[serde(default = "unknown")]
    status: PositionStatus,
    #[serde(default)]
    payment_option: Vec<OptionAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OptionAnswer {
    nav: Option<String>,
    iuv: Option<String>,
    amount: i64,
    notification_fee: Option<i64>,
    payment_date: Option<String>,
    id_receipt: Option<String>,
    fee: Option<i64>,
    psp_company: Option<String>,
    payment_method: Option<String>,
}

impl PositionAnswer {
    pub(super) fn read(body: &[u8]) -> Result<DebtPosition, GpdError> {
        let answer: Self = serde_json::from_slice(body).map_err(|e| GpdError::Unreadable(e.to_string()))?;
        let [option]: [OptionAnswer; 1] = answer
            .payment_option
            .try_into()
            .map_err(|_| GpdError::Unreadable("not exactly one payment option".to_owned()))?;
        // GPD makes the NAV from the IUV where none was given.
        let nav = option
            .nav
            .or_else(|| option.iuv.map(|iuv| format!("3{iuv}")))
            .unwrap_or_default();
        let paid_at = match option.payment_date {
            Some(text) => {
                Some(instant(&text).ok_or_else(|| GpdError::Unreadable(format!("paymentDate {text}")))?)
            }
            None => None,
        };
        Ok(DebtPosition {
            status: answer.status,
            notice: nav
                .parse()
                .map_err(|e| GpdError::Unreadable(format!("nav: {e}")))?,
            amount: Cents::new(option.amount),
            notification_fee: Cents::new(option.notification_fee.unwrap_or_default()),
            paid_at,
            receipt_id: option.id_receipt.filter(|id| !id.is_empty()),
            fee: option.fee.map(Cents::new),
            psp: option.psp_company,
            payment_method: option.payment_method,
        })
    }
}

fn unknown() -> PositionStatus {
    PositionStatus::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_times_of_either_kind_is_read() {
        for date in [
            "2026-11-23T08:41:00Z",
            "2026-11-23T08:41:00.000",
            "2026-11-23T09:41:00+01:00",
        ] {
            let body = format!(
                r#"{{"iupd":"x","status":"PAID","somethingNew":1,"paymentOption":[{{"nav":"301000000000004285",
                "amount":12360,"notificationFee":0,"paymentDate":"{date}","idReceipt":"abc","fee":150}}]}}"#
            );
            let position = PositionAnswer::read(body.as_bytes()).unwrap();
            assert_eq!(
                position.paid_at.unwrap().to_rfc3339(),
                "2026-11-23T08:41:00+00:00"
            );
            assert_eq!(position.amount, Cents::new(12_360));
            assert!(position.status.is_paid());
        }
    }

    #[test]
    fn a_state_that_is_new_to_us_is_unknown_and_not_paid() {
        let body = br#"{"status":"UNPAYABLE","paymentOption":[{"iuv":"01000000000004285","amount":1}]}"#;
        let position = PositionAnswer::read(body).unwrap();
        assert_eq!(position.status, PositionStatus::Unknown);
        assert!(!position.status.is_paid());
        assert_eq!(position.notice.to_string(), "301000000000004285");
    }

    #[test]
    fn nonsense_is_unreadable() {
        for body in [
            "",
            "[]",
            r#"{"status":"PAID"}"#,
            r#"{"status":"PAID","paymentOption":[{"amount":1}]}"#,
        ] {
            assert!(
                matches!(
                    PositionAnswer::read(body.as_bytes()),
                    Err(GpdError::Unreadable(_))
                ),
                "{body}"
            );
        }
    }
}
