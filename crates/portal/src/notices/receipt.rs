//! `get_payment_receipt`: the receipt of a paid notice, for the family.
//!
//! It is the family's own paper and never goes to pagoPA: it names each child by its first name. Never a diet.

use super::{press, view::{Beside, subject}};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    issuing::{Creditor, CreditorError},
    session::Asking,
};
use api::{ErrorCode, notices::DocumentView};
use axum::extract::State;
use documents::{PaymentReceipt, ReceiptLine};
use domain::{Cents, NoticeId, notice::NoticeKind};
use http::StatusCode;
use pagopa::{NoticeNumber, codes::CodeError};
use storage::{
    StorageError, Tx, bodies,
    notices::{self, Notice, NoticeLine},
    receipts,
};

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum GetPaymentReceiptError {
    /// Not a notice of this person.
    #[error("not this person's notice")]
    NotFound,
    /// No receipt came.
    #[error("it is not paid")]
    NotPaid,
    /// The body's pagoPA settings.
    #[error(transparent)]
    Creditor(#[from] CreditorError),
    /// The notice's codes.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetPaymentReceiptError> for ApiError {
    fn from(error: GetPaymentReceiptError) -> Self {
        match error {
            GetPaymentReceiptError::NotFound => Self::not_found(),
            GetPaymentReceiptError::NotPaid => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::NotPaid,
                "Questo avviso non risulta pagato. La ricevuta ci sarà quando arriva la conferma di pagoPA.",
            ),
            GetPaymentReceiptError::Creditor(error) => Self::internal(error),
            GetPaymentReceiptError::Code(error) => Self::internal(error),
            GetPaymentReceiptError::Storage(error) => error.into(),
        }
    }
}

/// What a line is for, in the office's words or the portal's, and for whom.
fn described(notice: &Notice, line: &NoticeLine, beside: &Beside) -> String {
    let child = line.child.and_then(|child| beside.child(child));
    let name = child.map(|child| child.first_name.as_str());
    let what = match (notice.kind, &line.description) {
        (_, Some(words)) => words.clone(),
        (NoticeKind::TopUp, None) => match line.meals {
            Some(1) => "Ricarica della mensa, 1 pasto".to_owned(),
            Some(meals) => format!("Ricarica della mensa, {meals} pasti"),
            None => "Ricarica della mensa".to_owned(),
        },
        (_, None) => subject(notice).to_owned(),
    };
    let whole = name.map_or_else(|| what.clone(), |name| format!("{what}, per {name}"));
    whole.chars().take(140).collect()
}

/// The lines, which add up to what was paid: pagoPA may have added the costs of notification.
fn lines(notice: &Notice, paid: Cents, beside: &Beside) -> Vec<ReceiptLine> {
    let mut lines: Vec<ReceiptLine> = notice
        .lines
        .iter()
        .map(|line| ReceiptLine {
            description: described(notice, line, beside),
            amount: line.amount,
        })
        .collect();
    let sum: Cents = lines.iter().map(|line| line.amount).sum();
    match (paid - sum).get() {
        1.. => lines.push(ReceiptLine {
            description: "Costi di notifica aggiunti da pagoPA".to_owned(),
            amount: paid - sum,
        }),
        0 => {}
        // Never credited as it is; the paper then says only what was paid.
        _ => lines.clear(),
    }
    lines
}

fn paper(
    app: &App,
    tx: &mut dyn Tx,
    asking: &Asking,
    id: NoticeId,
) -> Result<PaymentReceipt, GetPaymentReceiptError> {
    let notice = notices::of_person_by_id(tx, asking.actor, id)?.ok_or(GetPaymentReceiptError::NotFound)?;
    let payment = receipts::payment_of(tx, asking.actor, id)?.ok_or(GetPaymentReceiptError::NotPaid)?;
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(GetPaymentReceiptError::NotFound)?;
    let creditor = Creditor::of(&app.settings.pagopa, &body)?;
    let debtor = notices::debtor(tx, asking.actor)?;
    let beside = Beside::load(app, tx, asking)?;
    let (number, _) = NoticeNumber::parse(&notice.nav)?;
    Ok(PaymentReceipt {
        body_name: creditor.company_name.as_str().to_owned(),
        body_fiscal_code: creditor.fiscal_code.to_string(),
        receipt_id: payment.receipt_id,
        iuv: number.iuv(),
        paid_at: payment.paid_at,
        psp_name: payment.psp.unwrap_or_else(|| "non indicato".to_owned()),
        method: payment.method,
        fee: payment.fee,
        amount: payment.amount,
        payer_name: payment.payer,
        debtor_name: debtor.full_name,
        debtor_fiscal_code: debtor.fiscal_code,
        lines: lines(&notice, payment.amount, &beside),
        causale: notice.causale,
        notice_number: notice.nav,
        issued_at: asking.now,
    })
}

/// `get_payment_receipt`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<NoticeId>,
) -> ApiResult<DocumentView> {
    let inside = app.clone();
    let paper = press::read(&app, &caller, move |tx, asking| paper(&inside, tx, asking, id)).await?;
    press::print(format!("ricevuta-{}.pdf", paper.notice_number), move || {
        documents::payment_receipt(&paper)
    })
    .await
}
