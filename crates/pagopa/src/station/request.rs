//! Reading what pagoPA asks about a notice.

use crate::{
    NoticeNumber,
    soap::{MessageError, cents, day, fiscal_code, one, optional, optional_text, text_of},
};
use chrono::NaiveDate;
use domain::Cents;
use roxmltree::Node;

pub(super) const VERIFY: &str = "paVerifyPaymentNoticeReq";
pub(super) const GET_PAYMENT: &str = "paGetPaymentV2Request";

/// `paVerifyPaymentNoticeReq`: what is owed on this notice?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyRequest {
    /// Fiscal code of the body that the station belongs to.
    pub id_pa: String,
    /// The station's owner.
    pub id_broker_pa: String,
    /// The station.
    pub id_station: String,
    /// Fiscal code of the body on the notice, 11 digits. Compare it with your own.
    pub body_fiscal_code: String,
    /// The notice.
    pub notice_number: NoticeNumber,
}

/// `paGetPaymentV2Request`: what must be transferred to pay this notice?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetPaymentRequest {
    /// Fiscal code of the body that the station belongs to.
    pub id_pa: String,
    /// The station's owner.
    pub id_broker_pa: String,
    /// The station.
    pub id_station: String,
    /// Fiscal code of the body on the notice, 11 digits. Compare it with your own.
    pub body_fiscal_code: String,
    /// The notice.
    pub notice_number: NoticeNumber,
    /// What the payer's provider believes that is owed. A hint: answer what is owed.
    pub amount: Option<Cents>,
    /// The cart's own text, where it was named.
    pub payment_note: Option<String>,
    /// Over which accounts it will be paid.
    pub transfer_type: Option<TransferType>,
    /// Until when the payment will be made.
    pub due: Option<NaiveDate>,
}

/// Over which kind of account a payment is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferType {
    /// At the post office: postal accounts are wanted.
    Postal,
    /// Anywhere.
    PagoPa,
}

pub(super) fn verify(node: Node) -> Result<VerifyRequest, MessageError> {
    let (body_fiscal_code, notice_number) = qr_code(node)?;
    Ok(VerifyRequest {
        id_pa: text_of(node, "idPA", 35)?,
        id_broker_pa: text_of(node, "idBrokerPA", 35)?,
        id_station: text_of(node, "idStation", 35)?,
        body_fiscal_code,
        notice_number,
    })
}

pub(super) fn get_payment(node: Node) -> Result<GetPaymentRequest, MessageError> {
    let (body_fiscal_code, notice_number) = qr_code(node)?;
    Ok(GetPaymentRequest {
        id_pa: text_of(node, "idPA", 35)?,
        id_broker_pa: text_of(node, "idBrokerPA", 35)?,
        id_station: text_of(node, "idStation", 35)?,
        body_fiscal_code,
        notice_number,
        amount: optional(node, "amount", cents)?,
        payment_note: optional_text(node, "paymentNote", 210)?,
        transfer_type: optional(node, "transferType", |text| match text {
            "POSTAL" => Some(TransferType::Postal),
            "PAGOPA" => Some(TransferType::PagoPa),
            _ => None,
        })?,
        due: optional(node, "dueDate", day)?,
    })
}

fn qr_code(node: Node) -> Result<(String, NoticeNumber), MessageError> {
    let code = one(node, "qrCode")?;
    let notice = text_of(code, "noticeNumber", 18)?
        .parse()
        .map_err(|_| MessageError::Value("noticeNumber"))?;
    Ok((fiscal_code(code, "fiscalCode")?, notice))
}
