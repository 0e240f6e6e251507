//! Bodies with a station of their own: the platform holds no position and asks, `paVerifyPaymentNotice` when somebody
//! looks at a notice and `paGetPaymentV2` when somebody pays it.

use super::{
    delivery::call_station,
    payments::{Unpayable, Wanted},
    positions::{OptionModel, Position, PositionModel, TransferModel},
    receipts::{PA_FOR_NODE, euro, outcome, station_of, tag},
    state::Platform,
};
use roxmltree::{Document, Node};
use std::{sync::Arc, time::Duration};

/// The Node waits this long for these two.
const PATIENCE: Duration = Duration::from_secs(7);

/// What a payer is shown before paying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub company_name: String,
    pub description: String,
    /// In cents.
    pub amount: i64,
}

impl Platform {
    /// Whether the body answers for this notice by itself.
    pub(super) fn asks_station(&self, body: &str, nav: &str) -> bool {
        self.stations.iter().any(|own| own == body)
            && self
                .state()
                .position(body, nav)
                .is_none_or(|position| position.own_station && position.payment.is_none())
    }

    /// A notice as a payer may look at it now, wherever it is held.
    pub(super) async fn look(&self, body: &str, nav: &str) -> Result<Shown, Unpayable> {
        if self.asks_station(body, nav) {
            return self.verify(body, nav).await;
        }
        let now = self.clock.now();
        let state = self.state();
        let position = state.position(body, nav).ok_or(Unpayable::Unknown)?;
        if !position.is_payable(now) {
            return Err(Unpayable::NotNow);
        }
        Ok(Shown {
            company_name: position.asked.company_name.clone(),
            description: position.description().to_owned(),
            amount: position.amount(),
        })
    }

    /// Fetches from their stations those notices that are held there, right before they are paid.
    pub(super) async fn fetch(
        self: &Arc<Self>,
        notices: &[Wanted],
        note: Option<&str>,
    ) -> Result<(), Unpayable> {
        for (body, nav, amount) in notices {
            if self.asks_station(body, nav) {
                let position = self.get_payment(body, nav, *amount, note).await?;
                let mut state = self.state();
                state.positions.retain(|p| !(p.body == *body && p.nav == *nav));
                state.positions.push(position);
            }
        }
        Ok(())
    }

    async fn verify(&self, body: &str, nav: &str) -> Result<Shown, Unpayable> {
        let request = request("paVerifyPaymentNoticeReq", body, nav, |_| ());
        let answer = self
            .ask("paVerifyPaymentNotice", "paVerifyPaymentNoticeRes", &request)
            .await?;
        let document = Document::parse(&answer).map_err(|_| Unpayable::NoAnswer)?;
        let amount = find(&document, "amount").and_then(cents);
        Ok(Shown {
            company_name: find(&document, "companyName").unwrap_or_default().to_owned(),
            description: find(&document, "paymentDescription")
                .unwrap_or_default()
                .to_owned(),
            amount: amount.ok_or(Unpayable::NoAnswer)?,
        })
    }

    async fn get_payment(
        &self,
        body: &str,
        nav: &str,
        amount: i64,
        note: Option<&str>,
    ) -> Result<Position, Unpayable> {
        let request = request("paGetPaymentV2Request", body, nav, |xml| {
            tag(xml, "amount", &euro(amount));
            if let Some(note) = note {
                tag(xml, "paymentNote", note);
            }
            tag(xml, "transferType", "PAGOPA");
        });
        let answer = self
            .ask("paGetPaymentV2", "paGetPaymentV2Response", &request)
            .await?;
        let model = model(&answer, nav).ok_or(Unpayable::NoAnswer)?;
        Position::of_station(body, model, self.clock.now()).map_err(|_| Unpayable::NoAnswer)
    }

    /// One call; the text of an answer that says OK.
    async fn ask(&self, operation: &str, element: &str, xml: &str) -> Result<String, Unpayable> {
        let url = self
            .station_url
            .clone()
            .or_else(|| self.receipt_url.borrow().clone())
            .ok_or(Unpayable::NoAnswer)?;
        let called = tokio::time::timeout(PATIENCE, call_station(self, url, operation, xml)).await;
        let Ok(Ok((200, text))) = called else {
            return Err(Unpayable::NoAnswer);
        };
        match outcome(&text, element) {
            Some((ok, _)) if ok == "OK" => Ok(text),
            Some((_, Some(code))) if code == "PAA_PAGAMENTO_SCONOSCIUTO" => Err(Unpayable::Unknown),
            Some((_, Some(code))) if code.starts_with("PAA_PAGAMENTO_") => Err(Unpayable::NotNow),
            Some((_, Some(code))) if code == "PAA_ATTIVA_RPT_IMPORTO_NON_VALIDO" => {
                Err(Unpayable::OtherAmount)
            }
            _ => Err(Unpayable::NoAnswer),
        }
    }
}

fn request(element: &str, body: &str, nav: &str, more: impl FnOnce(&mut String)) -> String {
    let mut xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="{PA_FOR_NODE}"><soapenv:Header/><soapenv:Body><pafn:{element}>"#
    );
    tag(&mut xml, "idPA", body);
    tag(&mut xml, "idBrokerPA", body);
    tag(&mut xml, "idStation", &station_of(body));
    xml.push_str("<qrCode>");
    tag(&mut xml, "fiscalCode", body);
    tag(&mut xml, "noticeNumber", nav);
    xml.push_str("</qrCode>");
    more(&mut xml);
    xml.push_str("</pafn:");
    xml.push_str(element);
    xml.push_str("></soapenv:Body></soapenv:Envelope>");
    xml
}

/// The data of a `paGetPaymentV2Response` as a position of one instalment.
fn model(xml: &str, nav: &str) -> Option<PositionModel> {
    let document = Document::parse(xml).ok()?;
    let data = document.descendants().find(|n| n.has_tag_name("data"))?;
    let debtor = child(data, "debtor")?;
    let identifier = child(debtor, "uniqueIdentifier")?;
    let transfers = child(data, "transferList")?
        .children()
        .filter(|n| n.has_tag_name("transfer"))
        .map(|transfer| {
            Some(TransferModel {
                id_transfer: text(transfer, "idTransfer")?,
                amount: cents(&text(transfer, "transferAmount")?)?,
                organization_fiscal_code: text(transfer, "fiscalCodePA"),
                remittance_information: text(transfer, "remittanceInformation")?,
                category: text(transfer, "transferCategory")?,
                iban: text(transfer, "IBAN"),
                ..TransferModel::default()
            })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(PositionModel {
        iupd: format!("stazione-{nav}"),
        r#type: text(identifier, "entityUniqueIdentifierType")?,
        fiscal_code: text(identifier, "entityUniqueIdentifierValue")?,
        full_name: text(debtor, "fullName")?,
        company_name: text(data, "companyName")?,
        payment_option: vec![OptionModel {
            nav: Some(nav.to_owned()),
            iuv: text(data, "creditorReferenceId")?,
            amount: cents(&text(data, "paymentAmount")?)?,
            description: text(data, "description")?,
            due_date: format!("{}T22:59:59Z", text(data, "dueDate")?.get(..10)?),
            transfer: transfers,
            ..OptionModel::default()
        }],
        ..PositionModel::default()
    })
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.has_tag_name(name))
}

fn text(node: Node, name: &str) -> Option<String> {
    child(node, name)?.text().map(str::to_owned)
}

fn find<'a>(document: &'a Document<'a>, name: &str) -> Option<&'a str> {
    document.descendants().find(|n| n.has_tag_name(name))?.text()
}

/// Euro with exactly two decimals.
fn cents(text: &str) -> Option<i64> {
    let (euro, cents) = text.split_once('.')?;
    if cents.len() != 2 {
        return None;
    }
    euro.parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(cents.parse().ok()?)
}
