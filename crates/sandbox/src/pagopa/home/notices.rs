//! Every debt position, with what a payer, a shop or bad luck can do to it.

use crate::pagopa::{
    page::{hour, moment, press},
    positions::{Position, Status},
    state::State,
};
use chrono::{DateTime, Utc};
use domain::Cents;
use maud::{Markup, html};

pub(super) fn section(state: &State, now: DateTime<Utc>) -> Markup {
    html! {
        section aria-labelledby="avvisi" {
            h2 id="avvisi" { "Avvisi" }
            @if state.positions.is_empty() {
                p { "Nessun avviso ancora. Avvia una ricarica dal servizio, poi aggiorna questa pagina." }
            }
            ul.cards {
                // The newest is the one that somebody is looking for.
                @for position in state.positions.iter().rev() { (card(position, now)) }
            }
        }
    }
}

fn card(position: &Position, now: DateTime<Utc>) -> Markup {
    let status = position.status(now);
    let at = format!("/posizioni/{}", position.nav);
    html! {
        li.card {
            p.row { (badge(status)) strong { (Cents::new(position.amount())) " €" } }
            dl {
                dt { "Codice avviso" } dd.number { (position.nav) }
                dt { "Ente" } dd { (position.asked.company_name) " (" (position.body) ")" }
                dt { "Oggetto" } dd { (position.description()) }
                dt { "Scadenza" } dd { (moment(position.due)) @if position.asked.switch_to_expired { ", poi non si paga più" } }
                @if position.notification_fee > 0 {
                    dt { "Di cui spese di notifica" } dd { (Cents::new(position.notification_fee)) " €" }
                }
                @if let Some(until) = position.locked_until.filter(|_| position.is_locked(now)) {
                    dt { "In pagamento altrove" } dd { "fino alle " (hour(until)) }
                }
                @if position.own_station { dt { "Tenuto da" } dd { "stazione dell'ente" } }
            }
            div.row {
                @if status == Status::Valid {
                    @if position.is_payable(now) {
                        (press(&format!("{at}/sportello"), "Paga in tabaccheria", true))
                        a.button.quiet href=(format!("/sportello?avviso={}&ente={}", position.nav, position.body)) { "Guardalo allo sportello" }
                        (press(&format!("{at}/blocca"), "In pagamento altrove per 15 minuti", false))
                    }
                    (press(&format!("{at}/spese"), "Aggiungi 2,00 € di notifica", false))
                }
                @if matches!(status, Status::Invalid | Status::Expired) && !position.is_paid() {
                    (press(&format!("{at}/paga-lo-stesso"), "Paga lo stesso: era già alla cassa", false))
                }
                @if let Some(payment) = &position.payment {
                    (press(&format!("/ricevute/{}/rimanda", payment.receipt_id), "Rimanda la ricevuta", false))
                    (press(&format!("{at}/paga-due-volte"), "Paga una seconda volta", false))
                }
            }
        }
    }
}

fn badge(status: Status) -> Markup {
    let (class, word) = match status {
        Status::Draft => ("badge plain", "bozza"),
        Status::Published => ("badge plain", "pubblicato"),
        Status::Valid => ("badge plain", "da pagare"),
        Status::Invalid => ("badge bad", "annullato"),
        Status::Expired => ("badge bad", "scaduto"),
        Status::Paid => ("badge good", "pagato"),
        Status::Reported => ("badge good", "pagato e rendicontato"),
    };
    html! { span class=(class) { (word) } }
}
