//! Receipts, `paSendRTV2`: what pagoPA pushes when a payment is done, and what we answer.
//!
//! pagoPA sends only payments that succeeded, at least once, in any order, up to two days late. Reading one
//! credits nothing: the portal stores it first and decides then. Amounts come in euro with two decimals and
//! leave this module in cents.

mod answer;
pub(crate) mod parse;
pub mod recovery;

pub use crate::soap::{Fault, FaultCode, MAX_BYTES, MessageError as ReceiptError};
pub use answer::Answer;

use crate::{NoticeNumber, config::Iban, soap};
use chrono::NaiveDate;
use domain::{Cents, time::Instant};
use std::fmt;

/// `paSendRTV2Request`: a receipt and for whom it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedReceipt {
    /// Fiscal code of the body that the station belongs to.
    pub id_pa: String,
    /// The station's owner.
    pub id_broker_pa: String,
    /// The station.
    pub id_station: String,
    /// The receipt.
    pub receipt: Receipt,
}

impl PushedReceipt {
    /// Reads a SOAP 1.1 envelope. No document type, no entities, at most [`MAX_BYTES`].
    pub fn parse(xml: &[u8]) -> Result<Self, ReceiptError> {
        parse::pushed_receipt(xml)
    }

    /// Reads a receipt as pagoPA keeps it for whoever lost it: the same message, with or without its envelope, its
    /// root with or without a namespace, also in the older version.
    pub fn parse_kept(xml: &[u8]) -> Result<Self, ReceiptError> {
        parse::kept_receipt(xml)
    }
}

/// Ricevuta telematica of one notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Given by pagoPA, unique: equals the IUR of the bank's reporting.
    pub receipt_id: String,
    /// What was paid.
    pub notice_number: NoticeNumber,
    /// Fiscal code of the body that holds the credit, 11 digits. Compare it with your own.
    pub body_fiscal_code: String,
    /// Whether it was paid. pagoPA sends no other than `true`.
    pub paid: bool,
    /// IUV.
    pub iuv: String,
    /// The whole sum, without what the provider took from the payer.
    pub amount: Cents,
    /// Causale.
    pub description: String,
    /// The body's name, as it was then.
    pub company_name: Option<String>,
    /// Its office.
    pub office_name: Option<String>,
    /// Who owed.
    pub debtor: Subject,
    /// Who paid, where known.
    pub payer: Option<Subject>,
    /// Where the sum goes; one to five parts.
    pub transfers: Vec<ReceiptTransfer>,
    /// Code of the payment service provider.
    pub psp_id: String,
    /// Its name.
    pub psp: String,
    /// Its fiscal code.
    pub psp_fiscal_code: Option<String>,
    /// Code of the provider's channel.
    pub channel_id: Option<String>,
    /// What kind of channel: `app`, `onLine`, `ATM`, a counter; in the provider's own word.
    pub channel: Option<String>,
    /// How it was paid.
    pub payment_method: Option<String>,
    /// The cart's own text, where one was given.
    pub payment_note: Option<String>,
    /// What the payer paid to the provider on top.
    pub fee: Option<Cents>,
    /// What the body pays to the provider for it (`primaryCiIncurredFee`), where they agreed so.
    pub body_fee: Option<Cents>,
    /// When it was paid. Without a zone in the message, Rome's clock is meant.
    pub paid_at: Option<Instant>,
    /// Data di applicazione: the day on which the provider took the money.
    pub applied_on: Option<NaiveDate>,
    /// The day of the transfer to the body.
    pub transferred_on: Option<NaiveDate>,
    /// Key and value, as the platforms on the way wrote them.
    pub metadata: Vec<(String, String)>,
    /// Whether pagoPA answered in our place while we could not be reached.
    pub stand_in: bool,
}

impl Receipt {
    /// Costs of notification (SEND) in the amount, where the platform says them. It writes them as metadata in cents;
    /// the key's spelling is nowhere published, so capitals, spaces and underscores make no difference.
    pub fn notification_fee(&self) -> Option<Cents> {
        let of_transfers = self.transfers.iter().flat_map(|transfer| &transfer.metadata);
        self.metadata
            .iter()
            .chain(of_transfers)
            .find(|(key, _)| {
                let letters = key.chars().filter(char::is_ascii_alphanumeric);
                letters
                    .map(|c| c.to_ascii_lowercase())
                    .eq("notificationfee".chars())
            })
            .and_then(|(_, value)| {
                let whole = value.bytes().all(|b| b.is_ascii_digit());
                let cents = if whole {
                    value.parse().ok().map(Cents::new)
                } else {
                    soap::cents(value)
                };
                cents.filter(|cents| *cents <= Cents::MAX)
            })
    }
}

/// A person or a firm in a receipt. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    /// Codice fiscale, partita IVA or `ANONIMO`.
    pub code: String,
    /// Name.
    pub full_name: String,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(hidden)")
    }
}

/// One part of the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptTransfer {
    /// 1 to 5.
    pub id: u8,
    /// The part.
    pub amount: Cents,
    /// Fiscal code of the body that gets it.
    pub body_fiscal_code: String,
    /// Causale of the bank transfer.
    pub remittance_information: String,
    /// The account.
    pub iban: Option<Iban>,
    /// Taxonomy code.
    pub category: String,
    /// Key and value, as the platforms on the way wrote them.
    pub metadata: Vec<(String, String)>,
}
