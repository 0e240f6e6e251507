//! What is said between the portal and its clients: one typed endpoint each, requests, views, error codes.
//!
//! Never computes a rule and never does I/O. Builds for `wasm32`. `…Request` goes to the portal, `…View` comes
//! back; money is integer cents, instants are RFC 3339 in UTC, days are ISO dates in Europe/Rome.
//!
//! To add an operation: a struct with its path's arguments in the file of its noun, `endpoint!` beneath it, and
//! its name in [`operations`]. The portal's router, the OpenAPI document and the actor × operation table are
//! checked against that list.

pub mod bodies;
pub mod call;
pub mod children;
pub mod confirmations;
pub mod contacts;
pub mod error;
pub mod feeds;
pub mod health;
pub mod invitations;
pub mod logins;
pub mod meals;
pub mod notices;
pub mod notifications;
pub mod people;
pub mod preferences;
pub mod recoveries;
pub mod sessions;
pub mod subscriptions;
pub mod topups;
pub mod wallets;

pub use call::{Access, Call, Endpoint, Method, NoQuery, Operation, Reply};
pub use error::{ErrorBody, ErrorCode};

/// The header that carries the client's idempotency key; every write needs one.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The header that every browser write carries: another site cannot set it without being asked for permission.
pub const CSRF_HEADER: &str = "x-refettorio";
/// The first part of every path.
pub const PREFIX: &str = "/api/v1";

/// Every operation of the portal's API, in the order of the documents.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::of::<health::GetHealth>(),
        Operation::of::<bodies::ListBodies>(),
        Operation::of::<bodies::GetBody>(),
        Operation::of::<logins::StartLogin>(),
        Operation::of::<logins::RedeemLogin>(),
        Operation::of::<sessions::SignIn>(),
        Operation::of::<sessions::RefreshSession>(),
        Operation::of::<sessions::ChoosePassword>(),
        Operation::of::<sessions::SignOut>(),
        Operation::of::<sessions::SignOutEverywhere>(),
        Operation::of::<sessions::ListSessions>(),
        Operation::of::<sessions::EndSession>(),
        Operation::of::<confirmations::ConfirmPassword>(),
        Operation::of::<recoveries::StartRecovery>(),
        Operation::of::<recoveries::FinishRecovery>(),
        Operation::of::<contacts::ListContacts>(),
        Operation::of::<contacts::AddContact>(),
        Operation::of::<contacts::VerifyContact>(),
        Operation::of::<contacts::RemoveContact>(),
        Operation::of::<contacts::SetLanguage>(),
        Operation::of::<children::GetMe>(),
        Operation::of::<preferences::GetPreferences>(),
        Operation::of::<preferences::SetPreferences>(),
        Operation::of::<subscriptions::GetPushKey>(),
        Operation::of::<subscriptions::SubscribePush>(),
        Operation::of::<subscriptions::UnsubscribePush>(),
        Operation::of::<notifications::ListNotifications>(),
        Operation::of::<notifications::EndNotification>(),
        Operation::of::<people::ListPeople>(),
        Operation::of::<people::ChangeBond>(),
        Operation::of::<people::EndBond>(),
        Operation::of::<invitations::ListInvitations>(),
        Operation::of::<invitations::CreateInvitation>(),
        Operation::of::<invitations::WithdrawInvitation>(),
        Operation::of::<invitations::ShowInvitation>(),
        Operation::of::<invitations::AcceptInvitation>(),
        Operation::of::<invitations::JoinByInvitation>(),
        Operation::of::<meals::GetToday>(),
        Operation::of::<meals::GetCalendar>(),
        Operation::of::<meals::CancelMeal>(),
        Operation::of::<meals::RestoreMeal>(),
        Operation::of::<meals::PreviewPeriod>(),
        Operation::of::<meals::ChangePeriod>(),
        Operation::of::<meals::GetReceipt>(),
        Operation::of::<feeds::ListFeeds>(),
        Operation::of::<feeds::CreateFeed>(),
        Operation::of::<feeds::RevokeFeed>(),
        Operation::of::<wallets::ListWallets>(),
        Operation::of::<wallets::ListPostings>(),
        Operation::of::<topups::GetTopUpOptions>(),
        Operation::of::<topups::CreateTopUp>(),
        Operation::of::<topups::ListTopUps>(),
        Operation::of::<topups::GetTopUp>(),
        Operation::of::<topups::StartCheckout>(),
        Operation::of::<topups::CancelTopUp>(),
        Operation::of::<notices::ListNotices>(),
        Operation::of::<notices::GetNotice>(),
        Operation::of::<notices::GetNoticeDocument>(),
        Operation::of::<notices::GetPaymentReceipt>(),
        Operation::of::<notices::GetYearStatement>(),
        Operation::of::<notices::StartCart>(),
        Operation::of::<notices::GetCart>(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn operations_have_distinct_names_and_places() {
        let operations = operations();
        let names: HashSet<_> = operations.iter().map(|o| o.id).collect();
        let places: HashSet<_> = operations.iter().map(|o| (o.method, o.path)).collect();
        assert_eq!((names.len(), places.len()), (operations.len(), operations.len()));
    }

    #[test]
    fn every_path_starts_with_the_prefix_or_is_the_health_check() {
        for operation in operations() {
            assert!(
                operation.path.starts_with(PREFIX) || operation.path == "/health",
                "{}",
                operation.path
            );
        }
    }
}
