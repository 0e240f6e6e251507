//! A portal that knows the sandbox's provider, and browsers with their cookies.

use api::{
    ErrorBody, NoQuery,
    children::{GetMe, MeView},
    logins::{
        BackTo, LoginOutcome, LoginView, RedeemLogin, RedeemLoginRequest, RedeemedLoginView, StartLogin,
        StartLoginRequest,
    },
    sessions::{ClientKind, Secret},
};
use chrono::TimeDelta;
use domain::LoginId;
use http::{HeaderMap, Request, header};
use sandbox::{
    Options, Sandbox,
    provider::{CLIENT_ID, CLIENT_SECRET, Provider},
};
use std::{collections::BTreeMap, sync::Arc};
use testkit::{
    Actor, Bench, Means,
    portal::router::{Body, bytes_of},
    role::Anonymous,
};
use url::{Url, form_urlencoded};

/// Where the bench's portal is to a browser.
pub const HERE: &str = "http://127.0.0.1:8080";
/// The page from which everybody comes.
pub const PAGE: &str = "/calendario?mese=2026-11";
/// An app's verifier, and what S256 makes of it (computed with another program).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Everything of a login but the person.
pub struct Stage {
    pub bench: Bench,
    pub sandbox: Sandbox,
    pub anyone: Actor,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// With more in the configuration.
    pub async fn with(edit: impl FnOnce(&mut String)) -> Self {
        let options = Options {
            starts_at: Some("2026-11-23T07:41:00Z".parse().unwrap()),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let secret = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(secret.path(), CLIENT_SECRET).unwrap();
        let bench = Bench::with(|toml| {
            for (id, more) in [("spid", ""), ("cie", "extra_params = { idp_hint = 'cie' }\n")] {
                toml.push_str(&section(id, sandbox.provider().issuer(), secret.path(), more));
            }
            edit(toml);
        })
        .await;
        // Those of the sandbox's people: Marta, Andrea, Samira; Karim lives at the other body.
        for (name, code) in [
            ("Ada", "LCTMRT86P60L400L"),
            ("Dino", "FRRNDR84R07C800P"),
            ("Ivo", "HDDSMR88E57F205F"),
            ("Noa", "BNLKRM85B24H501Y"),
        ] {
            bench
                .sql(&format!(
                    "update person set fiscal_code = '{code}' where first_name = '{name}'"
                ))
                .await;
        }
        let anyone = bench.actor::<Anonymous>(Means::Browser).await;
        Self {
            bench,
            sandbox,
            anyone,
        }
    }

    pub fn provider(&self) -> &Arc<Provider> {
        self.sandbox.provider()
    }

    /// Both clocks go on.
    pub fn wait(&self, by: TimeDelta) {
        self.bench.set(&(self.bench.now() + by).to_rfc3339());
        self.provider().advance(by);
    }

    /// A login of a browser at Valmora.
    pub fn of_browser() -> StartLoginRequest {
        StartLoginRequest {
            body: "valmora".into(),
            provider: "spid".into(),
            hint: None,
            client: ClientKind::Browser,
            challenge: None,
            back: BackTo::Page { path: PAGE.into() },
            invitation: None,
            confirm: false,
        }
    }

    /// A login of an app that listens.
    pub fn of_app() -> StartLoginRequest {
        StartLoginRequest {
            client: ClientKind::App,
            challenge: Some(CHALLENGE.into()),
            back: BackTo::Loopback { port: 40_123 },
            ..Stage::of_browser()
        }
    }

    pub async fn start(&self, request: &StartLoginRequest) -> Result<LoginView, ErrorBody> {
        self.anyone.ask(&StartLogin {}, &NoQuery {}, request).await
    }

    pub async fn redeem(
        &self,
        login: LoginId,
        verifier: &str,
        code: Option<&str>,
    ) -> Result<RedeemedLoginView, ErrorBody> {
        let request = RedeemLoginRequest {
            verifier: Secret(verifier.into()),
            code: code.map(|code| Secret(code.into())),
        };
        self.anyone
            .ask(&RedeemLogin { login }, &NoQuery {}, &request)
            .await
    }

    pub fn browser(&self) -> Browser {
        Browser {
            cookies: BTreeMap::new(),
            actor: self.anyone.clone(),
            web: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    /// A browser that has begun, gone and come back as that person: where it is sent.
    pub async fn sign_in(&self, browser: &mut Browser, person: &str) -> String {
        self.sign_in_with(browser, &Stage::of_browser(), (person, 2, "acconsento"))
            .await
    }

    pub async fn sign_in_with(
        &self,
        browser: &mut Browser,
        request: &StartLoginRequest,
        choice: (&str, u8, &str),
    ) -> String {
        let begun = self.start(request).await.unwrap();
        let callback = browser.go_and_choose(&begun.url, choice).await;
        let answer = browser.get(&callback).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.location.unwrap()
    }

    /// Lines of the audit with that act, outcome and detail.
    pub async fn audited(&self, act: &str, outcome: &str, detail: &str) -> i64 {
        self.bench
            .number(&format!(
                "select count(*) as n from audit where act = '{act}' and outcome = '{outcome}' and detail = '{detail}'"
            ))
            .await
    }
}

/// A section of the configuration.
pub fn section(id: &str, issuer: &str, secret: &std::path::Path, more: &str) -> String {
    // The files outlive the test: adapters read them when the portal is made.
    let kept = secret.with_extension(id);
    std::fs::copy(secret, &kept).unwrap();
    format!(
        "\n[[login.provider]]\nid = '{id}'\nlabel = 'Entra con {}'\nkind = '{id}'\nissuer = '{issuer}'\n\
         client_id = '{CLIENT_ID}'\nclient_secret_file = '{}'\n{more}\
         acr = {{ request = ['https://www.spid.gov.it/SpidL2'], policy = 'require' }}\n",
        id.to_uppercase(),
        kept.display()
    )
}

/// Where an outcome sends a browser.
pub fn told(outcome: LoginOutcome) -> String {
    format!("/accesso?esito={}", outcome.as_str())
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub headers: HeaderMap,
    pub text: String,
}

/// A browser with its cookies.
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    actor: Actor,
    web: reqwest::Client,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, String::new()).await
    }

    pub async fn number(&mut self, login: LoginId, number: &str) -> Answer {
        self.send(
            "POST",
            &format!("/accesso/fine/{login}"),
            format!("numero={number}"),
        )
        .await
    }

    async fn send(&mut self, method: &str, path: &str, body: String) -> Answer {
        let path = path.strip_prefix(HERE).unwrap_or(path);
        let cookies: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.actor.raw(request.body(Body::from(body)).unwrap()).await;
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = parts.headers.get(header::LOCATION);
        Answer {
            status: parts.status.as_u16(),
            location: location.map(|to| to.to_str().unwrap().to_owned()),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes_of(body).await.unwrap()).into_owned(),
        }
    }

    /// Opens the login's page and is sent to the provider.
    pub async fn go(&mut self, url: &str) -> Url {
        let answer = self.get(url).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.location.unwrap().parse().unwrap()
    }

    /// Chooses a person at the provider: the callback's address.
    pub async fn choose(&self, provider: &Url, (person, level, choice): (&str, u8, &str)) -> String {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("persona", person)
            .append_pair("livello", &level.to_string())
            .append_pair("scelta", choice)
            .finish();
        let answer = self
            .web
            .post(provider.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    pub async fn go_and_choose(&mut self, url: &str, choice: (&str, u8, &str)) -> String {
        let provider = self.go(url).await;
        self.choose(&provider, choice).await
    }

    /// Who this browser's session is.
    pub async fn me(&self) -> Result<MeView, ErrorBody> {
        let token = self.cookies.get("refettorio").map(String::as_str);
        self.actor.holding(token).ask(&GetMe {}, &NoQuery {}, &()).await
    }
}
