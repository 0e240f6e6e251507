//! What can carry a call, and typed sending over it.

use crate::words;
use api::{
    Call, Endpoint, ErrorBody, Reply,
    invitations::JoinByInvitation,
    logins::RedeemLogin,
    recoveries::FinishRecovery,
    sessions::{ChoosePassword, RefreshSession, SignIn},
};
use domain::IdempotencyKey;

/// Something that carries a call to the portal and the reply back.
pub trait Transport {
    /// Carries a call. An error here was made on this side; the portal's own errors come in the reply.
    fn carry(&self, call: Call) -> impl Future<Output = Result<Reply, ErrorBody>>;

    /// Calls an endpoint and reads its answer.
    fn send<E: Endpoint>(
        &self,
        endpoint: &E,
        query: &E::Query,
        request: &E::Request,
        key: Option<IdempotencyKey>,
    ) -> impl Future<Output = Result<E::Response, ErrorBody>> {
        let call = Call::new(endpoint, query, request, key);
        async {
            self.carry(call.map_err(|_| words::unreadable())?)
                .await?
                .read::<E>()
        }
    }
}

/// True for the operations whose answer holds tokens: only whoever keeps tokens may call them.
pub fn answers_tokens(operation: &str) -> bool {
    [
        SignIn::OPERATION,
        RefreshSession::OPERATION,
        ChoosePassword::OPERATION,
        RedeemLogin::OPERATION,
    ]
    .contains(&operation)
        || opens_session(operation)
}

/// True for the operations by which somebody comes in without a badge: see [`crate::Session::open`].
pub fn opens_session(operation: &str) -> bool {
    [FinishRecovery::OPERATION, JoinByInvitation::OPERATION].contains(&operation)
}
