//! `get_cart`: how the payment of several notices stands; asked again and again while it is verified.

use super::view::view;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    operation::read,
};
use api::notices::{CartView, GetCart};
use axum::extract::State;
use domain::AttemptId;
use storage::{StorageError, attempts};

/// Why it is not told.
#[derive(Debug, thiserror::Error)]
pub enum GetCartError {
    /// Not a cart of this person, or one that never set out.
    #[error("not this person's cart")]
    NotFound,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetCartError> for ApiError {
    fn from(error: GetCartError) -> Self {
        match error {
            GetCartError::NotFound => Self::not_found(),
            GetCartError::Storage(error) => error.into(),
        }
    }
}

/// `get_cart`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<AttemptId>,
) -> ApiResult<CartView> {
    let inside = app.clone();
    read::<GetCart, _, _>(&app, &caller, move |tx, asking| {
        let notices = attempts::notices_of(tx, asking.actor, id)?;
        if notices.is_empty() {
            return Err(GetCartError::NotFound);
        }
        Ok(view(&inside, tx, asking, (id, &notices))?)
    })
    .await
}
