//! The one shape of every error: a code to branch on, a sentence to fall back on, and fields.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// What went wrong. Clients branch on it and show their own words; add one only where a client needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ErrorCode {
    /// The request cannot be read; `fields` names what is wrong.
    InvalidRequest,
    /// It does not exist, or is not yours.
    NotFound,
    /// The child is known to who asks, but this is not among their rights.
    NotAllowed,
    /// No session, or an ended one.
    Unauthenticated,
    /// The session may only choose a password.
    PasswordChoiceRequired,
    /// Badge or password is wrong; never says which.
    WrongCredentials,
    /// The provisional password is too old; the office gives a new one.
    ProvisionalExpired,
    /// Wait; `fields.retry_after` in seconds.
    TooManyAttempts,
    /// The body does not offer this way to sign in.
    WayNotOffered,
    /// The request does not come from the portal's own pages.
    CrossSite,
    /// Fewer characters than `fields.min`.
    PasswordTooShort,
    /// More than 128 characters.
    PasswordTooLong,
    /// Contains a word that is easy to guess, or is on the list of common passwords.
    PasswordGuessable,
    /// The same as before.
    PasswordUnchanged,
    /// Several persons share this mail address and the password is each of theirs: which of them it is nobody can tell.
    SharedMailbox,
    /// Link or code of an invitation is unknown, used, withdrawn, too old or wrong; never says which.
    InvitationRefused,
    /// The body does not let families invite that kind of person.
    InvitationNotOffered,
    /// Who joins is known to the body: they sign in first, then accept.
    PersonKnown,
    /// A sensitive act needs a proof that is not older than ten minutes; `fields.ways` says by what: `password`, `spid`,
    /// `cie`. The body's providers of that kind are in its `providers`.
    ConfirmationRequired,
    /// The code of a recovery is wrong, or nobody got one; `fields.left` is how many tries are left.
    RecoveryCodeWrong,
    /// The recovery is over: too late, used, or no tries left. A new one is needed.
    RecoveryEnded,
    /// Not a mail address, or not a mobile number; `fields.kind`.
    ContactInvalid,
    /// Another contact has to be removed first; `fields.max`.
    TooManyContacts,
    /// The code of a contact is wrong; `fields.left` is how many tries are left.
    ContactCodeWrong,
    /// The code of a contact is over: too late, or no tries left. A new one is needed.
    ContactCodeEnded,
    /// This portal sends no SMS.
    SmsNotOffered,
    /// The cut-off has passed; `fields.closed_at`.
    TooLate,
    /// Farther ahead than the body allows; `fields.last`.
    TooFarAhead,
    /// Nobody cooks on that day; `fields.no_service`.
    NoService,
    /// The day is what it should become; `fields.number` of the act that made it so, where there is one.
    AlreadySo,
    /// Some days of a period cannot be changed and nothing was; `fields.refused`.
    DaysRefused,
    /// A period without any day that could be changed, or longer than a school year.
    EmptyPeriod,
    /// Below the body's minimum; `fields.min` in cents.
    AmountTooSmall,
    /// Above the body's maximum; `fields.max` in cents.
    AmountTooLarge,
    /// Not one of the body's fixed amounts.
    AmountNotOffered,
    /// No line, or more lines than a notice can hold.
    WrongLines,
    /// The child has no price on this day; the office has to set a tariff.
    NoTariff,
    /// Somebody is at the checkout with this notice; `fields.until` tells when it may be tried again.
    PaymentInProgress,
    /// The notice is paid.
    AlreadyPaid,
    /// The notice was withdrawn.
    TopUpCancelled,
    /// No notice, more than five, or one of them twice.
    WrongCart,
    /// The notices of a cart are not all to be paid now; `fields.notices` names those that are not.
    NotPayable,
    /// The notice is not known to pagoPA yet, or is paid or withdrawn: there is nothing to print.
    NotPrintable,
    /// There is no receipt, because it is not paid.
    NotPaid,
    /// pagoPA cannot be reached; nothing was charged and the notice is kept.
    PaymentUnavailable,
    /// pagoPA refuses what we ask: a wrong setting or a defect, which only the office can mend. Nothing was charged.
    PaymentFault,
    /// The body has no pagoPA settings.
    PaymentNotOffered,
    /// A write without idempotency key.
    KeyMissing,
    /// The key was used for another request.
    KeyReused,
    /// The portal has more to do than it can; nothing was done.
    Busy,
    /// A fault of the portal; `fields.request` for the office.
    Internal,
    /// No answer: the network is down or the portal is. Made by the client.
    Offline,
    /// The answer is not what this client understands. Made by the client.
    UnreadableAnswer,
    /// The app on this phone is locked. Made by the app, never by a portal.
    AppLocked,
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// What to branch on.
    pub code: ErrorCode,
    /// One Italian sentence with what to do next, for a client that has no words of its own.
    pub message: String,
    /// What the code's documentation names.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
}

impl ErrorBody {
    /// An error without fields.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: Map::new(),
        }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.fields.insert(name.to_owned(), value);
        }
        self
    }

    /// Reads a field.
    pub fn field<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(self.fields.get(name)?.clone()).ok()
    }
}

impl fmt::Display for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ErrorBody {}
