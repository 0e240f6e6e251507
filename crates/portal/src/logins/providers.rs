//! The providers of the configuration, one adapter each for the life of the program.

use crate::config::{ConfigError, Settings};
use api::bodies::{HintView, ProviderKind, ProviderView};
use domain::body::SignInWay;
use identity::oidc::{ClientSecret, Kind, OidcLogin, Provider, SecretError, SetupError, resolve};
use std::sync::Arc;
use url::Url;

/// Why the providers of the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoginsError {
    /// The configuration says something impossible.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The client's secret cannot be read.
    #[error("login.provider {id}: client_secret_file: {problem}")]
    Secret {
        /// Which provider.
        id: String,
        /// Why.
        problem: SecretError,
    },
    /// The client for its calls cannot be made.
    #[error("login.provider {id}: {problem}")]
    Setup {
        /// Which provider.
        id: String,
        /// Why.
        problem: SetupError,
    },
}

/// A provider with its adapter.
pub struct LoginProvider {
    provider: Provider,
    login: OidcLogin,
    callback: Url,
}

impl LoginProvider {
    /// Its configuration.
    pub const fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Its adapter.
    pub const fn login(&self) -> &OidcLogin {
        &self.login
    }

    /// Where it sends browsers back: to be registered there, letter by letter.
    pub const fn callback(&self) -> &Url {
        &self.callback
    }

    /// Whether a body with these ways offers it.
    pub fn is_offered(&self, ways: &[SignInWay]) -> bool {
        match self.provider.kind() {
            Kind::Spid => ways.contains(&SignInWay::Spid),
            Kind::Cie => ways.contains(&SignInWay::Cie),
            Kind::Hub => ways.contains(&SignInWay::Spid) || ways.contains(&SignInWay::Cie),
        }
    }

    fn view(&self) -> ProviderView {
        let hint = |hint: &identity::oidc::HintSettings| HintView {
            value: hint.value.clone(),
            label: hint.label.clone(),
        };
        ProviderView {
            id: self.provider.id().to_string(),
            kind: match self.provider.kind() {
                Kind::Spid => ProviderKind::Spid,
                Kind::Cie => ProviderKind::Cie,
                Kind::Hub => ProviderKind::Hub,
            },
            label: self.provider.label().to_owned(),
            hints: self.provider.hints().iter().map(hint).collect(),
        }
    }
}

/// All providers, in the order of the configuration. Clones share them.
#[derive(Clone, Default)]
pub struct Logins(Arc<[LoginProvider]>);

impl Logins {
    /// Reads the secrets; calls nobody.
    pub fn new(settings: &Settings) -> Result<Self, LoginsError> {
        let resolved = resolve(settings.login.provider.clone()).map_err(ConfigError::from)?;
        let mut all = Vec::with_capacity(resolved.len());
        for provider in resolved {
            let id = provider.id().to_string();
            let secret =
                ClientSecret::from_file(provider.secret_file()).map_err(|problem| LoginsError::Secret {
                    id: id.clone(),
                    problem,
                })?;
            let mut callback = settings.public_url.clone();
            callback.set_path(&format!("accesso/ritorno/{id}"));
            let login = OidcLogin::new(provider.clone(), secret)
                .map_err(|problem| LoginsError::Setup { id, problem })?;
            all.push(LoginProvider {
                provider,
                login,
                callback,
            });
        }
        Ok(Self(all.into()))
    }

    /// All of them.
    pub fn all(&self) -> &[LoginProvider] {
        &self.0
    }

    /// One by its id.
    pub fn find(&self, id: &str) -> Option<&LoginProvider> {
        self.0.iter().find(|one| one.provider.id().as_str() == id)
    }

    /// Those that a body with these ways offers, as its families see them.
    pub fn views(&self, ways: &[SignInWay]) -> Vec<ProviderView> {
        let offered = self.0.iter().filter(|one| one.is_offered(ways));
        offered.map(LoginProvider::view).collect()
    }

    /// The ways of a body that nobody stands behind.
    pub fn missing(&self, ways: &[SignInWay]) -> Vec<SignInWay> {
        let behind = |way: SignInWay| self.0.iter().any(|one| one.is_offered(&[way]));
        let federated = ways.iter().copied().filter(|way| *way != SignInWay::Badge);
        federated.filter(|way| !behind(*way)).collect()
    }

    /// Says in the log what was resolved, at start.
    pub fn announce(&self) {
        for one in self.all() {
            let provider = one.provider();
            tracing::info!(callback = %one.callback(), "{}", provider.summary().join("; "));
        }
    }
}
