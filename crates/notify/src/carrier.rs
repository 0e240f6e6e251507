//! What every channel does: it takes one parcel, and says whether it has it.

use crate::words::{Letter, Note};
use async_trait::async_trait;
use domain::{Instant, MessageId, message::Channel};
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
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mail(_) => "mail",
            Self::Phone(_) => "phone",
            Self::Web { .. } => "web",
        })
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
    /// It will never take it.
    #[error("{0}")]
    Never(String),
    /// There is nobody at that address any more.
    #[error("the device is no longer subscribed")]
    Gone,
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
}

impl Carriers {
    /// The one of a channel.
    pub fn of(&self, channel: Channel) -> Option<&Arc<dyn Carrier>> {
        match channel {
            Channel::Mail => self.mail.as_ref(),
            Channel::Sms => self.sms.as_ref(),
            Channel::Push => self.push.as_ref(),
        }
    }
}
