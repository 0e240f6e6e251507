//! The texts made of a notice's numbers: its name in all of pagoPA, its QR code's content, its link.

use super::{BodyFiscalCode, CodeError, NoticeNumber, all_digits};
use crate::config::ServiceUrl;
use domain::Cents;
use std::str::FromStr;
use url::Url;

/// The 29 digits that name one payment in the whole of pagoPA: body's fiscal code and notice number.
pub fn rpt_id(body: BodyFiscalCode, notice: NoticeNumber) -> String {
    format!("{body}{notice}")
}

/// The text in a printed notice's QR code (drawn at version 4, error correction M).
pub fn qr_payload(body: BodyFiscalCode, notice: NoticeNumber, amount: Cents) -> Result<String, CodeError> {
    let cents = amount.get();
    if !(1..=9_999_999_999).contains(&cents) {
        return Err(CodeError::QrAmount);
    }
    Ok(format!("PAGOPA|002|{notice}|{body}|{cents:02}"))
}

/// The address that opens pagoPA's Checkout with this one notice, without a cart and without a way back.
/// For mails and printed notices.
pub fn checkout_link(body: BodyFiscalCode, notice: NoticeNumber) -> String {
    format!("https://checkout.pagopa.it/{}", rpt_id(body, notice))
}

/// The same at another place than pagoPA's production: its test environment, or a stand-in.
pub fn checkout_link_at(site: &ServiceUrl, body: BodyFiscalCode, notice: NoticeNumber) -> Url {
    site.below([rpt_id(body, notice).as_str()])
}

/// What a notice's QR code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeQr {
    /// Whom it is owed to.
    pub body: BodyFiscalCode,
    /// What is owed.
    pub notice: NoticeNumber,
    /// How much, when it was printed.
    pub amount: Cents,
}

/// `PAGOPA|002|<18 digits>|<11 digits>|<1 to 10 digits>`, whoever printed it: amounts with leading zeros and numbers
/// with wrong check digits are around.
impl FromStr for NoticeQr {
    type Err = CodeError;
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let parts: Vec<&str> = text.split('|').collect();
        let ["PAGOPA", "002", notice, body, cents] = parts[..] else {
            return Err(CodeError::Qr);
        };
        if cents.is_empty() || cents.len() > 10 || !all_digits(cents) {
            return Err(CodeError::QrAmount);
        }
        Ok(Self {
            body: body.parse()?,
            notice: notice.parse()?,
            amount: Cents::new(cents.parse().map_err(|_| CodeError::QrAmount)?),
        })
    }
}
