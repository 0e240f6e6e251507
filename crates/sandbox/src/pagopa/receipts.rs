//! Receipts: what one says, and how it is written for `paSendRTV2`, for the service that gives it again and for a push.

use super::{
    payments::Channel,
    positions::{Position, TransferModel},
};
use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::escape::escape;
use roxmltree::Document;
use serde::Serialize;
use std::fmt::Write;

/// A receipt that was or is being pushed.
#[derive(Debug, Clone, Serialize)]
pub struct Push {
    /// Number of the push; the same receipt may be pushed more than once.
    pub id: usize,
    /// The receipt's id.
    pub receipt_id: String,
    /// The notice.
    pub notice_number: String,
    /// In cents.
    pub amount: i64,
    /// Each try, in order.
    pub attempts: Vec<Attempt>,
    /// Whether no other try will follow.
    pub done: bool,
    /// The message, to send it again.
    #[serde(skip)]
    pub xml: String,
}

impl Push {
    /// A push of this receipt, before its first try.
    pub(super) fn of(message: &Message) -> Self {
        Self {
            id: 0,
            receipt_id: message.receipt_id.clone(),
            notice_number: message.nav.clone(),
            amount: message.amount,
            attempts: vec![],
            done: false,
            xml: message.envelope(),
        }
    }

    /// Another push of the same.
    pub(super) fn again(&self) -> Self {
        Self {
            attempts: vec![],
            done: false,
            ..self.clone()
        }
    }
}

/// One try to push a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// When, by the sandbox's clock.
    pub at: DateTime<Utc>,
    /// HTTP status, where an answer came.
    pub status: Option<u16>,
    /// `OK` or `KO`, where the answer was one.
    pub outcome: Option<String>,
    /// The portal's fault.
    pub fault_code: Option<String>,
    /// Why there is no outcome.
    pub error: Option<String>,
    /// The answer's text, for whoever wants to check it against the schema.
    pub answer: Option<String>,
}

impl Attempt {
    /// What happened, for people.
    pub(super) fn words(&self) -> String {
        match (&self.outcome, &self.fault_code, &self.error) {
            (Some(outcome), None, _) => outcome.clone(),
            (Some(outcome), Some(code), _) => format!("{outcome} {code}"),
            (None, _, Some(error)) => format!("nessuna risposta: {error}"),
            (None, _, None) => "nessuna risposta".to_owned(),
        }
    }

    /// Whether the Node would send it again.
    pub(super) fn asks_for_more(&self) -> bool {
        match self.outcome.as_deref() {
            Some("OK") => false,
            Some(_) => self.fault_code.as_deref() == Some("PAA_SYSTEM_ERROR"),
            None => true,
        }
    }
}

/// What a receipt says.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub receipt_id: String,
    pub body: String,
    pub company_name: String,
    pub nav: String,
    pub iuv: String,
    pub amount: i64,
    pub description: String,
    pub debtor: Debtor,
    pub transfers: Vec<Transfer>,
    pub channel: Channel,
    pub note: Option<String>,
    pub paid_at: DateTime<Utc>,
    pub stand_in: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Debtor {
    pub kind: String,
    pub code: String,
    pub full_name: String,
}

/// One part of the sum, in cents.
#[derive(Debug, Clone)]
pub(super) struct Transfer {
    pub id: String,
    pub amount: i64,
    pub body: String,
    pub iban: String,
    pub remittance: String,
    pub category: String,
    /// Cents of SEND's notification fee in the amount.
    pub notification_fee: i64,
}

impl Transfer {
    fn of(model: &TransferModel, body: &str) -> Self {
        Self {
            id: model.id_transfer.clone(),
            amount: model.amount,
            body: model
                .organization_fiscal_code
                .clone()
                .unwrap_or_else(|| body.to_owned()),
            iban: model.iban.clone().unwrap_or_default(),
            remittance: model.remittance_information.clone(),
            category: model.category.clone(),
            notification_fee: 0,
        }
    }
}

impl Message {
    pub(super) fn of(
        position: &Position,
        receipt_id: &str,
        paid_at: DateTime<Utc>,
        channel: Channel,
        note: Option<&str>,
    ) -> Self {
        let mut transfers: Vec<Transfer> = position
            .option()
            .iter()
            .flat_map(|option| &option.transfer)
            .map(|transfer| Transfer::of(transfer, &position.body))
            .collect();
        // What the platform adds goes to the body, with the first part.
        if let Some(first) = transfers.first_mut() {
            first.amount += position.notification_fee;
            first.notification_fee = position.notification_fee;
        }
        Self {
            receipt_id: receipt_id.to_owned(),
            body: position.body.clone(),
            company_name: position.asked.company_name.clone(),
            nav: position.nav.clone(),
            iuv: position.iuv().to_owned(),
            amount: position.amount(),
            description: position.description().to_owned(),
            debtor: Debtor {
                kind: position.asked.r#type.clone(),
                code: position.asked.fiscal_code.clone(),
                full_name: position.asked.full_name.chars().take(70).collect(),
            },
            transfers,
            channel,
            note: note.map(str::to_owned),
            paid_at,
            stand_in: false,
        }
    }

    /// The same receipt over another amount, all of it in the first part.
    pub(super) fn over(mut self, amount: i64) -> Self {
        self.transfers.truncate(1);
        for transfer in &mut self.transfers {
            transfer.amount = amount;
        }
        Self { amount, ..self }
    }

    /// The envelope: the request element is qualified, what is in it is not.
    fn envelope(&self) -> String {
        let mut xml = String::from(
            r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><soapenv:Header/><soapenv:Body><pafn:paSendRTV2Request>"#,
        );
        self.write(&mut xml);
        xml.push_str("</pafn:paSendRTV2Request></soapenv:Body></soapenv:Envelope>");
        xml
    }

    /// The document that GPD keeps: no envelope, no name space, and a capital letter.
    pub(super) fn document(&self) -> String {
        let mut xml =
            String::from(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><PaSendRTV2Request>"#);
        self.write(&mut xml);
        xml.push_str("</PaSendRTV2Request>");
        xml
    }

    fn write(&self, xml: &mut String) {
        let (body, psp) = (&self.body, self.channel.provider());
        tag(xml, "idPA", body);
        tag(xml, "idBrokerPA", body);
        tag(xml, "idStation", &station_of(body));
        xml.push_str("<receipt>");
        tag(xml, "receiptId", &self.receipt_id);
        tag(xml, "noticeNumber", &self.nav);
        tag(xml, "fiscalCode", body);
        tag(xml, "outcome", "OK");
        tag(xml, "creditorReferenceId", &self.iuv);
        tag(xml, "paymentAmount", &euro(self.amount));
        tag(xml, "description", &self.description);
        tag(xml, "companyName", &self.company_name);
        xml.push_str("<debtor><uniqueIdentifier>");
        tag(xml, "entityUniqueIdentifierType", &self.debtor.kind);
        tag(xml, "entityUniqueIdentifierValue", &self.debtor.code);
        xml.push_str("</uniqueIdentifier>");
        tag(xml, "fullName", &self.debtor.full_name);
        xml.push_str("</debtor><transferList>");
        for transfer in &self.transfers {
            xml.push_str("<transfer>");
            tag(xml, "idTransfer", &transfer.id);
            tag(xml, "transferAmount", &euro(transfer.amount));
            tag(xml, "fiscalCodePA", &transfer.body);
            tag(xml, "companyName", &self.company_name);
            tag(xml, "IBAN", &transfer.iban);
            tag(xml, "remittanceInformation", &transfer.remittance);
            tag(xml, "transferCategory", &transfer.category);
            if transfer.notification_fee > 0 {
                xml.push_str("<metadata><mapEntry>");
                tag(xml, "key", "NOTIFICATION_FEE");
                tag(xml, "value", &transfer.notification_fee.to_string());
                xml.push_str("</mapEntry></metadata>");
            }
            xml.push_str("</transfer>");
        }
        xml.push_str("</transferList>");
        tag(xml, "idPSP", psp.id);
        tag(xml, "pspFiscalCode", psp.fiscal_code);
        tag(xml, "PSPCompanyName", psp.name);
        tag(xml, "idChannel", psp.channel);
        tag(xml, "channelDescription", self.channel.description());
        tag(xml, "paymentMethod", self.channel.method());
        if let Some(note) = &self.note {
            tag(xml, "paymentNote", note);
        }
        tag(xml, "fee", &euro(self.channel.fee()));
        tag(
            xml,
            "paymentDateTime",
            &self.paid_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        );
        tag(
            xml,
            "applicationDate",
            &domain::time::day_in_rome(self.paid_at).to_string(),
        );
        if self.stand_in {
            tag(xml, "standIn", "true");
        }
        xml.push_str("</receipt>");
    }
}

/// The station that a body has in the sandbox.
pub(super) fn station_of(body: &str) -> String {
    format!("{body}_01")
}

pub(super) fn tag(xml: &mut String, name: &str, text: &str) {
    // Writing into a text cannot fail.
    let _ = write!(xml, "<{name}>{}</{name}>", escape(text));
}

/// The SOAP side counts in euro with two decimals.
pub(super) fn euro(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// 32 hexadecimal digits, for receipts and carts.
pub(super) fn new_id() -> String {
    let mut random = [0; 16];
    match getrandom::fill(&mut random) {
        Ok(()) => hex::encode(random),
        Err(error) => format!("no-randomness-{error}"),
    }
}

pub(super) const PA_FOR_NODE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/// `outcome` and `faultCode` of a station's answer.
pub(super) fn outcome(xml: &str, element: &str) -> Option<(String, Option<String>)> {
    let document = Document::parse(xml).ok()?;
    let answer = document
        .descendants()
        .find(|n| n.has_tag_name((PA_FOR_NODE, element)))?;
    let outcome = answer
        .children()
        .find(|n| n.has_tag_name("outcome"))?
        .text()?
        .to_owned();
    if outcome != "OK" && outcome != "KO" {
        return None;
    }
    let code = answer
        .descendants()
        .find(|n| n.has_tag_name("faultCode"))
        .and_then(|n| n.text());
    Some((outcome, code.map(str::to_owned)))
}
