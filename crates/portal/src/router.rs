//! Every noun's operations together, and the layers around them.

use crate::{
    App, bodies, carts, children, confirmation, contacts,
    errors::ApiError,
    feeds, health,
    http::{Routes, csrf, edge, statics, wellknown},
    invitations, logins, meals, notices, notifications, people, preferences, receipts, recoveries, sessions,
    station, subscriptions, topups, wallets,
};
use axum::{extract::DefaultBodyLimit, middleware::from_fn_with_state};
use std::{io, net::SocketAddr};
use tokio::net::TcpListener;

/// What a caller without a socket needs to drive the router.
pub use axum::{Router, body::Body, extract::ConnectInfo};

/// The largest request that is read; a period of many days for many children is some kilobytes.
const BODY_LIMIT: usize = 64 * 1024;

/// All operations. Each noun adds its own.
pub fn routes() -> Routes {
    Routes::new()
        .merge(health::routes())
        .merge(bodies::routes())
        .merge(carts::routes())
        .merge(sessions::routes())
        .merge(confirmation::routes())
        .merge(contacts::routes())
        .merge(recoveries::routes())
        .merge(children::routes())
        .merge(people::routes())
        .merge(preferences::routes())
        .merge(subscriptions::routes())
        .merge(notifications::routes())
        .merge(invitations::routes())
        .merge(feeds::routes())
        .merge(logins::routes())
        .merge(meals::routes())
        .merge(notices::routes())
        .merge(receipts::routes())
        .merge(station::routes())
        .merge(topups::routes())
        .merge(wallets::routes())
        .merge(wellknown::routes())
}

/// The whole portal as a service.
pub fn router(app: App) -> Router {
    routes()
        .into_router()
        .fallback(statics::serve)
        .method_not_allowed_fallback(async || ApiError::not_found())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(app.clone(), csrf::guard))
        .layer(from_fn_with_state(app.clone(), edge::wrap))
        .with_state(app)
}

/// Serves on that socket until `stop` is over and what was under way is answered.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}

/// An answer's body as bytes.
pub async fn bytes_of(body: Body) -> Result<bytes::Bytes, axum::Error> {
    axum::body::to_bytes(body, usize::MAX).await
}
