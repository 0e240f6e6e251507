//! The adapter: sends a person to the provider, and finds out who came back.

use super::{
    claims,
    config::{ClaimsFrom, LevelRule, Provider},
    discovery::{Credentials, Discovery, KEPT_FOR, Metadata},
    http::{self, ClientSecret, PATIENCE, SetupError, misbehaves},
    id_token::{self, Checked, Expected, Unverified},
    keys::{Again, Age, Keys},
    outcome,
};
use crate::{
    Token, TokenHash,
    federated::{
        Begin, Begun, Callback, Evidence, FederatedLogin, Level, LevelFrom, LoginError, Misbehaviour,
        Pending, ProviderId, StartLogin, Verified, VerifiedIdentity,
    },
};
use async_trait::async_trait;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::Instant;
use reqwest::{Client, RequestBuilder, header};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::{fmt, time::Duration};
use url::{Url, form_urlencoded};

/// A provider that speaks OpenID Connect. One for each `[[login.provider]]`, for the life of the program: it keeps the
/// provider's description and keys.
pub struct OidcLogin {
    provider: Provider,
    secret: ClientSecret,
    http: Client,
    discovery: Discovery,
    keys: Keys,
}

/// What the token endpoint gives.
#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    token_type: String,
    id_token: Option<String>,
}

/// What it says instead (RFC 6749, 5.2).
#[derive(Deserialize)]
struct TokenError {
    error: String,
}

impl OidcLogin {
    /// Calls nobody yet.
    pub fn new(provider: Provider, secret: ClientSecret) -> Result<Self, SetupError> {
        Self::with_patience(provider, secret, PATIENCE)
    }

    /// The same, waiting so long for each answer.
    pub fn with_patience(
        provider: Provider,
        secret: ClientSecret,
        patience: Duration,
    ) -> Result<Self, SetupError> {
        Ok(Self {
            provider,
            secret,
            http: http::client(patience)?,
            discovery: Discovery::new(),
            keys: Keys::new(KEPT_FOR),
        })
    }

    /// Reads the provider's description, for whoever checks the configuration: whether it is there and can be used.
    pub async fn probe(&self, now: Instant) -> Result<(), LoginError> {
        self.metadata(now).await.map(|_| ())
    }

    async fn metadata(&self, now: Instant) -> Result<Metadata, LoginError> {
        self.discovery
            .metadata(&self.http, self.provider.issuer(), now)
            .await
    }

    fn redirect(&self, metadata: Metadata, pending: &Pending, (state, hint): (&str, Option<&str>)) -> Url {
        let settings = &self.provider.settings;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(pending.verifier().as_bytes()));
        let mut redirect = metadata.authorization_endpoint;
        let mut query = redirect.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", pending.callback().as_str())
            .append_pair("scope", &settings.scopes.join(" "))
            .append_pair("state", state)
            .append_pair("nonce", pending.nonce())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if !settings.acr.request.is_empty() {
            query.append_pair("acr_values", &settings.acr.request.join(" "));
        }
        for (name, value) in &settings.extra_params {
            if !(pending.is_fresh() && name == "prompt") {
                query.append_pair(name, value);
            }
        }
        if let (Some(name), Some(hint)) = (&settings.hint_parameter, hint) {
            query.append_pair(name, hint);
        }
        if pending.is_fresh() {
            let told = settings.extra_params.get("prompt").map_or("", String::as_str);
            query.append_pair("prompt", fresh_prompt(told));
            query.append_pair("max_age", "0");
        }
        drop(query);
        redirect
    }

    /// Whether the callback comes from the issuer (RFC 9207): two providers must not be mixed up.
    fn comes_from_issuer(&self, metadata: &Metadata, callback: &Callback) -> Result<(), LoginError> {
        match callback.issuer() {
            Some(issuer) if issuer == self.provider.issuer() => Ok(()),
            Some(_) => Err(LoginError::WrongProvider),
            None if metadata.names_itself => Err(Misbehaviour::NoIssuer.into()),
            None => Ok(()),
        }
    }

    async fn redeem(&self, metadata: &Metadata, code: &str, pending: &Pending) -> Result<Tokens, LoginError> {
        const ENDPOINT: &str = "token";
        let request = self.token_request(metadata, code, pending)?;
        let answer = http::call(ENDPOINT, request).await?;
        if answer.status == 200 {
            return answer.json(ENDPOINT);
        }
        let error = answer.json::<TokenError>(ENDPOINT).map(|body| body.error);
        Err(match (answer.status, error.as_deref()) {
            (_, Ok("invalid_grant")) => LoginError::Replayed,
            (_, Ok("invalid_client" | "unauthorized_client")) | (401, _) => {
                Misbehaviour::ClientRefused.into()
            }
            (status, _) => misbehaves(ENDPOINT, format!("status {status}")),
        })
    }

    fn token_request(
        &self,
        metadata: &Metadata,
        code: &str,
        pending: &Pending,
    ) -> Result<RequestBuilder, Misbehaviour> {
        let client_id = &self.provider.settings.client_id;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", pending.callback().as_str())
            .append_pair("code_verifier", pending.verifier());
        let request = self.http.post(metadata.token_endpoint.clone());
        let request = match metadata.credentials()? {
            Credentials::Header => {
                let (id, secret) = (encoded(client_id), encoded(self.secret.reveal()));
                let value = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
                match header::HeaderValue::from_str(&value) {
                    Ok(mut value) => {
                        value.set_sensitive(true);
                        request.header(header::AUTHORIZATION, value)
                    }
                    // Unreachable: base64 is ASCII.
                    Err(_) => request,
                }
            }
            Credentials::Body => {
                form.append_pair("client_id", client_id)
                    .append_pair("client_secret", self.secret.reveal());
                request
            }
        };
        Ok(request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.finish()))
    }

    /// The claims of a token whose signature is the provider's.
    async fn signed_claims(
        &self,
        metadata: &Metadata,
        token: &str,
        now: Instant,
    ) -> Result<Map<String, Value>, LoginError> {
        let token = Unverified::read(token)?;
        let wanted = (token.kid.as_deref(), token.algorithm);
        let keys = &metadata.jwks_uri;
        let (key, age) = self.keys.key(&self.http, keys, wanted, now, Again::No).await?;
        match token.verify(&key) {
            // A provider that gives its keys no names, or an old name to a new key, changes them unseen.
            Err(Misbehaviour::Signature) if age == Age::Kept => {
                let (key, _) = self.keys.key(&self.http, keys, wanted, now, Again::Yes).await?;
                Ok(token.verify(&key)?)
            }
            checked => Ok(checked?),
        }
    }

    async fn userinfo(
        &self,
        metadata: &Metadata,
        access_token: &str,
        subject: &str,
    ) -> Result<Map<String, Value>, LoginError> {
        let address = metadata
            .userinfo_endpoint
            .clone()
            .ok_or(Misbehaviour::Metadata("claims_from is userinfo, and it has none"))?;
        let request = self.http.get(address).bearer_auth(access_token);
        let claims: Map<String, Value> = http::get("userinfo", request).await?;
        if claims.get("sub").and_then(Value::as_str) == Some(subject) {
            Ok(claims)
        } else {
            Err(Misbehaviour::SubjectSwapped.into())
        }
    }

    fn level(&self, acr: Option<&str>) -> Result<(Level, LevelFrom), LoginError> {
        match &self.provider.level {
            LevelRule::Accept(accept) => {
                let acr = acr.ok_or(Misbehaviour::NoLevel)?;
                let level = accept.get(acr).ok_or(LoginError::LevelTooLow)?;
                Ok((*level, LevelFrom::Provider(acr.to_owned())))
            }
            // What the proxy says is no proof, but where it says less than it enforces, it does not enforce it.
            LevelRule::Trust(level) => match acr.and_then(super::config::spid_level) {
                Some(told) if told < *level => Err(LoginError::LevelTooLow),
                _ => Ok((*level, LevelFrom::Configuration)),
            },
        }
    }

    fn identity(
        &self,
        (token, state_hash): (&str, &str),
        checked: Checked,
        (level, level_from): (Level, LevelFrom),
        person: claims::Person,
    ) -> VerifiedIdentity {
        VerifiedIdentity::new(Verified {
            provider: self.provider.id().clone(),
            subject: checked.subject,
            fiscal_code: person.fiscal_code,
            given_name: person.given_name,
            family_name: person.family_name,
            email: person.email,
            level,
            auth_time: checked.auth_time,
            evidence: Evidence {
                issuer: self.provider.issuer().to_owned(),
                request: state_hash.to_owned(),
                token_id: checked.token_id,
                token_hash: TokenHash::of(token).to_string(),
                issued_at: checked.issued_at,
                level_from,
            },
        })
    }
}

#[async_trait]
impl FederatedLogin for OidcLogin {
    fn id(&self) -> &ProviderId {
        self.provider.id()
    }

    async fn start(&self, request: StartLogin) -> Result<Begun, LoginError> {
        let metadata = self.metadata(request.now).await?;
        let state = random()?;
        let begin = Begin {
            state: state.reveal(),
            nonce: random()?.reveal().to_owned(),
            verifier: random()?.reveal().to_owned(),
            provider: self.provider.id().clone(),
        };
        let known = |hint: &String| self.provider.hints().iter().any(|one| one.value == *hint);
        let hint = request.hint.clone().filter(known);
        let pending = Pending::new(begin, request);
        Ok(Begun {
            redirect: self.redirect(metadata, &pending, (state.reveal(), hint.as_deref())),
            pending,
        })
    }

    async fn finish(
        &self,
        callback: Callback,
        pending: Pending,
        now: Instant,
    ) -> Result<VerifiedIdentity, LoginError> {
        if pending.provider() != self.provider.id() {
            return Err(LoginError::WrongProvider);
        }
        pending.fits(&callback, now)?;
        let metadata = self.metadata(now).await?;
        self.comes_from_issuer(&metadata, &callback)?;
        if let Some((error, description)) = callback.error() {
            return Err(outcome::of_callback(error, description));
        }
        let code = callback
            .code()
            .ok_or(Misbehaviour::Callback("neither a code nor an error"))?;
        let tokens = self.redeem(&metadata, code, &pending).await?;
        if !tokens.token_type.eq_ignore_ascii_case("bearer") {
            return Err(misbehaves("token", "the access token is not a bearer token"));
        }
        let token = tokens
            .id_token
            .ok_or_else(|| misbehaves("token", "there is no id token"))?;
        let signed = self.signed_claims(&metadata, &token, now).await?;
        let expected = Expected {
            issuer: self.provider.issuer(),
            client_id: &self.provider.settings.client_id,
            nonce: pending.nonce(),
            access_token: &tokens.access_token,
            began: pending.created_at(),
            fresh: pending.is_fresh(),
            now,
        };
        let checked = id_token::check(&signed, &expected)?;
        // Nothing is asked about a person whose login is not good enough.
        let level = self.level(checked.acr.as_deref())?;
        let claims = match self.provider.settings.claims_from {
            ClaimsFrom::IdToken => signed,
            ClaimsFrom::Userinfo => {
                self.userinfo(&metadata, &tokens.access_token, &checked.subject)
                    .await?
            }
        };
        let person = claims::person(&claims, &self.provider.settings.claims)?;
        Ok(self.identity((&token, pending.state_hash()), checked, level, person))
    }
}

impl fmt::Debug for OidcLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcLogin")
            .field("provider", self.provider.id())
            .finish_non_exhaustive()
    }
}

/// 256 random bits as text: a state, a nonce, a PKCE verifier (43 characters, as RFC 7636 wants at least).
fn random() -> Result<Token, LoginError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| LoginError::ProviderUnavailable("the system gives no random bytes".to_owned()))?;
    Ok(Token::from_random(bytes))
}

/// As a form has it (RFC 6749, 2.3.1).
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn fresh_prompt(told: &str) -> &'static str {
    if told.split(' ').any(|word| word == "consent") {
        "consent login"
    } else {
        "login"
    }
}
