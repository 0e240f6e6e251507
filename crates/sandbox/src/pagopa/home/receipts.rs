//! Every receipt: sent with its answers, held back, or never sent.

use crate::pagopa::{
    page::{moment, press},
    payments::PayStatus,
    state::State,
};
use domain::Cents;
use maud::{Markup, html};

/// What a flow says of a payment, with pagoPA's own number.
pub(super) fn pay_status(status: PayStatus) -> &'static str {
    match status {
        PayStatus::Executed => "codice 0, con ricevuta",
        PayStatus::StandIn => "codice 4, pagato con ente irraggiungibile",
        PayStatus::StandInNoRpt => "codice 8, pagato con ente irraggiungibile e senza ricevuta",
        PayStatus::NoRpt => "codice 9, senza ricevuta",
    }
}

pub(super) fn section(state: &State) -> Markup {
    let sent = |id: &str| state.pushes.iter().any(|push| push.receipt_id == id);
    let held = |id: &str| state.held.iter().any(|held| held.message.receipt_id == id);
    let never = state
        .paid
        .iter()
        .map(|paid| &paid.message)
        .filter(|message| !sent(&message.receipt_id) && !held(&message.receipt_id));
    html! {
        section aria-labelledby="ricevute" {
            h2 id="ricevute" { "Ricevute" }
            @if state.paid.is_empty() && state.pushes.is_empty() { p { "Nessuna ricevuta ancora." } }
            @if !state.held.is_empty() { div.row.above { (press("/ricevute/consegna", "Consegna ora quelle trattenute", true)) } }
            ul.cards {
                @for held in &state.held {
                    li.card {
                        p { span class="badge plain" { "trattenuta" } }
                        dl {
                            dt { "Codice avviso" } dd.number { (held.message.nav) }
                            dt { "Parte" }
                            dd { @match held.until { Some(until) => { (moment(until)) }, None => { "dopo la prossima" } } }
                        }
                    }
                }
                @for message in never {
                    li.card {
                        p { span class="badge bad" { "mai inviata" } }
                        dl {
                            dt { "Ricevuta" } dd.number { (message.receipt_id) }
                            dt { "Codice avviso" } dd.number { (message.nav) }
                            dt { "Importo" } dd { (Cents::new(message.amount)) " €" }
                        }
                        (press(&format!("/ricevute/{}/rimanda", message.receipt_id), "Inviala adesso", false))
                    }
                }
                @for push in state.pushes.iter().rev() {
                    li.card {
                        p {
                            @match (push.done, push.attempts.last().and_then(|last| last.outcome.as_deref())) {
                                (_, Some("OK")) => span class="badge good" { "accettata" },
                                (true, _) => span class="badge bad" { "rifiutata" },
                                (false, _) => span class="badge plain" { "in viaggio" },
                            }
                        }
                        dl {
                            dt { "Ricevuta" } dd.number { (push.receipt_id) }
                            dt { "Codice avviso" } dd.number { (push.notice_number) }
                            dt { "Importo" } dd { (Cents::new(push.amount)) " €" }
                            @if !push.attempts.is_empty() {
                                dt { "Risposte dell'ente" }
                                dd { ol.answers { @for attempt in &push.attempts { li { (moment(attempt.at)) ": " (attempt.words()) } } } }
                            }
                        }
                    }
                }
            }
        }
    }
}
