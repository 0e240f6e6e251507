//! What the provider remembers, in memory.

use super::{
    Fault,
    keys::{Signer, Signing},
    people::Person,
};
use crate::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};
use url::{Host, Url};

/// The portal's name here.
pub const CLIENT_ID: &str = "refettorio";
/// The portal's secret here. It opens nothing but invented people.
pub const CLIENT_SECRET: &str = "segreto-di-prova:non+protegge%nulla";

/// How long a code is good.
const CODE: TimeDelta = TimeDelta::seconds(60);

/// How the provider speaks: no two of them speak alike.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a way in which two real providers differ, and any of them go together"
)]
pub struct Style {
    /// The claim with the fiscal code.
    pub fiscal_code_claim: String,
    /// Whether `TINIT-` stands before it.
    pub prefix: bool,
    /// Whether a person's claims are in the id token too, or at userinfo only.
    pub claims_in_id_token: bool,
    /// How tokens are signed.
    pub signing: Signing,
    /// Whether keys have names (`kid`).
    pub named_keys: bool,
    /// Whether the client's secret goes in the body and not in the header.
    pub secret_in_body: bool,
    /// What `acr` says, where it is not the level: a proxy's constant.
    pub constant_acr: Option<String>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            fiscal_code_claim: "https://attributes.eid.gov.it/fiscal_number".to_owned(),
            prefix: true,
            claims_in_id_token: true,
            signing: Signing::Rs256,
            named_keys: true,
            secret_in_body: false,
            constant_acr: None,
        }
    }
}

/// What a code stands for.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub redirect_uri: String,
    pub challenge: String,
    pub nonce: String,
    pub visit: Visit,
}

/// Who signed in, how and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    pub person: &'static Person,
    pub level: u8,
    /// With CIE: no mail address.
    pub by_card: bool,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Default)]
struct Memory {
    fault: Option<Fault>,
    style: Style,
    turn: usize,
    codes: HashMap<String, Grant>,
    access_tokens: HashMap<String, Visit>,
}

/// The provider.
#[derive(Debug)]
pub struct Provider {
    issuer: Url,
    browser: Url,
    clock: Clock,
    memory: Mutex<Memory>,
}

impl Provider {
    /// A provider at `url` whose page a browser reaches at `public_url`.
    pub fn new(url: &Url, public_url: Option<&Url>, starts_at: Option<DateTime<Utc>>) -> Self {
        let below = |url: &Url| {
            let mut url = url.clone();
            url.set_path("identita");
            url
        };
        Self {
            issuer: below(url),
            browser: below(public_url.unwrap_or(url)),
            clock: Clock::new(starts_at),
            memory: Mutex::default(),
        }
    }

    /// The same, by the clock in a file: that of the portal which it serves.
    #[must_use]
    pub fn following(mut self, file: Option<PathBuf>) -> Self {
        if let Some(file) = file {
            self.clock = Clock::of_file(file);
        }
        self
    }

    /// Its issuer: `http://127.0.0.1:PORT/identita`.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Where a browser goes.
    pub(super) fn browser(&self) -> &str {
        self.browser.as_str()
    }

    /// What its clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Puts its clock ahead.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// What goes wrong now.
    pub fn fault(&self) -> Option<Fault> {
        self.memory().fault
    }

    /// Chooses what goes wrong, or that nothing does.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.memory().fault = fault;
    }

    /// How it speaks.
    pub fn style(&self) -> Style {
        self.memory().style.clone()
    }

    /// Makes it speak otherwise.
    pub fn set_style(&self, style: Style) {
        self.memory().style = style;
    }

    /// Changes the keys: only the new ones are published.
    pub fn rotate_keys(&self) {
        self.memory().turn += 1;
    }

    pub(super) fn signer(&self) -> Signer {
        let memory = self.memory();
        Signer {
            turn: memory.turn,
            signing: memory.style.signing,
            named: memory.style.named_keys,
        }
    }

    /// Whether a browser may be sent back there: to this machine, or to where the sandbox itself is reached.
    pub(super) fn may_return_to(&self, address: &str) -> bool {
        let Ok(url) = Url::parse(address) else {
            return false;
        };
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        let web = matches!(url.scheme(), "http" | "https");
        web && url.fragment().is_none() && (loopback || url.host() == self.browser.host())
    }

    /// A code for what was granted, good for a minute and once.
    pub(super) fn keep(&self, grant: Grant) -> String {
        let code = random();
        self.memory().codes.insert(code.clone(), grant);
        code
    }

    /// What a code stands for, and never again.
    pub(super) fn take(&self, code: &str) -> Option<Grant> {
        let now = self.now();
        let grant = self.memory().codes.remove(code)?;
        (now - grant.visit.at <= CODE).then_some(grant)
    }

    /// An access token for userinfo.
    pub(super) fn open(&self, visit: Visit) -> String {
        let token = random();
        self.memory().access_tokens.insert(token.clone(), visit);
        token
    }

    /// Whose an access token is.
    pub(super) fn visit(&self, access_token: &str) -> Option<Visit> {
        self.memory().access_tokens.get(access_token).copied()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 256 random bits, hex.
fn random() -> String {
    let mut bytes = [0; 32];
    // Without randomness a stand-in gives zeros, and its second code replaces its first.
    let _ = getrandom::fill(&mut bytes);
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_back_to_this_machine_only() {
        let here = Url::parse("http://127.0.0.1:8091").unwrap();
        let public = Url::parse("https://prova.example.org:9443").unwrap();
        let provider = Provider::new(&here, Some(&public), None);
        for (address, may) in [
            ("http://127.0.0.1:8080/accesso/spid/ritorno", true),
            ("http://localhost:8080/", true),
            ("https://prova.example.org/accesso/spid/ritorno", true),
            ("https://altrove.example.org/", false),
            ("http://127.0.0.1:8080/#x", false),
            ("it.example.mensa:/ritorno", false),
            ("//altrove", false),
        ] {
            assert_eq!(provider.may_return_to(address), may, "{address}");
        }
    }
}
