//! `get_top_up`: how a top-up stands; asked again and again while a payment is verified.

use super::{options::fiscal_code, view::view};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    operation::read,
};
use api::topups::{GetTopUp, TopUpView};
use axum::extract::State;
use domain::NoticeId;
use storage::{StorageError, notices};

/// Why it is not told.
#[derive(Debug, thiserror::Error)]
pub enum GetTopUpError {
    /// Not a top-up of this person.
    #[error("not this person's top-up")]
    NotFound,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetTopUpError> for ApiError {
    fn from(error: GetTopUpError) -> Self {
        match error {
            GetTopUpError::NotFound => Self::not_found(),
            GetTopUpError::Storage(error) => error.into(),
        }
    }
}

/// `get_top_up`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<NoticeId>,
) -> ApiResult<TopUpView> {
    let inside = app.clone();
    read::<GetTopUp, _, _>(&app, &caller, move |tx, asking| {
        let notice = notices::of_person_by_id(tx, asking.actor, id)?
            .filter(|notice| !notice.kind.is_issued())
            .ok_or(GetTopUpError::NotFound)?;
        Ok::<_, GetTopUpError>(view(&notice, &fiscal_code(&inside, tx, asking)?, asking.now))
    })
    .await
}
