//! FDR v1 for creditor bodies, over HTTP.

use super::{FdrError, Flow, FlowKey, FlowPayment, Flows, PublishedFlow, wire};
use crate::{
    BodyFiscalCode, Breaker,
    config::ServiceUrl,
    http::{self, Answer, HttpSetupError, Patience, Service, SubscriptionKey},
};
use async_trait::async_trait;
use chrono::SecondsFormat;
use domain::time::Instant;
use url::Url;

/// The largest page that FDR gives.
const PAGE: usize = 1_000;

/// A million payments in one flow, or flows in one list, is somebody's mistake.
const MOST_PAGES: u64 = 1_000;

/// FDR over HTTP, for one subscription key.
#[derive(Debug, Clone)]
pub struct FdrClient {
    service: Service,
}

impl FdrClient {
    /// A client of the service at `base`: `https://api.platform.pagopa.it/fdr-org/service/v1`.
    pub fn new(base: ServiceUrl, key: SubscriptionKey, patience: Patience) -> Result<Self, HttpSetupError> {
        Ok(Self {
            service: Service::new(base, Some(key), patience)?,
        })
    }

    /// The same with another breaker: one that several clients of the service share, or one with its own figures.
    #[must_use]
    pub fn with_breaker(mut self, breaker: Breaker) -> Self {
        self.service.breaker = breaker;
        self
    }

    fn url(&self, body: BodyFiscalCode, rest: &[&str]) -> Url {
        let body = body.to_string();
        let path = ["organizations", &body, "fdrs"];
        self.service
            .base
            .below(path.into_iter().chain(rest.iter().copied()))
    }

    fn flow_url(&self, body: BodyFiscalCode, key: &FlowKey, rest: &[&str]) -> Url {
        let revision = key.revision.to_string();
        let mut path = vec![key.fdr.as_str(), "revisions", &revision, "psps", &key.psp_id];
        path.extend(rest);
        self.url(body, &path)
    }

    async fn get(&self, url: Url) -> Result<Vec<u8>, FdrError> {
        let answer = self.service.get(url).await.map_err(FdrError::Unavailable)?;
        match answer.status {
            200 => Ok(answer.body),
            _ => Err(failure(&answer)),
        }
    }

    /// All pages behind one address.
    async fn pages<T>(&self, url: &Url) -> Result<Vec<T>, FdrError>
    where
        T: serde::de::DeserializeOwned,
    {
        let mut all = Vec::new();
        for number in 1..=MOST_PAGES {
            let mut url = url.clone();
            url.query_pairs_mut()
                .append_pair("page", &number.to_string())
                .append_pair("size", &PAGE.to_string());
            let page: wire::Page<T> = wire::read(&self.get(url).await?)?;
            let full = page.data.len() >= PAGE;
            all.extend(page.data);
            let last = match page.metadata.and_then(|metadata| metadata.tot_page) {
                Some(pages) => number >= pages,
                None => !full,
            };
            if last {
                return Ok(all);
            }
        }
        Err(FdrError::Unreadable(format!("more than {MOST_PAGES} pages")))
    }
}

#[async_trait]
impl Flows for FdrClient {
    async fn published_since(
        &self,
        body: BodyFiscalCode,
        since: Instant,
    ) -> Result<Vec<PublishedFlow>, FdrError> {
        let mut url = self.url(body, &[]);
        url.query_pairs_mut()
            .append_pair("publishedGt", &since.to_rfc3339_opts(SecondsFormat::Millis, true));
        let listed: Vec<wire::Listed> = self.pages(&url).await?;
        let mut flows = listed
            .into_iter()
            .map(wire::Listed::flow)
            .collect::<Result<Vec<_>, _>>()?;
        // A flow published between two pages pushes another onto the next page as well.
        flows.sort_by(|a, b| (a.published_at, &a.key).cmp(&(b.published_at, &b.key)));
        flows.dedup_by(|a, b| a.key == b.key);
        Ok(flows)
    }

    async fn flow(&self, body: BodyFiscalCode, key: &FlowKey) -> Result<Flow, FdrError> {
        let answer = self.get(self.flow_url(body, key, &[])).await?;
        wire::read::<wire::Header>(&answer)?.flow(key)
    }

    async fn payments(&self, body: BodyFiscalCode, key: &FlowKey) -> Result<Vec<FlowPayment>, FdrError> {
        let listed: Vec<wire::Payment> = self.pages(&self.flow_url(body, key, &["payments"])).await?;
        listed.into_iter().map(wire::Payment::payment).collect()
    }
}

fn failure(answer: &Answer) -> FdrError {
    let detail = http::problem(&answer.body);
    match answer.status {
        401 => FdrError::Key,
        403 => FdrError::NotEnabled,
        404 => FdrError::NotFound,
        429 => FdrError::RateLimited {
            retry_after: answer.retry_after,
        },
        400..=499 => FdrError::Invalid(detail),
        500..=599 => FdrError::Unavailable(format!("{} {detail}", answer.status)),
        other => FdrError::Unreadable(format!("status {other}")),
    }
}
