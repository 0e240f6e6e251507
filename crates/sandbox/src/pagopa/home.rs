//! The page for people: notices and what can be done to them, what shall go wrong, receipts with their answers, flows,
//! the clock.

mod act;
mod faults;
mod notices;
mod receipts;

pub(super) use act::{
    add_fee, advance, lock, no_faults, pay_anyway, pay_at_counter, pay_twice, publish, release, resend,
    revise, set_faults,
};

use super::{
    page::{moment, page, press},
    state::Platform,
};
use axum::{extract::State, response::Html};
use domain::Cents;
use maud::{Markup, html};
use std::sync::Arc;

/// `GET /`.
pub(super) async fn show(State(platform): State<Arc<Platform>>) -> Html<String> {
    let now = platform.clock.now();
    let state = platform.state();
    let content = html! {
        nav aria-label="In questa pagina" {
            ul {
                li { a href="/" { "Aggiorna" } }
                li { a href="/sportello" { "Sportello" } }
                li { a href="#avvisi" { "Avvisi" } }
                li { a href="#guasti" { "Guasti" } }
                li { a href="#ricevute" { "Ricevute" } }
                li { a href="#flussi" { "Flussi" } }
                li { a href="#orologio" { "Orologio" } }
            }
        }
        @if let Some(words) = faults::in_short(&state.faults) {
            p.banner role="status" { strong { "Guasti attivi: " } (words) ". " a href="#guasti" { "Cambia o togli" } }
        }
        (notices::section(&state, now))
        (faults::section(&state.faults))
        (receipts::section(&state))
        (flows(&state))
        section aria-labelledby="orologio" {
            h2 id="orologio" { "Orologio" }
            p { "Qui sono le " strong { (moment(now)) } " (ora di Roma). Solo pagoPA di prova va avanti: il servizio tiene la sua ora." }
            div.row {
                (forward(660, "Avanti di 11 minuti"))
                (forward(3_600, "Avanti di un'ora"))
                (forward(86_400, "Avanti di un giorno"))
            }
            p.hint { "Dopo 10 minuti una pagina di pagamento scade; a mezzanotte parte il flusso di rendicontazione." }
        }
    };
    Html(page("pagoPA di prova", &content).into_string())
}

fn forward(seconds: u32, label: &str) -> Markup {
    html! {
        form method="post" action="/orologio" {
            input type="hidden" name="secondi" value=(seconds);
            button.button.quiet type="submit" { (label) }
        }
    }
}

fn flows(state: &super::state::State) -> Markup {
    let waiting = state.paid.iter().filter(|paid| paid.flow.is_none()).count();
    html! {
        section aria-labelledby="flussi" {
            h2 id="flussi" { "Flussi di rendicontazione" }
            @match waiting {
                0 => p { "Nessun pagamento aspetta di essere rendicontato." },
                1 => p { "Un pagamento aspetta il prossimo flusso." },
                many => p { (many) " pagamenti aspettano il prossimo flusso." },
            }
            @if waiting > 0 { div.row.above { (press("/flussi/pubblica", "Pubblica il flusso adesso", true)) } }
            ul.cards {
                @for flow in state.flows.iter().rev() {
                    li.card {
                        h3.number { (flow.id) }
                        p.hint { "Revisione " (flow.revision) ", pubblicata il " (moment(flow.published)) }
                        dl {
                            dt { "Ente" } dd { (flow.company_name) " (" (flow.body) ")" }
                            dt { "Prestatore" } dd { (flow.channel.provider().name) }
                            dt { "Bonifico" } dd { (flow.regulation) ": " (Cents::new(flow.sum())) " €" }
                            dt { "Pagamenti" }
                            @for row in &flow.rows {
                                dd { span.number { (row.iuv) } ": " (Cents::new(row.amount)) " €, " (receipts::pay_status(row.status)) }
                            }
                        }
                        (press(&format!("/flussi/{}/rettifica", flow.id), "Pubblica una nuova revisione", false))
                    }
                }
            }
        }
    }
}
