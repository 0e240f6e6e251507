//! GPD's receipts over HTTP: the message that was, or was to be, pushed.

use super::{FoundReceipt, MissingReceipts, RecoveryError, Source, Wanted, checked, failure};
use crate::{
    BodyFiscalCode, Breaker,
    config::ServiceUrl,
    http::{HttpSetupError, Patience, Service, SubscriptionKey},
    receipts::PushedReceipt,
};
use async_trait::async_trait;

/// GPD's receipts, `GET /payments/{body}/receipts/{iuv}`, for one subscription key.
#[derive(Debug, Clone)]
pub struct GpdReceipts {
    service: Service,
}

impl GpdReceipts {
    /// A client of the service at `base`: `https://api.platform.pagopa.it/gpd/payments-receipts-service/v1`.
    pub fn new(base: ServiceUrl, key: SubscriptionKey, patience: Patience) -> Result<Self, HttpSetupError> {
        Ok(Self {
            service: Service::new(base, Some(key), patience)?,
        })
    }

    /// The same with another breaker.
    #[must_use]
    pub fn with_breaker(mut self, breaker: Breaker) -> Self {
        self.service.breaker = breaker;
        self
    }
}

#[async_trait]
impl MissingReceipts for GpdReceipts {
    async fn find(&self, body: BodyFiscalCode, wanted: &Wanted) -> Result<FoundReceipt, RecoveryError> {
        let url = self
            .service
            .base
            .below(["payments", &body.to_string(), "receipts", &wanted.iuv]);
        let answer = self.service.get(url).await.map_err(RecoveryError::Unavailable)?;
        if answer.status != 200 {
            return Err(failure(&answer));
        }
        let kept = PushedReceipt::parse_kept(&answer.body);
        let found = FoundReceipt {
            receipt: kept
                .map_err(|error| RecoveryError::Unreadable(error.to_string()))?
                .receipt,
            raw: String::from_utf8_lossy(&answer.body).into_owned(),
            source: Source::Gpd,
        };
        checked(body, wanted, found)
    }
}
