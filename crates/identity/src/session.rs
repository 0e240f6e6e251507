//! How long a session lives. Pure rules: the instant is an argument.

use chrono::TimeDelta;
use domain::Instant;

/// An app's access token is good for so long.
pub const ACCESS: TimeDelta = TimeDelta::minutes(15);
/// A refresh token, and a browser's cookie, end after so long without use.
pub const IDLE: TimeDelta = TimeDelta::days(30);
/// Whatever is used, a session ends after so long.
pub const ABSOLUTE: TimeDelta = TimeDelta::days(180);
/// A session that may only choose a password.
pub const CHOICE: TimeDelta = TimeDelta::minutes(30);
/// A browser's cookie is renewed at most so often.
pub const RENEW: TimeDelta = TimeDelta::days(1);
/// How long a provisional password is good where the office says nothing else.
pub const PROVISIONAL: TimeDelta = TimeDelta::days(60);

/// When a session's parts end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// The access token or cookie.
    pub access_until: Instant,
    /// The refresh token.
    pub refresh_until: Instant,
    /// Everything.
    pub ends_at: Instant,
}

/// Whether the client has a refresh token (app) or a cookie (browser).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Access and refresh token.
    Tokens,
    /// Cookie.
    Cookie,
}

impl Lifetime {
    /// Of a session that opens now.
    pub fn opened(now: Instant, kept: Kept, only_choice: bool) -> Self {
        let ends_at = now + if only_choice { CHOICE } else { ABSOLUTE };
        Self::renewed(now, kept, ends_at)
    }

    /// Of a session that is renewed now; never beyond its end.
    pub fn renewed(now: Instant, kept: Kept, ends_at: Instant) -> Self {
        let access = match kept {
            Kept::Tokens => ACCESS,
            Kept::Cookie => IDLE,
        };
        Self {
            access_until: (now + access).min(ends_at),
            refresh_until: (now + IDLE).min(ends_at),
            ends_at,
        }
    }
}

/// Whether a browser's cookie that is good until `until` is worth renewing until `renewed`. Near the session's end
/// nothing is won by it.
pub fn cookie_is_stale(until: Instant, renewed: Instant) -> bool {
    renewed - until >= RENEW
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn an_app_has_fifteen_minutes_and_thirty_days_and_a_browser_thirty_days() {
        let now = at("2026-11-23T07:00:00Z");
        let app = Lifetime::opened(now, Kept::Tokens, false);
        assert_eq!(app.access_until, at("2026-11-23T07:15:00Z"));
        assert_eq!(app.refresh_until, at("2026-12-23T07:00:00Z"));
        assert_eq!(
            Lifetime::opened(now, Kept::Cookie, false).access_until,
            app.refresh_until
        );
    }

    #[test]
    fn use_never_carries_a_session_beyond_half_a_year() {
        let opened = at("2026-09-01T07:00:00Z");
        let ends_at = Lifetime::opened(opened, Kept::Tokens, false).ends_at;
        let late = Lifetime::renewed(ends_at - TimeDelta::minutes(1), Kept::Tokens, ends_at);
        assert_eq!((late.access_until, late.refresh_until), (ends_at, ends_at));
    }

    #[test]
    fn a_choice_of_password_has_half_an_hour() {
        let now = at("2026-11-23T07:00:00Z");
        let choice = Lifetime::opened(now, Kept::Cookie, true);
        assert_eq!(choice.access_until, at("2026-11-23T07:30:00Z"));
    }

    #[test]
    fn a_cookie_is_renewed_once_a_day() {
        let last = at("2026-11-23T07:00:00Z");
        assert!(!cookie_is_stale(last, at("2026-11-24T06:59:59Z")));
        assert!(cookie_is_stale(last, at("2026-11-24T07:00:00Z")));
    }
}
