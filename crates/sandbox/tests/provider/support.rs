//! A portal's side of a login, a browser, and the provider.

use chrono::{DateTime, Utc};
use domain::BodyId;
use identity::{
    FederatedLogin as _, LoginError, VerifiedIdentity,
    federated::{Begun, Callback, Misbehaviour, Pending, ProviderId, StartLogin},
    oidc::{ClientSecret, OidcLogin, ProviderSettings},
};
use sandbox::{
    Options, Sandbox,
    provider::{CLIENT_ID, CLIENT_SECRET, Fault, Provider, Style},
};
use std::{sync::Arc, time::Duration};
use url::{Url, form_urlencoded};

/// Where the provider sends the browser back. Nobody listens there: what counts is the address.
pub const CALLBACK: &str = "http://127.0.0.1:8080/accesso/spid/ritorno";

/// A provider and a portal that knows it.
pub struct House {
    pub sandbox: Sandbox,
    pub login: OidcLogin,
    pub browser: reqwest::Client,
}

/// The configuration of a portal, where the test does not say otherwise.
pub fn settings(issuer: &str) -> ProviderSettings {
    let settings = serde_json::json!({
        "id": "spid",
        "label": "Entra con SPID",
        "kind": "spid",
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret_file": "unused",
        "acr": { "request": ["https://www.spid.gov.it/SpidL2"], "policy": "require" },
    });
    serde_json::from_value(settings).unwrap()
}

/// The adapter for a configuration.
pub fn adapter(settings: ProviderSettings) -> OidcLogin {
    let provider = settings.resolve().unwrap();
    OidcLogin::new(provider, ClientSecret::new(CLIENT_SECRET).unwrap()).unwrap()
}

/// The body at whose door everybody stands.
pub fn body() -> BodyId {
    BodyId::from_parts(1, [1; 10])
}

/// What goes wrong at the provider's side, as the adapter tells it.
pub fn misbehaves(what: Misbehaviour) -> LoginError {
    LoginError::ProviderMisbehaves(what)
}

impl House {
    /// Everything as it is by default.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With another configuration.
    pub async fn with(change: impl FnOnce(&mut ProviderSettings)) -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let mut settings = settings(sandbox.provider().issuer());
        change(&mut settings);
        Self {
            login: adapter(settings),
            sandbox,
            browser: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    /// With another way of speaking of the provider.
    pub fn speaking(self, style: Style) -> Self {
        self.provider().set_style(style);
        self
    }

    /// With a fault of the provider.
    pub fn wrong(self, fault: Fault) -> Self {
        self.provider().set_fault(Some(fault));
        self
    }

    /// An adapter that waits less.
    pub fn impatient(self, patience: Duration) -> Self {
        let provider = settings(self.provider().issuer()).resolve().unwrap();
        let secret = ClientSecret::new(CLIENT_SECRET).unwrap();
        Self {
            login: OidcLogin::with_patience(provider, secret, patience).unwrap(),
            ..self
        }
    }

    pub fn provider(&self) -> &Arc<Provider> {
        self.sandbox.provider()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.provider().now()
    }

    /// A login begins.
    pub async fn start(&self) -> Result<Begun, LoginError> {
        self.start_with(false).await
    }

    /// A login begins, in which credentials must be shown again or need not.
    pub async fn start_with(&self, fresh: bool) -> Result<Begun, LoginError> {
        let request = StartLogin {
            body: body(),
            callback: Url::parse(CALLBACK).unwrap(),
            fresh,
            hint: None,
            now: self.now(),
        };
        self.login.start(request).await
    }

    /// The browser opens the page, chooses, and brings back the query of the callback.
    pub async fn choose(&self, redirect: &Url, person: &str, level: u8, choice: &str) -> String {
        let shown = self.browser.get(redirect.clone()).send().await.unwrap();
        let answer = if shown.status().is_redirection() {
            shown
        } else {
            let form = form_urlencoded::Serializer::new(String::new())
                .append_pair("persona", person)
                .append_pair("livello", &level.to_string())
                .append_pair("scelta", choice)
                .finish();
            self.browser
                .post(redirect.clone())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form)
                .send()
                .await
                .unwrap()
        };
        assert_eq!(answer.status(), 303);
        let location = answer.headers()["location"].to_str().unwrap();
        let query = location.strip_prefix(&format!("{CALLBACK}?")).unwrap();
        query.to_owned()
    }

    /// The same person agrees at level 2.
    pub async fn agree(&self, redirect: &Url) -> String {
        self.choose(redirect, "marta", 2, "acconsento").await
    }

    /// The portal takes what came back.
    pub async fn finish(&self, query: &str, pending: Pending) -> Result<VerifiedIdentity, LoginError> {
        self.login.finish(callback(query), pending, self.now()).await
    }

    /// A whole login.
    pub async fn sign_in(&self) -> Result<VerifiedIdentity, LoginError> {
        let begun = self.start().await?;
        let query = self.agree(&begun.redirect).await;
        self.finish(&query, begun.pending).await
    }
}

/// The callback of the query, at the right provider's address and the right body's.
pub fn callback(query: &str) -> Callback {
    Callback::from_query(id("spid"), body(), query).unwrap()
}

pub fn id(text: &str) -> ProviderId {
    ProviderId::parse(text).unwrap()
}
