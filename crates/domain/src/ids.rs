//! One type for each thing's identity, so that a child can never be passed where a wallet is meant.
//!
//! All are UUIDv7 (RFC 9562): they sort by creation and need no sequence in the database.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text that is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an identifier from the instant (milliseconds since 1970) and ten random bytes.
            pub fn from_parts(millis: u64, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The identifier as a UUID.
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError)
            }
        }
    )+};
}

ids! {
    /// Ente: the Comune or caterer that runs the canteen; the tenant.
    BodyId,
    /// Plesso.
    SchoolId,
    /// Classe o sezione.
    ClassGroupId,
    /// Alunno.
    ChildId,
    /// Adult: guardian, payer or delegate.
    PersonId,
    /// Iscrizione for one school year.
    EnrolmentId,
    /// Portafoglio / conto virtuale.
    WalletId,
    /// Movimento.
    PostingId,
    /// Act of a family or an office on a child's days; has a numbered receipt.
    ActId,
    /// Sign-in of one device.
    SessionId,
    /// Recapito.
    ContactId,
    /// Recupero della password, from the asking to the new password.
    RecoveryId,
    /// Accesso con SPID o CIE, from its beginning to its end.
    LoginId,
    /// Invito of an adult to a child.
    InvitationId,
    /// Chiusura.
    ClosureId,
    /// Tariffa version.
    TariffId,
    /// Avviso di pagamento.
    NoticeId,
    /// One trip to the checkout for one to five notices.
    AttemptId,
    /// Flusso di rendicontazione, as it is kept; also a call to a service that allows few.
    FlowId,
    /// Private calendar address of a child.
    FeedId,
    /// What somebody in the office must look at.
    OfficeItemId,
    /// Something to be said to one address.
    MessageId,
    /// A device that asked to be told.
    SubscriptionId,
    /// The key that a client chooses before it sends a write, and sends again with each retry.
    IdempotencyKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_text_and_keeps_its_time_order() {
        let early = ChildId::from_parts(1_000, [0xff; 10]);
        let late = ChildId::from_parts(1_001, [0; 10]);
        assert_eq!(early.to_string().parse(), Ok(early));
        assert!(early < late);
        assert_eq!("23".parse::<ChildId>(), Err(IdError));
    }
}
