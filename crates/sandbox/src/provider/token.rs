//! A code for tokens.

use super::{
    Fault,
    endpoints::{ANOTHER_ISSUER, acr, of_person},
    keys,
    state::{CLIENT_ID, CLIENT_SECRET, Grant, Provider},
};
use aws_lc_rs::digest;
use axum::{
    Form, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use url::form_urlencoded;

/// How long an id token is good, in seconds.
const TOKEN: i64 = 300;

/// The form of the request.
#[derive(Deserialize)]
pub(super) struct Asked {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// `POST /identita/token`.
pub(super) async fn redeem(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Response {
    let fault = provider.fault();
    if fault == Some(Fault::ClientRefused) || !is_client(&provider, &headers, &asked) {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if asked.grant_type != "authorization_code" {
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    // Taken before anything is compared: a code is worth one attempt.
    let grant = provider.take(&asked.code).filter(|grant| {
        grant.redirect_uri == asked.redirect_uri && grant.challenge == hash(asked.code_verifier.as_bytes())
    });
    let Some(grant) = grant else {
        return refused(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let access_token = provider.open(grant.visit);
    match id_token(&provider, &grant, &access_token, fault) {
        Some(id_token) => (
            [(header::CACHE_CONTROL, "no-store")],
            Json(json!({
                "access_token": access_token,
                "token_type": "Bearer",
                "expires_in": TOKEN,
                "id_token": id_token,
            })),
        )
            .into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

fn is_client(provider: &Provider, headers: &HeaderMap, asked: &Asked) -> bool {
    if provider.style().secret_in_body {
        return asked.client_id.as_deref() == Some(CLIENT_ID)
            && asked.client_secret.as_deref() == Some(CLIENT_SECRET);
    }
    basic(headers).is_some_and(|(id, secret)| id == CLIENT_ID && secret == CLIENT_SECRET)
}

/// The credentials of the header, each as a form has it (RFC 6749, 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let bytes = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id), decoded(secret)))
}

fn decoded(text: &str) -> String {
    let whole = format!("x={text}");
    form_urlencoded::parse(whole.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, bytes))
}

fn id_token(provider: &Provider, grant: &Grant, access_token: &str, fault: Option<Fault>) -> Option<String> {
    let mut claims = claims(provider, grant, access_token);
    if let Some(fault) = fault {
        falsify(&mut claims, fault);
    }
    let claims = Value::Object(claims);
    let signer = provider.signer();
    match fault {
        Some(Fault::AlgorithmNone) => Some(keys::token_by_nobody(&claims)),
        Some(Fault::Hs256WithPublicKey) => signer.token_by_hmac(&claims),
        Some(Fault::UnknownKey) => signer.token_by_unknown_key(&claims),
        Some(Fault::WrongSignature) => {
            // The signature of another text.
            let mut other = claims.clone();
            other["sub"] = "qualcun-altro".into();
            let (mine, theirs) = (signer.token(&claims)?, signer.token(&other)?);
            let (text, _) = mine.rsplit_once('.')?;
            let (_, signature) = theirs.rsplit_once('.')?;
            Some(format!("{text}.{signature}"))
        }
        _ => signer.token(&claims),
    }
}

fn claims(provider: &Provider, grant: &Grant, access_token: &str) -> Map<String, Value> {
    let style = provider.style();
    let visit = &grant.visit;
    let mut claims = if style.claims_in_id_token {
        of_person(visit, &style, provider.fault())
    } else {
        Map::new()
    };
    let now = provider.now().timestamp();
    let half = digest::digest(&digest::SHA256, access_token.as_bytes());
    let fixed = [
        ("iss", json!(provider.issuer())),
        ("sub", json!(visit.person.subject)),
        ("aud", json!(CLIENT_ID)),
        ("azp", json!(CLIENT_ID)),
        ("nonce", json!(grant.nonce)),
        ("iat", json!(now)),
        ("exp", json!(now + TOKEN)),
        ("auth_time", json!(visit.at.timestamp())),
        (
            "acr",
            json!(style.constant_acr.unwrap_or_else(|| acr(visit.level))),
        ),
        ("at_hash", json!(URL_SAFE_NO_PAD.encode(&half.as_ref()[..16]))),
        ("jti", json!(hash(access_token.as_bytes()))),
    ];
    claims.extend(fixed.map(|(name, value)| (name.to_owned(), value)));
    claims
}

/// The faults that are one wrong claim.
fn falsify(claims: &mut Map<String, Value>, fault: Fault) {
    let time = |name: &str| claims.get(name).and_then(Value::as_i64).unwrap_or_default();
    let (now, auth_time) = (time("iat"), time("auth_time"));
    let (name, value) = match fault {
        Fault::WrongIssuer => ("iss", json!(ANOTHER_ISSUER)),
        Fault::WrongAudience => ("aud", json!("un-altro-client")),
        Fault::ExtraAudience => ("aud", json!([CLIENT_ID, "un-altro-client"])),
        Fault::WrongAuthorizedParty => ("azp", json!("un-altro-client")),
        Fault::WrongNonce => ("nonce", json!("di-un-altro-accesso")),
        Fault::ExpiredToken => ("exp", json!(now - 3_600)),
        Fault::FutureToken => ("iat", json!(now + 3_600)),
        Fault::OldToken => ("iat", json!(now - 3_600)),
        Fault::StaleSession => ("auth_time", json!(auth_time - 3_600)),
        Fault::WrongAccessToken => ("at_hash", json!(hash(b"un altro"))),
        Fault::WrongLevel => ("acr", json!(acr(1))),
        Fault::NoLevel => {
            claims.remove("acr");
            return;
        }
        _ => return,
    };
    claims.insert(name.to_owned(), value);
}
