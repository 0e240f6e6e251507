//! `list_notifications`: what has changed for the computer that asks.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Caller, Params},
    operation::read,
};
use api::notifications::{ListNotifications, NotificationView, NotificationsQuery, NotificationsView};
use axum::extract::State;
use storage::{
    StorageError,
    notifications::{self, Notification},
    preferences,
    subscriptions::{self, Device},
};

/// The pace for computers. A family's day has no second in which half a minute matters, and a thousand computers ask
/// for little so.
const PACE: u32 = 30;
/// Where a test moves the clock.
const QUICK: u32 = 1;

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<NotificationsQuery>,
) -> ApiResult<NotificationsView> {
    let after: i64 = match &query.after {
        None => 0,
        Some(cursor) => cursor
            .parse()
            .map_err(|_| ApiError::invalid("after", "not a cursor of this portal"))?,
    };
    let pace = if app.settings.clock_stands_still {
        QUICK
    } else {
        PACE
    };
    read::<ListNotifications, ApiError, _>(&app, &caller, move |tx, asking| {
        let person = asking.actor.person;
        let own = subscriptions::of(tx, person, asking.now)?
            .into_iter()
            .find(|own| own.session == asking.session.id && own.device == Device::Desktop)
            .ok_or_else(ApiError::not_found)?;
        let changed = notifications::after(tx, own.id, person, after, asking.now)?;
        // What was laid ready by day is not shown at night either, when a computer is switched on: it stays until the
        // morning, and the cursor before it.
        let quiet = preferences::of(tx, person)?.quiet.end(asking.now).is_some();
        let is_held = |one: &Notification| quiet && !one.ended && !one.urgent;
        let last = changed.iter().map(|one| one.position).max().unwrap_or(after);
        let held = changed
            .iter()
            .filter(|one| is_held(one))
            .map(|one| one.position)
            .min();
        let cursor = held.map_or(last, |first| first - 1).max(after).to_string();
        // Without a cursor nothing is shown there yet that could go away.
        let news = changed
            .into_iter()
            .filter(|one| !is_held(one) && (after > 0 || !one.ended));
        let items = news.map(view).collect::<Result<_, _>>()?;
        Ok(NotificationsView {
            now: asking.now,
            items,
            cursor,
            next_in_seconds: pace,
        })
    })
    .await
}

fn view(notification: Notification) -> Result<NotificationView, StorageError> {
    let words = notification.words;
    let actions = serde_json::from_str(&words.actions)
        .map_err(|error| StorageError::Constraint(format!("buttons cannot be read: {error}")))?;
    Ok(NotificationView {
        id: notification.id,
        title: words.title,
        body: words.words,
        path: words.path,
        tag: words.tag,
        actions,
        at: notification.at,
        until: notification.expires,
        ended: notification.ended,
    })
}
