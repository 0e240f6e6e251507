//! What goes wrong, chosen by people on a page or by tests in JSON.

use super::{Fault, page, state::Provider};
use axum::{
    Form, Json,
    extract::State,
    http::StatusCode,
    response::{Html, Redirect},
};
use maud::html;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// `{"fault": "wrong-nonce"}`, or `{"fault": null}` for none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    fault: Option<Fault>,
}

/// The same from the page, where none is an empty text.
#[derive(Deserialize)]
pub(super) struct Chosen {
    guasto: String,
}

/// `GET /sandbox/provider`.
pub(super) async fn show(State(provider): State<Arc<Provider>>) -> Json<Value> {
    Json(json!({
        "issuer": provider.issuer(),
        "client_id": super::CLIENT_ID,
        "client_secret": super::CLIENT_SECRET,
        "fault": provider.fault(),
        "now": provider.now(),
    }))
}

/// `PUT /sandbox/provider/fault`.
pub(super) async fn set(State(provider): State<Arc<Provider>>, Json(wanted): Json<Wanted>) -> StatusCode {
    provider.set_fault(wanted.fault);
    StatusCode::NO_CONTENT
}

/// `POST /sandbox/provider/rotate`.
pub(super) async fn rotate(State(provider): State<Arc<Provider>>) -> StatusCode {
    provider.rotate_keys();
    StatusCode::NO_CONTENT
}

/// `POST /identita/guasto`.
pub(super) async fn choose(State(provider): State<Arc<Provider>>, Form(chosen): Form<Chosen>) -> Redirect {
    let fault = Fault::ALL.iter().find(|fault| fault.name() == chosen.guasto);
    provider.set_fault(fault.copied());
    Redirect::to("/identita")
}

/// `POST /identita/ruota`.
pub(super) async fn turn(State(provider): State<Arc<Provider>>) -> Redirect {
    provider.rotate_keys();
    Redirect::to("/identita")
}

/// `GET /identita`.
pub(super) async fn home(State(provider): State<Arc<Provider>>) -> Html<String> {
    let active = provider.fault();
    let content = html! {
        p { "Fa le veci di chi gestisce SPID e CIE. Qui scegli che cosa va storto nei prossimi accessi." }
        @if let Some(fault) = active {
            p.problem role="status" { strong { "Guasto attivo: " } (fault.words()) "." }
        }
        form method="post" action="/identita/guasto" {
            div.field {
                label for="guasto" { "Guasto" }
                select id="guasto" name="guasto" {
                    option value="" selected[active.is_none()] { "nessuno" }
                    @for fault in Fault::ALL {
                        option value=(fault.name()) selected[active == Some(*fault)] { (fault.words()) }
                    }
                }
            }
            div.row { button.button type="submit" { "Scegli" } }
        }
        h2 { "Chiavi" }
        p { "Un gestore cambia le sue chiavi senza avvisare: il servizio deve accorgersene da solo." }
        form method="post" action="/identita/ruota" {
            button.button.quiet type="submit" { "Cambia le chiavi" }
        }
    };
    Html(page::page("Identità di prova", &content).into_string())
}
