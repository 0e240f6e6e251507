//! A debt position in GPD v1's answers.

use super::{Position, Status, model::TransferModel, text};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

impl Position {
    /// `PaymentPositionModel`: the answer to a creation, an update, a publication or an invalidation.
    pub(in crate::pagopa) fn model(&self, now: DateTime<Utc>) -> Value {
        let mut model = serde_json::to_value(&self.asked).unwrap_or_default();
        model["status"] = json!(self.status(now));
        let option = &mut model["paymentOption"][0];
        option["nav"] = json!(self.nav);
        option["amount"] = json!(self.amount());
        option["notificationFee"] = json!(self.notification_fee);
        model
    }

    /// `PaymentPositionModelBaseResponse`: the answer to a read.
    pub(in crate::pagopa) fn answer(&self, now: DateTime<Utc>) -> Value {
        let Some(option) = self.option() else {
            return Value::Null;
        };
        let status = self.status(now);
        let transfers: Vec<Value> = option
            .transfer
            .iter()
            .map(|transfer| self.transfer(transfer))
            .collect();
        let mut answer = json!({
            "iupd": self.asked.iupd,
            "organizationFiscalCode": self.body,
            "type": self.asked.r#type,
            "companyName": self.asked.company_name,
            "insertedDate": text(self.inserted),
            "status": status,
            "lastUpdatedDate": text(self.updated),
            "paymentOption": [{
                "nav": self.nav,
                "iuv": option.iuv,
                "organizationFiscalCode": self.body,
                "amount": self.amount(),
                "description": option.description,
                "isPartialPayment": option.is_partial_payment,
                "dueDate": text(self.due),
                "insertedDate": text(self.inserted),
                "fee": 0,
                "notificationFee": self.notification_fee,
                "status": "PO_UNPAID",
                "lastUpdatedDate": text(self.updated),
                "transfer": transfers,
            }],
        });
        if let Some(office) = &self.asked.office_name {
            answer["officeName"] = json!(office);
        }
        if status != Status::Draft {
            answer["publishDate"] = json!(text(self.published.unwrap_or(self.inserted)));
            answer["validityDate"] = json!(text(self.valid_from.unwrap_or(self.inserted)));
        }
        if let Some(payment) = &self.payment {
            answer["paymentDate"] = json!(text(payment.at));
            let option = &mut answer["paymentOption"][0];
            option["status"] = json!("PO_PAID");
            option["paymentDate"] = json!(text(payment.at));
            option["paymentMethod"] = json!(payment.channel.method());
            option["fee"] = json!(payment.channel.fee());
            option["pspCompany"] = json!(payment.channel.provider().name);
            option["idReceipt"] = json!(payment.receipt_id);
            if let Some((flow, at)) = &payment.flow {
                option["status"] = json!("PO_REPORTED");
                option["idFlowReporting"] = json!(flow);
                option["reportingDate"] = json!(text(*at));
            }
        }
        answer
    }

    fn transfer(&self, transfer: &TransferModel) -> Value {
        let reported = self
            .payment
            .as_ref()
            .is_some_and(|payment| payment.flow.is_some());
        let mut answer = json!({
            "organizationFiscalCode": transfer.organization_fiscal_code.as_ref().unwrap_or(&self.body),
            "companyName": transfer.company_name.as_ref().unwrap_or(&self.asked.company_name),
            "idTransfer": transfer.id_transfer,
            "amount": transfer.amount,
            "remittanceInformation": transfer.remittance_information,
            "category": transfer.category,
            "insertedDate": text(self.inserted),
            "status": if reported { "T_REPORTED" } else { "T_UNREPORTED" },
            "lastUpdatedDate": text(self.updated),
        });
        if let Some(iban) = &transfer.iban {
            answer["iban"] = json!(iban);
        }
        answer
    }
}
