//! The page for people: every debt position with what one can do to it, every receipt with its answers.

use super::{positions::Status, state::Platform};
use axum::{
    extract::{Path, State},
    response::{Html, Redirect},
};
use domain::Cents;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::sync::Arc;

const STYLE: &str = "
body{font:1.1rem/1.5 'Titillium Web',system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#17324d}
.banner{background:#fff3cd;color:#17324d;padding:.5rem 1rem;border-left:.4rem solid #995c00}
dt{font-weight:600}dd{margin:0 0 .5rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem;border-bottom:1px solid #5b6f82;vertical-align:top}
form{margin:.5rem 0}
.button{display:inline-block;font:inherit;font-weight:600;padding:.6rem 1.2rem;border-radius:.3rem;border:2px solid #06c;background:#06c;color:#fff;text-decoration:none;cursor:pointer}
.button.quiet{background:#fff;color:#0053a6}
.button:focus-visible,a:focus-visible{outline:3px solid #f90;outline-offset:2px}
";

/// A page in the sandbox's frame, which says that it is one.
pub(super) fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="it" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " - pagoPA di prova" }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                p.banner { "Ambiente di prova: nessun pagamento è vero." }
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    }
}

/// `GET /`.
pub(super) async fn show(State(platform): State<Arc<Platform>>) -> Html<String> {
    let now = platform.clock.now();
    let state = platform.state();
    let content = html! {
        h2 { "Avvisi" }
        @if state.positions.is_empty() { p { "Nessun avviso ancora. Avvia una ricarica dal servizio." } }
        @else {
            table {
                thead { tr { th scope="col" { "Codice avviso" } th scope="col" { "Ente e oggetto" } th scope="col" { "Importo" } th scope="col" { "Stato" } th scope="col" { "Azioni" } } }
                tbody {
                    @for position in &state.positions {
                        tr {
                            td { (position.nav) }
                            td { (position.asked.company_name) br; (position.description()) }
                            td { (Cents::new(position.amount())) " €" }
                            td { (word(position.status(now))) }
                            td {
                                @if position.is_payable(now) {
                                    form method="post" action=(format!("/posizioni/{}/sportello", position.nav)) {
                                        button.button.quiet type="submit" { "Paga in tabaccheria" }
                                    }
                                }
                                @if let Some(payment) = &position.payment {
                                    form method="post" action=(format!("/ricevute/{}/rimanda", payment.receipt_id)) {
                                        button.button.quiet type="submit" { "Rimanda la ricevuta" }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        h2 { "Ricevute inviate" }
        @if state.pushes.is_empty() { p { "Nessuna ricevuta ancora." } }
        @else {
            table {
                thead { tr { th scope="col" { "Ricevuta" } th scope="col" { "Codice avviso" } th scope="col" { "Risposte dell'ente" } } }
                tbody {
                    @for push in &state.pushes {
                        tr {
                            td { (push.receipt_id) }
                            td { (push.notice_number) }
                            td {
                                @if push.attempts.is_empty() { "in viaggio" }
                                @for attempt in &push.attempts { (attempt.words()) br; }
                            }
                        }
                    }
                }
            }
        }
        p { a href="/" { "Aggiorna" } }
    };
    Html(page("pagoPA di prova", &content).into_string())
}

/// "Paga in tabaccheria".
pub(super) async fn pay_at_counter(
    State(platform): State<Arc<Platform>>,
    Path(notice): Path<String>,
) -> Redirect {
    platform.pay_at_counter(&notice);
    Redirect::to("/")
}

/// "Rimanda la ricevuta".
pub(super) async fn resend(State(platform): State<Arc<Platform>>, Path(receipt): Path<String>) -> Redirect {
    platform.resend(&receipt);
    Redirect::to("/")
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Draft => "bozza",
        Status::Published => "pubblicato",
        Status::Valid => "da pagare",
        Status::Invalid => "annullato",
        Status::Expired => "scaduto",
        Status::Paid => "pagato",
    }
}
