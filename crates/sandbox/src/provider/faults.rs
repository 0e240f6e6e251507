//! What can go wrong at a provider, one at a time.

use super::state::Provider;
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// How late a slow answer is.
const LATE: Duration = Duration::from_secs(30);
/// How large a huge answer is, in bytes.
const HUGE: usize = 1_048_576;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $words:literal),+ $(,)?) => {
        /// What the provider does wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Fault {
            $($(#[$doc])* $name,)+
        }

        impl Fault {
            /// Every fault.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// What it does, for whoever chooses it on the page.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)+
                }
            }
        }
    };
}

faults! {
    /// `iss` of the id token is another.
    WrongIssuer = "id token di un altro issuer",
    /// `aud` is another client.
    WrongAudience = "id token per un altro client (aud)",
    /// `aud` is us and somebody else.
    ExtraAudience = "id token anche per un altro client (aud)",
    /// `azp` is another client.
    WrongAuthorizedParty = "id token chiesto da un altro client (azp)",
    /// `nonce` is another.
    WrongNonce = "nonce di un altro accesso",
    /// The id token is not signed.
    AlgorithmNone = "id token senza firma (alg none)",
    /// The id token is signed by HMAC with the public key as secret.
    Hs256WithPublicKey = "id token firmato HS256 con la chiave pubblica",
    /// The signature is of another text.
    WrongSignature = "firma sbagliata",
    /// `exp` is past.
    ExpiredToken = "id token scaduto",
    /// `iat` is to come.
    FutureToken = "id token dal futuro (iat)",
    /// `iat` is before the login.
    OldToken = "id token di un accesso precedente (iat)",
    /// Signed by a key that is not published.
    UnknownKey = "firma con una chiave mai pubblicata",
    /// `at_hash` of another access token.
    WrongAccessToken = "access token scambiato (at_hash)",
    /// `auth_time` is an hour ago.
    StaleSession = "accesso di un'ora fa (auth_time)",
    /// `sub` of userinfo is another person's.
    SwappedSubject = "userinfo di un'altra persona",
    /// There is no fiscal code.
    NoFiscalCode = "nessun codice fiscale",
    /// The fiscal code's control character is wrong.
    MalformedFiscalCode = "codice fiscale sbagliato",
    /// The fiscal code is another country's.
    ForeignFiscalCode = "codice di un altro Paese (eIDAS)",
    /// `acr` is SPID's level 1, whatever was chosen.
    WrongLevel = "livello 1, qualunque sia quello scelto",
    /// There is no `acr`.
    NoLevel = "nessun livello (acr)",
    /// Whoever comes is sent back with `access_denied`.
    AccessDenied = "accesso rifiutato a tutti (access_denied)",
    /// The callback does not say its issuer.
    CallbackWithoutIssuer = "ritorno senza iss",
    /// The callback says another issuer.
    CallbackOfAnotherIssuer = "ritorno con l'iss di un altro",
    /// Discovery is a redirect.
    RedirectingDiscovery = "la discovery rimanda altrove",
    /// Discovery names another issuer.
    ForeignDiscovery = "la discovery di un altro issuer",
    /// Every answer is a megabyte.
    HugeAnswer = "risposte enormi",
    /// Every answer comes half a minute late.
    SlowAnswer = "risposte dopo mezzo minuto",
    /// Nothing works.
    Unavailable = "servizio non disponibile (503)",
    /// The client's secret is not taken.
    ClientRefused = "segreto del client rifiutato",
}

impl Fault {
    /// Its name in JSON and in forms.
    pub fn name(self) -> String {
        let name = serde_json::to_value(self).unwrap_or_default();
        name.as_str().unwrap_or_default().to_owned()
    }
}

/// The faults that are the same at every endpoint for machines.
pub(super) async fn meddle(State(provider): State<Arc<Provider>>, request: Request, next: Next) -> Response {
    let discovery = request.uri().path().ends_with("openid-configuration");
    match provider.fault() {
        Some(Fault::RedirectingDiscovery) if discovery => {
            Redirect::temporary("/identita/altrove").into_response()
        }
        Some(Fault::HugeAnswer) => Json(serde_json::json!({ "padding": "x".repeat(HUGE) })).into_response(),
        Some(Fault::SlowAnswer) => {
            tokio::time::sleep(LATE).await;
            next.run(request).await
        }
        Some(Fault::Unavailable) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_a_name_of_its_own_and_words() {
        let mut names: Vec<_> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), Fault::ALL.len());
        assert!(names.len() >= 17 && !names.contains(&String::new()));
        assert!(names.contains(&"hs256-with-public-key".to_owned()), "{names:?}");
    }
}
