//! `get_notice`: how a notice stands; asked again and again while a payment is verified.

use super::view::one;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    operation::read,
};
use api::notices::{GetNotice, NoticeView};
use axum::extract::State;
use domain::NoticeId;
use storage::StorageError;

/// Why it is not told.
#[derive(Debug, thiserror::Error)]
pub enum GetNoticeError {
    /// Not a notice of this person.
    #[error("not this person's notice")]
    NotFound,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetNoticeError> for ApiError {
    fn from(error: GetNoticeError) -> Self {
        match error {
            GetNoticeError::NotFound => Self::not_found(),
            GetNoticeError::Storage(error) => error.into(),
        }
    }
}

/// `get_notice`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<NoticeId>,
) -> ApiResult<NoticeView> {
    let inside = app.clone();
    read::<GetNotice, _, _>(&app, &caller, move |tx, asking| {
        one(&inside, tx, asking, id)?.ok_or(GetNoticeError::NotFound)
    })
    .await
}
