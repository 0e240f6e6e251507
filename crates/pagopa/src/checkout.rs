//! Checkout v2, `POST /carts`: hand pagoPA up to five notices, get the address to send the parent to.
//!
//! A cart lives ten minutes at pagoPA, charges nothing by itself and cannot be read or cancelled. Coming back
//! from it proves nothing: only the receipt does.

use crate::{
    BodyFiscalCode, Breaker, Causale, NoticeNumber,
    config::{CompanyName, ServiceUrl, is_safe},
    http::{self, Answer, HttpSetupError, Patience, Service, SubscriptionKey},
};
use async_trait::async_trait;
use domain::Cents;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, time::Duration};
use url::Url;

/// Where carts are opened.
#[async_trait]
pub trait Checkout: Send + Sync {
    /// Opens a new cart and answers the address, to be opened in the system's browser. Each call makes a new
    /// cart; the notices stay the same.
    async fn open_cart(&self, cart: &Cart) -> Result<Url, CheckoutError>;
}

/// One notice in a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartNotice {
    /// What is paid.
    pub notice: NoticeNumber,
    /// The body that holds the credit.
    pub body: BodyFiscalCode,
    /// Its name.
    pub company_name: CompanyName,
    /// The amount published at GPD. Checkout does not compare the two until the parent pays.
    pub amount: Cents,
    /// What the parent reads.
    pub causale: Causale,
}

/// Where pagoPA's page leads when the parent taps "Continua", one address for each outcome.
///
/// Nothing is appended to them and nothing signs them: put the attempt's own random id in each, and believe
/// none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnUrls {
    /// Paid, says the page.
    #[serde(rename = "returnOkUrl")]
    pub ok: Url,
    /// The parent gave up.
    #[serde(rename = "returnCancelUrl")]
    pub cancel: Url,
    /// Not paid, says the page.
    #[serde(rename = "returnErrorUrl")]
    pub error: Url,
    /// Not known yet.
    #[serde(rename = "returnWaitingUrl")]
    pub waiting: Url,
}

/// Why a cart cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// One to five notices fit.
    #[error("a cart holds 1 to 5 notices, not {0}")]
    Size(usize),
    /// The same notice twice.
    #[error("a notice is in the cart twice")]
    Twice,
    /// Zero or less.
    #[error("an amount is at least one cent")]
    Amount,
    /// A way back that Checkout would take for a relative path.
    #[error("a return address begins with https://")]
    ReturnUrl,
    /// A name that does not come back as it went.
    #[error("a cart's name has 1 to 210 letters, digits, dashes, dots, underscores and tildes")]
    Name,
}

/// One to five different notices and the ways back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    notices: Vec<CartNotice>,
    returns: ReturnUrls,
    id: Option<String>,
}

impl Cart {
    /// A cart that Checkout's own validation lets through.
    pub fn new(notices: Vec<CartNotice>, returns: ReturnUrls) -> Result<Self, CartError> {
        if notices.is_empty() || notices.len() > 5 {
            return Err(CartError::Size(notices.len()));
        }
        let different: BTreeSet<_> = notices.iter().map(|n| (n.body, n.notice)).collect();
        if different.len() != notices.len() {
            return Err(CartError::Twice);
        }
        if notices.iter().any(|n| n.amount.get() < 1) {
            return Err(CartError::Amount);
        }
        if ![&returns.ok, &returns.cancel, &returns.error, &returns.waiting]
            .into_iter()
            .all(is_safe)
        {
            return Err(CartError::ReturnUrl);
        }
        Ok(Self {
            notices,
            returns,
            id: None,
        })
    }

    /// What is paid.
    pub fn notices(&self) -> &[CartNotice] {
        &self.notices
    }

    /// The ways back.
    pub fn returns(&self) -> &ReturnUrls {
        &self.returns
    }

    /// The same with our own name for it (`idCart`), which comes back in each receipt as
    /// [`payment_note`](crate::receipts::Receipt::payment_note): 1 to 210 letters, digits, `-`, `.`, `_` and `~`.
    pub fn named(self, id: &str) -> Result<Self, CartError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        if id.is_empty() || id.len() > 210 || !id.bytes().all(plain) {
            return Err(CartError::Name);
        }
        Ok(Self {
            id: Some(id.to_owned()),
            ..self
        })
    }
}

/// What went wrong at Checkout; [`CheckoutError::advice`] says what the parent can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckoutError {
    /// 422: a notice is already paid, is being paid right now, or pagoPA does not know it (yet).
    #[error("a notice cannot be paid now: {0}")]
    AlreadyPaidOrInProgress(String),
    /// 422: a notice is in the cart twice.
    #[error("a notice is in the cart twice: {0}")]
    DuplicateNotices(String),
    /// 422: more notices than Checkout takes.
    #[error("too many notices in the cart: {0}")]
    TooManyNotices(String),
    /// 400 or another 4xx: our request is wrong.
    #[error("Checkout refuses the request: {0}")]
    Invalid(String),
    /// 401 or 403: the key is missing or wrong.
    #[error("Checkout does not accept the subscription key")]
    Key,
    /// 429: too many calls.
    #[error("Checkout asks to call less often")]
    RateLimited {
        /// When to try again, if it says so.
        retry_after: Option<Duration>,
    },
    /// 5xx, a broken connection, no answer in time, or it failed so often in a row that it was not asked at all, which
    /// the text says. No money moved.
    #[error("Checkout is not available: {0}")]
    Unavailable(String),
    /// It points to a host to which no parent of ours is sent.
    #[error("Checkout points to a foreign address: {0}")]
    ForeignRedirect(String),
    /// An answer that is not what is published.
    #[error("Checkout's answer cannot be read: {0}")]
    Unreadable(String),
}

/// What the parent can do after a failed attempt. The notice stays the same in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Look at the wallet first: the payment may be done. If it is not there, try again after this time,
    /// when pagoPA's lock on the notice is over.
    WaitForTheLock {
        /// Checkout's payment token lasts 15 minutes, the session's lock up to 30.
        minutes: u8,
    },
    /// Try again in a moment.
    TryAgain {
        /// How long the moment is.
        after: Duration,
    },
    /// Nothing the parent does will help: pay the notice another way, or call the office.
    AskTheOffice,
}

impl CheckoutError {
    /// What the parent can do.
    pub fn advice(&self) -> Advice {
        match self {
            Self::AlreadyPaidOrInProgress(_) => Advice::WaitForTheLock { minutes: 30 },
            Self::RateLimited { retry_after } => Advice::TryAgain {
                after: retry_after.unwrap_or(Duration::from_secs(30)),
            },
            Self::Unavailable(_) | Self::Unreadable(_) => Advice::TryAgain {
                after: Duration::from_mins(1),
            },
            Self::DuplicateNotices(_)
            | Self::TooManyNotices(_)
            | Self::Invalid(_)
            | Self::Key
            | Self::ForeignRedirect(_) => Advice::AskTheOffice,
        }
    }
}

/// Checkout over HTTP.
#[derive(Debug, Clone)]
pub struct CheckoutClient {
    service: Service,
    allowed_hosts: Vec<String>,
}

impl CheckoutClient {
    /// A client of the service at `base`. The key is optional there. `allowed_hosts` (`host` or `host:port`)
    /// are those beyond `pagopa.it` to which a parent may be sent.
    pub fn new(
        base: ServiceUrl,
        key: Option<SubscriptionKey>,
        allowed_hosts: Vec<String>,
        patience: Patience,
    ) -> Result<Self, HttpSetupError> {
        Ok(Self {
            service: Service::new(base, key, patience)?,
            allowed_hosts,
        })
    }

    /// The same with another breaker: one that several clients of the service share, or one with its own figures.
    #[must_use]
    pub fn with_breaker(mut self, breaker: Breaker) -> Self {
        self.service.breaker = breaker;
        self
    }
}

#[async_trait]
impl Checkout for CheckoutClient {
    async fn open_cart(&self, cart: &Cart) -> Result<Url, CheckoutError> {
        let url = self.service.base.below(["carts"]);
        let request = self.service.http.post(url).json(&CartRequest::of(cart));
        // Repeating is harmless: a cart nobody opens is forgotten after ten minutes.
        let answer = self
            .service
            .send(request, self.service.patience)
            .await
            .map_err(CheckoutError::Unavailable)?;
        let address = redirect(&answer)?;
        trusted(&address, &self.allowed_hosts)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CartRequest<'a> {
    payment_notices: Vec<PaymentNotice<'a>>,
    return_urls: &'a ReturnUrls,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_cart: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentNotice<'a> {
    notice_number: NoticeNumber,
    fiscal_code: BodyFiscalCode,
    amount: Cents,
    company_name: &'a str,
    description: &'a str,
}

impl<'a> CartRequest<'a> {
    fn of(cart: &'a Cart) -> Self {
        let payment_notices = cart
            .notices
            .iter()
            .map(|n| PaymentNotice {
                notice_number: n.notice,
                fiscal_code: n.body,
                amount: n.amount,
                company_name: n.company_name.as_str(),
                description: n.causale.as_str(),
            })
            .collect();
        Self {
            payment_notices,
            return_urls: &cart.returns,
            id_cart: cart.id.as_deref(),
        }
    }
}

/// The address in an answer: the public product says 302 and `Location`, the one with subscription says 200
/// and a body.
fn redirect(answer: &Answer) -> Result<String, CheckoutError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        checkout_redirect_url: String,
    }
    let detail = || http::problem(&answer.body);
    match answer.status {
        302 => answer
            .location
            .clone()
            .ok_or_else(|| CheckoutError::Unreadable("no Location".to_owned())),
        200 => serde_json::from_slice::<Body>(&answer.body)
            .map(|body| body.checkout_redirect_url)
            .map_err(|e| CheckoutError::Unreadable(e.to_string())),
        401 | 403 => Err(CheckoutError::Key),
        422 => Err(unprocessable(detail())),
        429 => Err(CheckoutError::RateLimited {
            retry_after: answer.retry_after,
        }),
        400..=499 => Err(CheckoutError::Invalid(detail())),
        500..=599 => Err(CheckoutError::Unavailable(format!(
            "{} {}",
            answer.status,
            detail()
        ))),
        other => Err(CheckoutError::Unreadable(format!("status {other}"))),
    }
}

/// The three reasons for a 422 differ in their words only; the commonest and gravest is the default.
fn unprocessable(detail: String) -> CheckoutError {
    let lower = detail.to_lowercase();
    if lower.contains("duplicate") {
        CheckoutError::DuplicateNotices(detail)
    } else if lower.contains("multiple") {
        CheckoutError::TooManyNotices(detail)
    } else {
        CheckoutError::AlreadyPaidOrInProgress(detail)
    }
}

/// Lets through `https` on `pagopa.it` and below, and what the configuration names.
fn trusted(address: &str, allowed_hosts: &[String]) -> Result<Url, CheckoutError> {
    let foreign = || CheckoutError::ForeignRedirect(address.chars().take(100).collect());
    let url = Url::parse(address).map_err(|_| foreign())?;
    let host = url.host_str().ok_or_else(foreign)?;
    let with_port = url.port().map(|port| format!("{host}:{port}"));
    let named = allowed_hosts
        .iter()
        .any(|allowed| allowed == host || Some(allowed) == with_port.as_ref());
    let pagopa = url.scheme() == "https"
        && url.port().is_none()
        && (host == "pagopa.it" || host.ends_with(".pagopa.it"));
    if is_safe(&url) && (pagopa || named) {
        Ok(url)
    } else {
        Err(foreign())
    }
}

#[cfg(test)]
mod tests;
