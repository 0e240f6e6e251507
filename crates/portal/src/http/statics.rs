//! What no operation is at.

use crate::errors::ApiError;

/// Answers that there is nothing.
pub async fn serve() -> ApiError {
    ApiError::not_found()
}
