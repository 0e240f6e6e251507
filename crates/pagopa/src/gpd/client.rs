//! GPD v1 over HTTP.

use super::{DebtPosition, DebtPositions, GpdError, Iupd, NewDebt, PositionStatus, wire};
use crate::{
    BodyFiscalCode,
    config::ServiceUrl,
    http::{self, Answer, HttpSetupError, Patience, SubscriptionKey},
};
use async_trait::async_trait;
use reqwest::Client;
use url::Url;

/// GPD v1 over HTTP, for one subscription key (which may serve many bodies).
#[derive(Debug, Clone)]
pub struct GpdClient {
    http: Client,
    base: ServiceUrl,
    key: SubscriptionKey,
    patience: Patience,
}

impl GpdClient {
    /// A client of the service at `base`.
    pub fn new(base: ServiceUrl, key: SubscriptionKey, patience: Patience) -> Result<Self, HttpSetupError> {
        Ok(Self {
            http: http::client(&patience)?,
            base,
            key,
            patience,
        })
    }

    fn url(&self, body: BodyFiscalCode, rest: &[&str]) -> Url {
        let body = body.to_string();
        self.base.below(
            ["organizations", &body, "debtpositions"]
                .into_iter()
                .chain(rest.iter().copied()),
        )
    }

    async fn send(&self, request: reqwest::RequestBuilder, patience: &Patience) -> Result<Answer, GpdError> {
        http::send(self.key.add_to(request), patience)
            .await
            .map_err(GpdError::Unavailable)
    }
}

#[async_trait]
impl DebtPositions for GpdClient {
    async fn create(&self, debt: &NewDebt) -> Result<DebtPosition, GpdError> {
        let mut url = self.url(debt.body, &[]);
        url.query_pairs_mut().append_pair("toPublish", "true");
        let request = self.http.post(url).json(&wire::PaymentPosition::of(debt));
        // Safe to repeat: the key follows from the notice, so a second creation answers 409.
        let answer = self.send(request, &self.patience).await?;
        let conflict = match answer.status {
            200 | 201 => return wire::PositionAnswer::read(&answer.body),
            409 => http::problem(&answer.body),
            _ => return Err(failure(&answer)),
        };
        match self.get(debt.body, &debt.iupd).await {
            Ok(standing)
                if standing.notice == debt.notice
                    && [standing.amount, standing.amount - standing.notification_fee]
                        .contains(&debt.amount) =>
            {
                Ok(standing)
            }
            Ok(_) | Err(GpdError::NotFound) => Err(GpdError::NumberTaken(conflict)),
            Err(other) => Err(other),
        }
    }

    async fn get(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError> {
        let request = self.http.get(self.url(body, &[iupd.as_str()]));
        let answer = self.send(request, &self.patience).await?;
        match answer.status {
            200 => wire::PositionAnswer::read(&answer.body),
            _ => Err(failure(&answer)),
        }
    }

    async fn invalidate(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<(), GpdError> {
        let request = self.http.post(self.url(body, &[iupd.as_str(), "invalidate"]));
        let answer = self.send(request, &self.patience.once()).await?;
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
