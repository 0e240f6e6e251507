//! What machines read: discovery, keys, userinfo; and the claims of a person.

use super::{
    Fault,
    state::{Provider, Style, Visit},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Somebody else's issuer.
pub(super) const ANOTHER_ISSUER: &str = "https://altro-accesso.example.org";

/// `GET /identita/.well-known/openid-configuration`.
pub(super) async fn discovery(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let here = provider.issuer();
    let issuer = if provider.fault() == Some(Fault::ForeignDiscovery) {
        ANOTHER_ISSUER
    } else {
        here
    };
    let secret = if provider.style().secret_in_body {
        "client_secret_post"
    } else {
        "client_secret_basic"
    };
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{}/accesso", provider.browser()),
        "token_endpoint": format!("{here}/token"),
        "userinfo_endpoint": format!("{here}/userinfo"),
        "jwks_uri": format!("{here}/chiavi"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
        "token_endpoint_auth_methods_supported": [secret],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "email"],
        "acr_values_supported": [acr(3), acr(2), acr(1)],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// `GET /identita/chiavi`.
pub(super) async fn keys(State(provider): State<Arc<Provider>>) -> Response {
    match provider.signer().published() {
        Some(keys) => Json(keys).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `GET /identita/userinfo`.
pub(super) async fn userinfo(State(provider): State<Arc<Provider>>, headers: HeaderMap) -> Response {
    let told = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let visit = told
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| provider.visit(token));
    let Some(visit) = visit else {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
        return (StatusCode::UNAUTHORIZED, challenge).into_response();
    };
    let fault = provider.fault();
    let mut claims = of_person(&visit, &provider.style(), fault);
    let subject = if fault == Some(Fault::SwappedSubject) {
        "qualcun-altro"
    } else {
        visit.person.subject
    };
    claims.insert("sub".to_owned(), subject.into());
    Json(Value::Object(claims)).into_response()
}

/// SPID's name of a level.
pub(super) fn acr(level: u8) -> String {
    format!("https://www.spid.gov.it/SpidL{level}")
}

/// What is told of a person.
pub(super) fn of_person(visit: &Visit, style: &Style, fault: Option<Fault>) -> Map<String, Value> {
    let person = visit.person;
    let mut claims = Map::new();
    let code = match fault {
        Some(Fault::NoFiscalCode) => None,
        Some(Fault::MalformedFiscalCode) => {
            let (stem, last) = person.fiscal_code.split_at(15);
            let wrong = if last == "A" { "B" } else { "A" };
            Some(dressed(&format!("{stem}{wrong}"), style))
        }
        Some(Fault::ForeignFiscalCode) => Some("TINDE-12345678901".to_owned()),
        _ => Some(dressed(person.fiscal_code, style)),
    };
    if let Some(code) = code {
        claims.insert(style.fiscal_code_claim.clone(), code.into());
    }
    claims.insert("given_name".to_owned(), person.given_name.into());
    claims.insert("family_name".to_owned(), person.family_name.into());
    if !visit.by_card {
        claims.insert("email".to_owned(), person.email.into());
    }
    claims
}

fn dressed(code: &str, style: &Style) -> String {
    if style.prefix {
        format!("TINIT-{code}")
    } else {
        code.to_owned()
    }
}
