//! Recupero: a lost password, or badge code, by a verified mail address or number.
//!
//! Answer, work and time are the same for somebody and for nobody: one hash, one transaction with the same statements,
//! and the message is sent later by the job. Where nobody is found a message is put into the outbox that has already
//! expired, so that not even a row less is written.

mod finish;
mod start;

use crate::http::Routes;
use api::{
    Endpoint as _,
    recoveries::{FinishRecovery, StartRecovery},
};

/// The writes that take no idempotency key: nobody is signed in, and answers hold tokens.
pub(crate) const WITHOUT_KEY: [&str; 2] = [StartRecovery::OPERATION, FinishRecovery::OPERATION];

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<StartRecovery, _>(start::handle)
        .operation::<FinishRecovery, _>(finish::handle)
}
