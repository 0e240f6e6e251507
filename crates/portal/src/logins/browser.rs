//! The cookie that ties a login to the browser that opened it. It opens nothing by itself.

use crate::{clock::Chance, http::caller};
use chrono::TimeDelta;
use http::{HeaderMap, HeaderValue};
use identity::{Token, TokenHash, federated::PENDING_FOR};

/// Longer than a login, so that what comes late is told that it is late.
const KEPT: TimeDelta = TimeDelta::minutes(PENDING_FOR.num_minutes() * 3);

const fn name(https: bool) -> &'static str {
    if https {
        "__Host-refettorio-accesso"
    } else {
        "refettorio-accesso"
    }
}

fn value(headers: &HeaderMap, https: bool) -> Option<&str> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    caller::cookie(headers, name(https)).filter(|value| value.len() == 43 && value.bytes().all(fits))
}

/// What the database knows of this browser.
pub(super) fn hash(headers: &HeaderMap, https: bool) -> Option<TokenHash> {
    value(headers, https).map(TokenHash::of)
}

/// The browser's cookie, the one that it has or a new one: two tabs may sign in at once.
pub(super) fn tie(headers: &HeaderMap, chance: &dyn Chance, https: bool) -> (TokenHash, Option<HeaderValue>) {
    let token = value(headers, https).map_or_else(
        || {
            let mut random = [0; 32];
            chance.bytes(&mut random);
            Token::from_random(random).reveal().to_owned()
        },
        str::to_owned,
    );
    let secure = if https { "; Secure" } else { "" };
    let cookie = HeaderValue::from_str(&format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        name(https),
        KEPT.num_seconds()
    ));
    let cookie = cookie.ok().map(|mut cookie| {
        cookie.set_sensitive(true);
        cookie
    });
    (TokenHash::of(&token), cookie)
}
