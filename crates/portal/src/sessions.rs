//! Accesso: signing in with a badge, the first password, the devices, signing out.
//!
//! The answers of most of these operations hold tokens or end what would be asked again, so they take no idempotency
//! key: an answer with a token is kept nowhere. What comes in and what is turned away is noted in [`crate::audit`].

pub(crate) mod attempts;
pub(crate) mod choose_password;
mod end;
mod list;
pub(crate) mod opening;
mod refresh;
mod sign_in;
mod sign_out;
mod sign_out_everywhere;

use crate::http::Routes;
use api::{
    Endpoint as _,
    sessions::{
        ChoosePassword, EndSession, ListSessions, RefreshSession, SignIn, SignOut, SignOutEverywhere,
    },
};

/// The writes that take no idempotency key.
pub(crate) const WITHOUT_KEY: [&str; 5] = [
    SignIn::OPERATION,
    RefreshSession::OPERATION,
    ChoosePassword::OPERATION,
    SignOut::OPERATION,
    SignOutEverywhere::OPERATION,
];

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<SignIn, _>(sign_in::handle)
        .operation::<RefreshSession, _>(refresh::handle)
        .operation::<ChoosePassword, _>(choose_password::handle)
        .operation::<SignOut, _>(sign_out::handle)
        .operation::<SignOutEverywhere, _>(sign_out_everywhere::handle)
        .operation::<ListSessions, _>(list::handle)
        .operation::<EndSession, _>(end::handle)
}

pub(crate) use opening::cookie;
