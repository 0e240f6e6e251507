//! Speaking to the portal: one typed function for reads and one for acts.

use crate::platform::Here;
use api::{Call, Endpoint, ErrorBody, ErrorCode, NoQuery, sessions::SessionView};
use domain::IdempotencyKey;

/// No answer came.
pub fn offline() -> ErrorBody {
    ErrorBody::new(ErrorCode::Offline, "Nessuna risposta dal portale.")
}

/// An answer came that this interface does not understand.
pub fn unreadable() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::UnreadableAnswer,
        "La risposta del portale non è leggibile.",
    )
}

/// Calls an endpoint. Writes need a key; [`Act`] makes one.
pub async fn send<E: Endpoint>(
    here: &Here,
    endpoint: &E,
    query: &E::Query,
    request: &E::Request,
    key: Option<IdempotencyKey>,
) -> Result<E::Response, ErrorBody> {
    let call = Call::new(endpoint, query, request, key).map_err(|_| unreadable())?;
    here.call(call).await?.read::<E>()
}

/// Something that a person does, once. Sending it again, after no answer came, has the same key: the portal
/// answers what it answered the first time and does nothing twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Act<E: Endpoint> {
    endpoint: E,
    request: E::Request,
    key: IdempotencyKey,
}

impl<E: Endpoint<Query = NoQuery>> Act<E> {
    /// A new act with a key of its own.
    pub fn new(here: &Here, endpoint: E, request: E::Request) -> Self {
        Self {
            endpoint,
            request,
            key: IdempotencyKey::from_parts(
                u64::try_from(here.now().timestamp_millis()).unwrap_or_default(),
                here.chance(),
            ),
        }
    }

    /// One that was asked for before, with the key that it had then.
    pub fn with(key: IdempotencyKey, endpoint: E, request: E::Request) -> Self {
        Self {
            endpoint,
            request,
            key,
        }
    }

    /// Whether it does this.
    pub fn is(&self, endpoint: &E, request: &E::Request) -> bool
    where
        E: PartialEq,
        E::Request: PartialEq,
    {
        self.endpoint == *endpoint && self.request == *request
    }

    /// Sends an act that opens a session, which this place keeps.
    pub async fn open(&self, here: &Here) -> Result<SessionView, ErrorBody> {
        let call = Call::new(&self.endpoint, &NoQuery {}, &self.request, Some(self.key));
        here.open_session(call.map_err(|_| unreadable())?).await
    }

    /// Sends it, for the first time or again.
    pub async fn send(&self, here: &Here) -> Result<E::Response, ErrorBody> {
        send(here, &self.endpoint, &NoQuery {}, &self.request, Some(self.key)).await
    }
}

/// Whether nobody knows what became of an act, so that it must be sent again with the same key.
pub fn is_unanswered(error: &ErrorBody) -> bool {
    matches!(
        error.code,
        ErrorCode::Offline
            | ErrorCode::UnreadableAnswer
            | ErrorCode::Busy
            | ErrorCode::Internal
            | ErrorCode::AppLocked
    )
}
