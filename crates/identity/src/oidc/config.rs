//! What the configuration says of a provider, one `[[login.provider]]` each, and what it comes to.

use super::http::is_safe;
use crate::federated::{Level, ProviderId};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
};
use url::Url;

/// The levels of SPID, which CIE's OpenID provider uses too.
const SPID_LEVELS: [(&str, Level); 3] = [
    ("https://www.spid.gov.it/SpidL1", Level::One),
    ("https://www.spid.gov.it/SpidL2", Level::Two),
    ("https://www.spid.gov.it/SpidL3", Level::Three),
];

/// Parameters of a request that are ours alone.
const RESERVED: [&str; 15] = [
    "acr_values",
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "claims",
];

/// Which button leads there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Entra con SPID.
    Spid,
    /// Entra con CIE.
    Cie,
    /// A hub that lets the person choose by itself.
    Hub,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spid => "SPID",
            Self::Cie => "CIE",
            Self::Hub => "hub",
        })
    }
}

/// Where the person's claims stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimsFrom {
    /// In the id token.
    #[default]
    IdToken,
    /// At the userinfo endpoint.
    Userinfo,
}

impl fmt::Display for ClaimsFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IdToken => "id_token",
            Self::Userinfo => "userinfo",
        })
    }
}

/// What the claims are called; of each list the first that is there counts. The value of the fiscal code may have
/// `TINIT-` in front or not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// Codice fiscale.
    pub fiscal_code: Vec<String>,
    /// Given name.
    pub given_name: Vec<String>,
    /// Surname.
    pub family_name: Vec<String>,
    /// Mail address.
    pub email: Vec<String>,
}

impl Default for ClaimNames {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            fiscal_code: names(&[
                "https://attributes.eid.gov.it/fiscal_number",
                "fiscal_number",
                "fiscalNumber",
            ]),
            given_name: names(&["given_name", "name"]),
            family_name: names(&["family_name", "familyName"]),
            email: names(&["email"]),
        }
    }
}

/// Who answers for the level of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcrPolicy {
    /// The provider, in `acr` of each login; only what `accept` lists gets in.
    Require,
    /// Whoever runs the proxy: its `acr` says nothing (SATOSA a constant, Keycloak `1`), it lets no lower `level` through.
    TrustProxy,
}

/// One value of `acr` that gets in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedAcr {
    /// The value, letter by letter.
    pub acr: String,
    /// What it means.
    pub level: Level,
}

/// The level: what is asked, and what is believed. There is no default: somebody must decide.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcrSettings {
    /// Values of `acr_values` in the request, preferred first.
    #[serde(default)]
    pub request: Vec<String>,
    /// Who answers for it.
    pub policy: AcrPolicy,
    /// With `require`: what gets in. SPID's levels 2 and 3 where nothing is said.
    #[serde(default)]
    pub accept: Vec<AcceptedAcr>,
    /// With `trust_proxy`: the level that the proxy enforces.
    #[serde(default)]
    pub level: Option<Level>,
}

/// One source behind a provider, such as one of the nine SPID identity providers behind a proxy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HintSettings {
    /// What the proxy is told: its entity id, or an alias.
    pub value: String,
    /// What the person reads in the list of the button.
    pub label: String,
}

/// One provider, as the configuration gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its name in addresses and in the audit.
    pub id: ProviderId,
    /// What the button says to a screen reader and in lists: «Entra con SPID».
    pub label: String,
    /// Which button.
    pub kind: Kind,
    /// The issuer, letter by letter as the provider writes it; discovery is below it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// File with the client's secret and nothing else.
    pub client_secret_file: PathBuf,
    /// What is asked for.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// Parameters that the provider wants besides: `idp_hint`, `kc_idp_hint`, `prompt`, `ui_locales`.
    #[serde(default)]
    pub extra_params: BTreeMap<String, String>,
    /// The parameter that takes a hint: `idp_hint`, `kc_idp_hint`. Needed where there are `hints`.
    #[serde(default)]
    pub hint_parameter: Option<String>,
    /// The list beneath the button, where the provider can be told which source is meant.
    #[serde(default)]
    pub hints: Vec<HintSettings>,
    /// What its claims are called.
    #[serde(default)]
    pub claims: ClaimNames,
    /// Where they stand.
    #[serde(default)]
    pub claims_from: ClaimsFrom,
    /// The level.
    pub acr: AcrSettings,
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

/// Why a provider's configuration is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("login.provider {id}: {problem}")]
pub struct ConfigError {
    /// Which provider.
    pub id: ProviderId,
    /// What is wrong, and what to write.
    pub problem: &'static str,
}

/// The level that SPID's own word for it means.
pub(super) fn spid_level(acr: &str) -> Option<Level> {
    let found = SPID_LEVELS.iter().find(|(known, _)| *known == acr);
    found.map(|(_, level)| *level)
}

/// How the level of a login is known, after checking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LevelRule {
    Accept(BTreeMap<String, Level>),
    Trust(Level),
}

/// A provider whose configuration was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    pub(super) settings: ProviderSettings,
    pub(super) level: LevelRule,
}

/// Checks every provider, and that no two have the same id.
pub fn resolve(all: Vec<ProviderSettings>) -> Result<Vec<Provider>, ConfigError> {
    let mut seen = BTreeSet::new();
    for settings in &all {
        if !seen.insert(settings.id.clone()) {
            return Err(ConfigError {
                id: settings.id.clone(),
                problem: "two providers have this id; give each its own",
            });
        }
    }
    all.into_iter().map(ProviderSettings::resolve).collect()
}

impl ProviderSettings {
    /// Checks what serde cannot.
    pub fn resolve(self) -> Result<Provider, ConfigError> {
        let level = self.level_rule();
        let problem = self.problem();
        match (problem, level) {
            (None, Ok(level)) => Ok(Provider {
                settings: self,
                level,
            }),
            (Some(problem), _) | (None, Err(problem)) => Err(ConfigError { id: self.id, problem }),
        }
    }

    fn problem(&self) -> Option<&'static str> {
        let one_line = |text: &str, longest: usize| {
            !text.trim().is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
        };
        let token = |text: &String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        let issuer = Url::parse(&self.issuer);
        let issuer_fits =
            issuer.is_ok_and(|url| is_safe(&url) && url.query().is_none() && url.fragment().is_none());
        let rules = [
            (one_line(&self.label, 60), "label has 1 to 60 characters"),
            (issuer_fits, "issuer begins with https:// and has no ? and no #"),
            (
                one_line(&self.client_id, 255),
                "client_id has 1 to 255 characters",
            ),
            (
                self.scopes.iter().all(token) && self.scopes.iter().any(|scope| scope == "openid"),
                "scopes are words without blanks, and \"openid\" is one of them",
            ),
            (
                !self
                    .extra_params
                    .keys()
                    .any(|name| RESERVED.contains(&name.as_str())),
                "extra_params may not set a parameter that the portal sets itself",
            ),
            (
                self.hints.is_empty() || self.hint_parameter.is_some(),
                "hints need hint_parameter: what the proxy calls it, such as \"idp_hint\"",
            ),
            (
                self.hint_parameter.iter().all(|name| {
                    token(name) && !RESERVED.contains(&name.as_str()) && !self.extra_params.contains_key(name)
                }),
                "hint_parameter is a word that neither the portal nor extra_params sets",
            ),
            (
                self.hints
                    .iter()
                    .all(|hint| one_line(&hint.value, 512) && one_line(&hint.label, 60)),
                "each of the hints has a value, and a label of 1 to 60 characters",
            ),
            (
                !self.claims.fiscal_code.is_empty(),
                "claims.fiscal_code names at least one claim",
            ),
            (
                self.acr.request.iter().all(token),
                "acr.request holds words without blanks",
            ),
        ];
        rules
            .into_iter()
            .find(|(fits, _)| !fits)
            .map(|(_, problem)| problem)
    }

    fn level_rule(&self) -> Result<LevelRule, &'static str> {
        match (self.acr.policy, self.acr.level) {
            (AcrPolicy::Require, Some(_)) => {
                Err("acr.level belongs to policy \"trust_proxy\"; with \"require\" write acr.accept")
            }
            (AcrPolicy::Require, None) if self.acr.accept.is_empty() => Ok(LevelRule::Accept(
                SPID_LEVELS[1..]
                    .iter()
                    .map(|(acr, level)| ((*acr).to_owned(), *level))
                    .collect(),
            )),
            (AcrPolicy::Require, None) => {
                let told = self.acr.accept.iter().map(|one| (one.acr.clone(), one.level));
                let accept: BTreeMap<_, _> = told.collect();
                if accept.len() != self.acr.accept.len() || accept.contains_key("") {
                    return Err("acr.accept lists each value once, and none is empty");
                }
                Ok(LevelRule::Accept(accept))
            }
            (AcrPolicy::TrustProxy, _) if !self.acr.accept.is_empty() => {
                Err("acr.accept belongs to policy \"require\"; with \"trust_proxy\" write acr.level")
            }
            (AcrPolicy::TrustProxy, Some(level)) => Ok(LevelRule::Trust(level)),
            (AcrPolicy::TrustProxy, None) => {
                Err("policy \"trust_proxy\" needs acr.level: what the proxy enforces")
            }
        }
    }
}

impl Provider {
    /// Its name in addresses and in the audit.
    pub fn id(&self) -> &ProviderId {
        &self.settings.id
    }

    /// What the button says.
    pub fn label(&self) -> &str {
        &self.settings.label
    }

    /// Which button.
    pub fn kind(&self) -> Kind {
        self.settings.kind
    }

    /// The list beneath the button.
    pub fn hints(&self) -> &[HintSettings] {
        &self.settings.hints
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where its secret is.
    pub fn secret_file(&self) -> &Path {
        &self.settings.client_secret_file
    }

    /// What was resolved, for whoever checks the configuration: a line each, in Italian, without secrets.
    pub fn summary(&self) -> Vec<String> {
        let settings = &self.settings;
        let claims = &settings.claims;
        let level = match &self.level {
            LevelRule::Trust(level) => {
                format!("{level}, garantito da chi gestisce il proxy (acr non controllato)")
            }
            LevelRule::Accept(accept) => {
                let listed: Vec<_> = accept
                    .iter()
                    .map(|(acr, level)| format!("{acr} = {level}"))
                    .collect();
                format!("richiesto in ogni accesso: {}", listed.join(", "))
            }
        };
        let mut lines = vec![
            format!("Accesso {} ({}): «{}»", self.id(), settings.kind, settings.label),
            format!("issuer: {}", settings.issuer),
            format!(
                "client: {}, segreto in {}",
                settings.client_id,
                settings.client_secret_file.display()
            ),
            format!("scope: {}", settings.scopes.join(" ")),
            format!(
                "codice fiscale da {}: {}",
                settings.claims_from,
                claims.fiscal_code.join(", ")
            ),
            format!("livello: {level}"),
        ];
        if !settings.acr.request.is_empty() {
            lines.push(format!("acr chiesto: {}", settings.acr.request.join(" ")));
        }
        if let (Some(name), false) = (&settings.hint_parameter, settings.hints.is_empty()) {
            let listed: Vec<_> = settings.hints.iter().map(|hint| hint.label.as_str()).collect();
            lines.push(format!(
                "elenco sotto il pulsante ({name}): {}",
                listed.join(", ")
            ));
        }
        if !settings.extra_params.is_empty() {
            let listed: Vec<_> = settings
                .extra_params
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            lines.push(format!("parametri in più: {}", listed.join(" ")));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPID: &str = r#"
        id = "spid"
        label = "Entra con SPID"
        kind = "spid"
        issuer = "https://accesso.comune.example.it/oidc"
        client_id = "mensa"
        client_secret_file = "keys/spid"
        extra_params = { idp_hint = "spid" }
        [acr]
        request = ["https://www.spid.gov.it/SpidL2"]
        policy = "require"
    "#;

    fn read(text: &str) -> Result<Provider, String> {
        let settings: ProviderSettings = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        settings.resolve().map_err(|error| error.to_string())
    }

    #[test]
    fn hints_need_the_name_of_their_parameter() {
        let with = |more: &str| read(&SPID.replace("extra_params = { idp_hint = \"spid\" }", more));
        let list = "hints = [{ value = \"https://idp.example.it\", label = \"Esempio ID\" }]";
        assert!(with(list).unwrap_err().contains("hint_parameter"));
        let provider = with(&format!("hint_parameter = \"idp_hint\"\n{list}")).unwrap();
        assert_eq!(provider.hints()[0].label, "Esempio ID");
        assert!(provider.summary().join(" ").contains("Esempio ID"));
        assert!(with(&format!("hint_parameter = \"state\"\n{list}")).is_err());
    }

    #[test]
    fn a_short_section_is_enough_and_requires_level_two() {
        let provider = read(SPID).unwrap();
        let LevelRule::Accept(accept) = &provider.level else {
            panic!("the level must be proven");
        };
        assert_eq!(accept.len(), 2);
        assert!(!accept.contains_key("https://www.spid.gov.it/SpidL1"));
        assert_eq!(provider.settings.scopes, ["openid", "profile", "email"]);
        assert_eq!(provider.settings.claims_from, ClaimsFrom::IdToken);
    }

    #[test]
    fn a_proxys_level_must_be_stated_in_full() {
        let trust = SPID.replace("\"require\"", "\"trust_proxy\"");
        assert!(read(&trust).unwrap_err().contains("acr.level"));
        let provider = read(&format!("{trust}\nlevel = 2")).unwrap();
        assert_eq!(provider.level, LevelRule::Trust(Level::Two));
        assert!(
            read(&format!("{SPID}\nlevel = 2"))
                .unwrap_err()
                .contains("trust_proxy")
        );
        assert!(read(&format!("{trust}\nlevel = 4")).is_err());
        assert!(read(&SPID.replace("policy = \"require\"", "")).is_err());
    }

    #[test]
    fn every_mistake_says_what_to_write() {
        for (from, to, hint) in [
            ("https://accesso", "http://accesso", "https://"),
            ("/oidc\"", "/oidc?a=b\"", "no ?"),
            ("https://accesso", "https://utente@accesso", "https://"),
            ("idp_hint = ", "redirect_uri = ", "extra_params"),
            ("\"mensa\"", "\"\"", "client_id"),
            ("Entra con SPID", " ", "label"),
            ("kind = ", "scopes = [\"profile\"]\nkind = ", "openid"),
            ("kind = ", "sort = ", "sort"),
            ("id = \"spid\"", "id = \"S P\"", "small letters"),
        ] {
            let error = read(&SPID.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(hint), "{from} -> {to}: {error}");
        }
    }

    #[test]
    fn http_is_for_this_machine_only() {
        let local = SPID.replace("https://accesso.comune.example.it", "http://127.0.0.1:8091");
        assert!(read(&local).is_ok());
    }

    #[test]
    fn two_providers_may_share_an_issuer_but_not_an_id() {
        let spid: ProviderSettings = toml::from_str(SPID).unwrap();
        let cie: ProviderSettings = toml::from_str(&SPID.replace("\"spid\"", "\"cie\"")).unwrap();
        assert_eq!(resolve(vec![spid.clone(), cie]).unwrap().len(), 2);
        assert!(
            resolve(vec![spid.clone(), spid])
                .unwrap_err()
                .to_string()
                .contains("this id")
        );
    }

    #[test]
    fn the_summary_says_who_answers_for_the_level() {
        let required = read(SPID).unwrap().summary().join("\n");
        assert!(
            required.contains("SpidL2 = 2") && required.contains("idp_hint=spid"),
            "{required}"
        );
        let trusted = format!("{}\nlevel = 2", SPID.replace("\"require\"", "\"trust_proxy\""));
        let trusted = read(&trusted).unwrap().summary().join("\n");
        assert!(
            trusted.contains("garantito da chi gestisce il proxy"),
            "{trusted}"
        );
    }
}
