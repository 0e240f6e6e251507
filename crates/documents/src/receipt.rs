//! The receipt of a payment, for the family. Ricevuta di pagamento.

use domain::{Cents, Instant};

use crate::DocumentError;

/// One thing that was paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    /// What, in Italian: `Ricarica del conto mensa`.
    pub description: String,
    /// How much.
    pub amount: Cents,
}

/// What a receipt says. From the receipt that pagoPA sent, not from what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentReceipt {
    /// The body that was paid.
    pub body_name: String,
    /// Its fiscal code.
    pub body_fiscal_code: String,
    /// pagoPA's id of the receipt (IUR).
    pub receipt_id: String,
    /// The notice number, 18 digits.
    pub notice_number: String,
    /// The notice's unique payment id (IUV).
    pub iuv: String,
    /// When it was paid; shown as Rome's wall clock.
    pub paid_at: Instant,
    /// The payment service provider (prestatore).
    pub psp_name: String,
    /// How it was paid, where the provider says it.
    pub method: Option<String>,
    /// The provider's fee, where it says it. On top of the amount; it did not go to the body.
    pub fee: Option<Cents>,
    /// What the body received.
    pub amount: Cents,
    /// Who paid, where the provider says it.
    pub payer_name: Option<String>,
    /// In whose name the debt was.
    pub debtor_name: String,
    /// Their fiscal code.
    pub debtor_fiscal_code: String,
    /// What the payment was for, as pagoPA carries it. Causale.
    pub causale: String,
    /// What it was for, line by line; with any, they add up to `amount`.
    pub lines: Vec<ReceiptLine>,
    /// When this paper is made; shown as Rome's wall clock.
    pub issued_at: Instant,
}

/// The receipt as a PDF/UA-1 file, in Italian.
pub fn payment_receipt(receipt: &PaymentReceipt) -> Result<Vec<u8>, DocumentError> {
    let _ = receipt;
    Err(DocumentError::Typeset("not yet".to_owned()))
}
