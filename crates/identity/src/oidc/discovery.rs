//! What a provider says of itself, and what of it is believed.

use super::http::{self, is_safe};
use crate::federated::{LoginError, Misbehaviour};
use chrono::TimeDelta;
use domain::Instant;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

/// How long discovery and keys are kept before they are read again.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(1);

const ENDPOINT: &str = "discovery";

/// The members of OpenID Provider Metadata that we use.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub authorization_endpoint: Url,
    pub token_endpoint: Url,
    pub jwks_uri: Url,
    pub userinfo_endpoint: Option<Url>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// RFC 9207: whether every callback names its issuer.
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub names_itself: bool,
}

/// How our secret goes to the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credentials {
    Header,
    Body,
}

impl Metadata {
    fn checked(self, issuer: &str) -> Result<Self, Misbehaviour> {
        if self.issuer != issuer {
            return Err(Misbehaviour::Metadata("it names another issuer"));
        }
        let mut addresses = vec![&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        addresses.extend(&self.userinfo_endpoint);
        // What may be http is decided by the issuer that the configuration pins.
        let https = issuer.starts_with("https:");
        if !addresses
            .iter()
            .all(|url| is_safe(url) && (!https || url.scheme() == "https"))
        {
            return Err(Misbehaviour::Metadata("an endpoint's address is not https"));
        }
        if let Some(methods) = &self.code_challenge_methods_supported
            && !methods.iter().any(|method| method == "S256")
        {
            return Err(Misbehaviour::Metadata("it knows PKCE, but not S256"));
        }
        self.credentials().map(|_| self)
    }

    pub(super) fn credentials(&self) -> Result<Credentials, Misbehaviour> {
        // Where nothing is said, it is the header (OpenID Connect Discovery 1.0, 3).
        let Some(methods) = &self.token_endpoint_auth_methods_supported else {
            return Ok(Credentials::Header);
        };
        let has = |name: &str| methods.iter().any(|method| method == name);
        match (has("client_secret_basic"), has("client_secret_post")) {
            (true, _) => Ok(Credentials::Header),
            (false, true) => Ok(Credentials::Body),
            (false, false) => Err(Misbehaviour::Metadata("it takes no client secret")),
        }
    }
}

/// Where a provider describes itself.
fn address(issuer: &str) -> Option<Url> {
    let text = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    Url::parse(&text).ok()
}

/// Discovery kept in memory.
pub(super) struct Discovery(Mutex<Option<(Instant, Metadata)>>);

impl Discovery {
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// What the provider says. Where it cannot be asked again, what it said before still counts.
    pub(super) async fn metadata(
        &self,
        client: &reqwest::Client,
        issuer: &str,
        now: Instant,
    ) -> Result<Metadata, LoginError> {
        let mut kept = self.0.lock().await;
        if let Some((since, metadata)) = &*kept
            && now - *since < KEPT_FOR
        {
            return Ok(metadata.clone());
        }
        let address = address(issuer).ok_or(Misbehaviour::Metadata("the issuer has no address"))?;
        match http::get::<Metadata>(ENDPOINT, client.get(address)).await {
            Ok(metadata) => {
                let metadata = metadata.checked(issuer)?;
                *kept = Some((now, metadata.clone()));
                Ok(metadata)
            }
            Err(LoginError::ProviderUnavailable(detail)) => match &*kept {
                Some((_, metadata)) => Ok(metadata.clone()),
                None => Err(LoginError::ProviderUnavailable(detail)),
            },
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://accesso.example.it/oidc";

    fn check(more: &Value) -> Result<Metadata, Misbehaviour> {
        let mut text = json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{ISSUER}/auth?tenant=1"),
            "token_endpoint": format!("{ISSUER}/token"),
            "jwks_uri": format!("{ISSUER}/keys"),
        });
        for (name, value) in more.as_object().unwrap() {
            text[name] = value.clone();
        }
        Metadata::deserialize(text).unwrap().checked(ISSUER)
    }

    #[test]
    fn the_least_that_a_provider_may_say_is_enough() {
        let metadata = check(&json!({})).unwrap();
        assert_eq!(metadata.credentials(), Ok(Credentials::Header));
        assert!(!metadata.names_itself);
    }

    #[test]
    fn another_issuer_plain_http_weak_pkce_and_no_secret_are_refused() {
        for more in [
            json!({ "issuer": "https://accesso.example.it/oidc/" }),
            json!({ "token_endpoint": "http://accesso.example.it/token" }),
            json!({ "jwks_uri": "http://127.0.0.1/keys" }),
            json!({ "userinfo_endpoint": "ftp://accesso.example.it" }),
            json!({ "code_challenge_methods_supported": ["plain"] }),
            json!({ "token_endpoint_auth_methods_supported": ["private_key_jwt"] }),
        ] {
            assert!(check(&more).is_err(), "{more}");
        }
    }

    #[test]
    fn the_secret_goes_in_the_body_only_where_the_header_is_not_taken() {
        let methods = |names: Value| {
            check(&json!({ "token_endpoint_auth_methods_supported": names }))
                .unwrap()
                .credentials()
        };
        assert_eq!(methods(json!(["client_secret_post"])), Ok(Credentials::Body));
        assert_eq!(
            methods(json!(["client_secret_post", "client_secret_basic"])),
            Ok(Credentials::Header)
        );
    }

    #[test]
    fn discovery_is_below_the_issuer() {
        assert_eq!(
            address("https://a.example/b/").unwrap().as_str(),
            "https://a.example/b/.well-known/openid-configuration"
        );
    }
}
