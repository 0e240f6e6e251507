//! GPD v1 over HTTP.

use super::{DebtPosition, DebtPositions, GpdError, Iupd, NewDebt, PositionStatus, wire};
use crate::{
    BodyFiscalCode, Breaker,
    config::ServiceUrl,
    http::{self, Answer, HttpSetupError, Patience, Service, SubscriptionKey},
};
use async_trait::async_trait;
use reqwest::RequestBuilder;
use url::Url;

/// GPD v1 over HTTP, for one subscription key (which may serve many bodies).
#[derive(Debug, Clone)]
pub struct GpdClient {
    service: Service,
}

impl GpdClient {
    /// A client of the service at `base`.
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
        self.service.base.below(
            ["organizations", &body, "debtpositions"]
                .into_iter()
                .chain(rest.iter().copied()),
        )
    }

    /// The address at which a debt is written so that it can be paid at once.
    fn publishing_url(&self, body: BodyFiscalCode, rest: &[&str]) -> Url {
        let mut url = self.url(body, rest);
        url.query_pairs_mut().append_pair("toPublish", "true");
        url
    }

    async fn send(&self, request: RequestBuilder, patience: Patience) -> Result<Answer, GpdError> {
        self.service
            .send(request, patience)
            .await
            .map_err(GpdError::Unavailable)
    }

    async fn patiently(&self, request: RequestBuilder) -> Result<Answer, GpdError> {
        self.send(request, self.service.patience).await
    }

    /// For what is answered 409 the second time: the answer that got lost is asked for instead.
    async fn once(&self, request: RequestBuilder) -> Result<Answer, GpdError> {
        self.send(request, self.service.patience.once()).await
    }

    /// What stands at GPD under a key for which it says that it is taken.
    async fn standing(&self, debt: &NewDebt, conflict: String) -> Result<DebtPosition, GpdError> {
        match self.get(debt.body, &debt.iupd).await {
            Ok(standing) if is_same(debt, &standing) => Ok(standing),
            Ok(_) | Err(GpdError::NotFound) => Err(GpdError::NumberTaken(conflict)),
            Err(other) => Err(other),
        }
    }
}

/// Costs of notification may have been added meanwhile.
fn is_same(debt: &NewDebt, standing: &DebtPosition) -> bool {
    standing.notice == debt.notice
        && [standing.amount, standing.amount - standing.notification_fee].contains(&debt.amount)
}

#[async_trait]
impl DebtPositions for GpdClient {
    async fn create(&self, debt: &NewDebt) -> Result<DebtPosition, GpdError> {
        let url = self.publishing_url(debt.body, &[]);
        let request = self.service.http.post(url).json(&wire::PaymentPosition::of(debt));
        // Safe to repeat: the key follows from the notice, so a second creation answers 409.
        let answer = self.patiently(request).await?;
        let standing = match answer.status {
            200 | 201 => return wire::PositionAnswer::read(&answer.body),
            409 => self.standing(debt, http::problem(&answer.body)).await?,
            _ => return Err(failure(&answer)),
        };
        if standing.status == PositionStatus::Draft {
            return self.publish(debt.body, &debt.iupd).await;
        }
        Ok(standing)
    }

    async fn get(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError> {
        let request = self.service.http.get(self.url(body, &[iupd.as_str()]));
        let answer = self.patiently(request).await?;
        match answer.status {
            200 => wire::PositionAnswer::read(&answer.body),
            _ => Err(failure(&answer)),
        }
    }

    async fn publish(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError> {
        let url = self.url(body, &[iupd.as_str(), "publish"]);
        let answer = self.once(self.service.http.post(url)).await?;
        match answer.status {
            200 => wire::PositionAnswer::read(&answer.body),
            409 => match self.get(body, iupd).await? {
                standing if standing.status.is_published() => Ok(standing),
                _ => Err(GpdError::NotPublishable(http::problem(&answer.body))),
            },
            _ => Err(failure(&answer)),
        }
    }

    async fn update(&self, debt: &NewDebt) -> Result<DebtPosition, GpdError> {
        let url = self.publishing_url(debt.body, &[debt.iupd.as_str()]);
        let request = self.service.http.put(url).json(&wire::PaymentPosition::of(debt));
        // Safe to repeat: the whole debt is written, so twice is as once.
        let answer = self.patiently(request).await?;
        match answer.status {
            200 => wire::PositionAnswer::read(&answer.body),
            409 => Err(GpdError::NotUpdatable(http::problem(&answer.body))),
            _ => Err(failure(&answer)),
        }
    }

    async fn invalidate(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<(), GpdError> {
        let url = self.url(body, &[iupd.as_str(), "invalidate"]);
        let answer = self.once(self.service.http.post(url)).await?;
        match answer.status {
            200 => Ok(()),
            // The answer to an earlier call may have been lost.
            409 if self.get(body, iupd).await?.status == PositionStatus::Invalid => Ok(()),
            409 => Err(GpdError::NotInvalidable(http::problem(&answer.body))),
            _ => Err(failure(&answer)),
        }
    }
}

fn failure(answer: &Answer) -> GpdError {
    let detail = http::problem(&answer.body);
    match answer.status {
        401 => GpdError::Key,
        403 => GpdError::NotEnabled,
        404 => GpdError::NotFound,
        429 => GpdError::RateLimited {
            retry_after: answer.retry_after,
        },
        400..=499 => GpdError::Invalid(detail),
        500..=599 => GpdError::Unavailable(format!("{} {detail}", answer.status)),
        other => GpdError::Unreadable(format!("status {other}")),
    }
}
