//! A payment has arrived: told to whoever made it, or to whom its notice was issued, and to nobody else.

use super::{Teller, Word};
use domain::{message::Text, telling::Topic};
use storage::{StorageError, Tx, notices::Notice};

/// Tells of a notice that was paid in this transaction.
pub(crate) fn received(tx: &mut dyn Tx, teller: Teller<'_>, notice: &Notice) -> Result<(), StorageError> {
    let word = Word {
        person: notice.person,
        topic: Topic::Payments,
        cause: format!("payment/{}", notice.id),
        due: teller.now,
        expires: None,
        text: Text::PaymentReceived {
            amount: notice.amount,
            at: teller.now,
            notice: notice.nav.clone(),
        },
    };
    teller.say(tx, &word).map(drop)
}
