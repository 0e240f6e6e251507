//! A cart as its payer sees it.

use crate::{app::App, notices::view::Beside, session::Asking, topups::view::locked_until};
use api::notices::CartView;
use domain::{AttemptId, Cents, NoticeId};
use storage::{StorageError, Tx, notices, receipts};

/// How the payment of these notices stands. They are this person's.
pub(super) fn view(
    app: &App,
    tx: &mut dyn Tx,
    asking: &Asking,
    (id, ids): (AttemptId, &[NoticeId]),
) -> Result<CartView, StorageError> {
    let beside = Beside::load(app, tx, asking)?;
    let (mut views, mut retry_after) = (Vec::new(), None);
    for notice in ids {
        let Some(notice) = notices::of_person_by_id(tx, asking.actor, *notice)? else {
            continue;
        };
        retry_after = retry_after.max(locked_until(&notice, asking.now));
        let payment = receipts::payment_of(tx, asking.actor, notice.id)?;
        views.push(beside.view(&notice, payment));
    }
    Ok(CartView {
        id,
        total: views.iter().map(|notice| notice.amount).sum::<Cents>(),
        notices: views,
        checkout_url: None,
        problem: None,
        retry_after,
    })
}
