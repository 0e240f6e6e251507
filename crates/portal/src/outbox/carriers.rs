//! The carriers that the configuration names.

use crate::config::Settings;
use notify::{
    Carriers,
    apns::{Apns, ApnsError},
    fcm::{Fcm, FcmError},
    io::{Io, IoError},
    mail::{MailError, Mailer},
    push::{PushError, Pusher},
    sms::{Gateway, SmsError},
};
use std::sync::Arc;

/// A channel whose settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CarriersError {
    /// `[mail]`.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// `[sms]`.
    #[error(transparent)]
    Sms(#[from] SmsError),
    /// `[push]`.
    #[error(transparent)]
    Push(#[from] PushError),
    /// `[fcm]`.
    #[error(transparent)]
    Fcm(#[from] FcmError),
    /// `[apns]`.
    #[error(transparent)]
    Apns(#[from] ApnsError),
    /// `[io]`.
    #[error(transparent)]
    Io(#[from] IoError),
}

/// One carrier a section of the configuration. Must be called within a runtime.
pub fn from_settings(settings: &Settings) -> Result<Carriers, CarriersError> {
    let mut carriers = Carriers::default();
    if let Some(mail) = &settings.mail {
        carriers.mail = Some(Arc::new(Mailer::new(mail)?));
    }
    if let Some(sms) = &settings.sms {
        carriers.sms = Some(Arc::new(Gateway::new(sms)?));
    }
    if let Some(push) = &settings.push {
        carriers.push = Some(Arc::new(Pusher::new(push)?));
    }
    if let Some(fcm) = &settings.fcm {
        carriers.fcm = Some(Arc::new(Fcm::new(fcm)?));
    }
    if let Some(apns) = &settings.apns {
        carriers.apns = Some(Arc::new(Apns::new(apns)?));
    }
    if let Some(io) = &settings.io {
        carriers.io = Some(Arc::new(Io::new(io)?));
    }
    Ok(carriers)
}
