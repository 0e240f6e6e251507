//! Whether the portal can do its work.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Routes,
};
use api::health::{GetHealth, HealthView};
use axum::{Json, extract::State};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new().operation::<GetHealth, _>(handle)
}

/// Goes through the writer's queue: a portal that cannot write is not well.
async fn handle(State(app): State<App>) -> ApiResult<HealthView> {
    app.store
        .write(|tx| {
            tx.query("select 1 as one", &[])
                .map(|_| ())
                .map_err(ApiError::from)
        })
        .await?;
    Ok(Json(HealthView {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        now: app.now(),
    }))
}
