//! The receipt of a payment, for the family. Ricevuta di pagamento.

use domain::{Cents, Instant};
use serde::Serialize;

use crate::{
    DocumentError,
    texts::{breakable, date_and_time, digits, groups_of_four, optional, required},
    typeset::{Particulars, Template, typeset},
};

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

/// What the template gets.
#[derive(Serialize)]
struct Values {
    title: String,
    body_name: String,
    body_fiscal_code: String,
    receipt_id: String,
    notice_number: String,
    iuv: String,
    paid_at: String,
    psp_name: String,
    method: Option<String>,
    fee: Option<String>,
    amount: String,
    total: Option<String>,
    payer_name: Option<String>,
    debtor_name: String,
    debtor_fiscal_code: Option<String>,
    causale: String,
    lines: Vec<(String, String)>,
    issued_at: String,
}

/// The receipt as a PDF/UA-1 file, in Italian.
pub fn payment_receipt(receipt: &PaymentReceipt) -> Result<Vec<u8>, DocumentError> {
    let values = values(receipt)?;
    let particulars = Particulars {
        ident: format!("receipt {} {}", receipt.body_fiscal_code, receipt.receipt_id),
        made_at: Some(receipt.issued_at),
        pages: 20,
    };
    typeset(Template::Receipt, &values, &particulars)
}

fn values(receipt: &PaymentReceipt) -> Result<Values, DocumentError> {
    if receipt.amount <= Cents::ZERO || receipt.amount > Cents::MAX {
        return Err(DocumentError::Amount);
    }
    if receipt.fee.is_some_and(Cents::is_negative) {
        return Err(DocumentError::Amount);
    }
    let sum: Cents = receipt.lines.iter().map(|line| line.amount).sum();
    if !receipt.lines.is_empty() && sum != receipt.amount {
        return Err(DocumentError::Sum);
    }
    let notice_number = groups_of_four(&digits("notice_number", &receipt.notice_number, 18)?);
    let lines = receipt.lines.iter().map(|line| {
        let description = required("line", &line.description, 140)?;
        Ok((breakable(&description), line.amount.to_string()))
    });
    let wide = |field, text: &str, limit| required(field, text, limit).map(|text| breakable(&text));
    Ok(Values {
        title: format!("Ricevuta di pagamento {notice_number}"),
        body_name: wide("body_name", &receipt.body_name, 140)?,
        body_fiscal_code: digits("body_fiscal_code", &receipt.body_fiscal_code, 11)?,
        receipt_id: required("receipt_id", &receipt.receipt_id, 35)?,
        notice_number,
        iuv: required("iuv", &receipt.iuv, 35)?,
        paid_at: date_and_time(receipt.paid_at),
        psp_name: wide("psp_name", &receipt.psp_name, 140)?,
        method: optional("method", receipt.method.as_deref(), 70)?.map(|text| breakable(&text)),
        fee: receipt.fee.map(|fee| fee.to_string()),
        amount: receipt.amount.to_string(),
        total: receipt.fee.map(|fee| (receipt.amount + fee).to_string()),
        payer_name: optional("payer_name", receipt.payer_name.as_deref(), 140)?.map(|text| breakable(&text)),
        debtor_name: wide("debtor_name", &receipt.debtor_name, 140)?,
        debtor_fiscal_code: optional("debtor_fiscal_code", Some(&receipt.debtor_fiscal_code), 16)?,
        causale: wide("causale", &receipt.causale, 140)?,
        lines: lines.collect::<Result<_, DocumentError>>()?,
        issued_at: date_and_time(receipt.issued_at),
    })
}
