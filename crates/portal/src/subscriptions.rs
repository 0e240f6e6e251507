//! `get_push_key`, `subscribe_push`, `unsubscribe_push`: the devices on which a person is told.

use crate::{
    app::App,
    config::Settings,
    errors::{ApiError, ApiResult},
    http::{Args, Caller, Input, Routes},
    operation::{read, write},
};
use api::subscriptions::{
    GetPushKey, PushKeyView, SubscribePush, SubscribePushRequest, SubscriptionView, UnsubscribePush,
};
use axum::extract::State;
use domain::SubscriptionId;
use notify::{
    apns, fcm,
    push::{VapidKey, are_keys},
};
use storage::subscriptions::{self, Device, Subscription};

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
    let device = device(&app.settings, &request)?;
    let id = app.fresh(app.now(), SubscriptionId::from_parts);
    write::<SubscribePush, ApiError, _>(&app, &caller, &request, move |tx, asking| {
        let new = Subscription {
            id,
            session: asking.session.id,
            device: device.clone(),
        };
        let id = subscriptions::save(tx, asking.actor, &new, asking.now)?;
        Ok(SubscriptionView { id })
    })
    .await
}

/// The device that a request names, where this portal can reach it.
fn device(settings: &Settings, request: &SubscribePushRequest) -> Result<Device, ApiError> {
    match request {
        SubscribePushRequest::Web {
            endpoint,
            public_key,
            secret,
        } => {
            let allowed = settings.push.as_ref().is_some_and(|push| push.allows(endpoint));
            if !allowed {
                return Err(ApiError::invalid("endpoint", "not an address of a push service"));
            }
            if !are_keys(public_key, &secret.0) {
                return Err(ApiError::invalid("public_key", "not the keys of a browser"));
            }
            Ok(Device::Web {
                endpoint: endpoint.clone(),
                public_key: public_key.clone(),
                secret: secret.0.clone(),
            })
        }
        SubscribePushRequest::Fcm { token } => {
            if settings.fcm.is_none() {
                return Err(ApiError::invalid("kind", "this portal reaches no Android phones"));
            }
            if !fcm::is_token(&token.0) {
                return Err(ApiError::invalid("token", "not a registration token"));
            }
            Ok(Device::Fcm {
                token: token.0.clone(),
            })
        }
        SubscribePushRequest::Apns { token, development } => {
            if settings.apns.is_none() {
                return Err(ApiError::invalid("kind", "this portal reaches no iPhones"));
            }
            if !apns::is_token(&token.0) {
                return Err(ApiError::invalid("token", "not a device token"));
            }
            Ok(Device::Apns {
                token: token.0.to_ascii_lowercase(),
                development: *development,
            })
        }
        SubscribePushRequest::Desktop {} => Ok(Device::Desktop),
    }
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
