//! One answer for everything that goes wrong.
//!
//! Each operation has its own error enum and turns it into an [`ApiError`]: a status, a code to branch on and an
//! Italian sentence that says what to do next. The detail is for the log, once, at the edge ([`crate::http::edge`]).

use api::{ErrorBody, ErrorCode};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::people::Denied;
use http::StatusCode;
use serde::Serialize;
use std::fmt;
use storage::StorageError;

/// An answer that is not a success.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// What the client gets.
    pub body: ErrorBody,
    /// For the log only; never holds a secret, a request's body or a name.
    pub detail: Option<String>,
}

impl ApiError {
    /// An error with its code and sentence.
    pub fn new(status: StatusCode, code: ErrorCode, message: &str) -> Self {
        Self {
            status,
            body: ErrorBody::new(code, message),
            detail: None,
        }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.body = self.body.with(name, value);
        self
    }

    /// The same with a detail for the log.
    #[must_use]
    pub fn because(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// 400: the request cannot be read. `field` is where, `problem` what, both for developers.
    pub fn invalid(field: &str, problem: impl fmt::Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::InvalidRequest,
            "La richiesta non è valida. Aggiorna l'app o la pagina e riprova.",
        )
        .with(field, problem.to_string())
    }

    /// 404: it does not exist, or is somebody else's; nobody learns which.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "Non c'è nulla a questo indirizzo, oppure non ti riguarda. Torna alla pagina iniziale.",
        )
    }

    /// 403: the child is known to who asks, but this is not among their rights.
    pub fn not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            ErrorCode::NotAllowed,
            "Per questo alunno non puoi farlo. Chiedi a un genitore o all'ufficio.",
        )
    }

    /// 401: no session, or an ended one.
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthenticated,
            "La sessione è finita. Accedi di nuovo.",
        )
    }

    /// 403: the session may only choose a password.
    pub fn password_choice_required() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            ErrorCode::PasswordChoiceRequired,
            "Prima di continuare scegli la tua password: quella che hai è provvisoria.",
        )
    }

    /// 503: nothing was done, it may work in a moment.
    pub fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Busy,
            "In questo momento il servizio ha troppe richieste. Non è stato cambiato nulla: riprova tra poco.",
        )
    }

    /// 500: a fault of the portal. The edge adds the request's id.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::Internal,
            "Il servizio ha avuto un problema. Riprova; se continua, chiama l'ufficio e comunica il codice della richiesta.",
        )
        .because(detail)
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unknown => Self::not_found(),
            Denied::NotAllowed => Self::not_allowed(),
        }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        if error.is_temporary() {
            return Self::busy().because(error);
        }
        match error {
            StorageError::OutcomeUnknown(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::Busy,
                "Non sappiamo se l'operazione è riuscita. Aggiorna la pagina per vedere come stanno le cose.",
            )
            .because(error),
            other => Self::internal(other),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(&self.body)).into_response();
        if let Some(seconds) = self.body.field::<u64>("retry_after") {
            response
                .headers_mut()
                .insert(http::header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// What handlers answer.
pub type ApiResult<T> = Result<Json<T>, ApiError>;
