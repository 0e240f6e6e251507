//! A browser's notifications. Engines differ in what they have, so that everything is looked for before it is used.

use super::{
    Later,
    page::{Page, method, window},
    push::{Keys, NotSubscribed, Notices},
};
use api::sessions::Secret;
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A worker that is not ready after so long will not be.
const PATIENCE: u32 = 10_000;

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Calls a method and waits for what it promises.
async fn ask(object: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let method = method(object, name).ok_or(JsValue::NULL)?;
    let answer = method.call1(object, argument)?;
    match answer.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await,
        // An old engine answers at once.
        Err(value) => Ok(value),
    }
}

fn navigator() -> Option<JsValue> {
    Some(window()?.navigator().into())
}

fn notification() -> Option<JsValue> {
    get(&window()?.into(), "Notification")
}

fn permission() -> String {
    let permission = notification().and_then(|it| get(&it, "permission"));
    permission.and_then(|it| it.as_string()).unwrap_or_default()
}

/// Whether the engine has all of it: a worker, a push service, and something to show.
fn is_able() -> bool {
    let push = window().and_then(|w| get(&w.into(), "PushManager"));
    let worker = navigator().and_then(|n| get(&n, "serviceWorker"));
    push.is_some() && worker.is_some() && notification().is_some()
}

/// An iPhone or iPad whose browser shows this page, not its home screen. Newer iPads call themselves Macintosh, and have
/// a screen to touch.
fn is_apple_browser() -> bool {
    let Some(navigator) = navigator() else {
        return false;
    };
    let agent = get(&navigator, "userAgent").and_then(|it| it.as_string());
    let agent = agent.unwrap_or_default();
    let touch = get(&navigator, "maxTouchPoints").and_then(|it| it.as_f64());
    let mobile = agent.contains("iPhone")
        || agent.contains("iPad")
        || (agent.contains("Macintosh") && touch.is_some_and(|points| points > 1.0));
    mobile && get(&navigator, "standalone") != Some(JsValue::TRUE)
}

/// The worker's registration; none where there is no worker.
async fn registration() -> Option<JsValue> {
    let workers = get(&navigator()?, "serviceWorker")?;
    let ready: Promise = get(&workers, "ready")?.dyn_into().ok()?;
    let late = wasm_bindgen_futures::future_to_promise(async {
        Page::sleep(PATIENCE).await;
        Ok(JsValue::UNDEFINED)
    });
    let first = JsFuture::from(Promise::race(&Array::of2(&ready, &late))).await;
    first.ok().filter(|it| !it.is_undefined())
}

async fn subscription() -> Option<JsValue> {
    let manager = get(&registration().await?, "pushManager")?;
    let there = ask(&manager, "getSubscription", &JsValue::UNDEFINED).await;
    there.ok().filter(|it| !it.is_null() && !it.is_undefined())
}

fn keys(subscription: &JsValue) -> Option<Keys> {
    let told = method(subscription, "toJSON")?.call0(subscription).ok()?;
    let words = |object: &JsValue, name| get(object, name)?.as_string();
    let keys = get(&told, "keys")?;
    Some(Keys {
        endpoint: words(&told, "endpoint")?,
        public_key: words(&keys, "p256dh")?,
        secret: Secret(words(&keys, "auth")?),
    })
}

/// How it stands.
pub fn notices() -> Later<Notices> {
    Box::pin(async {
        if !is_able() {
            return if is_apple_browser() {
                Notices::NeedsHomeScreen
            } else {
                Notices::Unsupported
            };
        }
        match permission().as_str() {
            "denied" => Notices::Denied,
            "granted" => match subscription().await.as_ref().and_then(keys) {
                Some(keys) => Notices::On(keys),
                None => Notices::Off,
            },
            _ => Notices::Off,
        }
    })
}

/// Asks, and subscribes.
pub fn subscribe(key: String) -> Later<Result<Keys, NotSubscribed>> {
    Box::pin(async move {
        let asked = notification().ok_or(NotSubscribed::Failed)?;
        let asked = ask(&asked, "requestPermission", &JsValue::UNDEFINED).await;
        match asked.ok().and_then(|it| it.as_string()).as_deref() {
            Some("granted") => {}
            Some("denied") => return Err(NotSubscribed::Denied),
            _ => return Err(NotSubscribed::Dismissed),
        }
        subscribe_to(&key).await.ok_or(NotSubscribed::Failed)
    })
}

async fn subscribe_to(key: &str) -> Option<Keys> {
    let manager = get(&registration().await?, "pushManager")?;
    let options: JsValue = Object::new().into();
    Reflect::set(&options, &"userVisibleOnly".into(), &JsValue::TRUE).ok()?;
    Reflect::set(&options, &"applicationServerKey".into(), &key.into()).ok()?;
    let subscribed = match ask(&manager, "subscribe", &options).await {
        Ok(subscribed) => subscribed,
        Err(_) => {
            // One of another key stands in the way: of a portal that was here before under the same name.
            let other = subscription().await?;
            ask(&other, "unsubscribe", &JsValue::UNDEFINED).await.ok()?;
            ask(&manager, "subscribe", &options).await.ok()?
        }
    };
    keys(&subscribed)
}

/// Drops the subscription. One that stays all the same leads nowhere: the portal sends nothing to it any more.
pub fn unsubscribe() -> Later<()> {
    Box::pin(async {
        if is_able()
            && let Some(subscription) = subscription().await
        {
            let _ = ask(&subscription, "unsubscribe", &JsValue::UNDEFINED).await;
        }
    })
}
