//! How long a proof of who one is holds.

use chrono::TimeDelta;

/// A fresh sign-in, or a confirmation, opens sensitive acts for so long (OWASP ASVS 5.0, 7.5.1).
pub const CONFIRMATION_HOLDS: TimeDelta = TimeDelta::minutes(10);
