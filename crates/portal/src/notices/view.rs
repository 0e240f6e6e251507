//! A notice as its payer sees it.

use crate::{app::App, issuing::Creditor, session::Asking, topups::locked_until};
use api::notices::{NoticeLineView, NoticeView, PaymentView};
use domain::{ChildId, Instant, NoticeId, PersonId, time::day_in_rome, topup::TopUpState};
use std::collections::HashMap;
use storage::{
    StorageError, Tx, bodies,
    notices::{self, ChildOfNotice, Notice},
    receipts::{self, Payment},
};

/// What stands beside every notice of a person.
pub(crate) struct Beside {
    creditor: Option<Creditor>,
    body_name: String,
    children: HashMap<ChildId, ChildOfNotice>,
    now: Instant,
    /// Who asks.
    person: Option<PersonId>,
}

impl Beside {
    /// Reads it: the body, and the children whom the person's notices name.
    pub(crate) fn load(app: &App, tx: &mut dyn Tx, asking: &Asking) -> Result<Self, StorageError> {
        let body = bodies::by_id(tx, asking.actor.body)?;
        let creditor = body
            .as_ref()
            .and_then(|body| Creditor::of(&app.settings.pagopa, body).ok());
        let children = notices::children_of(tx, asking.actor, day_in_rome(asking.now))?;
        Ok(Self {
            creditor,
            body_name: body.map(|body| body.name).unwrap_or_default(),
            children: children.into_iter().map(|child| (child.id, child)).collect(),
            now: asking.now,
            person: Some(asking.actor.person),
        })
    }

    /// Children alone, for a test of what a paper says.
    #[cfg(test)]
    pub(crate) fn of_children(children: Vec<ChildOfNotice>, now: Instant) -> Self {
        Self {
            creditor: None,
            body_name: String::new(),
            children: children.into_iter().map(|child| (child.id, child)).collect(),
            now,
            person: None,
        }
    }

    /// A child whom one of the person's notices names.
    pub(crate) fn child(&self, id: ChildId) -> Option<&ChildOfNotice> {
        self.children.get(&id)
    }

    /// A notice, and how it was paid.
    pub(crate) fn view(&self, notice: &Notice, payment: Option<Payment>) -> NoticeView {
        let retry_after = locked_until(notice, self.now);
        let line = |line: &notices::NoticeLine| NoticeLineView {
            child: line.child,
            first_name: line
                .child
                .and_then(|child| self.child(child))
                .map(|child| child.first_name.clone()),
            wallet: line.wallet,
            amount: line.amount,
            meals: line.meals,
            description: line.description.clone(),
        };
        NoticeView {
            id: notice.id,
            kind: notice.kind,
            state: match notice.state {
                // A trip that ended without payment, or is long over, leaves it payable.
                TopUpState::Verifying if retry_after.is_none() => TopUpState::Payable,
                state => state,
            },
            yours: self.person == Some(notice.person),
            subject: subject(notice).to_owned(),
            amount: notice.amount,
            due: notice.kind.is_issued().then_some(notice.due_day),
            lines: notice.lines.iter().map(line).collect(),
            notice_number: notice.nav.clone(),
            body_fiscal_code: self
                .creditor
                .as_ref()
                .map_or_else(String::new, |c| c.fiscal_code.to_string()),
            body_name: self
                .creditor
                .as_ref()
                .map_or(self.body_name.as_str(), |creditor| creditor.company_name.as_str())
                .to_owned(),
            cbill: self
                .creditor
                .as_ref()
                .and_then(|creditor| Some(creditor.cbill.as_ref()?.as_str().to_owned())),
            created_at: notice.created_at,
            payment: payment.map(payment_view),
            printable: is_printable(notice),
            retry_after,
        }
    }
}

fn payment_view(payment: Payment) -> PaymentView {
    PaymentView {
        receipt_id: payment.receipt_id,
        paid_at: payment.paid_at,
        psp: payment.psp,
        method: payment.method,
        fee: payment.fee,
        payer: payment.payer,
    }
}

/// What a notice is for; those of earlier versions were all top-ups and did not say.
pub(crate) fn subject(notice: &Notice) -> &str {
    match notice.subject.as_str() {
        "" => "Mensa scolastica, ricarica",
        subject => subject,
    }
}

/// Whether the notice can be paid with its paper: pagoPA knows it, and nobody has paid it.
pub(crate) const fn is_printable(notice: &Notice) -> bool {
    matches!(notice.state, TopUpState::Payable | TopUpState::Verifying)
}

/// One notice that a person may read; none where it is not theirs.
pub(crate) fn one(
    app: &App,
    tx: &mut dyn Tx,
    asking: &Asking,
    id: NoticeId,
) -> Result<Option<NoticeView>, StorageError> {
    let Some(notice) = notices::readable(tx, asking.actor, day_in_rome(asking.now), id)? else {
        return Ok(None);
    };
    let payment = receipts::payment_of(tx, asking.actor, id)?;
    Ok(Some(Beside::load(app, tx, asking)?.view(&notice, payment)))
}
