//! `get_payment_receipt`: the receipt of a paid notice, for the family.
//!
//! It is the family's own paper and never goes to pagoPA: it names each child by its first name. Never a diet.

use super::{
    press,
    view::{Beside, subject},
};
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

/// How it was paid: pagoPA's words for it (`stPaymentMethod`) in ours, any other as the provider wrote it. One that says
/// nothing is left out.
fn method(word: String) -> Option<String> {
    match word.as_str() {
        "cash" => Some("contanti".to_owned()),
        "creditCard" => Some("carta".to_owned()),
        "bancomat" => Some("Bancomat".to_owned()),
        "other" | "" => None,
        _ => Some(word),
    }
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
        method: payment.method.and_then(method),
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{BodyId, ChildId, PersonId, topup::TopUpState};
    use storage::notices::ChildOfNotice;

    fn child() -> ChildId {
        ChildId::from_parts(1, [1; 10])
    }

    fn line(amount: i64, child: Option<ChildId>, meals: Option<u32>, words: Option<&str>) -> NoticeLine {
        NoticeLine {
            child,
            wallet: None,
            amount: Cents::new(amount),
            meals,
            description: words.map(str::to_owned),
        }
    }

    fn told(kind: NoticeKind, lines_of: Vec<NoticeLine>, paid: i64) -> Vec<(String, i64)> {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let notice = Notice {
            id: NoticeId::from_parts(1, [1; 10]),
            body: BodyId::from_parts(1, [2; 10]),
            person: PersonId::from_parts(1, [3; 10]),
            kind,
            reference: None,
            nav: "301000000000000185".into(),
            iupd: "x".into(),
            amount: lines_of.iter().map(|line| line.amount).sum(),
            subject: "Mensa scolastica".into(),
            causale: "Mensa scolastica".into(),
            state: TopUpState::Paid,
            created_at: now,
            published_at: None,
            due_day: "2026-12-23".parse().unwrap(),
            paid_at: Some(now),
            lines: lines_of,
            attempt: None,
        };
        let sofia = ChildOfNotice {
            id: child(),
            first_name: "Sofia".into(),
            surname: "Ferrari".into(),
        };
        let told = lines(&notice, Cents::new(paid), &Beside::of_children(vec![sofia], now));
        told.into_iter()
            .map(|line| (line.description, line.amount.get()))
            .collect()
    }

    #[test]
    fn each_line_says_what_was_paid_and_for_whom_by_first_name() {
        let top_up = vec![
            line(12_360, Some(child()), Some(20), None),
            line(5_000, Some(child()), None, None),
        ];
        assert_eq!(
            told(NoticeKind::TopUp, top_up, 17_360),
            [
                ("Ricarica della mensa, 20 pasti, per Sofia".to_owned(), 12_360),
                ("Ricarica della mensa, per Sofia".to_owned(), 5_000),
            ]
        );
        let issued = vec![
            line(6_180, Some(child()), None, Some("Mensa, ottobre 2026")),
            line(1_000, None, None, Some("Quota")),
        ];
        assert_eq!(
            told(NoticeKind::Invoice, issued, 7_180),
            [
                ("Mensa, ottobre 2026, per Sofia".to_owned(), 6_180),
                ("Quota".to_owned(), 1_000)
            ]
        );
    }

    #[test]
    fn the_lines_add_up_to_what_was_paid() {
        let one = || vec![line(1_000, None, None, Some("Quota"))];
        assert_eq!(
            told(NoticeKind::Fee, one(), 1_200)[1],
            ("Costi di notifica aggiunti da pagoPA".to_owned(), 200)
        );
        assert_eq!(told(NoticeKind::Fee, one(), 900), []);
    }
}
