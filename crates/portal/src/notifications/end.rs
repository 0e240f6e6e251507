//! `end_notification`: acted upon on one device, so shown on no other.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    operation::write,
};
use api::notifications::EndNotification;
use axum::extract::State;
use domain::MessageId;
use storage::notifications;

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(message): Args<MessageId>,
) -> ApiResult<()> {
    write::<EndNotification, ApiError, _>(&app, &caller, &(), move |tx, asking| {
        let cause = notifications::cause_of(tx, asking.actor, message)?.ok_or_else(ApiError::not_found)?;
        notifications::end_cause(tx, asking.actor, &cause, asking.now)?;
        Ok(())
    })
    .await
}
