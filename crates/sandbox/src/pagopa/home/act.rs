//! The buttons of the page: each does its work and leads back to where it stood.

use crate::pagopa::{positions::lock_of, state::Platform};
use axum::{
    Form,
    extract::{Path, State},
    response::Redirect,
};
use chrono::TimeDelta;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

type Shared = State<Arc<Platform>>;

/// "Paga in tabaccheria".
pub(in crate::pagopa) async fn pay_at_counter(
    State(platform): Shared,
    Path(notice): Path<String>,
) -> Redirect {
    platform.pay_at_counter(&notice);
    Redirect::to("/#avvisi")
}

/// "Paga lo stesso: era già alla cassa".
pub(in crate::pagopa) async fn pay_anyway(State(platform): Shared, Path(notice): Path<String>) -> Redirect {
    platform.pay_anyway(&notice);
    Redirect::to("/#avvisi")
}

/// "Paga una seconda volta".
pub(in crate::pagopa) async fn pay_twice(State(platform): Shared, Path(notice): Path<String>) -> Redirect {
    platform.pay_again(&notice);
    Redirect::to("/#ricevute")
}

/// "In pagamento altrove per 15 minuti".
pub(in crate::pagopa) async fn lock(State(platform): Shared, Path(notice): Path<String>) -> Redirect {
    let until = platform.clock.now() + lock_of(15);
    if let Some(position) = platform.state().positions.iter_mut().find(|p| p.nav == notice) {
        position.locked_until = Some(until);
    }
    Redirect::to("/#avvisi")
}

/// "Aggiungi 2,00 € di notifica".
pub(in crate::pagopa) async fn add_fee(State(platform): Shared, Path(notice): Path<String>) -> Redirect {
    platform.add_notification_fee(&notice, 200);
    Redirect::to("/#avvisi")
}

/// "Rimanda la ricevuta" and "Inviala adesso".
pub(in crate::pagopa) async fn resend(State(platform): Shared, Path(receipt): Path<String>) -> Redirect {
    platform.resend(&receipt);
    Redirect::to("/#ricevute")
}

/// "Consegna ora quelle trattenute".
pub(in crate::pagopa) async fn release(State(platform): Shared) -> Redirect {
    platform.release();
    Redirect::to("/#ricevute")
}

/// "Applica".
pub(in crate::pagopa) async fn set_faults(
    State(platform): Shared,
    Form(form): Form<BTreeMap<String, String>>,
) -> Redirect {
    platform.set_faults(super::faults::read(&form));
    Redirect::to("/#guasti")
}

/// "Togli tutti i guasti".
pub(in crate::pagopa) async fn no_faults(State(platform): Shared) -> Redirect {
    platform.set_faults(crate::pagopa::Faults::default());
    Redirect::to("/#guasti")
}

/// "Pubblica il flusso adesso".
pub(in crate::pagopa) async fn publish(State(platform): Shared) -> Redirect {
    platform.publish_flows();
    Redirect::to("/#flussi")
}

/// "Pubblica una nuova revisione".
pub(in crate::pagopa) async fn revise(State(platform): Shared, Path(fdr): Path<String>) -> Redirect {
    platform.revise_flow(&fdr);
    Redirect::to("/#flussi")
}

#[derive(Debug, Deserialize)]
pub(in crate::pagopa) struct Forward {
    secondi: u32,
}

/// "Avanti di …".
pub(in crate::pagopa) async fn advance(State(platform): Shared, Form(forward): Form<Forward>) -> Redirect {
    platform.advance(TimeDelta::seconds(forward.secondi.into()));
    Redirect::to("/#orologio")
}
