//! Reading a receipt, pushed or kept elsewhere.

use super::{PushedReceipt, Receipt, ReceiptTransfer, Subject};
use crate::soap::{
    MessageError, PA_FOR_NODE, all, amount, at_most_one, content, day, fiscal_code, in_envelope, instant,
    one, optional, optional_text, root, text_of, truth,
};
use roxmltree::Node;

/// The operation's root element.
pub(crate) const OPERATION: &str = "paSendRTV2Request";

/// What the stores of pagoPA write around a receipt that was pushed before, in either version.
const KEPT: [&str; 4] = [OPERATION, "PaSendRTV2Request", "paSendRTReq", "PaSendRTReq"];

pub(super) fn pushed_receipt(xml: &[u8]) -> Result<PushedReceipt, MessageError> {
    content(xml, |request| {
        if request.has_tag_name((PA_FOR_NODE, OPERATION)) {
            request_of(request)
        } else {
            Err(MessageError::operation(request.tag_name().name()))
        }
    })
}

/// A receipt as pagoPA keeps it: the request with or without its envelope, its root qualified or not.
pub(super) fn kept_receipt(xml: &[u8]) -> Result<PushedReceipt, MessageError> {
    root(xml, |outer| {
        let request = in_envelope(outer).unwrap_or(outer);
        if KEPT.contains(&request.tag_name().name()) {
            request_of(request)
        } else {
            Err(MessageError::operation(request.tag_name().name()))
        }
    })
}

/// What is in `paSendRTV2Request`.
pub(crate) fn request_of(request: Node) -> Result<PushedReceipt, MessageError> {
    Ok(PushedReceipt {
        id_pa: text_of(request, "idPA", 35)?,
        id_broker_pa: text_of(request, "idBrokerPA", 35)?,
        id_station: text_of(request, "idStation", 35)?,
        receipt: receipt(one(request, "receipt")?)?,
    })
}

fn receipt(node: Node) -> Result<Receipt, MessageError> {
    let transfers = all(one(node, "transferList")?, "transfer")
        .map(transfer)
        .collect::<Result<Vec<_>, _>>()?;
    if transfers.is_empty() || transfers.len() > 5 {
        return Err(MessageError::Element("transfer"));
    }
    Ok(Receipt {
        // The schema gives no length; a database column and a log line want one.
        receipt_id: text_of(node, "receiptId", 255)?,
        notice_number: text_of(node, "noticeNumber", 18)?
            .parse()
            .map_err(|_| MessageError::Value("noticeNumber"))?,
        body_fiscal_code: fiscal_code(node, "fiscalCode")?,
        paid: match text_of(node, "outcome", 2)?.as_str() {
            "OK" => true,
            "KO" => false,
            _ => return Err(MessageError::Value("outcome")),
        },
        iuv: text_of(node, "creditorReferenceId", 35)?,
        amount: amount(node, "paymentAmount")?,
        description: text_of(node, "description", 140)?,
        company_name: aside(optional_text(node, "companyName", 140)),
        office_name: aside(optional_text(node, "officeName", 140)),
        debtor: subject(one(node, "debtor")?)?,
        payer: aside(at_most_one(node, "payer").and_then(|payer| payer.map(subject).transpose())),
        transfers,
        psp_id: text_of(node, "idPSP", 35)?,
        psp: text_of(node, "PSPCompanyName", 70)?,
        psp_fiscal_code: aside(optional_text(node, "pspFiscalCode", 70)),
        channel_id: aside(optional_text(node, "idChannel", 35)),
        channel: aside(optional_text(node, "channelDescription", 35)),
        payment_method: aside(optional_text(node, "paymentMethod", 35)),
        payment_note: aside(optional_text(node, "paymentNote", 210)),
        fee: aside(optional_amount(node, "fee")),
        body_fee: aside(optional_amount(node, "primaryCiIncurredFee")),
        paid_at: optional(node, "paymentDateTime", instant)?,
        applied_on: aside(optional(node, "applicationDate", day)),
        transferred_on: aside(optional(node, "transferDate", day)),
        metadata: metadata(node),
        stand_in: aside(optional(node, "standIn", truth)).unwrap_or(false),
    })
}

fn transfer(node: Node) -> Result<ReceiptTransfer, MessageError> {
    Ok(ReceiptTransfer {
        id: text_of(node, "idTransfer", 1)?
            .parse()
            .ok()
            .filter(|id| (1..=5).contains(id))
            .ok_or(MessageError::Value("idTransfer"))?,
        amount: amount(node, "transferAmount")?,
        body_fiscal_code: fiscal_code(node, "fiscalCodePA")?,
        iban: optional_text(node, "IBAN", 35)?.and_then(|text| text.parse().ok()),
        remittance_information: text_of(node, "remittanceInformation", 140)?,
        category: text_of(node, "transferCategory", 140)?,
        metadata: metadata(node),
    })
}

fn subject(node: Node) -> Result<Subject, MessageError> {
    Ok(Subject {
        code: text_of(one(node, "uniqueIdentifier")?, "entityUniqueIdentifierValue", 16)?,
        full_name: text_of(node, "fullName", 70)?,
    })
}

fn optional_amount(node: Node, name: &'static str) -> Result<Option<domain::Cents>, MessageError> {
    match at_most_one(node, name)? {
        Some(_) => amount(node, name).map(Some),
        None => Ok(None),
    }
}

fn metadata(node: Node) -> Vec<(String, String)> {
    let Some(list) = aside(at_most_one(node, "metadata")) else {
        return vec![];
    };
    all(list, "mapEntry")
        .filter_map(|entry| {
            Some((
                text_of(entry, "key", 140).ok()?,
                text_of(entry, "value", 140).ok()?,
            ))
        })
        .collect()
}

/// What stands beside the payment and decides nothing: where it is wrong it is left out, and money is not refused for
/// it. The message is kept as it came.
fn aside<T>(read: Result<Option<T>, MessageError>) -> Option<T> {
    read.ok().flatten()
}

#[cfg(test)]
mod tests;
