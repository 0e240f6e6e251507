//! Where a browser arrives: who signs in, at which level, and whether they agree.

use super::{
    Fault,
    endpoints::ANOTHER_ISSUER,
    page::page,
    people::{self, PEOPLE},
    state::{CLIENT_ID, Grant, Provider, Visit},
};
use axum::{
    Form,
    extract::{Query, RawQuery, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

/// The request (OpenID Connect Core 3.1.2.1).
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    code_challenge: String,
    #[serde(default)]
    code_challenge_method: String,
    #[serde(default)]
    prompt: String,
    #[serde(default)]
    idp_hint: String,
}

/// What was chosen on the page.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    persona: Option<String>,
    livello: Option<u8>,
    scelta: String,
}

impl Asked {
    /// Whether an answer may go to the return address at all.
    fn is_from_a_client(&self, provider: &Provider) -> bool {
        self.client_id == CLIENT_ID && provider.may_return_to(&self.redirect_uri)
    }

    /// Why there is nothing to choose.
    fn error(&self, fault: Option<Fault>) -> Option<(&'static str, &'static str)> {
        let complete = self.state.len() >= 32
            && self.nonce.len() >= 32
            && self.code_challenge.len() == 43
            && self.code_challenge_method == "S256";
        if self.response_type != "code" {
            return Some(("unsupported_response_type", "solo code"));
        }
        if !self.scope.split(' ').any(|scope| scope == "openid") {
            return Some(("invalid_scope", "manca openid"));
        }
        if !complete {
            return Some((
                "invalid_request",
                "state e nonce di 32 caratteri, code_challenge S256",
            ));
        }
        if self.prompt == "none" {
            return Some(("login_required", ""));
        }
        (fault == Some(Fault::AccessDenied)).then_some(("access_denied", ""))
    }

    fn by_card(&self) -> bool {
        self.idp_hint == "cie"
    }
}

/// `GET /identita/accesso`.
pub(super) async fn show(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
    Query(asked): Query<Asked>,
) -> Response {
    if !asked.is_from_a_client(&provider) {
        return stranger();
    }
    if let Some((error, description)) = asked.error(provider.fault()) {
        return back(
            &provider,
            &asked,
            &[("error", error), ("error_description", description)],
        );
    }
    let action = format!("?{}", query.unwrap_or_default());
    let title = if asked.by_card() {
        "Entra con CIE"
    } else {
        "Entra con SPID"
    };
    let content = form(&action, None);
    (
        [(header::CACHE_CONTROL, "no-store")],
        Html(page(title, &content).into_string()),
    )
        .into_response()
}

/// `POST /identita/accesso`.
pub(super) async fn decide(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
    Query(asked): Query<Asked>,
    Form(choice): Form<Choice>,
) -> Response {
    if !asked.is_from_a_client(&provider) {
        return stranger();
    }
    if let Some((error, description)) = asked.error(provider.fault()) {
        return back(
            &provider,
            &asked,
            &[("error", error), ("error_description", description)],
        );
    }
    match choice.scelta.as_str() {
        "acconsento" => {}
        "annulla" => {
            let told = [
                ("error", "access_denied"),
                ("error_description", "ErrorCode nr25"),
            ];
            return back(&provider, &asked, &told);
        }
        _ => {
            let told = [
                ("error", "access_denied"),
                ("error_description", "ErrorCode nr22"),
            ];
            return back(&provider, &asked, &told);
        }
    }
    let Some(person) = choice.persona.as_deref().and_then(people::find) else {
        let action = format!("?{}", query.unwrap_or_default());
        let content = form(&action, Some("Scegli una persona, poi premi «Acconsento»."));
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            Html(page("Manca la persona", &content).into_string()),
        )
            .into_response();
    };
    let visit = Visit {
        person,
        level: choice.livello.unwrap_or(2).clamp(1, 3),
        by_card: asked.by_card(),
        at: provider.now(),
    };
    let code = provider.keep(Grant {
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.code_challenge.clone(),
        nonce: asked.nonce.clone(),
        visit,
    });
    back(&provider, &asked, &[("code", &code)])
}

/// Sends the browser back, with state and issuer.
fn back(provider: &Provider, asked: &Asked, told: &[(&str, &str)]) -> Response {
    let Ok(mut address) = Url::parse(&asked.redirect_uri) else {
        return stranger();
    };
    {
        let mut query = address.query_pairs_mut();
        for (name, value) in told.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.append_pair("state", &asked.state);
        match provider.fault() {
            Some(Fault::CallbackWithoutIssuer) => {}
            Some(Fault::CallbackOfAnotherIssuer) => {
                query.append_pair("iss", ANOTHER_ISSUER);
            }
            _ => {
                query.append_pair("iss", provider.issuer());
            }
        }
    }
    let headers = [
        (header::LOCATION, address.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Nobody whom we know: no answer may leave this page.
fn stranger() -> Response {
    let content = html! {
        p { "Il servizio che ti ha mandato qui non è registrato, o vuole riportarti in un posto che non gli appartiene." }
        p { "Torna al servizio e riprova. Se succede ancora, avvisa chi lo gestisce." }
    };
    let page = page("Non possiamo farti entrare", &content);
    (StatusCode::BAD_REQUEST, Html(page.into_string())).into_response()
}

fn form(action: &str, problem: Option<&str>) -> Markup {
    html! {
        @if let Some(problem) = problem {
            p.problem role="alert" { (problem) }
        }
        p { "Scegli chi sei. Non serve una password: sono persone inventate." }
        form method="post" action=(action) {
            fieldset {
                legend { "Chi entra" }
                @for person in PEOPLE {
                    label.choice for=(person.subject) {
                        input type="radio" name="persona" id=(person.subject) value=(person.subject)
                            aria-describedby={ (person.subject) "-nota" };
                        span {
                            strong { (person.given_name) " " (person.family_name) }
                            span.code { (person.fiscal_code) }
                            span.hint id={ (person.subject) "-nota" } { (person.note) }
                        }
                    }
                }
            }
            div.field {
                label for="livello" { "Livello di sicurezza" }
                select id="livello" name="livello" {
                    option value="1" { "1: nome utente e password" }
                    option value="2" selected { "2: anche un codice o l'app" }
                    option value="3" { "3: carta o certificato" }
                }
            }
            h2 { "Dati che saranno inviati" }
            ul {
                li { "nome e cognome" }
                li { "codice fiscale" }
                li { "indirizzo e-mail (solo con SPID)" }
            }
            div.row {
                button.button type="submit" name="scelta" value="acconsento" { "Acconsento" }
                button.button.quiet type="submit" name="scelta" value="nego" { "Non acconsento" }
                button.button.quiet type="submit" name="scelta" value="annulla" { "Annulla" }
            }
        }
    }
}
