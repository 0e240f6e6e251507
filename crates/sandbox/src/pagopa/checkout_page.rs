//! The payment page: what a parent sees at Checkout, with a button for each way it can end.
//!
//! As on the real one, nobody is sent back by itself: the parent taps "Continua", and the address is the one the
//! cart came with, to the letter.

use super::{
    carts::{Cart, Outcome},
    page::{hour, page},
    payments::{Channel, Rule, Unpayable, Wanted},
    state::Platform,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::Cents;
use maud::{DOCTYPE, Markup, html};
use std::sync::Arc;
use url::Url;

/// `GET /ecommerce/checkout/v1/carts/{id}/redirect`: the real one answers a page that refreshes to the next.
pub(super) async fn redirect(State(platform): State<Arc<Platform>>, Path(id): Path<String>) -> Response {
    if find(&platform, &id).is_none() {
        return forgotten();
    }
    let next = format!("/c/{id}?clientId=CHECKOUT_CART");
    Html(
        html! {
            (DOCTYPE)
            html lang="it" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="refresh" content=(format!("0; url={next}"));
                    title { "pagoPA" }
                }
                body { a href=(next) { "Continua" } }
            }
        }
        .into_string(),
    )
    .into_response()
}

/// `GET /c/{id}`.
pub(super) async fn show(State(platform): State<Arc<Platform>>, Path(id): Path<String>) -> Response {
    let Some(cart) = find(&platform, &id) else {
        return forgotten();
    };
    let returns = &cart.returns;
    let markup = match cart.outcome {
        Outcome::Open => choices(&id, &cart),
        Outcome::Paid => ended(
            "Hai pagato",
            "Il pagamento è riuscito. La ricevuta è in viaggio verso l'ente.",
            Some((&id, &returns.return_ok_url)),
        ),
        Outcome::Refused => ended(
            "Pagamento non riuscito",
            "La banca non ha autorizzato il pagamento. Non hai speso nulla: puoi riprovare con lo stesso avviso.",
            Some((&id, &returns.return_error_url)),
        ),
        Outcome::Cancelled => ended(
            "Hai annullato il pagamento",
            "Non hai speso nulla: puoi pagare lo stesso avviso quando vuoi.",
            Some((&id, &returns.return_cancel_url)),
        ),
        Outcome::Waiting => ended(
            "Stiamo elaborando il pagamento",
            "L'esito non è ancora noto. Non pagare di nuovo: torna al servizio e attendi.",
            Some((&id, &returns.return_waiting_url)),
        ),
        Outcome::Closed => ended(
            "Puoi chiudere questa finestra",
            "Da qui non si torna al servizio.",
            None,
        ),
    };
    Html(markup.into_string()).into_response()
}

/// "Paga".
pub(super) async fn pay(State(platform): State<Arc<Platform>>, Path(id): Path<String>) -> Response {
    let Some(cart) = find(&platform, &id) else {
        return forgotten();
    };
    if cart.outcome != Outcome::Open {
        return Redirect::to(&format!("/c/{id}")).into_response();
    }
    let notices: Vec<Wanted> = cart
        .notices
        .iter()
        .map(|n| (n.fiscal_code.clone(), n.notice_number.clone(), n.amount))
        .collect();
    let note = cart.note.as_deref();
    let paid = match platform.fetch(&notices, note).await {
        Ok(()) => platform.pay(&notices, Channel::Checkout, note, Rule::Payable),
        Err(why) => Err(why),
    };
    match paid {
        Ok(_) => end(&platform, &id, Outcome::Paid),
        Err(why) => impossible(&id, &cart, why),
    }
}

/// What a parent sees who can go back only with an error.
fn impossible(id: &str, cart: &Cart, why: Unpayable) -> Response {
    let markup = ended(
        "Il pagamento non è possibile",
        why.words(),
        Some((id, &cart.returns.return_error_url)),
    );
    (StatusCode::CONFLICT, Html(markup.into_string())).into_response()
}

/// "Rifiuta il pagamento": the bank says no.
pub(super) async fn refuse(State(platform): State<Arc<Platform>>, Path(id): Path<String>) -> Response {
    end(&platform, &id, Outcome::Refused)
}

/// "Annulla".
pub(super) async fn cancel(State(platform): State<Arc<Platform>>, Path(id): Path<String>) -> Response {
    end(&platform, &id, Outcome::Cancelled)
}

/// "Lascia l'esito in sospeso": pay it later from the sandbox's own page.
pub(super) async fn wait(State(platform): State<Arc<Platform>>, Path(id): Path<String>) -> Response {
    end(&platform, &id, Outcome::Waiting)
}

/// "Chiudi senza tornare": as if the window were closed. What was paid stays paid.
pub(super) async fn close(State(platform): State<Arc<Platform>>, Path(id): Path<String>) -> Response {
    if let Some(cart) = platform.state().carts.get_mut(&id)
        && cart.outcome == Outcome::Open
    {
        cart.outcome = Outcome::Closed;
    }
    Html(
        ended(
            "Puoi chiudere questa finestra",
            "Da qui non si torna al servizio.",
            None,
        )
        .into_string(),
    )
    .into_response()
}

/// The first outcome stays.
fn end(platform: &Platform, id: &str, outcome: Outcome) -> Response {
    let now = platform.clock.now();
    let mut state = platform.state();
    match state.carts.get_mut(id) {
        Some(cart) if !cart.is_forgotten(now) => {
            if cart.outcome == Outcome::Open {
                cart.outcome = outcome;
            }
            Redirect::to(&format!("/c/{id}")).into_response()
        }
        _ => forgotten(),
    }
}

fn find(platform: &Platform, id: &str) -> Option<Cart> {
    let now = platform.clock.now();
    platform
        .state()
        .carts
        .get(id)
        .filter(|cart| !cart.is_forgotten(now))
        .cloned()
}

fn forgotten() -> Response {
    let markup = ended(
        "La sessione è scaduta",
        "Una pagina di pagamento vale dieci minuti e questa non è più disponibile: torna al servizio e aprila di nuovo. \
         Se non avevi già pagato, non hai speso nulla.",
        None,
    );
    (StatusCode::NOT_FOUND, Html(markup.into_string())).into_response()
}

fn choices(id: &str, cart: &Cart) -> Markup {
    let total: i64 = cart.notices.iter().map(|n| n.amount).sum();
    let count = cart.notices.len();
    let title = if count == 1 {
        "Paga un avviso".to_owned()
    } else {
        format!("Paga {count} avvisi insieme")
    };
    page(
        &title,
        &html! {
            @for notice in &cart.notices {
                dl.card {
                    dt { "Ente" } dd { (notice.company_name) }
                    dt { "Oggetto" } dd { (notice.description) }
                    dt { "Importo" } dd { (Cents::new(notice.amount)) " €" }
                    dt { "Codice avviso" } dd.number { (notice.notice_number) }
                }
            }
            p id="totale" { strong { "Totale: " (Cents::new(total)) " €" } }
            p id="scadenza" { "Questa pagina scade alle " (hour(cart.until())) " (orologio di prova)." }
            (button(id, "paga", "Paga", true))
            (button(id, "rifiuta", "Rifiuta il pagamento", false))
            (button(id, "annulla", "Annulla", false))
            (button(id, "attesa", "Lascia l'esito in sospeso", false))
            (button(id, "chiudi", "Chiudi senza tornare", false))
        },
    )
}

/// An end, with the way back where there is one.
fn ended(title: &str, text: &str, back: Option<(&str, &Url)>) -> Markup {
    page(
        title,
        &html! {
            p role="status" { (text) }
            @if let Some((id, url)) = back {
                p { a.button id="continua" href=(url) rel="noreferrer" { "Continua" } }
                (button(id, "chiudi", "Chiudi senza tornare", false))
            }
        },
    )
}

fn button(id: &str, action: &str, label: &str, first: bool) -> Markup {
    html! {
        form method="post" action=(format!("/c/{id}/{action}")) {
            button.button.quiet[!first] type="submit" id=(action) { (label) }
        }
    }
}
