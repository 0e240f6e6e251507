//! What every channel does: it takes one parcel, and says whether it has it.

use crate::{
    io::IoText,
    words::{Letter, Note},
};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{Instant, MessageId};
use std::{fmt, sync::Arc};

/// Where a parcel goes. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Destination {
    /// A mail address.
    Mail(String),
    /// A telephone number with its prefix.
    Phone(String),
    /// A browser's push service.
    Web {
        /// Its address for this browser.
        endpoint: String,
        /// The browser's public key (P-256, uncompressed, base64url).
        public_key: String,
        /// The browser's secret (16 bytes, base64url).
        secret: String,
    },
    /// An Android phone, by its registration token.
    Fcm {
        /// Firebase Cloud Messaging's token.
        token: String,
    },
    /// An iPhone or iPad, by its device token.
    Apns {
        /// Apple's token, hex.
        token: String,
        /// Whether the app there was signed for development.
        development: bool,
    },
    /// A computer that asks by itself. No carrier: the portal keeps it until it is asked for.
    Inbox,
    /// An adult in App IO.
    Io {
        /// Short name of the body that writes.
        body: String,
        /// Whom; proven to be theirs.
        fiscal_code: String,
    },
}

impl Destination {
    /// The section of the configuration without which nothing goes there.
    pub const fn section(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
            Self::Phone(_) => "sms",
            Self::Web { .. } => "push",
            Self::Fcm { .. } => "fcm",
            Self::Apns { .. } => "apns",
            Self::Inbox => "desktop",
            Self::Io { .. } => "io",
        }
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.section())
    }
}

/// The words, as the channel needs them. Never printed: there may be a code in them.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A mail.
    Letter(Letter),
    /// A short text.
    Short(String),
    /// A notification.
    Note(Note),
    /// A message in App IO.
    Io(IoText),
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content")
    }
}

/// One message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The same at each attempt, so that a channel can tell a repetition.
    pub id: MessageId,
    /// Whose name stands at its head.
    pub sender: String,
    /// Where an answer goes, where somebody reads answers.
    pub reply_to: Option<String>,
    /// Where to.
    pub to: Destination,
    /// What.
    pub content: Content,
    /// Whether it is worth waking a sleeping device.
    pub urgent: bool,
    /// Now, by the portal's clock.
    pub at: Instant,
    /// After that nobody needs it any more.
    pub expires: Option<Instant>,
}

/// Why a channel has not taken a parcel. The texts are for the office: no address and no word of a message is in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CarryError {
    /// It may take it another time.
    #[error("{0}")]
    Later(String),
    /// It may take it another time, and said when.
    #[error("{problem}")]
    NotBefore {
        /// What it said.
        problem: String,
        /// How long it wants to be left alone.
        wait: TimeDelta,
    },
    /// It will never take it.
    #[error("{0}")]
    Never(String),
    /// There is nobody at that address any more.
    #[error("the device is no longer subscribed")]
    Gone,
    /// This person is not to be reached on this channel; another way may be.
    #[error("{0}")]
    Unreachable(String),
}

/// A way to deliver.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Hands one parcel over. When it answers `Ok`, the channel has it.
    async fn carry(&self, parcel: &Parcel) -> Result<(), CarryError>;
}

/// The carrier of each channel, where the portal has one.
#[derive(Clone, Default)]
pub struct Carriers {
    /// Mail.
    pub mail: Option<Arc<dyn Carrier>>,
    /// SMS.
    pub sms: Option<Arc<dyn Carrier>>,
    /// Notifications in browsers.
    pub push: Option<Arc<dyn Carrier>>,
    /// Notifications on Android phones.
    pub fcm: Option<Arc<dyn Carrier>>,
    /// Notifications on iPhones and iPads.
    pub apns: Option<Arc<dyn Carrier>>,
    /// App IO.
    pub io: Option<Arc<dyn Carrier>>,
}

impl Carriers {
    /// The one that goes there.
    pub fn to(&self, destination: &Destination) -> Option<&Arc<dyn Carrier>> {
        match destination {
            Destination::Mail(_) => self.mail.as_ref(),
            Destination::Phone(_) => self.sms.as_ref(),
            Destination::Web { .. } => self.push.as_ref(),
            Destination::Fcm { .. } => self.fcm.as_ref(),
            Destination::Apns { .. } => self.apns.as_ref(),
            Destination::Io { .. } => self.io.as_ref(),
            Destination::Inbox => None,
        }
    }
}
