//! `paSendRTV2`: one receipt for each paid notice, pushed at least once until the portal takes or refuses it.

use super::{
    positions::Position,
    state::{Channel, Platform},
};
use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::escape::escape;
use roxmltree::Document;
use serde::Serialize;
use std::{fmt::Write, sync::Arc};

/// The invented provider.
pub(super) const PSP: &str = "Banca di Prova";

/// The Node tries that often, one hour apart.
const MOST_ATTEMPTS: usize = 48;

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
    fn asks_for_more(&self) -> bool {
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
    pub iban: String,
    pub category: String,
    pub channel: Channel,
    pub note: Option<String>,
    pub paid_at: DateTime<Utc>,
}

#[derive(Debug, Clone)]
pub(super) struct Debtor {
    pub kind: String,
    pub code: String,
    pub full_name: String,
}

impl Message {
    pub(super) fn of(
        position: &Position,
        receipt_id: &str,
        paid_at: DateTime<Utc>,
        channel: Channel,
        note: Option<&str>,
    ) -> Self {
        let transfer = position.option().and_then(|option| option.transfer.first());
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
            iban: transfer.and_then(|t| t.iban.clone()).unwrap_or_default(),
            category: transfer.map(|t| t.category.clone()).unwrap_or_default(),
            channel,
            note: note.map(str::to_owned),
            paid_at,
        }
    }

    /// The envelope: the request element is qualified, what is in it is not.
    fn xml(&self) -> String {
        let mut xml = String::from(
            r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><soapenv:Header/><soapenv:Body><pafn:paSendRTV2Request>"#,
        );
        let body = &self.body;
        tag(&mut xml, "idPA", body);
        tag(&mut xml, "idBrokerPA", body);
        tag(&mut xml, "idStation", &format!("{body}_01"));
        xml.push_str("<receipt>");
        tag(&mut xml, "receiptId", &self.receipt_id);
        tag(&mut xml, "noticeNumber", &self.nav);
        tag(&mut xml, "fiscalCode", body);
        tag(&mut xml, "outcome", "OK");
        tag(&mut xml, "creditorReferenceId", &self.iuv);
        tag(&mut xml, "paymentAmount", &euro(self.amount));
        tag(&mut xml, "description", &self.description);
        tag(&mut xml, "companyName", &self.company_name);
        xml.push_str("<debtor><uniqueIdentifier>");
        tag(&mut xml, "entityUniqueIdentifierType", &self.debtor.kind);
        tag(&mut xml, "entityUniqueIdentifierValue", &self.debtor.code);
        xml.push_str("</uniqueIdentifier>");
        tag(&mut xml, "fullName", &self.debtor.full_name);
        xml.push_str("</debtor><transferList><transfer>");
        tag(&mut xml, "idTransfer", "1");
        tag(&mut xml, "transferAmount", &euro(self.amount));
        tag(&mut xml, "fiscalCodePA", body);
        tag(&mut xml, "companyName", &self.company_name);
        tag(&mut xml, "IBAN", &self.iban);
        tag(&mut xml, "remittanceInformation", &self.description);
        tag(&mut xml, "transferCategory", &self.category);
        xml.push_str("</transfer></transferList>");
        tag(&mut xml, "idPSP", "PROVAITMM");
        tag(&mut xml, "PSPCompanyName", PSP);
        tag(&mut xml, "idChannel", "00000000000_01");
        tag(&mut xml, "channelDescription", self.channel.description());
        tag(&mut xml, "paymentMethod", self.channel.method());
        if let Some(note) = &self.note {
            tag(&mut xml, "paymentNote", note);
        }
        tag(&mut xml, "fee", &euro(self.channel.fee()));
        tag(
            &mut xml,
            "paymentDateTime",
            &self.paid_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        );
        tag(
            &mut xml,
            "applicationDate",
            &domain::time::day_in_rome(self.paid_at).to_string(),
        );
        xml.push_str("</receipt></pafn:paSendRTV2Request></soapenv:Body></soapenv:Envelope>");
        xml
    }
}

fn tag(xml: &mut String, name: &str, text: &str) {
    // Writing into a text cannot fail.
    let _ = write!(xml, "<{name}>{}</{name}>", escape(text));
}

/// The SOAP side counts in euro with two decimals.
fn euro(cents: i64) -> String {
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

/// Starts pushing a receipt, twice where duplicates are wanted.
pub(super) fn push(platform: &Arc<Platform>, message: &Message) {
    let xml = message.xml();
    let times = if platform.state().duplicates { 2 } else { 1 };
    for _ in 0..times {
        start(
            platform,
            message.receipt_id.clone(),
            message.nav.clone(),
            message.amount,
            xml.clone(),
        );
    }
}

impl Platform {
    /// Pushes a receipt once more. False where there is none with this id.
    pub fn resend(self: &Arc<Self>, receipt_id: &str) -> bool {
        let Some(push) = self
            .state()
            .pushes
            .iter()
            .rev()
            .find(|p| p.receipt_id == receipt_id)
            .cloned()
        else {
            return false;
        };
        start(self, push.receipt_id, push.notice_number, push.amount, push.xml);
        true
    }
}

fn start(platform: &Arc<Platform>, receipt_id: String, notice_number: String, amount: i64, xml: String) {
    let mut state = platform.state();
    let id = state.pushes.len();
    state.pushes.push(Push {
        id,
        receipt_id,
        notice_number,
        amount,
        attempts: vec![],
        done: false,
        xml,
    });
    drop(state);
    platform.in_flight.send_modify(|count| *count += 1);
    let platform = Arc::clone(platform);
    tokio::spawn(async move {
        let mut stopped = platform.stopped.clone();
        tokio::select! {
            () = deliver(&platform, id) => {}
            _ = stopped.wait_for(|stop| *stop) => {}
        }
        if let Some(push) = platform.state().pushes.get_mut(id) {
            push.done = true;
        }
        platform.in_flight.send_modify(|count| *count -= 1);
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
    let mut request = platform
        .http
        .post(url)
        .header("Content-Type", "text/xml; charset=utf-8")
        .header("SOAPAction", "\"paSendRTV2\"")
        .body(xml.to_owned());
    for (name, value) in &platform.receipt_headers {
        request = request.header(name, value);
    }
    let text = match request.send().await {
        Ok(response) => {
            attempt.status = Some(response.status().as_u16());
            response.text().await
        }
        Err(error) => Err(error),
    };
    match text {
        Ok(text) => {
            match outcome(&text).filter(|_| attempt.status == Some(200)) {
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

/// `outcome` and `faultCode` of an answer.
fn outcome(xml: &str) -> Option<(String, Option<String>)> {
    const SPACE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";
    let document = Document::parse(xml).ok()?;
    let answer = document
        .descendants()
        .find(|n| n.has_tag_name((SPACE, "paSendRTV2Response")))?;
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
