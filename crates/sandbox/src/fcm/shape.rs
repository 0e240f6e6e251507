//! The shape of a message: the part of Firebase's reference that a canteen needs. What is not in it is refused.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a phone takes, in bytes: keys and values of the data, and the notification.
const LARGEST: usize = 4_096;
/// The longest that a message may wait, in seconds: four weeks.
const LONGEST: u32 = 2_419_200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    message: Message,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    token: String,
    notification: Notification,
    #[serde(default)]
    data: BTreeMap<String, String>,
    android: Android,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notification {
    title: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Android {
    priority: String,
    ttl: String,
    collapse_key: String,
    notification: Shown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    tag: String,
    channel_id: String,
}

/// The message, or the name of the first field that is wrong.
pub(super) fn read(body: &[u8]) -> Result<Value, String> {
    let whole: Whole = serde_json::from_slice(body).map_err(|_| "message".to_owned())?;
    let Message {
        token,
        notification,
        data,
        android,
    } = whole.message;
    let wrong = |field: &str| Err(field.to_owned());
    if token.is_empty() {
        return wrong("message.token");
    }
    let reserved = |key: &str| {
        key == "from" || key == "message_type" || key.starts_with("google") || key.starts_with("gcm")
    };
    if let Some(key) = data.keys().find(|key| reserved(key)) {
        return Err(format!("message.data[{key}]"));
    }
    if !matches!(android.priority.as_str(), "NORMAL" | "HIGH") {
        return wrong("message.android.priority");
    }
    let ttl = android
        .ttl
        .strip_suffix('s')
        .and_then(|ttl| ttl.parse::<u32>().ok());
    if ttl.is_none_or(|ttl| ttl > LONGEST) {
        return wrong("message.android.ttl");
    }
    if notification.title.is_empty() || notification.body.is_empty() {
        return wrong("message.notification");
    }
    if android.collapse_key.is_empty()
        || android.notification.tag.is_empty()
        || android.notification.channel_id.is_empty()
    {
        return wrong("message.android.notification");
    }
    let data: usize = data.iter().map(|(key, value)| key.len() + value.len()).sum();
    if data + notification.title.len() + notification.body.len() > LARGEST {
        return wrong("message.data");
    }
    let whole: Value = serde_json::from_slice(body).map_err(|_| "message".to_owned())?;
    Ok(whole["message"].clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_is_taken_and_each_mistake_is_named() {
        let good = json!({ "message": {
            "token": "a",
            "notification": { "title": "Mensa", "body": "Restano 2 pasti." },
            "data": { "id": "1", "path": "/" },
            "android": { "priority": "NORMAL", "ttl": "60s", "collapse_key": "low",
                "notification": { "tag": "low", "channel_id": "avvisi" } },
        } });
        assert!(read(good.to_string().as_bytes()).is_ok());
        let with = |path: &str, value: Value| {
            let mut other = good.clone();
            *other.pointer_mut(path).unwrap() = value;
            read(other.to_string().as_bytes()).unwrap_err()
        };
        assert_eq!(with("/message/android/ttl", json!("60")), "message.android.ttl");
        assert_eq!(
            with("/message/android/priority", json!("high")),
            "message.android.priority"
        );
        assert_eq!(
            with("/message/data", json!({ "from": "x" })),
            "message.data[from]"
        );
        assert_eq!(with("/message/data", json!({ "path": 1 })), "message");
        assert_eq!(
            with("/message/data/path", json!("x".repeat(5_000))),
            "message.data"
        );
        assert_eq!(with("/message/token", json!("")), "message.token");
    }
}
