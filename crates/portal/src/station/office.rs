//! What the office is told about a receipt. No names: whose it is stands in the receipt.

use crate::app::App;
use domain::{BodyId, Cents, Instant, OfficeItemId};
use storage::{
    StorageError, Tx,
    office::{self, OfficeItem, OfficeKind},
};

/// What a receipt is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) body: BodyId,
    pub(super) receipt_id: &'a str,
    pub(super) nav: &'a str,
    pub(super) amount: Cents,
}

/// What to do.
const fn advice(kind: OfficeKind) -> &'static str {
    match kind {
        OfficeKind::SecondPayment => {
            "Un avviso già pagato è stato pagato un'altra volta: l'importo va restituito con un bonifico a chi ha pagato."
        }
        OfficeKind::UnknownNotice => {
            "Nessun avviso ha questo numero; succede dopo il ripristino di una copia. Cerca la famiglia dalla ricevuta e accredita con una rettifica."
        }
        OfficeKind::AmountDiffers => {
            "È stato pagato meno dell'importo dell'avviso e non è stato accreditato nulla. Confronta con il back office di pagoPA e correggi con una rettifica."
        }
        OfficeKind::PaidAfterCancel => {
            "Un avviso annullato è stato pagato ed è stato accreditato. Chiedi alla famiglia se rivuole l'importo."
        }
        OfficeKind::FeeAdded => {
            "È stato pagato più dell'importo dell'avviso, di solito per spese di notifica. È stato accreditato solo l'importo dell'avviso."
        }
        OfficeKind::NotProcessed => {
            "Una ricevuta è conservata ma non si riesce ad accreditarla. Chi gestisce il portale trova il motivo nel registro."
        }
        OfficeKind::ReceiptMissing | OfficeKind::FlowDiffers | OfficeKind::NotWithdrawn => {
            "Confronta con il back office di pagoPA."
        }
    }
}

/// Asks the office to look, once. `amount` is what is too much, too little or to be given back.
pub(super) fn ask(
    app: &App,
    tx: &mut dyn Tx,
    kind: OfficeKind,
    about: About<'_>,
    now: Instant,
) -> Result<(), StorageError> {
    let item = OfficeItem {
        id: app.fresh(now, OfficeItemId::from_parts),
        body: about.body,
        kind,
        about: about.receipt_id.to_owned(),
        nav: Some(about.nav.to_owned()),
        amount: Some(about.amount),
        detail: advice(kind).to_owned(),
        opened_at: now,
        closed: None,
    };
    if office::open(tx, &item)? {
        tracing::error!(
            nav = about.nav,
            receipt = about.receipt_id,
            kind = kind.as_str(),
            "the office must look at a receipt"
        );
    }
    Ok(())
}
