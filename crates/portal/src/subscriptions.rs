//! `get_push_key`, `subscribe_push`, `unsubscribe_push`: the browsers on which a person is told.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller, Input, Routes},
    operation::{read, write},
};
use api::subscriptions::{
    GetPushKey, PushKeyView, SubscribePush, SubscribePushRequest, SubscriptionView, UnsubscribePush,
};
use axum::extract::State;
use domain::SubscriptionId;
use notify::push::{VapidKey, are_keys};
use storage::subscriptions::{self, Subscription};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<GetPushKey, _>(key)
        .operation::<SubscribePush, _>(subscribe)
        .operation::<UnsubscribePush, _>(unsubscribe)
}

async fn key(State(app): State<App>, caller: Caller) -> ApiResult<PushKeyView> {
    let key = match &app.settings.push {
        None => None,
        // A small file, read when somebody subscribes.
        Some(push) => match VapidKey::load_or_create(&push.key_file) {
            Ok(key) => Some(key.public().to_owned()),
            Err(error) => {
                tracing::error!(%error, "nobody can subscribe to notifications");
                None
            }
        },
    };
    read::<GetPushKey, ApiError, _>(&app, &caller, move |_, _| Ok(PushKeyView { key: key.clone() })).await
}

async fn subscribe(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<SubscribePushRequest>,
) -> ApiResult<SubscriptionView> {
    let allowed = app
        .settings
        .push
        .as_ref()
        .is_some_and(|push| push.allows(&request.endpoint));
    if !allowed {
        return Err(ApiError::invalid("endpoint", "not an address of a push service"));
    }
    if !are_keys(&request.public_key, &request.secret.0) {
        return Err(ApiError::invalid("public_key", "not the keys of a browser"));
    }
    let id = app.fresh(app.now(), SubscriptionId::from_parts);
    let sent = request.clone();
    write::<SubscribePush, ApiError, _>(&app, &caller, &sent, move |tx, asking| {
        let new = Subscription {
            id,
            session: asking.session.id,
            endpoint: request.endpoint.clone(),
            public_key: request.public_key.clone(),
            secret: request.secret.0.clone(),
        };
        let id = subscriptions::save(tx, asking.actor, &new, asking.now)?;
        Ok(SubscriptionView { id })
    })
    .await
}

async fn unsubscribe(
    State(app): State<App>,
    caller: Caller,
    Args(subscription): Args<SubscriptionId>,
) -> ApiResult<()> {
    write::<UnsubscribePush, ApiError, _>(&app, &caller, &(), move |tx, asking| {
        if subscriptions::remove_own(tx, asking.actor, subscription)? {
            Ok(())
        } else {
            Err(ApiError::not_found())
        }
    })
    .await
}
